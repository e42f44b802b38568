"""The right to work on a row: leased for a time, judged by the store's clock, guarded by a token."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from worker.article import Article, Digest, Failed
from worker.store.articles import article_of, put_failure
from worker.store.connect import Store, current_time, lock, parts
from worker.store.future import horizon
from worker.store.leading import candidates, elect, without_leader
from worker.store.states import State
from worker.store.tables import IS_LEASED, IS_READY, articles, digests, failures, stories

#: Rows in one batch: the batch that fills the model's passes without making a crash costly (notes/queue.md section 4).
BATCH: Final = 16
#: How long a lease lasts without renewal, seconds: the rows of a killed worker wait as long for another worker.
LEASE_SECONDS: Final = 60
#: How often a row is leased before it is a failure.
MAX_ATTEMPTS: Final = 3
#: Seconds that a story may be without a living canonical before its best reprint takes its place.
ORPHAN_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Lease:
    """The articles that one worker may work on, oldest first, and the token that proves it."""

    token: str
    articles: tuple[Article, ...]


def lease(store: Store, most: int = BATCH) -> Lease:
    """Lease up to `most` rows that are ready or whose lease has run out; the lease may be empty.

    A row that was leased before is leased alone, so that a poisonous article never takes neighbours with it, and fails
    after MAX_ATTEMPTS.
    """
    token = str(uuid.uuid4())
    with store.writing(durable=False) as connection:
        now = current_time(connection)
        _fail_exhausted(connection, now)
        free = _oldest_free(connection, now, most)
        chosen = free[:1] if free and free[0].attempts else [row for row in free if not row.attempts]
        ids = [row.id for row in chosen]
        rows = connection.execute(
            sa.select(articles).where(articles.c.id.in_(ids)).order_by(articles.c.stored_at, articles.c.id)
        ).all()
        if rows:
            connection.execute(
                sa.update(articles)
                .where(articles.c.id.in_(ids))
                .values(
                    state=State.LEASED,
                    state_at=now,
                    attempts=articles.c.attempts + 1,
                    lease_token=token,
                    lease_until=now + timedelta(seconds=LEASE_SECONDS),
                )
            )
        return Lease(token, tuple(article_of(row) for row in rows))


def renew(store: Store, token: str) -> int:
    """Let the lease `token` last LEASE_SECONDS from now and return how many rows it still holds."""
    with store.writing(durable=False) as connection:
        until = current_time(connection) + timedelta(seconds=LEASE_SECONDS)
        return connection.execute(sa.update(articles).where(_held(token)).values(lease_until=until)).rowcount


def release(store: Store, token: str) -> None:
    """Give the rows of `token` back, to be worked alone."""
    with store.writing(durable=False) as connection:
        connection.execute(
            sa.update(articles)
            .where(_held(token))
            .values(
                state=State.READY,
                state_at=current_time(connection),
                lease_token=None,
                lease_until=None,
            )
        )


def finish(store: Store, token: str, results: Sequence[Digest | Failed]) -> int:
    """Write the digests and failures of a batch in one transaction and return how many were written.

    A row whose lease went to another worker, or which is no longer the canonical of its story, is left alone.
    """
    with store.writing(durable=False) as connection:
        now = current_time(connection)
        made = {result.article_id: result for result in results if isinstance(result, Digest)}
        failed = {result.article_id: result for result in results if isinstance(result, Failed)}
        digested = _let_go(connection, token, State.DIGESTED, list(made), now)
        _put_digests(connection, [(made[row.id], row.story_id) for row in digested], now)
        unusable = _let_go(connection, token, State.FAILED, list(failed), now)
        for row in unusable:
            put_failure(
                connection,
                row.id,
                stage="summarize",
                reason=failed[row.id].reason,
                attempts=row.attempts,
                raw=None,
                failed_at=now,
            )
    return len(digested) + len(unusable)


def waiting(store: Store, most: int | None = None) -> int:
    """Return how many rows are ready or have a lease that ran out; stop counting at `most`."""
    with store.reading() as connection:
        number = 0
        for condition in _free(current_time(connection)):
            left = None if most is None else most - number
            free = sa.select(articles.c.id).where(condition).limit(left).subquery()
            number += connection.scalar(sa.select(sa.func.count()).select_from(free)) or 0
        return number


def shorten(store: Store) -> int:
    """Let leases that end later than any can, since a clock was ahead, last LEASE_SECONDS from now; return how many."""
    with store.reading() as connection:
        if not connection.scalar(sa.select(sa.exists().where(_too_long(current_time(connection))))):
            return 0
    with store.writing(durable=False) as connection:
        now = current_time(connection)
        until = now + timedelta(seconds=LEASE_SECONDS)
        return connection.execute(sa.update(articles).where(_too_long(now)).values(lease_until=until)).rowcount


def adopt_orphans(store: Store) -> int:
    """Give each story without a living canonical to its best reprint; return how many stories were given one.

    A story is an orphan when its canonical has failed, or is not in the store, for ORPHAN_SECONDS, and another article
    of it may lead.
    """
    with store.reading() as connection:
        orphans = [
            story
            for part in parts(without_leader(connection))
            for story in connection.scalars(_orphans(connection, part))
        ]
    return sum(_adopt(store, story) for story in orphans)


def _adopt(store: Store, story: str) -> int:
    with store.writing() as connection:
        # Another schedule may have adopted the story, somebody may have retried its canonical, or it may be merged.
        lock(connection, "stories", shared=True)
        lock(connection, f"story {story}")
        now = current_time(connection)
        if connection.scalar(_orphans(connection, [story])) is None:
            return 0
        return int(elect(connection, story, now))


def _orphans(connection: sa.Connection, among: Sequence[str]) -> sa.Select[Any]:
    canonical = articles.alias("canonical")
    before, limit = current_time(connection) - timedelta(seconds=ORPHAN_SECONDS), horizon(connection)

    def is_over(since: sa.ColumnElement[datetime]) -> sa.ColumnElement[bool]:
        return sa.or_(since <= before, since > limit)

    return (
        sa.select(stories.c.id)
        .outerjoin(canonical, canonical.c.id == stories.c.canonical_id)
        .where(
            stories.c.id.in_(among),
            sa.or_(
                sa.and_(canonical.c.id.is_(None), is_over(stories.c.opened_at)),
                sa.and_(canonical.c.state == State.FAILED, is_over(canonical.c.state_at)),
            ),
            sa.exists(candidates(stories.c.id)),
        )
    )


def _free(now: datetime) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Return the conditions of rows that are ready, and of rows whose lease has run out; each has its index."""
    return IS_READY, sa.and_(IS_LEASED, articles.c.lease_until < now)


