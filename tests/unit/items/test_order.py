"""The order of an item's versions: by the source's time, then its number, then receipt."""

from datetime import UTC, datetime, timedelta

import pytest

from producers.article import Revision
from tests.articles import article
from worker.items.order import newer, version_of

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

#: What of the newer version is said, and what of the older one: (created, number, published, received).
PAIRS = [
    ((NOON, None, None, NOON), (NOON - HOUR, None, None, NOON + HOUR)),
    ((NOON, 2, None, NOON), (NOON, 1, None, NOON + HOUR)),
    ((NOON, 1, None, NOON), (NOON - HOUR, 2, None, NOON)),
    ((None, 2, None, NOON), (None, 1, None, NOON + HOUR)),
    ((None, 1542761538, None, NOON), (None, 978556838, None, NOON)),
    ((None, None, NOON, NOON), (None, None, NOON - HOUR, NOON + HOUR)),
    ((None, None, None, NOON), (None, None, None, NOON - HOUR)),
    # A part that one of the two lacks is passed over.
    ((None, 2, None, NOON), (NOON, 1, None, NOON)),
    ((NOON - HOUR, None, None, NOON + HOUR), (None, 7, None, NOON)),
    ((NOON - HOUR, 2, NOON - HOUR, NOON), (NOON - HOUR, 1, NOON, NOON)),
    # A time that lies in the future of the receipt counts as that.
    ((NOON, 1, None, NOON), (NOON + 9 * HOUR, 9, None, NOON - HOUR)),
]


@pytest.mark.parametrize(("late", "early"), PAIRS)
def test_a_version_is_newer_by_the_first_part_that_both_have(late: tuple, early: tuple) -> None:  # type: ignore[type-arg]
    new, old = (
        version_of(article("a", revision=Revision(created, number), published_at=published, received_at=received))
        for created, number, published, received in (late, early)
    )
    assert newer(new, old)
    assert not newer(old, new)


def test_no_version_is_newer_than_itself() -> None:
    version = version_of(article("a"))
    assert not newer(version, version)


def test_the_number_zero_is_a_number() -> None:
    first = version_of(article("a", revision=Revision(None, 0), received_at=NOON + HOUR))
    second = version_of(article("b", revision=Revision(None, 1), received_at=NOON))
    assert newer(second, first)
    assert not newer(first, second)
