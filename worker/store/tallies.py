"""How many rows are in each state, as the database's own triggers count them (migration 0002)."""

from typing import Final, Literal

import sqlalchemy as sa

from worker.store.connect import Store
from worker.store.tables import tallies

#: Changes that are added up together at least: on PostgreSQL each statement that changes states leaves a row or two.
FOLD_ROWS: Final = 100

#: The tables whose rows are counted.
Counted = Literal["articles", "outbox"]


def tally(connection: sa.Connection, counted: Counted) -> dict[str, int]:
    """Return how many rows of the table `counted` are in each state; a state without rows is left out."""
    number = sa.func.sum(tallies.c.number)
    chosen = sa.select(tallies.c.state, number).where(tallies.c.counted == counted).group_by(tallies.c.state)
    return {state: int(rows) for state, rows in connection.execute(chosen) if rows}


def fold(store: Store) -> int:
    """Add up the changes that the states have collected, if they are FOLD_ROWS or more; return how many.

    Any number of processes may do so at the same time. On SQLite nothing collects.
    """
    with store.reading() as connection:
        if connection.dialect.name == "sqlite":
            return 0
        if (connection.scalar(sa.select(sa.func.count()).select_from(tallies)) or 0) < FOLD_ROWS:
            return 0
    with store.writing(durable=False) as connection:
        rows = connection.execute(sa.delete(tallies).returning(tallies.c.counted, tallies.c.state, tallies.c.number))
        sums: dict[tuple[str, str], int] = {}
        changes = rows.all()
        for row in changes:
            sums[row.counted, row.state] = sums.get((row.counted, row.state), 0) + row.number
        connection.execute(
            sa.insert(tallies),
            [{"counted": counted, "state": state, "number": number} for (counted, state), number in sums.items()],
        )
        return len(changes)
