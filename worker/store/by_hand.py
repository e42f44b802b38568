"""What a person sees and decides of items: what may not be shown, until when and why; to withdraw and to release."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from producers.article import Status
from worker.errors import ConfigurationError
from worker.items.ruling import ENDLESS, Decider, Ruling, Standing
from worker.store import items as rows
from worker.store import verdicts
from worker.store.connect import Store, current_time, lock
from worker.store.stories import story_of_prefix
from worker.store.tables import articles, is_hidden, item_articles, items
from worker.store.usable import standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An item that may not be shown, with the article that came last for it and that article's story.

    `until` is when its embargo ends, None if it has none or nobody knows; `endless` says that nobody knows. `newer`
    says that its source sent a newer version after the decision, which a person may release.
    """

    item: str
    name: str | None
    source: str
    standing: Standing
    until: datetime | None
    endless: bool
    decided_by: Decider
    at: datetime
    note: str | None
    newer: bool
    article_id: str | None
    story_id: str | None
    title: str | None
    publisher: str | None


def standing_of(store: Store, name: str) -> Standing | None:
    """Return why nothing of the story or the article with the id `name` may be shown; None if the store remembers
    nothing of it. A story is killed if all its articles are.
    """
    with store.reading() as connection:
        own = sa.or_(articles.c.id == name, articles.c.story_id == name)
        kept = sa.or_(item_articles.c.article_id == name, item_articles.c.story_id == name)
        killed = items.c.status == Status.CANCELED
        found = {
            *connection.scalars(sa.select(standing()).where(own).distinct()),
            *connection.scalars(
                sa.select(sa.case((killed, Standing.KILLED.value), else_=Standing.HELD.value))
                .join(item_articles, item_articles.c.item_id == items.c.id)
                .where(kept, is_hidden())
                .distinct()
            ),
        }
    if not found:
        return None
    return Standing.KILLED if found == {Standing.KILLED} else Standing.HELD


def unread_embargoes(store: Store, least: int) -> list[tuple[str, int]]:
    """Return the sources with `least` items or more that are held for an embargo without a time, and how many."""
    number = sa.func.count()
    chosen = (
        sa.select(items.c.source, number)
        .where(items.c.status == Status.USABLE, items.c.embargo >= ENDLESS, items.c.cause.is_(None))
        .group_by(items.c.source)
        .having(number >= least)
        .order_by(items.c.source)
    )
    with store.reading() as connection:
        return [(row.source, row[1]) for row in connection.execute(chosen)]


def listed(store: Store, only: Standing | None = None) -> list[Listed]:
    """Return the items that may not be shown, all or `only` those held or killed, the last decided first."""
    with store.reading() as connection:
        chosen = sa.select(items).where(is_hidden()).order_by(items.c.at.desc(), items.c.id)
        hidden_items = [_listed(connection, row) for row in connection.execute(chosen).all()]
    return [item for item in hidden_items if only is None or item.standing is only]


def _listed(connection: sa.Connection, row: sa.Row[Any]) -> Listed:
    ruling = rows.ruling_of(row)
    last = connection.execute(
        sa.select(articles)
        .where(articles.c.item_id == row.id)
        .order_by(articles.c.story_id.is_(None), articles.c.version.desc(), articles.c.id)
        .limit(1)
    ).one_or_none()
    newest = sa.select(articles.c.stored_at).where(articles.c.id == row.article_id)
    came_at = connection.scalar(newest)
    return Listed(
        item=row.id,
        name=row.name,
        source=row.source,
        standing=ruling.standing,
        until=None if row.embargo is None or row.embargo >= ENDLESS else row.embargo,
        endless=row.embargo is not None and row.embargo >= ENDLESS,
        decided_by=row.decided_by,
        at=row.at,
        note=row.note,
        newer=came_at is not None and came_at > row.at,
        article_id=last.id if last is not None else None,
        story_id=last.story_id if last is not None else None,
        title=last.title if last is not None else None,
        publisher=last.publisher if last is not None else None,
    )


def withdraw(store: Store, prefix: str, reason: str, revise: rows.Revise = rows.nothing_to_revise) -> list[str]:
    """Withdraw every item of the story whose id, or one of whose articles' ids, begins with `prefix`; return the items.

    It holds until a person releases them. Raises ConfigurationError if no story and no article, or more than one, has
    such an id.
    """
    with store.writing() as connection:
        lock(connection, "stories")
        now = current_time(connection)
        chosen = list(_items(connection, prefix))
        for item in chosen:
            ruling = Ruling(
                status=Status.CANCELED, embargo=None, decided_by=Decider.PERSON, at=now, note=reason, cause=None
            )
            verdicts.decide(connection, item, ruling, now)
        revise(connection)
    return chosen


def held_of(store: Store, prefix: str) -> list[str]:
    """Return the items that may not be shown of a story; `prefix` begins its id, or that of one of its articles.

    Raises ConfigurationError if no story and no article, or more than one, has such an id.
    """
    with store.reading() as connection:
        return [
            item
            for item in _items(connection, prefix)
            if connection.scalar(sa.select(sa.exists().where(items.c.id == item, is_hidden())))
        ]


def _items(connection: sa.Connection, prefix: str) -> Iterator[str]:
    """Yield the items of a story; those of an article that is in none."""
    begins = articles.c.id.startswith(prefix.lower(), autoescape=True)
    alone = connection.scalars(
        sa.select(articles.c.item_id).where(begins, articles.c.story_id.is_(None)).distinct().limit(2)
    ).all()
    try:
        story = story_of_prefix(connection, prefix)
    except ConfigurationError:
        if len(alone) != 1:
            raise
        yield alone[0]
        return
    yield from sorted(connection.scalars(sa.select(articles.c.item_id).distinct().where(articles.c.story_id == story)))
