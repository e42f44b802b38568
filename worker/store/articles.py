"""Taking articles in: each once, each into its story."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from worker.article import Article, Dropped
from worker.store import search
from worker.store.connect import Store, current_time, insert_new, lock
from worker.store.merging import give_up_lead, merge
from worker.store.placement import STORY_HOURS, Incoming, Place, Rule, overtakes, place, shared, story_of, uri_key
from worker.store.states import State
from worker.store.tables import articles, failures, stories

__all__ = ["STORY_HOURS", "Incoming", "IncomingFailure", "article_of", "put_failure", "standing", "take_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingFailure:
    """An article that failed before it could be stored; `raw` is its journal entry."""

    id: str
    source: str
    uri: str
    media_type: str
    filename: str
    title: str | None
    publisher: str | None
    published_at: datetime | None
    received_at: datetime | None
    stage: str
    reason: str
    attempts: int
    raw: bytes


def standing(store: Store, ids: Sequence[str]) -> dict[str, State]:
    """Return the state of each of `ids` that the store has."""
    with store.reading() as connection:
        rows = connection.execute(sa.select(articles.c.id, articles.c.state).where(articles.c.id.in_(ids)))
        return {row.id: row.state for row in rows}


def take_in(store: Store, incoming: Sequence[Incoming], failed: Sequence[IncomingFailure] = ()) -> int:
    """Store articles and failures in one transaction and return how many rows became ready for a digest.

    An article that the store already has is left as it is, unless it had failed: then this is its retry, and the
    failure goes in the same transaction that stores its successor. `placement.place` says which story an article joins.
    It becomes the story's canonical if there is none, or that has failed, or `placement.overtakes` gives it the story;
    else a reprint.
    """
    with store.writing() as connection:
        # Merging moves stories that others may be adding to, so it runs alone.
        lock(connection, "stories", shared=not any(item.proves for item in incoming))
        for name in sorted({name for item in incoming for name in _locks(item)}):
            lock(connection, name)
        now = current_time(connection)
        ready = sum(_take_in(connection, item, now) for item in incoming)
        search.fill(connection, [item.article.id for item in incoming])
        for failure in failed:
            _take_in_failure(connection, failure, now)
        return ready


def _locks(item: Incoming) -> set[str]:
    """Return the names of the locks on all that decides where `item` belongs."""
    return {
        f"text {item.text_key}",
        f"uri {uri_key(item.article)}",
        f"story {item.opener or item.joins or item.article.id}",
    }


def _take_in(connection: sa.Connection, item: Incoming, now: datetime) -> bool:
    article = item.article
    retries = _state(connection, article.id)
    if retries not in (None, State.FAILED):
        return False
    placed = place(connection, item, now)
    # A retry may find the story that its first attempt opened; its canonical is decided below.
    insert_new(connection, stories, {"id": placed.story, "canonical_id": None, "opened_at": now})
    if placed.rule in (Rule.NEAR, Rule.EXACT, Rule.UPDATE):
        for other in item.proves:
            placed = replace(
                placed, story=merge(connection, placed.story, story_of(connection, other), article.id, now)
            )
    canonical = take_lead(connection, placed.story, article.id)
    if not canonical:
        leader = _canonical(connection, placed.story)
        if placed.rule is Rule.OPENED:
            # A reprint of it was stored first, and leads the story.
            placed = Place(placed.story, Rule.NEAR, leader.id, shared(article.body, leader.body))
        if (rule := overtakes(item, placed, leader)) is not None:
            _overtake(connection, placed.story, leader, article, now)
            placed, canonical = Place(placed.story, rule, leader.id), True
    row = {
        **_columns(article),
        "stored_at": now,
        "state": State.READY if canonical else State.REPRINT,
        "state_at": now,
        "text_key": item.text_key,
        "story_id": placed.story,
        "containment": None if canonical else placed.containment,
        "rule": placed.rule.value,
        "matched_id": placed.matched,
        "joined_at": now,
        "uri_key": uri_key(article),
        "attempts": 0,
        "lease_token": None,
        "lease_until": None,
    }
    if retries is None:
        insert_new(connection, articles, row)
    else:
        search.forget(connection, sa.select(articles.c.id).where(articles.c.id == article.id))
        connection.execute(
            sa.update(articles).where(articles.c.id == article.id, articles.c.state == State.FAILED), row
        )
        connection.execute(sa.delete(failures).where(failures.c.article_id == article.id))
    return canonical


def beside(connection: sa.Connection, story: str, article: str) -> float:
    """Return the share of the shorter text that `article` and the canonical of `story` have in common."""
    body = connection.scalar(sa.select(articles.c.body).where(articles.c.id == article))
    return shared(body or "", _canonical(connection, story).body)


def _canonical(connection: sa.Connection, story: str) -> sa.Row[Any]:
    """Return the row of the story's canonical, and keep others from replacing it until this transaction ends."""
    name = sa.select(stories.c.canonical_id).where(stories.c.id == story).with_for_update()
    return connection.execute(sa.select(articles).where(articles.c.id == connection.scalar(name))).one()


