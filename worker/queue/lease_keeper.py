"""Keeping a lease while the model works: renewed in time, and an end to a batch that hangs."""

import math
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog

from worker.errors import RetryableError
from worker.store import Store, leases

logger = structlog.get_logger(__name__)

#: Seconds between two renewals: three may fail before the lease runs out.
RENEW_SECONDS: Final = leases.LEASE_SECONDS / 4
#: Seconds after which a batch is taken to hang and its process is ended. Well under Celery's visibility timeout, and
#: far above the longest batch measured (16 articles in a few seconds).
BATCH_SECONDS: Final = 240
#: Exit status of a process that ended itself.
EXIT_HUNG: Final = 70


@contextmanager
def renewing(store: Store, token: str, limit: float = BATCH_SECONDS, *, ends: bool = True) -> Iterator[None]:
    """Renew the lease `token` until the block ends; after `limit` seconds end this process, if `ends`.

    Nothing but the end of the process stops a model that hangs in native code. Its rows are leased again, each alone,
    when the lease has run out.
    """
    done = threading.Event()
    last = limit if ends else math.inf
    thread = threading.Thread(target=_renew, args=(store, token, last, done), name="lease-keeper", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _renew(store: Store, token: str, limit: float, done: threading.Event) -> None:
    end = time.monotonic() + limit
    while not done.wait(max(0.0, min(RENEW_SECONDS, end - time.monotonic()))):
        if time.monotonic() >= end:
            logger.error("batch_hung", seconds=limit, token=token)
            os._exit(EXIT_HUNG)
        try:
            leases.renew(store, token)
        except RetryableError as error:
            logger.warning("lease_not_renewed", reason=str(error))
