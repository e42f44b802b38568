from collections.abc import Sequence

import numpy as np
import pytest

from worker.summarize.prose import Sentence, considered
from worker.summarize.selection import DECIMALS, by_position, centrality, choose

BODY = """The harbour council closed the ferry terminal on Monday.

Engineers found cracks in eleven pillars. They advised the council in May. The repairs would cost 38 million crowns.

A new bridge opens upstream next year."""


def unit(*rows: tuple[float, ...]) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    vectors = np.array(rows, dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def by_lead(sentences: Sequence[Sentence], words: int, most_sentences: int) -> list[Sentence]:
    """Return the extract where the position alone decides."""
    return choose(sentences, None, by_position(len(sentences)), words=words, most_sentences=most_sentences)


def test_by_position_the_first_sentences_are_chosen() -> None:
    sentences = considered(BODY, "en")
    assert by_lead(sentences, 75, 3) == sentences[:3]


def test_the_best_sentences_are_chosen_and_stand_in_document_order() -> None:
    sentences = considered(BODY, "en")
    chosen = choose(sentences, None, [0.0, 2.0, 0.0, 1.0, 3.0], words=75, most_sentences=3)
    assert [each.position for each in chosen] == [1, 3, 4]


def test_the_sentence_nearest_to_the_centre_is_preferred_where_the_positions_are_far_down() -> None:
    # Given twenty sentences, of which the last but one alone lies at the centre
    vectors = unit(*[(np.cos(turn), np.sin(turn), 1.0) for turn in np.linspace(0, 6, 18)], (0, 0, 1), (1, 0, 1))
    # When
    ranking = centrality(vectors)
    # Then
    assert max(range(10, 20), key=ranking.__getitem__) == 18


def test_differences_below_the_rounding_do_not_count() -> None:
    first, second = 1.0, 1.0 + 10.0 ** -(DECIMALS + 2)
    assert round(first, DECIMALS) == round(second, DECIMALS)
    near = centrality(unit((1, 0), (1, 1e-6)))
    assert near[0] > near[1]  # the position decides


def test_the_words_and_the_sentences_are_bounded() -> None:
    sentences = considered(BODY, "en")
    assert len(by_lead(sentences, 75, 2)) == 2
    assert [each.position for each in by_lead(sentences, 16, 3)] == [0, 1]


def test_a_sentence_that_does_not_fit_makes_room_for_a_shorter_one() -> None:
    sentences = considered(BODY, "en")  # of 9, 6, 6, 7 and 7 words
    assert [each.position for each in by_lead(sentences, 8, 3)] == [1]


def test_a_sentence_that_points_back_is_chosen_only_after_its_predecessor() -> None:
    # Given that "They advised ..." is nearest to the centre, and that the sentence before it repeats the first
    sentences = considered(BODY, "en")
    vectors = unit((1, 0, 0.1), (1, 0, 0.1), (1, 0.3, 0.3), (0, 1, 0), (0, 0, 1))
    # When
    chosen = choose(sentences, vectors, centrality(vectors), words=75, most_sentences=4)
    # Then
    assert [each.position for each in chosen] == [0, 3, 4]


def test_a_sentence_that_means_the_same_as_a_chosen_one_is_left_out() -> None:
    sentences = considered(BODY, "en")
    vectors = unit((1, 0, 0), (1, 0.1, 0), (0, 1, 0), (0, 1, 1), (1, 0, 1))
    assert 1 not in {
        each.position for each in choose(sentences, vectors, centrality(vectors), words=75, most_sentences=5)
    }


def test_a_sentence_that_repeats_the_words_of_a_chosen_one_is_left_out() -> None:
    body = "The harbour council closed the old ferry terminal. On Monday the harbour council closed the old ferry quay."
    assert len(by_lead(considered(body, "en"), 75, 3)) == 1


@pytest.mark.parametrize("body", ["", "They advised the council in May."])
def test_nothing_is_chosen_where_nothing_can_stand(body: str) -> None:
    assert by_lead(considered(body, "en"), 75, 3) == []
