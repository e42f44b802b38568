"""Failures: articles that could not be processed, kept whole, with the reason; to retry them or drop them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from worker.items.ruling import Standing
from worker.store import search
from worker.store.connect import Store, current_time, lock
from worker.store.leading import leader, superseded, take_lead
from worker.store.placement import shared
from worker.store.states import State
from worker.store.tables import articles, failures, items, stories
from worker.store.usable import standing, usable


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One failure. `raw` is the packed RawArticle, None if the article itself had been stored. An article that may not
    be shown has no `title` here.
    """

    article_id: str
    source: str
    uri: str
    filename: str
    title: str | None
    stage: str
    reason: str
    attempts: int
    failed_at: datetime
    raw: bytes | None

    @classmethod
    def from_row(cls, row: sa.Row[Any]) -> "Failure":
        """Return the failure of a row of `_select`."""
        return cls(
            article_id=row.article_id,
            source=row.source,
            uri=row.uri,
            filename=row.filename,
            title=row.title,
            stage=row.stage,
            reason=row.reason,
            attempts=row.attempts,
            failed_at=row.failed_at,
            raw=row.raw,
        )


def listed(store: Store, most: int | None = None, *, raw: bool = True) -> list[Failure]:
    """Return the failures, newest first, at most `most`; without `raw` their `raw` is None, and little is read."""
    with store.reading() as connection:
        return [Failure.from_row(row) for row in connection.execute(_select(raw).limit(most))]


def ids(store: Store) -> list[str]:
    """Return the article ids of all failures, oldest first."""
    with store.reading() as connection:
        oldest = sa.select(failures.c.article_id).order_by(failures.c.failed_at, failures.c.article_id)
        return list(connection.scalars(oldest))


def of(store: Store, article_ids: Sequence[str]) -> list[Failure]:
    """Return the failures of the articles `article_ids` with their `raw`, in that order, without those that are gone.

    Raw articles have up to 5 MB each: ask for few.
    """
    with store.reading() as connection:
        rows = connection.execute(_select().where(failures.c.article_id.in_(article_ids)))
        chosen = {row.article_id: Failure.from_row(row) for row in rows}
    return [chosen[article_id] for article_id in article_ids if article_id in chosen]


def matching(store: Store, prefix: str) -> list[Failure]:
    """Return the failures whose article id begins with `prefix`, without their `raw`."""
    with store.reading() as connection:
        chosen = _select(raw=False).where(failures.c.article_id.startswith(prefix.lower(), autoescape=True))
        return [Failure.from_row(row) for row in connection.execute(chosen)]


def work_again(store: Store, article_ids: Sequence[str]) -> int:
    """Make stored articles that failed while they were summarised ready again, and return how many.

    The failure goes in the same transaction. An article becomes a reprint if its story has another canonical by now.
    """
    done = 0
    with store.writing() as connection:
        lock(connection, "stories", shared=True)
        now = current_time(connection)
        for article_id in article_ids:
            row = connection.execute(
                sa.select(articles, standing().label("standing"), superseded().label("superseded")).where(
                    articles.c.id == article_id, articles.c.state == State.FAILED, articles.c.story_id.is_not(None)
                )
            ).one_or_none()
            if row is None:
                continue
            lock(connection, f"story {row.story_id}")
            leads = _leads_again(connection, row, now)
            before = None if leads else leader(connection, row.story_id)
            changed = connection.execute(
                sa.update(articles)
                .where(articles.c.id == article_id, articles.c.state == State.FAILED)
                .values(
                    state=State.READY if leads else State.REPRINT,
                    state_at=now,
                    attempts=0,
                    containment=shared(row.body, before.body) if before is not None else None,
                )
            ).rowcount
            if changed:
                connection.execute(sa.delete(failures).where(failures.c.article_id == article_id))
                done += 1
    return done


def _leads_again(connection: sa.Connection, row: sa.Row[Any], now: datetime) -> bool:
    if row.standing == Standing.KILLED or row.superseded:
        return False
    shown = row.standing == Standing.USABLE
    return take_lead(connection, row.story_id, row.id, row.body, now, shown=shown)


def drop(store: Store, article_ids: Sequence[str]) -> int:
    """Delete the failures of `article_ids` with their articles, for good, and return how many there were."""
    done = 0
    with store.writing() as connection:
        for article_id in article_ids:
            doomed = sa.and_(articles.c.id == article_id, articles.c.state == State.FAILED)
            search.forget(connection, sa.select(articles.c.id).where(doomed))
            gone = connection.execute(sa.delete(articles).where(doomed)).rowcount
            if not gone:
                continue
            connection.execute(sa.update(stories).where(stories.c.canonical_id == article_id).values(canonical_id=None))
            # The version before it may lead again.
            connection.execute(sa.update(items).where(items.c.article_id == article_id).values(article_id=None))
            done += gone
    return done


def _select(raw: bool = True) -> sa.Select[Any]:
    own = [column for column in failures.c if column.name != "raw"]
    return (
        sa.select(
            *own,
            failures.c.raw if raw else sa.null().label("raw"),
            articles.c.source,
            articles.c.uri,
            articles.c.filename,
            sa.case((usable(), articles.c.title), else_=sa.null()).label("title"),
        )
        .join(articles, articles.c.id == failures.c.article_id)
        .order_by(failures.c.failed_at.desc(), failures.c.article_id)
    )
