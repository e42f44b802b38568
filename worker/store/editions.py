"""Closing editions: which digests they meet, and which they carry."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from worker.edition.document import Carried, Counts, Document, Source, document, encode
from worker.store.connect import Store, lock, now
from worker.store.tables import articles, digests, edition_digests, editions, failures, stories


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A closed edition. `document` is its whole JSON; `delivered` tells whether its files are written."""

    id: int
    profile: str
    date: date
    revision: int
    closed_at: datetime
    document: Document
    delivered: bool


def close(
    store: Store,
    *,
    profile: str,
    timezone: str,
    date: date,
    at: datetime | None,
) -> Edition:
    """Close the edition of `profile` and the local day `date` and return it, in one transaction.

    `at` is the scheduled moment; None closes now, by the store's clock, and returns the day's last edition unchanged
    where no new digest was made since. The edition carries every digest made before the close that no earlier edition
    of the profile has met, and all that the day's earlier revisions carried. Closing the same moment twice gives the
    same edition.
    """
    day = date.isoformat()
    with store.writing() as connection:
        lock(connection, f"edition {profile}")
        moment = at or now(connection)
        last = _row(
            connection,
            sa.select(editions)
            .where(editions.c.profile == profile, editions.c.date == day)
            .order_by(editions.c.revision.desc()),
        )
        if last is not None and at is not None and last.closed_at >= at:
            return _edition(last)
        met = _unmet(connection, profile, moment)
        if last is not None and at is None and not met:
            return _edition(last)
        canonical = {row.article_id for row in met if row.canonical_id == row.article_id}
        carried_today = _carried_on(connection, profile, day)
        # A story that an earlier revision carried with another article is told once, by its present canonical.
        renewed = {row.story_id for row in met if row.article_id in canonical}
        kept = {row.article_id for row in carried_today if row.story_id not in renewed}
        before = _carried_before(connection, profile, day, [row.story_id for row in met])
        carried = _carried(connection, canonical | kept, updates=before)
        since = connection.scalar(
            sa.select(sa.func.max(editions.c.closed_at)).where(editions.c.profile == profile, editions.c.date < day)
        )
        counts = _counts(connection, since, moment, len(carried))
        revision = last.revision + 1 if last is not None else 1
        whole = document(
            profile=profile,
            date=date,
            timezone=timezone,
            revision=revision,
            closed_at=moment,
            counts=counts,
            carried=carried,
        )
        row = {
            "profile": profile,
            "date": day,
            "revision": revision,
            "closed_at": moment,
            "document": encode(whole).decode(),
            "delivered_at": None,
        }
        edition_id = connection.execute(sa.insert(editions).values(**row).returning(editions.c.id)).scalar_one()
        for digest in met:
            connection.execute(
                sa.insert(edition_digests).values(
                    profile=profile,
                    article_id=digest.article_id,
                    story_id=digest.story_id,
                    edition_id=edition_id,
                    carried=digest.article_id in canonical,
                )
            )
        found = _row(connection, sa.select(editions).where(editions.c.id == edition_id))
    if found is None:
        raise RuntimeError("the edition just inserted is not there")
    return _edition(found)


def last_closed(store: Store, profile: str) -> tuple[datetime | None, datetime | None]:
    """Return when the profile's last edition closed and when the first article of the desk came; None for never."""
    with store.reading() as connection:
        closed = sa.select(sa.func.max(editions.c.closed_at)).where(editions.c.profile == profile)
        return connection.scalar(closed), connection.scalar(sa.select(sa.func.min(articles.c.stored_at)))


def undelivered(store: Store) -> list[Edition]:
    """Return the editions whose files are not known to be written, oldest first."""
    with store.reading() as connection:
        rows = connection.execute(
            sa.select(editions).where(editions.c.delivered_at.is_(None)).order_by(editions.c.closed_at, editions.c.id)
        )
        return [_edition(row) for row in rows]


def mark_delivered(store: Store, edition: int) -> None:
    """Note that the files of `edition` are written."""
    with store.writing() as connection:
        connection.execute(sa.update(editions).where(editions.c.id == edition).values(delivered_at=now(connection)))


def find(store: Store, profile: str, day: date | None = None) -> Edition | None:
    """Return the newest revision of the edition of `day`, or of the newest day; None where there is none."""
    chosen = sa.select(editions).where(editions.c.profile == profile)
    if day is not None:
        chosen = chosen.where(editions.c.date == day.isoformat())
    with store.reading() as connection:
        row = _row(connection, chosen.order_by(editions.c.date.desc(), editions.c.revision.desc()))
    return _edition(row) if row is not None else None


