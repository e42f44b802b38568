"""Waiting for a store or a Redis that is unavailable: it makes nothing fail, and never lasts longer than its task.

Other waits are different, and not here. The watched folder pauses on its own stop event and does other work meanwhile
(producers.folder.watch). redis-py itself repeats a command whose connection was lost (producers.redis_client). A child
that crashes is given up at some point (worker.desk.children), and so is a message to a reader (worker.store.outbox).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Protocol, TypeVar

import structlog

from producers.errors import RetryableError, WiredeskError

logger = structlog.get_logger(__name__)

#: Seconds between two tries.
RETRY_SECONDS: Final = 2.0
#: Seconds between two reports of one reason to wait.
REPORT_SECONDS: Final = 60.0

_Result = TypeVar("_Result")

#: When the calls to the outside of the present task must have ended, in seconds of the monotonic clock.
_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


class Wait(Protocol):
    """Returns what the step returns, as `wait_out` does."""

    def __call__(self, step: Callable[[], _Result], /) -> _Result:
        """Return what `step` returns, however long it takes."""


class StoppedError(WiredeskError):
    """The process was asked to stop while it waited."""


class Reports:
    """Which reports of a wait are due: a new reason immediately, the same one every REPORT_SECONDS."""

    def __init__(self) -> None:
        self._reason = ""
        self._at = 0.0

    def due(self, reason: str) -> bool:
        """Return whether `reason` is to be reported now."""
        now = time.monotonic()
        if reason == self._reason and now - self._at < REPORT_SECONDS:
            return False
        self._reason, self._at = reason, now
        return True


def wait_out(
    step: Callable[[], _Result],
    *,
    stop: Callable[[], bool] = lambda: False,
    report: Callable[[str], None] = lambda reason: logger.warning("waiting", reason=reason),
) -> _Result:
    """Return what `step` returns; while it raises RetryableError, try again every RETRY_SECONDS.

    `report` is given the text of the error, as often as `Reports` says. Raises StoppedError as soon as `stop()` is true
    after a failed try; by default the wait has no end.
    """
    reports = Reports()
    while True:
        try:
            return step()
        except RetryableError as error:
            if reports.due(str(error)):
                report(str(error))
        if stop():
            raise StoppedError("The process was asked to stop while it waited.")
        time.sleep(RETRY_SECONDS)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let the block's calls to the outside take `seconds` together: `check` and `remaining` go by that."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def remaining() -> float | None:
    """Return the seconds that are left for calls to the outside, 0 if they are used up, None if there is no limit."""
    deadline = _deadline.get()
    return None if deadline is None else max(0.0, deadline - time.monotonic())


def check() -> None:
    """Raise RetryableError if no time is left for calls to the outside."""
    if remaining() == 0.0:
        raise RetryableError("Redis or the store answered too slowly for one task; the work is done again.")
