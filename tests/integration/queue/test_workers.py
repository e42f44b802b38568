"""Worker processes as the desk starts them, on a real server and a real store: how they stop, and what stops them."""

import os
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

import tests.postgres
from producers.article import RawArticle
from producers.journal import Standing
from producers.processes import check, forget_ended, listed, waits
from producers.push import INGEST_QUEUE, Queue, push_all
from producers.redis_client import QueueFullError
from tests import rig
from tests.articles import incoming, raw
from tests.chaos import news
from tests.chaos.planted import sitecustomize as planted
from tests.chaos.storm import audit
from tests.leases import run_out
from tests.servers import free_port
from worker.desk.up import GRACE_SECONDS, WORKS
from worker.schedule import tick as schedule
from worker.store import Store, connect, failures, migrate
from worker.store.articles import take_in
from worker.store.contents import counts
from worker.store.leases import BATCH

#: Seconds for which a slow batch works: long enough to be met in the middle.
SLOW = 3.0

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(redis_url: str, store: Store, store_url: str, tmp_path: Path) -> Iterator[Start]:
    """Start a worker of a role with planted variables and wait until it takes messages."""
    with ExitStack() as stack:

        def start(role: str, *flags: str, **variables: str) -> subprocess.Popen[bytes]:
            name = f"{role}-{free_port()}"
            environment = {**rig.settings(redis_url, store_url, tmp_path), **variables}
            process = rig.start(name, ("worker", role, *flags), environment, tmp_path)
            stack.callback(rig.end, process)
            rig.until(lambda: rig.ready(tmp_path, name), f"{name} takes messages")
            return process

        yield start


def reports(number: int, mark: str = "") -> list[RawArticle]:
    return [raw(news.body(n, mark), uri=str(n)) for n in range(number)]


def workers(queue: Queue) -> set[str]:
    """Return the ids of the processes that the desk lists and that run."""
    forget_ended(queue.journal.redis)
    return {process.pid for process in listed(queue.journal.redis)}


def digest_writes(store: Store) -> Counter[str]:
    with store.reading() as connection:
        return Counter(connection.execute(sa.text("SELECT article_id FROM digest_writes")).scalars())


class TestSummarize:
    """A summarize worker that is ended in the middle of a batch."""

    @pytest.fixture
    def in_mid_batch(self, store: Store, queue: Queue, start: Start) -> subprocess.Popen[bytes]:
        """A slow worker that has leased the first of two batches."""
        audit(store)
        take_in(store, [incoming(f"{n:03}", news.body(n)) for n in range(2 * BATCH)])
        worker = start("summarize", PLANTED_BATCH_SECONDS=str(SLOW))
        queue.wake_summarizers()
        rig.until(lambda: counts(store).leased == BATCH, "the first batch is being worked on")
        return worker

    def test_a_store_that_is_unavailable_when_the_batch_is_done_is_waited_for_and_the_wait_is_shown(
        self, in_mid_batch: subprocess.Popen[bytes], store: Store, tmp_path: Path
    ) -> None:
        def rename(table: str, name: str) -> None:
            with store.writing() as connection:
                connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {name}")

        rename("digests", "digests_away")
        rig.until(lambda: any(wait.startswith("summarize: The store is not") for wait in waits(tmp_path)), "the wait")
        rename("digests_away", "digests")

        rig.until(lambda: counts(store).digested == 2 * BATCH, "both batches have their digests")
        rig.until(lambda: waits(tmp_path) == [], "nothing waits")
        assert set(digest_writes(store).values()) == {1}

    def test_sigterm_lets_it_finish_the_batch_sign_off_and_exit_with_0_within_its_grace(
        self, in_mid_batch: subprocess.Popen[bytes], store: Store, queue: Queue
    ) -> None:
        assert [process.role for process in listed(queue.journal.redis)] == ["summarize"]
        in_mid_batch.send_signal(signal.SIGTERM)
        assert in_mid_batch.wait(GRACE_SECONDS[WORKS]) == 0
        assert listed(queue.journal.redis) == []
        held = counts(store)
        assert (held.digested, held.leased, held.ready) == (BATCH, 0, BATCH)

    def test_sigkill_leaves_the_batch_to_another_which_does_it_once(
        self, in_mid_batch: subprocess.Popen[bytes], store: Store, queue: Queue, start: Start
    ) -> None:
        in_mid_batch.kill()
        in_mid_batch.wait()
        assert counts(store).leased == BATCH
        start("summarize")
        # What time and the reaper do: the lease runs out, and a wake-up is sent.
        run_out(store)
        assert schedule.wake(store, queue) == 2
        rig.until(lambda: counts(store).digested == 2 * BATCH, "every digest")
        assert Counter(digest_writes(store).values()) == {1: 2 * BATCH}


