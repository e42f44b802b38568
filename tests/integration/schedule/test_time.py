"""Editions and a clock that was wrong: what it closed lies in the future, and harms nothing once the clock is right."""

import json
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine

from producers.journal import SENT, Journal
from producers.redis_client import connect as connect_redis
from tests.acceptance.desks import wiredesk
from tests.articles import digest, incoming
from worker.edition.calendar import MOST_APART, Reading
from worker.edition.profile import Profile
from worker.errors import RetryableError
from worker.operations import doctor
from worker.operations.status import stamps_ahead
from worker.pipeline import deliver_edition
from worker.schedule import clocks, closings, mailing, tick
from worker.settings import WorkerSettings
from worker.store import Store, connect, editions, future, leases, migrate, outbox
from worker.store.articles import take_in
from worker.store.connect import sqlite_url
from worker.store.editions import Edition
from worker.store.tables import articles, digests, edition_digests
from worker.store.tables import editions as table
from worker.store.tables import outbox as messages

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANNA, BERT = "anna@example.org", "bert@example.org"


def now() -> datetime:
    return datetime.now(UTC)


def no_redis() -> Journal:
    raise RetryableError("Redis does not answer.")


def desk(folder: Path, closes_in: timedelta = -2 * MOST_APART, **profiles: Profile) -> WorkerSettings:
    """Return the settings of a desk whose editions close `closes_in` from now, by the minute."""
    at = now() + closes_in
    return WorkerSettings(data=folder / "data", edition_time=f"{at:%H:%M}", profiles=profiles)


def digested(store: Store, name: str, age: timedelta = 3 * HOUR) -> None:
    """Put an article and its digest into the store, both `age` old."""
    take_in(store, [incoming(name)])
    leases.finish(store, leases.lease(store).token, [digest(name)])
    with store.writing() as connection:
        made = connection.scalar(sa.select(digests.c.made_at).where(digests.c.article_id == name)) or now()
        connection.execute(sa.update(digests).where(digests.c.article_id == name).values(made_at=made - age))
        connection.execute(sa.update(articles).where(articles.c.id == name).values(stored_at=made - age))


def ahead(store: Store, settings: WorkerSettings, by: timedelta) -> None:
    """Let a schedule run once while the clock is ahead, and once when it is right again, without a closing."""
    with time_machine.travel(now() + by, tick=False):
        closings.close_due(settings, store)
    right(store)


def right(store: Store) -> None:
    """Do what a tick does before it closes."""
    for count in tick.STAMPS:
        count(store)


def headlines(edition: Edition) -> list[str]:
    return sorted(one["headline"] for topic in edition.document["topics"] for one in topic["digests"])


def latest(settings: WorkerSettings, profile: str = "") -> str:
    return (settings.editions / profile / "latest.md").read_text()


def received(store: Store, edition: Edition, *recipients: str) -> None:
    """Let `recipients` have received `edition` by mail."""
    with time_machine.travel(edition.closed_at, tick=False):
        outbox.queue(store, edition.id, recipients)
    with store.writing() as connection:
        connection.execute(sa.update(messages).values(state="sent"))


def mailed_ahead(store: Store, settings: WorkerSettings) -> Edition:
    """Let a schedule run while the clock is 400 days ahead; return the edition of sport that was mailed meanwhile."""
    with time_machine.travel(now() + 400 * DAY, tick=False):
        closings.close_due(settings, store)
        mailed = next(one for one in editions.listed(store, "sport") if headlines(one))
    received(store, mailed, ANNA)
    right(store)
    return mailed


def last(store: Store, profile: str = "daily") -> Edition:
    edition = editions.find(store, profile)
    assert edition is not None
    return edition


