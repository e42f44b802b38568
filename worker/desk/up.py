"""`wiredesk up`: everything on one machine. Starts the embedded server and the children, shows progress, stops them.

The desk itself does no work on articles, so nothing is lost when it is killed: its children die with it
(worker.process.parent), and the next desk on the same data folder goes on.
"""

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from pydantic import SecretStr

from producers import files
from producers.feeds import listing
from producers.files import LockHeldError, NotOursError
from producers.folder.inbox import apart, locked, make, require
from producers.folder.scan import TOO_DEEP, UNLISTED, scan
from producers.journal import Journal
from producers.processes import forget_ended
from producers.redis_client import connect
from producers.servers.embedded import ServerFile
from producers.settings import PREFIX, WHOLE_ENVIRONMENT
from producers.terminal import counted, echo
from worker.desk.children import Child, ChildError, Children
from worker.desk.display import Counts, Display
from worker.desk.server import ServerError, find_program, log_file, wait_ready
from worker.desk.supervision import SERVER, Progress, Signals, Supervision
from worker.errors import ConfigurationError, GaveUpError, RetryableError
from worker.process.resources import open_store
from worker.settings import WorkerSettings
from worker.store import Store, editions, failures
from worker.store.contents import Counts as StoreCounts
from worker.store.contents import counts as store_counts
from worker.store.failures import Failure
from worker.store.releasing import next_release
from worker.waiting import StoppedError, wait_out

#: Stages in which children are stopped: those that bring work, those that do it, the one that keeps it.
BRINGS, WORKS, KEEPS = STAGES = (0, 1, 2)
#: Seconds that the children of a stage have to end by themselves; together less than the 30 s that service managers
#: wait. Work that is cut off is done again after the next start.
GRACE_SECONDS: Final = {BRINGS: 5.0, WORKS: 14.0, KEEPS: 8.0}
#: Seconds for which a lock may still be held by the dying child of a desk that was killed.
LOCK_SECONDS: Final = 2.0
#: Failures that are shown one by one at the end of `--once`.
MOST_FAILURES: Final = 20
#: Characters of a path that are shown if it is too long for any program.
MOST_CHARACTERS: Final = 60

#: Seconds for which the desk waits for an answer of Redis.
ASK_SECONDS: Final = 2.0
#: Bytes of the longest value that Linux hands to a process (execve(2): 128 KiB, with the name).
MOST_BYTES: Final = 131_000
#: A scan of the inbox that is only for show is followed by this many times its duration without one.
SCAN_SHARE: Final = 20

WATCH: Final = "watch"
FEEDS: Final = "feeds"

#: Exit codes.
SETTLED, LEFT, FAILED = 0, 1, 3


