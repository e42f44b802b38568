"""Who leads a story: an article that may be shown; in a story without one the best held article, digested ahead.

An article that has failed or was killed leads nothing. Of the versions of an item, an older one leads only if all newer
ones have failed. Every change of a leader holds the row of its story.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from worker.items.ruling import Standing
from worker.store.placement import Rule, shared
from worker.store.states import State
from worker.store.tables import (
    HAS_FAILED_IN_A_STORY,
    articles,
    digests,
    edition_digests,
    items,
    stories,
)
from worker.store.usable import standing, usable


def superseded() -> sa.ColumnElement[bool]:
    """Return the condition of an article of whose item a newer version came that has not failed and is no mere notice
    of a kill.
    """
    newer, last = articles.alias(), articles.alias()
    stored = sa.exists(
        sa.select(newer.c.id).where(
            newer.c.item_id == articles.c.item_id,
            newer.c.version > articles.c.version,
            newer.c.state != State.FAILED,
            newer.c.story_id.is_not(None),
        )
    )
    pruned = sa.exists(
        sa.select(items.c.id).where(
            items.c.id == articles.c.item_id,
            items.c.article_id != articles.c.id,
            ~sa.exists(sa.select(last.c.id).where(last.c.id == items.c.article_id)),
        )
    )
    return sa.or_(stored, pruned)


def without_leader(connection: sa.Connection) -> list[str]:
    """Return the ids of the stories that have no canonical, and of those in which an article has failed.

    They are few. Asked for by their ids they are found by an index, on every planner.
    """
    nobody = sa.select(stories.c.id).where(stories.c.canonical_id.is_(None))
    failed = sa.select(articles.c.story_id).where(HAS_FAILED_IN_A_STORY)
    return list(connection.scalars(sa.union(nobody, failed)))


def leader(connection: sa.Connection, story: str) -> sa.Row[Any] | None:
    """Return the row of the article that leads `story`, with its `standing`; None if there is none or it has failed.

    Nobody else replaces it until this transaction ends.
    """
    name = connection.scalar(sa.select(stories.c.canonical_id).where(stories.c.id == story).with_for_update())
    return connection.execute(
        sa.select(articles, standing().label("standing")).where(
            articles.c.id == name, articles.c.story_id == story, articles.c.state != State.FAILED
        )
    ).one_or_none()


def take_lead(connection: sa.Connection, story: str, article: str, body: str, now: datetime, *, shown: bool) -> bool:
    """Let the article with the id `article` and the text `body` lead `story` if nobody does; return whether it does.

    If it may be shown (`shown`), a leader that may not counts as none, and becomes a reprint.
    """
    before = leader(connection, story)
    if before is not None and before.id == article:
        return True
    if before is not None and (not shown or before.standing == Standing.USABLE):
        return False
    if before is not None:
        step_down(connection, before, body, Rule.OVERTAKEN, article, now)
    connection.execute(sa.update(stories).where(stories.c.id == story).values(canonical_id=article))
    return True


def step_down(connection: sa.Connection, row: sa.Row[Any], body: str, rule: Rule, matched: str, now: datetime) -> None:
    """Make the leader `row` a reprint of the new one, of `body`; a worker that summarises it loses its lease."""
    connection.execute(
        sa.update(articles)
        .where(articles.c.id == row.id)
        .values(
            state=State.REPRINT,
            state_at=now,
            containment=shared(row.body, body),
            rule=rule.value,
            matched_id=matched,
            joined_at=now,
            lease_token=None,
            lease_until=None,
        )
    )


def elect(connection: sa.Connection, story: str, now: datetime) -> bool:
    """Give `story` to its best article if its leader has failed, has left it, or may not be shown; return whether it
    has another leader now.

    A held leader stays if no article of the story may be shown, a killed one never. A story in which no article is left
    is deleted.
    """
    before = leader(connection, story)
    if before is not None and before.standing == Standing.USABLE:
        return False
    best = _best(connection, story)
    if before is not None and before.standing == Standing.HELD and (best is None or best.standing != Standing.USABLE):
        return False
    if before is not None and best is not None:
        step_down(connection, before, best.body, Rule.OVERTAKEN, best.id, now)
    elif before is not None:
        connection.execute(
            sa.update(articles)
            .where(articles.c.id == before.id)
            .values(state=State.REPRINT, state_at=now, lease_token=None, lease_until=None)
        )
    connection.execute(
        sa.update(stories).where(stories.c.id == story).values(canonical_id=best.id if best is not None else None)
    )
    if best is None:
        if not connection.scalar(sa.select(sa.func.count()).where(articles.c.story_id == story)):
            connection.execute(sa.delete(stories).where(stories.c.id == story))
        return False
    lead(connection, best.id, now)
    return True


def lead(connection: sa.Connection, article: str, now: datetime) -> None:
    """Let the reprint `article` be what the leader of a story is: digested if it has a digest, else ready for it.

    A digest that no edition has carried counts as made now, so that the next closing meets it.
    """
    digested = connection.scalar(sa.select(sa.exists().where(digests.c.article_id == article)))
    connection.execute(
        sa.update(articles)
        .where(articles.c.id == article, articles.c.state == State.REPRINT)
        .values(state=State.DIGESTED if digested else State.READY, state_at=now, containment=None, attempts=0)
    )
    if digested:
        connection.execute(
            sa.delete(edition_digests).where(edition_digests.c.article_id == article, ~edition_digests.c.carried)
        )
        connection.execute(sa.update(digests).where(digests.c.article_id == article).values(made_at=now))


def candidates(story: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Return the query for the reprints of `story` that may lead it."""
    return sa.select(articles, standing().label("standing")).where(
        articles.c.story_id == story,
        articles.c.state == State.REPRINT,
        standing() != Standing.KILLED.value,
        ~superseded(),
    )


def _best(connection: sa.Connection, story: str) -> sa.Row[Any] | None:
    """Return the reprint that leads `story` if its leader is gone: one that may be shown before the others, then the
    longest, then the earliest, then that with the smallest id.
    """
    return connection.execute(
        candidates(sa.literal(story))
        .order_by(
            sa.case((usable(), 0), else_=1), sa.func.length(articles.c.body).desc(), articles.c.stored_at, articles.c.id
        )
        .limit(1)
    ).one_or_none()
