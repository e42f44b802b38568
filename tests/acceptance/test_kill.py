"""A desk whose processes are killed: nothing is lost, nothing is done twice, nothing is left running."""

import contextlib
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from producers.journal import JOURNAL
from producers.servers.embedded import embedded_url
from tests.acceptance.desks import Desk, Folders, Process, held, rows, running, until, wiredesk
from tests.quality.reprints import prose
from tests.rig import NO_MODEL

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="processes are found through /proc"),
    # Longer than all that a test waits for: its own words say what did not happen.
    pytest.mark.timeout(900),
]

#: Articles that a desk is given before its processes are killed, and again before it is.
BEFORE, AGAIN = 240, 120
#: The environment of a desk that works on each batch for a second, as one with a model may; what is killed is killed
#: without a chance to see which.
SLOW = {**NO_MODEL, "PLANTED_BATCH_SECONDS": "1.0"}
#: What issue 2 allows: seconds from the last kill until every article is in the store.
RECOVERY_SECONDS = 120.0
#: Longest that the digests may take: a lease, and the batches one after the other on a machine with more to do.
DIGESTED_SECONDS = 240.0

PLACES = ("Aldmoor", "Brackwater", "Culverstone", "Dunnick", "Eastmere", "Farrowby", "Glenhollow", "Harrowgate Cross")
THINGS = ("ferry", "library", "reservoir", "tramway", "hospital", "lighthouse", "market hall", "observatory", "quarry")


