"""What is wrong with a source, by what it sent: silent, failing, or a flood."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from producers.feeds import listing, state
from worker.operations.sources import (
    FLOOD_TIMES,
    LEAST_FAILED,
    LEAST_FLOOD,
    MOST_NAMED,
    Trouble,
    Troubled,
    feed_troubles,
    sentences,
    troubles,
)
from worker.store.sources import SourceActivity

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def source(*arrivals: timedelta, **fields: Any) -> SourceActivity:
    """Return a source whose arrivals came so long ago."""
    values = {"name": "wire", "until": NOON, "today": 0, "failed": 0, "before": 0, **fields}
    return SourceActivity(arrivals=tuple(NOON - ago for ago in sorted(arrivals)), **values)


def hourly(silent: timedelta, days: int = 8, **fields: Any) -> SourceActivity:
    return source(*(silent + n * HOUR for n in range(24 * days)), **fields)


def nightly(silent: timedelta) -> SourceActivity:
    """Return a source that sent hourly from 8 to 20 h and last so long ago."""
    return source(*(silent + n * HOUR for n in range(24 * 7) if n % 24 <= 12))


def found(activity: SourceActivity) -> list[Trouble]:
    return [one.trouble for one in troubles([activity])]


@pytest.mark.parametrize(
    ("activity", "is_silent"),
    [
        (hourly(3 * HOUR), False),
        (hourly(4 * HOUR), True),
        # Nights and weekends are pauses that the source always makes.
        (nightly(13 * HOUR), False),
        (nightly(37 * HOUR), True),
        (source(*(20 * DAY + n * 7 * DAY for n in range(8))), False),
        (source(*(22 * DAY + n * 7 * DAY for n in range(8))), True),
        # Given up long ago.
        (hourly(30 * DAY), True),
        (hourly(31 * DAY), False),
        # A file that came once, a large one that took an afternoon, and one that came again.
        (source(10 * DAY), False),
        (source(*(10 * DAY + n * HOUR for n in range(8))), False),
        (source(10 * DAY, 20 * DAY), False),
        # A clock that was ahead.
        (hourly(-2 * HOUR), False),
    ],
)
def test_a_source_is_silent_after_three_times_its_longest_pause(activity: SourceActivity, is_silent: bool) -> None:
    assert found(activity) == [Trouble.SILENT] * is_silent


@pytest.mark.parametrize(
    ("today", "failed", "is_failing"),
    [(10, 6, True), (10, 5, False), (LEAST_FAILED, LEAST_FAILED, True), (4, 4, False), (1000, 400, False)],
)
def test_a_source_is_failing_if_more_than_half_of_its_day_failed(today: int, failed: int, is_failing: bool) -> None:
    assert found(source(HOUR, today=today, failed=failed)) == [Trouble.FAILING] * is_failing


@pytest.mark.parametrize(
    ("activity", "is_flood"),
    [
        (hourly(HOUR, today=FLOOD_TIMES * 10 + 1, before=70), True),
        (hourly(HOUR, today=FLOOD_TIMES * 10, before=70), False),
        (hourly(HOUR, today=LEAST_FLOOD - 1, before=7), False),
        # A source of four days sent on three days before.
        (hourly(HOUR, days=4, today=110, before=30), True),
        (hourly(HOUR, days=4, today=90, before=30), False),
        # An archive that comes once is no flood.
        (source(HOUR, today=10_000), False),
        (hourly(HOUR, today=10_000, before=0), False),
    ],
)
def test_a_source_floods_the_desk_if_it_sends_ten_times_its_usual_day(activity: SourceActivity, is_flood: bool) -> None:
    assert found(activity) == [Trouble.FLOOD] * is_flood


def test_each_trouble_has_a_sentence_that_names_the_source_and_its_figures() -> None:
    texts = [
        next(troubles([activity])).text
        for activity in (
            hourly(5 * HOUR),
            source(HOUR, today=10, failed=6),
            hourly(HOUR, today=1234, before=70),
        )
    ]
    assert texts == [
        "The source wire is silent: its last article came 5 hours ago, and before that it never paused for more than "
        "60 minutes. See whether it still sends.",
        "6 of the last day's 10 articles of the source wire failed: `wiredesk failed list` gives the reasons.",
        "The source wire sent 1,234 articles in a day, and about 10 a day before: see whether it repeats itself.",
    ]


def test_of_many_sources_in_trouble_the_rest_are_counted() -> None:
    all_troubled = [Troubled(f"s{n}", Trouble.SILENT, f"Sentence {n}.") for n in range(MOST_NAMED + 2)]
    assert sentences(all_troubled[:MOST_NAMED]) == [f"Sentence {n}." for n in range(MOST_NAMED)]
    assert sentences(all_troubled)[-1] == "2 more sources are in trouble: `wiredesk status --json` names all."


def test_a_feed_that_has_stopped_and_one_that_fails_again_and_again_are_named(tmp_path: Path) -> None:
    known: dict[str, dict[str, Any]] = {
        "read": {},
        "failing": {"errors": 2, "error": "it took too long"},
        "broken": {"errors": 3, "error": "it took too long"},
        "stopped": {"errors": 1, "stopped": "it is gone (410)"},
        "paused": {"errors": 9, "stopped": "it is gone (410)"},
    }
    for name, fields in known.items():
        feed = listing.made(name, f"https://{name}.example/")
        listing.add(tmp_path, feed)
        state.save(tmp_path, feed, state.State(url=feed.url, **fields))
    listing.pause(tmp_path, "paused", paused=True)

    named = list(feed_troubles(tmp_path))

    assert [(feed.source, feed.trouble) for feed in named] == [("broken", Trouble.BROKEN), ("stopped", Trouble.STOPPED)]
    assert "3 times in a row: it took too long" in named[0].text
    assert "`wiredesk feeds resume`" in named[1].text


def test_a_list_of_feeds_that_cannot_be_read_names_none(tmp_path: Path) -> None:
    (tmp_path / listing.FILE).write_text("[[")

    assert list(feed_troubles(tmp_path)) == []
