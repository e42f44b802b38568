"""The store: the only room that knows SQL. It decides; Redis proposes."""

from worker.store.connect import Store, connect, sqlite_url
from worker.store.migrations import migrate

__all__ = ["Store", "connect", "migrate", "sqlite_url"]
