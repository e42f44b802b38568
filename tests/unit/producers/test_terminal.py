"""Foreign text as a person may see it."""

import json

import pytest

from producers.terminal import printable, printable_lines


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\x1b[31mred\x1b]0;owned\x07", "\\u001b[31mred\\u001b]0;owned\\u0007"),
        ("a\nb\rc\td", "a\\u000ab\\u000dc\\u0009d"),
        ("\x9b2J\x7f", "\\u009b2J\\u007f"),
        ("\u202egnp.exe\u2066", "\\u202egnp.exe\\u2066"),
        ("\udcff", "\\udcff"),
        ("\U000e0001", "\\udb40\\udc01"),
    ],
)
def test_what_does_not_print_is_seen_as_its_escape(text: str, seen: str) -> None:
    assert printable(text) == seen


@pytest.mark.parametrize("text", ["Grüße, Вестник 新闻 😀", "می\u200cخواهم", "a \\n b"])
def test_ordinary_text_is_seen_as_it_is(text: str) -> None:
    assert printable(text) == text


def test_lines_keep_their_ends_and_tabs_and_nothing_else() -> None:
    assert printable_lines("a\tb\nc\x1b[2J\r") == "a\tb\nc\\u001b[2J\\u000d"


def test_json_keeps_its_values() -> None:
    value = {"title": "\x1b[31m \x9b \x7f \u202e \U000e0001 ü"}
    line = printable_lines(json.dumps(value, ensure_ascii=False))
    assert line.isprintable()
    assert json.loads(line) == value
