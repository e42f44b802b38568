"""A limit on how often something is done."""

import threading
import time
from collections.abc import Callable


class RateLimit:
    """Lets `a_second` through on average, and `at_once` after a pause; for several threads.

    The token bucket of Turner ("New directions in communications", 1986).
    """

    def __init__(self, a_second: float, at_once: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_second = a_second
        self._at_once = at_once
        self._clock = clock
        self._left = float(at_once)
        self._since = clock()
        self._lock = threading.Lock()

    def allows(self) -> bool:
        """Return whether one more is let through now, and count it if so."""
        with self._lock:
            now = self._clock()
            self._left = min(self._left + (now - self._since) * self._a_second, float(self._at_once))
            self._since = now
            if self._left < 1:
                return False
            self._left -= 1
            return True