class TestForkedSummarize:
    """A summarize worker of several processes."""

    def test_a_process_that_is_killed_in_mid_batch_is_forked_anew_and_every_batch_is_done_once(
        self, store: Store, queue: Queue, start: Start, tmp_path: Path
    ) -> None:
        # Given two processes, each in the middle of a batch,
        audit(store)
        take_in(store, [incoming(f"{n:03}", news.body(n)) for n in range(3 * BATCH)])
        worker = start(
            "summarize", "--processes", "2", PLANTED_BATCH_SECONDS=str(SLOW), WIREDESK_HEARTBEAT=str(tmp_path / "beats")
        )
        rig.until(lambda: len(workers(queue)) == 2, "both processes are listed, their parent is not")
        assert str(worker.pid) not in workers(queue)
        for _ in range(2):
            queue.wake_summarizers()
        rig.until(lambda: counts(store).leased == 2 * BATCH, "both work", 30)
        # when one is killed,
        killed = workers(queue).pop()
        os.kill(int(killed), signal.SIGKILL)
        # then the wait for it is shown, it is forked anew, and the others' work goes on.
        shown = "summarize: process "
        rig.until(lambda: any(wait.startswith(shown) and "SIGKILL" in wait for wait in waits(tmp_path)), "the wait")
        rig.until(lambda: len(workers(queue) - {killed}) == 2, "there are two processes again")
        rig.until(lambda: counts(store).digested == 2 * BATCH, "the others have done theirs", 30)
        run_out(store)
        assert schedule.wake(store, queue)
        rig.until(lambda: counts(store).digested == 3 * BATCH, "every digest")
        assert set(digest_writes(store).values()) == {1}
        rig.until(lambda: check(tmp_path / "beats", "summarize")[0], "the worker is alive as a whole")
        # A worker that is asked to stop has both sign off.
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(GRACE_SECONDS[WORKS]) == 0
        assert waits(tmp_path) == []
        assert listed(queue.journal.redis) == []


