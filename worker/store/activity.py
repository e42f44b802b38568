"""What came in and what went out, over time: for the desk page and the metrics."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from worker.store.connect import Store, current_time
from worker.store.tables import articles, digests, failures
from worker.store.usable import usable, usable_id

#: Seconds of one step of a day's curve: 48 steps are as many as a small plot can show.
STEP_SECONDS: Final = 1800
STEPS: Final = 48
#: Minutes over which articles and digests a minute are counted: long enough for a batch of 16 digests to be even.
RATE_MINUTES: Final = 5


#: Seconds of work from which a rate is known: after a start or a pause the last RATE_MINUTES were not all work.
_KNOWN_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Articles stored and digests made a minute, over the last RATE_MINUTES.

    `pace` is how many digests a minute the workers make since they made the first of these; None if that is not known.
    """

    articles_a_minute: float
    digests_a_minute: float
    pace: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """The 24 hours that end at `until`, in steps of STEP_SECONDS, oldest first, and the rates of the last RATE_MINUTES.

    `replaced` are the summaries of the 24 hours that failed the support check, `model_seconds` the engine's time, and
    `batch_size` the digests of a batch, on average; 0 without digests.
    """

    until: datetime
    articles: tuple[int, ...]
    digests: tuple[int, ...]
    failures: tuple[int, ...]
    rates: Rates
    replaced: int
    model_seconds: float
    batch_size: float


def activity(store: Store) -> Activity:
    """Return what became of articles in the last 24 hours, by the store's clock."""
    with store.reading() as connection:
        now = current_time(connection)
        since = now - timedelta(seconds=STEP_SECONDS * STEPS)
        replaced, seconds, made, batches = connection.execute(
            sa.select(
                sa.func.count(sa.case((digests.c.supported, None), else_=1)),
                sa.func.coalesce(sa.func.sum(digests.c.seconds), 0.0),
                sa.func.count(),
                # The digests of a batch are written in one transaction, with one time.
                sa.func.count(digests.c.made_at.distinct()),
            ).where(digests.c.made_at > since, usable_id(digests.c.article_id))
        ).one()
        return Activity(
            until=now,
            articles=_steps(connection, articles.c.stored_at, now, usable()),
            digests=_steps(connection, digests.c.made_at, now, usable_id(digests.c.article_id)),
            failures=_steps(connection, failures.c.failed_at, now, usable_id(failures.c.article_id)),
            rates=_rates(connection, now),
            replaced=replaced,
            model_seconds=seconds,
            batch_size=made / batches if batches else 0.0,
        )


def rates(store: Store) -> Rates:
    """Return how fast the desk works, by the store's clock."""
    with store.reading() as connection:
        return _rates(connection, current_time(connection))


def _steps(
    connection: sa.Connection, column: sa.Column[Any], now: datetime, counts: sa.ColumnElement[bool]
) -> tuple[int, ...]:
    since = now - timedelta(seconds=STEP_SECONDS * STEPS)
    second = sa.cast(sa.extract("epoch", column), sa.Integer)
    # SQLAlchemy's // is a division of integers on both kinds of store.
    step = (second - int(since.timestamp())) // STEP_SECONDS
    rows = connection.execute(
        sa.select(step.label("step"), sa.func.count()).where(column > since, column <= now, counts).group_by("step")
    )
    numbers = dict.fromkeys(range(STEPS), 0)
    for place, number in rows:
        numbers[min(int(place), STEPS - 1)] += number
    return tuple(numbers.values())


def _rates(connection: sa.Connection, now: datetime) -> Rates:
    stored, _ = _last_minutes(connection, articles.c.stored_at, now, usable())
    made, first = _last_minutes(connection, digests.c.made_at, now, usable_id(digests.c.article_id))
    worked = (now - first).total_seconds() if first else 0.0
    return Rates(
        articles_a_minute=stored / RATE_MINUTES,
        digests_a_minute=made / RATE_MINUTES,
        pace=60 * made / worked if worked >= _KNOWN_SECONDS else None,
    )


def _last_minutes(
    connection: sa.Connection, column: sa.Column[Any], now: datetime, counts: sa.ColumnElement[bool]
) -> tuple[int, datetime | None]:
    """Return how many times of `column` lie in the last RATE_MINUTES, and the first of them."""
    since = now - timedelta(minutes=RATE_MINUTES)
    number, first = connection.execute(
        sa.select(sa.func.count(), sa.func.min(column)).where(column > since, column <= now, counts)
    ).one()
    return number, first
