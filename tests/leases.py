"""What time does to the leases of a store."""

from datetime import timedelta

import sqlalchemy as sa

from worker.store import Store
from worker.store.connect import current_time
from worker.store.tables import articles


def run_out(store: Store) -> int:
    """Let every lease have ended a second ago, by the store's own clock, and return how many there were."""
    with store.writing() as connection:
        held = sa.update(articles).where(articles.c.lease_until.is_not(None))
        return connection.execute(held.values(lease_until=current_time(connection) - timedelta(seconds=1))).rowcount
