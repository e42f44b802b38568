"""A desk whose Redis user has the rights that docs/scaling.md lists, and no others."""

import re
import subprocess
import time
from pathlib import Path

import redis

from producers.journal import Standing
from producers.push import Queue
from tests import rig
from tests.articles import raw
from tests.rig import WIREDESK, until
from worker.store import sqlite_url

DOCUMENT = Path(__file__).parents[2] / "docs" / "scaling.md"
#: Celery looks for messages that a dead worker held every 10 s (unacked_restore_interval in producers.push).
RESTORE_SECONDS = 12

#: Where redis-py says its name and version, and goes on if it may not. Redis 7.0 knows no such right.
NOT_NEEDED = {"client|setinfo"}


def documented() -> list[str]:
    """Return the rules of the user in docs/scaling.md."""
    (rules,) = re.findall(r"^ACL SETUSER wiredesk on >PASSWORD ([^`]+)```", DOCUMENT.read_text(), re.MULTILINE)
    return rules.split()


def test_a_desk_does_all_its_work_with_the_documented_rights(redis_url: str, tmp_path: Path) -> None:
    admin = redis.Redis.from_url(redis_url)
    admin.execute_command("ACL", "SETUSER", "rights", "reset", "on", ">secret", *documented())
    admin.execute_command("ACL", "LOG", "RESET")
    url = redis_url.replace("redis://", "redis://rights:secret@")
    environment = rig.settings(url, sqlite_url(tmp_path / "wiredesk.db"), tmp_path)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    roles = {
        "ingest": ["worker", "ingest"],
        "summarize": ["worker", "summarize"],
        "schedule": ["schedule"],
        "watch": ["watch", str(inbox)],
    }
    queue = Queue.connect(url)
    with rig.processes(roles, environment, tmp_path) as running:
        until(lambda: rig.ready(tmp_path, "ingest"), "the worker is ready")
        began = time.monotonic()
        (inbox / "news.txt").write_text("The harbour was closed for six hours on Sunday, an official said.")
        raws = [
            raw(f"The ferry number {n} was late on Sunday, the harbour office said. Nobody was hurt.") for n in "ab"
        ]
        queue.push(raws)
        until(
            lambda: {one.standing for one in queue.outcomes([article.id for article in raws])} == {Standing.STORED},
            "the pushed articles are stored",
        )
        until(lambda: list((inbox / ".done").rglob("news.txt")), "the file is filed away")
        until(lambda: not digestless(environment), "every story has its digest")
        time.sleep(max(0.0, RESTORE_SECONDS - (time.monotonic() - began)))
        for process in running.values():
            process.terminate()
        assert {name: process.wait(60) for name, process in running.items()} == dict.fromkeys(roles, 0)
    queue.close()

    refused = {entry["object"] for entry in admin.acl_log()}
    admin.close()
    assert refused <= NOT_NEEDED


def digestless(environment: dict[str, str]) -> bool:
    """Return whether `wiredesk status` says that an article waits for its digest."""
    shown = subprocess.run([WIREDESK, "status"], env=environment, capture_output=True, text=True, check=True).stdout
    return " 0 wait for a digest" not in shown
