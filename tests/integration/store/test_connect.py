"""The connection: its transactions and its clock."""

from worker.store import Store
from worker.store.connect import current_time


def test_transactions_that_follow_each_other_have_different_times(store: Store) -> None:
    times = []
    for _ in range(50):
        with store.reading() as connection:
            times.append(current_time(connection))
    assert sorted(set(times)) == times
