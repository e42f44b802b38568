"""Waiting for what is away: a store or a Redis that comes back makes nothing fail."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

import structlog

from producers.errors import RetryableError

log = structlog.get_logger(__name__)

#: Seconds between two tries.
RETRY_SECONDS: Final = 2.0

_Result = TypeVar("_Result")


def patiently(step: Callable[[], _Result]) -> _Result:
    """Return what `step` returns, trying again, for as long as it takes, while it raises RetryableError."""
    while True:
        try:
            return step()
        except RetryableError as error:
            log.warning("waiting", reason=str(error))
            time.sleep(RETRY_SECONDS)
