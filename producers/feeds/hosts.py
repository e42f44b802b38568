"""Turns: a host is asked by one connection at a time, and for pages once a second."""

import contextlib
import threading
import time
from collections.abc import Iterator


class Hosts:
    """The hosts that are asked; threads share it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._next: dict[str, float] = {}

    @contextlib.contextmanager
    def turn(self, host: str, gap: float = 0.0) -> Iterator[None]:
        """Wait until nobody else asks `host` and `gap` seconds have passed since the last turn with a gap."""
        with self._guard:
            lock = self._locks.setdefault(host, threading.Lock())
        with lock:
            if gap:
                time.sleep(max(0.0, self._next.get(host, 0.0) - time.monotonic()))
                self._next[host] = time.monotonic() + gap
            yield
