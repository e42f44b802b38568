"""How relevance and age make one order."""

from datetime import timedelta

import pytest

from worker.store.relevance import HALF, score


def test_an_article_loses_half_of_its_relevance_in_a_month() -> None:
    assert [score(6.0, n * HALF) for n in (0, 1, 2)] == pytest.approx([6.0, 3.0, 2.0])


def test_of_two_that_answer_alike_the_newer_is_first_and_a_much_better_old_one_beats_both() -> None:
    new, old, much_better = score(1.0, timedelta()), score(1.0, timedelta(days=1)), score(3.0, timedelta(days=45))
    assert much_better > new > old
