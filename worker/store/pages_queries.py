"""What a reader wants to see of the store: a story with its text, and which editions there are."""

import json
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from worker.article import Article
from worker.store.articles import article_of
from worker.store.connect import Store
from worker.store.states import State
from worker.store.tables import articles, digests, editions


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDigest:
    """A digest as the store keeps it; see worker.article.Digest."""

    headline: str
    summary: str
    engine: str
    model: str
    supported: bool
    checks: tuple[str, ...]
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """A local day with an edition of a profile, and its newest revision."""

    date: date
    revision: int


def article(store: Store, article_id: str) -> tuple[Article, StoredDigest | None] | None:
    """Return the article and its digest, if it has one; None where the store has no such article, or it has failed."""
    with store.reading() as connection:
        row = connection.execute(
            sa.select(articles).where(articles.c.id == article_id, articles.c.state != State.FAILED)
        ).one_or_none()
        if row is None:
            return None
        told = connection.execute(sa.select(digests).where(digests.c.article_id == article_id)).one_or_none()
    if told is None:
        return article_of(row), None
    return article_of(row), StoredDigest(
        headline=told.headline,
        summary=told.summary,
        engine=told.engine,
        model=told.model,
        supported=told.supported,
        checks=tuple(json.loads(told.checks)),
        made_at=told.made_at,
    )


def days(store: Store, profile: str) -> list[Day]:
    """Return the days of which `profile` has an edition, newest first."""
    newest = sa.func.max(editions.c.revision)
    chosen = (
        sa.select(editions.c.date, newest.label("revision"))
        .where(editions.c.profile == profile)
        .group_by(editions.c.date)
        .order_by(editions.c.date.desc())
    )
    with store.reading() as connection:
        return [Day(date.fromisoformat(row.date), row.revision) for row in connection.execute(chosen)]
