import unicodedata

import pytest

from worker.summarize.measure import balanced, brackets_balanced, cut, length


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("The ferry sank.", 3),
        ("渡船沉没了", 3),  # five characters, two to a word
        ("เรือข้ามฟาก", 3),  # eleven characters, four to a word
        ("Die Fähre 渡船 sank", 4),
    ],
)
def test_length_counts_words_and_in_scripts_without_spaces_characters(text: str, words: int) -> None:
    assert length(text) == words


def test_a_text_within_the_limit_is_not_cut() -> None:
    assert cut(" The ferry sank, and nobody was hurt. ", 7) == "The ferry sank, and nobody was hurt."


def test_a_text_is_cut_before_its_last_clause_that_fits() -> None:
    text = "The old ferry sank near Eastmere on Monday, the harbour master said, because a pump had failed at noon"
    assert cut(text, 14) == "The old ferry sank near Eastmere on Monday, the harbour master said"


def test_a_comma_within_a_number_ends_no_clause() -> None:
    assert cut("The repairs of the quay will cost the town 38,500 crowns a year", 8) == (
        "The repairs of the quay will cost the"
    )


def test_a_clause_that_would_leave_half_a_quotation_is_no_place_to_cut() -> None:
    text = 'The mayor of Eastmere promised "a bridge, a road and a school" to all who had come'
    assert '"' not in cut(text, 7) or cut(text, 7).count('"') == 2


def test_a_clause_boundary_near_the_beginning_is_passed_over() -> None:
    assert cut("Now, the old ferry terminal of Eastmere will close", 7) == "Now, the old ferry terminal of Eastmere"


def test_a_text_without_spaces_is_cut_between_characters_and_never_before_an_accent() -> None:
    # Given e and a combining acute accent, over and over
    text = unicodedata.normalize("NFD", "é") * 500
    # When
    found = cut(text, 3)
    # Then
    assert found
    assert text.startswith(found)
    assert text[len(found)] == "e"


def test_chinese_is_cut_at_its_own_comma() -> None:
    assert cut("东港市议会星期二投票决定关闭旧码头，工程师发现柱子有裂缝，维修费用很高", 15) == (
        "东港市议会星期二投票决定关闭旧码头，工程师发现柱子有裂缝"
    )


def test_a_cut_text_is_never_empty_and_never_longer_than_allowed() -> None:
    for text in ("word " * 400, "x" * 5000, ", , , , " * 50, "a,b;c " * 90, "字" * 900):
        for most in (1, 2, 14, 75):
            found = cut(text, most)
            assert found, (text[:10], most)
            assert length(found) <= most


@pytest.mark.parametrize(
    "text", ['He said "no".', "„Nein“, sagte er.", "“No,” he said.", "”Ei”, hän sanoi.", "«Non»", "»Nej«"]
)
def test_quotations_that_close_are_balanced(text: str) -> None:
    assert balanced(text)


@pytest.mark.parametrize("text", ['He said "no.', "“No, he said.", "„Nein, sagte er.", "No,” he said.", "«Non", "(no"])
def test_quotations_and_brackets_that_do_not_close_are_not_balanced(text: str) -> None:
    assert not balanced(text)


def test_brackets_are_counted_by_kind() -> None:
    assert brackets_balanced("(a) [b] 「c」")
    assert not brackets_balanced("(a]")


@pytest.mark.parametrize(
    ("text", "words"), [("港口罢工", 2), ("ｽﾄﾗｲｷｽﾄ", 4), ("𠮷𠮷", 1), ("ท่าเรือปิด", 3), ("ᦔᦱᧉᦔᦱᧉᦔᦱ", 2), ("ꩡꩡꩡꩡ", 1)]
)
def test_scripts_without_spaces_count_by_their_characters(text: str, words: int) -> None:
    assert length(text) == words
