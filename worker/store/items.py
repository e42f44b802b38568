"""Items in the store: what their sources, persons and the desk decide about them.

A decision and all that follows from it are one transaction. Its last step is `revise`, which the room above gives: it
takes what stopped being usable out of the editions, on the same connection (`withdrawn`, `mark_revised`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from producers.article import Status
from worker.article import Article
from worker.items.identity import item_key, item_name
from worker.items.order import Version, newer, version_of
from worker.items.ruling import Act, Ruling, Standing, act, revised, said
from worker.store.connect import insert_new
from worker.store.tables import articles, item_articles, items, rulings
from worker.store.usable import hidden

#: Takes what `withdrawn` lists out of the editions, and says so by `mark_revised`; both on the connection that it gets.
Revise = Callable[[sa.Connection], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A decision after which the articles with the ids `articles`, all those of an item, may not be shown.

    `act` is a kill, a withdrawal by hand or a hold, made at `at`; `note` is its reason.
    """

    ruling: int
    item: str
    act: Act
    at: datetime
    note: str | None
    articles: tuple[str, ...]


def withdrawn(connection: sa.Connection) -> list[Withdrawal]:
    """Return the decisions that are not carried out in the editions yet, oldest first.

    Those that a later decision has undone are not among them.
    """
    rows = connection.execute(
        sa.select(rulings)
        .join(items, items.c.id == rulings.c.item_id)
        .where(rulings.c.revised_at.is_(None), rulings.c.act != Act.RELEASE, hidden())
        .order_by(rulings.c.id)
    ).all()
    return [
        Withdrawal(
            ruling=row.id,
            item=row.item_id,
            act=row.act,
            at=row.at,
            note=row.note,
            articles=tuple(_articles(connection, row.item_id)),
        )
        for row in rows
    ]


def mark_revised(connection: sa.Connection, ids: Sequence[int], now: datetime) -> None:
    """Note that no edition shows the articles of the rulings `ids` any more, since `now`."""
    connection.execute(sa.update(rulings).where(rulings.c.id.in_(ids)).values(revised_at=now))


def ruling_of(connection: sa.Connection, item: str) -> Ruling | None:
    """Return what holds for `item`; None if nothing was ever decided about it."""
    row = connection.execute(sa.select(items).where(items.c.id == item)).one_or_none()
    return None if row is None else _ruling(row)


@dataclass(frozen=True, slots=True)
class Arrived:
    """What an incoming article is to its item: the item's id, its place among the versions (None if it belongs to
    none), whether it is the newest, and what holds now.
    """

    item: str
    version: int | None
    newest: bool
    standing: Standing


def arrive(connection: sa.Connection, article: Article, now: datetime, *, ignores_unknown: bool = False) -> Arrived:
    """Let `article` come to its item, and return what it is to it.

    The newest version decides what holds for all of them, see worker.items.ruling; an older one changes nothing.
    """
    key = item_key(article.source, article.item, article.uri)
    status = article.status
    if key is None and status is Status.CANCELED:
        # A kill in plain text: it takes back other articles, by their slug, and is itself never news.
        status = Status.WITHHELD
    ruling = said(status, article.embargo, article.note, now, ignores_unknown=ignores_unknown)
    item = key or article.id
    row = connection.execute(sa.select(items).where(items.c.id == item).with_for_update()).one_or_none()
    before = None if row is None else _ruling(row)
    version = version_of(article)
    newest = row is None or not newer(_version(row), version)
    after = revised(before, ruling) if newest else before
    if after is not None and (key is not None or after.standing is not Standing.USABLE):
        _put(connection, item, article, version if newest else None, after)
        rule(connection, item, before, after, was_shown=before is not None)
    standing = Standing.USABLE if after is None else after.standing
    return Arrived(item, None if key is None else _placed(connection, key, article.id, version), newest, standing)


def rule(connection: sa.Connection, item: str, before: Ruling | None, after: Ruling, *, was_shown: bool) -> Act | None:
    """Note the decision that led from `before` to `after`, if it changed what may be shown; return what it did.

    Without `was_shown` no article of the item was ever usable, so no edition shows one.
    """
    done = act(before, after)
    if done is None:
        return None
    connection.execute(
        sa.insert(rulings).values(
            item_id=item,
            act=done,
            status=after.status,
            embargo=after.embargo,
            decided_by=after.decided_by,
            at=after.at,
            note=after.note,
            revised_at=after.at if done is Act.RELEASE or not was_shown else None,
        )
    )
    return done


def _put(connection: sa.Connection, item: str, article: Article, version: Version | None, ruling: Ruling) -> None:
    """Write the row of `item`; `article` is its newest version, as `version` says, unless that is None."""
    row: dict[str, Any] = {
        "status": ruling.status,
        "embargo": ruling.embargo,
        "decided_by": ruling.decided_by,
        "at": ruling.at,
        "note": ruling.note,
        "cause": ruling.cause,
    }
    if version is not None:
        row |= {
            "article_id": article.id,
            "created": version.created,
            "number": version.number,
            "published_at": version.published_at,
            "received_at": version.received_at,
        }
    name = item_name(article.item, article.uri)
    if version is None or not insert_new(
        connection, items, {"id": item, "source": article.source, "name": name, **row}
    ):
        connection.execute(sa.update(items).where(items.c.id == item).values(row))


def _placed(connection: sa.Connection, item: str, article: str, version: Version) -> int:
    """Return the place of a new version of `item` among those that are stored, and make room for it."""
    stored = connection.execute(
        sa.select(articles)
        .where(articles.c.item_id == item, articles.c.id != article, articles.c.version.is_not(None))
        .order_by(articles.c.version.desc())
    )
    place = next((row.version + 1 for row in stored if not newer(stored_version(row), version)), 0)
    connection.execute(
        sa.update(articles)
        .where(articles.c.item_id == item, articles.c.version >= place)
        .values(version=articles.c.version + 1)
    )
    return int(place)


def stored_version(row: sa.Row[Any]) -> Version:
    """Return what orders the article of a row of `articles` among the versions of its item."""
    is_dated = row.revision_created is not None or row.revision_number is not None
    return Version(
        created=min(row.revision_created, row.received_at) if row.revision_created else None,
        number=row.revision_number,
        published_at=None if is_dated else row.published_at,
        received_at=row.received_at,
    )


def _version(row: sa.Row[Any]) -> Version:
    return Version(created=row.created, number=row.number, published_at=row.published_at, received_at=row.received_at)


def _ruling(row: sa.Row[Any]) -> Ruling:
    return Ruling(
        status=row.status,
        embargo=row.embargo,
        decided_by=row.decided_by,
        at=row.at,
        note=row.note,
        cause=row.cause,
    )


def _articles(connection: sa.Connection, item: str) -> list[str]:
    """Return the ids of the articles of `item`, those that were pruned included."""
    stored = sa.select(articles.c.id).where(articles.c.item_id == item)
    kept = sa.select(item_articles.c.article_id).where(item_articles.c.item_id == item)
    return sorted(connection.scalars(sa.union(stored, kept)))
