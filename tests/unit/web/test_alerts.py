"""What the desk page says is wrong: one sentence for each thing, and none where all is well."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from producers.processes import LIMITS, Process
from worker.edition.profile import Profile
from worker.operations.status import WRITTEN_SECONDS
from worker.store.activity import Activity, Rates
from worker.web import view
from worker.web.alerts import FAILED_BESIDES, FAILED_SHARE, STUCK_SECONDS, alerts

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
EVERYONE = ("ingest", "schedule", "summarize", "watch")


def activity(articles: int = 100, failures: int = 0) -> Activity:
    return Activity(
        until=NOON,
        articles=(articles,),
        digests=(articles - failures,),
        failures=(failures,),
        rates=Rates(articles_a_minute=0, digests_a_minute=0, pace=None),
        replaced=0,
        model_seconds=0,
        batch_size=0,
    )


def seen(*roles: str, age: float = 3) -> list[Process]:
    return [Process(role, "host", str(pid), age) for pid, role in enumerate(roles, 1)]


def edition(delivered: bool, closed: datetime) -> Mapping[str, Any]:
    return {"date": "2026-11-22", "delivered": delivered, "closed_at": closed.isoformat()}


def said(queue: Mapping[str, Any] = {"journal": 0}, waits: int | None = None, **other: Any) -> list[str]:
    given = {"activity": activity(), "seen": seen(*EVERYONE), "editions": {"daily": None}, "mail": {}, **other}
    return list(alerts({"queue": queue, "oldest_ready_seconds": waits}, max_pending=1000, **given))


def test_of_a_desk_that_is_well_nothing_is_said() -> None:
    assert said() == []
    assert (
        said(
            {"journal": 500},
            waits=STUCK_SECONDS,
            activity=activity(100, 10 + FAILED_BESIDES),
            seen=seen(*EVERYONE, "ingest"),
            editions={"daily": edition(True, NOON - timedelta(days=1)), "sport": edition(False, NOON)},
            mail={"sent": 5, "waiting": 2, "failed": 1},
        )
        == []
    )


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"queue": {"error": "Redis does not answer; trying again."}}, "Redis does not answer; trying again."),
        (
            {"queue": {"journal": 501}},
            "501 raw articles wait in the journal; at 1,000 producers have to wait: add ingest workers.",
        ),
        (
            {"waits": STUCK_SECONDS + 600},
            "An article has waited for its digest for 40 minutes: see whether a summarize worker runs, or add some.",
        ),
        ({"seen": seen("ingest", "schedule")}, "There is no summarize process: start one."),
        (
            {"seen": [*seen("ingest", "schedule", "summarize"), *seen("watch", age=LIMITS["watch"] + 1)]},
            "No watch process has a recent heartbeat: look at its log and start one again.",
        ),
        (
            {"seen": [*seen(*EVERYONE), Process("ingest", "attic", "77", LIMITS["ingest"] + 1)]},
            "The ingest process 77 on attic has no recent heartbeat, and others do its work: see whether it hangs or "
            "has ended. After 60 minutes it is listed no more.",
        ),
        (
            {"activity": activity(100, 11 + FAILED_BESIDES)},
            "31 of the last day's 100 articles failed: their reasons are below.",
        ),
        (
            {"editions": {"sport": edition(False, NOON - timedelta(seconds=WRITTEN_SECONDS + 1))}},
            "The edition sport of 2026-11-22 is not written yet: the log of schedule says why.",
        ),
        (
            {"mail": {"sent": 5, "unknown": 2}},
            "2 messages may or may not have been sent: `wiredesk edition list` names them, and "
            "`wiredesk edition send --resend` sends them again.",
        ),
    ],
)
def test_each_thing_that_is_wrong_is_one_sentence_that_says_what_to_do(other: dict[str, Any], sentence: str) -> None:
    assert said(**other) == [sentence]


@pytest.mark.parametrize("age", [1, LIMITS["ingest"] - 1, LIMITS["ingest"] + 1, LIMITS["summarize"] + 1, 3000])
@pytest.mark.parametrize("role", EVERYONE)
def test_all_is_well_never_stands_above_a_red_row(role: str, age: float) -> None:
    processes = [*seen(*EVERYONE), Process(role, "attic", "77", age)]
    shown = [view.working(process) for process in processes]

    assert any(row.late for row in shown) == bool(said(seen=processes))


@pytest.mark.parametrize("age", [0, WRITTEN_SECONDS - 1, WRITTEN_SECONDS + 1, 86_400])
@pytest.mark.parametrize("delivered", [True, False])
def test_an_edition_is_red_exactly_while_its_files_are_missed(delivered: bool, age: float) -> None:
    newest: Any = {**edition(delivered, NOON - timedelta(seconds=age)), "revision": 1, "counts": {"digests": 3}}
    row = view.closed("", "daily", newest, Profile(), NOON)

    assert row.late == bool(said(editions={"daily": newest}))


def test_where_redis_is_away_nobody_is_said_to_be_silent() -> None:
    assert said({"error": "Redis does not answer."}, seen=[]) == ["Redis does not answer."]


def test_prometheus_is_told_the_same_limits() -> None:
    rules = (Path(__file__).parents[3] / "deploy" / "monitoring" / "alerts.yml").read_text(encoding="utf-8")

    assert f"wiredesk_oldest_ready_seconds > {STUCK_SECONDS}" in rules
    assert f'> {FAILED_SHARE} * on() wiredesk_last_day{{what="articles"}} + {FAILED_BESIDES}' in rules