def up(
    settings: WorkerSettings, *, inbox: Path | None, workers: int | None, once: bool, strict: bool, serve: bool = False
) -> int:
    """Run the whole desk on this machine and return the exit code of `wiredesk up`.

    `inbox` None: without a watched folder. `workers`: summarize workers; None: one per core. `once`: until every file
    is settled and every story has its digest; then an edition is closed. `serve`: with the pages, too. The exit code
    is 0 when all is settled or the desk was stopped as asked, 1 when something is left or broken, 3 when something
    failed and `strict` is given.

    Raises ConfigurationError, among other reasons when a desk runs already on the data folder or the inbox.
    """
    paths = {"data": settings.data.absolute(), "inbox": (inbox or settings.inbox).absolute()}
    settings = settings.model_copy(update=paths)
    if inbox is not None:
        apart(settings.inbox, settings.data)
    _make_data(settings.data)
    if once:
        # No poller would wait for it to be corrected.
        listing.read(settings.data)
    if serve:
        # Imported here: most desks serve nothing, and some lack the extra.
        from worker.web.serve import check

        check(settings)
    if inbox is not None:
        if once:
            # Nothing can be dropped into it any more, so a name that is not there is a mistyped one.
            require(settings.inbox)
        make(settings.inbox)
        # Refused here, where a person sees it, if another process watches the inbox.
        locked(settings.inbox, LOCK_SECONDS).close()
    result: Result | None = None
    lock = hold(settings.data / "desk.lock", f"the data folder {settings.data}")
    with lock, Signals() as signals, Display() as display:
        children = Children(settings.data / "logs", display.say)
        try:
            desk = _Desk(settings, children, display, signals)
            result = desk.run(watch=inbox is not None, workers=workers or cores(), once=once, serve=serve)
        except (ChildError, GaveUpError, ServerError) as error:
            display.say(str(error))
            return LEFT
        except StoppedError:
            pass
        finally:
            children.stop(STAGES, signals.hurried)
    if result is None:
        return LEFT if once else SETTLED
    for line in report(result):
        echo(line)
    return LEFT if result.left else FAILED if strict and result.failures else SETTLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What `--once` came to. `editions` are the files and the revision of each profile's edition, the desk's own first;
    `left` says what is not settled, or is empty. `held` articles may not be shown yet; `next_release` is when the first
    embargo ends, None if nobody knows.
    """

    editions: Sequence[tuple[Sequence[Path], int]]
    articles: int
    seconds: float
    failures: Sequence[Failure]
    left: str = ""
    held: int = 0
    next_release: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Desk:
    settings: WorkerSettings
    children: Children
    display: Display
    signals: Signals

    def run(self, *, watch: bool, workers: int, once: bool, serve: bool) -> Result | None:
        """Start everything and look after it; return what `once` came to, None when the desk was asked to stop."""
        began = time.monotonic()
        noted = ServerFile.read(self.settings.data)
        given = self.settings.redis_url
        if given is None:
            # Looked for here, too: a restart does not help against a missing program, but the user can.
            for sentence in find_program(noted.binary if noted else "").skipped:
                self.display.say(sentence)
            self.children.start(server_child(self.settings))
        give_up = self.settings.give_up_seconds if once else None
        store = self._open_store(Progress(give_up))
        with contextlib.ExitStack() as ends:
            ends.callback(store.close)
            url = given.get_secret_value() if given else wait_ready(self.settings.data, noted, self._server_starts)
            # A Redis that does not answer yet is waited for below; one that will never do is refused here.
            with contextlib.suppress(RetryableError):
                Journal(connect(url, ASK_SECONDS)).check_server()
            self.children.environment = environment(self.settings, url)
            ends.callback(self._stop_work, url, self.signals.hurried)
            before, last_failure = store_counts(store), _last_failure(store)
            if once:
                # Imported here, as below: with it come the parsers of every format.
                from worker.schedule.closings import release

                release(self.settings, store)
            for child in family(self.settings, watch=watch, workers=workers, once=once, serve=serve):
                self.children.start(child)
            poller = Poller(self.children, self.settings.data, once=once)
            poller.look()
            supervision = Supervision(
                children=self.children,
                display=self.display,
                signals=self.signals,
                count=Counter(store, self.settings.inbox if watch else None),
                data=self.settings.data,
                redis_url=url,
                embedded=given is None,
                low_disk_mb=self.settings.low_disk_mb,
                give_up_seconds=give_up,
                look=poller.look,
            )
            if not once:
                self.display.say(self._greeting(watch=watch))
            if serve:
                from worker.web.serve import address

                self.display.say(f"The reading room: {address(self.settings)}")
            if not supervision.run(lambda counts: once and poller.is_done and self._settled(counts)):
                return None
            seconds = time.monotonic() - began
            # All is settled, so nobody needs a grace: a worker that has nothing to do takes seconds to end by itself.
            self._stop_work(url, lambda: True)
            # Imported here: with it come the parsers of every format, which a desk that only supervises never needs.
            from worker.schedule.closings import clear_files, close_now, deliver_pending
            from worker.schedule.mailing import send_pending
            from worker.schedule.withdrawn import file_decisions

            closed = [close_now(self.settings, store, name) for name in self.settings.all_profiles]
            # The schedule may have ended before its next tick.
            deliver_pending(self.settings, store)
            clear_files(self.settings, store)
            send_pending(self.settings, store, self.signals.asked)
            file_decisions(self.settings.withdrawn_file, store)
            after = store_counts(store)
            return Result(
                editions=[(edition_files(self.settings, edition), edition.revision) for edition in closed],
                articles=max(0, _finished(after) - _finished(before)),
                seconds=seconds,
                failures=_failures_since(store, last_failure),
                held=after.held,
                next_release=next_release(store) if after.held else None,
                left=self._left() if watch else "",
            )

    def _stop_work(self, url: str, hurried: Callable[[], bool]) -> None:
        self.children.stop((BRINGS, WORKS), hurried)
        # Those that were killed did not sign off.
        with contextlib.suppress(ConfigurationError, RetryableError):
            forget_ended(connect(url, ASK_SECONDS))

    def _open_store(self, progress: Progress) -> Store:
        def attempt() -> Store:
            try:
                return open_store(self.settings)
            except RetryableError as error:
                progress.note(None, str(error))
                raise

        return wait_out(attempt, stop=self.signals.asked, report=self.display.say)

    def _settled(self, counts: Counts) -> bool:
        return counts.idle and (WATCH not in self.children.names() or self.children.finished(WATCH))

    def _left(self) -> str:
        unread: dict[str, str] = {}

        def note(path: str, reason: str) -> None:
            if reason.startswith((TOO_DEEP, UNLISTED)):
                unread[path] = reason

        left = _files(self.settings.inbox, note)
        log = f"(log: {self.children.log(WATCH)})"
        parts = [f"{counted(len(left), 'file')} left in the inbox, {left[0]} among them {log}"] if left else []
        for path, reason in list(unread.items())[:1]:
            # A path that is too long would fill the screen.
            shown = path if len(path) <= MOST_CHARACTERS else f"{path[:MOST_CHARACTERS]}..."
            parts.append(f"{shown} is left in the inbox, since {reason} {log}")
        return "; ".join(parts)

    def _server_starts(self) -> bool:
        if self.signals.asked():
            raise StoppedError("The desk was asked to stop while it was starting.")
        return self.children.running(SERVER)

    def _greeting(self, *, watch: bool) -> str:
        what = f"articles dropped into {self.settings.inbox}" if watch else "articles that are pushed"
        return f"The desk is up: it takes {what} and writes editions to {self.settings.editions}. Ctrl-C stops it."


class Poller:
    """The child that polls feeds, which starts when there is a list of them; `once`: it asks those due, and ends."""

    def __init__(self, children: Children, data: Path, *, once: bool) -> None:
        self._children = children
        self._data = data
        self._once = once
        #: Whether it had pushed all that it would push when it was last looked at.
        self.is_done = False

    def look(self) -> None:
        """Start the child if it is time. Call it before articles are counted, so that the child's last are, too."""
        if FEEDS not in self._children.names() and listing.signature(self._data) is not None:
            flags, finishes = (["--once"], (0,)) if self._once else ([], ())
            self._children.start(_child(FEEDS, BRINGS, "feeds", "poll", *flags, finishes=finishes))
        self.is_done = FEEDS not in self._children.names() or self._children.finished(FEEDS)


