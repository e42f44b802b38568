"""The processes' entries in Redis: who works for the desk, for those who look; nothing depends on them."""

import os
import socket
import subprocess
import sys

import pytest

from producers.errors import RetryableError
from producers.processes import LIMITS, SEEN, Entry, Heartbeat, Process, forget_ended, listed
from producers.push import Queue


def test_a_process_that_beats_is_listed_with_its_role_and_the_seconds_since(queue: Queue, redis_url: str) -> None:
    Entry(lambda: redis_url, "ingest").write()

    (process,) = listed(queue.journal.redis)

    assert process.role == "ingest"
    assert 0 <= process.age < 60
    assert not process.late


def test_a_process_that_falls_silent_is_late_and_after_an_hour_gone(queue: Queue, redis_url: str) -> None:
    now = int(queue.journal.redis.time()[0])
    queue.journal.redis.zadd(SEEN, {"watch host 1": now - 3000, "watch host 2": now - 4000, "nonsense": now})

    (process,) = listed(queue.journal.redis)

    assert (process.role, process.host, process.pid, process.late) == ("watch", "host", "1", True)
    Entry(lambda: redis_url, "watch").write()
    assert queue.journal.redis.zscore(SEEN, "watch host 2") is None


def test_a_redis_that_does_not_answer_stops_nobody(queue: Queue) -> None:
    Entry(lambda: "redis://127.0.0.1:1/0", "ingest").write()
    Entry(lambda: "redis://127.0.0.1:1/0", "ingest").remove()

    assert listed(queue.journal.redis) == []


def test_each_role_has_a_time_after_which_its_silence_is_late() -> None:
    assert all(Process(role, "host", "1", LIMITS[role] + 1).late for role in LIMITS)
    assert not any(Process(role, "host", "1", 0).late for role in LIMITS)


def heartbeat(redis_url: str) -> Heartbeat:
    return Heartbeat(None, "watch", Entry(lambda: redis_url, "watch"))


def test_a_process_that_ends_signs_off_and_never_beats_again(queue: Queue, redis_url: str) -> None:
    with heartbeat(redis_url) as heart:
        heart.beat()
        assert [process.role for process in listed(queue.journal.redis)] == ["watch"]
    heart._next = 0
    heart.beat()

    assert listed(queue.journal.redis) == []


def ended_by(error: BaseException, heart: Heartbeat) -> None:
    """Beat, and end by `error`."""
    with heart:
        heart.beat()
        raise error


@pytest.mark.parametrize("asked", [SystemExit, KeyboardInterrupt])
def test_a_process_that_is_asked_to_end_signs_off(asked: type[BaseException], queue: Queue, redis_url: str) -> None:
    with pytest.raises(asked):
        ended_by(asked(), heartbeat(redis_url))

    assert listed(queue.journal.redis) == []


def test_a_process_that_ends_by_a_fault_stays_listed(queue: Queue, redis_url: str) -> None:
    with pytest.raises(RetryableError):
        ended_by(RetryableError("a fault"), heartbeat(redis_url))

    assert [process.role for process in listed(queue.journal.redis)] == ["watch"]


def test_what_a_killed_process_left_goes_when_another_starts_on_the_machine(queue: Queue, redis_url: str) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    host, now = socket.gethostname(), int(queue.journal.redis.time()[0])
    others = {f"ingest {host}-2 {ended.pid}": now, f"summarize {host} {os.getppid()}": now}
    queue.journal.redis.zadd(
        SEEN, {f"ingest {host} {ended.pid}": now, "nonsense": now, f"watch {host} 0": now, **others}
    )

    Entry(lambda: redis_url, "watch").write()

    left = {f"{process.role} {process.host} {process.pid}" for process in listed(queue.journal.redis)}
    assert left == {*others, f"watch {host} {os.getpid()}"}
    forget_ended(queue.journal.redis)
    assert len(listed(queue.journal.redis)) == len(left)
