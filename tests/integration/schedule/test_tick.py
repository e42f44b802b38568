"""The tick: it finds what no message will fetch, and closes editions when their time has come."""

import itertools
import shutil
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from producers.journal import SENT
from producers.processes import Heartbeat, waits
from producers.push import Queue
from tests.articles import digest, incoming, raw
from tests.integration.producers.test_push import sent
from tests.servers import free_port
from tests.sink import Sink, serving
from worker.addresses import Sender, mailbox
from worker.edition import closing
from worker.edition.profile import Profile
from worker.errors import ConfigurationError, StoreUnavailableError
from worker.mail.mailer import Mailer
from worker.mail.server import server
from worker.schedule import closings, tick
from worker.settings import WorkerSettings
from worker.store import Store, connect, editions, leases, outbox, sqlite_url
from worker.store.articles import take_in
from worker.store.tables import articles, digests, profiles

INGEST_LIST = "wiredesk:ingest"


@pytest.fixture
def settings(tmp_path: Path) -> WorkerSettings:
    return WorkerSettings(data=tmp_path / "data", edition_time="00:00")


def lose_message(queue: Queue, *, seconds_ago: float) -> None:
    """Let the messages of all journal entries have been sent `seconds_ago` and be lost."""
    queue.journal.redis.delete(INGEST_LIST)
    then = int(queue.journal.redis.time()[0]) - seconds_ago
    queue.journal.redis.zadd(SENT, dict.fromkeys(queue.journal.redis.zrange(SENT, 0, -1), then))


def yesterday(store: Store) -> datetime:
    """Let everything in the store have come yesterday at noon, and return that moment."""
    moment = datetime.now(UTC).replace(hour=12) - timedelta(days=1)
    with store.writing() as connection:
        connection.execute(sa.update(articles).values(stored_at=moment))
        connection.execute(sa.update(digests).values(made_at=moment))
    return moment


