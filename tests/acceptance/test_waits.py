"""The desk says why it waits, everywhere a person looks, and stops to say so when it goes on."""

import json
import subprocess
from pathlib import Path

import redis

from tests import rig
from tests.rig import WIREDESK, until
from tests.servers import free_port, redis_server
from worker.store import sqlite_url

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