def _oldest_free(connection: sa.Connection, now: datetime, most: int) -> list[sa.Row[Any]]:
    """Return the oldest `most` rows that are ready or whose lease ran out first: id, time and attempts, held."""
    rows: list[sa.Row[Any]] = []
    # The order of the index that says which they are; whole rows are read of the chosen ones only.
    for condition, order in zip(_free(now), (articles.c.stored_at, articles.c.lease_until), strict=True):
        rows += connection.execute(
            sa.select(articles.c.id, articles.c.stored_at, articles.c.attempts)
            .where(condition)
            .order_by(order)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
    return sorted(rows, key=lambda row: (row.stored_at, row.id))[:most]


def _too_long(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(IS_LEASED, articles.c.lease_until > now + timedelta(seconds=LEASE_SECONDS))


def _held(token: str) -> sa.ColumnElement[bool]:
    return sa.and_(articles.c.lease_token == token, IS_LEASED)


def _fail_exhausted(connection: sa.Connection, now: datetime) -> None:
    exhausted: list[sa.Row[Any]] = []
    for condition in _free(now):
        exhausted += connection.execute(
            sa.update(articles)
            .where(condition, articles.c.attempts >= MAX_ATTEMPTS)
            .values(state=State.FAILED, state_at=now, lease_token=None, lease_until=None)
            .returning(articles.c.id, articles.c.attempts)
        )
    for row in exhausted:
        put_failure(
            connection,
            row.id,
            stage="summarize",
            reason=f"Summarising it ended the worker {row.attempts} times; retry it after an upgrade, or drop it.",
            attempts=row.attempts,
            raw=None,
            failed_at=now,
        )


def _let_go(
    connection: sa.Connection, token: str, state: State, ids: Sequence[str], now: datetime
) -> Sequence[sa.Row[Any]]:
    """Move those of `ids` that `token` still holds to `state`; return their ids, stories and attempts."""
    if not ids:
        return ()
    return connection.execute(
        sa.update(articles)
        .where(_held(token), articles.c.id.in_(ids))
        .values(state=state, state_at=now, lease_token=None, lease_until=None)
        .returning(articles.c.id, articles.c.story_id, articles.c.attempts)
    ).all()


def _put_digests(connection: sa.Connection, made: Sequence[tuple[Digest, str]], now: datetime) -> None:
    if not made:
        return
    ids = [digest.article_id for digest, _ in made]
    # A digest may remain from before its article was summarised again; a failure, from before its retry.
    connection.execute(sa.delete(digests).where(digests.c.article_id.in_(ids)))
    connection.execute(sa.delete(failures).where(failures.c.article_id.in_(ids)))
    connection.execute(
        sa.insert(digests),
        [
            {
                "article_id": digest.article_id,
                "story_id": story,
                "headline": digest.headline,
                "summary": digest.summary,
                "engine": digest.engine,
                "model": digest.model,
                "supported": digest.supported,
                "checks": json.dumps(digest.checks),
                "embedding": digest.embedding,
                "seconds": digest.seconds,
                "made_at": now,
            }
            for digest, story in made
        ],
    )