def files(folder: Path) -> dict[str, bytes]:
    """Return the files beneath `folder` by their names."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class TestReaper:
    """Journal entries without a message are sent again."""

    def test_an_entry_whose_message_was_lost_is_sent_again_after_a_minute(self, queue: Queue) -> None:
        lost = raw("Lost.")
        queue.push([lost])
        lose_message(queue, seconds_ago=61)
        assert tick.send_lost(queue) == 1
        assert sent(queue) == [[str(lost.id)]]

    def test_not_before(self, queue: Queue) -> None:
        queue.push([raw("Under way.")])
        lose_message(queue, seconds_ago=50)
        assert tick.send_lost(queue) == 0

    @pytest.mark.parametrize(("seconds", "count"), [(100, 0), (901, 1)])
    def test_while_messages_wait_only_after_a_quarter_of_an_hour(self, queue: Queue, seconds: int, count: int) -> None:
        queue.push([raw("Lost.")])
        lose_message(queue, seconds_ago=seconds)
        queue.push([raw("Waits.")])
        assert tick.send_lost(queue) == count

    def test_never_while_more_messages_wait_than_entries(self, queue: Queue) -> None:
        lost = raw("Lost.")
        queue.push([lost])
        queue.send_again([["x"], ["y"]])
        queue.journal.redis.zadd(SENT, {str(lost.id): 0})
        assert tick.send_lost(queue) == 0

    def test_an_entry_is_sent_once_until_it_is_overdue_again(self, queue: Queue) -> None:
        queue.push([raw("Lost.")])
        lose_message(queue, seconds_ago=61)
        assert [tick.send_lost(queue), tick.send_lost(queue)] == [1, 0]

    def test_what_was_begun_before_and_html_travel_alone(self, queue: Queue) -> None:
        raws = [raw("One."), raw("Two."), raw("Begun."), raw("<p>Page.</p>", media_type="text/html")]
        queue.push(raws)
        queue.journal.begin({str(raws[2].id): 1})
        lose_message(queue, seconds_ago=61)
        assert tick.send_lost(queue) == 4
        together = {frozenset(ids) for ids in sent(queue)}
        assert {frozenset([str(raws[2].id)]), frozenset([str(raws[3].id)])} < together

    def test_an_entry_that_nobody_can_read_is_sent_alone(self, queue: Queue) -> None:
        name = str(raw("Broken.").id)
        queue.journal.redis.hset("wiredesk:journal", name, b"no article")
        assert tick.send_lost(queue) == 1
        assert sent(queue) == [[name]]

    def test_what_stands_in_the_journal_under_no_id_is_removed(self, queue: Queue) -> None:
        queue.journal.redis.hset("wiredesk:journal", mapping={"../etc": b"x", b"\xff": b"x", "A" * 36: b"x"})
        queue.journal.redis.zadd("wiredesk:sent", {"../etc": 0, b"\xff": 0})
        assert tick.send_lost(queue) == 0
        assert (queue.journal.pending(), queue.journal.redis.zcard("wiredesk:sent")) == (0, 0)


class TestWakeUps:
    """Ready rows have a wake-up for each batch of 16."""

    def test_the_list_is_topped_up_to_one_for_each_batch(self, store: Store, queue: Queue) -> None:
        take_in(store, [incoming(f"{i:02}") for i in range(33)])
        assert tick.wake(store, queue) == 3
        assert tick.wake(store, queue) == 0
        assert queue.journal.queue_length("summarize") == 3

    def test_nothing_waits_nothing_is_sent(self, store: Store, queue: Queue) -> None:
        assert tick.wake(store, queue) == 0


class TestClosings:
    """Editions close at their time, once, and every closed edition has its files."""

    def test_a_missed_closing_is_made_up_for_and_written(
        self, store: Store, queue: Queue, settings: WorkerSettings
    ) -> None:
        take_in(store, [incoming("a")])
        leases.finish(store, leases.lease(store).token, [digest("a")])
        yesterday(store)
        tick.tick(settings, store, queue)
        tick.tick(settings, store, queue)
        (edition,) = editions.listed(store)
        assert edition.date == datetime.now(UTC).date()
        assert edition.document["edition"]["counts"]["digests"] == 1
        assert (settings.editions / "latest.html").exists()

    def test_a_desk_without_articles_closes_nothing(self, store: Store, queue: Queue, settings: WorkerSettings) -> None:
        tick.tick(settings, store, queue)
        assert editions.listed(store) == []

    def test_an_edition_whose_files_were_not_written_is_delivered_by_the_next_tick(
        self, store: Store, settings: WorkerSettings
    ) -> None:
        today = datetime.now(UTC).date()
        closing.close(store, profile="daily", timezone="UTC", date=today, at=None)
        assert closings.deliver_pending(settings, store) == 1
        assert (settings.editions / "latest.md").exists()
        assert closings.deliver_pending(settings, store) == 0

    def test_a_rebuild_writes_the_same_bytes_in_every_format(self, store: Store, tmp_path: Path) -> None:
        everything = Profile(outputs=("md", "html", "eml", "feeds"))
        settings = WorkerSettings(data=tmp_path / "data", profiles={"daily": everything})
        take_in(store, [incoming("a"), incoming("b")])
        leases.finish(store, leases.lease(store).token, [digest("a"), digest("b")])
        closings.build(settings, store, "daily", None, force=True)
        before = files(settings.editions)
        shutil.rmtree(settings.editions)
        closings.build(settings, store, "daily", datetime.now(UTC).date(), force=False)
        assert files(settings.editions) == before
        assert {Path(name).suffix for name in before} == {".md", ".html", ".eml", ".json", ".atom", ""}

    def test_each_profile_closes_in_a_folder_of_its_own(self, store: Store, queue: Queue, tmp_path: Path) -> None:
        settings = WorkerSettings(
            data=tmp_path / "data", edition_time="00:00", profiles={"sport": Profile(keywords=("cup",))}
        )
        tick.tick(settings, store, queue)
        take_in(store, [incoming("a"), incoming("b", "Tarnfield won the cup.")])
        leases.finish(store, leases.lease(store).token, [digest("a"), digest("b")])
        yesterday(store)
        tick.tick(settings, store, queue)
        carried = {one.profile: one.document["edition"]["counts"]["digests"] for one in editions.listed(store)}
        assert carried == {"daily": 2, "sport": 1}
        assert (settings.editions / "sport" / "latest.html").exists()

    def test_only_today_can_be_closed_by_force(self, store: Store, settings: WorkerSettings) -> None:
        with pytest.raises(ConfigurationError, match="Only today's edition"):
            closings.build(settings, store, "daily", datetime.now(UTC).date() - timedelta(days=1), force=True)

    def test_an_edition_whose_time_has_not_come_is_refused(self, store: Store, settings: WorkerSettings) -> None:
        with pytest.raises(ConfigurationError, match="closes at"):
            closings.build(settings, store, "daily", datetime.now(UTC).date() + timedelta(days=1), force=False)


def test_a_part_that_is_away_does_not_stop_the_others(tmp_path: Path, store: Store, settings: WorkerSettings) -> None:
    closing.close(store, profile="daily", timezone="UTC", date=datetime.now(UTC).date(), at=None)
    away = Queue.connect("redis://127.0.0.1:1/0")
    tick.tick(settings, store, away)
    assert (settings.editions / "latest.md").exists()


@pytest.mark.parametrize("closed", [False, True], ids=["before it closes", "before its files are written"])
def test_a_profile_that_waits_says_so_and_keeps_no_other_from_closing(
    closed: bool, tmp_path: Path, store: Store, queue: Queue
) -> None:
    data = tmp_path / "data"
    several = WorkerSettings.model_validate(
        {"data": data, "edition_time": "00:00", "profile": "first", "profiles": {"daily": {}, "sport": {}}}
    )
    take_in(store, [incoming("one")])
    leases.finish(store, leases.lease(store).token, [digest("one")])
    made = yesterday(store)
    for name in several.all_profiles:
        editions.begin(store, name)
    with store.writing() as connection:
        connection.execute(sa.update(profiles).values(since=made))
    if closed:
        closing.close(store, profile="first", timezone="UTC", date=datetime.now(UTC).date(), at=None)
    several.editions.mkdir(parents=True)
    blocked = several.editions / "first"
    blocked.write_text("a file in the place of the folder")
    heartbeat = Heartbeat(None, "schedule", data=data)

    tick.tick(several, store, queue, heartbeat.beat, heartbeat.wait)

    (said,) = {sentence.partition("The edition waits")[2] for sentence in waits(data)}
    assert said.startswith(" (first): The edition of ")
    assert str(several.editions) in said
    assert (several.editions / "latest.md").exists()
    assert (several.editions / "sport" / "latest.md").exists()

    blocked.unlink()
    tick.tick(several, store, queue, heartbeat.beat, heartbeat.wait)

    assert waits(data) == []
    assert (blocked / "latest.md").exists()


def test_a_redis_of_another_desk_is_refused(tmp_path: Path, store: Store, queue: Queue) -> None:
    from worker.process.desk_id import check_desk
    from worker.store import migrate

    other = connect(sqlite_url(tmp_path / "other.db"))
    migrate(other)
    check_desk(queue.journal, store)
    with pytest.raises(ConfigurationError, match="belongs to desk"):
        check_desk(queue.journal, other)
    other.close()


def test_a_mail_server_that_hangs_does_not_hold_the_tick(
    tmp_path: Path, store: Store, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    settings = WorkerSettings(
        data=tmp_path / "data", smtp_url=f"smtp+plain://127.0.0.1:{port}", mail_from="desk@news.example"
    )
    edition = closing.close(store, profile="daily", timezone="UTC", date=datetime.now(UTC).date(), at=None)
    outbox.queue(store, edition.id, ["anna@example.org"])
    monkeypatch.setattr(tick, "TICK_SECONDS", 0.01)
    monkeypatch.setattr("worker.mail.mailer.STOP_SECONDS", 0.1)
    hanging, stop, ticks = threading.Event(), threading.Event(), itertools.count()

    def answer(_command: str, _number: int) -> str:
        hanging.set()
        return ""

    honest = tick.tick

    def counted(*arguments: object) -> None:
        # Given a message that hangs, ten more ticks come.
        if hanging.is_set() and next(ticks) == 10:
            stop.set()
        honest(*arguments)

    monkeypatch.setattr(tick, "tick", counted)
    with serving(Sink(tmp_path / "mail", answer), port):
        tick.run(settings, store, queue, stop, Heartbeat(None, "schedule"))
    # The server is gone, so the mailer ends its message; the store must not be closed under it.
    for thread in threading.enumerate():
        if thread.name == "mailer":
            thread.join(60)
    assert next(ticks) == 11


def test_a_failing_round_of_the_mailer_is_told_and_not_the_last(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[int] = []
    done = threading.Event()

    def fail(*_: object, **__: object) -> int:
        rounds.append(1)
        if len(rounds) == 2:
            done.set()
        raise [ZeroDivisionError, StoreUnavailableError][len(rounds) % 2]("away")

    monkeypatch.setattr("worker.mail.mailer.send_due", fail)
    monkeypatch.setattr("worker.mail.mailer.LOOK_SECONDS", 0.01)
    mail = server("smtp+plain://127.0.0.1:1"), Sender(mailbox=mailbox("desk@news.example"))
    with Mailer(store, mail):
        assert done.wait(60)