@pytest.mark.parametrize("by", [DAY, 3 * DAY, 400 * DAY], ids=["a day ahead", "3 days ahead", "400 days ahead"])
def test_todays_edition_closes_although_a_schedule_ran_while_the_clock_was_ahead(
    store: Store, tmp_path: Path, by: timedelta
) -> None:
    settings = desk(tmp_path, closes_in=2 * HOUR)
    digested(store, "a")
    ahead(store, settings, by)
    digested(store, "b")

    assert closings.close_due(settings, store) == 0
    for day, told in enumerate([["Headline of a", "Headline of b"], [], []]):
        with time_machine.travel(now() + 2 * HOUR + day * DAY, tick=False):
            assert closings.close_due(settings, store) == 1
            assert closings.close_due(settings, store) == 0
            assert headlines(last(store)) == told
            assert last(store).date == now().date()
            assert json.loads((settings.editions / "latest.json").read_text()) == last(store).document


def test_the_list_of_editions_marks_those_from_the_future(store: Store, store_url: str, tmp_path: Path) -> None:
    settings = desk(tmp_path)
    digested(store, "a")
    closings.close_due(settings, store)
    with time_machine.travel(now() + 400 * DAY, tick=False):
        closings.close_due(settings, store)

    right(store)

    shown = wiredesk("edition", "list", WIREDESK_STORE_URL=store_url, WIREDESK_DATA=str(settings.data))
    *later, today = shown.stdout.splitlines()
    assert len(later) == 7
    assert all("  in the future" in line for line in later)
    assert all("revision -" not in line for line in later)
    assert "future" not in today


def test_what_the_future_met_is_met_again_before_any_tick_has_looked(store: Store, tmp_path: Path) -> None:
    settings = desk(tmp_path)
    digested(store, "a")
    with time_machine.travel(now() + 400 * DAY, tick=False):
        closings.close_due(settings, store)

    edition, _ = closings.build(settings, store, "daily", None, force=True)
    assert headlines(edition) == ["Headline of a"]


def test_an_edition_forced_while_the_clock_was_ahead_stops_none(tmp_path: Path) -> None:
    store = connect(sqlite_url(tmp_path / "store.db"))
    migrate(store)
    settings = desk(tmp_path)
    digested(store, "a")
    with time_machine.travel(now() + 3 * DAY, tick=False):
        forced, _ = closings.build(settings, store, "daily", None, force=True)

    right(store)
    assert closings.close_due(settings, store) == 1
    assert headlines(last(store)) == ["Headline of a"]
    # The day of the forced edition comes, before its hour: that edition closes with what is new.
    digested(store, "b")
    with time_machine.travel(forced.closed_at - 2 * HOUR + timedelta(minutes=1), tick=False):
        assert closings.close_due(settings, store) == 3
        assert last(store).date == forced.date
        assert json.loads((settings.editions / "latest.json").read_text()) == last(store).document
    every = [headline for one in editions.listed(store) if one.id != forced.id for headline in headlines(one)]
    assert sorted(every) == ["Headline of a", "Headline of b"]
    store.close()


def test_an_edition_closed_up_to_an_hour_early_is_the_days_edition(store: Store, tmp_path: Path) -> None:
    settings = desk(tmp_path, closes_in=timedelta(minutes=30))
    digested(store, "a")
    ahead(store, settings, timedelta(minutes=59))
    digested(store, "b")

    assert headlines(last(store)) == ["Headline of a"]
    assert closings.close_due(settings, store) == 0
    with time_machine.travel(now() + timedelta(minutes=40), tick=False):
        assert closings.close_due(settings, store) == 0


def test_a_clock_set_back_by_an_hour_closes_nothing_twice(store: Store, tmp_path: Path) -> None:
    settings = desk(tmp_path, closes_in=timedelta(minutes=-20))
    digested(store, "a")
    assert closings.close_due(settings, store) == 1

    ahead(store, settings, -HOUR)
    assert closings.close_due(settings, store) == 0
    assert len(editions.listed(store)) == 1


def test_a_desk_that_was_off_for_a_week_closes_what_is_due(store: Store, tmp_path: Path) -> None:
    settings = desk(tmp_path)
    digested(store, "a", age=8 * DAY)
    ahead(store, settings, -7 * DAY)
    digested(store, "b", age=DAY / 2)

    clocks.check_clocks(store, clocks.read_clocks())
    assert closings.close_due(settings, store) == 7
    assert len(editions.listed(store)) in (8, 9)


