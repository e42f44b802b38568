"""What the tests share: a real server, a real store, and articles to put into them."""

import os
import resource
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

import tests.postgres
from producers.journal import Journal
from producers.push import Queue
from tests.servers import free_port, redis_server
from worker.store import Store, connect, migrate, sqlite_url

#: Settings of the person who runs the tests must not change what they prove.
for name in [name for name in os.environ if name.startswith("WIREDESK_")]:
    del os.environ[name]

# Nor must the way in which the tests were started: a shell's background job ignores SIGINT, and so would its desks.
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)

# The tests' files lie in memory where there is room: a store waits for the disk at each commit, Redis each second, and
# whether the disk has what it was told to keep is nothing that a test could see.
MEMORY = Path("/dev/shm")
ROOM_BYTES = 4 << 30
if (
    "TMPDIR" not in os.environ
    and os.access(MEMORY, os.W_OK)
    and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
    and shutil.disk_usage(MEMORY).free > ROOM_BYTES
):
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the run cost: on a machine that is shared, seconds of the clock say little."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
    terminalreporter.write_line(f"{seconds:.0f} CPU seconds, the processes that the tests started included")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real server, one for the whole session."""
    with redis_server(free_port(), tmp_path_factory.mktemp("redis")) as url:
        yield url


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


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an empty SQLite store with its tables."""
    file = tmp_path_factory.mktemp("template") / "wiredesk.db"
    made(sqlite_url(file))
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> str:
    """The name of a database of `postgres` with an empty store and its tables."""
    made(tests.postgres.database(postgres, "template"))
    return "template"


def made(url: str) -> None:
    """Make the tables of the store at `url`."""
    store = connect(url)
    migrate(store)
    store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The SQLAlchemy URL of a real, empty store, without tables but for `store`: each test runs on both kinds."""
    # A copy of migrated tables costs a twentieth of migrating.
    with_tables = "store" in request.fixturenames
    if request.param == "sqlite":
        file = tmp_path / "wiredesk.db"
        if with_tables:
            shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        return sqlite_url(file)
    template = request.getfixturevalue("postgres_template") if with_tables else "template1"
    return tests.postgres.database(request.getfixturevalue("postgres"), "store", template)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A real, empty store with its tables."""
    store = connect(store_url)
    migrate(store)
    yield store
    store.close()
