"""Retrying failures, many at a time: each goes onto the queue once, and nothing is lost in between."""

import base64
import json
import os
import pty
import signal
import subprocess
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from producers.errors import RetryableError
from producers.journal import Outcome, Standing
from producers.push import MESSAGE_IDS, Queue
from producers.redis_client import KEY_PREFIX, QueueFullError
from tests.articles import incoming, raw
from tests.rig import WIREDESK, until
from worker.article import Failed
from worker.operations.retry import Retried, retry
from worker.settings import WorkerSettings
from worker.store import Store, failures, leases
from worker.store.articles import IncomingFailure, take_in


def give_up(error: RetryableError) -> None:
    raise error


def fail(store: Store, number: int) -> list[str]:
    """Make `number` articles fail before they are stored and return their ids, oldest first."""
    raws = [raw(f"Article {n}.", uri=f"{n}.txt") for n in range(number)]
    take_in(store, [], [failure(str(own.id), own.packed()) for own in raws])
    return failures.ids(store)


def failure(name: str, packed: bytes) -> IncomingFailure:
    return IncomingFailure(
        id=name, source="wire", uri=f"{name}.txt", media_type="text/plain", filename=f"{name}.txt", title=None,
        publisher=None, published_at=None, received_at=None, stage="clean", reason="planted", attempts=3, raw=packed,
    )  # fmt: skip


def sent(queue: Queue) -> list[list[str]]:
    """Return the ids of each message that waits for an ingest worker."""
    bodies = [json.loads(message)["body"] for message in queue.journal.redis.lrange(KEY_PREFIX + "ingest", 0, -1)]
    return [json.loads(base64.b64decode(body))[0][0] for body in reversed(bodies)]


def each_once(queue: Queue) -> dict[str, int]:
    return dict(Counter(name for ids in sent(queue) for name in ids))


@pytest.fixture
def settings(redis_url: str, store_url: str, tmp_path: Path) -> WorkerSettings:
    return WorkerSettings(data=tmp_path, redis_url=redis_url, store_url=store_url, max_pending=40)  # type: ignore[arg-type]


def test_more_failures_than_the_queue_takes_go_through_as_it_is_emptied(
    settings: WorkerSettings, store: Store, queue: Queue
) -> None:
    names = fail(store, 150)
    refusals = []

    def empty(error: RetryableError) -> None:
        refusals.append(error)
        held = [name.decode() for name in queue.journal.redis.hkeys(KEY_PREFIX + "journal")]
        queue.journal.settle(dict.fromkeys(held, Outcome(Standing.FAILED)))

    assert list(retry(settings, store, names, empty)) == [Retried.AGAIN] * 150
    assert each_once(queue) == dict.fromkeys(names, 1)
    assert max(map(len, sent(queue))) == MESSAGE_IDS
    assert len(sent(queue)) <= 10
    assert {type(refusal) for refusal in refusals} == {QueueFullError}


@pytest.mark.parametrize("done", [0, 1, 32, 33, 64])
def test_a_retry_that_was_ended_in_the_middle_and_is_run_again_sends_each_failure_once(
    settings: WorkerSettings, store: Store, queue: Queue, done: int
) -> None:
    settings = settings.model_copy(update={"max_pending": 1000})
    names = fail(store, 70)
    first = retry(settings, store, names, give_up)
    assert list(islice(first, done)) == [Retried.AGAIN] * done
    first.close()  # type: ignore[attr-defined]

    for _ in range(2):
        assert list(retry(settings, store, names, give_up)) == [Retried.AGAIN] * 70

    assert each_once(queue) == dict.fromkeys(names, 1)


def test_two_retries_beside_each_other_send_each_failure_once(
    settings: WorkerSettings, store: Store, queue: Queue
) -> None:
    settings = settings.model_copy(update={"max_pending": 1000})
    names = fail(store, 70)
    runs = [retry(settings, store, names, give_up) for _ in range(2)]
    for _ in range(70):
        assert [next(run) for run in runs] == [Retried.AGAIN] * 2
    assert each_once(queue) == dict.fromkeys(names, 1)


def test_a_failure_that_another_retry_has_ended_is_not_sent(
    settings: WorkerSettings, store: Store, queue: Queue
) -> None:
    names = fail(store, 3)
    failures.drop(store, names[:1])
    assert Counter(retry(settings, store, names, give_up)) == {Retried.GONE: 1, Retried.AGAIN: 2}
    assert each_once(queue) == dict.fromkeys(names[1:], 1)


