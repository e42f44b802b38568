"""Merging two stories: damaged copies open stories of their own until the article comes that both are copies of."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from worker.dedup import sketch
from worker.items.ruling import Standing
from worker.store.connect import insert_new
from worker.store.leading import leader, step_down
from worker.store.placement import Rule, present
from worker.store.tables import (
    articles,
    decisions,
    digests,
    edition_digests,
    merged_stories,
    stories,
)


def merge(connection: sa.Connection, story: str, other: str, proof: str, now: datetime) -> str:
    """Merge the stories `story` and `other`, because of the article `proof`, and return the story that is left.

    The older story stays. Its canonical stays too, unless the other's contains it and is much longer. Nothing happens
    if the stories are merged already, or a person split an article of one from the other. A story whose opener is still
    in the queue, and so not in the store, is merged ahead of it.
    """
    story, other = present(connection, story), present(connection, other)
    if story == other or _kept_apart(connection, story, other):
        return story
    both = sa.select(stories).where(stories.c.id.in_([story, other])).order_by(stories.c.opened_at, stories.c.id)
    rows = connection.execute(both.with_for_update()).all()
    stays = str(rows[0].id) if rows else story
    goes = other if stays == story else story
    if len(rows) > 1:
        _hand_over(connection, rows[0], rows[1], proof, now)
    for table in (articles, digests, edition_digests, merged_stories):
        connection.execute(sa.update(table).where(table.c.story_id == goes).values(story_id=stays))
    _move_decisions(connection, goes, stays)
    connection.execute(sa.delete(stories).where(stories.c.id == goes))
    insert_new(connection, merged_stories, {"id": goes, "story_id": stays, "merged_at": now})
    return stays


def _kept_apart(connection: sa.Connection, story: str, other: str) -> bool:
    ids = [story, other]
    split = (
        sa.select(decisions.c.article_id)
        .join(articles, articles.c.id == decisions.c.article_id)
        .where(~decisions.c.joined, decisions.c.story_id.in_(ids), articles.c.story_id.in_(ids))
    )
    return connection.execute(split.limit(1)).first() is not None


def _hand_over(connection: sa.Connection, left: sa.Row[Any], gone: sa.Row[Any], proof: str, now: datetime) -> None:
    """Give the story `left` the better canonical of the two, and make the other a reprint without a lease.

    The better one is that which may be shown, if the other may not; else the longer one, if it contains the other.
    """
    first, second = leader(connection, left.id), leader(connection, gone.id)
    if second is None:
        return
    is_better = first is None or _is_better(second, first)
    if is_better:
        connection.execute(sa.update(stories).where(stories.c.id == left.id).values(canonical_id=second.id))
    if first is None:
        return
    ours, theirs = (second, first) if is_better else (first, second)
    step_down(connection, theirs, ours.body, Rule.MERGED, proof, now)


def _is_better(row: sa.Row[Any], other: sa.Row[Any]) -> bool:
    may_be_shown, other_may = (leads.standing == Standing.USABLE for leads in (row, other))
    return _contains(row.body, other.body) if may_be_shown == other_may else may_be_shown


def _contains(body: str, other: str) -> bool:
    longer = sketch.length(body) >= sketch.GROWTH * sketch.length(other)
    return longer and sketch.containment(other, body) >= sketch.SURE_CONTAINMENT


def _move_decisions(connection: sa.Connection, goes: str, stays: str) -> None:
    """Let a person's decisions about the story `goes` hold for `stays`, unless a decision about that exists."""
    decided = sa.select(decisions.c.article_id).where(decisions.c.story_id == stays)
    connection.execute(sa.delete(decisions).where(decisions.c.story_id == goes, decisions.c.article_id.in_(decided)))
    connection.execute(sa.update(decisions).where(decisions.c.story_id == goes).values(story_id=stays))
