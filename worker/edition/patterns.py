"""Texts that one template made: the same phrases around other names. They look alike and report different events."""

import re
from collections.abc import Iterator, Sequence
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
_NAME, _NUMBER = "_", "#"


class Patterns:
    """The phrases around names of some texts, with and without the names."""

    def __init__(self, texts: Sequence[str], names: Sequence[frozenset[str]]) -> None:
        """Read `texts`, NFKC; `names` are the case-folded words of each that are names."""
        masked, filled = [], []
        for text, known in zip(texts, names, strict=True):
            phrases = dict(_phrases(text, known))
            masked.append(np.fromiter(phrases.values(), dtype=np.uint64, count=len(phrases)))
            filled.append(np.fromiter(phrases, dtype=np.uint64, count=len(phrases)))
        masked = [np.unique(hashes) for hashes in masked]
        self._sizes = np.array([len(hashes) for hashes in masked], dtype=np.int64)
        self._masked, self._filled = _incidence(masked), _incidence(filled)

    def alike(self, left: Integers, right: Integers) -> tuple[Integers, Integers]:
        """Return the pairs that come from one template, as places in `left` and in `right`, two lists of texts."""
        shared = self._masked[left] @ self._masked[right].T
        same = self._filled[left] @ self._filled[right].T
        other = (shared - same).tocoo()
        fewer = np.minimum(self._sizes[left][other.row], self._sizes[right][other.col])
        alike = (other.data >= LEAST_PHRASES) & (other.data >= LEAST_SHARE * fewer)
        return other.row[alike].astype(np.int64), other.col[alike].astype(np.int64)


def _phrases(text: str, names: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield the phrases of `text` that hold a name, each as two hashes: with the names, and with a mark for each."""
    marks: list[str] = []
    words: list[str] = []
    for token in _TOKEN.findall(text):
        word = token.casefold()
        mark = _NUMBER if token.isdigit() else _NAME if word in names and token[0].isupper() else word
        if mark in (_NAME, _NUMBER) and marks and marks[-1] == mark:
            words[-1] += f" {word}"
            continue
        marks.append(mark)
        words.append("" if mark == _NUMBER else word)
    for start in range(len(marks) - PHRASE + 1):
        phrase = marks[start : start + PHRASE]
        taken = phrase.count(_NAME)
        if taken and PHRASE - taken - phrase.count(_NUMBER) >= LEAST_PLAIN:
            masked = " ".join(phrase)
            fills = "|".join(words[start + at] for at, mark in enumerate(phrase) if mark == _NAME)
            yield xxhash.xxh3_64_intdigest(f"{masked}|{fills}".encode()), xxhash.xxh3_64_intdigest(masked.encode())


def _incidence(sets: Sequence[NDArray[np.uint64]]) -> "csr_array":
    """Return which text has which phrase, of those that 2 to MOST_TEXTS texts have: shape (len(sets), phrases)."""
    from scipy.sparse import csr_array

    everything = np.concatenate([*sets, np.zeros(0, dtype=np.uint64)])
    values, column, times = np.unique(everything, return_inverse=True, return_counts=True)
    row = np.repeat(np.arange(len(sets)), [len(hashes) for hashes in sets])
    usable = ((times > 1) & (times <= MOST_TEXTS))[column]
    ones = np.ones(int(usable.sum()), dtype=np.int32)
    return csr_array((ones, (row[usable], column[usable])), shape=(len(sets), len(values)))
