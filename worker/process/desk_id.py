"""One desk, one Redis, one store: both carry the desk's id, and a worker refuses a mismatch."""

from typing import Final

from producers.journal import Journal
from producers.redis_client import KEY_PREFIX, redis_errors
from producers.terminal import printable
from worker.errors import DeskMismatchError
from worker.store import Store
from worker.store.contents import desk_id

DESK_KEY: Final = KEY_PREFIX + "desk"


def check_desk(journal: Journal, store: Store) -> None:
    """Write the store's desk id into a Redis that has none; raise DeskMismatchError if it has the id of another desk.

    Raises ConfigurationError for a server that can never serve a desk.

    A worker that mixed two desks would settle articles of one of them with the store of the other.
    """
    journal.check_server()
    own = desk_id(store)
    with redis_errors():
        journal.redis.set(DESK_KEY, own, nx=True)
        kept = journal.redis.get(DESK_KEY)
    if isinstance(kept, bytes) and kept != own.encode():
        other = printable(kept.decode("utf-8", "replace"))[:40]
        raise DeskMismatchError(
            f"This Redis belongs to desk {other} and this store to desk {own}: correct WIREDESK_REDIS_URL or "
            "WIREDESK_STORE_URL, or wipe the Redis if the store was restored from a backup."
        )
