"""Repair of characters."""

import pytest

from worker.clean.repair import repaired, typeset


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("segÃºn tomÃ³", "según tomó"),
        ("doesnâ€™t", "doesn’t"),
        ("n&uacute;mero &amp; more", "número & more"),
        ("so\u00adft hy\u200bphen\ufeff", "soft hyphen"),
        ("a\u00a0b\u202fc\u3000d", "a b c d"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\x01b\x08c", "abc"),
        ("ＡＢＣ１２３", "ABC123"),
        ('Oda\\\'s \\"pier\\"', 'Oda\'s "pier"'),
    ],
)
def test_what_an_export_or_a_wrong_decoding_did_is_undone(broken: str, whole: str) -> None:
    assert repaired(broken) == whole


@pytest.mark.parametrize(
    "text",
    [
        "“curly” ‘quotes’",
        "C:\\new\\table and \\n \\t \\\\",
        "会议今天举行，没有结果！（完）",
        "می‌خواهم",
        "naïve façade — 5 €",
        "if a < b && c",
    ],
)
def test_what_is_whole_stays_as_it_is(text: str) -> None:
    assert repaired(text) == text


def test_the_marks_of_wire_typesetting_are_taken_away() -> None:
    assert typeset("^Headline of Oda< \n^By HALE= \n\t ODA (AP) _ ``We won,'' he said.\n0337GMT<") == (
        'Headline of Oda\nBy HALE\n\t ODA (AP) — "We won," he said.\n0337GMT'
    )


def test_text_without_such_marks_is_left_alone() -> None:
    text = "The rock ''n'' roll of snake_case, 2^3 and a<b ="

    assert typeset(text) == text
