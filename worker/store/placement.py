"""Where an incoming article belongs: the story that a person, its text, its URI or its claim puts it into.

Redis proposes and the store decides: a claim names an article, which is followed to the story that it is in now.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa

from worker.article import Article
from worker.dedup import sketch
from worker.items.identity import item_key
from worker.store.tables import articles, decisions, merged_stories, stories

#: How long a story is remembered: the same words later than this are news again (notes/duplicates.md: 36 to 72 h).
STORY_HOURS: Final = 72


class Rule(StrEnum):
    """Why an article is in its story."""

    OPENED = "opened"  # nobody had reported it before
    EXACT = "exact"  # the same words as the matched article
    NEAR = "near"  # nearly the same words as the matched article
    FULL = "full"  # contains the matched article and is much longer: it took the story over
    UPDATE = "update"  # a newer version of the matched article
    MERGED = "merged"  # led a story of its own until the matched article proved it to be this one
    OVERTAKEN = "overtaken"  # was the canonical until the matched article took over
    JOINED = "joined"  # a person put it in
    SPLIT = "split"  # a person took it out of another story


@dataclass(frozen=True, slots=True)
class Incoming:
    """A cleaned article on its way into the store, and the key of its normalised text.

    From the claim are `joins`, the article that it names, None if it answered "new" or the text is too short for a
    claim; `opener`, the article that opened the story of `joins`; `containment`; and `proves`, the openers of stories
    that this article shows to be the same. `update` says that the text calls itself an update ("2nd Ld", "UPDATE 2-").
    """

    article: Article
    text_key: str
    joins: str | None = None
    containment: float = 0.0
    update: bool = False
    opener: str | None = None
    proves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """The story of an article, and why: the rule, the article that it was compared with and how much they share."""

    story: str
    rule: Rule
    matched: str | None = None
    containment: float | None = None


def place(connection: sa.Connection, item: Incoming, now: datetime) -> Place:
    """Return where `item` belongs: by a person's decision, its exact text, URI or claim; else in its own story."""
    apart = _apart(connection, item.article.id)
    for find in _FINDERS:
        placed = find(connection, item, now, apart)
        if placed is not None and placed.story not in apart:
            return placed
    return Place(present(connection, item.article.id), Rule.OPENED)


def overtakes(item: Incoming, placed: Place, canonical: sa.Row[Any]) -> Rule | None:
    """Return the rule by which `item` takes its story from the row `canonical`, None if it does not."""
    article = item.article
    if placed.rule is Rule.UPDATE and placed.matched == canonical.id:
        return Rule.UPDATE if newer(article, canonical) else None
    if placed.rule is not Rule.NEAR:
        return None
    if item.update and _same_publisher(article, canonical) and newer(article, canonical):
        return Rule.UPDATE
    longer = sketch.length(article.body) >= sketch.GROWTH * sketch.length(canonical.body)
    return Rule.FULL if longer and sketch.containment(canonical.body, article.body) >= sketch.SURE_CONTAINMENT else None


def newer(article: Article, row: sa.Row[Any]) -> bool:
    """Return whether `article` is later than `row`: by the times of publication if they differ, else of receipt."""
    if article.published_at and row.published_at and article.published_at != row.published_at:
        return bool(article.published_at > row.published_at)
    return bool(article.received_at > row.received_at)


def shared(body: str, other: str) -> float:
    """Return the share of the shorter body's shingles that the longer body has, too: 0 to 1."""
    short, long = sorted((body, other), key=lambda text: (sketch.length(text), text))
    return sketch.containment(short, long)


def story_of(connection: sa.Connection, article: str) -> str:
    """Return the story of `article`: if it is not stored (yet), the story that has its id."""
    stored = connection.scalar(sa.select(articles.c.story_id).where(articles.c.id == article))
    return str(stored) if stored else present(connection, article)


def present(connection: sa.Connection, story: str) -> str:
    """Return the story that `story` is part of now: itself, unless it was merged."""
    return connection.scalar(sa.select(merged_stories.c.story_id).where(merged_stories.c.id == story)) or story


def _apart(connection: sa.Connection, article: str) -> set[str]:
    chosen = sa.select(decisions.c.story_id).where(decisions.c.article_id == article, ~decisions.c.joined)
    return set(connection.execute(chosen).scalars())


def _by_hand(connection: sa.Connection, item: Incoming, _moment: datetime, _apart: set[str]) -> Place | None:
    story = connection.scalar(
        sa.select(decisions.c.story_id)
        .where(decisions.c.article_id == item.article.id, decisions.c.joined)
        .order_by(decisions.c.decided_at.desc())
        .limit(1)
    )
    return Place(story, Rule.JOINED, story) if story else None


def _exact(connection: sa.Connection, item: Incoming, now: datetime, apart: set[str]) -> Place | None:
    row = connection.execute(
        sa.select(articles.c.id, articles.c.story_id)
        .join(stories, stories.c.id == articles.c.story_id)
        .where(
            articles.c.text_key == item.text_key,
            articles.c.id != item.article.id,
            stories.c.opened_at >= now - timedelta(hours=STORY_HOURS),
            stories.c.id.not_in(apart),
        )
        .order_by(stories.c.opened_at, stories.c.id, articles.c.stored_at, articles.c.id)
        .limit(1)
    ).one_or_none()
    return Place(row.story_id, Rule.EXACT, row.id, 1.0) if row else None


def _update(connection: sa.Connection, item: Incoming, now: datetime, _apart: set[str]) -> Place | None:
    article = item.article
    key = item_key(article.source, article.item, article.uri)
    if key is None:
        return None
    versions = connection.execute(
        sa.select(articles).where(
            articles.c.item_id == key,
            articles.c.id != article.id,
            articles.c.story_id.is_not(None),
            articles.c.stored_at >= now - timedelta(hours=STORY_HOURS),
        )
    ).all()
    if not versions:
        return None
    last = max(versions, key=lambda row: (row.published_at or row.received_at, row.received_at, row.id))
    return Place(last.story_id, Rule.UPDATE, last.id, shared(article.body, last.body))


def _near(connection: sa.Connection, item: Incoming, _moment: datetime, _apart: set[str]) -> Place | None:
    if item.joins is None:
        return None
    stored = connection.scalar(sa.select(articles.c.story_id).where(articles.c.id == item.joins))
    story = stored or story_of(connection, item.opener or item.joins)
    return Place(story, Rule.NEAR, item.joins, item.containment)


_Finder = Callable[[sa.Connection, Incoming, datetime, set[str]], Place | None]
#: In this order; the first that finds a story decides.
_FINDERS: Final[tuple[_Finder, ...]] = (_by_hand, _exact, _update, _near)


def _same_publisher(article: Article, row: sa.Row[Any]) -> bool:
    if article.publisher and row.publisher:
        return article.publisher.casefold() == str(row.publisher).casefold()
    return not article.publisher and not row.publisher and article.source == row.source
