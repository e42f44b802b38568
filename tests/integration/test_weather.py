"""Bad weather: a store or a Redis that hangs, refuses to write, or stands behind a pooler fails no article."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

import tests.postgres
from producers.article import RawArticle
from producers.journal import Journal
from producers.redis_client import connect as connect_redis
from tests.articles import digest, raw
from tests.servers import free_port, redis_server
from worker import pipeline
from worker.article import Article
from worker.errors import RefusedError, RetryableError, StoreUnavailableError
from worker.store import Store, connect, failures, leases, migrate
from worker.store.contents import export_articles
from worker.waiting import within

NEWS = "The harbour of Osterby was closed for six hours on Sunday after a crane fell into the water, an official said. "


def states(store: Store) -> list[str]:
    return sorted(row["state"] for row in export_articles(store))


def pushed(journal: Journal, *texts: str) -> list[str]:
    raws = [raw(text) for text in texts]
    journal.admit(raws)
    return [str(article.id) for article in raws]


@pytest.fixture
def postgres_url(postgres: str) -> str:
    """The URL of an empty database with the store's tables."""
    url = tests.postgres.database(postgres, "weather")
    made = connect(url)
    migrate(made)
    made.close()
    return url


@pytest.fixture
def server_store(postgres_url: str) -> Iterator[Store]:
    store = connect(postgres_url)
    yield store
    store.close()


@contextmanager
def locked(url: str, table: str, mode: str) -> Iterator[None]:
    """Hold a lock on `table`, as REINDEX or a dump does."""
    with psycopg.connect(url.replace("+psycopg", "")) as holder:
        holder.execute(f"LOCK TABLE {table} IN {mode} MODE")
        yield


@pytest.mark.parametrize(
    ("table", "mode"), [("articles", "SHARE"), ("articles", "ACCESS EXCLUSIVE"), ("stories", "SHARE")]
)
def test_a_locked_table_ends_the_wait_in_time_and_counts_as_no_attempt(
    table: str, mode: str, journal: Journal, server_store: Store, postgres_url: str
) -> None:
    ids = pushed(journal, NEWS)
    began = time.monotonic()

    with locked(postgres_url, table, mode), pytest.raises(RetryableError), within(2.0):
        pipeline.ingest(ids, journal, server_store)

    assert time.monotonic() - began < 10
    assert journal.attempts(ids) == [0]
    assert pipeline.ingest(ids, journal, server_store).ready == 1


def test_a_server_that_stops_answering_ends_the_wait_in_time_and_counts_as_no_attempt(journal: Journal) -> None:
    programs = tests.postgres.programs()
    if programs is None:
        pytest.skip("PostgreSQL's server programs are not installed")
    with tests.postgres.serving(programs, free_port()) as server:
        store = connect(server.url)
        migrate(store)
        ids = pushed(journal, NEWS)
        with store.reading() as connection:
            pid = connection.scalar(sa.select(sa.func.pg_backend_pid()))
        os.kill(pid, signal.SIGSTOP)
        try:
            began = time.monotonic()
            with pytest.raises(RetryableError), within(1.0):
                pipeline.ingest(ids, journal, store)
            assert time.monotonic() - began < 10
        finally:
            os.kill(pid, signal.SIGCONT)
        assert journal.attempts(ids) == [0]
        assert pipeline.ingest(ids, journal, store).ready == 1
        store.close()


def test_a_redis_that_stops_answering_ends_the_wait_within_its_task(tmp_path: Path) -> None:
    with redis_server(free_port(), tmp_path) as url:
        client = connect_redis(url)
        pid = int(client.info("server")["process_id"])
        os.kill(pid, signal.SIGSTOP)
        try:
            began = time.monotonic()
            with pytest.raises(RetryableError, match="Redis is not available"):
                Journal(client).pending()
            assert time.monotonic() - began < 15
        finally:
            os.kill(pid, signal.SIGCONT)
            client.close()


