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
    articles_a_minute: float
    digests_a_minute: float
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
            articles_a_minute=_rate(connection, articles.c.stored_at, now, usable()),
            digests_a_minute=_rate(connection, digests.c.made_at, now, usable_id(digests.c.article_id)),
            replaced=replaced,
            model_seconds=seconds,
            batch_size=made / batches if batches else 0.0,
        )


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


def _rate(connection: sa.Connection, column: sa.Column[Any], now: datetime, counts: sa.ColumnElement[bool]) -> float:
    since = now - timedelta(minutes=RATE_MINUTES)
    number = connection.scalar(sa.select(sa.func.count()).where(column > since, column <= now, counts))
    return (number or 0) / RATE_MINUTES
