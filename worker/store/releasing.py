"""Release: what was held may be shown. It is an arrival: the article is placed as if it came now."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from producers.article import Status
from worker.items.ruling import ENDLESS, Decider, Ruling, Standing, released
from worker.store import items as rows
from worker.store import verdicts
from worker.store.articles import article_of, enter, place_columns
from worker.store.connect import Store, current_time, lock
from worker.store.leading import elect, superseded
from worker.store.placement import Incoming
from worker.store.states import State
from worker.store.tables import articles, digests, is_hidden, items, stories


def due(store: Store) -> list[str]:
    """Return the items whose embargo is over by the store's clock and was all that held them, in the order of release.

    What the desk holds as a copy of an item comes after that.
    """
    with store.reading() as connection:
        return list(
            connection.scalars(
                sa.select(items.c.id)
                .where(_is_over(current_time(connection)))
                .order_by(items.c.cause.is_not(None), items.c.embargo, items.c.received_at, items.c.id)
            )
        )


def next_release(store: Store) -> datetime | None:
    """Return when the next embargo ends that somebody knows; None if there is none."""
    with store.reading() as connection:
        until = sa.select(sa.func.min(items.c.embargo)).where(
            items.c.status == Status.USABLE, items.c.embargo < ENDLESS
        )
        ends: datetime | None = connection.scalar(until)
        return ends


def arrival(store: Store, item: str) -> Incoming | None:
    """Return the newest version of `item` that is in a story, as it came, with what its claim answered then; None if
    there is none.
    """
    with store.reading() as connection:
        row = connection.execute(_newest(item)).one_or_none()
    if row is None:
        return None
    joins = row.matched_id if row.containment is not None else None
    return Incoming(article_of(row), row.text_key, joins, row.containment or 0.0)


def release(
    store: Store,
    item: str,
    incoming: Incoming | None,
    decided_by: Decider | None,
    revise: rows.Revise = rows.nothing_to_revise,
) -> bool:
    """Let the articles of `item` be shown from now on; return whether that changed anything.

    `incoming` is its `arrival`, claimed again; None if it has none. `decided_by` is the person, or None if the embargo
    is over. A digest counts as made at the embargo's end, or now if a person decided; the story that it leads, as
    opened now.
    """
    with store.writing() as connection:
        lock(connection, "stories", shared=incoming is None or not incoming.proves)
        lock(connection, f"item {item}")
        now = current_time(connection)
        is_due = is_hidden() if decided_by is not None else _is_over(now)
        row = connection.execute(sa.select(items).where(items.c.id == item, is_due).with_for_update()).one_or_none()
        if row is None:
            return False
        at = now if decided_by is not None else row.embargo
        before = rows.ruling_of(row)
        after = released(before, decided_by or before.decided_by, now)
        rows.put(connection, item, after, was_shown=True)
        if incoming is not None:
            _place_again(connection, item, incoming, before, after, at, now)
        verdicts.follow(connection, item, before, after, now)
        revise(connection)
        return True


def _place_again(
    connection: sa.Connection,
    item: str,
    incoming: Incoming,
    before: Ruling,
    after: Ruling,
    at: datetime,
    now: datetime,
) -> None:
    """Take the article of `incoming` out of its story, and put it where it belongs now."""
    article = incoming.article
    row = connection.execute(_newest(item)).one_or_none()
    if row is None or row.id != article.id or row.state == State.FAILED:
        return
    mine = sa.update(articles).where(articles.c.id == article.id)
    connection.execute(mine.values(story_id=None, state=State.REPRINT, lease_token=None, lease_until=None))
    elect(connection, row.story_id, now)
    arrived = rows.Arrived(
        item=item,
        version=row.version,
        newest=True,
        superseded=row.superseded,
        before=before,
        after=after,
    )
    placed, leads = enter(connection, incoming, arrived, Standing.USABLE, now)
    digested = connection.scalar(sa.select(sa.exists().where(digests.c.article_id == article.id)))
    state = (State.DIGESTED if digested else State.READY) if leads else State.REPRINT
    connection.execute(mine.values(state=state, state_at=now, attempts=0, **place_columns(placed, leads, now)))
    connection.execute(
        sa.update(digests).where(digests.c.article_id == article.id).values(story_id=placed.story, made_at=at)
    )
    if leads:
        connection.execute(sa.update(stories).where(stories.c.id == placed.story).values(opened_at=now))


def _is_over(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(items.c.status == Status.USABLE, items.c.embargo <= now)


def _newest(item: str) -> sa.Select[Any]:
    return (
        sa.select(articles, superseded().label("superseded"))
        .where(articles.c.item_id == item, articles.c.story_id.is_not(None))
        .order_by(articles.c.version.desc(), articles.c.id)
        .limit(1)
    )
