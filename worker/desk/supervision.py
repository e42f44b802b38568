"""A desk at work: children tended, progress shown, signals heeded, until it is done or asked to stop."""

import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Final

from producers.processes import waits
from producers.servers.embedded import ServerFile
from producers.settings import PREFIX
from worker.desk.children import Children
from worker.desk.display import Counts, Display
from worker.errors import GaveUpError, RetryableError
from worker.waiting import REPORT_SECONDS

#: Name of the child that is the embedded server; the others have to follow it to another port.
SERVER: Final = "redis"
#: Seconds between two looks at the children.
LOOK_SECONDS: Final = 0.1
#: Seconds between two counts: a count reads the index of the articles, so it is not free in a large store.
COUNT_SECONDS: Final = 1.0
#: Who brings articles to their digests: while none of these waits, articles go on, however slow the model is.
_WORKING: Final = ("watch", "feeds", "ingest", "summarize")
#: Seconds between two looks at the free disk space.
DISK_SECONDS: Final = 60.0


class Signals:
    """Counts SIGINT, SIGTERM and SIGHUP while it is entered: the first asks to stop, the second to hurry."""

    def __init__(self) -> None:
        self._count = 0
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> "Signals":
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # nohup, or a shell that starts a background job, has the desk ignore the signal.
            if signal.getsignal(signum) is not signal.SIG_IGN:
                self._before[signum] = signal.signal(signum, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        for signum, handler in self._before.items():
            signal.signal(signum, handler)

    def _note(self, _signum: int, _frame: FrameType | None) -> None:
        self._count += 1

    def asked(self) -> bool:
        """Return whether the desk was asked to stop."""
        return self._count > 0

    def hurried(self) -> bool:
        """Return whether the desk was asked more than once."""
        return self._count > 1


class Progress:
    """Whether a desk that waits has come further within `seconds`; None: it may wait for ever."""

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._counts: Counts | None = None
        self._since: float | None = None

    def note(self, counts: Counts | None, reason: str) -> None:
        """Note the `counts` of now (None: they are not known) and the `reason` for which the desk waits, or "".

        Raises GaveUpError.
        """
        now = time.monotonic()
        further = counts is not None and counts != self._counts
        self._counts = counts or self._counts
        if further or not reason:
            self._since = None
        elif self._since is None:
            self._since = now
        elif self._seconds is not None and now - self._since >= self._seconds:
            raise GaveUpError(
                f"{reason} After {self._seconds:g} s without progress the desk stops; nothing is lost, and the next "
                "`wiredesk up --once` goes on."
            )


@dataclass(slots=True)
class Supervision:
    """All that a desk at work looks after.

    `redis_url` is the URL that the children were given; `embedded`: that server is one of them. `count(redis_url)`
    returns the counts of now and may raise RetryableError. `give_up_seconds`: after how long a wait without progress
    the desk gives up; None: never. `look` is called every COUNT_SECONDS, in the main thread.
    """

    children: Children
    display: Display
    signals: Signals
    count: Callable[[str], Counts]
    data: Path
    redis_url: str
    embedded: bool
    low_disk_mb: int = 0
    give_up_seconds: float | None = None
    look: Callable[[], None] = lambda: None

    def run(self, done: Callable[[Counts], bool]) -> bool:
        """Look after the children until `done(counts)` is true or a signal asks to stop; return whether it is done.

        Raises ChildError when a child ends again and again, GaveUpError after `give_up_seconds`.
        """
        progress = Progress(self.give_up_seconds)
        count_at = disk_at = float("-inf")
        trouble = ""
        waiting: list[str] = []
        said_at: dict[str, float] = {}
        while not self.signals.asked():
            self.children.tend()
            self._follow_server()
            now = time.monotonic()
            if now - disk_at >= DISK_SECONDS:
                disk_at = now
                self._warn_of_full_disk()
            if now - count_at >= COUNT_SECONDS:
                count_at = now
                self.look()
                before, waiting = waiting, waits(self.data)
                for sentence in waiting:
                    if sentence not in before and now - said_at.get(sentence, float("-inf")) >= REPORT_SECONDS:
                        said_at[sentence] = now
                        self.display.say(sentence)
                try:
                    counts = self.count(self.redis_url)
                except RetryableError as error:
                    if str(error) != trouble:
                        trouble = str(error)
                        self.display.say(trouble)
                    progress.note(None, trouble)
                else:
                    trouble = ""
                    self.display.show(counts)
                    if done(counts):
                        return True
                    progress.note(counts, next(iter(waits(self.data, _WORKING)), ""))
            time.sleep(LOOK_SECONDS)
        self.display.say(
            "Stopping, which may take half a minute; Ctrl-C again stops immediately and loses nothing either."
        )
        return False

    def _follow_server(self) -> None:
        """Give the children the server's new URL when it had to move to another port."""
        noted = ServerFile.read(self.data) if self.embedded else None
        if noted and noted.alive and noted.url != self.redis_url:
            self.redis_url = noted.url
            self.children.environment = {**self.children.environment, f"{PREFIX}REDIS_URL": noted.url}
            self.display.say("The embedded server had to move to another port; everything else starts again.")
            self.children.restart([name for name in self.children.names() if name != SERVER])

    def _warn_of_full_disk(self) -> None:
        free = shutil.disk_usage(self.data).free >> 20
        if free < self.low_disk_mb:
            self.display.say(
                f"Only {free:,} MB are free for {self.data}: make room before the desk has to wait for it."
            )
