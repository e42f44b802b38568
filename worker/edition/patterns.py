"""Texts that one template made: the same phrases around other names. They look alike and report different events."""

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import xxhash
from numpy.typing import NDArray

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

Integers = NDArray[np.signedinteger[Any]]

_TOKEN = re.compile(r"\w+")
#: What stands for a name and for a number among the hashes of words, which are greater in all likelihood.
_NAME, _NUMBER = 1, 2
#: An odd number, by which hashes in a row are multiplied, modulo 2**64.
_STEP, _64_BITS = 0x9E3779B97F4A7C15, 2**64 - 1


class Patterns:
    """The phrases around names of some texts, with and without the names: `read` each text, then `close`."""

    def __init__(self) -> None:
        self._tokens: dict[str, int] = {}
        self._read: list[tuple[NDArray[np.uint64], NDArray[np.uint64]]] = []

    def read(self, text: str, names: Collection[str]) -> None:
        """Add `text`, NFKC; `names` are the case-folded words of it that are names."""
        masked, filled = self._phrases(text, names)
        self._read.append((np.unique(masked), np.unique(filled)))

    def close(self) -> None:
        """Make the texts comparable; no further text can be read."""
        self._sizes = np.array([len(masked) for masked, _ in self._read], dtype=np.int64)
        self._masked, self._filled = (_incidence([pair[kind] for pair in self._read]) for kind in (0, 1))
        self._masked_turned, self._filled_turned = self._masked.T.tocsr(), self._filled.T.tocsr()
        self._read, self._tokens = [], {}

    def alike(self, left: Integers) -> tuple[Integers, Integers]:
        """Return the pairs of one of the texts `left` and any text that come from one template, as their numbers."""
        shared, same = self._masked[left] @ self._masked_turned, self._filled[left] @ self._filled_turned
        row, column = _alike(shared, same, self._sizes[left], self._sizes)
        return left[row], column

    def among(self, chosen: Integers) -> tuple[Integers, Integers]:
        """Return the pairs of the texts `chosen` that come from one template, as their places in `chosen`."""
        masked, filled = compact(self._masked[chosen]), compact(self._filled[chosen])
        sizes = self._sizes[chosen]
        return _alike(masked @ masked.T, filled @ filled.T, sizes, sizes)

    def _phrases(self, text: str, names: Collection[str]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Return the phrases of `text` that hold a name, as two hashes each: with a mark for each name, and with it."""
        marks: list[int] = []
        words: list[int] = []
        for token in _TOKEN.findall(text):
            word = token.casefold()
            hashed = self._tokens.get(word)
            if hashed is None:
                hashed = self._tokens[word] = xxhash.xxh3_64_intdigest(word.encode())
            mark = _NUMBER if token.isdigit() else _NAME if word in names and token[0].isupper() else hashed
            if marks and marks[-1] == mark and mark in (_NAME, _NUMBER):
                if mark == _NAME:
                    words[-1] = (words[-1] * _STEP + hashed) & _64_BITS
                continue
            marks.append(mark)
            words.append(mark if mark == _NUMBER else hashed)
        mark_array, word_array = np.array(marks, dtype=np.uint64), np.array(words, dtype=np.uint64)
        count = len(marks) - PHRASE + 1
        if count < 1:
            return mark_array[:0], word_array[:0]
        windows = [slice(start, start + count) for start in range(PHRASE)]
        named, plain = mark_array == _NAME, mark_array > _NUMBER
        has_name = np.logical_or.reduce([named[window] for window in windows])
        usable = has_name & (np.sum([plain[window] for window in windows], axis=0) >= LEAST_PLAIN)
        masked, filled = np.zeros(count, dtype=np.uint64), np.zeros(count, dtype=np.uint64)
        for window in windows:
            masked = masked * np.uint64(_STEP) + mark_array[window]
            filled = filled * np.uint64(_STEP) + word_array[window]
        # Only the names tell a filled phrase from its pattern, so it is hashed with it.
        return masked[usable], (filled + masked * np.uint64(_STEP))[usable]


def _alike(shared: Any, same: Any, left: Integers, right: Integers) -> tuple[Integers, Integers]:
    """Return which pairs come from one template, by the phrases that they share, with and without the names, and the
    numbers of phrases that each text has.
    """
    other = (shared - same).tocoo()
    fewer = np.minimum(left[other.row], right[other.col])
    alike = (other.data >= LEAST_PHRASES) & (other.data >= LEAST_SHARE * fewer)
    return other.row[alike].astype(np.int64), other.col[alike].astype(np.int64)


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
