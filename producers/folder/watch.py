"""The watched folder: a file is read when it is complete, pushed, and moved when all its articles are settled.

    INBOX/                       files dropped by anyone; the first-level subfolder names the source
    INBOX/.done/YYYY-MM-DD/      files of which an article was stored, by the UTC day of the move
    INBOX/.failed/               files of which none was, each with NAME.reason.json; and NAME.records.jsonl: the
                                 records that failed of a file that is in .done
    INBOX/.reading/              notes of the files that are being read, which outlive a killed reader
    INBOX/.lock                  held by the one process that watches

There is no other state: at a start, every file in the folder is read and pushed again, which is harmless.
"""

import contextlib
import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from producers.article import RawArticle
from producers.errors import GaveUpError, RetryableError, pause_after
from producers.files import NotOursError
from producers.folder.crash_notes import CrashNotes
from producers.folder.events import FolderEvent, FolderSummary, Kind
from producers.folder.file import MOST_STARTS, ChangedError, File, Stage, records, shown_path
from producers.folder.filing import Failed, to_done, to_failed
from producers.folder.inbox import READING, PlantedError, events, locked, make
from producers.folder.scan import Tracker, is_there, scan
from producers.folder.stages import NEXT, RESTING, Files
from producers.journal import Standing
from producers.push import Queue, push_all
from producers.redis_client import QueueFullError, QueueUnavailableError

#: Seconds between two questions what became of the articles that were pushed.
POLL_SECONDS = 0.5
#: Ids in one question, and at most in one poll: at 10,000 pending each is asked for every 2.5 s.
ASK_IDS, POLL_IDS = 500, 2_000
#: Least seconds between two scans, however many file events there are: 20,000 waiting files take 0.1 s to scan.
SCAN_GAP_SECONDS = 0.2
#: Seconds before a file that could not be read or moved is tried again: doubled at each try, up to the second number.
RETRY_SECONDS, LONGEST_RETRY_SECONDS = 1.0, 300.0
#: Tries after which a watch that ends (`once`) leaves such a file in place: about 15 s.
MOST_TRIES_ONCE = 5
#: Seconds before a push that was refused is tried again.
PAUSE_SECONDS = 1.0
#: Records of one file that are read before another file has its turn, and files that may wait for another turn.
TURN_RECORDS, MOST_BEGUN = 256, 8
#: Records held together while the reasons of a file's failures are collected.
_CHUNK = 32
#: Seconds in which a wait notices that it should end.
_WAIT_SLICE_SECONDS = 0.1


