"""The producers' commands: `wiredesk push` and `wiredesk watch`."""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from producers.terminal import echo

if TYPE_CHECKING:
    from uuid import UUID

    from producers.article import RawArticle
    from producers.errors import RetryableError
    from producers.journal import Outcome
    from producers.push import Queue

#: Seconds between two questions whether what was pushed is settled, and before a refused push is tried again.
POLL_SECONDS: Final = 0.5
#: Ids that are asked for at once.
POLL_IDS: Final = 1000


DataOption = Annotated[Path | None, typer.Option("--data", help="Data folder of the desk.", show_default=False)]
JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON for a machine to read.")]


def push(
    paths: Annotated[list[str], typer.Argument(help="Files or folders; - reads standard input.", metavar="PATH...|-")],
    wait: Annotated[
        bool, typer.Option("--wait", help="Return only when every article is stored or has failed.")
    ] = False,
    source: Annotated[str, typer.Option(help="Name of the source that the articles come from.")] = "push",
    name: Annotated[str, typer.Option(help="File name that says what standard input holds.")] = "stdin.jsonl",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Push articles from files or standard input onto the queue."""
    import json

    from producers.journal import Standing
    from producers.push import Queue, push_all
    from producers.redis_client import redis_url
    from producers.settings import ProducerSettings, load

    settings = load(ProducerSettings, {"data": data})
    queue = Queue.connect(redis_url(settings), settings.max_pending)
    silence = _Silence(settings.give_up_seconds)
    pause = _say_and_wait if wait else silence.pause
    ids = list(silence.count(push_all(queue, _read(paths, source, name), pause)))
    outcomes = _settled(queue, ids) if wait else {}
    failed = {i: o for i, o in outcomes.items() if o.standing is Standing.FAILED}
    lost = [i for i, o in outcomes.items() if o.standing is Standing.UNKNOWN]
    if as_json:
        for i in ids:
            outcome = outcomes.get(i)
            row = {"id": str(i), "standing": outcome.standing if outcome else "pushed"}
            if outcome and outcome.reason:
                row |= {"stage": outcome.stage, "reason": outcome.reason}
            echo(json.dumps(row, ensure_ascii=False))
    else:
        for i, outcome in failed.items():
            echo(f"failed  {i}  {outcome.reason}", err=True)
        echo(
            f"{len(ids):,} articles pushed"
            + (f", {len(ids) - len(failed) - len(lost):,} stored, {len(failed):,} failed." if wait else ".")
        )
    if lost:
        echo(f"Redis has forgotten {len(lost):,} of the articles; push them again.", err=True)
    queue.close()
    if failed or lost:
        raise typer.Exit(1)


def watch(
    folder: Annotated[Path | None, typer.Argument(help="The inbox; default: the setting.", show_default=False)] = None,
    once: Annotated[bool, typer.Option("--once", help="End when every file is processed.")] = False,
    data: DataOption = None,
    *,
    patient: bool = False,
) -> None:
    """Watch a folder and push every article that is dropped into it; `patient` is as in WatchSettings."""
    import structlog

    from producers import logs
    from producers.errors import RetryableError
    from producers.folder.events import FolderEvent
    from producers.folder.inbox import apart
    from producers.folder.watch import WatchSettings
    from producers.folder.watch import watch as watch_folder
    from producers.processes import Entry, Heartbeat
    from producers.push import Queue
    from producers.redis_client import redis_url
    from producers.settings import ProducerSettings, load

    logs.configure()
    logger = structlog.get_logger("watch")
    settings = load(ProducerSettings, {"data": data, "inbox": folder})
    apart(settings.inbox, settings.data)
    queue = Queue.connect(redis_url(settings), settings.max_pending)
    # A Redis that does not answer yet is waited for; one that will never do is refused before there is a file.
    with contextlib.suppress(RetryableError):
        queue.journal.check_server()

    entry = Entry(lambda: redis_url(settings), "watch")
    heartbeat = Heartbeat(settings.heartbeat, "watch", entry, data=settings.data)

    def report(event: FolderEvent) -> None:
        for part, reason in event.waits.items():
            heartbeat.wait(part, reason)
        values = {"path": event.path, "reason": event.message, "stored": event.stored, "failed": event.failed}
        logger.info(event.kind.value, **{name: value for name, value in values.items() if value})

    logger.info("watch_started", path=str(settings.inbox.absolute()))
    with heartbeat:
        summary = watch_folder(
            settings.inbox,
            queue,
            WatchSettings(
                settle_seconds=settings.settle_seconds,
                scan_seconds=settings.scan_seconds,
                stop=stop_on_signal(),
                report=report,
                beat=heartbeat.beat,
                once=once,
                patient=patient,
            ),
        )
    queue.close()
    logger.info("watch_stopped", files_done=summary.files_done, files_failed=summary.files_failed)
    if once and summary.left:
        raise typer.Exit(1)


def stop_on_signal() -> threading.Event:
    """Return an event that SIGINT and SIGTERM set."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _read(paths: list[str], source: str, name: str) -> "Iterator[RawArticle]":
    from producers.errors import ConfigurationError
    from producers.formats import articles

    for path in paths:
        if path == "-":
            yield from articles(sys.stdin.buffer, name, source)
            continue
        if not Path(path).exists():
            raise ConfigurationError(f"There is no file {path}; check the name.")
        for file in _files(Path(path)):
            filename = os.fspath(file.relative_to(path) if Path(path).is_dir() else file.name)
            try:
                with file.open("rb") as stream:
                    yield from articles(stream, filename, source)
            except OSError as error:
                raise ConfigurationError(
                    f"{file} cannot be read ({error.strerror}); correct its permissions."
                ) from None


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (p for p in sorted(path.rglob("*")) if p.is_file() and not p.name.startswith("."))
    else:
        yield path


def _say_and_wait(error: "RetryableError") -> None:
    echo(str(error), err=True)
    time.sleep(POLL_SECONDS * 4)


class _Silence:
    """How long Redis has not answered while nothing was pushed: after `seconds` the push gives up."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: float | None = None
        self._pushed = 0

    def count(self, ids: "Iterable[UUID]") -> "Iterator[UUID]":
        """Yield `ids` as they are pushed, each of which ends the silence."""
        for name in ids:
            self._pushed += 1
            self._since = None
            yield name

    def pause(self, error: "RetryableError") -> None:
        """Wait before a refused push is repeated. Raises GaveUpError."""
        from producers.errors import GaveUpError
        from producers.redis_client import QueueUnavailableError

        now = time.monotonic()
        if not isinstance(error, QueueUnavailableError):
            self._since = None
        elif self._since is None:
            self._since = now
        elif now - self._since >= self._seconds:
            raise GaveUpError(
                f"{error} After {self._seconds:g} s without an answer the push ends; {self._pushed:,} articles were "
                "pushed. Push all of them again later: that stores none twice."
            )
        _say_and_wait(error)


def _settled(queue: "Queue", ids: "list[UUID]") -> "dict[UUID, Outcome]":
    """Return the outcome of each of `ids`, once none waits any more."""
    from producers.errors import RetryableError
    from producers.journal import Standing

    outcomes: dict[UUID, Outcome] = {}
    open_ids = list(dict.fromkeys(ids))
    while open_ids:
        try:
            for start in range(0, len(open_ids), POLL_IDS):
                chunk = open_ids[start : start + POLL_IDS]
                outcomes.update(zip(chunk, queue.outcomes(chunk), strict=True))
        except RetryableError as error:
            _say_and_wait(error)
            continue
        open_ids = [i for i in open_ids if outcomes[i].standing is Standing.WAITING]
        if open_ids:
            time.sleep(POLL_SECONDS)
    return outcomes
