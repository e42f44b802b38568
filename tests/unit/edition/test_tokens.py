"""The tokens of a text: its words, which of them are names, which tokens are numbers."""

from worker.edition.tokens import Read, Tokens


def read(text: str, *before: str) -> tuple[Tokens, Read]:
    tokens = Tokens()
    for other in before:
        tokens.read(other)
    return tokens, tokens.read(text)


def words(tokens: Tokens, numbers: list[int]) -> list[str]:
    known = {number: word for word, number in tokens.words.items()}
    return sorted(known[number] for number in numbers)


def test_words_are_counted_whatever_their_capitals_and_single_letters_are_none() -> None:
    tokens, found = read("The port of A. The PORT is open, x 9.", "A port")

    assert words(tokens, found.words.tolist()) == ["is", "of", "open", "port", "port", "the", "the"]


def test_a_capital_within_a_sentence_makes_a_name_of_the_word_wherever_it_stands_in_capitals() -> None:
    text = "Orrin waits. We met Ilse Tarn-Holt in Orrin, and the orrin bird; Then (Vik) said “Yes”."
    tokens, found = read(text)

    assert words(tokens, found.names.tolist()) == ["holt", "ilse", "orrin", "tarn", "then"]
    # Orrin, Ilse, Tarn, Holt, Orrin, Then: the bird's name is written small.
    assert found.are_names.sum() == 6


def test_names_of_other_scripts_and_with_accents_count() -> None:
    tokens, found = read("There was Éloise, and Жанна, and żuk.")

    assert words(tokens, found.names.tolist()) == ["éloise", "жанна"]


def test_a_script_without_spaces_is_read_in_pairs_of_characters() -> None:
    tokens, found = read("港口关闭 at 港")

    assert words(tokens, found.words.tolist()) == ["at", "关闭", "口关", "港", "港口"]


def test_the_hash_of_a_token_knows_no_capitals_and_numbers_are_told_from_words() -> None:
    _, found = read("Ferry 120 ferry 3rd")

    assert found.hashes[0] == found.hashes[2]
    assert found.hashes[0] != found.hashes[1]
    assert found.are_numbers.tolist() == [False, True, False, False]


def test_an_empty_text_has_none() -> None:
    _, found = read("")

    assert len(found.hashes) == len(found.words) == len(found.names) == 0
