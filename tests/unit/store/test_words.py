"""Words: what counts in them and what does not, and how scripts without spaces are taken apart."""

import unicodedata

import pytest

from worker.store.words import LONGEST, asked, fold, places, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("The FERRY, late: 3.5 km/h", "the ferry late 3 5 km h"),
        ("Le Café-Théâtre de Zoë", "le cafe theatre de zoe"),
        ("STRASSE Straße", "strasse strasse"),
        ("ΌΣΟΣ όσος", "οσοσ οσοσ"),
        ("Ёлка ёлка", "елка елка"),
        ("ＦＥＲＲＹ ２０２６", "ferry 2026"),
        ("ﬁsh № ½", "fish no 1 2"),
        ("snake_case", "snake case"),
        ("Hafen\u00adstreik \u202eferry\u202c", "hafenstreik ferry"),
        ("می\u200cخواهم", "میخواهم"),
        ("كِتَاب", "كتاب"),
        ("हिन्दी में", "हिन्दी में"),
        ("ガス ｶﾞｽ か\u3099", "ガス ガス が"),
        ("한국 \u1112\u1161\u11ab", "한국 한"),
        ("❤\ufe0f 1\ufe0f\u20e3", "1"),
        ("!!! --- “”", ""),
    ],
)
def test_case_accents_width_and_signs_do_not_count(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("奥兰港口", ["奥兰", "兰港", "港口", "口"]),
        ("3月、iPhone発売", ["3", "月", "iphone", "発売", "売"]),
        ("ท่าเรือ", ["ท่", "่า", "าเ", "เร", "รื", "ือ", "อ"]),
        ("항구에서", ["항구", "구에", "에서", "서"]),
        ("ferry", ["ferry"]),
    ],
)
def test_every_character_of_a_script_without_spaces_begins_a_word_of_two(text: str, made: list[str]) -> None:
    assert words(text) == made


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("港口", ["港口"]),
        ("港口罢", ["港口", "口罢"]),
        ("港", ["港*"]),
        ("3月", ["3", "月*"]),
        ("港口 strike", ["港口", "口", "strike"]),
        ("central bank", ["central", "bank"]),
        ("?!", []),
    ],
)
def test_a_question_has_the_words_that_stand_in_every_text_that_goes_on(question: str, found: list[str]) -> None:
    assert asked(question) == found


def test_only_the_beginning_of_an_endless_word_counts() -> None:
    assert words("x" * 5000) == words("x" * LONGEST)


@pytest.mark.parametrize(
    "text",
    [
        "The ferry's 3.5 metres; www.courier.example/zoe x_y a^b",
        "Le café-théâtre de Zoë",
        "奥兰港口罢工，货船停运。3月恢复。",
        "ｶﾞｽ漏れ、iPhone発売開始 ㌔ ﬁne",
        "오란 항구에서 " + unicodedata.normalize("NFD", "오란 항구에서"),
        "ท่าเรือโอรานหยุดงาน हिन्दी नमी نمی‌خواهم",
        "Der Hafen\u00adstreik in der Großen Straße \ufdfa \U00020000",
    ],
)
def test_the_words_of_a_text_have_places_in_it(text: str) -> None:
    assert [word for word, _, _ in places(text)] == words(text)
    assert all(word[0] in fold(text[start:end]) for word, start, end in places(text))
