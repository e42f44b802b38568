"""Signs of life in Redis: who works for the desk, for those who look; nothing depends on them."""

from producers.processes import LIMITS, SEEN, Process, listed, registrar
from producers.push import Queue


def test_a_process_that_tells_is_seen_with_its_role_and_the_seconds_since(queue: Queue, redis_url: str) -> None:
    registrar(lambda: redis_url, "ingest")()

    (found,) = listed(queue.journal.redis)

    assert found.role == "ingest"
    assert 0 <= found.age < 60
    assert not found.late


def test_a_process_that_falls_silent_is_late_and_after_an_hour_gone(queue: Queue, redis_url: str) -> None:
    now = int(queue.journal.redis.time()[0])
    queue.journal.redis.zadd(SEEN, {"watch host 1": now - 3000, "watch host 2": now - 4000, "nonsense": now})

    (found,) = listed(queue.journal.redis)

    assert (found.role, found.host, found.pid, found.late) == ("watch", "host", "1", True)
    registrar(lambda: redis_url, "watch")()
    assert queue.journal.redis.zscore(SEEN, "watch host 2") is None


def test_a_redis_that_is_away_stops_nobody(queue: Queue) -> None:
    registrar(lambda: "redis://127.0.0.1:1/0", "ingest")()

    assert listed(queue.journal.redis) == []


def test_each_role_has_a_time_after_which_its_silence_is_late() -> None:
    assert all(Process(role, "host", "1", LIMITS[role] + 1).late for role in LIMITS)
    assert not any(Process(role, "host", "1", 0).late for role in LIMITS)
