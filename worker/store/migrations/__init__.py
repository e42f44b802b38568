"""The history of the tables, run by alembic; `migrate` brings a store up to date."""

import uuid
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from worker.errors import ConfigurationError
from worker.store.connect import Store, current_time, lock
from worker.store.tables import desk

#: The newest revision in versions/. A test compares the two.
HEAD: Final = "0006_ledger"
#: Revisions of versions before the first release. Nothing leads from their tables to today's.
_UNRELEASED: Final = frozenset({"0001", "0002", "0003", "0004", "0005", "0006", "0007"})


def migrate(store: Store) -> None:
    """Bring the store's tables up to date; does nothing, quickly, if they are.

    Any number of processes may call it together: one migrates and the others wait. Raises ConfigurationError if the
    store was made by a newer wiredesk, or by one that was never released.
    """
    with store.reading() as connection:
        if _revision(connection) == HEAD:
            return
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    with store.writing() as connection:
        lock(connection, "wiredesk migrations")
        revision = _revision(connection)
        if revision == HEAD:
            return
        if revision in _UNRELEASED:
            raise ConfigurationError(
                f"The store was made by a development version of wiredesk that was never released (revision {revision} "
                "of the tables), and this version cannot use it: export what you want to keep with that version, then "
                "start with a new data folder (WIREDESK_DATA), or with an empty database (WIREDESK_STORE_URL)."
            )
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise ConfigurationError(
                f"The store has the revision {revision}, which this wiredesk does not know ({error}); upgrade wiredesk."
            ) from None
        if connection.scalar(sa.select(sa.func.count()).select_from(desk)) == 0:
            connection.execute(sa.insert(desk).values(id=str(uuid.uuid4()), created_at=current_time(connection)))


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