def article(number: int) -> str:
    """Return an invented report that no other number gives, nor one in nearly its words."""
    chance = random.Random(number)
    place, thing = PLACES[number % len(PLACES)], THINGS[number // len(PLACES) % len(THINGS)]
    return (
        f"{place} council votes to rebuild the {thing}, plan {number}\n\n"
        f"{place.upper()} - The council of {place} voted on Tuesday to rebuild the town's {thing} under plan {number}, "
        f"which costs {number + 3} million crowns.\n\n{prose(chance, 9)}\n"
    )


def drop(folders: Folders, numbers: range) -> None:
    for number in numbers:
        folders.drop(f"plan-{number}.txt", article(number))


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    folders = Folders(tmp_path)
    folders.inbox.mkdir()
    return folders


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk that is up and has nothing to do, for the tests that leave it up."""
    folders = Folders(tmp_path_factory.mktemp("idle"))
    with running(folders, "--workers", "1") as desk:
        until(lambda: ready(desk), "all processes of the desk run")
        yield desk


def ready(desk: Desk) -> bool:
    """Return whether every process runs, the pool of the ingest worker and the model included."""
    log = desk.folders.data / "logs" / "summarize.log"
    started = all(desk.members(role) for role in ("server", "summarize", "schedule", "watch"))
    return started and len(desk.members("ingest")) > 1 and "worker_ready" in log.read_text()


def test_every_article_is_in_the_store_exactly_once_whatever_is_killed(folders: Folders) -> None:
    drop(folders, range(BEFORE))
    with running(folders, "--workers", "2", **SLOW) as desk:
        # Given a desk in the middle of its work,
        until(lambda: journal(folders) > 0, "the first articles are pushed")
        # when each kind of process is killed once, one after the other,
        for role in ("ingest", "summarize", "watch", "schedule", "server"):
            before = {process.pid for process in desk.members(role)}
            kill(desk.members(role)[0])
            until(lambda r=role, b=before: set(pids(desk, r)) - b, f"another {role} is started")
        until(lambda: len(desk.members("ingest")) > 1, "the ingest worker has its pool")
        kill(desk.members("ingest")[-1])
        # and then, with more to do, the desk itself,
        until(lambda: folders.settled(".done"), "the first files are settled")
        drop(folders, range(BEFORE, BEFORE + AGAIN))
        until(lambda: journal(folders) > 0, "more articles are pushed")
        family = desk.family()
        desk.process.kill()
        # then nothing of it is left running,
        until(lambda: not [p for p in family if p.runs], "every process ends with its desk")
    assert "ended by SIGKILL; it starts again" in folders.output.read_text()
    # and the next desk goes on until every article is there.
    with running(folders, "--workers", "2", **SLOW):
        until(lambda: not folders.waiting(), "every file is settled", RECOVERY_SECONDS)
        until(lambda: waiting(folders) == 0, "every story has its digest", DIGESTED_SECONDS)
    articles = rows("export", "articles", "--data", folders.data)
    assert Counter(row["uri"] for row in articles) == Counter(f"plan-{n}.txt" for n in range(BEFORE + AGAIN))
    assert {row["state"] for row in articles} == {"digested"}
    assert len(folders.settled(".done")) == BEFORE + AGAIN


def test_the_articles_of_killed_workers_are_taken_up_by_waiting_alone(folders: Folders) -> None:
    drop(folders, range(BEFORE))
    with running(folders, "--workers", "1", **SLOW) as desk:
        until(lambda: journal(folders) > 0, "the first articles are pushed")
        kill(desk.members("ingest")[0])
        until(lambda: held(folders).leased, "a batch is being summarised")
        kill(desk.members("summarize")[0])
        until(lambda: held(folders).digested == BEFORE, "every article has its digest", DIGESTED_SECONDS)
        until(lambda: not folders.waiting(), "every file is settled")
    assert folders.output.read_text().count("ended by SIGKILL; it starts again") == 2
    assert len(rows("export", "articles", "--data", folders.data)) == BEFORE


def test_a_second_desk_on_the_same_data_folder_is_refused_and_the_first_goes_on(idle: Desk, tmp_path: Path) -> None:
    refused = wiredesk("up", "--inbox", tmp_path, "--data", idle.folders.data)
    assert refused.returncode == 1
    assert f"(process {idle.process.pid})" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert idle.process.poll() is None


def test_a_second_desk_on_the_same_inbox_is_refused_and_the_first_goes_on(idle: Desk, tmp_path: Path) -> None:
    refused = wiredesk("up", "--inbox", idle.folders.inbox, "--data", tmp_path)
    assert refused.returncode == 1
    assert f"process {idle.members('watch')[0].pid}:" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert idle.process.poll() is None


def test_other_commands_find_the_running_desk_through_its_data_folder(idle: Desk, tmp_path: Path) -> None:
    (tmp_path / "pushed.txt").write_text(article(100_000))
    pushed = wiredesk("push", tmp_path / "pushed.txt", "--wait", "--data", idle.folders.data)
    assert pushed.returncode == 0, pushed.stderr
    assert pushed.stdout == "1 article pushed, 1 stored, 0 failed.\n"


def test_an_article_that_is_dropped_into_a_running_desk_gets_its_digest(idle: Desk) -> None:
    before = held(idle.folders).digested
    idle.folders.drop("dropped.txt", article(100_001))
    until(lambda: held(idle.folders).digested > before, "the digest")


def test_sigterm_stops_a_desk_in_the_middle_of_its_work_within_half_a_minute(folders: Folders) -> None:
    drop(folders, range(BEFORE))
    with running(folders, "--workers", "1") as desk:
        until(lambda: journal(folders) > 0, "the first articles are pushed")
        family = desk.family()
        desk.signal(signal.SIGTERM)
        assert desk.end(30.0) == 0
        assert [process for process in family if process.runs] == []


def kill(process: Process) -> None:
    os.kill(process.pid, signal.SIGKILL)


def pids(desk: Desk, role: str) -> list[int]:
    return [process.pid for process in desk.members(role)]


def journal(folders: Folders) -> int:
    """Return how many articles the journal holds; 0 while no server answers."""
    url = embedded_url(folders.data)
    if url is None:
        return 0
    with redis.Redis.from_url(url) as client, contextlib.suppress(redis.exceptions.RedisError):
        return client.hlen(JOURNAL)  # type: ignore[return-value]
    return 0


def waiting(folders: Folders) -> int:
    found = held(folders)
    return found.ready + found.leased
