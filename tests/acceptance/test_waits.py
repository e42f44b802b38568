"""The desk says why it waits, everywhere a person looks, and stops to say so when it goes on."""

import json
import subprocess
from pathlib import Path

import pytest
import redis

from tests import rig
from tests.rig import WIREDESK, until
from tests.servers import free_port, redis_server
from worker.store import connect, migrate, sqlite_url

REASON = "This Redis is a read-only replica: set WIREDESK_REDIS_URL to the primary"


def test_a_desk_on_a_read_only_replica_says_so_until_the_replica_becomes_the_primary(
    redis_url: str, tmp_path: Path
) -> None:
    port = free_port()
    primary = redis_url.rpartition(":")[2].removesuffix("/0")
    inbox, data = tmp_path / "inbox", tmp_path / "data"
    inbox.mkdir()
    (inbox / "news.txt").write_text("The harbour was closed for six hours on Sunday, an official said.")
    with redis_server(port, tmp_path, options=["--replicaof", "127.0.0.1", primary]) as url:
        environment = rig.settings(url, sqlite_url(tmp_path / "wiredesk.db"), data, inbox=inbox)
        log = tmp_path / "up.log"

        def waits() -> list[str]:
            command = [WIREDESK, "status", "--json"]
            shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
            return [sentence for sentence in json.loads(shown.stdout)["waits"] if REASON in sentence]

        with rig.processes({"up": ["up", "--workers", "1"]}, environment, tmp_path):
            until(lambda: REASON in log.read_text(), "the desk's own line says it", 60)
            until(lambda: any(sentence.startswith("ingest and ") for sentence in waits()), "all that wait say it", 60)
            doctor = subprocess.run([WIREDESK, "doctor"], env=environment, capture_output=True, text=True, check=False)
            assert any(line.startswith("BAD  waits") and REASON in line for line in doctor.stdout.splitlines())
            with redis.Redis(port=port) as client:
                client.replicaof("NO", "ONE")

            until(lambda: list((inbox / ".done").rglob("news.txt")), "the file is filed away", 60)
            until(lambda: not waits(), "nothing waits", 60)


@pytest.mark.parametrize("command", [["up", "--once", "--workers", "1"], ["push", "news.txt"]], ids=["up", "push"])
def test_a_command_that_ends_by_itself_gives_up_on_a_redis_that_never_answers_and_loses_nothing(
    command: list[str], tmp_path: Path
) -> None:
    news = tmp_path / "inbox" / "news.txt"
    news.parent.mkdir()
    news.write_text("The harbour was closed for six hours on Sunday, an official said.")
    url = f"redis://127.0.0.1:{free_port()}/0"
    store = sqlite_url(tmp_path / "wiredesk.db")
    environment = rig.settings(url, store, tmp_path / "data", inbox=news.parent, give_up_seconds=3)

    done = subprocess.run(
        [WIREDESK, *command], env=environment, cwd=news.parent, capture_output=True, text=True, timeout=100, check=False
    )

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    (sentence,) = [line for line in done.stderr.splitlines() if "After 3 s without" in line]
    assert "Redis is not available" in sentence
    assert "nothing is lost" in sentence or "Push all of them again" in sentence
    assert news.exists()


def test_the_status_of_a_desk_without_its_redis_ends_with_1_and_shows_the_store_all_the_same(tmp_path: Path) -> None:
    store = connect(sqlite_url(tmp_path / "wiredesk.db"))
    migrate(store)
    store.close()
    environment = rig.settings(f"redis://127.0.0.1:{free_port()}/0", sqlite_url(tmp_path / "wiredesk.db"), tmp_path)

    done = subprocess.run([WIREDESK, "status"], env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stdout.startswith("queue     Redis is not available")
    assert "\narticles  0: " in done.stdout
