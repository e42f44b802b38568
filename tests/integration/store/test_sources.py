"""What the store says of its sources: when they sent, how much, and how much of it failed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from tests.articles import incoming
from worker.operations.sources import Trouble, troubled
from worker.store import Store, sources
from worker.store.articles import IncomingFailure, take_in
from worker.store.tables import articles

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW: Final = datetime.now(UTC)


def came(store: Store, source: str, *ago: timedelta) -> None:
    """Let an article of `source` come at each of these times before now."""
    names = [f"{source}-{number}" for number in range(len(ago))]
    take_in(store, [incoming(name, f"The report {name} is about {name}.", source=source) for name in names])
    with store.writing() as connection:
        at = sa.update(articles).where(articles.c.id == sa.bindparam("name")).values(stored_at=sa.bindparam("at"))
        connection.execute(at, [{"name": name, "at": NOW - past} for name, past in zip(names, ago, strict=True)])


def fail(store: Store, source: str, number: int) -> None:
    failures = [
        IncomingFailure(
            id=f"failed-{n}", source=source, uri="f.txt", media_type="text/plain", filename="f.txt", title=None,
            publisher=None, published_at=None, received_at=None, stage="clean", reason="No text.", attempts=1, raw=b"",
        )
        for n in range(number)
    ]  # fmt: skip
    take_in(store, [], failures)


def asked(store: Store, least: int = 1) -> dict[str, sources.SourceActivity]:
    return {activity.name: activity for activity in sources.activity(store, least)}


def test_a_store_without_articles_has_no_sources(store: Store) -> None:
    assert sources.activity(store, 1) == []


def test_articles_that_come_within_an_hour_are_one_arrival(store: Store) -> None:
    minute = timedelta(minutes=1)
    came(store, "wire", 5 * minute, 6 * minute, 64 * minute, 66 * minute, 3 * HOUR)
    came(store, "papers", 2 * DAY)
    seen = asked(store)
    assert list(seen) == ["papers", "wire"]
    assert seen["wire"].arrivals == (NOW - 5 * minute, NOW - 66 * minute, NOW - 3 * HOUR)
    assert (seen["wire"].today, seen["papers"].today) == (5, 0)


def test_arrivals_of_a_week_are_read_and_of_a_slow_source_eight(store: Store) -> None:
    came(store, "often", *(n * 11 * HOUR for n in range(30)))
    came(store, "weekly", *(n * 7 * DAY for n in range(12)))
    seen = asked(store)
    assert len(seen["weekly"].arrivals) == sources.LEAST_ARRIVALS
    assert sources.WINDOW <= NOW - seen["often"].arrivals[-1] < sources.WINDOW + 11 * HOUR


def test_the_week_before_is_counted_for_a_source_with_a_full_day_only(store: Store) -> None:
    came(store, "wire", *(n * 6 * HOUR for n in range(1, 50)))
    assert [asked(store, least)["wire"].before for least in (3, 4)] == [28, 0]
    assert asked(store)["wire"].today == 3


def test_a_source_that_fell_silent_one_that_fails_and_one_that_came_once_are_judged(
    store: Store, tmp_path: Path
) -> None:
    came(store, "silent", *(2 * DAY + n * 6 * HOUR for n in range(20)))
    came(store, "well", *(n * 6 * HOUR for n in range(20)))
    came(store, "once", *(20 * DAY for _ in range(20)))
    fail(store, "broken", 6)
    assert [(one.source, one.trouble) for one in troubled(store, tmp_path)] == [
        ("broken", Trouble.FAILING),
        ("silent", Trouble.SILENT),
    ]
