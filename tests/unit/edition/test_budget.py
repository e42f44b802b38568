"""Places: how much of each topic fits into the words of an edition."""

from hypothesis import given
from hypothesis import strategies as st

from worker.edition.budget import MOST_FULL, MOST_SENTENCES, Cost, Place, places

FULL, SENTENCE, HEADLINE, LEFT_OUT = Place.FULL, Place.SENTENCE, Place.HEADLINE, Place.LEFT_OUT
USUAL = Cost(full=90, sentence=40, headline=15)


def spent(costs: list[Cost], placed: list[Place]) -> int:
    return sum(cost.of(place) for cost, place in zip(costs, placed, strict=True))


def test_everything_is_told_in_full_if_it_fits() -> None:
    assert places([USUAL] * 16, 1_500) == [FULL] * 16


def test_a_day_of_many_topics_has_a_few_in_full_more_in_a_sentence_and_ends_with_headlines() -> None:
    placed = places([USUAL] * 300, 1_500)

    assert placed == [FULL] * 7 + [SENTENCE] * 16 + [HEADLINE] * 15 + [LEFT_OUT] * 262


def test_words_that_are_left_tell_the_first_that_were_cut_short_at_more_length() -> None:
    assert places([USUAL] * 20, 1_500) == [FULL] * 14 + [SENTENCE] * 6


def test_the_first_topic_is_told_whatever_it_takes() -> None:
    assert places([Cost(90, 40, 15), USUAL], 50)[0] is FULL


def test_a_topic_without_a_short_sentence_is_named() -> None:
    placed = places([USUAL] * 8 + [Cost(90, None, 15)] + [USUAL] * 60, 1_500)

    assert placed[8] is HEADLINE


def test_without_a_limit_every_topic_is_shown() -> None:
    placed = places([USUAL] * 100, 0)

    assert placed == [FULL] * MOST_FULL + [SENTENCE] * MOST_SENTENCES + [HEADLINE] * (100 - MOST_FULL - MOST_SENTENCES)


def test_what_was_shown_before_is_shown_again_however_low_it_ranks() -> None:
    placed = places([USUAL] * 300, 1_500, kept={250, 299})

    assert (placed[250], placed[299]) == (HEADLINE, HEADLINE)
    assert spent([USUAL] * 300, placed) <= 1_500


costs = st.builds(
    lambda headline, sentence, rest: Cost(
        full=headline + (sentence or 0) + rest,
        sentence=None if sentence is None else headline + sentence,
        headline=headline,
    ),
    st.integers(1, 30),
    st.none() | st.integers(1, 30),
    st.integers(0, 60),
)


@given(st.lists(costs, max_size=60), st.integers(200, 3_000), st.sets(st.integers(0, 59), max_size=5))
def test_the_words_are_never_exceeded_and_nothing_is_left_out_while_its_headline_fits(
    topics: list[Cost], budget: int, kept: set[int]
) -> None:
    kept = {i for i in kept if i < len(topics)}
    placed = places(topics, budget, kept)

    assert len(placed) == len(topics)
    assert spent(topics, placed) <= max(budget, sum(topics[i].headline for i in kept) + 120)
    assert LEFT_OUT not in {placed[i] for i in kept}
    first = next((i for i, place in enumerate(placed) if place is LEFT_OUT), None)
    if first is not None:
        assert spent(topics, placed) + topics[first].headline > budget
