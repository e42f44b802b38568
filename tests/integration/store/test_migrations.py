"""Migrations: every store comes to the same tables, whoever begins."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from producers.article import Signal, Status
from tests.articles import digest, incoming
from worker.dedup import text_key
from worker.errors import ConfigurationError
from worker.items.ruling import Act, Decider
from worker.store import Store, connect, leases, migrate, migrations, sqlite_url, tables
from worker.store.articles import put_failure, take_in
from worker.store.connect import current_time
from worker.store.contents import counts, desk_id, export_articles, export_stories
from worker.store.states import MessageState, State
from worker.store.tables import metadata

_KEY = text_key("The body.")
_COLUMNS = (
    "id, state, story_id, containment, rule, matched_id, text_key, source, uri, media_type, filename, body, language, "
    "received_at, dropped, notes, stored_at, state_at, joined_at, attempts, item_id, teaser, status, subjects, captions"
)
_REST = (
    f"'{_KEY}', 'inbox', 'a.txt', 'text/plain', 'a.txt', 'The body.', 'en', CURRENT_TIMESTAMP, '[]', '[]', "
    "CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 1, 'a', '0', 'usable', '[]', '[]'"
)
#: Rows as the first wiredesk wrote them.
_OF_THE_FIRST = (
    "INSERT INTO desk (id, created_at) VALUES ('first-desk', CURRENT_TIMESTAMP)",
    "INSERT INTO stories (id, canonical_id, opened_at) VALUES ('a', 'a', CURRENT_TIMESTAMP)",
    f"INSERT INTO articles ({_COLUMNS}) VALUES ('a', 'digested', 'a', NULL, 'opened', NULL, {_REST})",  # noqa: S608
    f"INSERT INTO articles ({_COLUMNS}) VALUES ('b', 'reprint', 'a', 1.0, 'exact', 'a', {_REST})",  # noqa: S608
    "INSERT INTO digests (article_id, story_id, headline, summary, engine, model, supported, checks, embedding, "
    "seconds, made_at) VALUES ('a', 'a', 'The headline', 'The summary.', 'extractive', 'none', '1', '[]', 'before', 0, "
    "CURRENT_TIMESTAMP)",
)
#: The revisions of the versions that were never released.
_UNRELEASED = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")


def differences(connection: sa.Connection) -> list[object]:
    """Return where the store differs from the code's tables, but for the index of words."""

    def ours(name: str | None, kind: str, _parents: object) -> bool:
        return not (name or "").startswith(("search_words", "ix_search_words")) and (kind, name) != ("column", "words")

    return list(compare_metadata(MigrationContext.configure(connection, opts={"include_name": ours}), metadata))


def allowed(connection: sa.Connection) -> dict[str, set[str]]:
    """Return the words that each CHECK constraint of the store allows, by its name."""
    inspector = sa.inspect(connection)
    return {
        str(check["name"]): set(re.findall(r"'(\w+)'", check["sqltext"]))
        for table in inspector.get_table_names()
        for check in inspector.get_check_constraints(table)
    }


def test_the_migrated_tables_are_those_of_the_code(store: Store) -> None:
    with store.reading() as connection:
        assert differences(connection) == []


def test_the_migrated_tables_allow_the_states_of_the_code(store: Store) -> None:
    # Alembic does not compare CHECK constraints.
    with store.reading() as connection:
        assert allowed(connection) == {
            "ck_articles_state": {*State},
            "ck_articles_status": {*Status},
            "ck_articles_signal": {*Signal},
            "ck_items_status": {*Status},
            "ck_items_decided_by": {*Decider},
            "ck_rulings_act": {*Act},
            "ck_rulings_status": {*Status},
            "ck_rulings_decided_by": {*Decider},
            "ck_outbox_state": {*MessageState},
        }


def test_the_tables_of_the_code_allow_what_the_migrated_tables_allow(store: Store, tmp_path: Path) -> None:
    made = connect(sqlite_url(tmp_path / "made.db"))
    with made.writing() as connection:
        metadata.create_all(connection)
    with made.reading() as connection, store.reading() as migrated:
        assert allowed(connection) == allowed(migrated)
    made.close()


