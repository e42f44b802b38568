"""How fast a desk works, from the times in its store."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.articles import digest, incoming
from worker.store import Store, leases
from worker.store.activity import RATE_MINUTES, activity, rates
from worker.store.articles import take_in
from worker.store.connect import current_time
from worker.store.tables import digests


def digested(store: Store, number: int, seconds_ago: float) -> None:
    """Store so many articles, and their digests as made so long ago."""
    take_in(store, [incoming(f"n{n}", f"Report {n} on the ferries of Osterby and its harbour.") for n in range(number)])
    lease = leases.lease(store)
    leases.finish(store, lease.token, [digest(article.id) for article in lease.articles])
    with store.writing() as connection:
        at: datetime = current_time(connection) - timedelta(seconds=seconds_ago)
        connection.execute(sa.update(digests).values(made_at=at))


def test_a_rate_counts_the_last_minutes_and_the_pace_from_the_first_digest_in_them(store: Store) -> None:
    digested(store, 10, 100)

    speed = rates(store)

    assert speed.articles_a_minute == speed.digests_a_minute == 10 / RATE_MINUTES
    assert speed.pace == pytest.approx(60 * 10 / 100, rel=0.05)
    assert activity(store).rates.digests_a_minute == speed.digests_a_minute


@pytest.mark.parametrize("seconds_ago", [2, 60 * RATE_MINUTES + 10])
def test_a_pace_of_seconds_or_of_long_ago_is_not_known(seconds_ago: float, store: Store) -> None:
    assert rates(store).pace is None
    digested(store, 1, seconds_ago)

    assert rates(store).pace is None
