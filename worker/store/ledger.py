"""The ledger: everything that the store knows of one article's way from its arrival into the editions, or past them."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urldefrag

import sqlalchemy as sa

from worker.article import Dropped
from worker.items.identity import item_key
from worker.items.ruling import Ruling, Standing
from worker.store import sources
from worker.store.connect import Store
from worker.store.future import ahead, horizon
from worker.store.items import ruling_of
from worker.store.pages_queries import StoredDigest
from worker.store.states import State
from worker.store.tables import articles, digests, edition_digests, editions, items, stories, unmet
from worker.store.usable import standing

#: Articles that one name may mean; a name that means more is not told apart further.
MOST_MATCHES: Final = 20
#: Editions that are looked at for one story, the newest first.
MOST_EDITIONS: Final = 20

_PREFIX: Final = re.compile(r"[0-9a-f-]{4,36}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An article that a name means. `title` is None for an article that has none or may not be shown."""

    id: str
    item: str
    source: str
    uri: str
    title: str | None
    state: State
    standing: Standing
    stored_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """What an edition did with the digest of `article`; `left_out_by` and `teller_id` as in
    worker.edition.document.Fate, and both None if the edition closed before reasons were kept.
    """

    profile: str
    date: date
    article: str
    carried: bool
    left_out_by: str | None
    teller_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The way of one article. `filename` is the file that it came in; `ruling` is what was decided about its item.

    `rule`, `matched`, `containment` and `joined_at` say why it is in its `story`, as `worker.store.placement` does.
    `canonical`, `digest`, `met` (the newest edition first) and `unmet_by` (profiles whose next edition looks at the
    digest) are those of the story, which another article may lead.
    """

    id: str
    title: str | None
    source: str
    uri: str
    url: str | None
    filename: str
    media_type: str
    received_at: datetime
    stored_at: datetime
    state: State
    standing: Standing
    ruling: Ruling | None
    dropped: tuple[Dropped, ...]
    notes: tuple[str, ...]
    story: str | None
    rule: str | None
    matched: str | None
    containment: float | None
    joined_at: datetime | None
    canonical: str | None
    digest: StoredDigest | None
    met: tuple[Met, ...]
    unmet_by: tuple[str, ...]


def matching(store: Store, name: str) -> list[Match]:
    """Return the articles that a person means by `name`, the newest first, at most MOST_MATCHES.

    `name` is an article's id or its beginning, its address, its source's own id for it, or the file that it came in,
    with or without its folders and the number of the record in it (`NAME#3`).
    """
    name = name.strip()
    if not name:
        return []
    with store.reading() as connection:
        for condition in _meanings(connection, name):
            chosen = sa.select(articles, standing().label("standing")).where(condition)
            rows = connection.execute(
                chosen.order_by(articles.c.stored_at.desc(), articles.c.id).limit(MOST_MATCHES)
            ).all()
            if rows:
                return [_match(row) for row in rows]
    return []


def way(store: Store, article: str) -> Way | None:
    """Return the way of the article with the id `article`, whether or not it may be shown; None if there is none."""
    with store.reading() as connection:
        row = connection.execute(
            sa.select(articles, standing().label("standing")).where(articles.c.id == article)
        ).one_or_none()
        if row is None:
            return None
        item = connection.execute(sa.select(items).where(items.c.id == row.item_id)).one_or_none()
        canonical = connection.scalar(sa.select(stories.c.canonical_id).where(stories.c.id == row.story_id))
        made = connection.execute(sa.select(digests).where(digests.c.article_id == canonical)).one_or_none()
        met = tuple(_met(connection, row.story_id))
        waiting = sa.select(unmet.c.profile).where(unmet.c.article_id == canonical).order_by(unmet.c.profile)
        unmet_by = tuple(connection.scalars(waiting))
    return Way(
        id=row.id,
        title=row.title,
        source=row.source,
        uri=row.uri,
        url=row.url,
        filename=row.filename,
        media_type=row.media_type,
        received_at=row.received_at,
        stored_at=row.stored_at,
        state=row.state,
        standing=Standing(row.standing),
        ruling=ruling_of(item) if item is not None else None,
        dropped=tuple(Dropped(line, rule) for line, rule in json.loads(row.dropped)),
        notes=tuple(json.loads(row.notes)),
        story=row.story_id,
        rule=row.rule,
        matched=row.matched_id,
        containment=row.containment,
        joined_at=row.joined_at,
        canonical=canonical,
        digest=StoredDigest.from_row(made) if made is not None else None,
        met=met,
        unmet_by=unmet_by,
    )


def _meanings(connection: sa.Connection, name: str) -> Iterator[sa.ColumnElement[bool]]:
    """Yield the conditions of what `name` may mean, each of which an index answers, the surest first."""
    if _PREFIX.fullmatch(prefix := name.lower()):
        # As a span, for which there is an index; after what ids are made of comes the letter g.
        span = sa.and_(articles.c.id >= prefix, articles.c.id < f"{prefix}g")
        yield sa.and_(span, articles.c.id.startswith(prefix, autoescape=True))
    bare = urldefrag(name).url
    spellings = {name, bare, bare.removesuffix("/"), f"{bare.removesuffix('/')}/"}
    named = sources.names(connection)
    keys = [key for source in named for text in spellings if (key := item_key(source, text, text))]
    yield sa.or_(articles.c.item_id.in_(keys), articles.c.url.in_(spellings))
    yield articles.c.filename.in_(_files(name, named))
    file, mark, number = name.rpartition("#")
    if mark:
        files = _files(file, named)
        yield sa.and_(articles.c.filename.in_(files), articles.c.uri.in_([f"{path}#{number}" for path in files]))


def _files(name: str, named: Sequence[str]) -> list[str]:
    """Return by which names the store may have a file that a person calls `name`: it knows a path within the inbox, in
    a folder of a source of `named`.
    """
    parts = name.split("/")
    return ["/".join(parts[start:]) for start in range(len(parts))] + [f"{source}/{parts[-1]}" for source in named]


def _match(row: sa.Row[Any]) -> Match:
    return Match(
        id=row.id,
        item=row.item_id,
        source=row.source,
        uri=row.uri,
        title=row.title if row.standing == Standing.USABLE else None,
        state=row.state,
        standing=Standing(row.standing),
        stored_at=row.stored_at,
    )


def _met(connection: sa.Connection, story: str | None) -> Iterator[Met]:
    rows = connection.execute(
        sa.select(edition_digests, editions.c.date)
        .join(editions, editions.c.id == edition_digests.c.edition_id)
        .where(edition_digests.c.story_id == story, ~ahead(horizon(connection)))
        .order_by(editions.c.date.desc(), edition_digests.c.profile, editions.c.id.desc())
        .limit(MOST_EDITIONS)
    )
    for row in rows:
        yield Met(
            profile=row.profile,
            date=date.fromisoformat(row.date),
            article=row.article_id,
            carried=row.carried,
            left_out_by=row.left_out_by,
            teller_id=row.teller_id,
        )