def test_what_readers_received_from_an_edition_in_the_future_does_not_come_again(store: Store, tmp_path: Path) -> None:
    settings = desk(tmp_path, sport=Profile(recipients=(ANNA, BERT)))
    for name in settings.all_profiles:
        editions.begin(store, name)
    digested(store, "a")
    mailed_ahead(store, settings)
    digested(store, "b")

    assert closings.close_due(settings, store) == 2
    assert headlines(last(store, "daily")) == ["Headline of a", "Headline of b"]
    assert headlines(last(store, "sport")) == ["Headline of b"]


def test_no_reader_is_sent_an_edition_from_the_future(store: Store, tmp_path: Path) -> None:
    settings = desk(tmp_path, daily=Profile(recipients=(ANNA,), send_empty=True))
    digested(store, "a")
    with time_machine.travel(now() + 400 * DAY, tick=False):
        assert closings.close_due(settings, store) == 7
        assert mailing.queue_pending(settings, store) == 7
    with store.writing() as connection:
        connection.execute(sa.update(messages).values(due_at=now() - DAY))

    assert outbox.take(store) is None
    right(store)
    assert outbox.take(store) is None
    assert outbox.deliveries(store) == {}
    closings.close_due(settings, store)
    mailing.queue_pending(settings, store)
    sent = outbox.take(store)
    assert sent is not None
    assert sent.content == last(store).document
    assert outbox.take(store) is None


def test_a_digest_made_while_the_clock_was_ahead_is_in_the_next_edition(store: Store, tmp_path: Path) -> None:
    settings = desk(tmp_path)
    digested(store, "a", age=3 * HOUR)
    closings.close_due(settings, store)
    digested(store, "b", age=-400 * DAY)

    assert editions.count_as_made_now(store) == 1
    assert editions.count_as_made_now(store) == 0
    with time_machine.travel(now() + DAY, tick=False):
        assert closings.close_due(settings, store) == 1
        assert headlines(last(store)) == ["Headline of b"]


def test_a_profile_begun_while_the_clock_was_ahead_begins_now(store: Store, tmp_path: Path) -> None:
    closings.close_now(desk(tmp_path), store, "daily")
    editions.begin(store, "evening")
    with store.writing() as connection:
        connection.execute(sa.update(editions.profiles).values(since=now() + 400 * DAY))
    editions.begin(store, "evening")

    since = editions.last_closed(store, "evening")[1]
    assert since is not None
    assert abs(since - now()) < HOUR


