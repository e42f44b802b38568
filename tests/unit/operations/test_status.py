"""`wiredesk status`: how fast the desk works, when it is through, and who works."""

from datetime import UTC, datetime
from typing import Any

import pytest

from worker.operations.status import rates_text, text, time_left
from worker.store.activity import Rates
from worker.store.states import State

IDLE = Rates(articles_a_minute=0, digests_a_minute=0, pace=None)
AT_WORK = Rates(articles_a_minute=12.34, digests_a_minute=1010.06, pace=30)


def status(**other: Any) -> Any:
    """Return the status of a desk with one article in each state, and `other`."""
    return {
        "queue": {"journal": 1, "ingest": 1, "summarize": 0},
        "articles": {"all": 5, **dict.fromkeys(State, 1), "held": 0, "killed": 0},
        "oldest_ready_seconds": None,
        "rates": rates_text(IDLE),
        "left": "",
        "processes": [],
        "sources": [],
        "editions": {"daily": None},
        "mail": {},
        "waits": [],
        **other,
    }


def test_a_rate_says_its_span() -> None:
    assert rates_text(AT_WORK) == "12.3 articles and 1,010.1 digests a minute over the last 5 minutes"


@pytest.mark.parametrize(
    ("waiting", "speed", "sentence"),
    [
        (0, AT_WORK, ""),
        (0, IDLE, ""),
        (1, AT_WORK, "1 article waits: less than a minute left"),
        (29, AT_WORK, "29 articles wait: less than a minute left"),
        (30, AT_WORK, "30 articles wait: about 60 seconds left"),
        (420, AT_WORK, "420 articles wait: about 14 minutes left"),
        (9000, AT_WORK, "9,000 articles wait: about 5 hours left"),
        (1, IDLE, "1 article waits; how long that takes is not known yet"),
    ],
)
def test_what_waits_has_a_time_left_as_far_as_it_is_known(waiting: int, speed: Rates, sentence: str) -> None:
    assert time_left(waiting, speed) == sentence


def test_each_process_has_a_line_and_a_late_one_says_so() -> None:
    worker = {"role": "ingest", "host": "attic", "pid": 7, "heartbeat_seconds_ago": 1, "late": False}
    late = {**worker, "heartbeat_seconds_ago": 900, "late": True}

    lines = text(status(processes=[worker, late])).splitlines()

    assert [line for line in lines if line.startswith("process")] == [
        "process   ingest on attic (process 7), last heartbeat 1 second ago",
        "process   ingest on attic (process 7), last heartbeat 15 minutes ago, longer than it should take",
    ]


def test_one_of_a_thing_is_not_several() -> None:
    edition = {"date": "2026-11-22", "revision": 1, "counts": {"digests": 1}, "delivered": True}
    closed = {**edition, "closed_at": datetime(2026, 11, 22, tzinfo=UTC).isoformat()}

    lines = text(status(editions={"daily": closed}, left=time_left(1, IDLE))).splitlines()

    assert lines[:2] == [
        "queue     1 raw article waits in 1 message",
        "articles  5: 2 wait for a digest, 1 has one, 1 reprint, 1 failed, 0 held, 0 killed",
    ]
    assert lines[-1] == "edition   daily: 2026-11-22, revision 1, 1 digest"
