"""What is wrong with a source: it is silent, most of what it sends fails, it sends far more, or its feed fails."""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Final

from producers.errors import ConfigurationError
from producers.feeds import listing, state
from producers.feeds.schedule import BROKEN
from producers.terminal import counted, duration
from worker.store import Store, sources
from worker.store.sources import DAYS, SourceActivity

#: How many times its usual pause a source is silent before it is named.
SILENT_TIMES: Final = 3
#: For how long it is named from then on: after that it has been given up.
NAMED: Final = timedelta(days=30)
#: A source has a rhythm from so many arrivals on, over so long: a file that is dropped once has none.
LEAST_ARRIVALS: Final = 5
LEAST_SPAN: Final = timedelta(days=3)
#: Failures of a day, and the share of its articles, above which a source is named.
LEAST_FAILED: Final = 5
FAILED_SHARE: Final = 0.5
#: Articles of a day, and how many times those of a usual day they are, from which on a source is named.
LEAST_FLOOD: Final = 50
FLOOD_TIMES: Final = 10
#: Sources that are named together; the others are counted.
MOST_NAMED: Final = 20

_DAY: Final = timedelta(days=1)


class Trouble(StrEnum):
    """What may be wrong with a source."""

    SILENT = "silent"
    FAILING = "failing"
    FLOOD = "flood"
    #: A feed that is not asked any more, and a feed of which three checks in a row have failed.
    STOPPED = "stopped"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Troubled:
    """A source and its trouble; `text` is a sentence that says what to do."""

    source: str
    trouble: Trouble
    text: str


def troubled(store: Store, data: Path) -> list[Troubled]:
    """Return the sources of `store` that are in trouble, by name, and then the feeds of the folder `data` that are."""
    return [*troubles(sources.activity(store, LEAST_FLOOD)), *feed_troubles(data)]


def feed_troubles(data: Path) -> Iterator[Troubled]:
    """Yield what is wrong with the feeds that are polled from the folder `data`."""
    # What is wrong with the list or the folder is said by the poller, which waits for it.
    with contextlib.suppress(ConfigurationError, OSError):
        for feed in listing.read(data):
            known = state.load(data, feed)
            if feed.paused:
                continue
            if known.stopped:
                text = (
                    f"The feed {feed.name} is not polled any more: {known.stopped}. Correct its address in feeds.toml, "
                    "or remove it; `wiredesk feeds resume` asks it again."
                )
                yield Troubled(feed.name, Trouble.STOPPED, text)
            elif known.errors >= BROKEN:
                text = f"The feed {feed.name} failed {known.errors:,} times in a row: {known.error}."
                yield Troubled(feed.name, Trouble.BROKEN, text)


def troubles(activity: Iterable[SourceActivity]) -> Iterator[Troubled]:
    """Yield what is wrong with the sources of which `activity` is the work."""
    for source in activity:
        silence, pause = source.until - source.arrivals[0], usual_pause(source)
        if pause is not None and SILENT_TIMES * pause < silence <= SILENT_TIMES * pause + NAMED:
            yield Troubled(
                source.name,
                Trouble.SILENT,
                f"The source {source.name} is silent: its last article came {_span(silence)} ago, and before that it "
                f"never paused for more than {_span(pause)}. See whether it still sends.",
            )
        if source.failed >= LEAST_FAILED and source.failed > FAILED_SHARE * source.today:
            yield Troubled(
                source.name,
                Trouble.FAILING,
                f"{source.failed:,} of the last day's {counted(source.today, 'article')} of the source {source.name} "
                "failed: `wiredesk failed list` gives the reasons.",
            )
        usual = usual_day(source)
        if source.today >= LEAST_FLOOD and usual and source.today > FLOOD_TIMES * usual:
            yield Troubled(
                source.name,
                Trouble.FLOOD,
                f"The source {source.name} sent {source.today:,} articles in a day, and about {usual:,.0f} a day "
                "before: see whether it repeats itself.",
            )


def sentences(all_troubled: Sequence[Troubled]) -> list[str]:
    """Return the sentences of the first MOST_NAMED, and one that counts the others."""
    said = [troubled.text for troubled in all_troubled[:MOST_NAMED]]
    if more := len(all_troubled) - len(said):
        number = counted(more, "more source is", "more sources are")
        said.append(f"{number} in trouble: `wiredesk status --json` names all.")
    return said


def usual_pause(source: SourceActivity) -> timedelta | None:
    """Return the longest pause between the last arrivals of `source`; None if it has no rhythm yet."""
    newest, oldest = source.arrivals[0], source.arrivals[-1]
    if len(source.arrivals) < LEAST_ARRIVALS or newest - oldest < LEAST_SPAN:
        return None
    return max(later - earlier for later, earlier in pairwise(source.arrivals))


def usual_day(source: SourceActivity) -> float | None:
    """Return how many articles `source` sent on a usual day before the last one; None if it has no rhythm yet."""
    if usual_pause(source) is None:
        return None
    days = min(DAYS, (source.until - _DAY - source.arrivals[-1]) / _DAY)
    return source.before / max(days, 1)


def _span(span: timedelta) -> str:
    return duration(span.total_seconds())