class Counter:
    """Counts how many are in each state, for `Supervision`."""

    def __init__(self, store: Store, inbox: Path | None) -> None:
        """Count in `store` and, unless it is None, in `inbox`."""
        self._store = store
        self._inbox = inbox
        self._files: int | None = None
        self._scan_at = float("-inf")
        self._journal: Journal | None = None
        self._url = ""

    def __call__(self, url: str) -> Counts:
        """Return the counts, the journal's from the Redis at `url`. Raises RetryableError."""
        if self._journal is None or url != self._url:
            # Not the workers' patient client: while the desk waits for an answer, it heeds no signal.
            self._journal, self._url = Journal(connect(url, ASK_SECONDS)), url
        # The journal is read first: it lets go of an article only when the store has it, so none is missed.
        pending = self._journal.pending()
        stored = store_counts(self._store)
        return Counts(
            files=self._count_files(),
            journal=pending,
            ready=stored.ready + stored.leased,
            digested=stored.digested,
            reprints=stored.reprint,
            failed=stored.failed,
            open=stored.open_stories,
        )

    def _count_files(self) -> int | None:
        start = time.monotonic()
        if self._inbox is not None and start >= self._scan_at:
            self._files = len(_files(self._inbox))
            self._scan_at = start + SCAN_SHARE * (time.monotonic() - start)
        return self._files


def report(result: Result) -> Iterator[str]:
    """Yield the lines that `--once` ends with: what failed and why, where the edition is, and the rate."""
    if result.left:
        yield f"Not everything is settled: {result.left}."
    if result.failures:
        yield f"{len(result.failures):,} failed:"
        for failure in result.failures[:MOST_FAILURES]:
            yield f"  {failure.filename or failure.uri}: {failure.reason}"
        if len(result.failures) > MOST_FAILURES:
            yield f"  and {len(result.failures) - MOST_FAILURES:,} more; see `wiredesk failed list`"
    for (first, *others), revision in result.editions:
        also = f"; also as {' and '.join(path.suffix for path in others)}" if others else ""
        yield f"Edition: {first} (revision {revision}{also})"
    if result.held:
        until = f"the next is released at {result.next_release:%Y-%m-%d %H:%M} UTC" if result.next_release else ""
        why = "`wiredesk items list --held` says why"
        yield f"{counted(result.held, 'article is', 'articles are')} held: {f'{until}; {why}' if until else why}."
    rate = result.articles / result.seconds
    yield f"{counted(result.articles, 'article')} in {result.seconds:.1f} s: {rate:.1f} articles a second"


