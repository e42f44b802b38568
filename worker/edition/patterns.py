"""Texts that one template made: the same phrases around other names. They look alike and report different events."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from worker.edition.tokens import Integers, Read

if TYPE_CHECKING:
    from scipy.sparse import csr_array

#: Tokens of a phrase; a row of names is one token, and so is a row of numbers.
PHRASE = 5
#: Of them this many are plain words, else any two texts share the phrase.
LEAST_PLAIN = 3
#: Two texts come from one template if the other has this share of the phrases around names, of the text that has
#: fewer, with other names. Of 3,000 pairs of ECB+ that report one event 0.3 % reach it; invented market, weather
#: and match reports lie between 0.19 and 0.75.
LEAST_SHARE = 0.15
#: And at least this many: one name that differs makes up to PHRASE phrases differ.
LEAST_PHRASES = 3
#: Phrases in more texts than this are set expressions, and cost time.
MOST_TEXTS = 500

#: What stands for a name and for a number among the hashes of words, which are greater in all likelihood.
_NAME, _NUMBER = np.uint64(1), np.uint64(2)
#: An odd number, by which hashes in a row are multiplied, modulo 2**64.
_STEP, _ONE = np.uint64(0x9E3779B97F4A7C15), np.uint64(1)


class Patterns:
    """The phrases around names of some texts, with and without the names: `read` each text, then `close`."""

    def __init__(self) -> None:
        self._read: tuple[list[NDArray[np.uint64]], list[NDArray[np.uint64]]] = ([], [])

    def read(self, text: Read) -> None:
        """Add `text`."""
        for phrases, known in zip(_phrases(text), self._read, strict=True):
            phrases.sort()
            known.append(phrases[np.diff(phrases, prepend=phrases[:1] + _ONE) != 0])

    def close(self) -> None:
        """Make the texts comparable; no further text can be read."""
        masked, filled = self._read
        self._read = ([], [])
        self._sizes = np.array([len(phrases) for phrases in masked], dtype=np.int64)
        self._masked = _incidence(masked)
        masked.clear()
        self._filled = _incidence(filled)
        filled.clear()

    def alike(self, left: Integers, right: Integers) -> NDArray[np.bool_]:
        """Return of each pair of texts whether they come from one template."""
        shared = self._masked[left].multiply(self._masked[right]).sum(axis=1)
        same = self._filled[left].multiply(self._filled[right]).sum(axis=1)
        return _are_alike(shared - same, self._sizes[left], self._sizes[right])

    def among(self, chosen: Integers) -> tuple[Integers, Integers]:
        """Return the pairs of the texts `chosen` that come from one template, as their places in `chosen`."""
        masked, filled = compact(self._masked[chosen]), compact(self._filled[chosen])
        sizes = self._sizes[chosen]
        other = (masked @ masked.T - filled @ filled.T).tocoo()
        alike = _are_alike(other.data, sizes[other.row], sizes[other.col])
        return other.row[alike].astype(np.int64), other.col[alike].astype(np.int64)


def _phrases(read: Read) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return the phrases of a text that hold a name, as two hashes each: with a mark for each name, and with it."""
    marks = np.where(read.are_numbers, _NUMBER, np.where(read.are_names, _NAME, read.hashes))
    if not len(marks):
        return marks, marks
    # A row of names, or of numbers, is one token; the hash of a row of names is made of those of all its names.
    begins = np.flatnonzero(np.concatenate([[True], (marks[1:] != marks[:-1]) | (marks[1:] > _NUMBER)]))
    ends = np.append(begins[1:], len(marks))
    to_end = np.repeat(ends, ends - begins) - 1 - np.arange(len(marks))
    powers = np.multiply.accumulate(np.append(_ONE, np.full(to_end.max(), _STEP)))
    marks, words = marks[begins], np.add.reduceat(read.hashes * powers[to_end], begins)
    words = np.where(marks == _NUMBER, marks, words)
    count = len(marks) - PHRASE + 1
    if count < 1:
        return marks[:0], words[:0]
    windows = [slice(start, start + count) for start in range(PHRASE)]
    named, plain = marks == _NAME, marks > _NUMBER
    has_name = np.logical_or.reduce([named[window] for window in windows])
    usable = has_name & (np.sum([plain[window] for window in windows], axis=0) >= LEAST_PLAIN)
    masked, filled = np.zeros(count, dtype=np.uint64), np.zeros(count, dtype=np.uint64)
    for window in windows:
        masked = masked * _STEP + marks[window]
        filled = filled * _STEP + words[window]
    # Only the names tell a filled phrase from its pattern, so it is hashed with it.
    return masked[usable], (filled + masked * _STEP)[usable]


def _are_alike(shared: Integers, left: Integers, right: Integers) -> NDArray[np.bool_]:
    """Return which pairs come from one template, by the phrases that they share around other names, and the numbers of
    phrases that each text has.
    """
    alike: NDArray[np.bool_] = (shared >= LEAST_PHRASES) & (shared >= LEAST_SHARE * np.minimum(left, right))
    return alike


def _incidence(sets: Sequence[NDArray[np.uint64]]) -> "csr_array":
    """Return which text has which phrase, of those that 2 to MOST_TEXTS texts have: shape (len(sets), phrases)."""
    from scipy.sparse import csr_array

    values, times = np.unique(np.concatenate([*sets, np.zeros(0, dtype=np.uint64)]), return_counts=True)
    shared = values[(times > 1) & (times <= MOST_TEXTS)]
    del values, times
    columns, starts = [np.zeros(0, dtype=np.int32)], [0]
    for hashes in sets:
        place = np.minimum(np.searchsorted(shared, hashes), max(len(shared) - 1, 0))
        columns.append(place[shared[place] == hashes].astype(np.int32) if len(shared) else columns[0])
        starts.append(starts[-1] + len(columns[-1]))
    where = np.concatenate(columns)
    ones = np.ones(len(where), dtype=np.int32)
    return csr_array((ones, where, np.array(starts, dtype=np.int32)), shape=(len(sets), len(shared)))


def compact(rows: "csr_array") -> "csr_array":
    """Return `rows` with only the columns that they use: products of a few rows then cost by their length alone."""
    from scipy.sparse import csr_array

    columns, where = np.unique(rows.indices, return_inverse=True)
    return csr_array((rows.data, where.astype(np.int32), rows.indptr), shape=(rows.shape[0], len(columns)))
