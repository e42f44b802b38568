"""Stories: to show, split and join them by hand, and the texts from which the claims are rebuilt."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from worker.dedup.sketch import AS_LONG, VARIANT, WINDOW_SECONDS
from worker.errors import ConfigurationError
from worker.items.ruling import Standing
from worker.store.connect import Store, current_time, insert_new, lock
from worker.store.leading import elect
from worker.store.placement import Rule, present, shared
from worker.store.states import State
from worker.store.story_record import MemberRecord, StoryRecord
from worker.store.tables import articles, decisions, digests, stories
from worker.store.usable import standing, usable, usable_id

#: Rows that a rebuild reads together, so that its memory stays flat.
_PAGE: Final = 200
#: Rules of the rows that joined their story and are documents of it, canonical or not.
_JOINED: Final = (Rule.FULL.value, Rule.JOINED.value)


@dataclass(frozen=True, slots=True)
class Text:
    """A text with which others are compared. `age` is in seconds; `joined` is its story, None if it opened that."""

    article: str
    body: str
    age: float
    joined: str | None
    dateline: str | None


def texts(store: Store, language: str, after: str | None = None) -> Iterator[Text]:
    """Yield the texts of `language` that the claims have to know, oldest first, from behind the article `after`."""
    # As claim.lua keeps them: a reprint that differs from its canonical in its words or, not too short, in its length.
    leader = articles.alias()
    long, longest = sa.func.length(articles.c.body), sa.func.length(leader.c.body)
    other_length = sa.and_(2 * long > longest, ~long.between(AS_LONG * longest, longest / AS_LONG))
    variant = sa.and_(articles.c.rule == Rule.NEAR.value, sa.or_(articles.c.containment < VARIANT, other_length))
    copies = [Rule.EXACT.value, Rule.NEAR.value, Rule.OLDER.value]
    document = sa.or_(stories.c.canonical_id == articles.c.id, articles.c.rule.not_in(copies), variant)
    with store.reading() as connection:
        now = current_time(connection)
        place = connection.execute(sa.select(articles.c.stored_at, articles.c.id).where(articles.c.id == after)).first()
    while True:
        chosen = (
            sa.select(articles, stories.c.canonical_id)
            .join(stories, stories.c.id == articles.c.story_id)
            .outerjoin(leader, leader.c.id == stories.c.canonical_id)
            .where(
                articles.c.language == language,
                articles.c.stored_at >= now - timedelta(seconds=2 * WINDOW_SECONDS),
                document,
            )
            .order_by(articles.c.stored_at, articles.c.id)
            .limit(_PAGE)
        )
        if place is not None:
            later = articles.c.stored_at > place.stored_at
            chosen = chosen.where(
                sa.or_(later, sa.and_(articles.c.stored_at == place.stored_at, articles.c.id > place.id))
            )
        with store.reading() as connection:
            rows = connection.execute(chosen).all()
        for row in rows:
            joins = row.rule in _JOINED or (row.rule == Rule.NEAR.value and row.id != row.canonical_id)
            joined = row.story_id if joins else None
            yield Text(row.id, row.body, (now - row.stored_at).total_seconds(), joined, row.dateline)
        if len(rows) < _PAGE:
            return
        place = rows[-1]


def show(store: Store, prefix: str, *, held: bool = False) -> StoryRecord:
    """Return the story whose id, or one of whose articles' ids, begins with `prefix`, each decision explained.

    The articles are those that may be shown; with `held` the others come, too, with the state "held" or "killed".
    Raises ConfigurationError if no story with such an article, or more than one, has such an id.
    """
    shown = sa.true() if held else usable()
    with store.reading() as connection:
        story = story_of_prefix(connection, prefix)
        head = connection.execute(
            sa.select(stories, digests.c.headline)
            .select_from(stories)
            .outerjoin(articles, sa.and_(articles.c.id == stories.c.canonical_id, shown))
            .outerjoin(digests, digests.c.article_id == articles.c.id)
            .where(stories.c.id == story)
        ).one()
        members = connection.execute(
            sa.select(articles, standing().label("standing"))
            .where(articles.c.story_id == story, shown)
            .order_by(articles.c.id != head.canonical_id, articles.c.stored_at, articles.c.id)
        ).all()
        if not members:
            raise ConfigurationError(f"No article of the story {story} may be shown; `wiredesk items list` says why.")
        ids = [member.id for member in members]
        made = connection.execute(
            sa.select(decisions)
            .where(sa.or_(decisions.c.story_id == story, decisions.c.article_id.in_(ids)))
            .where(sa.true() if held else usable_id(decisions.c.article_id))
            .order_by(decisions.c.decided_at, decisions.c.article_id, decisions.c.story_id)
        ).all()
    return {
        "id": story,
        "opened_at": head.opened_at.isoformat(),
        "canonical_id": head.canonical_id,
        "headline": head.headline,
        "articles": [_member(member, head.canonical_id) for member in members],
        "decisions": [
            {
                "article_id": decision.article_id,
                "story_id": decision.story_id,
                "decision": "joined" if decision.joined else "split",
                "decided_at": decision.decided_at.isoformat(),
            }
            for decision in made
        ],
    }


def split(store: Store, prefix: str) -> str:
    """Take the article whose id begins with `prefix` out of its story, for good, and return its new story.

    If the article was its story's canonical, the story goes to its best reprint. Raises ConfigurationError if the
    article is not known, not unique, or alone in its story.
    """
    with store.writing() as connection:
        lock(connection, "stories")
        now = current_time(connection)
        article = _article(connection, prefix)
        left = article.story_id
        others = sa.select(sa.func.count()).where(articles.c.story_id == left, articles.c.id != article.id)
        if not connection.scalar(others):
            raise ConfigurationError(f"The article {article.id} is the only one of its story: nothing can be split.")
        # A story has the id of its opener; an opener that leaves cannot take the id with it.
        fresh = article.id if article.id != left else str(uuid.uuid4())
        if not insert_new(connection, stories, {"id": fresh, "canonical_id": article.id, "opened_at": now}):
            fresh = str(uuid.uuid4())
            insert_new(connection, stories, {"id": fresh, "canonical_id": article.id, "opened_at": now})
        _decide(connection, article.id, left, False, now)
        _decide(connection, article.id, fresh, True, now)
        _move(connection, article.id, fresh, Rule.SPLIT, left, None, now)
        elect(connection, left, now)
    return fresh


def join(store: Store, prefix: str, other: str) -> str:
    """Put the article whose id begins with `prefix` into the story of `other`, for good, and return that story.

    A canonical brings the reprints of its story with it. `other` is the beginning of a story's id or of one of its
    articles'. Raises ConfigurationError if either is not known or not unique, or they are in one story already.
    """
    with store.writing() as connection:
        lock(connection, "stories")
        now = current_time(connection)
        article = _article(connection, prefix)
        left, story = article.story_id, story_of_prefix(connection, other)
        if left == story:
            raise ConfigurationError(f"The article {article.id} is in the story {story} already.")
        canonical = connection.scalar(sa.select(stories.c.canonical_id).where(stories.c.id == left))
        moved = [article.id]
        if canonical == article.id:
            companions = sa.select(articles.c.id).where(articles.c.story_id == left, articles.c.id != article.id)
            moved += connection.execute(companions.order_by(articles.c.id)).scalars()
        leader = connection.execute(
            sa.select(articles).join(stories, stories.c.canonical_id == articles.c.id).where(stories.c.id == story)
        ).one_or_none()
        for name in moved:
            _decide(connection, name, left, False, now)
            _decide(connection, name, story, True, now)
            body = connection.scalar(sa.select(articles.c.body).where(articles.c.id == name)) or ""
            share = shared(body, leader.body) if leader is not None else None
            _move(connection, name, story, Rule.JOINED, leader.id if leader is not None else story, share, now)
        elect(connection, left, now)
        elect(connection, story, now)
    return story


def _move(
    connection: sa.Connection,
    article: str,
    story: str,
    rule: Rule,
    matched: str,
    containment: float | None,
    now: datetime,
) -> None:
    """Put the row into `story`: as its canonical after a split, else as a reprint; a failed row stays failed."""
    digested = connection.scalar(sa.select(sa.func.count()).where(digests.c.article_id == article))
    state = (State.DIGESTED if digested else State.READY) if rule is Rule.SPLIT else State.REPRINT
    connection.execute(
        sa.update(articles)
        .where(articles.c.id == article)
        .values(
            story_id=story,
            state=sa.case(
                (articles.c.state == State.FAILED, articles.c.state), else_=sa.literal(state, articles.c.state.type)
            ),
            state_at=now,
            rule=rule.value,
            matched_id=matched,
            containment=containment,
            joined_at=now,
            attempts=0,
            lease_token=None,
            lease_until=None,
        )
    )
    connection.execute(sa.update(digests).where(digests.c.article_id == article).values(story_id=story))


def _decide(connection: sa.Connection, article: str, story: str, joined: bool, now: datetime) -> None:
    row = {"joined": joined, "decided_at": now}
    if not insert_new(connection, decisions, {"article_id": article, "story_id": story, **row}):
        connection.execute(
            sa.update(decisions).where(decisions.c.article_id == article, decisions.c.story_id == story), row
        )


def _article(connection: sa.Connection, prefix: str) -> sa.Row[Any]:
    rows = connection.execute(
        sa.select(articles)
        .where(articles.c.id.startswith(prefix.lower(), autoescape=True), articles.c.story_id.is_not(None))
        .order_by(articles.c.id)
        .limit(2)
    ).all()
    if not rows:
        raise ConfigurationError(f"No article of a story has an id that begins with {prefix!r}.")
    if len(rows) > 1:
        raise ConfigurationError(f"More than one article has an id that begins with {prefix!r}; give more characters.")
    return rows[0]


def story_of_prefix(connection: sa.Connection, prefix: str) -> str:
    """Return the story whose id is `prefix`, else the only one with an article, or an id, that begins so.

    Raises ConfigurationError if there is none, or more than one.
    """
    exact = connection.scalar(sa.select(stories.c.id).where(stories.c.id == present(connection, prefix.lower())))
    if exact is not None:
        return str(exact)
    begins = prefix.lower()
    by_article = sa.select(articles.c.story_id).where(
        articles.c.id.startswith(begins, autoescape=True), articles.c.story_id.is_not(None)
    )
    ids = set(connection.execute(by_article).scalars())
    if not ids:
        ids = set(
            connection.execute(
                sa.select(stories.c.id).where(stories.c.id.startswith(begins, autoescape=True))
            ).scalars()
        )
    if not ids:
        raise ConfigurationError(f"No story, and no article of one, has an id that begins with {prefix!r}.")
    if len(ids) > 1:
        raise ConfigurationError(f"{len(ids)} stories have an id that begins with {prefix!r}; give more characters.")
    return str(ids.pop())


def _member(row: sa.Row[Any], canonical: str | None) -> MemberRecord:
    return {
        "id": row.id,
        "canonical": row.id == canonical,
        "state": row.state if row.standing == Standing.USABLE else row.standing,
        "publisher": row.publisher,
        "source": row.source,
        "uri": row.uri,
        "title": row.title,
        "rule": row.rule,
        "containment": row.containment,
        "matched_id": row.matched_id,
        "joined_at": row.joined_at.isoformat() if row.joined_at else None,
    }
