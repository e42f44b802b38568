"""The words of the search: the same in an article and in a question, and on both kinds of store.

Case, accents and the width of letters do not count. Everything but letters, digits and marks separates words. In
scripts that are written without spaces, and in Korean, whose particles hang on the word, every character begins a word
of two: 港口罢工 is 港口 口罢 罢工 工. So characters that are side by side are found by words that are side by side.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from worker.scripts import DENSE, HANGUL

#: Characters of a word that count: PostgreSQL's index has no room for words of more than 2 KB.
LONGEST: Final = 64
#: Ends a word of a question of which only the beginning is given: a lone character of a script without spaces.
OPEN: Final = "*"

_CHUNK = re.compile(r"\S+")
_ASCII_WORD = re.compile(r"[0-9a-z]+")
_RUN = re.compile(rf"(?P<dense>[{DENSE}{HANGUL}]+)|[^ {DENSE}{HANGUL}]+")

#: Combining classes of marks that do not count: overlays, the points of Hebrew, Arabic and Syriac, which few write, and
#: accents. The others are letters of their scripts: signs of voicing, vowels, viramas, tones.
_ACCENTS: Final = frozenset({1, *range(10, 37), *range(200, 241)})


class _Signs(dict[int, str | None]):
    """Character -> itself in a word, a space between words, or None if it does not count."""

    def __missing__(self, code: int) -> str | None:
        sign = chr(code)
        kind = unicodedata.category(sign)
        # Soft hyphens, joiners, directions, selectors of a shape and enclosures change no word.
        if kind in ("Cf", "Me") or 0xFE00 <= code <= 0xFE0F or unicodedata.combining(sign) in _ACCENTS:
            self[code] = None
        else:
            self[code] = sign if kind[0] in "LMN" else " "
        return self[code]


_SIGNS: Final = _Signs()


def fold(text: str) -> str:
    """Return the words of `text` as they are written, a space between them."""
    return " ".join(_written(text))


def words(text: str) -> list[str]:
    """Return the words of `text` in their order, each of at most LONGEST characters."""
    parts: list[str] = []
    for word in _written(text):
        if word.isascii():
            parts.append(word[:LONGEST])
            continue
        for run in _RUN.finditer(word):
            parts += _twos(run[0]) if run["dense"] else [run[0][:LONGEST]]
    return parts


def places(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the words of `text` in their order, each with where in `text` it begins and ends."""
    for chunk in _CHUNK.finditer(text):
        if chunk[0].isascii():
            for word in _ASCII_WORD.finditer(chunk[0].lower()):
                yield word[0][:LONGEST], chunk.start() + word.start(), chunk.start() + word.end()
        else:
            yield from _places_in(chunk[0], chunk.start())


def asked(text: str) -> list[str]:
    """Return the words that are side by side in every article that contains `text`; the last may end with OPEN."""
    runs = list(_RUN.finditer(fold(text)))
    parts = words(text)
    if not runs or not runs[-1]["dense"]:
        return parts
    # In an article the last character may be followed by another, and then is no word: only the beginning of one.
    return parts[:-1] if len(runs[-1][0]) > 1 else [*parts[:-1], parts[-1] + OPEN]


def _written(text: str) -> list[str]:
    return _plain(text).split()


def _plain(text: str) -> str:
    """Return the letters of `text` as they are compared, and a space for all that separates words."""
    # A compatibility decomposition first: it makes wide and narrow letters one, and takes the accents off the letters.
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_SIGNS)
    return unicodedata.normalize("NFC", plain)


def _places_in(chunk: str, offset: int) -> Iterator[tuple[str, int, int]]:
    """Yield the words of `chunk`, which has no space, and the places of each, counted from `offset`."""
    letters, starts, ends = "", list[int](), list[int]()
    for start, end in _clusters(chunk):
        plain = _plain(chunk[start:end])
        letters += plain
        starts += [offset + start] * len(plain)
        ends += [offset + end] * len(plain)
    for run in _RUN.finditer(letters):
        for at in range(run.start(), run.end()) if run["dense"] else (run.start(),):
            end = min(at + 2, run.end()) if run["dense"] else run.end()
            yield letters[at:end][:LONGEST], starts[at], ends[end - 1]


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each character of `text` begins and ends with what joins it: marks, and the parts of a syllable."""
    start = 0
    for at in range(1, len(text)):
        first = unicodedata.normalize("NFKD", text[at])[0]
        if not (unicodedata.combining(first) or "\u1160" <= first <= "\u11ff"):
            yield start, at
            start = at
    if text:
        yield start, len(text)


def _twos(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run))]
