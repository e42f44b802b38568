"""The poller: asks each feed when it is due and pushes what is new.

    DATA/feeds.toml          the list (producers.feeds.listing)
    DATA/feeds/HASH.json     what is known of each feed (producers.feeds.state)
    DATA/.feeds-poll.lock    held by the process that polls

Threads wait for servers; the queue and the states belong to the thread that runs the poller. There is no other state: a
poller that is killed anywhere asks again, and pushes the same ids.
"""

import contextlib
import queue as queues
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import urlsplit

from producers import files
from producers.errors import ConfigurationError, GaveUpError, RetryableError
from producers.feeds import listing, state
from producers.feeds.listing import Feed, Signature
from producers.feeds.schedule import is_due
from producers.feeds.state import State
from producers.feeds.visit import Visit, after
from producers.files import LockHeldError, NotOursError
from producers.push import Queue, push_all
from producers.redis_client import QueueUnavailableError

LOCK: Final = ".feeds-poll.lock"
#: Feeds that are asked at the same time, each on another host. An answer and its items take some 50 MB at most.
TOGETHER: Final = 8
#: Seconds between two looks at the list, and at what is due.
LOOK_SECONDS: Final = 1.0
#: Seconds before a push that was refused, or a state that could not be written, is tried again.
PAUSE_SECONDS: Final = 1.0
#: Checks of a feed that may end with the poller's process; then it is not asked until its next time.
MOST_STARTS: Final = 3

_ENDED: Final = f"reading it ended the poller {MOST_STARTS} times: report it"


class Kind(StrEnum):
    """What happened."""

    #: A feed was read: `pushed` new articles.
    READ = "feed_read"
    #: A check failed: `message` says why.
    FAILED = "feed_failed"
    #: A feed is not polled any more: `message` says why, and what to do.
    STOPPED = "feed_stopped"
    #: Reading a feed met a fault of wiredesk itself: `error` is it. Reported by the thread that asks.
    FAULT = "feed_fault"
    #: A feed has another address now, which `message` gives.
    MOVED = "feed_moved"
    #: The list, Redis or the disk is waited for: `message` says why.
    WAITING = "feeds_waiting"
    #: That is over.
    RESUMED = "feeds_resumed"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the feed `name`; `part` is the part of the poller's work that waits, or goes on."""

    kind: Kind
    name: str = ""
    message: str = ""
    pushed: int = 0
    part: str = ""
    error: Exception | None = None

    @property
    def waits(self) -> dict[str, str]:
        """What the event changes in why the poller waits: part of its work -> the reason, "" if that goes on."""
        return {self.part: self.message} if self.part else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class PollSettings:
    """How feeds are polled.

    `visit` makes one check; it is called in several threads. `interval` is the least pause between two checks of a feed
    that has none of its own, seconds. The poller ends when `stop` is set; with `once` also when every feed that is due
    has been asked. A `patient` poller waits while another process polls; else it is refused. `give_up_seconds` is how
    long Redis may not answer before the poller gives up; None: for ever. `report` is called for what a person may want
    to know, `beat` whenever the work goes on or waits as it should.
    """

    visit: Callable[[Feed, State], Visit]
    interval: float
    stop: threading.Event
    report: Callable[[Event], None]
    beat: Callable[[], None] = lambda: None
    once: bool = False
    patient: bool = False
    give_up_seconds: float | None = None


class _StoppedError(Exception):
    """The poller is to end."""


def poll(data: Path, queue: Queue, settings: PollSettings) -> int:
    """Poll the feeds of the data folder as `settings` say; return how many articles were pushed.

    Raises ConfigurationError if another process polls them and the poller is not patient, or with `once` if the list
    cannot be read; GaveUpError after `give_up_seconds`.
    """
    lock = _lock(data, settings)
    if lock is None:
        return 0
    with lock:
        return _Poller(data, queue, settings).run()


