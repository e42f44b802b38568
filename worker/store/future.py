"""Stamps from the future: what a clock that was once ahead has left in the store, and how it is repaired."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from worker.edition.calendar import MOST_APART
from worker.store.connect import Store, current_time, lock
from worker.store.states import MessageState
from worker.store.tables import (
    IS_LEASED,
    articles,
    decisions,
    digests,
    edition_digests,
    editions,
    failures,
    merged_stories,
    outbox,
    profiles,
    stories,
)

#: The hours by which a calendar can be ahead of UTC (Kiritimati): later days are in no time zone today's.
_FIRST_ZONE: Final = timedelta(hours=14)
#: A message in one of these states reached its reader, or may have.
_RECEIVED: Final = (MessageState.SENT, MessageState.SENDING, MessageState.UNKNOWN)

#: What has stamps of the desk's own clocks, by its name for people. The first stamp is the one that is counted: it is
#: indexed, or its table is small. The times that sources give are none of them.
STAMPS: Final[dict[str, tuple[sa.Column[Any], ...]]] = {
    "editions": (editions.c.closed_at, editions.c.delivered_at, editions.c.queued_at),
    "articles": (articles.c.stored_at, articles.c.received_at, articles.c.state_at, articles.c.joined_at),
    "leases": (articles.c.lease_until,),
    "digests": (digests.c.made_at,),
    "stories": (stories.c.opened_at,),
    "merged stories": (merged_stories.c.merged_at,),
    "decisions": (decisions.c.decided_at,),
    "failures": (failures.c.failed_at,),
    "profiles": (profiles.c.since,),
    "messages": (outbox.c.due_at, outbox.c.state_at, outbox.c.queued_at, outbox.c.lease_until),
}


def horizon(connection: sa.Connection) -> datetime:
    """Return the time after which a stamp lies in the future: MOST_APART after the later of the clocks of the store and
    of this machine.

    Closings are stamped by both clocks, which may differ by that much.
    """
    return max(current_time(connection), datetime.now(UTC)) + MOST_APART


def ahead(limit: datetime) -> sa.ColumnElement[bool]:
    """Return the condition of editions that lie beyond the horizon `limit`, or that `withdraw_void` has found there."""
    return _any_of(*_stamped_ahead(limit), editions.c.date > (limit + _FIRST_ZONE).date().isoformat())


def _stamped_ahead(limit: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return editions.c.closed_at > limit, editions.c.revision < 1


def _any_of(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    # By its index each of them names few editions; "or" would look at all.
    return editions.c.id.in_(sa.union_all(*(sa.select(editions.c.id).where(condition) for condition in conditions)))


def edition_ids(store: Store) -> set[int]:
    """Return the ids of the editions that lie in the future."""
    with store.reading() as connection:
        return set(connection.scalars(sa.select(editions.c.id).where(ahead(horizon(connection)))))


def void(limit: datetime) -> sa.ColumnElement[bool]:
    """Return the condition of editions that lie in the future and that nobody received: they count for nothing."""
    message = sa.select(outbox.c.edition_id).where(outbox.c.edition_id == editions.c.id, outbox.c.state.in_(_RECEIVED))
    return sa.and_(ahead(limit), ~sa.exists(message))


def void_ids(connection: sa.Connection, profile: str) -> Sequence[int]:
    """Return the ids of the void editions of `profile`."""
    chosen = sa.select(editions.c.id).where(editions.c.profile == profile, void(horizon(connection)))
    return connection.scalars(chosen).all()


def let_go(connection: sa.Connection, ids: Sequence[int]) -> None:
    """Take from the void editions `ids` the digests that they met, and their messages, which are never to be sent."""
    if ids:
        now = current_time(connection)
        connection.execute(sa.delete(edition_digests).where(edition_digests.c.edition_id.in_(ids)))
        connection.execute(sa.delete(outbox).where(outbox.c.edition_id.in_(ids)))
        connection.execute(
            sa.update(editions).where(editions.c.id.in_(ids), editions.c.queued_at.is_(None)).values(queued_at=now)
        )


def withdraw_void(store: Store) -> int:
    """Take the void editions out of the count of their days' revisions, so that they stay void when their time comes;
    return how many.

    If articles lie in the future, too, perhaps the clock is behind now and the editions are right: then none.
    """
    with store.reading() as connection:
        limit = horizon(connection)
        late = sa.exists().where(articles.c.stored_at > limit)
        chosen = sa.select(editions.c.id).where(void(limit), editions.c.id.not_in(_withdrawn()))
        ids = connection.scalars(chosen).all()
        if not ids or connection.scalar(sa.select(late)):
            return 0
    with store.writing() as connection:
        lock(connection, "outbox")
        ids = connection.scalars(chosen).all()
        let_go(connection, ids)
        connection.execute(sa.update(editions).where(editions.c.id.in_(ids)).values(revision=-editions.c.id))
        return len(ids)


def _withdrawn() -> sa.Select[Any]:
    return sa.select(editions.c.id).where(editions.c.revision < 1)


def counts(store: Store) -> dict[str, int]:
    """Return how many editions, articles and so on lie in the future, by the names of STAMPS; none that is 0."""
    with store.reading() as connection:
        limit = horizon(connection)
        numbers = {
            name: connection.scalar(sa.select(sa.func.count()).where(_counted(name, columns[0], limit))) or 0
            for name, columns in STAMPS.items()
        }
    return {name: number for name, number in numbers.items() if number}


def _counted(name: str, stamp: sa.Column[Any], limit: datetime) -> sa.ColumnElement[bool]:
    if name == "editions":
        return _any_of(*_stamped_ahead(limit))
    if name == "leases":
        # Only of leased articles the end of the lease is in an index.
        return sa.and_(IS_LEASED, stamp > limit)
    return stamp > limit


def remove_void(store: Store, ids: Sequence[int]) -> int:
    """Remove those of the editions `ids` that are void, with the digests that they met; return how many."""
    with store.writing() as connection:
        lock(connection, "outbox")
        gone = connection.scalars(
            sa.select(editions.c.id).where(editions.c.id.in_(ids), void(horizon(connection)))
        ).all()
        let_go(connection, gone)
        connection.execute(sa.delete(editions).where(editions.c.id.in_(gone)))
        return len(gone)


def set_to_now(store: Store) -> dict[str, int]:
    """Set every stamp that lies in the future to now; return how many rows that changed, by the names of STAMPS."""
    changed: dict[str, int] = {}
    with store.writing() as connection:
        now, limit = current_time(connection), horizon(connection)
        for name, columns in STAMPS.items():
            values = {
                column: sa.case((column > limit, sa.literal(now, column.type)), else_=column) for column in columns
            }
            future = sa.or_(*(column > limit for column in columns))
            rows = connection.execute(sa.update(columns[0].table).where(future).values(values)).rowcount
            if rows:
                changed[name] = rows
    return changed
