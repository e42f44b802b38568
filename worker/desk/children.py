"""The processes of a desk: started, watched, started again after a crash, and stopped in order."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from worker.desk.logs import cut
from worker.errors import WiredeskError
from worker.process.endings import CRASH_SECONDS, MISCONFIGURED, MOST_CRASHES, Crashes, how
from worker.process.parent import DESK_PID

#: Seconds that a child of the last stage (the server) has to write its data when the desk is to stop immediately.
HURRIED_SECONDS: Final = 2.0
#: Lines of a child's log that are shown when it is given up.
LOG_LINES: Final = 12

_POLL_SECONDS: Final = 0.05


class ChildError(WiredeskError):
    """A child ends again and again; the text names its log and shows its end."""


@dataclass(frozen=True, slots=True)
class Child:
    """One process of the desk.

    `name` names its log, too. Children of a lower `stage` are stopped first; SIGTERM asks, and after `grace_seconds`
    SIGKILL ends it. A child that ends by itself with an exit code in `finishes` has done its work and stays ended.
    `own_log` is a log that it writes itself, and appends to.
    """

    name: str
    argv: tuple[str, ...]
    stage: int
    grace_seconds: float
    finishes: tuple[int, ...] = ()
    own_log: Path | None = None


@dataclass(slots=True)
class _Running:
    child: Child
    process: subprocess.Popen[bytes]
    #: When it was started (monotonic seconds).
    since: float = field(default_factory=time.monotonic)
    crashes: Crashes = field(default_factory=Crashes)
    #: When to start it again (monotonic seconds); None while it runs or when it has finished.
    due: float | None = None
    finished: bool = False


class Children:
    """The children of one desk.

    Every method is to be called in the main thread: Linux takes the end of the thread that started a child for the
    end of its parent.
    """

    def __init__(self, logs: Path, report: Callable[[str], None]) -> None:
        """Keep the children's output in the folder `logs`; `report` is given one line for a person at every crash."""
        self.environment: Mapping[str, str] = os.environ
        self._logs = logs
        self._report = report
        self._all: dict[str, _Running] = {}

    def start(self, child: Child) -> None:
        """Start `child` in a session of its own, so that Ctrl-C reaches the desk alone. Raises OSError."""
        self._logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._all[child.name] = _Running(child, self._spawn(child))

    def tend(self) -> None:
        """Look after every child once: report those that ended, start those that are due, cut the logs.

        Raises ChildError to give up.
        """
        now = time.monotonic()
        for running in self._all.values():
            # A disk without room is reported by those who need it for articles.
            with suppress(OSError):
                cut(self.log(running.child.name))
                if running.child.own_log is not None:
                    cut(running.child.own_log)
            if running.due is not None:
                if now >= running.due:
                    running.process, running.since, running.due = self._spawn(running.child), now, None
            elif not running.finished and (code := running.process.poll()) is not None:
                self._ended(running, code, now)

    def restart(self, names: Sequence[str]) -> None:
        """Stop the children `names` together, and start again those that have not finished."""
        those = [self._all[name] for name in names if not self._all[name].finished]
        self._stop(those, lambda: False)
        for running in those:
            running.process, running.since = self._spawn(running.child), time.monotonic()

    def stop(self, stages: Sequence[int], hurried: Callable[[], bool]) -> None:
        """Stop the children of `stages`, stage after stage; immediately as soon as `hurried()` is true."""
        for stage in stages:
            self._stop([r for r in self._all.values() if r.child.stage == stage], hurried)

    def running(self, name: str) -> bool:
        """Return whether the child `name` runs just now."""
        return self._all[name].process.poll() is None

    def finished(self, name: str) -> bool:
        """Return whether the child `name` has done its work."""
        return self._all[name].finished

    def names(self) -> list[str]:
        """Return the names of all children, in the order of their start."""
        return list(self._all)

    def log(self, name: str) -> Path:
        """Return the path of the log of child `name`."""
        return self._logs / f"{name}.log"

    def _spawn(self, child: Child) -> subprocess.Popen[bytes]:
        handle = os.open(self.log(child.name), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "ab") as out:
            return subprocess.Popen(
                child.argv,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                # The folder from which the desk was started is no place to look for modules: a redis.py may lie there.
                env={**self.environment, DESK_PID: str(os.getpid()), "PYTHONSAFEPATH": "1"},
            )

    def _ended(self, running: _Running, code: int, now: float) -> None:
        child = running.child
        if code in child.finishes:
            running.finished = True
            return
        log = self.log(child.name)
        if code == MISCONFIGURED:
            raise ChildError(f"{child.name} cannot work with these settings; its log {log} ends:\n{tail(log)}")
        pause = running.crashes.pause(now, now - running.since)
        if pause is None:
            raise ChildError(
                f"{child.name} ended {MOST_CRASHES} times within {CRASH_SECONDS:.0f} s, the last time {how(code)}; "
                f"its log {log} ends:\n{tail(log)}"
            )
        running.due = now + pause
        self._report(f"{child.name} ended {how(code)}; it starts again in {pause:g} s (log: {log})")

    def _stop(self, those: Sequence[_Running], hurried: Callable[[], bool]) -> None:
        asked = time.monotonic()
        left = []
        for running in those:
            running.due = None
            if running.process.poll() is None:
                running.process.terminate()
                left.append(running)
        last_stage = max((r.child.stage for r in self._all.values()), default=0)
        while left:
            for running in left:
                grace = running.child.grace_seconds
                if hurried():
                    grace = min(grace, HURRIED_SECONDS) if running.child.stage == last_stage else 0.0
                if time.monotonic() - asked >= grace:
                    _kill(running.process)
            left = [r for r in left if r.process.poll() is None]
            if left:
                time.sleep(_POLL_SECONDS)


def tail(log: Path, lines: int = LOG_LINES) -> str:
    """Return the last `lines` lines of `log`, indented."""
    try:
        with log.open("rb") as text:
            text.seek(max(0, log.stat().st_size - 20_000))
            last = text.read().decode("utf-8", "replace").splitlines()[-lines:]
    except OSError as error:
        return f"  ({error})"
    return "\n".join(f"  {line}" for line in last)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a child and all that it started: they share its session's process group."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
