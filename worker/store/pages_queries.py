"""Queries for the pages: an article with its digest, and the days that have an edition."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from worker.article import Article
from worker.edition.document import Document
from worker.store.articles import article_of
from worker.store.connect import Store
from worker.store.future import ahead, horizon
from worker.store.states import State
from worker.store.tables import articles, digests, edition_digests, editions
from worker.store.usable import usable

#: Ids of one query.
_TOGETHER = 500


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

    @classmethod
    def from_row(cls, row: sa.Row[Any]) -> "StoredDigest":
        """Return the digest of a row of `digests`."""
        return cls(
            headline=row.headline,
            summary=row.summary,
            engine=row.engine,
            model=row.model,
            supported=row.supported,
            checks=tuple(json.loads(row.checks)),
            made_at=row.made_at,
        )


@dataclass(frozen=True, slots=True)
class Day:
    """A local day with an edition of a profile, and its newest revision."""

    date: date
    revision: int


def article(store: Store, article_id: str) -> tuple[Article, StoredDigest | None] | None:
    """Return the article and its digest, if it has one; None if the store has no such article, it has failed, or it may
    not be shown.
    """
    with store.reading() as connection:
        row = connection.execute(
            sa.select(articles).where(articles.c.id == article_id, articles.c.state != State.FAILED, usable())
        ).one_or_none()
        if row is None:
            return None
        digest = connection.execute(sa.select(digests).where(digests.c.article_id == article_id)).one_or_none()
    return article_of(row), StoredDigest.from_row(digest) if digest is not None else None


def days(store: Store, profile: str) -> list[Day]:
    """Return the days of which `profile` has an edition that does not lie in the future, newest first."""
    newest = sa.func.max(editions.c.revision)
    with store.reading() as connection:
        chosen = (
            sa.select(editions.c.date, newest.label("revision"))
            .where(editions.c.profile == profile, ~ahead(horizon(connection)))
            .group_by(editions.c.date)
            .order_by(editions.c.date.desc())
        )
        return [Day(date.fromisoformat(row.date), row.revision) for row in connection.execute(chosen)]


def documents(store: Store, profile: str, chosen: Collection[date]) -> dict[date, Document]:
    """Return the document of the newest revision of each of the `chosen` days that `profile` has an edition of."""
    newest = (
        sa.select(sa.func.max(editions.c.id))
        .where(
            editions.c.profile == profile,
            editions.c.date.in_([day.isoformat() for day in chosen]),
            editions.c.revision >= 1,
        )
        .group_by(editions.c.date)
    )
    with store.reading() as connection:
        rows = connection.execute(sa.select(editions.c.date, editions.c.document).where(editions.c.id.in_(newest)))
        return {date.fromisoformat(row.date): json.loads(row.document) for row in rows}


def met_by(store: Store, story: str, most: int) -> list[tuple[str, date]]:
    """Return the profile and day of the editions that met the story, the newest first, at most `most`."""
    with store.reading() as connection:
        rows = connection.execute(
            sa.select(editions.c.profile, editions.c.date)
            .join(edition_digests, edition_digests.c.edition_id == editions.c.id)
            .where(edition_digests.c.story_id == story, ~ahead(horizon(connection)))
            .distinct()
            .order_by(editions.c.date.desc(), editions.c.profile)
            .limit(most)
        )
        return [(row.profile, date.fromisoformat(row.date)) for row in rows]


def languages(store: Store, chosen: Collection[str]) -> dict[str, str]:
    """Return the language of each of the articles whose ids are `chosen`, if it is stored and may be shown."""
    ids, of_article = sorted(chosen), dict[str, str]()
    with store.reading() as connection:
        for at in range(0, len(ids), _TOGETHER):
            rows = connection.execute(
                sa.select(articles.c.id, articles.c.language).where(
                    articles.c.id.in_(ids[at : at + _TOGETHER]), usable()
                )
            )
            of_article |= {row.id: row.language for row in rows}
    return of_article
