"""Where an incoming article belongs: the story that a person, its text, its URI or its claim puts it into.

Redis proposes and the store decides: a claim names an article, which is followed to the story that it is in now.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any, Final

import sqlalchemy as sa

from producers.article import Signal, Status
from worker.article import Article
from worker.dedup import sketch
from worker.store.items import Arrived
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
    OLDER = "older"  # an older version of the matched article, which came later
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

    @property
    def is_restricted(self) -> bool:
        """Whether its source says that its item may not be shown, or not yet."""
        return self.article.status is not Status.USABLE or self.article.embargo is not None

    @property
    def is_news(self) -> bool:
        """Whether the article has a text that may be told: a kill and what has no text are in no story."""
        return bool(self.article.body) and self.article.status is not Status.CANCELED


@dataclass(frozen=True, slots=True)
class Place:
    """The story of an article, and why: the rule, the article that it was compared with and how much they share."""

    story: str
    rule: Rule
    matched: str | None = None
    containment: float | None = None


def place(connection: sa.Connection, item: Incoming, arrived: Arrived, now: datetime) -> Place:
    """Return where `item` belongs: by a person's decision, its item, exact text or claim; else in its own story."""
    apart = _apart(connection, item.article.id)
    finders: tuple[_Finder, ...] = (_by_hand, partial(_version, arrived=arrived), _exact, _near)
    for find in finders:
        placed = find(connection, item, now, apart)
        if placed is not None and placed.story not in apart:
            return placed
    return Place(present(connection, item.article.id), Rule.OPENED)


def overtakes(item: Incoming, arrived: Arrived, placed: Place, canonical: sa.Row[Any]) -> Rule | None:
    """Return the rule by which `item` takes its story from the row `canonical`, None if it does not.

    The newest version takes over from those before it, and from another's report if it corrects or lifts them.
    """
    article = item.article
    if placed.rule is Rule.UPDATE:
        corrects = arrived.lifts or article.signal is Signal.CORRECTION
        return Rule.UPDATE if corrects or canonical.item_id == arrived.item else None
    if placed.rule is not Rule.NEAR:
        return None
    if item.update and same_publisher(article, canonical) and newer(article, canonical):
        return Rule.UPDATE
    longer = sketch.length(article.body) >= sketch.GROWTH * sketch.length(canonical.body)
    return Rule.FULL if longer and sketch.containment(canonical.body, article.body) >= sketch.SURE_CONTAINMENT else None


def newer(article: Article, row: sa.Row[Any]) -> bool:
    """Return whether `article` is later than the row of another item: by the times of publication if they differ, else
    of receipt.
    """
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


def _version(
    connection: sa.Connection, item: Incoming, now: datetime, apart: set[str], *, arrived: Arrived
) -> Place | None:
    """Find the story of the item: for its newest version only if the last one came within STORY_HOURS."""
    if arrived.version is None:
        return None
    article = item.article
    last = connection.execute(
        sa.select(articles)
        .where(
            articles.c.item_id == arrived.item,
            articles.c.id != article.id,
            articles.c.story_id.is_not(None),
            articles.c.story_id.not_in(apart),
            sa.true() if arrived.superseded else articles.c.stored_at >= now - timedelta(hours=STORY_HOURS),
        )
        .order_by(articles.c.version.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return None
    rule = Rule.OLDER if arrived.superseded else Rule.UPDATE
    return Place(last.story_id, rule, last.id, shared(article.body, last.body))


def _near(connection: sa.Connection, item: Incoming, _moment: datetime, _apart: set[str]) -> Place | None:
    if item.joins is None:
        return None
    stored = connection.scalar(sa.select(articles.c.story_id).where(articles.c.id == item.joins))
    story = stored or story_of(connection, item.opener or item.joins)
    return Place(story, Rule.NEAR, item.joins, item.containment)


_Finder = Callable[[sa.Connection, Incoming, datetime, set[str]], Place | None]


def same_publisher(article: Article | sa.Row[Any], row: sa.Row[Any]) -> bool:
    """Return whether `article` and `row` are by one publisher, or both by none and from one source."""
    if article.publisher and row.publisher:
        return bool(article.publisher.casefold() == row.publisher.casefold())
    return bool(not article.publisher and not row.publisher and article.source == row.source)
