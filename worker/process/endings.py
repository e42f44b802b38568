"""How processes end, and when one that ended too early is started again."""

import signal
from collections import deque
from typing import Final

from producers.errors import pause_after

#: A process that ends this often within CRASH_SECONDS, each time before it can have worked, is given up. A process that
#: ends later met a bad article, which fails after its attempts.
MOST_CRASHES: Final = 5
CRASH_SECONDS: Final = 60.0
#: The exit code of a process whose settings are wrong (EX_CONFIG of sysexits.h): it would end so again.
MISCONFIGURED: Final = 78
#: Seconds in which a process that cannot start has ended; the model alone takes longer to load.
START_SECONDS: Final = 5.0
#: Longest pause before a process is started again.
LONGEST_PAUSE_SECONDS: Final = 8.0
#: Seconds before a crashed process is started again: doubled by every further crash within CRASH_SECONDS.
FIRST_PAUSE_SECONDS: Final = 0.5


class Crashes:
    """When a process that ended too early is started again."""

    def __init__(self) -> None:
        self._lives: deque[tuple[float, float]] = deque()

    def pause(self, now: float, lived: float = 0.0) -> float | None:
        """Note a crash at `now` (seconds of a monotonic clock) of a process that had `lived` so many seconds.

        Returns the pause before the next start, in seconds; None means: give it up.
        """
        pause = self.patient_pause(now, lived)
        return None if sum(lived < START_SECONDS for _, lived in self._lives) >= MOST_CRASHES else pause

    def patient_pause(self, now: float, lived: float = 0.0) -> float:
        """Note a crash as `pause` does and return the pause before the next start, in seconds; never give up."""
        self._lives.append((now, lived))
        while now - self._lives[0][0] > CRASH_SECONDS:
            self._lives.popleft()
        return pause_after(len(self._lives), FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS)


def how(code: int) -> str:
    """Return how a process ended, for a person: by which signal, or with which exit code."""
    return f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