def edition_files(settings: WorkerSettings, edition: editions.Edition) -> list[Path]:
    """Return the paths of the files of `edition`, for people first and the JSON last."""
    from worker.edition.profile import DEFAULT_PROFILE
    from worker.edition.render import RENDERERS

    home = settings.editions if edition.profile == DEFAULT_PROFILE else settings.editions / edition.profile
    stem = home / f"{edition.date.year:04}" / edition.date.isoformat()
    outputs = (*settings.all_profiles[edition.profile].outputs, "json")
    return [stem.with_suffix(f".{suffix}") for suffix in RENDERERS if suffix in outputs]


def family(settings: WorkerSettings, *, watch: bool, workers: int, once: bool, serve: bool = False) -> list[Child]:
    """Return the children of a desk, but for the server, in the order of their start: the slowest to be ready first."""
    children = [
        _child("summarize", WORKS, "worker", "summarize", "--processes", str(workers)),
        _child("ingest", WORKS, "worker", "ingest"),
        _child("schedule", BRINGS, "schedule"),
    ]
    if serve:
        children.append(_child("serve", BRINGS, "serve"))
    if watch:
        flags, finishes = (["--once"], (0, 1)) if once else ([], ())
        children.append(_child(WATCH, BRINGS, "watch", str(settings.inbox), *flags, finishes=finishes))
    return children


def server_child(settings: WorkerSettings) -> Child:
    """Return the child that is the embedded server."""
    argv = (sys.executable, "-m", "worker.desk.server", str(settings.data), str(settings.redis_memory_mb))
    return Child(SERVER, argv, KEEPS, GRACE_SECONDS[KEEPS], own_log=log_file(settings.data))


def environment(settings: WorkerSettings, redis_url: str) -> dict[str, str]:
    """Return the environment of the children: the desk's own, and every setting as the desk was given it.

    So a flag of `up` holds for all of them, and a settings file that is edited while the desk runs for none.

    Raises ConfigurationError if one is longer than the system takes.
    """
    values: dict[str, Any] = {**settings.model_dump(exclude_none=True), "redis_url": redis_url}
    given = {f"{PREFIX}{name.upper()}": _written(value) for name, value in values.items()}
    for name, value in given.items():
        if len(os.fsencode(value)) > MOST_BYTES:
            raise ConfigurationError(
                f"{name} is too long to be handed to the desk's processes (over {MOST_BYTES:,} bytes): mail to a list "
                "instead of to each reader, or run `wiredesk schedule` and the workers one by one."
            )
    return {**os.environ, **given, WHOLE_ENVIRONMENT: "1"}


def _written(value: Any) -> str:
    """Return the value of a setting as `producers.settings` reads it from the environment."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return json.dumps(value) if isinstance(value, (dict, list)) else str(value)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def hold(lock: Path, what: str) -> BinaryIO:
    """Return the file `lock`, locked for this process until it is closed.

    Raises ConfigurationError that names `what` and the process that holds it.
    """
    try:
        return files.locked(lock, wait=LOCK_SECONDS)
    except LockHeldError as error:
        raise ConfigurationError(
            f"A desk runs already on {what} (process {error.holder}): stop it first, or choose another folder."
        ) from None
    except NotOursError as error:
        raise ConfigurationError(f"No desk starts on {what}, since {error.strerror}.") from None


def _make_data(data: Path) -> None:
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"The data folder {data} cannot be made ({error.strerror}): choose another.") from None
    if not os.access(data, os.W_OK | os.X_OK):
        raise ConfigurationError(f"The data folder {data} cannot be written to: correct its rights or choose another.")


def _child(name: str, stage: int, *command: str, finishes: tuple[int, ...] = ()) -> Child:
    return Child(name, (sys.executable, "-m", "worker.cli", *command), stage, GRACE_SECONDS[stage], finishes)


def _files(inbox: Path, left: Callable[[str, str], None] = lambda path, reason: None) -> list[str]:
    """Return the regular files in `inbox`, by their paths within it; none if it cannot be listed just now.

    `left` is called as by `scan`.
    """
    with contextlib.suppress(OSError):
        return sorted(path for path, _ in scan(inbox, left))
    return []


def _finished(counts: StoreCounts) -> int:
    return counts.digested + counts.reprint + counts.failed


def _last_failure(store: Store) -> datetime | None:
    return next((failure.failed_at for failure in failures.listed(store, 1)), None)


def _failures_since(store: Store, last: datetime | None) -> list[Failure]:
    """Return the failures after the one at `last`, newest first, without reading all that were ever kept."""
    most = 10 * MOST_FAILURES
    while True:
        listed = failures.listed(store, most)
        later = [failure for failure in listed if last is None or failure.failed_at > last]
        if len(later) < most:
            return later
        most *= 10