class TestIngest:
    """Ingest workers and what ends them."""

    def test_it_is_one_process_of_the_list_whether_or_not_it_has_work_and_none_after_sigterm(
        self, queue: Queue, start: Start
    ) -> None:
        worker = start("ingest", WIREDESK_INGEST_PROCESSES="2")
        rig.until(lambda: len(listed(queue.journal.redis)) == 1, "the worker is listed")
        queue.push(reports(5))
        rig.until(lambda: queue.journal.pending() == 0, "everything is settled")
        assert [process.pid for process in listed(queue.journal.redis)] == [str(worker.pid)]
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(GRACE_SECONDS[WORKS]) == 0
        assert listed(queue.journal.redis) == []

    def test_an_article_that_ends_its_process_fails_alone_after_three_attempts(
        self, store: Store, queue: Queue, start: Start
    ) -> None:
        start("ingest")
        good = reports(20)
        bad = raw(news.body(99, planted.ENDS_INGEST), uri="bad")
        queue.push([*good[:10], bad, *good[10:]])
        rig.until(lambda: queue.journal.pending() == 0, "everything is settled")
        assert [one.standing for one in queue.outcomes([bad.id])] == [Standing.FAILED]
        assert {one.standing for one in queue.outcomes([one.id for one in good])} == {Standing.STORED}
        (failure,) = failures.listed(store)
        assert (failure.uri, failure.attempts) == ("bad", 3)
        assert "ended its worker" in failure.reason

    def test_a_server_at_its_memory_limit_holds_everything_up_and_loses_nothing(
        self, store: Store, queue: Queue, start: Start
    ) -> None:
        worker = start("ingest")
        everything = reports(60)
        queue.push(everything[:30])
        memory = queue.journal.redis.info("memory")["used_memory"]  # type: ignore[index]
        # Not even kombu's note of an unacknowledged message finds room now,
        queue.journal.redis.config_set("maxmemory", int(memory * 0.9))
        with pytest.raises(QueueFullError):
            queue.push(everything[30:])
        time.sleep(3)
        # but the worker stays,
        assert worker.poll() is None
        # and with room again all goes on; what was fetched in vain, the reaper sends again.
        queue.journal.redis.config_set("maxmemory", 0)
        queue.push(everything[30:])
        rig.until(lambda: queue.journal.queue_length(INGEST_QUEUE) == 0, "the messages are read")
        queue.send_again([[name] for name in queue.journal.overdue(0, 100)])
        rig.until(lambda: queue.journal.pending() == 0, "everything is settled")
        held = counts(store)
        assert (held.articles, held.failed) == (60, 0)

    def test_a_locked_store_is_waited_for_and_nothing_fails(
        self, store: Store, queue: Queue, start: Start, tmp_path: Path
    ) -> None:
        if store.engine.dialect.name != "sqlite":
            pytest.skip("PostgreSQL has no lock on the whole store")
        start("ingest")
        with sqlite_locked(tmp_path / "wiredesk.db"):
            queue.push(reports(10))
            rig.until(lambda: sum(queue.journal.attempts(names(10))), "the work is begun")
        rig.until(lambda: queue.journal.pending() == 0, "everything is settled")
        assert (counts(store).ready, counts(store).failed) == (10, 0)


def names(number: int) -> list[str]:
    return [str(one.id) for one in reports(number)]


@contextmanager
def sqlite_locked(file: Path) -> Iterator[None]:
    lock = sqlite3.connect(file, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    yield
    lock.close()


def test_a_postgresql_that_is_away_is_waited_for_and_nothing_fails(redis_url: str, tmp_path: Path) -> None:
    programs = tests.postgres.programs()
    if programs is None:
        pytest.skip("PostgreSQL's server programs are not installed")
    with ExitStack() as stack:
        server = stack.enter_context(tests.postgres.serving(programs, free_port()))
        store = connect(server.url)
        stack.callback(store.close)
        migrate(store)
        audit(store)
        queue = Queue.connect(redis_url)
        stack.callback(queue.close)
        # Given workers that are at it, the summarizing one slowly,
        environment = {**rig.settings(redis_url, server.url, tmp_path), "PLANTED_BATCH_SECONDS": "1.0"}
        roles = {role: ("worker", role) for role in ("ingest", "summarize")}
        stack.enter_context(rig.processes(roles, environment, tmp_path))
        rig.until(lambda: all(rig.ready(tmp_path, role) for role in roles), "the workers take messages")
        queue.push(reports(32))
        rig.until(lambda: counts(store).leased, "a batch is being worked on")
        # when the server stops as in a crash, more articles come, and it starts again,
        server.stop()
        list(push_all(queue, [raw(news.body(n), uri=str(n)) for n in range(32, 64)], lambda error: time.sleep(0.1)))
        time.sleep(4)
        server.start()
        # then the batch in hand is written, once, and everything else is done.
        rig.until(lambda: counts(store).digested == 64, "every digest")
        assert counts(store).failed == 0
        assert set(digest_writes(store).values()) == {1}
