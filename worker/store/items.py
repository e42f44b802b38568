"""Items in the store: their rows, their versions, and every decision about them.

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
from worker.store.states import State
from worker.store.tables import articles, is_hidden, item_articles, items, rulings

#: Takes what `withdrawn` lists out of the editions, and says so by `mark_revised`; both on the connection that it gets.
Revise = Callable[[sa.Connection], None]


def nothing_to_revise(_connection: sa.Connection) -> None:
    """Revise no edition: for a store that has none."""


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
        .where(rulings.c.revised_at.is_(None), rulings.c.act != Act.RELEASE, is_hidden())
        .order_by(rulings.c.id)
    ).all()
    return [
        Withdrawal(
            ruling=row.id,
            item=row.item_id,
            act=row.act,
            at=row.at,
            note=row.note,
            articles=tuple(article_ids(connection, row.item_id)),
        )
        for row in rows
    ]


def mark_revised(connection: sa.Connection, ids: Sequence[int], now: datetime) -> None:
    """Note that no edition shows the articles of the rulings `ids` any more, since `now`."""
    connection.execute(sa.update(rulings).where(rulings.c.id.in_(ids)).values(revised_at=now))


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """What an incoming article is to its item.

    `item` is the item's id, `version` its place among the versions (None if the article belongs to no item), `newest`
    whether it is the last of them, and `superseded` whether a later one came that has not failed. `before` and
    `after` are what held and what holds now; None if nothing was decided.
    """

    item: str
    version: int | None
    newest: bool
    superseded: bool
    before: Ruling | None
    after: Ruling | None

    @property
    def standing(self) -> Standing:
        """Whether the article may be shown."""
        return Standing.USABLE if self.after is None else self.after.standing

    @property
    def is_judged(self) -> bool:
        """Whether the desk looks if the article, the newest of its item, is a copy of what may not be shown."""
        return self.newest and self.standing is Standing.USABLE

    @property
    def lifts(self) -> bool:
        """Whether the article may be shown, and those of its item before it might not."""
        was_hidden = self.before is not None and self.before.standing is not Standing.USABLE
        return was_hidden and self.standing is Standing.USABLE


def arrive(connection: sa.Connection, article: Article, now: datetime) -> Arrived:
    """Let `article` come to its item, before it is stored, and return what it is to it.

    The newest version decides what holds for all of them (worker.items.ruling); an older one changes nothing.
    """
    key = item_key(article.source, article.item, article.uri)
    item = key or article.id
    row = connection.execute(sa.select(items).where(items.c.id == item).with_for_update()).one_or_none()
    before = None if row is None else ruling_of(row)
    version = version_of(article)
    newest = row is None or not newer(_version(row), version)
    ruling = said(_status(article), article.embargo, article.note, now)
    # A retry of the newest version says nothing new: what was decided since holds.
    is_known = row is not None and row.article_id == article.id
    after = revised(before, ruling) if newest and not is_known else before
    if after is not None and (key is not None or row is not None or after.standing is not Standing.USABLE):
        values = {**columns(after), **(_newest(article.id, version) if newest else {})}
        if row is None:
            connection.execute(sa.insert(items), _row(article, item, values))
        else:
            connection.execute(sa.update(items).where(items.c.id == item).values(values))
        note(connection, item, before, after, was_shown=before is not None)
    else:
        after = None
    place = None if key is None else _make_room(connection, key, article.id, version)
    return Arrived(
        item=item,
        version=place,
        newest=newest,
        superseded=place is not None
        and (_has_newer(connection, item, place) or (not newest and _is_pruned(connection, row))),
        before=before,
        after=after,
    )


def first(article: Article, now: datetime) -> tuple[Arrived, dict[str, Any] | None]:
    """Return what the usable `article` is to its item, of which the store knows nothing yet, and the row of that item,
    None if the article belongs to none. It is what `arrive` answers then.
    """
    key = item_key(article.source, article.item, article.uri)
    after = None if key is None else said(article.status, article.embargo, article.note, now)
    arrived = Arrived(
        item=key or article.id,
        version=None if key is None else 0,
        newest=True,
        superseded=False,
        before=None,
        after=after,
    )
    if key is None or after is None:
        return arrived, None
    return arrived, _row(article, key, {**columns(after), **_newest(article.id, version_of(article))})


def is_text_kill(article: Article) -> bool:
    """Return whether `article` is a kill in plain text: it names what it takes back by a slug, and is never news."""
    return article.status is Status.CANCELED and item_key(article.source, article.item, article.uri) is None


def _status(article: Article) -> Status:
    return Status.WITHHELD if is_text_kill(article) else article.status


def put(connection: sa.Connection, item: str, ruling: Ruling, *, was_shown: bool) -> Ruling | None:
    """Let `ruling` hold for `item`, which has an article in the store or a row, and return what held before."""
    row = connection.execute(sa.select(items).where(items.c.id == item).with_for_update()).one_or_none()
    if row is None:
        last = connection.execute(
            sa.select(articles).where(articles.c.item_id == item).order_by(articles.c.version.desc()).limit(1)
        ).one()
        named = {"id": item, "source": last.source, "name": None, **_newest(last.id, stored_version(last))}
        insert_new(connection, items, {**named, **columns(ruling)})
    connection.execute(sa.update(items).where(items.c.id == item).values(columns(ruling)))
    before = None if row is None else ruling_of(row)
    note(connection, item, before, ruling, was_shown=was_shown)
    return before


def note(connection: sa.Connection, item: str, before: Ruling | None, after: Ruling, *, was_shown: bool) -> None:
    """Note the decision that led from `before` to `after`, if it changed what may be shown.

    Without `was_shown` no article of the item was ever usable, so no edition shows one.
    """
    done = act(before, after)
    if done is not None:
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


def remember(connection: sa.Connection, item: str) -> None:
    """Note which articles `item` has, with their stories and texts, for the time when they are pruned."""
    known = sa.select(item_articles.c.article_id).where(item_articles.c.item_id == item)
    rows = connection.execute(sa.select(articles).where(articles.c.item_id == item, articles.c.id.not_in(known))).all()
    for row in rows:
        insert_new(
            connection,
            item_articles,
            {
                "article_id": row.id,
                "item_id": item,
                "story_id": row.story_id,
                "text_key": row.text_key,
                "publisher": row.publisher,
                "received_at": row.received_at,
            },
        )


def article_ids(connection: sa.Connection, item: str) -> list[str]:
    """Return the ids of the articles of `item`, those that were pruned included."""
    stored = sa.select(articles.c.id).where(articles.c.item_id == item)
    kept = sa.select(item_articles.c.article_id).where(item_articles.c.item_id == item)
    return sorted(connection.scalars(sa.union(stored, kept)))


def stored_version(row: sa.Row[Any]) -> Version:
    """Return what orders the article of a row of `articles` among the versions of its item."""
    is_dated = row.revision_created is not None or row.revision_number is not None
    return Version(
        created=min(row.revision_created, row.received_at) if row.revision_created else None,
        number=row.revision_number,
        published_at=None if is_dated else row.published_at,
        received_at=row.received_at,
    )


def ruling_of(row: sa.Row[Any]) -> Ruling:
    """Return what holds for the item of a row of `items`."""
    return Ruling(
        status=row.status,
        embargo=row.embargo,
        decided_by=row.decided_by,
        at=row.at,
        note=row.note,
        cause=row.cause,
    )


def _make_room(connection: sa.Connection, item: str, article: str, version: Version) -> int:
    """Return the place of a new version of `item` among those that are stored, and move the later ones up."""
    stored = connection.execute(
        sa.select(articles)
        .where(articles.c.item_id == item, articles.c.id != article, articles.c.version.is_not(None))
        .order_by(articles.c.version.desc())
    ).all()
    place = next((int(row.version) + 1 for row in stored if not newer(stored_version(row), version)), 0)
    if stored and place <= stored[0].version:
        connection.execute(
            sa.update(articles)
            .where(articles.c.item_id == item, articles.c.version >= place)
            .values(version=articles.c.version + 1)
        )
    return place


def _has_newer(connection: sa.Connection, item: str, place: int) -> bool:
    later = sa.exists().where(
        articles.c.item_id == item,
        articles.c.version > place,
        articles.c.state != State.FAILED,
        articles.c.story_id.is_not(None),
    )
    return bool(connection.scalar(sa.select(later)))


def _is_pruned(connection: sa.Connection, row: sa.Row[Any] | None) -> bool:
    """Return whether the newest version of the item `row` was stored and is no more, though nobody dropped it."""
    if row is None or row.article_id is None:
        return False
    return not connection.scalar(sa.select(sa.exists().where(articles.c.id == row.article_id)))


def _version(row: sa.Row[Any]) -> Version:
    return Version(created=row.created, number=row.number, published_at=row.published_at, received_at=row.received_at)


def _row(article: Article, item: str, values: dict[str, Any]) -> dict[str, Any]:
    return {"id": item, "source": article.source, "name": item_name(article.item, article.uri), **values}


def _newest(article: str, version: Version) -> dict[str, Any]:
    return {
        "article_id": article,
        "created": version.created,
        "number": version.number,
        "published_at": version.published_at,
        "received_at": version.received_at,
    }


def columns(ruling: Ruling) -> dict[str, Any]:
    """Return what the row of an item says of `ruling`."""
    return {
        "status": ruling.status,
        "embargo": ruling.embargo,
        "decided_by": ruling.decided_by,
        "at": ruling.at,
        "note": ruling.note,
        "cause": ruling.cause,
    }
