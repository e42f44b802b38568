"""What follows from a decision about an item: who leads its stories, and what becomes of the copies of its texts."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from producers.article import Status
from worker.article import Article
from worker.items.copies import LEAST_SHARE, REASONS, is_held
from worker.items.identity import slug_key
from worker.items.order import version_of
from worker.items.ruling import Decider, Ruling, Standing
from worker.store import items as rows
from worker.store.leading import elect
from worker.store.placement import Incoming, same_publisher, shared
from worker.store.tables import articles, edition_digests, is_hidden, item_articles, items
from worker.store.usable import usable

#: How long before a kill in plain text an article was received that its slug means.
SLUG_HOURS: Final = timedelta(hours=36)
_BY_SLUG: Final = "a kill in plain text names its slug"


@dataclass(frozen=True, slots=True)
class _Cause:
    """The item because of which copies are held, what holds for it, and when its source said so."""

    item: str
    ruling: Ruling
    said_at: datetime


def decide(connection: sa.Connection, item: str, ruling: Ruling, now: datetime, *, was_shown: bool = True) -> None:
    """Let `ruling` hold for `item`, with all that follows from it.

    Without `was_shown` no article of the item was ever usable, so no edition shows one.
    """
    before = rows.put(connection, item, ruling, was_shown=was_shown)
    follow(connection, item, before, ruling, now)


def follow(connection: sa.Connection, item: str, before: Ruling | None, after: Ruling | None, now: datetime) -> None:
    """Do what follows for stories and copies if `item` went from `before` to `after`; its row is written already."""
    if after is None:
        return
    if after.standing is not Standing.USABLE:
        rows.remember(connection, item)
    was = before.standing if before is not None else Standing.USABLE
    if after.standing is not was:
        for story in _stories(connection, item):
            elect(connection, story, now)
    if after.cause is None:
        _follow_causes(connection, item, after, now)
        if after.standing is not Standing.USABLE:
            _hold_copies(connection, item, now)


def copied(connection: sa.Connection, item: Incoming, own: str, now: datetime) -> Ruling | None:
    """Return why the desk holds the incoming `item`, of the item `own`: it copies what may not be shown, or a kill in
    plain text has named its slug. None if neither is so.
    """
    article = item.article
    if _killed_by_slug(connection, article):
        return Ruling(status=Status.WITHHELD, embargo=None, decided_by=Decider.DESK, at=now, note=_BY_SLUG)
    created = version_of(article).created or article.published_at or article.received_at
    for other in _alike(connection, item, own):
        cause = _root(connection, other.item_id)
        exact = other.text_key == item.text_key
        if cause is not None and _holds(cause, article, other, created, exact=exact, printed=False):
            return _because(cause, now)
    return None


def kill_by_slug(connection: sa.Connection, article: Article, now: datetime) -> None:
    """Hold what the kill in plain text `article` names by its slug: the articles of its source with that slug that were
    received in the SLUG_HOURS before it.
    """
    key = slug_key(article.source, article.slug)
    if key is None:
        return
    named = (
        sa.select(articles.c.item_id)
        .distinct()
        .where(
            articles.c.slug_key == key,
            articles.c.id != article.id,
            articles.c.received_at.between(article.received_at - SLUG_HOURS, article.received_at),
            usable(),
        )
    )
    ruling = Ruling(status=Status.WITHHELD, embargo=None, decided_by=Decider.DESK, at=now, note=_BY_SLUG)
    for item in sorted(connection.scalars(named)):
        decide(connection, item, ruling, now)


def _killed_by_slug(connection: sa.Connection, article: Article) -> bool:
    key = slug_key(article.source, article.slug)
    if key is None or rows.is_text_kill(article):
        return False
    kill = sa.exists().where(
        articles.c.slug_key == key,
        articles.c.status == Status.CANCELED,
        articles.c.version.is_(None),
        articles.c.received_at.between(article.received_at, article.received_at + SLUG_HOURS),
    )
    return bool(connection.scalar(sa.select(kill)))


def _stories(connection: sa.Connection, item: str) -> list[str]:
    """Return the stories that have an article of `item`."""
    chosen = (
        sa.select(articles.c.story_id).distinct().where(articles.c.item_id == item, articles.c.story_id.is_not(None))
    )
    return sorted(connection.scalars(chosen))


def _follow_causes(connection: sa.Connection, item: str, after: Ruling, now: datetime) -> None:
    """Let what the desk decided because of `item` follow it."""
    caused = connection.execute(sa.select(items).where(items.c.cause == item).order_by(items.c.id)).all()
    if not caused:
        return
    texts = sa.select(articles.c.text_key).where(articles.c.item_id == item, articles.c.text_key.is_not(None))
    last = connection.scalar(texts.order_by(articles.c.version.desc()).limit(1))
    for row in caused:
        ruling = rows.ruling_of(row)
        if after.standing is Standing.USABLE and ruling.embargo is not None and ruling.embargo <= now:
            # It is due, too, and will be released as an arrival of its own.
            continue
        if after.standing is Standing.USABLE:
            same = sa.exists().where(articles.c.item_id == row.id, articles.c.text_key == last)
            # What was killed stays held in the copies, unless the source gives the very text again.
            if ruling.note == REASONS[Standing.KILLED] and not connection.scalar(sa.select(same)):
                continue
            ends = replace(ruling, status=Status.USABLE, embargo=None, at=now, note=None, cause=None)
            decide(connection, row.id, ends, now)
        elif ruling.standing is not Standing.USABLE:
            decide(connection, row.id, _because(_Cause(item, after, now), now), now)


def _hold_copies(connection: sa.Connection, item: str, now: datetime) -> None:
    cause = _root(connection, item)
    if cause is None:
        return
    own = connection.execute(sa.select(articles).where(articles.c.item_id == item, articles.c.body != "")).all()
    for text in own:
        copies = connection.execute(
            sa.select(articles).where(
                sa.or_(articles.c.text_key == text.text_key, articles.c.story_id == (text.story_id or item)),
                articles.c.item_id != item,
                articles.c.body != "",
                usable(),
            )
        ).all()
        for copy in copies:
            exact = copy.text_key == text.text_key
            if not exact and shared(copy.body, text.body) < LEAST_SHARE:
                continue
            decided = connection.scalar(sa.select(items.c.decided_by).where(items.c.id == copy.item_id))
            printed = bool(
                connection.scalar(
                    sa.select(sa.exists().where(edition_digests.c.story_id == copy.story_id, edition_digests.c.carried))
                )
            )
            if decided is not Decider.PERSON and _holds(
                cause, copy, text, _created(copy), exact=exact, printed=printed
            ):
                decide(connection, copy.item_id, _because(cause, now), now)


def _alike(connection: sa.Connection, item: Incoming, own: str) -> list[sa.Row[Any]]:
    """Return the articles that may not be shown and of which the incoming `item` is a copy."""
    kept = sa.select(
        item_articles.c.item_id, item_articles.c.text_key, item_articles.c.publisher, item_articles.c.received_at,
        items.c.source,
    ).join(items, items.c.id == item_articles.c.item_id)  # fmt: skip
    exact: list[sa.Row[Any]] = [
        *connection.execute(
            kept.where(item_articles.c.text_key == item.text_key, item_articles.c.item_id != own, is_hidden())
        )
    ]
    if item.joins is None:
        return exact
    story = sa.select(articles.c.story_id).where(articles.c.id == item.joins).scalar_subquery()
    near = connection.execute(
        sa.select(articles).where(
            sa.or_(articles.c.id == item.joins, articles.c.story_id == story),
            articles.c.item_id != own,
            articles.c.body != "",
            ~usable(),
        )
    ).all()
    return [*exact, *(row for row in near if shared(item.article.body, row.body) >= LEAST_SHARE)]


def _root(connection: sa.Connection, item: str) -> _Cause | None:
    """Return the item because of which `item` may not be shown, itself or another, and what holds for that."""
    row = connection.execute(sa.select(items).where(items.c.id == item)).one_or_none()
    if row is not None and row.cause is not None:
        row = connection.execute(sa.select(items).where(items.c.id == row.cause)).one_or_none()
    if row is None:
        return None
    by_source = row.decided_by is Decider.SOURCE
    return _Cause(row.id, rows.ruling_of(row), (row.created if by_source else None) or row.at)


def _created(row: sa.Row[Any]) -> datetime:
    created: datetime = rows.stored_version(row).created or row.published_at or row.received_at
    return created


def _holds(
    cause: _Cause, copy: Article | sa.Row[Any], text: sa.Row[Any], created: datetime, *, exact: bool, printed: bool
) -> bool:
    """Return whether `copy`, which its source made at `created`, is held since `text` may not be shown."""
    return is_held(
        cause.ruling.standing,
        exact=exact,
        same_publisher=same_publisher(copy, text),
        later=copy.received_at > text.received_at,
        substitute=created > cause.said_at,
        printed=printed,
    )


def _because(cause: _Cause, now: datetime) -> Ruling:
    """Return the desk's ruling on a copy of the item of `cause`."""
    ruling = cause.ruling
    killed = ruling.standing is Standing.KILLED
    return Ruling(
        status=Status.WITHHELD if killed else ruling.status,
        embargo=None if killed else ruling.embargo,
        decided_by=Decider.DESK,
        at=now,
        note=REASONS[ruling.standing],
        cause=cause.item,
    )
