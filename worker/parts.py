"""What a process of the desk works with, opened once from its settings: store, queue, engine."""

from functools import cache

from producers.push import Queue
from producers.settings import load, redis_url
from worker.patience import patiently
from worker.settings import WorkerSettings
from worker.store import Store, open_store
from worker.summarize import Engine
from worker.summarize import load as load_engine


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
