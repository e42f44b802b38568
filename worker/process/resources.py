"""The resources of one process, opened once from its settings: heartbeat, store, queue, engine."""

from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

import structlog

from producers.processes import Entry, Heartbeat, check
from producers.push import Queue
from producers.redis_client import redis_url
from worker.settings import WorkerSettings
from worker.store import Store, connect, migrate, sqlite_url
from worker.summarize import Engine
from worker.summarize import load as load_engine
from worker.waiting import wait_out

logger = structlog.get_logger(__name__)

_Result = TypeVar("_Result")


class Resources:
    """The resources of a process in a role; each is opened when it is first used, and then kept.

    A process that forks must not use its store or queue before the fork: their connections belong to one process.
    """

    def __init__(self, settings: WorkerSettings, role: str, *, listed: bool = True) -> None:
        """`listed`: the process is listed among those of the desk."""
        self.settings = settings
        self.role = role
        self._listed = listed

    def forked(self, number: int) -> "Resources":
        """Return the resources of process `number` of those that this process forks: nothing of it is open.

        It has a folder of its own for its heartbeat, so that one that hangs is not hidden by the others.
        """
        folder = self.settings.heartbeat
        own = {"heartbeat": None if folder is None else folder / f"{self.role}-{number}"}
        return Resources(self.settings.model_copy(update=own), self.role)

    @property
    def alive(self) -> bool:
        """Whether the process has beaten lately; True if the settings name no folder for heartbeats."""
        return self.settings.heartbeat is None or check(self.settings.heartbeat, self.role)[0]

    @cached_property
    def heartbeat(self) -> Heartbeat:
        """The heartbeat of this process, in its role."""
        entry = Entry(lambda: redis_url(self.settings), self.role) if self._listed else None
        return Heartbeat(self.settings.heartbeat, self.role, entry, data=self.settings.data)

    @cached_property
    def store(self) -> Store:
        """The store. Raises as `open_store` does; the next question opens it again."""
        return open_store(self.settings)

    def wait_for_store(self) -> Store:
        """Return the store; wait for it as long as it is unavailable."""
        return self.wait_out(lambda: self.store)

    def wait_out(self, step: Callable[[], _Result]) -> _Result:
        """Return what `step` returns, as `worker.waiting.wait_out` does, with a heartbeat at each try, and say beside
        the heartbeat why it waits.
        """

        def attempt() -> _Result:
            self.heartbeat.beat()
            return step()

        def report(reason: str) -> None:
            logger.warning("waiting", reason=reason)
            self.heartbeat.wait("work", reason)

        result = wait_out(attempt, report=report)
        self.heartbeat.wait("work", "")
        return result

    @cached_property
    def queue(self) -> Queue:
        """The queue; nothing is sent before it is used."""
        return Queue.connect(redis_url(self.settings), self.settings.max_pending)

    @cached_property
    def engine(self) -> Engine:
        """The engine of the settings, its model loaded."""
        return load_engine(
            self.settings.engine,
            model=self.settings.model,
            encoder=self.settings.encoder,
            words=self.settings.summary_words,
            most_sentences=self.settings.summary_sentences,
        )


def open_store(settings: WorkerSettings) -> Store:
    """Return the store of `settings`, its tables up to date.

    Raises ConfigurationError for a wrong URL, StoreUnavailableError if the store cannot be reached.
    """
    if settings.store_url is not None:
        store = connect(settings.store_url.get_secret_value())
    else:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        store = connect(sqlite_url(settings.sqlite_file))
    migrate(store)
    return store
