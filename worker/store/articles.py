"""Taking articles in: each once, each into its story."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa

from producers.article import UNKNOWN, Revision, Status, Subject
from worker.article import Article, Dropped
from worker.items.identity import item_key, slug_key
from worker.items.order import MOST_NUMBER
from worker.items.ruling import ENDLESS, Standing
from worker.store import items, search, verdicts
from worker.store.connect import Store, current_time, insert_new, lock
from worker.store.leading import leader, step_down, take_lead
from worker.store.merging import merge
from worker.store.placement import STORY_HOURS, Incoming, Place, Rule, overtakes, place, shared, story_of
from worker.store.states import State
from worker.store.tables import articles, decisions, failures, item_articles, merged_stories, stories
from worker.store.tables import items as items_table

__all__ = [
    "STORY_HOURS",
    "Incoming",
    "IncomingFailure",
    "article_of",
    "put_failure",
    "revision_of",
    "standing",
    "subjects_of",
    "take_in",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingFailure:
    """An article that failed before it could be stored; `raw` is its journal entry, and `item` the key of its item
    (worker.items.identity), None if that is not known or it belongs to none.
    """

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
    item: str | None = None


def standing(store: Store, ids: Sequence[str]) -> dict[str, State]:
    """Return the state of each of `ids` that the store has."""
    with store.reading() as connection:
        rows = connection.execute(sa.select(articles.c.id, articles.c.state).where(articles.c.id.in_(ids)))
        return {row.id: row.state for row in rows}


def take_in(
    store: Store,
    incoming: Sequence[Incoming],
    failed: Sequence[IncomingFailure] = (),
    revise: items.Revise = items.nothing_to_revise,
) -> int:
    """Store articles and failures in one transaction and return how many rows became ready for a digest.

    An article that the store already has is left as it is, unless it had failed: then this is its retry, and the
    failure goes in the same transaction that stores its successor. `placement.place` says which story an article joins.
    It becomes the story's canonical if there is none, or that has failed, or `placement.overtakes` gives it the story;
    else a reprint. `revise` takes out of the editions what may not be shown any more.
    """
    with store.writing() as connection:
        # Merging moves stories that others may be adding to, and a decision finds copies that others may be storing.
        reaches_out = any(item.proves or item.is_restricted for item in incoming)
        lock(connection, "stories", shared=not reaches_out)
        lock(connection, *{name for item in incoming for name in _locks(item)})
        now = current_time(connection)
        if reaches_out:
            ready = sum(_take_in(connection, item, now)[0] for item in incoming)
        else:
            ready = _take_in_together(connection, incoming, now)
        search.fill(connection, [item.article.id for item in incoming])
        for failure in failed:
            _take_in_failure(connection, failure, now)
        revise(connection)
        return ready


def _locks(item: Incoming) -> set[str]:
    """Return the names of the locks on all that decides where `item` belongs."""
    return {
        f"text {item.text_key}",
        f"item {item_key(item.article.source, item.article.item, item.article.uri) or item.article.id}",
        f"story {item.opener or item.joins or item.article.id}",
    }


def _take_in_together(connection: sa.Connection, incoming: Sequence[Incoming], now: datetime) -> int:
    """Store `incoming`, none of which changes stories other than its own, and return how many rows became ready.

    Most articles have nothing to do with any other. Such an article opens a story, as `_take_in` would let it do, and
    waits for the others to be written in one statement with them: until an article comes that may belong to another.
    """
    known = _known(connection, [key for item in incoming for key in _keys(item)])
    ready, news = 0, list[Incoming]()
    for item in incoming:
        keys = _keys(item)
        if item.is_news and item.joins is None and known.isdisjoint(keys):
            news.append(item)
        else:
            ready += _open(connection, news, now)
            news.clear()
            leads, placed = _take_in(connection, item, now)
            ready += leads
            if placed is not None:
                # It may have made the row of a story whose opener comes later.
                known.add((_Of.ARTICLE, placed.story))
        known.update(keys)
    return ready + _open(connection, news, now)


class _Of(StrEnum):
    """What a key is of by which an article may have to do with what is stored."""

    ARTICLE = "article"
    ITEM = "item"
    TEXT = "text"
    SLUG = "slug"


_Key = tuple[_Of, str]


def _keys(item: Incoming) -> list[_Key]:
    article = item.article
    slug = slug_key(article.source, article.slug)
    return [
        (_Of.ARTICLE, article.id),
        (_Of.ITEM, item_key(article.source, article.item, article.uri) or article.id),
        (_Of.TEXT, item.text_key),
        *([(_Of.SLUG, slug)] if slug is not None else []),
    ]


def _known(connection: sa.Connection, keys: Iterable[_Key]) -> set[_Key]:
    """Return those of `keys` of which the store has anything: every one that can decide where an article belongs."""
    values = {kind.value: list[str]() for kind in _Of}
    for kind, key in keys:
        values[kind.value].append(key)
    return {(_Of(row.kind), row.key) for row in connection.execute(_known_keys(), values)}


@cache
def _known_keys() -> sa.CompoundSelect[Any]:
    columns: tuple[tuple[_Of, sa.Column[Any]], ...] = (
        (_Of.ARTICLE, articles.c.id),
        (_Of.ARTICLE, stories.c.id),
        (_Of.ARTICLE, merged_stories.c.id),
        (_Of.ARTICLE, decisions.c.article_id),
        (_Of.ITEM, articles.c.item_id),
        (_Of.ITEM, items_table.c.id),
        (_Of.ITEM, items_table.c.cause),
        (_Of.TEXT, articles.c.text_key),
        (_Of.TEXT, item_articles.c.text_key),
        (_Of.SLUG, articles.c.slug_key),
    )
    return sa.union_all(
        *(
            sa.select(sa.literal(kind.value).label("kind"), column.label("key")).where(
                column.in_(sa.bindparam(kind.value, expanding=True))
            )
            for kind, column in columns
        )
    )


def _open(connection: sa.Connection, incoming: Sequence[Incoming], now: datetime) -> int:
    """Let each of `incoming` open a story and lead it, and return how many they are."""
    if not incoming:
        return 0
    item_rows, story_rows, rows = [], [], []
    for item in incoming:
        article = item.article
        arrived, item_row = items.first(article, now)
        item_rows += [item_row] if item_row is not None else []
        story_rows.append({"id": article.id, "canonical_id": article.id, "opened_at": now})
        rows.append(_row(item, arrived, Place(article.id, Rule.OPENED), now, leads=True))
    if item_rows:
        connection.execute(sa.insert(items_table), item_rows)
    connection.execute(sa.insert(stories), story_rows)
    connection.execute(sa.insert(articles), rows)
    return len(rows)


def _take_in(connection: sa.Connection, item: Incoming, now: datetime) -> tuple[bool, Place | None]:
    """Store `item` and return whether it is ready for a digest, and its place, None if it has no story or is stored
    already.
    """
    article = item.article
    retries = _state(connection, article.id)
    if retries not in (None, State.FAILED):
        return False, None
    arrived = items.arrive(connection, article, now)
    because = verdicts.copied(connection, item, arrived.item, now) if item.is_news and arrived.is_judged else None
    standing = arrived.standing if because is None else because.standing
    placed, leads = enter(connection, item, arrived, standing, now) if item.is_news else (None, False)
    row = _row(item, arrived, placed, now, leads=leads)
    if retries is None:
        insert_new(connection, articles, row)
    else:
        search.forget(connection, sa.select(articles.c.id).where(articles.c.id == article.id))
        connection.execute(
            sa.update(articles).where(articles.c.id == article.id, articles.c.state == State.FAILED), row
        )
        connection.execute(sa.delete(failures).where(failures.c.article_id == article.id))
    verdicts.follow(connection, arrived.item, arrived.before, arrived.after, now)
    if because is not None:
        verdicts.decide(connection, arrived.item, because, now, was_shown=arrived.before is not None)
    if items.is_text_kill(article):
        verdicts.kill_by_slug(connection, article, now)
    return leads, placed


def enter(
    connection: sa.Connection, item: Incoming, arrived: items.Arrived, standing: Standing, now: datetime
) -> tuple[Place, bool]:
    """Put `item`, of `standing`, into the story where it belongs; return its place and whether it leads the story.

    Its own row is written by the caller.
    """
    article = item.article
    placed = place(connection, item, arrived, now)
    # A retry may find the story that its first attempt opened; its canonical is decided below.
    insert_new(connection, stories, {"id": placed.story, "canonical_id": None, "opened_at": now})
    if placed.rule in (Rule.NEAR, Rule.EXACT, Rule.UPDATE):
        for other in item.proves:
            placed = replace(
                placed, story=merge(connection, placed.story, story_of(connection, other), article.id, now)
            )
    if standing is Standing.KILLED or arrived.superseded:
        return placed, False
    shown = standing is Standing.USABLE
    if take_lead(connection, placed.story, article.id, article.body, now, shown=shown):
        return placed, True
    before = leader(connection, placed.story)
    if before is None:
        return placed, False
    if placed.rule is Rule.OPENED:
        # A reprint of it was stored first, and leads the story.
        placed = Place(placed.story, Rule.NEAR, before.id, shared(article.body, before.body))
    rule = overtakes(item, arrived, placed, before) if shown or before.standing != Standing.USABLE else None
    if rule is None:
        return placed, False
    connection.execute(sa.update(stories).where(stories.c.id == placed.story).values(canonical_id=article.id))
    step_down(connection, before, article.body, Rule.OVERTAKEN, article.id, now)
    return Place(placed.story, rule, before.id), True


def _row(item: Incoming, arrived: items.Arrived, placed: Place | None, now: datetime, *, leads: bool) -> dict[str, Any]:
    return {
        **_columns(item.article),
        "stored_at": now,
        "state": State.READY if leads else State.REPRINT,
        "state_at": now,
        "text_key": item.text_key if item.article.body else None,
        **place_columns(placed, leads, now),
        "item_id": arrived.item,
        "version": arrived.version,
        "attempts": 0,
        "lease_token": None,
        "lease_until": None,
    }


def place_columns(placed: Place | None, leads: bool, now: datetime) -> dict[str, Any]:
    """Return what the row of an article says of its place; None is that of an article without a story."""
    if placed is None:
        return {"story_id": None, "containment": None, "rule": None, "matched_id": None, "joined_at": None}
    return {
        "story_id": placed.story,
        "containment": None if leads else placed.containment,
        "rule": placed.rule.value,
        "matched_id": placed.matched,
        "joined_at": now,
    }


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
                "item_id": failure.item or failure.id,
                "teaser": False,
                "status": Status.USABLE,
                "subjects": "[]",
                "captions": "[]",
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
    revision = article.revision or Revision()
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
        "item": article.item,
        "url": article.url,
        "teaser": article.teaser,
        "revision_created": revision.created,
        "revision_number": None if revision.number is None else min(revision.number, MOST_NUMBER),
        "status": article.status,
        "embargo": ENDLESS if article.embargo == UNKNOWN else article.embargo,
        "signal": article.signal,
        "note": article.note,
        "slug": article.slug,
        "slug_key": slug_key(article.source, article.slug),
        "urgency": article.urgency,
        "subjects": json.dumps([[about.code, about.name] for about in article.subjects], ensure_ascii=False),
        "section": article.section,
        "usage": article.usage,
        "copyright": article.copyright,
        "located": article.located,
        "captions": json.dumps(article.captions, ensure_ascii=False),
    }


def revision_of(row: sa.Row[Any]) -> Revision | None:
    """Return which version of its item the article of a row of `articles` is; None if its source does not say."""
    is_revised = row.revision_created is not None or row.revision_number is not None
    return Revision(row.revision_created, row.revision_number) if is_revised else None


def subjects_of(row: sa.Row[Any]) -> tuple[Subject, ...]:
    """Return what the article of a row of `articles` is about."""
    return tuple(Subject(code, name) for code, name in json.loads(row.subjects))


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
        item=row.item,
        url=row.url,
        teaser=row.teaser,
        revision=revision_of(row),
        status=row.status,
        embargo=UNKNOWN if row.embargo == ENDLESS else row.embargo,
        signal=row.signal,
        note=row.note,
        slug=row.slug,
        urgency=row.urgency,
        subjects=subjects_of(row),
        section=row.section,
        usage=row.usage,
        copyright=row.copyright,
        located=row.located,
        captions=tuple(json.loads(row.captions)),
        site=row.site,
    )