def test_a_message_whose_time_runs_out_does_what_it_can_and_leaves_the_rest(
    journal: Journal, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = pushed(journal, *(f"{NEWS}{number}" for number in range(4)))
    clean = pipeline.clean

    def slow(one: RawArticle) -> Article:
        time.sleep(0.6)
        return clean(one)

    monkeypatch.setattr(pipeline, "clean", slow)

    with within(3):
        done = pipeline.ingest(ids, journal, store)

    assert 0 < len(done.left) < 4
    assert len(states(store)) == 4 - len(done.left)
    assert journal.attempts(list(done.left)) == [0] * len(done.left)
    for name in done.left:
        pipeline.ingest([name], journal, store)
    assert len(states(store)) == 4


def test_a_read_only_database_is_waited_for(journal: Journal, postgres_url: str) -> None:
    ids = pushed(journal, NEWS, NEWS + "Again.")
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute("ALTER DATABASE weather SET default_transaction_read_only = on")
        read_only = connect(postgres_url)
        with pytest.raises(RefusedError):
            pipeline.ingest(ids, journal, read_only)
        for _ in range(5):
            with pytest.raises(StoreUnavailableError):
                pipeline.ingest(ids[:1], journal, read_only)
        read_only.close()
        admin.execute("ALTER DATABASE weather RESET default_transaction_read_only")

    assert journal.attempts(ids) == [0, 0]
    store = connect(postgres_url)
    pipeline.ingest(ids, journal, store)
    assert len(states(store)) == 2
    store.close()


#: Raises an error of the server's own for one article: what a broken index or extension does.
BROKEN = """
CREATE FUNCTION broken() RETURNS trigger AS $$ BEGIN
  IF NEW.body LIKE '%broken index%' THEN RAISE EXCEPTION 'index is broken' USING ERRCODE = 'XX002'; END IF; RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER broken BEFORE INSERT ON articles FOR EACH ROW EXECUTE FUNCTION broken();
"""


def test_an_article_that_alone_meets_an_error_of_the_store_while_others_are_stored_becomes_a_failure(
    journal: Journal, server_store: Store, postgres_url: str
) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute(BROKEN)
    bad, *good = pushed(
        journal, NEWS + "It is a broken index.", *(f"{number} ships waited outside. {NEWS}" for number in range(2))
    )

    with pytest.raises(RefusedError):
        pipeline.ingest([bad, good[0]], journal, server_store)
    for name in good:
        with pytest.raises(StoreUnavailableError):
            pipeline.ingest([bad], journal, server_store)
        pipeline.ingest([name], journal, server_store)
    pipeline.ingest([bad], journal, server_store)

    assert states(server_store) == ["failed", "ready", "reprint"]
    (failure,) = failures.listed(server_store)
    assert "index is broken" in failure.reason
    assert failure.raw is not None
    assert journal.pending() == 0


@pytest.fixture
def pooled_url(postgres_url: str) -> Iterator[str]:
    """The URL of the database through PgBouncer in transaction mode, as hosted PostgreSQL often is."""
    program = tests.postgres.pooler()
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("CI must install PgBouncer")
        pytest.skip("PgBouncer is not installed")
    with tests.postgres.pooling(program, postgres_url, free_port(), 2) as url:
        yield url


def test_a_pooler_that_gives_each_transaction_another_session_is_no_matter(journal: Journal, pooled_url: str) -> None:
    stores = [connect(pooled_url) for _ in range(4)]
    ids = pushed(journal, *(f"{number} ships waited outside of the harbour. {NEWS}" for number in range(40)))

    # More than five executions of one statement: then psycopg would prepare it, in whichever session it is.
    for number, name in enumerate(ids):
        pipeline.ingest([name], journal, stores[number % 4])
        lease = leases.lease(stores[number % 4])
        leases.finish(stores[(number + 1) % 4], lease.token, [digest(article.id) for article in lease.articles])

    assert set(states(stores[0])) <= {"digested", "reprint"}
    assert len(states(stores[0])) == 40
    for store in stores:
        store.close()
