"""The part of a text that answers a search, with the words that were searched for marked."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from worker.store.words import OPEN, places

#: Characters of an excerpt, and of them before the first marked word.
LENGTH: Final = 280
BEFORE: Final = 80
CUT: Final = "…"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text, and whether it is marked."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class _Hit:
    """Where a text has a term, by the number of the term."""

    term: int
    start: int
    end: int


def excerpt(text: str, terms: Sequence[str]) -> tuple[Part, ...]:
    """Return the part of `text` in which most of the `terms` are, the first of several, and mark them.

    `terms` are those of `worker.store.matching.terms`. The part has about LENGTH characters and is cut between words;
    it is the beginning of the text if it has none of them.
    """
    first = next((hit.start for hit in _window(text, terms)), 0)
    start = max(0, first - BEFORE)
    if start:
        # Behind a space; scripts without spaces are cut anywhere.
        start = text.find(" ", start, first) + 1 or start
    end = start + LENGTH
    if end < len(text):
        space = text.rfind(" ", max(first, end - BEFORE), end)
        end = space if space >= 0 else end
    cut = (Part(CUT, marked=False),)
    return (*(cut if start else ()), *_marked(text[start:end], terms), *(cut if end < len(text) else ()))


def marked(text: str, terms: Sequence[str]) -> tuple[Part, ...]:
    """Return all of `text`, the `terms` in it marked."""
    return tuple(_marked(text, terms))


def _marked(text: str, terms: Sequence[str]) -> Iterator[Part]:
    done = 0
    for start, end in _joined(_hits(text, terms)):
        if start > done:
            yield Part(text[done:start], marked=False)
        yield Part(text[start:end], marked=True)
        done = end
    if done < len(text):
        yield Part(text[done:], marked=False)


def _window(text: str, terms: Sequence[str]) -> Sequence[_Hit]:
    """Return the hits of the first stretch of text that has the most terms and fits into an excerpt."""
    best: tuple[_Hit, ...] = ()
    most = 0
    window = deque[_Hit]()
    for hit in _hits(text, terms):
        window.append(hit)
        while hit.end - window[0].start > LENGTH - BEFORE and len(window) > 1:
            window.popleft()
        if (different := len({one.term for one in window})) > most:
            best, most = tuple(window), different
            if most == len(set(terms)):
                break
    return best


def _hits(text: str, terms: Sequence[str]) -> Iterator[_Hit]:
    """Yield where `text` has each of the `terms`, in the order in which they end."""
    ending: dict[str, list[tuple[int, list[str]]]] = {}
    for number, term in enumerate(terms):
        *before, last = term.split()
        ending.setdefault(last, []).append((number, before))
    # The beginning of a word is one character of a script without spaces, see `worker.store.words`.
    has_open = any(last.endswith(OPEN) for last in ending)
    longest = max((len(before) for ends in ending.values() for _, before in ends), default=0)
    words, starts = deque[str](maxlen=longest), deque[int](maxlen=longest)
    for word, start, end in places(text):
        ends = [(word, end)] if word in ending else []
        if has_open and (beginning := word[0] + OPEN) in ending:
            ends.append((beginning, start + 1))
        for last, stop in ends:
            for number, before in ending[last]:
                if not before:
                    yield _Hit(number, start, stop)
                elif list(words)[-len(before) :] == before:
                    yield _Hit(number, starts[-len(before)], stop)
        words.append(word)
        starts.append(start)


def _joined(hits: Iterator[_Hit]) -> Iterator[tuple[int, int]]:
    """Yield the places of `hits`, those that overlap or touch as one."""
    last: tuple[int, int] | None = None
    for start, end in sorted((hit.start, hit.end) for hit in hits):
        if last is not None and start <= last[1]:
            last = last[0], max(last[1], end)
            continue
        if last is not None:
            yield last
        last = start, end
    if last is not None:
        yield last
