"""Processes that one parent forks: what it has loaded they share, and each that ends is forked anew.

What is loaded before the fork is in memory once, as long as nobody writes to it.
"""

import gc
import multiprocessing
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import connection
from multiprocessing.context import ForkProcess
from typing import Any, Final

from worker.process.endings import MISCONFIGURED, START_SECONDS, Crashes, how
from worker.process.parent import die_with_parent

#: Seconds between two looks at the processes; one that ends is seen immediately.
LOOK_SECONDS: Final = 1.0
#: What asks to stop, and how each process is then asked. Ctrl-C reaches the processes by itself: a second SIGINT would
#: have Celery drop its work, and a SIGTERM beside it does not.
_STOPS: Final = {
    signal.SIGTERM: signal.SIGTERM,
    signal.SIGINT: signal.SIGTERM,
    signal.SIGHUP: signal.SIGTERM,
    signal.SIGQUIT: signal.SIGQUIT,
}

_fork: Final = multiprocessing.get_context("fork")


@dataclass(slots=True)
class _Fork:
    number: int
    crashes: Crashes = field(default_factory=Crashes)
    process: ForkProcess | None = None
    #: When it was forked, or is to be forked anew (monotonic seconds).
    since: float = 0.0
    #: Whether its last end is still reported.
    reported: bool = False


class Forks:
    """Processes 1 to `count`, each of which runs `work(number)` and ends with the exit code that it returns."""

    def __init__(self, count: int, work: Callable[[int], int], report: Callable[[int, str], None]) -> None:
        """`report(number, sentence)` is called when a process ended that was not asked to, and with "" when its
        successor has worked for START_SECONDS.
        """
        self._work = work
        self._report = report
        self._forks = [_Fork(number) for number in range(1, count + 1)]
        self._handlers: dict[signal.Signals, Any] = {}
        self._stopping = False
        self._code = 0

    def run(self, look: Callable[[], None]) -> int:
        """Keep the processes running until SIGTERM, SIGINT, SIGHUP or SIGQUIT asks to stop; return the exit code.

        It is 0, or that of a process which failed when it was asked to stop. `look` is called about once a second. The
        processes end with this one, however it ends. For the main thread of a process without other threads: a lock
        that another thread holds at the fork is never released in the child.
        """
        gc.collect()
        # The collector writes to every object that it looks at, and what is written is no longer shared.
        gc.freeze()
        asked, ask = os.pipe()
        # nohup, or a shell that starts a background job, has the worker ignore the signal.
        heeded = [signum for signum in _STOPS if signal.getsignal(signum) is not signal.SIG_IGN]
        for signum in heeded:
            # Only noted here: a handler may run between any two steps of the loop below.
            self._handlers[signum] = signal.signal(signum, lambda signum, _: os.write(ask, bytes([signum])))
        try:
            while not self._stopping or any(fork.process for fork in self._forks):
                for fork in self._forks:
                    self._tend(fork)
                look()
                ends = [fork.process.sentinel for fork in self._forks if fork.process]
                if asked in connection.wait([asked, *ends], LOOK_SECONDS):
                    for number in os.read(asked, select.PIPE_BUF):
                        self._stop(signal.Signals(number))
        finally:
            for signum, handler in self._handlers.items():
                signal.signal(signum, handler)
            os.close(asked)
            os.close(ask)
        return self._code

    def _tend(self, fork: _Fork) -> None:
        now = time.monotonic()
        if fork.process is None:
            if now >= fork.since and not self._stopping:
                self._start(fork)
        elif (code := fork.process.exitcode) is not None:
            fork.process = None
            if code == MISCONFIGURED and not self._stopping:
                self._stop(signal.SIGTERM)
            if self._stopping:
                # A process that a signal ended was not yet ready to stop in order, and had begun nothing.
                self._code = self._code or max(code, 0)
                return
            pause = fork.crashes.patient_pause(now, now - fork.since)
            fork.since = now + pause
            fork.reported = True
            end = f"process {fork.number} ended {how(code)}"
            self._report(fork.number, f"{end}; it starts again in {pause:g} s (its log says why)")
        elif fork.reported and now - fork.since >= START_SECONDS:
            fork.reported = False
            self._report(fork.number, "")

    def _start(self, fork: _Fork) -> None:
        # Until the child has its own handlers, ours would run there.
        signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
        try:
            fork.process = _fork.Process(target=self._child, args=(os.getpid(), fork.number))
            fork.process.start()
            fork.since = time.monotonic()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)

    def _child(self, parent: int, number: int) -> None:
        for signum, handler in self._handlers.items():
            signal.signal(signum, handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)
        die_with_parent(parent)
        sys.exit(self._work(number))

    def _stop(self, signum: signal.Signals) -> None:
        self._stopping = True
        for fork in self._forks:
            if fork.process is not None and fork.process.exitcode is None and fork.process.pid is not None:
                os.kill(fork.process.pid, _STOPS[signum])