def test_no_row_has_a_state_that_the_code_does_not_know(store: Store) -> None:
    take_in(store, [incoming("a")])
    with pytest.raises(sa.exc.IntegrityError, match="ck_articles_state"), store.writing() as connection:
        connection.exec_driver_sql("UPDATE articles SET state = 'lost'")


def test_an_article_takes_its_digest_and_its_failure_with_it(store: Store) -> None:
    take_in(store, [incoming("a")])
    leases.finish(store, leases.lease(store).token, [digest("a")])
    with store.writing() as connection:
        put_failure(connection, "a", stage="s", reason="r", attempts=1, raw=None, failed_at=current_time(connection))
        connection.execute(sa.delete(tables.articles))
        for table in (tables.digests, tables.failures):
            assert connection.scalar(sa.select(sa.func.count()).select_from(table)) == 0


@pytest.mark.parametrize("table", ["digests", "failures"])
def test_no_digest_and_no_failure_is_without_its_article(store: Store, table: str) -> None:
    take_in(store, [incoming("a")], [])
    leases.finish(store, leases.lease(store).token, [digest("a")])
    with store.writing() as connection:
        put_failure(connection, "a", stage="s", reason="r", attempts=1, raw=None, failed_at=current_time(connection))
    with pytest.raises(sa.exc.IntegrityError), store.writing() as connection:
        connection.exec_driver_sql(f"UPDATE {table} SET article_id = 'nobody'")  # noqa: S608


def test_head_is_the_newest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.HEAD


def test_a_store_of_the_first_wiredesk_keeps_what_it_holds(store_url: str) -> None:
    store = connect(store_url)
    # Given a store as the first revision made it, with a story of two articles and its digest,
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with store.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001_first_tables")
        for statement in _OF_THE_FIRST:
            connection.exec_driver_sql(statement)
    # when a current process opens it, then the tables are the current ones and everything is still there.
    migrate(store)
    with store.reading() as connection:
        assert differences(connection) == []
    assert desk_id(store) == "first-desk"
    assert {row["id"]: (row["state"], row["story_id"]) for row in export_articles(store)} == {
        "a": ("digested", "a"),
        "b": ("reprint", "a"),
    }
    (story,) = export_stories(store)
    assert (story["headline"], story["articles"]) == ("The headline", ["a", "b"])
    with store.reading() as connection:
        # The embedding of then is not comparable with those of now.
        assert bytes(connection.scalar(sa.select(tables.digests.c.embedding))) == b""
    # What was there takes part in what comes: the same words are a reprint, without another digest.
    assert take_in(store, [incoming("c", "The body.")]) == 0
    assert counts(store).reprint == 2
    store.close()


def test_ten_workers_that_start_together_migrate_once(store_url: str) -> None:
    stores = [connect(store_url) for _ in range(10)]
    with ThreadPoolExecutor(10) as threads:
        list(threads.map(migrate, stores))
    assert len({desk_id(store) for store in stores}) == 1
    for store in stores:
        store.close()


@pytest.mark.parametrize("revision", _UNRELEASED)
def test_a_store_of_an_unreleased_wiredesk_is_refused_with_what_to_do(store_url: str, revision: str) -> None:
    store = connect(store_url)
    with store.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{revision}')")  # noqa: S608
    with pytest.raises(ConfigurationError, match=rf"never released \(revision {revision}.*export.*new data folder"):
        migrate(store)
    store.close()


def test_a_store_of_a_newer_wiredesk_is_refused(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match=r"revision 9999.*upgrade wiredesk"):
        migrate(store)


def test_a_database_that_cannot_hold_every_letter_is_refused(postgres: str) -> None:
    ascii_only = sa.make_url(postgres).set(database="ascii_only")
    server = sa.create_engine(postgres, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE ascii_only ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    server.dispose()

    with pytest.raises(ConfigurationError, match="has the encoding SQL_ASCII, in which news cannot be kept"):
        migrate(connect(ascii_only.render_as_string(hide_password=False)))


def test_a_url_that_is_no_store_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="write WIREDESK_STORE_URL as"):
        connect("mysql://somewhere/else")
