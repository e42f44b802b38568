"""The part of a text that answers a search."""

import pytest

from worker.store.matching import terms
from worker.web.excerpt import BEFORE, CUT, LENGTH, Part, excerpt, marked

FILLER = "Nothing of interest is said here. " * 30


def shown(parts: tuple[Part, ...]) -> str:
    """Return the text of `parts`, what is marked in brackets."""
    return "".join(f"[{part.text}]" if part.marked else part.text for part in parts)


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("The Ferry was late.", "ferry", "The [Ferry] was late."),
        ("The central bank, a bank", '"central bank" -late', "The [central bank], a bank"),
        ("The café-théâtre closes", "theatre cafe", "The [café]-[théâtre] closes"),
        ("In der Großen Straße", "STRASSE", "In der Großen [Straße]"),
        ("<b>ferry</b> & co", "ferry b", "<[b]>[ferry]</[b]> & co"),
        ("奥兰港口罢工，货船停运。", "港口罢工", "奥兰[港口罢工]，货船停运。"),
        ("奥兰港口罢工", "港", "奥兰[港]口罢工"),
        ("ｶﾞｽ漏れ", "ガス", "[ｶﾞｽ]漏れ"),
        ("오란 항구에서", "항구", "오란 [항구]에서"),
        ("นท่าเรือ", "เรือ", "นท่า[เรือ]"),
        ("ferries", "ferry", "ferries"),
        ("", "ferry", ""),
    ],
)
def test_the_words_of_the_question_are_marked_as_the_text_writes_them(text: str, question: str, expected: str) -> None:
    wanted, _ = terms(question)
    assert shown(marked(text, wanted)) == expected
    assert shown(excerpt(text, wanted)) == expected


def test_the_part_is_the_first_that_has_the_most_of_the_words() -> None:
    text = f"A ferry. {FILLER}The ferry ran aground off Osterby. {FILLER}Another ferry at Osterby."
    parts = shown(excerpt(text, ["ferry", "osterby"]))
    assert "The [ferry] ran aground off [Osterby]." in parts
    assert parts.startswith(CUT)
    assert parts.endswith(CUT)


def test_the_part_is_as_long_as_is_shown_and_is_cut_between_words() -> None:
    text = f"{FILLER}The ferry ran aground. {FILLER}"
    whole = "".join(part.text for part in excerpt(text, ["ferry"]))
    assert LENGTH - BEFORE <= len(whole) <= LENGTH + 2 * len(CUT)
    inner = whole.strip(CUT)
    assert f" {inner.strip()} " in text


def test_a_text_without_the_words_is_shown_from_its_beginning() -> None:
    parts = shown(excerpt(FILLER, ["ferry"]))
    assert parts.startswith("Nothing of interest")
    assert parts.endswith(CUT)
    assert shown(excerpt("x" * 5000, [])) == "x" * LENGTH + CUT


def test_a_text_without_spaces_is_cut_around_the_words() -> None:
    parts = shown(excerpt("一" * 900 + "港口" + "丁" * 900, ["港口"]))
    assert parts == f"{CUT}{'一' * BEFORE}[港口]{'丁' * (LENGTH - BEFORE - 2)}{CUT}"
