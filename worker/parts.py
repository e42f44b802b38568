"""What a process of the desk works with, opened once from its settings: store, queue, engine, heart."""

import os
from functools import cache
from typing import Final

from producers.heartbeat import Heart
from producers.presence import teller
from producers.push import Queue
from producers.settings import load, redis_url
from worker.patience import patiently
from worker.settings import WorkerSettings
from worker.store import Store, open_store
from worker.summarize import Engine
from worker.summarize import load as load_engine

#: The role of this process, set by `wiredesk worker` and `wiredesk schedule`.
ROLE_VARIABLE: Final = "WIREDESK_ROLE"


@cache
def settings() -> WorkerSettings:
    """Return the settings of this process."""
    return load(WorkerSettings, {})


@cache
def store() -> Store:
    """Return the store; waits for it as long as it is away."""
    return patiently(_store)


def _store() -> Store:
    heart().beat()
    return open_store(settings())


@cache
def queue() -> Queue:
    """Return the queue."""
    return Queue.connect(redis_url(settings()), settings().max_pending)


@cache
def heart() -> Heart:
    """Return what gives this process' sign of life; none where it has no role."""
    role = os.environ.get(ROLE_VARIABLE, "")
    if not role:
        return Heart(None, role)
    return Heart(settings().heartbeat, role, teller(lambda: redis_url(settings()), role))


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
