"""Every digest is in exactly one edition of a profile, its updates apart, whatever happens in whatever order."""

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.articles import digest, incoming
from worker.edition import closing
from worker.edition.calendar import closing_time, due, time_zone
from worker.edition.profile import Selection
from worker.edition.revising import revise
from worker.items.ruling import Decider
from worker.store import Store, by_hand, connect, editions, leases, migrate, releasing, sqlite_url
from worker.store.articles import take_in
from worker.store.editions import Edition
from worker.store.tables import articles, digests, stories
from worker.store.usable import usable

BEGIN = datetime(2026, 10, 23, 9, tzinfo=UTC)
ZONE = "Europe/Berlin"

#: What can happen: hours pass, an article comes, the summarizers work, one of them commits late, a story is taken over
#: by another article, the clock closes what is due, a person closes now, or withdraws or releases a story.
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("hours"), st.integers(1, 40)),
        st.tuples(st.just("ingest"), st.integers(1, 3)),
        st.tuples(st.just("digest"), st.just(0)),
        st.tuples(st.just("late"), st.integers(1, 5)),
        st.tuples(st.just("update"), st.integers(0, 9)),
        st.tuples(st.just("tick"), st.just(0)),
        st.tuples(st.just("force"), st.just(0)),
        st.tuples(st.just("withdraw"), st.integers(0, 9)),
        st.tuples(st.just("release"), st.integers(0, 9)),
    ),
    min_size=5,
    max_size=40,
)


class Desk:
    """A desk whose time is ours."""

    def __init__(self, store: Store, selection: Selection) -> None:
        self.store = store
        self.selection = selection
        self.now = BEGIN
        self.names = 0
        self.has_withdrawn = False

    def run(self, event: str, number: int) -> None:
        getattr(self, event)(number)

    def hours(self, number: int) -> None:
        self.now += timedelta(hours=number)

    def ingest(self, number: int) -> None:
        names = [self._name() for _ in range(number)]
        take_in(self.store, [incoming(name) for name in names])
        with self.store.writing() as connection:
            connection.execute(sa.update(articles).where(articles.c.id.in_(names)).values(stored_at=self.now))

    def digest(self, _number: int, made_at: datetime | None = None) -> None:
        lease = leases.lease(self.store)
        names = [one.id for one in lease.articles]
        leases.finish(self.store, lease.token, [digest(name) for name in names])
        with self.store.writing() as connection:
            connection.execute(
                sa.update(digests).where(digests.c.article_id.in_(names)).values(made_at=made_at or self.now)
            )

    def late(self, number: int) -> None:
        """Digests whose transaction began `number` hours ago, before a close perhaps, are committed now."""
        self.digest(0, self.now - timedelta(hours=number))

    def update(self, number: int) -> None:
        """Let another article take a story over that has a digest."""
        with self.store.reading() as connection:
            told = connection.execute(
                sa.select(stories.c.id, stories.c.canonical_id)
                .join(digests, digests.c.article_id == stories.c.canonical_id)
                .order_by(stories.c.id)
            ).all()
        if not told:
            return
        story, before = told[number % len(told)]
        name = self._name()
        take_in(self.store, [incoming(name)])
        with self.store.writing() as connection:
            connection.execute(sa.delete(stories).where(stories.c.id == name))
            connection.execute(
                sa.update(articles).where(articles.c.id == name).values(story_id=story, stored_at=self.now)
            )
            connection.execute(sa.update(stories).where(stories.c.id == story).values(canonical_id=name))
            connection.execute(
                sa.update(articles).where(articles.c.id == before).values(state="reprint", containment=0.9)
            )

    def tick(self, _number: int) -> None:
        last, since = editions.last_closed(self.store, "daily")
        for one in due(last, since, self.now, zone=time_zone(ZONE), at=closing_time("07:00")):
            self._close(one.date, one.at)
            self._close(one.date, one.at)  # a second schedule, or the same after a crash

    def force(self, _number: int) -> None:
        self._close(self.now.astimezone(time_zone(ZONE)).date(), None)

    def withdraw(self, number: int) -> None:
        with self.store.reading() as connection:
            names = connection.scalars(sa.select(stories.c.id).order_by(stories.c.id)).all()
        self.has_withdrawn = True
        with patch.object(by_hand, "current_time", lambda _connection: self.now):
            by_hand.withdraw(self.store, names[number % len(names)], "a reason", revise)

    def release(self, number: int) -> None:
        hidden = by_hand.listed(self.store)
        if hidden:
            item = hidden[number % len(hidden)].item
            with patch.object(releasing, "current_time", lambda _connection: self.now):
                releasing.release(self.store, item, releasing.arrival(self.store, item), Decider.PERSON, revise)

    def _close(self, day: date, at: datetime | None) -> Edition:
        with patch.object(editions, "current_time", lambda _connection: self.now):
            return closing.close(self.store, profile="daily", timezone=ZONE, date=day, at=at, selection=self.selection)

    def _name(self) -> str:
        self.names += 1
        return f"{self.names:04}"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with its tables."""
    file = tmp_path_factory.mktemp("store") / "empty.db"
    store = connect(sqlite_url(file))
    migrate(store)
    store.close()
    return file


@contextmanager
def a_desk(empty: Path, selection: Selection) -> Iterator[Desk]:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(empty, Path(folder, "wiredesk.db"))
        store = connect(sqlite_url(Path(folder, "wiredesk.db")))
        try:
            yield Desk(store, selection)
        finally:
            store.close()


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS, selection=st.sampled_from([Selection(), Selection(length=2), Selection(not_keywords=("0002",))]))
@example(events=[(event, 0) for event in ("digest", "force", "withdraw", "release")], selection=Selection())
@example(events=[(event, 0) for event in ("digest", "force", "withdraw", "force", "release")], selection=Selection())
def test_every_digest_is_in_exactly_one_edition(
    empty: Path, events: list[tuple[str, int]], selection: Selection
) -> None:
    with a_desk(empty, selection) as desk:
        desk.ingest(1)
        for event, number in events:
            desk.run(event, number)
        while leases.waiting(desk.store, 1):
            desk.digest(0)
        desk.hours(25)  # the longest day
        desk.tick(0)

        last: dict[date, Edition] = {}
        for one in reversed(editions.listed(desk.store)):
            last[one.date] = one
        days = defaultdict(list)
        for day in sorted(last):
            for topic in last[day].document["topics"]:
                for told in topic["digests"]:
                    days[told["sources"][0]["article_id"]].append((day, told["story_id"], told["update"]))
        with desk.store.reading() as connection:
            made = set(connection.scalars(sa.select(digests.c.article_id)))
            usable_ones = set(connection.scalars(sa.select(articles.c.id).where(usable())))
            canonical = set(connection.scalars(sa.select(stories.c.canonical_id))) & usable_ones
            met = dict(
                connection.execute(
                    sa.select(editions.edition_digests.c.article_id, editions.edition_digests.c.carried)
                ).all()
            )

    # What was withdrawn counts as unmet until it is released.
    assert made & usable_ones <= set(met) <= made
    assert set(days) <= usable_ones
    assert set(days) <= made
    assert all(len(found) == 1 for found in days.values())
    # Of the articles that are still what their story tells, each is carried where the profile takes it.
    assert {name for name in canonical if met[name]} == set(days) & canonical
    if selection == Selection():
        assert canonical <= set(days)
    if desk.has_withdrawn:
        return
    told_before: set[str] = set()
    for _, story, update in sorted(found for (found,) in days.values()):
        assert update is (story in told_before)
        told_before.add(story)
