"""`wiredesk feeds` as a user types it, and its poller with a real Redis."""

import json
import logging
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from producers import files
from producers.journal import Journal
from producers.redis_client import connect
from tests.acceptance.desks import wiredesk
from tests.feed_server import FeedServer, feed_server, item, rss
from worker.cli.main import app

OPML = (
    '<opml><body><outline text="Post" xmlUrl="http://127.0.0.1:1/feed"/><outline text="S" xmlUrl="x:y"/></body></opml>'
)


@pytest.fixture
def web() -> Iterator[FeedServer]:
    with feed_server() as server:
        yield server


@pytest.fixture(autouse=True)
def _logs() -> Iterator[None]:
    """A command in this process sends the logs to its own standard error, which ends with it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


ALLOWED = {"WIREDESK_FEEDS_PRIVATE": '["127.0.0.1"]'}


def feeds(*arguments: object, data: Path) -> Result:
    """Run a command in this process: a process of its own costs a second."""
    return CliRunner().invoke(app, ["feeds", *map(str, arguments), "--data", str(data)], env=ALLOWED)


def poll(data: Path, redis_url: str) -> subprocess.CompletedProcess[str]:
    return wiredesk("feeds", "poll", "--once", "--data", data, WIREDESK_REDIS_URL=redis_url, **ALLOWED)


def listed(data: Path) -> dict[str, dict[str, object]]:
    rows = map(json.loads, feeds("list", "--json", data=data).stdout.splitlines())
    return {row["name"]: row for row in rows}


def test_a_feed_is_added_checked_polled_and_listed(web: FeedServer, redis_url: str, tmp_path: Path) -> None:
    url = web.serve("/feed", rss(item("harbour"), item("bridge")))
    gone = web.play("/gone", lambda request: request.answer(status=410))

    assert feeds("add", url.replace("//", "//reader:secret@"), "--name", "Courier", data=tmp_path).exit_code == 0
    assert feeds("add", gone, "--name", "Gone", data=tmp_path).exit_code == 0
    assert "already, as 'Gone'" in str(feeds("add", gone, data=tmp_path).exception)
    checked = feeds("check", "Courier", data=tmp_path)
    assert (checked.exit_code, "2 items" in checked.stdout) == (0, True)
    polled = poll(tmp_path, redis_url)

    assert (polled.returncode, polled.stdout) == (0, "2 articles pushed.\n")
    assert Journal(connect(redis_url)).pending() == 2
    rows = listed(tmp_path)
    assert {name: row["state"] for name, row in rows.items()} == {"Courier": "read", "Gone": "stopped"}
    assert "secret" not in json.dumps(rows) + checked.stdout + polled.stderr
    assert "410" in str(rows["Gone"]["error"])
    for command in ("resume", "pause"):
        assert feeds(command, "Gone", data=tmp_path).exit_code == 0
    assert listed(tmp_path)["Gone"]["state"] == "paused"
    assert feeds("remove", gone, data=tmp_path).exit_code == 0
    assert list(listed(tmp_path)) == ["Courier"]


def test_a_feed_that_cannot_be_read_is_checked_with_its_reason_and_an_exit_code(tmp_path: Path) -> None:
    inward = feeds("check", "http://127.0.0.2:1/", data=tmp_path)

    assert (inward.exit_code, "private network" in inward.stdout) == (1, True)
    assert "no feed 'Courier'" in str(feeds("check", "Courier", data=tmp_path).exception)
    assert list(tmp_path.iterdir()) == []


def test_lists_of_other_readers_come_and_go(tmp_path: Path) -> None:
    (tmp_path / "list.opml").write_text(OPML)

    imported = feeds("import", tmp_path / "list.opml", data=tmp_path / "data")

    assert (imported.exit_code, imported.stdout) == (1, "1 feed added, 0 in the list already, 1 refused.\n")
    assert "x:y" in imported.stderr
    assert 'xmlUrl="http://127.0.0.1:1/feed"' in feeds("export", data=tmp_path / "data").stdout


def test_one_process_polls_a_data_folder(tmp_path: Path, redis_url: str) -> None:
    with files.locked(tmp_path / ".feeds-poll.lock"):
        refused = poll(tmp_path, redis_url)

    assert (refused.returncode, f"polled already, by process {os.getpid()}" in refused.stderr) == (1, True)