def _lock(data: Path, settings: PollSettings) -> BinaryIO | None:
    """Return the lock of the feeds of `data`; None if a patient poller was stopped while it waited for it."""
    waits = False
    while True:
        try:
            lock = _locked(data)
        except ConfigurationError as error:
            if not settings.patient:
                raise
            if not waits:
                waits = True
                settings.report(Event(Kind.WAITING, message=str(error), part="lock"))
            settings.beat()
            if settings.stop.wait(LOOK_SECONDS):
                return None
        else:
            if waits:
                settings.report(Event(Kind.RESUMED, part="lock"))
            return lock


def _locked(data: Path) -> BinaryIO:
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        return files.locked(data / LOCK)
    except LockHeldError as error:
        reason = f"The feeds of {data} are polled already, by process {error.holder}: stop that process first."
    except NotOursError as error:
        reason = f"The feeds are not polled, since {error.strerror}."
    except OSError as error:
        reason = f"The folder {data} cannot be written to ({error.strerror}): correct its rights."
    raise ConfigurationError(reason)


def interval_of(feed: Feed, interval: float) -> float:
    """Return the least pause between two checks of `feed`, seconds; `interval` is that of feeds without their own."""
    return feed.minutes * 60.0 if feed.minutes else interval


class _Poller:
    """One run. All its methods are called in one thread, but for `_ask`."""

    def __init__(self, data: Path, queue: Queue, settings: PollSettings) -> None:
        self._data = data
        self._queue = queue
        self._settings = settings
        self._signature: Signature | None = None
        self._feeds: dict[str, Feed] = {}
        self._states: dict[str, State] = {}
        #: Feeds that are being asked, and their hosts.
        self._asked: dict[str, str] = {}
        self._visits: queues.SimpleQueue[Visit] = queues.SimpleQueue()
        #: Host -> when its server may be asked again by any feed (seconds since 1970).
        self._host_at: dict[str, float] = {}
        self._waits: dict[str, str] = {}
        self._silent_since: float | None = None
        self._pushed = 0

    def run(self) -> int:
        with contextlib.suppress(_StoppedError):
            while not self._settings.stop.is_set():
                self._settings.beat()
                self._look_at_list()
                self._start()
                if not self._asked and self._settings.once:
                    break
                self._take_in()
        self._put_back()
        return self._pushed

    # --- the list

    def _look_at_list(self) -> None:
        try:
            present = listing.signature(self._data)
            if present == self._signature and "list" not in self._waits:
                return
            feeds = {feed.name: feed for feed in listing.read(self._data)}
            self._states = {name: self._known(feed) for name, feed in feeds.items()}
        except (ConfigurationError, OSError) as error:
            if self._settings.once:
                raise
            # What was polled before goes on: a person is at work on the list.
            self._wait("list", str(error))
            return
        self._feeds, self._signature = feeds, present
        self._go_on("list")

    def _known(self, feed: Feed) -> State:
        # A feed that is asked just now keeps the state that its visit is about to change.
        known = self._states.get(feed.name)
        if known is not None and feed.name in self._asked and known.url == feed.url:
            return known
        return state.load(self._data, feed)

    # --- asking

    def _start(self) -> None:
        now = time.time()
        due = sorted(
            (known.next_at, name)
            for name, known in self._states.items()
            if is_due(known, now) and not self._feeds[name].paused and name not in self._asked
        )
        for _, name in due:
            if len(self._asked) >= TOGETHER:
                return
            host = urlsplit(self._states[name].address).hostname or ""
            if host not in self._asked.values() and self._host_at.get(host, 0.0) <= now:
                self._asked[name] = host
                self._begin(self._feeds[name], self._states[name])

    def _begin(self, feed: Feed, known: State) -> None:
        """Start a check, and note that before: a feed that ends the poller each time must not do so for ever."""
        if known.starts >= MOST_STARTS:
            self._visits.put(Visit(feed=feed, state=known, error=_ENDED))
            return
        known = replace(known, starts=known.starts + 1)
        self._save(feed, known)
        # A thread that waits for a slow server must not keep the process from ending.
        threading.Thread(target=self._ask, args=(feed, known), name=f"feed {feed.name}", daemon=True).start()

    def _ask(self, feed: Feed, known: State) -> None:
        try:
            visit = self._settings.visit(feed, known)
        except Exception as error:  # noqa: BLE001 (a fault of ours in one feed keeps no other from being asked)
            self._settings.report(Event(Kind.FAULT, feed.name, error=error))
            visit = Visit(
                feed=feed, state=known, error=f"reading it failed by a fault of wiredesk ({error!r}): report it"
            )
        self._visits.put(visit)

    def _put_back(self) -> None:
        """Forget the starts of the checks that a stop has cut off: they have ended no process."""
        for name in self._asked.keys() & self._states.keys():
            # If the disk is full, such a check counts as a start too many.
            with contextlib.suppress(OSError):
                state.save(self._data, self._feeds[name], self._states[name])

    # --- what came

    def _take_in(self) -> None:
        """Take in the visits that are done; wait for the first of them LOOK_SECONDS at most."""
        if not self._asked:
            self._settings.stop.wait(LOOK_SECONDS)
            return
        with contextlib.suppress(queues.Empty):
            self._settle(self._visits.get(timeout=LOOK_SECONDS))

    def _settle(self, visit: Visit) -> None:
        feed = visit.feed
        pushed = sum(1 for _ in push_all(self._queue, visit.raws, self._pause, Queue.push_absent))
        self._silent_since = None
        self._go_on("queue")
        self._pushed += pushed
        now = time.time()
        known = after(visit, now, interval_of(feed, self._settings.interval))
        self._save(feed, known)
        host = self._asked.pop(feed.name)
        if feed.name in self._states and self._states[feed.name].url == known.url:
            self._states[feed.name] = known
        if visit.answer is not None and visit.answer.status in (429, 503):
            self._host_at[host] = known.next_at
        self._tell(visit, known, pushed)

    def _tell(self, visit: Visit, known: State, pushed: int) -> None:
        name = visit.feed.name
        if known.stopped:
            why = (
                f"{known.stopped}: correct its address in feeds.toml, or remove it; `wiredesk feeds resume` tries again"
            )
            self._settings.report(Event(Kind.STOPPED, name, why))
        elif visit.error:
            self._settings.report(Event(Kind.FAILED, name, visit.error))
        elif visit.answer is not None and visit.answer.status == 200:
            self._settings.report(Event(Kind.READ, name, visit.note, pushed))
        if known.moved_to and known.moved_to != visit.state.moved_to:
            self._settings.report(Event(Kind.MOVED, name, listing.without_password(known.moved_to)))

    def _save(self, feed: Feed, known: State) -> None:
        while True:
            try:
                if feed.name in self._feeds:
                    state.save(self._data, feed, known)
            except OSError as error:
                self._wait("states", f"{self._data} cannot be written to ({error.strerror}): look after the disk.")
                self._rest()
            else:
                self._go_on("states")
                return

    # --- waiting

    def _pause(self, error: RetryableError) -> None:
        """Wait before a refused push is repeated."""
        limit, now = self._settings.give_up_seconds, time.monotonic()
        if not isinstance(error, QueueUnavailableError):
            self._silent_since = None
        elif self._silent_since is None:
            self._silent_since = now
        elif limit is not None and now - self._silent_since >= limit:
            raise GaveUpError(
                f"{error} After {limit:g} s without an answer the poller ends; nothing is lost: what was not pushed is "
                "asked for again."
            )
        self._wait("queue", str(error))
        self._rest()

    def _rest(self) -> None:
        self._settings.beat()
        if self._settings.stop.wait(PAUSE_SECONDS):
            raise _StoppedError

    def _wait(self, part: str, reason: str) -> None:
        if self._waits.get(part) != reason:
            self._waits[part] = reason
            self._settings.report(Event(Kind.WAITING, message=reason, part=part))

    def _go_on(self, part: str) -> None:
        if self._waits.pop(part, None) is not None:
            self._settings.report(Event(Kind.RESUMED, part=part))
