"""What each source sent, and when. Read from an index by steps, so that it costs the same however old the store is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from worker.store.connect import Store, current_time
from worker.store.tables import UTCTime, articles, failures

#: Articles that come within this time of each other are one arrival: a file of a thousand articles says nothing about
#: how often its source sends.
ARRIVAL: Final = timedelta(hours=1)
#: The time before a source's last article from which its arrivals are read: the DAYS and the last one, which have every
#: night and every weekend.
WINDOW: Final = timedelta(days=8)
#: Arrivals that are read at least, from before that time, too: enough to know a weekly rhythm.
LEAST_ARRIVALS: Final = 8
#: Days before the last one whose articles are counted for a comparison.
DAYS: Final = 7

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceActivity:
    """What the source `name` sent until `until`.

    `arrivals` are the times of its last arrivals, the newest first, each at least ARRIVAL after the one before it.
    `today` are the articles of the last 24 hours, `failed` those among them that failed, and `before` the articles of
    the DAYS before.
    """

    name: str
    until: datetime
    arrivals: tuple[datetime, ...]
    today: int
    failed: int
    before: int


def activity(store: Store, least: int) -> list[SourceActivity]:
    """Return what every source sent, by name and by the store's clock; articles that may not be shown count, too.

    `before` is counted for a source with `least` articles or more in the last 24 hours, and 0 for the others.
    """
    with store.reading() as connection:
        now = current_time(connection)
        yesterday = now - _DAY
        arrivals = _arrivals(connection)
        failed = _failed(connection, yesterday)
        today = {
            name: _count(connection, name, yesterday, now) for name, times in arrivals.items() if times[0] > yesterday
        }
        return [
            SourceActivity(
                name=name,
                until=now,
                arrivals=tuple(times),
                today=today.get(name, 0),
                failed=failed.get(name, 0),
                before=_count(connection, name, yesterday - DAYS * _DAY, yesterday)
                if today.get(name, 0) >= least
                else 0,
            )
            for name, times in sorted(arrivals.items())
        ]


def names(connection: sa.Connection) -> list[str]:
    """Return the sources of all stored articles, by name."""
    named = _named()
    return list(connection.scalars(sa.select(named.c.source).where(named.c.source.is_not(None))))


def _named() -> sa.CTE:
    """Return the sources, with null as the last row: each is found by one step into the index."""
    first = sa.select(sa.func.min(articles.c.source).label("source")).cte("named", recursive=True)
    following = sa.select(sa.func.min(articles.c.source)).where(articles.c.source > first.c.source).scalar_subquery()
    return first.union_all(sa.select(following).where(first.c.source.is_not(None)))


def _arrivals(connection: sa.Connection) -> dict[str, Sequence[datetime]]:
    """Return the arrivals of each source, the newest first: those of the WINDOW before its last one, and at least
    LEAST_ARRIVALS if there are so many.
    """
    named = _named()
    newest = sa.func.max(articles.c.stored_at, type_=UTCTime())
    last = sa.select(newest).where(articles.c.source == named.c.source).scalar_subquery()
    step = sa.select(
        named.c.source, last.label("at"), last.label("last"), sa.literal(1, sa.Integer).label("number")
    ).where(named.c.source.is_not(None))
    hops = step.cte("hops", recursive=True)
    before = (
        sa.select(newest)
        .where(articles.c.source == hops.c.source, articles.c.stored_at < _earlier(connection, hops.c.at, ARRIVAL))
        .scalar_subquery()
    )
    hops = hops.union_all(
        sa.select(hops.c.source, before, hops.c.last, hops.c.number + 1).where(
            hops.c.at.is_not(None),
            sa.or_(hops.c.number < LEAST_ARRIVALS, hops.c.at > _earlier(connection, hops.c.last, WINDOW)),
        )
    )
    of_source: dict[str, list[datetime]] = defaultdict(list)
    for row in connection.execute(
        sa.select(hops.c.source, hops.c.at).where(hops.c.at.is_not(None)).order_by(hops.c.source, hops.c.number)
    ):
        of_source[row.source].append(row.at)
    return dict(of_source)


def _earlier(connection: sa.Connection, at: sa.ColumnElement[Any], span: timedelta) -> sa.ColumnElement[Any]:
    """Return the expression of the time `span` before `at`, which the column of a time is compared with."""
    if connection.dialect.name == "sqlite":
        # As SQLAlchemy writes times, but for the last three digits.
        return sa.func.strftime("%Y-%m-%d %H:%M:%f", at, f"-{span.total_seconds()} seconds")
    return sa.type_coerce(at, sa.DateTime(timezone=True)) - sa.literal(span, sa.Interval)


def _count(connection: sa.Connection, source: str, after: datetime, until: datetime) -> int:
    counted = sa.select(sa.func.count()).where(
        articles.c.source == source, articles.c.stored_at > after, articles.c.stored_at <= until
    )
    return connection.scalar(counted) or 0


def _failed(connection: sa.Connection, after: datetime) -> dict[str, int]:
    # From the failures, which are few: a grouped join would go through the index of all articles.
    source = sa.select(articles.c.source).where(articles.c.id == failures.c.article_id, articles.c.stored_at > after)
    of_each = sa.select(source.scalar_subquery().label("source")).where(failures.c.failed_at > after).subquery()
    number = sa.func.count()
    counted = sa.select(of_each.c.source, number).where(of_each.c.source.is_not(None)).group_by(of_each.c.source)
    return {row.source: row[1] for row in connection.execute(counted)}
