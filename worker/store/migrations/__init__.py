"""The history of the tables, run by alembic; `migrate` brings a store up to date."""

import uuid
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from worker.errors import ConfigurationError
from worker.store import search
from worker.store.connect import Store, lock, now
from worker.store.tables import desk

#: The newest revision in versions/. A test compares the two.
HEAD: Final = "0007"


def migrate(store: Store) -> None:
    """Bring the store's tables up to date; does nothing, quickly, where they are.

    Any number of processes may call it at once: one migrates and the others wait. Raises ConfigurationError where the
    store was made by a newer wiredesk.
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
        if (found := _revision(connection)) == HEAD:
            return
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise ConfigurationError(
                f"The store has the revision {found}, which this wiredesk does not know ({error}); upgrade wiredesk."
            ) from None
        search.fill(connection)
        if connection.scalar(sa.select(sa.func.count()).select_from(desk)) == 0:
            connection.execute(sa.insert(desk).values(id=str(uuid.uuid4()), created_at=now(connection)))


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