def listed(store: Store, profile: str | None = None) -> list[Edition]:
    """Return all editions, of one profile or of all, newest first."""
    chosen = sa.select(editions).order_by(editions.c.date.desc(), editions.c.profile, editions.c.revision.desc())
    if profile is not None:
        chosen = chosen.where(editions.c.profile == profile)
    with store.reading() as connection:
        return [_edition(row) for row in connection.execute(chosen)]


def _unmet(connection: sa.Connection, profile: str, moment: datetime) -> list[sa.Row[Any]]:
    met = sa.select(edition_digests.c.article_id).where(
        edition_digests.c.profile == profile, edition_digests.c.article_id == digests.c.article_id
    )
    return list(
        connection.execute(
            sa.select(digests.c.article_id, digests.c.story_id, stories.c.canonical_id)
            .outerjoin(stories, stories.c.id == digests.c.story_id)
            .where(digests.c.made_at <= moment, ~sa.exists(met))
            .order_by(digests.c.article_id)
        )
    )


def _carried_on(connection: sa.Connection, profile: str, day: str) -> list[sa.Row[Any]]:
    return list(
        connection.execute(
            sa.select(edition_digests.c.article_id, edition_digests.c.story_id)
            .join(editions, editions.c.id == edition_digests.c.edition_id)
            .where(editions.c.profile == profile, editions.c.date == day, edition_digests.c.carried)
        )
    )


def _carried_before(connection: sa.Connection, profile: str, day: str, candidates: Iterable[str]) -> set[str]:
    """Return which stories were carried by an earlier edition: they return as updates."""
    wanted = set(candidates)
    rows = connection.execute(
        sa.select(edition_digests.c.story_id)
        .join(editions, editions.c.id == edition_digests.c.edition_id)
        .where(editions.c.profile == profile, editions.c.date < day, edition_digests.c.carried)
    )
    return {story for (story,) in rows if story in wanted}


def _carried(connection: sa.Connection, chosen: set[str], updates: set[str]) -> list[Carried]:
    carried: list[Carried] = []
    for article_id in sorted(chosen):
        row = connection.execute(
            sa.select(
                digests,
                articles.c.body,
                articles.c.language,
                articles.c.published_at,
                articles.c.received_at,
            )
            .join(articles, articles.c.id == digests.c.article_id)
            .where(digests.c.article_id == article_id)
        ).one()
        members = connection.execute(
            sa.select(articles)
            .where(
                articles.c.story_id == row.story_id, sa.or_(articles.c.state == "reprint", articles.c.id == article_id)
            )
            .order_by(articles.c.id)
        )
        carried.append(
            Carried(
                story_id=row.story_id,
                article_id=article_id,
                headline=row.headline,
                summary=row.summary,
                language=row.language,
                published_at=row.published_at,
                received_at=row.received_at,
                update=row.story_id in updates,
                sources=tuple(
                    Source(
                        publisher=member.publisher,
                        title=member.title,
                        uri=member.uri,
                        article_id=member.id,
                        containment=None if member.id == article_id else member.containment,
                    )
                    for member in members
                ),
                engine=row.engine,
                model=row.model,
                supported=row.supported,
                body=row.body,
                embedding=bytes(row.embedding),
            )
        )
    return carried


def _counts(connection: sa.Connection, since: datetime | None, moment: datetime, carried: int) -> Counts:
    def count(column: sa.Column[Any], *conditions: sa.ColumnElement[bool]) -> int:
        window = [column <= moment, *conditions]
        if since is not None:
            window.append(column > since)
        return connection.scalar(sa.select(sa.func.count()).where(*window)) or 0

    return Counts(
        received=count(articles.c.stored_at),
        reprints=count(articles.c.stored_at, articles.c.state == "reprint"),
        failed=count(failures.c.failed_at),
        digests=carried,
    )


def _row(connection: sa.Connection, chosen: sa.Select[Any]) -> sa.Row[Any] | None:
    return connection.execute(chosen.limit(1)).one_or_none()


def _edition(row: sa.Row[Any]) -> Edition:
    return Edition(
        id=row.id,
        profile=row.profile,
        date=date.fromisoformat(row.date),
        revision=row.revision,
        closed_at=row.closed_at,
        document=json.loads(row.document),
        delivered=row.delivered_at is not None,
    )