class _StoppedError(Exception):
    """The watch is to end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSettings:
    """How an inbox is watched.

    `settle_seconds` is how long a file must not change, `scan_seconds` the time between two scans. The watch ends when
    `stop` is set; with `once` also when every file is moved or reported as left. A `patient` watch waits for a person
    to remove a link that is planted in place of its own files; another one is refused. `give_up_seconds` is how long
    Redis may not answer before the watch gives up; None: for ever. `report` is called in the
    watching thread (NO_EVENTS: in another) for everything that a person may want to know; `beat` whenever the work goes
    on, or waits as it should.
    """

    settle_seconds: float
    scan_seconds: float
    stop: threading.Event
    report: Callable[[FolderEvent], None]
    beat: Callable[[], None] = lambda: None
    once: bool = False
    patient: bool = False
    give_up_seconds: float | None = None


def watch(inbox: Path, queue: Queue, settings: WatchSettings) -> FolderSummary:
    """Watch `inbox` as `settings` say, and return what was done.

    The inbox is made if it is missing. A Redis that is full or does not answer is waited for. Raises ConfigurationError
    if another process watches the inbox, if the inbox cannot be used, and if Redis refuses the login; GaveUpError after
    `give_up_seconds`.
    """

    def complain(message: str) -> None:
        settings.report(FolderEvent(Kind.NO_EVENTS, message=message))

    make(inbox)
    lock = _lock(inbox, settings)
    if lock is None:
        return FolderSummary()
    with lock, events(inbox, complain) as woken:
        return _Watch(inbox, queue, settings, woken).run()


def _lock(inbox: Path, settings: WatchSettings) -> BinaryIO | None:
    """Return the lock of `inbox`; None if the watch was stopped while it waited for an inbox without links."""
    reported = False
    while True:
        try:
            lock = locked(inbox)
        except PlantedError as error:
            if not settings.patient:
                raise
            if not reported:
                settings.report(FolderEvent(Kind.PLANTED, message=str(error)))
                reported = True
            settings.beat()
            if settings.stop.wait(settings.scan_seconds):
                return None
        else:
            if reported:
                settings.report(FolderEvent(Kind.WATCHED))
            return lock


class _Watch:
    """One run. All its methods are called in one thread, and all its waits end when it is to stop."""

    def __init__(self, inbox: Path, queue: Queue, settings: WatchSettings, woken: threading.Event) -> None:
        self._inbox = inbox
        self._queue = queue
        self._settings = settings
        self._woken = woken
        self._stop = settings.stop
        self._report = settings.report
        self._summary = FolderSummary()
        self._tracker = Tracker(settings.settle_seconds)
        self._notes = CrashNotes(inbox / READING)
        self._earliest_scan = self._next_scan = self._next_poll = 0.0
        #: Why Redis takes no articles just now, as it was reported.
        self._trouble: type[RetryableError] | None = None
        self._silent_since: float | None = None
        self._files = Files()
        #: Ids that were read and are not accepted by the queue yet, and those that are accepted and not settled.
        self._offered: dict[UUID, set[File]] = {}
        self._accepted: dict[UUID, set[File]] = {}

    def run(self) -> FolderSummary:
        """Watch until stopped or, with `once`, until nothing is left to do."""
        self._notes.forget_absent(self._inbox)
        with contextlib.suppress(_StoppedError):
            while not self._stop.is_set():
                self._scan()
                self._wake_resting()
                self._push()
                self._ask()
                self._move()
                if self._settings.once and self._is_idle() and not self._scan(now=True):
                    break
                self._wait()
        return self._summary

    def _is_idle(self) -> bool:
        return not self._files and not self._tracker.waiting

    # --- finding files

    def _scan(self, *, now: bool = False) -> bool:
        """Scan the inbox if it is time (or `now`); return whether there is anything to do."""
        self._settings.beat()
        start = time.monotonic()
        if not now and start < (self._earliest_scan if self._woken.is_set() else self._next_scan):
            return True
        self._woken.clear()
        try:
            for path, signature in self._tracker.observe(start, scan(self._inbox, self._leave)):
                self._files.add(File(path, signature))
            self._summary.left.pop("", None)
        except OSError as error:
            if "" not in self._summary.left:
                message = f"The folder {self._inbox} cannot be listed ({error.strerror}): it is tried again."
                self._summary.left[""] = message
                self._report(FolderEvent(Kind.UNREADABLE, message=message))
        end = time.monotonic()
        self._earliest_scan = end + min(max(SCAN_GAP_SECONDS, 5 * (end - start)), self._settings.scan_seconds)
        due = self._tracker.due()
        latest = end + self._settings.scan_seconds
        self._next_scan = latest if due is None else max(self._earliest_scan, min(latest, due))
        return not self._is_idle()

    def _leave(self, path: str, reason: str) -> None:
        shown = shown_path(path)
        if self._summary.left.get(shown) != reason:
            self._summary.left[shown] = reason
            self._report(FolderEvent(Kind.LEFT, shown, reason))

    def _wait(self) -> None:
        now = time.monotonic()
        until = self._next_scan
        if self._accepted:
            until = min(until, self._next_poll)
        for stage in RESTING:
            until = min([until, *(file.retry_at for file in self._files.at(stage))])
        if any(file.again for file in self._files.at(Stage.FOUND)):
            until = min(until, now + POLL_SECONDS)
        while (left := until - time.monotonic()) > 0:
            if self._stop.wait(min(left, _WAIT_SLICE_SECONDS)):
                raise _StoppedError
            if self._woken.is_set() and time.monotonic() >= self._earliest_scan:
                return

    def _wake_resting(self) -> None:
        now = time.monotonic()
        for stage in RESTING:
            (following,) = NEXT[stage]
            for file in [file for file in self._files.at(stage) if file.retry_at <= now]:
                self._files.enter(file, following)

    # --- reading and pushing

    def _push(self) -> None:
        for name in push_all(self._queue, self._raws(), self._pause):
            self._resumed()
            self._accepted.setdefault(name, set()).update(self._offered.pop(name, ()))
            self._scan()
            if time.monotonic() >= self._next_poll:
                self._ask()
                self._move()
            if self._stop.is_set():
                raise _StoppedError

    def _raws(self) -> Iterator[RawArticle]:
        """Yield the articles of all files to be read; large files take turns, behind those dropped meanwhile."""
        turns: deque[Iterator[RawArticle]] = deque()
        while (file := self._files.first(Stage.FOUND)) or turns:
            if file and len(turns) < MOST_BEGUN:
                self._files.enter(file, Stage.READING)
                raws = self._offer(file)
            else:
                raws = turns.popleft()
            for count, raw in enumerate(raws, 1):
                yield raw
                if count >= TURN_RECORDS:
                    turns.append(raws)
                    break

    def _offer(self, file: File) -> Iterator[RawArticle]:
        """Yield the articles of `file`, or those that are to be pushed again, and note them as offered."""
        again, file.again = file.again, set()
        if not again:
            file.stored, file.failed, file.first_failure = 0, 0, None
        try:
            for raw in self._read(file):
                if self._stop.is_set():
                    raise _StoppedError
                if not again or raw.id in again:
                    file.open.add(raw.id)
                    self._offered.setdefault(raw.id, set()).add(file)
                    yield raw
        except FileNotFoundError:
            self._forget(file, Kind.VANISHED)
        except ChangedError:
            self._forget(file, Kind.CHANGED)
        except NotOursError as error:
            self._rest(file, f"it cannot be read: {error.strerror}")
        except OSError as error:
            self._rest(file, f"it cannot be read ({error.strerror}): correct its rights, or look after the disk")
        else:
            self._files.enter(file, Stage.PUSHED)
            file.tries = 0
            self._report(FolderEvent(Kind.PUSHED, file.shown))
            self._look_whether_settled(file)

    def _read(self, file: File) -> Iterator[RawArticle]:
        """Yield the articles of `file`, with its crash note in place while its reader runs, and only then."""
        note = self._notes.note(file.path, file.signature)
        # The note then stays until the file is moved: after a restart before that, the file is refused again.
        file.is_refused = note.starts > MOST_STARTS
        read = records(self._inbox, file)
        while True:
            note.put()
            try:
                _, _, raw = next(read, (None, None, None))
            finally:
                if not file.is_refused:
                    note.lift()
            if raw is None:
                return
            yield raw

    def _pause(self, error: RetryableError) -> None:
        """Wait before a refused push or question is repeated."""
        self._settings.beat()
        self._say(error)
        if self._stop.wait(PAUSE_SECONDS):
            raise _StoppedError
        if isinstance(error, QueueFullError):
            # The files before this one are settled meanwhile; so is, in a large file, its beginning.
            self._ask()
            self._move()

    def _say(self, error: RetryableError) -> None:
        if self._trouble is not type(error):
            self._trouble = type(error)
            self._silent_since = time.monotonic() if isinstance(error, QueueUnavailableError) else None
            self._report(FolderEvent(Kind.WAITING, message=str(error)))
        limit = self._settings.give_up_seconds
        if limit is not None and self._silent_since is not None and time.monotonic() - self._silent_since >= limit:
            raise GaveUpError(
                f"{error} After {limit:g} s without an answer the watch ends; nothing is lost: what is not yet stored "
                "is in the inbox, and the next watch goes on."
            )

    def _resumed(self) -> None:
        if self._trouble:
            self._trouble = None
            self._report(FolderEvent(Kind.RESUMED))

    # --- outcomes

    def _ask(self) -> None:
        """Ask for the outcomes of the ids that wait the longest; those that still wait go to the end."""
        now = time.monotonic()
        if now < self._next_poll:
            return
        self._next_poll = now + POLL_SECONDS
        asked = list(itertools.islice(self._accepted, POLL_IDS))
        for start in range(0, len(asked), ASK_IDS):
            ids = asked[start : start + ASK_IDS]
            try:
                outcomes = self._queue.outcomes(ids)
            except RetryableError as error:
                self._say(error)
                return
            for name, outcome in zip(ids, outcomes, strict=True):
                files = self._accepted.pop(name)
                if outcome.standing is Standing.WAITING:
                    self._accepted[name] = files
                    continue
                for file in files:
                    if name in file.open:
                        file.note(name, outcome)
                        self._look_whether_settled(file)
            if self._trouble is QueueUnavailableError:
                self._resumed()

    def _look_whether_settled(self, file: File) -> None:
        if file.stage is Stage.PUSHED and not file.open:
            self._files.enter(file, Stage.FOUND if file.again else Stage.SETTLED)

    # --- moving

    def _move(self) -> None:
        while file := self._files.first(Stage.SETTLED):
            if self._stop.is_set():
                raise _StoppedError
            try:
                self._file_away(file)
            except FileNotFoundError as error:
                if is_there(self._inbox, file.path):
                    self._rest(file, f"it cannot be moved ({error.strerror}): it is tried again")
                else:
                    self._forget(file, Kind.VANISHED)
            except ChangedError:
                self._forget(file, Kind.CHANGED)
            except NotOursError as error:
                self._rest(file, f"it cannot be moved: {error.strerror}")
            except OSError as error:
                self._rest(file, f"it cannot be moved ({error.strerror}): look after the disk and the folder's rights")

    def _file_away(self, file: File) -> None:
        if file.stored:
            to_done(self._inbox, file, self._failures(file), self._settings.beat)
            self._summary.files_done += 1
            self._report(FolderEvent(Kind.DONE, file.shown, stored=file.stored, failed=file.failed))
        else:
            reason = to_failed(self._inbox, file, self._failures(file), self._settings.beat)
            self._summary.files_failed += 1
            self._report(FolderEvent(Kind.FAILED, file.shown, reason, failed=file.failed))
        self._summary.articles_stored += file.stored
        self._summary.articles_failed += file.failed
        self._end(file)

    def _failures(self, file: File) -> Iterator[Failed]:
        """Read `file` again and yield the records that failed, with why; so that they need not be held until then."""
        read = records(self._inbox, file)
        while chunk := list(itertools.islice(read, _CHUNK)):
            ids = [raw.id for _, _, raw in chunk]
            while True:
                if self._stop.is_set():
                    raise _StoppedError
                try:
                    outcomes = self._queue.outcomes(ids)
                    break
                except RetryableError as error:
                    self._pause(error)
            self._resumed()
            for (number, record, raw), outcome in zip(chunk, outcomes, strict=True):
                if outcome.standing is Standing.FAILED:
                    yield number, record, raw, outcome

    # --- ends

    def _rest(self, file: File, reason: str) -> None:
        """Try `file` again later; with `once`, leave it after some tries."""
        file.tries += 1
        if self._settings.once and file.tries >= MOST_TRIES_ONCE:
            self._leave(file.path, reason)
            # The tracker does not release it, so no scan of this run takes it for a new file.
            self._files.enter(file, Stage.GONE)
            return
        if file.trouble != reason:
            file.trouble = reason
            self._report(FolderEvent(Kind.RETRYING, file.shown, reason))
        file.retry_at = time.monotonic() + pause_after(file.tries, RETRY_SECONDS, LONGEST_RETRY_SECONDS)
        self._files.enter(file, Stage.UNREADABLE if file.stage is Stage.READING else Stage.IMMOVABLE)

    def _forget(self, file: File, kind: Kind) -> None:
        self._report(FolderEvent(kind, file.shown))
        self._end(file)

    def _end(self, file: File) -> None:
        self._files.enter(file, Stage.GONE)
        self._tracker.release(file.path)
        if file.is_refused:
            self._notes.forget_absent(self._inbox)
