"""The facts of a lead: which of them are read, and that two ways to write one fact give one fact."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.dedup.facts import facts

#: One line of the compact form.
FORM = re.compile(
    r"(?:[\w+/]{2})*;"
    r"(?:(?:@@|[\w+/]{2})(?:[\w+/]{4})+(?:,|(?=;)))*;"
    r"(?:[\w+/]{2}[\d.e+]+~-?\d+(?:,|(?=;)))*;"
    r"(?:(?:w[0-6]|d[\w+/]{2})(?:,|$))*",
    re.ASCII,
)


def read(sentence: str, language: str = "en") -> tuple[str, list[str], list[str], list[str]]:
    """Return the words, names, figures and days of a lead of one sentence."""
    words, *kinds = facts([sentence], None, language).split(";")
    names, figures, days = (kind.split(",") if kind else [] for kind in kinds)
    return words, names, figures, days


def values(sentence: str, language: str = "en") -> list[str]:
    """Return the values of the figures of `sentence`, without their units."""
    return [figure[2:] for figure in read(sentence, language)[2]]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Prices rose by 12.5 crowns.", "en", "12.5~-1"),
        ("Die Preise stiegen um 12,5 Kronen.", "de", "12.5~-1"),
        ("They counted 3,412 ships.", "en", "3412~0"),
        ("Sie zählten 3.412 Schiffe.", "de", "3412~0"),
        ("Ils ont compté 3\u202f412 navires.", "fr", "3412~0"),
        ("They counted about 3,400 ships.", "en", "3400~2"),
        ("They counted 120 ships.", "en", "120~1"),
        ("They counted 10 ships.", "en", "10~0"),
        ("They counted twelve ships.", "en", "12~0"),
        ("It costs $1.2 million.", "en", "1200000~5"),
        ("Es kostet 1,2 Millionen Euro.", "de", "1200000~5"),
        ("耗资3.4亿元。", "zh", "340000000~7"),
        ("१२ लोग घायल हुए।", "hi", "12~0"),
        ("It began at 6:12 a.m. on the quay.", "en", "612~0"),
        ("Es begann um 6.12 Uhr am Kai.", "de", "612~0"),
        ("They won the match 2-1 at home.", "en", "2001~0"),
    ],
)
def test_a_figure_is_read_with_the_digit_that_it_is_rounded_to(text: str, language: str, expected: str) -> None:
    assert values(text, language) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "The bridge has stood since 1987.",
        "The index is called the Castor 500 today.",
        "It is the 19th time that a crane falls.",
        "One of the cranes fell.",
        "The report of 23 November 2026, 6:12 p.m. says so.",
        f"The number is {'9' * 400}.",
    ],
)
def test_what_counts_nothing_is_no_figure(text: str) -> None:
    assert values(text) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It costs $3 a day.", "It costs 3 dollars a day."),
        ("It rose by 3 percent.", "It rose by 3 %."),
        ("It rose by 3 per cent.", "It rose by 3%."),
    ],
)
def test_a_unit_is_the_same_in_all_its_forms(one: str, other: str) -> None:
    assert read(one)[2] == read(other)[2] != []


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("He said so on Monday.", "en", "w0"),
        ("Das sagte er am Mittwoch.", "de", "w2"),
        ("Il l’a dit jeudi soir.", "fr", "w3"),
        ("Lo dijo el miércoles.", "es", "w2"),
        ("Он сказал это в среду.", "ru", "w2"),
        ("Powiedział to w środę.", "pl", "w2"),
        ("他星期三说。", "zh", "w2"),
        ("他周三说。", "zh", "w2"),
        ("彼は水曜日に述べた。", "ja", "w2"),
        ("그는 수요일에 말했다.", "ko", "w2"),
        ("قال ذلك يوم الخميس.", "ar", "w3"),
        ("उन्होंने गुरुवार को कहा।", "hi", "w3"),
        ("He said so on Monday.", "xx", "w0"),
    ],
)
def test_a_weekday_is_read_in_its_language(text: str, language: str, day: str) -> None:
    assert read(text, language)[3] == [day]


def test_a_date_is_one_fact_in_all_its_forms() -> None:
    forms = ("He died on Nov. 23.", "He died on November 23.", "He died on the 23rd of November.", "He died on 23 Nov.")
    days = [read(form)[3] for form in forms]
    assert len(days[0]) == 1
    assert days == [days[0]] * len(forms)
    assert read("Er starb am 23. November.", "de")[3] == days[0]
    assert read("他于11月23日去世。", "zh")[3] == days[0]
    assert read("He died on Nov. 24.")[3] != days[0]


def test_a_date_with_its_year_is_a_line_of_publication_and_no_fact() -> None:
    assert read("Posted 9:04 AM, Monday, November 23, 2026, the crane fell.")[2:] == ([], [])


def test_a_name_is_named_by_the_word_before_it_and_its_words() -> None:
    names = read("The crane fell two miles from Hollin, according to the National Survey.")[1]
    assert [len(name) for name in names] == [6, 10]
    assert names[0] == read("He comes from Hollin.")[1][0]
    assert names[0][2:] == read("He lives in Hollin.")[1][0][2:]


def test_a_wrong_letter_leaves_half_of_a_name_right() -> None:
    right, wrong = (read(f"He comes from {name}.")[1][0][2:] for name in ("Hollin", "Hollyn"))
    assert right != wrong
    assert right[:2] == wrong[:2] or right[2:] == wrong[2:]


def test_the_first_word_is_a_name_only_if_it_has_a_capital_elsewhere() -> None:
    assert facts(["Hollin sleeps.", "Nobody in Hollin knew."], None, "en").split(";")[1] != ""
    assert facts(["Nobody sleeps.", "All in Hollin knew."], None, "en").split(";")[1] == ""


def test_a_german_noun_is_no_name() -> None:
    assert len(read("Ein Kran ist am Montag in Oda auf eine Schlange gestürzt.", "de")[1]) == 1


def test_the_place_of_the_dateline_belongs_to_the_first_sentence_and_its_agency_does_not() -> None:
    first, second = facts(["A crane fell.", "It was old."], "LONDON/PARIS, Nov 23 (Reuters) -", "en").split("\n")
    names, days = first.split(";")[1].split(","), first.split(";")[3]
    assert [name[:2] for name in names] == ["@@", "@@"]
    assert names[0][2:] == read("It fell in London.")[1][0][2:]
    assert days == read("It fell on Nov 23.")[3][0]
    assert "@@" not in second


def test_no_more_than_two_sentences_count_and_none_gives_nothing() -> None:
    assert facts([], "LONDON", "en") == ""
    assert facts(["One.", "Two.", "At 3 miles."], None, "en").count("\n") == 1


@given(
    st.lists(st.text(max_size=80), max_size=4), st.none() | st.text(max_size=40), st.sampled_from(["en", "de", "zh"])
)
def test_any_text_gives_the_compact_form(sentences: list[str], dateline: str | None, language: str) -> None:
    lines = facts(sentences, dateline, language).split("\n")
    assert len(lines) == max(1, min(2, len(sentences)))
    assert not sentences or all(FORM.fullmatch(line) for line in lines)