class TestClocks:
    """Nothing closes while the clock cannot be trusted."""

    @pytest.fixture
    def waits(self, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
        """What the editions of a tick wait for."""
        said: list[str] = []
        monkeypatch.setattr(
            tick.logger, "warning", lambda _event, part="", reason="", **_: part == "editions" and said.append(reason)
        )
        return said

    @pytest.mark.parametrize("by", [400 * DAY, -2 * HOUR], ids=["400 days forward", "2 hours back"])
    def test_a_tick_whose_clock_was_set_closes_nothing_and_says_so(
        self, store: Store, tmp_path: Path, waits: list[str], by: timedelta
    ) -> None:
        settings = desk(tmp_path)
        digested(store, "a")
        queue = tick.Queue.connect("redis://127.0.0.1:1/0")
        before = Reading(now() - by, clocks.read_clocks().steady)

        after = tick.tick(settings, store, queue, last=before)
        assert editions.listed(store) == []
        assert [reason[:30] for reason in waits] == ["This machine's clock was set " + ("f" if by > 0 * DAY else "b")]
        tick.tick(settings, store, queue, last=after)
        assert len(editions.listed(store)) == 1

    def test_a_tick_after_eight_hours_of_sleep_closes_what_is_due(
        self, store: Store, tmp_path: Path, waits: list[str]
    ) -> None:
        settings = desk(tmp_path)
        digested(store, "a")
        asleep = 8 * HOUR
        before = Reading(now() - asleep, clocks.read_clocks().steady - asleep.total_seconds())

        tick.tick(settings, store, tick.Queue.connect("redis://127.0.0.1:1/0"), last=before)
        assert waits == []
        assert len(editions.listed(store)) == 1

    def test_nothing_closes_while_the_clocks_of_store_and_schedule_differ(
        self, store: Store, tmp_path: Path, waits: list[str]
    ) -> None:
        settings = desk(tmp_path)
        digested(store, "a")
        with time_machine.travel(now() + 2 * HOUR, tick=False):
            tick.tick(settings, store, tick.Queue.connect("redis://127.0.0.1:1/0"))
        if store.engine.dialect.name == "sqlite":
            assert waits == []
        else:
            assert [reason[:49] for reason in waits] == ["The clocks of this machine and of the store diffe"]
            assert editions.listed(store) == []

    def test_the_steady_clock_goes_in_seconds(self) -> None:
        before = clocks.read_clocks().steady
        time.sleep(0.01)
        assert 0.01 <= clocks.read_clocks().steady - before < 10


class TestRepair:
    """`wiredesk doctor --repair-time` puts right what a clock that was ahead has left."""

    def test_the_future_is_named_and_repaired_once(self, store: Store, tmp_path: Path) -> None:
        settings = desk(tmp_path, daily=Profile(outputs=("md", "feeds")), sport=Profile(recipients=(ANNA,)))
        for name in settings.all_profiles:
            editions.begin(store, name)
        digested(store, "a")
        mailed = mailed_ahead(store, settings)
        digested(store, "b", age=-400 * DAY)
        named = stamps_ahead(store, no_redis)
        assert named is not None
        assert named.startswith("Times lie in the future (14 of editions, 1 of articles, 1 of digests")
        assert named.endswith("then run `wiredesk doctor --repair-time`.")

        removed = list(doctor._remove_void(settings, store))
        changed = future.set_to_now(store)

        assert [changed[name] for name in ("editions", "articles", "digests")] == [1, 1, 1]
        assert removed[0].startswith("Removed the editions from the future that nobody received (13): daily of ")
        assert [one.id for one in editions.listed(store)] == [mailed.id]
        assert not list(settings.editions.glob("*/*.md"))
        assert not (settings.editions / "latest.md").exists()
        assert (settings.editions / "sport" / f"{mailed.date:%Y}" / f"{mailed.date}.md").exists()
        assert stamps_ahead(store, no_redis) is None
        assert list(doctor._remove_void(settings, store)) == []
        assert future.set_to_now(store) == {}
        with store.reading() as connection:
            assert set(connection.scalars(sa.select(edition_digests.c.edition_id))) == {mailed.id}

    def test_the_command_does_it_all_and_twice_is_harmless(
        self, store: Store, store_url: str, redis_url: str, tmp_path: Path
    ) -> None:
        settings = WorkerSettings(data=tmp_path / "data", store_url=store_url, redis_url=redis_url)
        digested(store, "a")
        ahead(store, settings, 400 * DAY)
        journal = Journal(connect_redis(redis_url))
        journal.redis.zadd(SENT, {str(uuid.uuid4()): time.time() + 400 * DAY.total_seconds()})
        (before,) = (one for one in doctor.examine(settings) if one.part == "stamps")
        assert (before.ok, "7 of editions, 1 of journal entries" in before.text) == (False, True)

        done = list(doctor.repair_time(settings))
        assert [line.split(":")[0] for line in done] == [
            "Removed the editions from the future that nobody received (7)",
            "Set the times that lay in the future to now",
        ]
        assert list(doctor.repair_time(settings)) == []
        (after,) = (one for one in doctor.examine(settings) if one.part == "stamps")
        assert (after.ok, after.text) == (True, "none lies in the future")

    def test_it_needs_no_redis(self, store: Store, store_url: str, tmp_path: Path) -> None:
        settings = WorkerSettings(data=tmp_path / "data", store_url=store_url)
        digested(store, "a")
        ahead(store, settings, 400 * DAY)

        assert len(list(doctor.repair_time(settings))) == 1
        assert editions.listed(store) == []

    def test_nothing_is_repaired_while_the_clocks_differ(
        self, store: Store, store_url: str, redis_url: str, tmp_path: Path
    ) -> None:
        settings = WorkerSettings(data=tmp_path / "data", store_url=store_url, redis_url=redis_url)
        digested(store, "a")
        closings.close_now(settings, store, "daily")
        with (
            time_machine.travel(now() - 3 * DAY, tick=False),
            pytest.raises(RetryableError, match="clock and Redis' differ by 259,"),
        ):
            list(doctor.repair_time(settings))
        assert len(editions.listed(store)) == 1

    def test_the_last_edition_of_the_past_has_the_files_again(self, store: Store, tmp_path: Path) -> None:
        settings = desk(tmp_path, daily=Profile(outputs=("md", "feeds")))
        digested(store, "a")
        closings.close_due(settings, store)
        today = latest(settings)
        feed = (settings.editions / "editions.atom").read_bytes()
        ahead(store, settings, 400 * DAY)
        assert latest(settings) != today

        list(doctor._remove_void(settings, store))
        assert latest(settings) == today
        assert (settings.editions / "editions.atom").read_bytes() == feed

    def test_a_clock_that_is_behind_withdraws_no_edition(self, store: Store, tmp_path: Path) -> None:
        settings = desk(tmp_path)
        digested(store, "a")
        closings.close_due(settings, store)
        with store.writing() as connection:
            # As they look to a clock that is 3 days behind.
            connection.execute(sa.update(table).values(closed_at=now() + 3 * DAY))
            connection.execute(sa.update(articles).values(stored_at=now() + 2 * DAY))

        assert future.withdraw_void(store) == 0
        assert [one.revision for one in editions.listed(store)] == [1] * len(editions.listed(store))

    def test_a_rebuilt_edition_from_the_future_is_not_the_latest(self, store: Store, tmp_path: Path) -> None:
        settings = desk(tmp_path)
        digested(store, "a")
        ahead(store, settings, 400 * DAY)
        closings.close_due(settings, store)
        today = latest(settings)

        deliver_edition(store, editions.void_editions(store)[0], settings.editions)
        assert latest(settings) == today


class TestStampsFromTheFuture:
    """Leases and retries from the future count from now on."""

    def test_a_lease_from_the_future_lasts_as_long_as_any(self, store: Store) -> None:
        take_in(store, [incoming("a")])
        leases.lease(store)
        with store.writing() as connection:
            connection.execute(sa.update(articles).values(lease_until=now() + 400 * DAY))

        assert leases.shorten(store) == 1
        assert leases.shorten(store) == 0
        with store.reading() as connection:
            until = connection.scalar(sa.select(articles.c.lease_until))
        assert until is not None
        assert now() < until < now() + timedelta(seconds=leases.LEASE_SECONDS + 30)

    def test_a_story_whose_canonical_failed_in_the_future_is_an_orphan(self, store: Store) -> None:
        body = "Hundreds of boats sheltered in the harbour of Tarnfield on Friday."
        take_in(store, [incoming("a", body), incoming("b", body)])
        with store.writing() as connection:
            connection.execute(
                sa.update(articles).where(articles.c.id == "a").values(state="failed", state_at=now() + 400 * DAY)
            )
        assert leases.adopt_orphans(store) == 1

    def test_a_message_that_waits_for_the_future_is_due(self, store: Store, tmp_path: Path) -> None:
        edition = closings.close_now(desk(tmp_path), store, "daily")
        outbox.queue(store, edition.id, [ANNA, BERT])
        held = outbox.take(store)
        assert held is not None
        later = now() + 400 * DAY
        with store.writing() as connection:
            connection.execute(sa.update(messages).values(due_at=later, queued_at=later))
            connection.execute(
                sa.update(messages).where(messages.c.recipient == held.recipient).values(lease_until=later)
            )
        assert outbox.take(store) is None

        assert outbox.shorten(store) == 2
        assert outbox.shorten(store) == 0
        other = outbox.take(store)
        assert other is not None
        assert {held.recipient, other.recipient} == {ANNA, BERT}
        with store.reading() as connection:
            until = connection.scalar(sa.select(sa.func.max(messages.c.lease_until)))
        assert until < now() + HOUR
