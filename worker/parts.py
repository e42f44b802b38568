"""What a process of the desk works with, opened once from its settings: store, queue, engine."""

import time
from collections.abc import Callable
from functools import cache
from typing import Final, TypeVar

import structlog

from producers.errors import RetryableError
from producers.push import Queue
from producers.settings import load, redis_url
from worker.settings import WorkerSettings
from worker.store import Store, open_store
from worker.summarize import Engine
from worker.summarize import load as load_engine

log = structlog.get_logger(__name__)

#: Seconds between two tries to reach a store or a Redis that is away.
RETRY_SECONDS: Final = 2.0

_Result = TypeVar("_Result")


@cache
def settings() -> WorkerSettings:
    """Return the settings of this process."""
    return load(WorkerSettings, {})


@cache
def store() -> Store:
    """Return the store; waits for it as long as it is away."""
    return patiently(lambda: open_store(settings()))


@cache
def queue() -> Queue:
    """Return the queue."""
    return Queue.connect(redis_url(settings()), settings().max_pending)


@cache
def engine() -> Engine:
    """Return the engine, its model loaded."""
    chosen = settings()
    return load_engine(
        chosen.engine,
        model=chosen.model,
        encoder=chosen.encoder,
        words=chosen.summary_words,
        most_sentences=chosen.summary_sentences,
    )


def patiently(step: Callable[[], _Result]) -> _Result:
    """Return what `step` returns, trying again, for as long as it takes, while it raises RetryableError."""
    while True:
        try:
            return step()
        except RetryableError as error:
            log.warning("waiting", reason=str(error))
            time.sleep(RETRY_SECONDS)
