"""The store: the only room that knows SQL. It decides; Redis proposes."""

from worker.settings import WorkerSettings
from worker.store.connect import Store, connect, sqlite_url
from worker.store.migrations import migrate

__all__ = ["Store", "connect", "migrate", "open_store", "sqlite_url"]


def open_store(settings: WorkerSettings) -> Store:
    """Return the store of `settings`, its tables up to date.

    Raises ConfigurationError for a wrong URL, StoreUnavailableError where the store cannot be reached.
    """
    if settings.store_url is not None:
        store = connect(settings.store_url.get_secret_value())
    else:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        store = connect(sqlite_url(settings.sqlite_file))
    migrate(store)
    return store
