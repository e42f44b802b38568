"""The clocks of a schedule: whether its time is to be trusted with a closing."""

import time
from datetime import UTC, datetime, timedelta
from typing import Final

from worker.edition.calendar import MOST_APART, Reading, leap
from worker.errors import RetryableError
from worker.store import Store
from worker.store.connect import current_time

#: A clock that nobody can set. BOOTTIME goes on while a Linux machine is suspended; on macOS MONOTONIC does.
_STEADY: Final[int] = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def read_clocks() -> Reading:
    """Return what this machine's clocks show now."""
    return Reading(datetime.now(UTC), time.clock_gettime(_STEADY))


def check_clocks(store: Store, clocks: Reading, last: Reading | None = None) -> None:
    """Raise RetryableError if the wall clock was set by more than MOST_APART between the readings `last` and `clocks`,
    or is that far from the store's clock now.

    A machine that was suspended, or off, has not set its clock: what became due meanwhile closes. A clock that was set
    is refused once: the next reading is compared with this one.
    """
    if (moved := leap(last, clocks)) is not None:
        raise RetryableError(
            f"This machine's clock was set {'forward' if moved.total_seconds() > 0 else 'back'} by {_hours(moved)}, to"
            f" {clocks.wall:%Y-%m-%d %H:%M} UTC; no edition closes at this tick: see that the time is right."
        )
    with store.reading() as connection:
        apart = datetime.now(UTC) - current_time(connection)
    if abs(apart) > MOST_APART:
        raise RetryableError(
            f"The clocks of this machine and of the store differ by {_hours(apart)}; no edition closes until they "
            "agree: set up time synchronisation on both."
        )


def _hours(length: timedelta) -> str:
    return f"{abs(length) / timedelta(hours=1):,.1f} hours"