def test_raw_articles_that_cannot_be_read_or_are_anothers_are_counted_and_not_sent(
    settings: WorkerSettings, store: Store, queue: Queue
) -> None:
    name = str(raw("Its own.").id)
    take_in(store, [], [failure("torn", b"no article"), failure(name, raw("Another one.").packed())])
    assert list(retry(settings, store, failures.ids(store), give_up)) == [Retried.UNREADABLE] * 2
    assert (sent(queue), len(failures.ids(store))) == ([], 2)


def test_articles_that_failed_while_they_were_summarised_are_ready_again_and_a_worker_is_woken(
    settings: WorkerSettings, store: Store, queue: Queue
) -> None:
    take_in(store, [incoming("a")])
    lease = leases.lease(store)
    leases.finish(store, lease.token, [Failed(article_id="a", reason="planted")])
    assert list(retry(settings, store, ["a"], give_up)) == [Retried.AGAIN]
    assert failures.ids(store) == []
    assert queue.journal.queue_length("summarize") == 1


class TestCommand:
    """`wiredesk failed retry` while no worker empties the queue."""

    @pytest.fixture
    def environment(self, settings: WorkerSettings) -> dict[str, str]:
        assert settings.redis_url is not None
        assert settings.store_url is not None
        return {
            **os.environ,
            "WIREDESK_REDIS_URL": settings.redis_url.get_secret_value(),
            "WIREDESK_STORE_URL": settings.store_url.get_secret_value(),
            "WIREDESK_DATA": str(settings.data),
            "WIREDESK_MAX_PENDING": "40",
        }

    @pytest.fixture
    def names(self, store: Store) -> list[str]:
        return fail(store, 100)

    def test_it_waits_at_the_bound_says_so_and_ctrl_c_says_how_far_it_came(
        self, environment: dict[str, str], names: list[str], queue: Queue, tmp_path: Path
    ) -> None:
        said = tmp_path / "said"
        with said.open("wb") as errors:
            process = subprocess.Popen(
                [WIREDESK, "failed", "retry", "--all"], env=environment, stdout=subprocess.PIPE, stderr=errors
            )
        until(lambda: said.read_text().endswith("waiting.\n"), "it waits", 60)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=30)
        assert process.returncode == 130
        assert output.decode() == (
            "32 of 100 failures on the way again; stopped, and 68 are as they were: the same command goes on "
            "with them.\n"
        )
        assert said.read_text() == (
            "32 of 100 failures dealt with. 32 articles in the journal, which takes 40 at most; waiting.\n"
        )

        done = subprocess.run(
            [WIREDESK, "failed", "retry", "--all"],
            env=environment | {"WIREDESK_MAX_PENDING": "1000"}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (0, "100 of 100 failures on the way again.\n")
        assert each_once(queue) == dict.fromkeys(names, 1)

    def test_on_a_terminal_one_line_changes(self, environment: dict[str, str], names: list[str]) -> None:
        screen, terminal = pty.openpty()
        process = subprocess.Popen(
            [WIREDESK, "failed", "retry", "--all"], env=environment, stdout=subprocess.DEVNULL, stderr=terminal
        )
        os.close(terminal)
        try:
            shown = b""
            while b"32 of 100 failures dealt with." not in shown:
                shown += os.read(screen, 1000)
            assert b"\n" not in shown
        finally:
            process.kill()
            process.wait()
            os.close(screen)

    def test_it_says_how_many_could_not_be_and_why(
        self, environment: dict[str, str], store: Store, queue: Queue
    ) -> None:
        fail(store, 2)
        take_in(store, [], [failure("torn", b"no article")])
        done = subprocess.run(
            [WIREDESK, "failed", "retry", "--all"], env=environment, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (
            1,
            "2 of 3 failures on the way again; 1 could not be, because this version cannot read the raw "
            "articles that they kept: drop their files again.\n",
        )


def test_failures_are_read_without_their_raw_articles_unless_they_are_asked_for(store: Store) -> None:
    (name,) = fail(store, 1)
    assert [own.raw for own in failures.matching(store, name[:8])] == [None]
    assert [own.raw is None for own in failures.of(store, [name, "gone"])] == [False]
