"""The journal on a real server: what is pushed stays until it is settled."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from producers.errors import ConfigurationError
from producers.journal import ATTEMPTS, JOURNAL, MAX_ENTRY_BYTES, OUTCOME, SENT, Journal, Outcome, Standing
from producers.redis_client import QueueFullError, QueueUnavailableError, connect
from tests.articles import raw

STORED = Outcome(Standing.STORED)


def test_an_admitted_article_is_held_whole_and_waits(journal: Journal) -> None:
    pushed = raw("Rain is expected.", title="Weather")
    journal.admit([pushed])
    (entry,) = journal.entries([str(pushed.id)])
    assert entry is not None
    assert type(pushed).unpacked(entry) == pushed
    assert journal.outcomes([pushed.id]) == [Outcome(Standing.WAITING)]


def test_a_settled_article_leaves_the_journal_and_its_outcome_can_be_asked_for(journal: Journal) -> None:
    good, bad = raw("Good."), raw("Bad.")
    journal.admit([good, bad])
    journal.begin({str(bad.id): 1})
    journal.settle({str(good.id): STORED, str(bad.id): Outcome(Standing.FAILED, "clean", "It has no text.")})
    assert journal.outcomes([good.id, bad.id]) == [STORED, Outcome(Standing.FAILED, "clean", "It has no text.")]
    assert [journal.redis.exists(key) for key in (JOURNAL, SENT, ATTEMPTS)] == [0, 0, 0]


def test_an_id_that_redis_forgot_is_unknown(journal: Journal) -> None:
    pushed = raw("Soon forgotten.")
    journal.admit([pushed])
    journal.redis.flushall()
    assert journal.outcomes([pushed.id]) == [Outcome(Standing.UNKNOWN)]


def test_pushing_an_article_again_begins_anew(journal: Journal) -> None:
    pushed = raw("Twice.")
    journal.admit([pushed])
    journal.begin({str(pushed.id): 1})
    journal.settle({str(pushed.id): Outcome(Standing.FAILED, "clean", "No.")})
    journal.admit([pushed])
    assert journal.outcomes([pushed.id]) == [Outcome(Standing.WAITING)]
    assert journal.attempts([str(pushed.id)]) == [0]


def test_pushing_an_article_again_while_it_waits_keeps_its_attempts(journal: Journal) -> None:
    one = raw("one")
    journal.admit([one])
    journal.begin({str(one.id): 1})
    journal.admit([one])
    assert journal.attempts([str(one.id)]) == [1]


def test_at_the_memory_limit_what_was_begun_can_still_be_brought_to_its_end(journal: Journal) -> None:
    one = raw("one")
    journal.admit([one])
    journal.redis.config_set("maxmemory", 1)
    journal.begin({str(one.id): 1})
    assert journal.attempts([str(one.id)]) == [1]
    journal.take_back({str(one.id): 1})
    journal.settle({str(one.id): Outcome(Standing.STORED)})
    assert journal.pending() == 0


def test_at_the_bound_nothing_of_a_push_is_taken(redis_url: str) -> None:
    journal = Journal(connect(redis_url), max_pending=3)
    journal.admit([raw("One."), raw("Two.")])
    with pytest.raises(QueueFullError, match="2 articles in the journal, which takes 3 at most"):
        journal.admit([raw("Three."), raw("Four.")])
    assert journal.pending() == 2


def test_at_the_bound_an_article_that_waits_already_may_be_pushed_again(redis_url: str) -> None:
    journal = Journal(connect(redis_url), max_pending=2)
    held = [raw("One."), raw("Two.")]
    journal.admit(held)
    journal.admit(held)
    assert journal.pending() == 2


def test_eight_producers_at_once_never_exceed_the_bound(redis_url: str) -> None:
    journals = [Journal(connect(redis_url), max_pending=50) for _ in range(8)]

    def push(number: int) -> int:
        taken = 0
        for i in range(20):
            try:
                journals[number].admit(
                    [raw(f"Article {i} of producer {number}, first."), raw(f"{i}/{number}, second.")]
                )
            except QueueFullError:
                continue
            taken += 2
        return taken

    with ThreadPoolExecutor(8) as threads:
        taken = sum(threads.map(push, range(8)))
    assert taken == journals[0].pending() == 50


def test_near_the_memory_limit_producers_wait_but_settling_goes_on(journal: Journal) -> None:
    held = [raw(f"Article {i}. " + "x" * 1000) for i in range(20)]
    journal.admit(held)
    used = journal.redis.info("memory")["used_memory"]
    journal.redis.config_set("maxmemory", int(used * 0.9))
    with pytest.raises(QueueFullError, match="Redis uses"):
        journal.admit([raw("One more.")])
    journal.settle({str(one.id): STORED for one in held})
    assert journal.outcomes([held[0].id]) == [STORED]


def test_attempts_are_counted_for_each_id_and_can_be_taken_back(journal: Journal) -> None:
    for name, attempt in [("a", 1), ("a", 2), ("b", 1)]:
        journal.begin({name: attempt})
    journal.take_back({"a": 2})
    assert journal.attempts(["a", "b", "c"]) == [1, 1, 0]


def test_an_attempt_that_is_noted_and_taken_back_twice_counts_as_once(journal: Journal) -> None:
    """A client that has no answer in time does not know whether Redis has done what it asked."""
    journal.begin({"a": 1})
    journal.begin({"a": 2})
    journal.begin({"a": 2})
    assert journal.attempts(["a"]) == [2]
    journal.take_back({"a": 2})
    journal.take_back({"a": 2})
    assert journal.attempts(["a"]) == [1]


def test_a_refusal_counts_again_only_if_others_were_settled_since_the_last(journal: Journal) -> None:
    assert [journal.refused("a"), journal.refused("a"), journal.refused("b")] == [1, 1, 1]
    journal.settle({"other": STORED})
    assert [journal.refused("a"), journal.refused("a")] == [2, 2]
    journal.settle({"a": STORED})
    assert journal.refused("a") == 1


def test_an_entry_is_overdue_when_its_last_message_is_old_by_the_servers_clock(journal: Journal) -> None:
    old, fresh = raw("Old."), raw("Fresh.")
    journal.admit([old, fresh])
    journal.redis.zadd(SENT, {str(old.id): int(journal.redis.time()[0]) - 61})
    assert journal.overdue(60, 10) == [str(old.id)]
    journal.mark_sent([str(old.id)])
    assert journal.overdue(60, 10) == []


def test_an_entry_that_no_message_ever_carried_is_overdue_at_once(journal: Journal) -> None:
    pushed = raw("Never sent.")
    journal.admit([pushed])
    journal.redis.zrem(SENT, str(pushed.id))
    assert journal.overdue(60, 10) == [str(pushed.id)]


def test_a_note_about_a_message_does_not_outlive_its_entry(journal: Journal) -> None:
    journal.redis.zadd(SENT, {"gone": 1})
    assert journal.overdue(60, 10) == []
    assert journal.redis.zcard(SENT) == 0


def test_marking_a_settled_id_as_sent_leaves_no_trace(journal: Journal) -> None:
    journal.mark_sent(["settled"])
    assert journal.redis.exists(SENT) == 0


@pytest.mark.parametrize("outcome", [b"", b"\xff", b"null", b"[]", b'{"standing": "lost"}', b"[" * 100_000])
def test_an_outcome_that_we_did_not_write_counts_as_none(journal: Journal, outcome: bytes) -> None:
    one = raw("Forged.")
    journal.redis.set(f"{OUTCOME}{one.id}", outcome)
    assert journal.outcomes([one.id]) == [Outcome(Standing.UNKNOWN)]


@pytest.mark.parametrize("count", [b"", b"many", b"1e9", b"nan", b"-5", b"9" * 400, b"\xff"])
def test_a_count_of_attempts_that_we_did_not_write_counts_as_none(journal: Journal, count: bytes) -> None:
    journal.redis.hset(ATTEMPTS, "a", count)
    assert journal.attempts(["a"]) == [0]
    journal.begin({"a": 1})
    assert journal.attempts(["a"]) == [1]
    journal.take_back({"a": 1})


def test_an_entry_too_large_to_be_an_article_is_never_fetched(journal: Journal) -> None:
    journal.redis.hset(JOURNAL, mapping={"large": bytes(MAX_ENTRY_BYTES + 1), "small": b"x"})
    assert journal.entries(["small", "large", "absent"]) == [b"x", b"", None]


def test_a_server_that_is_away_is_a_retryable_error() -> None:
    journal = Journal(connect("redis://127.0.0.1:1/0"))
    with pytest.raises(QueueUnavailableError, match="Redis is not available"):
        journal.pending()
    journal.redis.close()


def test_a_wrong_password_is_a_matter_of_configuration(redis_url: str) -> None:
    client = connect(redis_url)
    client.config_set("requirepass", "secret")
    try:
        with pytest.raises(ConfigurationError, match="check the user and password") as caught:
            Journal(connect(redis_url.replace("//", "//:wrong-password@"))).pending()
        assert "wrong-password" not in str(caught.value)
    finally:
        connect(redis_url.replace("//", "//:secret@")).config_set("requirepass", "")
        client.close()


def test_a_message_from_the_future_counts_as_sent_now_and_is_overdue_a_while_later(journal: Journal) -> None:
    pushed = raw("Sent tomorrow.")
    journal.admit([pushed])
    name, now = str(pushed.id), int(journal.redis.time()[0])
    journal.redis.zadd(SENT, {name: now + 86_400})
    assert journal.ahead() == 1

    assert journal.overdue(60, 10) == []
    assert journal.ahead() == 0
    assert journal.redis.zscore(SENT, name) == pytest.approx(now, abs=30)
    journal.redis.zincrby(SENT, -61, name)
    assert journal.overdue(60, 10) == [name]
