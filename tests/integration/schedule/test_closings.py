"""Editions by the clock: the days on which clocks are set, closing-time edges, a host that was off, a changed zone."""

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine

from tests.articles import digest, incoming
from worker.schedule import closings
from worker.settings import WorkerSettings
from worker.store import Store, editions, leases
from worker.store.articles import take_in
from worker.store.editions import Edition
from worker.store.tables import articles, digests

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def settings(folder: Path, timezone: str = "UTC", edition_time: str = "07:00") -> WorkerSettings:
    return WorkerSettings(data=folder / "data", timezone=timezone, edition_time=edition_time)


def digested(store: Store, made_at: datetime, *, ingested_at: datetime | None = None) -> str:
    """Put an article into the store that was ingested at one moment and digested at another; return its headline."""
    name = f"{made_at:%d %H:%M:%S.%f}"
    take_in(store, [incoming(name)])
    leases.finish(store, leases.lease(store).token, [digest(name)])
    with store.writing() as connection:
        connection.execute(sa.update(digests).where(digests.c.article_id == name).values(made_at=made_at))
        connection.execute(sa.update(articles).where(articles.c.id == name).values(stored_at=ingested_at or made_at))
    return f"Headline of {name}"


def tick(store: Store, wanted: WorkerSettings, moment: datetime) -> int:
    """Close what is due at `moment`; return how many editions that is."""
    with time_machine.travel(moment, tick=False):
        return closings.close_due(wanted, store)


def told(store: Store) -> dict[str, list[str]]:
    """Return the headlines of each edition, by its local day, the oldest first."""
    return {one.date.isoformat(): headlines(one) for one in reversed(editions.listed(store))}


def headlines(edition: Edition) -> list[str]:
    return sorted(one["headline"] for topic in edition.document["topics"] for one in topic["digests"])


def lengths(found: Sequence[Edition]) -> list[float]:
    """Return the hours between the closes of editions that follow each other."""
    moments = sorted(one.closed_at for one in found)
    return [(after - before) / HOUR for before, after in itertools.pairwise(moments)]


@pytest.mark.parametrize("edition_time", ["07:00", "02:30", "00:00"])
@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
    ],
)
def test_a_day_on_which_clocks_are_set_has_one_edition_and_every_digest_is_in_one(
    store: Store, tmp_path: Path, zone: str, day: date, hours: float, edition_time: str
) -> None:
    wanted = settings(tmp_path, zone, edition_time)
    start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC) - 2 * DAY
    made = [digested(store, start + n * HOUR + HOUR / 3) for n in range(0, 96, 2)]

    for n in range(4 * 24 + 2):
        tick(store, wanted, start + n * HOUR)

    found = editions.listed(store)
    days = [one.date for one in reversed(found)]
    assert days == sorted(set(days))
    assert set(days) >= {day - DAY, day, day + DAY}
    assert set(lengths(found)) == {24.0, hours}
    carried = [headline for one in found for headline in headlines(one)]
    last = max(one.closed_at for one in found)
    assert sorted(carried) == sorted(made[: sum(start + n * HOUR + HOUR / 3 <= last for n in range(0, 96, 2))])


def test_an_edition_closes_at_its_moment_and_carries_what_was_made_until_then(store: Store, tmp_path: Path) -> None:
    close = datetime(2026, 11, 23, 7, tzinfo=UTC)
    before, at_close = digested(store, close - 2 * HOUR), digested(store, close)
    after = digested(store, close + timedelta(microseconds=1))
    wanted = settings(tmp_path)

    assert tick(store, wanted, close - timedelta(microseconds=1)) == 0
    assert tick(store, wanted, close) == 1
    assert tick(store, wanted, close + DAY - timedelta(microseconds=1)) == 0
    assert tick(store, wanted, close + DAY) == 1
    assert told(store) == {"2026-11-23": sorted([before, at_close]), "2026-11-24": [after]}


def test_an_article_ingested_before_and_digested_after_the_close_is_in_the_next_edition(
    store: Store, tmp_path: Path
) -> None:
    close = datetime(2026, 11, 23, 7, tzinfo=UTC)
    late = digested(store, close + timedelta(minutes=1), ingested_at=close - HOUR)

    assert tick(store, settings(tmp_path), close + HOUR) == 1
    assert tick(store, settings(tmp_path), close + DAY) == 1
    assert told(store) == {"2026-11-23": [], "2026-11-24": [late]}


def test_a_host_that_was_off_for_three_days_makes_up_for_each(store: Store, tmp_path: Path) -> None:
    close = datetime(2026, 11, 20, 7, tzinfo=UTC)
    friday, saturday = digested(store, close - HOUR), digested(store, close + HOUR)
    wanted = settings(tmp_path)
    tick(store, wanted, close)

    assert tick(store, wanted, close + 3 * DAY + HOUR) == 3
    assert tick(store, wanted, close + 3 * DAY + HOUR) == 0
    assert told(store) == {"2026-11-20": [friday], "2026-11-21": [saturday], "2026-11-22": [], "2026-11-23": []}


@pytest.mark.parametrize(
    ("before", "after"), [("Europe/Berlin", "America/New_York"), ("America/New_York", "Asia/Tokyo")]
)
def test_a_zone_that_changes_between_two_editions_loses_and_doubles_nothing(
    store: Store, tmp_path: Path, before: str, after: str
) -> None:
    start = datetime(2026, 11, 20, tzinfo=UTC)
    made = [digested(store, start + n * HOUR + HOUR / 3) for n in range(72)]
    for n in range(96):
        tick(store, settings(tmp_path, before if n < 36 else after), start + n * HOUR)

    found = editions.listed(store)
    assert len({(one.date, one.revision) for one in found}) == len(found)
    assert {one.document["edition"]["timezone"] for one in found} == {before, after}
    rows = [one for one in found if one.revision == max(o.revision for o in found if o.date == one.date)]
    assert sorted(headline for one in rows for headline in headlines(one)) == sorted(made)
