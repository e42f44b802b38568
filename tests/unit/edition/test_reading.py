"""Reading time, in words and minutes."""

import pytest

from worker.edition.reading import WORDS_A_MINUTE, minutes, words


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, 0), (1, 1), (WORDS_A_MINUTE, 1), (WORDS_A_MINUTE + 1, 2), (10 * WORDS_A_MINUTE, 10)],
)
def test_reading_time_is_counted_in_minutes_begun(number: int, expected: int) -> None:
    assert minutes(["word, " * number]) == expected


@pytest.mark.parametrize(("text", "number"), [("", 0), ("4.1 billion", 2), ("“No,” she said", 3), ("港口", 2)])
def test_a_word_is_what_a_reader_reads_as_one(text: str, number: int) -> None:
    assert words(text) == number


@pytest.mark.parametrize("word", ["港", "ท่าเ"])
def test_reading_time_counts_the_words_of_scripts_without_spaces(word: str) -> None:
    assert minutes([word * WORDS_A_MINUTE]) == 1
    assert minutes([word * (WORDS_A_MINUTE + 1)]) == 2
