"""What is in the store: counts, exports, its identity, and what may be forgotten."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from producers.article import UNKNOWN
from worker.items.ruling import ENDLESS, Standing
from worker.store import search
from worker.store.connect import Store, current_time, parts
from worker.store.leading import superseded, without_leader
from worker.store.states import State
from worker.store.tables import (
    IS_READY,
    articles,
    decisions,
    desk,
    digests,
    edition_digests,
    editions,
    failures,
    item_articles,
    outbox,
    stories,
)
from worker.store.tallies import tally
from worker.store.usable import hidden_articles, standing, usable

#: Rows read at once by an export, so that its memory stays flat.
_PAGE: Final = 500

#: The state of an article, or "held" or "killed" if it may not be shown.
_STATE: Final = sa.case((usable(), sa.cast(articles.c.state, sa.Text)), else_=standing()).label("state")

_EXPORTED: Final = (
    articles.c.id,
    articles.c.source,
    articles.c.publisher,
    articles.c.uri,
    articles.c.title,
    articles.c.dateline,
    articles.c.byline,
    articles.c.body,
    articles.c.language,
    articles.c.published_at,
    articles.c.received_at,
    _STATE,
    articles.c.story_id,
    articles.c.containment,
    articles.c.url,
    articles.c.teaser,
    articles.c.item,
    articles.c.revision_created,
    articles.c.revision_number,
    articles.c.status,
    articles.c.embargo,
    articles.c.signal,
    articles.c.note,
    articles.c.slug,
    articles.c.urgency,
    articles.c.subjects,
    articles.c.section,
    articles.c.usage,
    articles.c.copyright,
    articles.c.located,
    articles.c.captions,
)

_MEMBER: Final = (
    articles.c.id.label("article_id"),
    articles.c.publisher,
    articles.c.uri,
    articles.c.title,
    _STATE,
    articles.c.rule,
    articles.c.containment,
    articles.c.matched_id,
    articles.c.joined_at,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Usable articles by state, those that may not be shown, and the stories that wait for a digest."""

    ready: int
    leased: int
    digested: int
    reprint: int
    failed: int
    held: int
    killed: int
    open_stories: int
    oldest_ready_at: datetime | None

    @property
    def articles(self) -> int:
        """All articles of the store."""
        return self.ready + self.leased + self.digested + self.reprint + self.failed + self.held + self.killed


def desk_id(store: Store) -> str:
    """Return the id of the desk that the store belongs to."""
    with store.reading() as connection:
        return str(connection.execute(sa.select(desk.c.id)).scalar_one())


def try_writing(store: Store) -> None:
    """Write a row and undo it. Raises StoreUnavailableError if the store does not take it."""
    with store.writing() as connection:
        connection.execute(sa.insert(desk).values(id="doctor", created_at=datetime.now(UTC)))
        connection.rollback()


def counts(store: Store) -> Counts:
    """Return the counts of the store.

    A story is open while its canonical waits for its digest and may be shown, or while it has no canonical, or one that
    has failed without a digest, and a usable article of it, not superseded by a newer version, has not failed.
    """
    with store.reading() as connection:
        # All articles are tallied, and those that may not be shown, which are few, are taken off.
        by_state = Counter(tally(connection, "articles"))
        by_standing = Counter[str]()
        hidden = hidden_articles()
        for row in connection.execute(
            sa.select(hidden.c.state, hidden.c.standing, sa.func.count().label("number")).group_by(
                hidden.c.state, hidden.c.standing
            )
        ):
            by_state[row.state] -= row.number
            by_standing[row.standing] += row.number
        leaderless = _leaderless(connection)
        oldest = connection.scalar(
            sa.select(articles.c.stored_at).where(IS_READY, usable()).order_by(articles.c.stored_at).limit(1)
        )
    return Counts(
        ready=by_state.get(State.READY, 0),
        leased=by_state.get(State.LEASED, 0),
        digested=by_state.get(State.DIGESTED, 0),
        reprint=by_state.get(State.REPRINT, 0),
        failed=by_state.get(State.FAILED, 0),
        held=by_standing[Standing.HELD],
        killed=by_standing[Standing.KILLED],
        # Whatever is ready or leased leads a story.
        open_stories=by_state[State.READY] + by_state[State.LEASED] + leaderless,
        oldest_ready_at=oldest,
    )


def _leaderless(connection: sa.Connection) -> int:
    """Return how many open stories have no canonical, or one that has failed."""
    failed = sa.select(articles.c.id).where(articles.c.id == stories.c.canonical_id, articles.c.state == State.FAILED)
    digest = sa.select(digests.c.article_id).where(digests.c.article_id == stories.c.canonical_id)
    living = sa.select(articles.c.id).where(
        articles.c.story_id == stories.c.id, articles.c.state != State.FAILED, usable(), ~superseded()
    )
    has_none = sa.or_(stories.c.canonical_id.is_(None), sa.exists(failed))
    number = 0
    for part in parts(without_leader(connection)):
        chosen = sa.select(sa.func.count()).where(
            stories.c.id.in_(part), has_none, sa.exists(living), ~sa.exists(digest)
        )
        number += connection.scalar(chosen) or 0
    return number


