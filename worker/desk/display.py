"""What a running desk shows: one live line on a terminal, a line now and then otherwise."""

import time
from collections import deque
from dataclasses import dataclass
from types import TracebackType
from typing import Final

from rich.console import Console
from rich.live import Live
from rich.text import Text

from producers.terminal import counted, printable_lines

#: Seconds over which the rate is taken: long enough to bridge a batch, short enough to show a stall.
RATE_SECONDS: Final = 30.0
#: Seconds between two lines if nobody sits at a terminal.
LINE_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many are in each state. `files` is None without an inbox; `open` counts the stories without a digest."""

    files: int | None = None
    journal: int = 0
    ready: int = 0
    digested: int = 0
    reprints: int = 0
    failed: int = 0
    open: int = 0

    @property
    def finished(self) -> int:
        """Articles that have reached their last state."""
        return self.digested + self.reprints + self.failed

    @property
    def idle(self) -> bool:
        """Whether nothing waits anywhere but in the inbox."""
        return not self.journal and not self.open


class Rate:
    """Articles a second over the last RATE_SECONDS."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def at(self, now: float, finished: int) -> float:
        """Return the rate when `finished` articles are done at `now`, seconds of a monotonic clock."""
        self._seen.append((now, finished))
        while len(self._seen) > 2 and now - self._seen[1][0] >= RATE_SECONDS:
            self._seen.popleft()
        (then, before), (now, after) = self._seen[0], self._seen[-1]
        return max(0, after - before) / (now - then) if now > then else 0.0


def line(counts: Counts, rate: float) -> str:
    """Return `counts` and `rate` (articles a second) as one line, without the zeros of those that wait."""
    parts = [counted(counts.files, "file waiting", "files waiting")] if counts.files else []
    parts += [f"{n:,} {what}" for n, what in ((counts.journal, "in the journal"), (counts.ready, "ready")) if n]
    parts += [f"{counts.digested:,} digested", counted(counts.reprints, "reprint"), f"{counts.failed:,} failed"]
    return " · ".join([*parts, f"{rate:.1f} articles/s"] if rate else parts)


class Display:
    """Shows progress on standard error; standard output is left to results.

    Use it as a context manager: the live line vanishes at its end.
    """

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False, soft_wrap=True)
        self._live = (
            Live(console=self._console, auto_refresh=False, transient=True) if self._console.is_terminal else None
        )
        self._rate = Rate()
        self._shown: Counts | None = None
        self._shown_at = float("-inf")

    def __enter__(self) -> "Display":
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def say(self, text: str) -> None:
        """Show a line that stays."""
        self._console.print(Text(printable_lines(text)))

    def show(self, counts: Counts) -> None:
        """Show `counts`; if this is no terminal, only when they changed, and not too often."""
        now = time.monotonic()
        text = line(counts, self._rate.at(now, counts.finished))
        if self._live:
            self._live.update(Text(text, no_wrap=True, overflow="ellipsis"), refresh=True)
        elif counts != self._shown and now - self._shown_at >= LINE_SECONDS:
            self._shown, self._shown_at = counts, now
            self.say(text)
