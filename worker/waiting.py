"""Waiting for a store or a Redis that is unavailable: it makes nothing fail, and never lasts longer than its task."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, TypeVar

import structlog

from producers.errors import RetryableError

logger = structlog.get_logger(__name__)

#: Seconds between two tries.
RETRY_SECONDS: Final = 2.0
#: Seconds between two log lines about the same wait.
LOG_SECONDS: Final = 60.0

_Result = TypeVar("_Result")

#: When the calls to the outside of the present task must have ended, in seconds of the monotonic clock.
_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)
#: Event -> the reason that was last logged for it, and when.
_logged: dict[str, tuple[str, float]] = {}


def wait_out(step: Callable[[], _Result]) -> _Result:
    """Return what `step` returns; while it raises RetryableError, try again, for as long as it takes."""
    while True:
        try:
            return step()
        except RetryableError as error:
            log_wait("waiting", str(error))
            time.sleep(RETRY_SECONDS)


def log_wait(event: str, reason: str, **values: object) -> None:
    """Log that work waits, and why: each `reason` of an `event` at once, then once every LOG_SECONDS."""
    now = time.monotonic()
    last, logged_at = _logged.get(event, ("", 0.0))
    if reason != last or now - logged_at >= LOG_SECONDS:
        _logged[event] = reason, now
        logger.warning(event, reason=reason, **values)


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
