"""A Redis and a store that somebody else writes to: nothing of it ends a worker or runs as code."""

import base64
import gzip
import json
import sqlite3
import uuid
import zlib
from contextlib import closing
from pathlib import Path
from typing import Any

import redis

from producers.servers.embedded import ServerFile
from tests.acceptance.desks import Folders, held, rows, running, until, wiredesk
from tests.rig import NO_MODEL

STORY = "Harbour reopens\n\nThe harbour of Alder Vale opened again on Monday after three weeks, the port office said.\n"


def message(task: str, *arguments: object, **changed: Any) -> bytes:
    """A message as Celery writes it, but for what is `changed`."""
    body = base64.b64encode(json.dumps([arguments, {}, {}]).encode()).decode()
    headers = {
        "lang": "py",
        "task": task,
        "id": str(uuid.uuid4()),
        "argsrepr": "\x1b[31m",
        **changed.pop("headers", {}),
    }
    properties = {
        "correlation_id": headers["id"],
        "delivery_mode": 2,
        "delivery_info": {"exchange": "", "routing_key": "ingest"},
        "priority": 0,
        "body_encoding": "base64",
        "delivery_tag": str(uuid.uuid4()),
    }
    whole = {
        "body": body,
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": headers,
        "properties": properties,
    }
    return json.dumps({**whole, **changed}).encode()


def forged() -> list[bytes]:
    """Messages that no producer of ours sends."""
    pickled = base64.b64encode(b"cos\nsystem\n(S'touch /tmp/wiredesk-owned'\ntR.").decode()
    bomb = base64.b64encode(gzip.compress(bytes(50_000_000))).decode()
    return [
        b"",
        b"rubbish \xff\x00",
        b"[" * 100_000,
        b"{}",
        b"null",
        message("wiredesk.ingest"),
        message("wiredesk.ingest", "not a list"),
        message("wiredesk.ingest", [1, None, "../../etc/passwd", {"a": 1}]),
        message("wiredesk.ingest", [str(uuid.uuid4())] * 5_000),
        message("wiredesk.ingest", [str(uuid.uuid4())], "more", 7),
        message("wiredesk.ingest", [str(uuid.uuid4())], headers={"eta": "never", "expires": "x", "timelimit": "x"}),
        message("wiredesk.summarize", 1, 2, 3),
        message("wiredesk.unknown", 1),
        message("celery.backend_cleanup"),
        message("os.system", "id"),
        message("wiredesk.ingest", body=pickled, **{"content-type": "application/x-python-serialize"}),
        message("wiredesk.ingest", body=bomb, headers={"compression": "application/x-gzip"}),
        message("wiredesk.ingest", body="not base64 !"),
        message("wiredesk.ingest", properties={}),
        message("wiredesk.ingest", headers={"task": 7}),
        message("wiredesk.ingest", headers={"id": {"a": 1}}),
    ]


def test_forged_messages_entries_and_outcomes_end_no_worker_and_stop_no_article(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    with running(folders, "--workers", "1", **NO_MODEL) as desk:
        desk.wait_for("The desk is up")
        noted = ServerFile.read(folders.data)
        assert noted is not None
        client = redis.Redis.from_url(noted.url)
        before = {(p.pid, p.started) for p in desk.family()}
        for queue in ("ingest", "summarize"):
            client.lpush(f"wiredesk:{queue}", *forged())
        ids = [str(uuid.uuid4()) for _ in range(4)]
        entries = [
            b"rubbish",
            zlib.compress(bytes(100_000_000)),
            zlib.compress(b'{"version": 9}'),
            zlib.compress(b"[" * 90_000),
        ]
        client.hset("wiredesk:journal", mapping={**dict(zip(ids, entries, strict=True)), b"\xff/../x": b"x"})
        client.hset("wiredesk:attempts", mapping={ids[0]: "many", ids[1]: "-1"})
        client.zadd("wiredesk:sent", {b"\xff": 0, "x": "inf"})
        folders.drop("story.txt", STORY)
        until(lambda: folders.settled(".done"), "the article is stored")
        # What says that it is of a newer version waits for a newer worker; nothing else does.
        until(lambda: client.hkeys("wiredesk:journal") == [ids[2].encode()], "the forged entries are dealt with")
        until(
            lambda: not any(client.llen(f"wiredesk:{queue}") for queue in ("ingest", "summarize")), "the messages are"
        )
        assert before <= {(p.pid, p.started) for p in desk.family()}
        until(lambda: held(folders).digested, "the digest is made")
        assert rows("status", "--json", "--data", folders.data)[0]["articles"]["digested"] == 1
    assert "starts again" not in folders.output.read_text()
    failed = {row["id"]: row["reason"] for row in rows("failed", "list", "--json", "--data", folders.data)}
    assert failed.keys() == set(ids) - {ids[2]}
    assert all("not an article that this version understands" in reason for reason in failed.values())
    assert not Path("/tmp/wiredesk-owned").exists()


def test_rows_that_somebody_forged_in_the_store_run_no_code(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    folders.drop("story.txt", STORY)
    folders.drop("nothing.txt", "")
    desk = ("--data", folders.data)
    assert wiredesk("up", "--once", "--workers", "1", "--inbox", folders.inbox, *desk, **NO_MODEL).returncode == 0
    owned = tmp_path / "owned"
    pickled = f"cos\nsystem\n(S'touch {owned}'\ntR.".encode()
    text = f"{{{{ cycler.__init__.__globals__.os.system('touch {owned}') }}}} <script>run()</script>"
    with closing(sqlite3.connect(folders.data / "wiredesk.db")) as store, store:
        (embedding,) = store.execute("SELECT embedding FROM digests").fetchone()
        store.execute("UPDATE digests SET embedding = ?", (pickled.ljust(len(embedding), b"\n"),))
        store.execute("UPDATE digests SET headline = :text, summary = :text, model = :text", {"text": text})
        store.execute("UPDATE articles SET title = :text, body = :text, publisher = :text", {"text": text})
        store.execute("UPDATE failures SET raw = ?, reason = ?", (pickled, text))
        # So that another edition carries the forged digest.
        store.execute("DELETE FROM edition_digests")

    assert wiredesk("edition", "build", "--force", *desk).returncode == 0
    assert "cycler" in wiredesk("failed", "list", *desk).stdout

    assert not owned.exists()
    pages = [page.read_text() for page in (folders.data / "editions").rglob("*.html")]
    assert any("cycler" in page for page in pages)
    assert not any("<script" in page for page in pages)