def export_articles(store: Store, *, held: bool = False) -> Iterator[dict[str, Any]]:
    """Yield a row for every article that may be shown, in the order of their ids; `error` is the reason of a failure,
    else None. With `held` the others come, too, with the state "held" or "killed".
    """
    chosen = sa.select(*_EXPORTED, failures.c.reason.label("error")).outerjoin(
        failures, failures.c.article_id == articles.c.id
    )
    for row in _pages(store, chosen if held else chosen.where(usable()), articles.c.id):
        is_endless = row["embargo"] is not None and row["embargo"] >= ENDLESS.isoformat()
        yield {
            **row,
            "embargo": UNKNOWN if is_endless else row["embargo"],
            "subjects": [{"code": code, "name": name} for code, name in json.loads(row["subjects"])],
            "captions": json.loads(row["captions"]),
        }


def export_stories(store: Store, *, held: bool = False) -> Iterator[dict[str, Any]]:
    """Yield a row for every story with an article that may be shown: its canonical, when it was opened, its digest,
    and those of its articles.

    `articles` are the ids; `sources` says who published each, and by which rule of worker.store.placement it is in the
    story. With `held` all stories come, with all their articles.
    """
    members = sa.select(*_MEMBER) if held else sa.select(*_MEMBER).where(usable())
    chosen = sa.select(
        stories.c.id,
        stories.c.canonical_id,
        stories.c.opened_at,
        digests.c.headline,
        digests.c.summary,
        digests.c.engine,
        digests.c.model,
        digests.c.supported,
        digests.c.made_at,
    ).outerjoin(digests, digests.c.article_id == stories.c.canonical_id)
    if not held:
        chosen = chosen.where(sa.exists(sa.select(articles.c.id).where(articles.c.story_id == stories.c.id, usable())))
    for row in _pages(store, chosen, stories.c.id):
        with store.reading() as connection:
            own = members.where(articles.c.story_id == row["id"]).order_by(articles.c.id)
            sources = connection.execute(own).mappings().all()
        yield {
            **row,
            "articles": [source["article_id"] for source in sources],
            "sources": [_plain(source) for source in sources],
        }


def prune(store: Store, days: int) -> dict[str, int]:
    """Delete what is older than `days` and return how many articles, failures, stories and editions went.

    An article goes when it was stored before that time, is not waiting for its digest and is not held; a story goes
    with the last of its articles. What an edition has met stays noted as long as its digest could come back, and an
    item for good, with the ids and texts of the articles that it may not show.
    """
    with store.writing() as connection:
        before = current_time(connection) - timedelta(days=days)
        settled = sa.and_(
            articles.c.stored_at < before,
            articles.c.state.in_((State.DIGESTED, State.REPRINT, State.FAILED)),
            standing() != Standing.HELD.value,
        )
        old = sa.select(articles.c.id).where(settled)
        search.forget(connection, old)
        present = sa.select(articles.c.story_id).where(articles.c.id == item_articles.c.article_id).scalar_subquery()
        connection.execute(sa.update(item_articles).where(item_articles.c.article_id.in_(old)).values(story_id=present))
        connection.execute(sa.update(stories).where(stories.c.canonical_id.in_(old)).values(canonical_id=None))
        gone_failures = connection.execute(sa.delete(failures).where(failures.c.article_id.in_(old))).rowcount
        old_editions = sa.select(editions.c.id).where(editions.c.closed_at < before)
        connection.execute(sa.delete(edition_digests).where(edition_digests.c.edition_id.in_(old_editions)))
        connection.execute(sa.delete(outbox).where(outbox.c.edition_id.in_(old_editions)))
        gone_editions = connection.execute(sa.delete(editions).where(editions.c.closed_at < before)).rowcount
        gone_articles = connection.execute(sa.delete(articles).where(settled)).rowcount
        connection.execute(sa.delete(decisions).where(decisions.c.decided_at < before))
        gone_stories = connection.execute(
            sa.delete(stories).where(
                stories.c.opened_at < before,
                ~sa.exists(sa.select(articles.c.id).where(articles.c.story_id == stories.c.id)),
            )
        ).rowcount
    return {
        "articles": gone_articles,
        "failures": gone_failures,
        "stories": gone_stories,
        "editions": gone_editions,
    }


def _plain(row: sa.RowMapping) -> dict[str, Any]:
    """Return `row` with its times as text."""
    return {str(k): v.isoformat() if isinstance(v, datetime) else v for k, v in row.items()}


def _pages(store: Store, chosen: sa.Select[Any], key: sa.Column[Any]) -> Iterator[dict[str, Any]]:
    last = ""
    while True:
        with store.reading() as connection:
            rows = connection.execute(chosen.where(key > last).order_by(key).limit(_PAGE)).mappings().all()
        for row in rows:
            yield _plain(row)
        if len(rows) < _PAGE:
            return
        last = rows[-1]["id"]
