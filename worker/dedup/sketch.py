"""The sketch of a text: a sample of its shingles from which containment in another text can be told.

Bottom-k (KMV) sampling of 4-word shingles: Broder, "On the resemblance and containment of documents", 1997; the
numbers here were chosen on real reprints (notes/duplicates.md: F1 0.986 against 0.746 for MinHash-LSH).
"""

import re
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import xxhash

from worker.scripts import DENSE

# numpy is imported in the functions: every command that opens the store comes by here, and few of them compare texts.
# It takes 0.15 s of CPU time and 14 MB.
if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Hashes = npt.NDArray[np.uint64]

#: Tokens in a shingle. Three let templates match (F1 -0.02), five lose reprints with many small edits.
SHINGLE: Final = 4
#: Hashes in a sketch. With 64 the estimate of a containment is off by 0.065, which decides whether a reworded copy is
#: found, and 1 to 2 % of the pairs depend on the order in which copies come; with 128 it is 0.045, and under 0.5 %.
SIZE: Final = 128
#: Distinct shingles that a text needs to be compared by sketch; below, only the exact text counts.
LEAST_SHINGLES: Final = 15
#: Places that are told apart in a text, from its beginning to its end.
PLACES: Final = 100
#: Bits of a hash: a script in Redis counts in doubles, which are exact to 53.
BITS: Final = 48

# The numbers that the claim and the placement of articles share.

#: Length of a generation of the index, seconds. Two are looked up, so a story is remembered for 36 to 72 hours.
WINDOW_SECONDS: Final = 36 * 3600
#: Containment from which the shared part need not be in the lead of both (below, shared footers would merge stories).
SURE_CONTAINMENT: Final = 0.8
#: How much longer a text must be than the one that it contains to be the full story after a stub.
GROWTH: Final = 1.5
#: Ratio of two lengths from which two texts count as of nearly one length.
AS_LONG: Final = 0.9
#: Containment below which a reprint is a document of its own, with which later articles are compared.
VARIANT: Final = 0.9

#: Code points up to which combining marks are looked for; beyond there are only variation selectors.
_LAST_MARK: Final = 0x1FFFF
#: An odd multiplier of 64 bits (the first of splitmix64) for the polynomial over a shingle's tokens.
_STEP: Final = 0x9E3779B97F4A7C15


@dataclass(frozen=True, slots=True)
class Sketch:
    """The SIZE smallest shingle hashes of a text (all of them where there are fewer), ascending.

    `places[i]` says where in the text `hashes[i]` first stands, 0 to PLACES - 1. `shingles` counts the distinct
    shingles of the whole text; 0 hashes belong to a text that is too short to be compared.
    """

    hashes: tuple[int, ...]
    places: tuple[int, ...]
    shingles: int

    @property
    def comparable(self) -> bool:
        """Whether the text is long enough to be compared by its sketch."""
        return bool(self.hashes)

    def packed(self) -> bytes:
        """Return seven bytes for each hash: the hash, big-endian, and its place."""
        return b"".join(
            number.to_bytes(6, "big") + bytes([place]) for number, place in zip(self.hashes, self.places, strict=True)
        )


def sketch(body: str) -> Sketch:
    """Return the sketch of `body`."""
    import numpy as np

    every = _shingles(tokens(body))
    distinct, first = np.unique(every, return_index=True)
    if len(distinct) < LEAST_SHINGLES:
        return Sketch((), (), len(distinct))
    places = PLACES * first[:SIZE] // len(every)
    return Sketch(tuple(distinct[:SIZE].tolist()), tuple(places.tolist()), len(distinct))


def containment(part: str, whole: str) -> float:
    """Return which share of the distinct shingles of `part` stands in `whole` too, 0.0 to 1.0; exact, no estimate."""
    import numpy as np

    wanted = np.unique(_shingles(tokens(part)))
    if not len(wanted):
        return 0.0
    return float(np.isin(wanted, _shingles(tokens(whole))).mean())


def length(body: str) -> int:
    """Return how many tokens `body` has."""
    return len(tokens(body))


def tokens(body: str) -> list[str]:
    """Return the words of `body` after NFKC and case folding; in scripts without spaces, the characters."""
    return _pattern().findall(unicodedata.normalize("NFKC", body).casefold())


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(rf"[{DENSE}]|(?:(?![{DENSE}])[\w{marks()}])+")


@cache
def marks() -> str:
    """Return the combining marks as the inside of a character class.

    The class of word characters has none of them, and without them the words of Devanagari or Tamil fall to pieces.
    """
    return _ranges(code for code in range(min(_LAST_MARK, sys.maxunicode)) if unicodedata.category(chr(code))[0] == "M")


def _ranges(codes: Iterable[int]) -> str:
    """Return ascending `codes` as the inside of a character class."""
    found: list[list[int]] = []
    for code in codes:
        if found and code == found[-1][1] + 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in found)


def _shingles(words: list[str]) -> "Hashes":
    """Return the hash of every run of SHINGLE tokens, in the order of the text."""
    import numpy as np

    if len(words) < SHINGLE:
        return np.empty(0, np.uint64)
    each = np.fromiter((xxhash.xxh3_64_intdigest(word.encode()) for word in words), np.uint64, len(words))
    count = len(words) - SHINGLE + 1
    combined = np.zeros(count, np.uint64)
    for offset in range(SHINGLE):
        combined = combined * np.uint64(_STEP) + each[offset : offset + count]
    return _mixed(combined) >> np.uint64(64 - BITS)


def _mixed(values: "Hashes") -> "Hashes":
    """Return `values` with their bits spread (the finalizer of splitmix64, Steele and others, 2014)."""
    import numpy as np

    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
