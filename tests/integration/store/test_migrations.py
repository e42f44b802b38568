"""Migrations: every store comes to the same tables, whoever begins."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from worker.errors import ConfigurationError
from worker.store import Store, connect, migrate, migrations
from worker.store.contents import desk_id
from worker.store.tables import metadata


def test_the_migrated_tables_are_those_of_the_code(store: Store) -> None:
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_head_is_the_newest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.HEAD


def test_many_processes_that_start_together_migrate_once(store_url: str) -> None:
    stores = [connect(store_url) for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(migrate, stores))
    assert len({desk_id(store) for store in stores}) == 1
    for store in stores:
        store.close()


def test_a_store_of_a_newer_wiredesk_is_refused(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match=r"revision 9999.*upgrade wiredesk"):
        migrate(store)


def test_a_url_that_is_no_store_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="check WIREDESK_STORE_URL"):
        connect("mysql://somewhere/else")
