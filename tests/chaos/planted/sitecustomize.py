"""What the fault suite plants in worker processes that have this folder in PYTHONPATH; the package knows nothing of it.

Python imports a module of this name at its start. A summarize worker gets one more engine, `fixed-cost`, which sleeps
as long as a fast model would work. In both kinds of worker an article that holds one of the marks below springs its
trap. Any process may get a clock that is ahead.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

#: Name of the engine, and what it costs: seconds for a batch (a test may want a slow one), and for each article.
ENGINE = "fixed-cost"
BATCH_SECONDS, ARTICLE_SECONDS = float(os.environ.get("PLANTED_BATCH_SECONDS", "0.020")), 0.002

#: Environment variable with the days by which the wall clock of a process is ahead; its steady clock is right.
DAYS_AHEAD = "PLANTED_DAYS_AHEAD"

ENDS_INGEST = "This sentence ends the process that cleans it."
HANGS_INGEST = "This sentence never lets go of the process that cleans it."
ENDS_SUMMARIZE = "This sentence ends the process that summarises it."
BREAKS_SUMMARIZE = "This sentence breaks the engine that summarises it."


def _end() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _hang() -> None:
    # In native code a signal handler of Python would never run; only SIGKILL ends such a parse.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(3600)


def _break() -> None:
    raise RuntimeError("the engine broke, as planted")


_INGEST_TRAPS = {ENDS_INGEST: _end, HANGS_INGEST: _hang}
_SUMMARIZE_TRAPS = {ENDS_SUMMARIZE: _end, BREAKS_SUMMARIZE: _break}


def _spring(traps: Mapping[str, Callable[[], None]], text: str) -> None:
    for mark, act in traps.items():
        if mark in text:
            act()


class FixedCost:
    """An engine that costs time but no processor."""

    name = ENGINE
    model = "none"

    def summarize(self, articles: Sequence[Any]) -> list[Any]:
        """Return a digest of each article: its title and the beginning of its body."""
        from worker.article import Digest

        time.sleep(BATCH_SECONDS + ARTICLE_SECONDS * len(articles))
        for article in articles:
            _spring(_SUMMARIZE_TRAPS, article.body)
        return [
            Digest(
                article_id=article.id,
                headline=(article.title or article.body)[:100],
                summary=article.body[:200],
                engine=self.name,
                model=self.model,
            )
            for article in articles
        ]


def _plant_engine() -> None:
    from worker import summarize

    summarize.ENGINES = {**summarize.ENGINES, ENGINE: lambda _options: FixedCost()}


def _plant_traps() -> None:
    import worker.clean

    honest = worker.clean.clean

    def clean(raw: Any) -> Any:
        _spring(_INGEST_TRAPS, raw.text)
        return honest(raw)

    worker.clean.clean = clean


def _set_clock_ahead(days: int) -> None:
    import time_machine

    time_machine.travel(time.time() + days * 86_400).start()


if _days := os.environ.get(DAYS_AHEAD):
    _set_clock_ahead(int(_days))

_PLANTED = {"ingest": _plant_traps, "summarize": _plant_engine}

# `wiredesk worker ROLE`, as a console script or by `python -m worker.cli`.
if "worker" in sys.orig_argv[:-1] and (_plant := _PLANTED.get(sys.orig_argv[sys.orig_argv.index("worker") + 1])):
    _plant()
