"""Waiting for a store or a Redis that is unavailable: it makes nothing fail.

Other waits are different, and not here. A task of the queue sends its message again and ends, so that Celery's limit
for it holds (worker.queue.tasks). The watched folder pauses on its own stop event and does other work meanwhile
(producers.folder.watch). redis-py itself repeats a single command (producers.redis_client). A child that crashes is
given up at some point (worker.desk.children), and so is a message to a reader (worker.store.outbox).
"""

import time
from collections.abc import Callable
from typing import Final, TypeVar

import structlog

from producers.errors import RetryableError, WiredeskError

logger = structlog.get_logger(__name__)

#: Seconds between two tries.
RETRY_SECONDS: Final = 2.0

_Result = TypeVar("_Result")


class StoppedError(WiredeskError):
    """The process was asked to stop while it waited."""


def wait_out(
    step: Callable[[], _Result],
    *,
    stop: Callable[[], bool] = lambda: False,
    report: Callable[[str], None] = lambda reason: logger.warning("waiting", reason=reason),
) -> _Result:
    """Return what `step` returns; while it raises RetryableError, try again every RETRY_SECONDS.

    `report` is given the text of the error whenever it is another one than before. Raises StoppedError as soon as
    `stop()` is true after a failed try; by default the wait has no end.
    """
    reported = ""
    while True:
        try:
            return step()
        except RetryableError as error:
            if str(error) != reported:
                reported = str(error)
                report(reported)
        if stop():
            raise StoppedError("The process was asked to stop while it waited.")
        time.sleep(RETRY_SECONDS)
