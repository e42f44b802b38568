"""Taking articles in: each once, each into its story."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from worker.article import Article, Dropped
from worker.store.connect import Store, insert_new, lock, now
from worker.store.tables import articles, failures, stories

#: How long a story is remembered: the same words later than this are news again (notes/duplicates.md: 36 to 72 h).
STORY_HOURS: Final = 72


@dataclass(frozen=True, slots=True)
class Incoming:
    """A cleaned article on its way into the store, and the key of its normalised text."""

    article: Article
    text_key: str


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


def standing(store: Store, ids: Sequence[str]) -> dict[str, str]:
    """Return the state of each of `ids` that the store has."""
    with store.reading() as connection:
        rows = connection.execute(sa.select(articles.c.id, articles.c.state).where(articles.c.id.in_(ids)))
        return {row.id: row.state for row in rows}


def take_in(store: Store, incoming: Sequence[Incoming], failed: Sequence[IncomingFailure] = ()) -> int:
    """Store articles and failures in one transaction and return how many rows became ready for a digest.

    An article that the store already has is left as it is, unless it had failed: then this is its retry, and the
    failure goes in the same transaction that stores its successor. An article whose normalised text opened a story
    within the last STORY_HOURS becomes its reprint, or its canonical where there is none or it has failed.
    """
    with store.writing() as connection:
        for key in sorted({item.text_key for item in incoming}):
            lock(connection, f"text {key}")
        moment = now(connection)
        ready = sum(_take_in(connection, item, moment) for item in incoming)
        for failure in failed:
            _take_in_failure(connection, failure, moment)
        return ready


def _take_in(connection: sa.Connection, item: Incoming, moment: datetime) -> bool:
    article = item.article
    retries = _state(connection, article.id)
    if retries not in (None, "failed"):
        return False
    story = _story(connection, item.text_key, moment)
    if story is None:
        # A retry may find the story that its first attempt opened; whose canonical it is then is decided below.
        insert_new(connection, stories, {"id": article.id, "canonical_id": None, "opened_at": moment})
        story = article.id
    canonical = take_lead(connection, story, article.id)
    row = {
        **_columns(article),
        "stored_at": moment,
        "state": "ready" if canonical else "reprint",
        "state_at": moment,
        "text_key": item.text_key,
        "story_id": story,
        "containment": None if canonical else 1.0,
        "attempts": 0,
        "lease_token": None,
        "lease_until": None,
    }
    if retries is None:
        insert_new(connection, articles, row)
    else:
        connection.execute(sa.update(articles).where(articles.c.id == article.id, articles.c.state == "failed"), row)
        connection.execute(sa.delete(failures).where(failures.c.article_id == article.id))
    return canonical


def take_lead(connection: sa.Connection, story: str, article: str) -> bool:
    """Make `article` the canonical of `story` where there is none or it has failed; return whether it is it now."""
    held = sa.select(articles.c.id).where(articles.c.id == stories.c.canonical_id, articles.c.state != "failed")
    connection.execute(
        sa.update(stories)
        .where(stories.c.id == story, sa.or_(stories.c.canonical_id.is_(None), ~sa.exists(held)))
        .values(canonical_id=article)
    )
    return connection.scalar(sa.select(stories.c.canonical_id).where(stories.c.id == story)) == article


def _take_in_failure(connection: sa.Connection, failure: IncomingFailure, moment: datetime) -> None:
    state = _state(connection, failure.id)
    if state not in (None, "failed"):
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
                "received_at": failure.received_at or moment,
                "dropped": "[]",
                "notes": "[]",
                "stored_at": moment,
                "state": "failed",
                "state_at": moment,
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
        moment=moment,
    )


def put_failure(
    connection: sa.Connection,
    article: str,
    *,
    stage: str,
    reason: str,
    attempts: int,
    raw: bytes | None,
    moment: datetime,
) -> None:
    """Write the failure of `article`, in place of an earlier one."""
    row = {"stage": stage, "reason": reason, "attempts": attempts, "raw": raw, "failed_at": moment}
    if not insert_new(connection, failures, {"article_id": article, **row}):
        connection.execute(sa.update(failures).where(failures.c.article_id == article), row)


def _state(connection: sa.Connection, article: str) -> str | None:
    return connection.scalar(sa.select(articles.c.state).where(articles.c.id == article))


def _story(connection: sa.Connection, key: str, moment: datetime) -> str | None:
    return connection.scalar(
        sa.select(stories.c.id)
        .join(articles, articles.c.story_id == stories.c.id)
        .where(articles.c.text_key == key, stories.c.opened_at >= moment - timedelta(hours=STORY_HOURS))
        .order_by(stories.c.opened_at, stories.c.id)
        .limit(1)
    )


def _columns(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "source": article.source,
        "publisher": article.publisher,
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
    )
