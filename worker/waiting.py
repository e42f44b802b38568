"""Waiting for a store or a Redis that is unavailable: it makes nothing fail."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

import structlog

from producers.errors import RetryableError

logger = structlog.get_logger(__name__)

#: Seconds between two tries.
RETRY_SECONDS: Final = 2.0

_Result = TypeVar("_Result")


def wait_out(step: Callable[[], _Result]) -> _Result:
    """Return what `step` returns; while it raises RetryableError, try again, for as long as it takes."""
    while True:
        try:
            return step()
        except RetryableError as error:
            logger.warning("waiting", reason=str(error))
            time.sleep(RETRY_SECONDS)