def _overtake(connection: sa.Connection, story: str, leader: sa.Row[Any], article: Article, now: datetime) -> None:
    """Give `story` to `article`; the row `leader` becomes a reprint."""
    connection.execute(sa.update(stories).where(stories.c.id == story).values(canonical_id=article.id))
    give_up_lead(connection, leader, article.body, Rule.OVERTAKEN, article.id, now)


def take_lead(connection: sa.Connection, story: str, article: str) -> bool:
    """Make `article` the canonical of `story` if there is none or it has failed; return whether it leads now."""
    held = sa.select(articles.c.id).where(articles.c.id == stories.c.canonical_id, articles.c.state != State.FAILED)
    connection.execute(
        sa.update(stories)
        .where(stories.c.id == story, sa.or_(stories.c.canonical_id.is_(None), ~sa.exists(held)))
        .values(canonical_id=article)
    )
    return connection.scalar(sa.select(stories.c.canonical_id).where(stories.c.id == story)) == article


def best_reprint(connection: sa.Connection, story: str) -> str | None:
    """Return the reprint that leads `story` if its canonical is gone: the longest, then the earliest, then that with
    the smallest id. Returns None if the story has no reprint.
    """
    return connection.scalar(
        sa.select(articles.c.id)
        .where(articles.c.story_id == story, articles.c.state == State.REPRINT)
        .order_by(sa.func.length(articles.c.body).desc(), articles.c.stored_at, articles.c.id)
        .limit(1)
    )


def _take_in_failure(connection: sa.Connection, failure: IncomingFailure, now: datetime) -> None:
    # Held, so that nobody drops the article before its failure is written.
    state = _state(connection, failure.id, held=True)
    if state not in (None, State.FAILED):
        return
    if state is None:
        insert_new(
            connection,
            articles,
            {
                "id": failure.id,
                "source": failure.source,
                "publisher": failure.publisher,
                "uri": failure.uri,
                "media_type": failure.media_type,
                "filename": failure.filename,
                "title": failure.title,
                "body": "",
                "language": "und",
                "published_at": failure.published_at,
                "received_at": failure.received_at or now,
                "dropped": "[]",
                "notes": "[]",
                "stored_at": now,
                "state": State.FAILED,
                "state_at": now,
                "attempts": 0,
            },
        )
    put_failure(
        connection,
        failure.id,
        stage=failure.stage,
        reason=failure.reason,
        attempts=failure.attempts,
        raw=failure.raw,
        failed_at=now,
    )


def put_failure(
    connection: sa.Connection,
    article: str,
    *,
    stage: str,
    reason: str,
    attempts: int,
    raw: bytes | None,
    failed_at: datetime,
) -> None:
    """Write the failure of `article`, in place of an earlier one."""
    row = {"stage": stage, "reason": reason, "attempts": attempts, "raw": raw, "failed_at": failed_at}
    if not insert_new(connection, failures, {"article_id": article, **row}):
        connection.execute(sa.update(failures).where(failures.c.article_id == article), row)


def _state(connection: sa.Connection, article: str, *, held: bool = False) -> State | None:
    chosen = sa.select(articles.c.state).where(articles.c.id == article)
    return connection.scalar(chosen.with_for_update(read=True, key_share=True) if held else chosen)


def _columns(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "source": article.source,
        "publisher": article.publisher,
        "site": article.site,
        "uri": article.uri,
        "media_type": article.media_type,
        "filename": article.filename,
        "title": article.title,
        "standfirst": article.standfirst,
        "dateline": article.dateline,
        "byline": article.byline,
        "body": article.body,
        "language": article.language,
        "published_at": article.published_at,
        "received_at": article.received_at,
        "dropped": json.dumps([[d.line, d.rule] for d in article.dropped], ensure_ascii=False),
        "notes": json.dumps(article.notes, ensure_ascii=False),
    }


def article_of(row: sa.Row[Any]) -> Article:
    """Return the Article of a row of `articles`."""
    return Article(
        id=row.id,
        source=row.source,
        publisher=row.publisher,
        uri=row.uri,
        media_type=row.media_type,
        filename=row.filename,
        title=row.title,
        standfirst=row.standfirst,
        dateline=row.dateline,
        byline=row.byline,
        body=row.body,
        language=row.language,
        published_at=row.published_at,
        received_at=row.received_at,
        dropped=tuple(Dropped(line, rule) for line, rule in json.loads(row.dropped)),
        notes=tuple(json.loads(row.notes)),
        site=row.site,
    )
