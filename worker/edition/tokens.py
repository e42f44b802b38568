"""The words of texts, numbered as they come, and what is known of each token that they are written with.

A token is a row of letters and digits, as it is written. Most are one word; a single letter is none, and a row of a
script without spaces is several. What is known of a token is found once, however many texts have it.
"""

import re
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeVar

import numpy as np
import xxhash
from numpy.typing import NDArray

from worker.scripts import DENSE

Integers = NDArray[np.signedinteger[Any]]
Value = TypeVar("Value")

#: Stand for the word of a token that has none, and of one that has several.
_NONE, _SEVERAL = -1, -2

_TOKEN = re.compile(r"\w+")
# Texts in scripts without spaces are compared by pairs of characters.
_WORD = re.compile(f"[{DENSE}]+|[^\\W{DENSE}]{{2,}}")
_DENSE_RUN = re.compile(f"[{DENSE}]+")
# A word within a sentence: if it is capitalised it is a name. It begins with the space and passes over small letters of
# English because it is run over every text.
_WITHIN = re.compile(r" (?<=[\w,;)’'] )([^\W\d_a-z][\w’'-]*)")


@dataclass(frozen=True, slots=True)
class Read:
    """The tokens of a text, in order: `hashes` whatever their capitals, and which are numbers, which are names. And
    its `words`, each as often as the text has it, in no order; `names` are those that are names, each once.
    """

    hashes: NDArray[np.uint64]
    are_numbers: NDArray[np.bool_]
    are_names: NDArray[np.bool_]
    words: Integers
    names: Integers


class Tokens:
    """The distinct tokens of the texts that were read."""

    def __init__(self) -> None:
        #: The number of each distinct word.
        self.words: dict[str, int] = {}
        self._tokens = _Made(self._token)
        self._names = _Made(self._name)
        # By the number of a token: its word's number, its hash, whether it begins with a capital, has digits only.
        self._word, self._hash = array("i"), array("Q")
        self._is_capital, self._is_number = array("b"), array("b")
        self._several: dict[int, tuple[int, ...]] = {}

    def read(self, text: str) -> Read:
        """Return the tokens of `text`, NFKC."""
        written = _TOKEN.findall(text)
        tokens = np.fromiter(map(self._tokens.__getitem__, written), dtype=np.int32, count=len(written))
        within = map(self._names.__getitem__, _WITHIN.findall(text))
        names = np.fromiter(set(chain.from_iterable(within)), dtype=np.int32)
        words = view(self._word)[tokens]
        several = chain.from_iterable(map(self._several.__getitem__, tokens[words == _SEVERAL].tolist()))
        return Read(
            hashes=view(self._hash)[tokens],
            are_numbers=view(self._is_number)[tokens] > 0,
            are_names=(view(self._is_capital)[tokens] > 0) & np.isin(words, names),
            words=np.concatenate([words[words >= 0], np.fromiter(several, dtype=np.int32)]),
            names=names,
        )

    def numbered(self, text: str) -> tuple[int, ...]:
        """Return the numbers of the words of `text`."""
        return tuple(self.words.setdefault(word, len(self.words)) for word in _words(text.casefold()))

    def _token(self, token: str) -> int:
        words = self.numbered(token)
        number = len(self._word)
        if len(words) > 1:
            self._several[number] = words
        self._word.append(_SEVERAL if len(words) > 1 else words[0] if words else _NONE)
        self._hash.append(xxhash.xxh3_64_intdigest(token.casefold().encode()))
        self._is_capital.append(token[0].isupper())
        self._is_number.append(token.isdigit())
        return number

    def _name(self, word: str) -> tuple[int, ...]:
        return self.numbered(word) if word[0].isupper() else ()


class _Made(dict[str, Value]):
    """A dict that makes the value of a key that it has not."""

    def __init__(self, make: Callable[[str], Value]) -> None:
        self._make = make

    def __missing__(self, key: str) -> Value:
        value = self[key] = self._make(key)
        return value


def view(values: "array[int]") -> NDArray[Any]:
    """Return `values` as numpy sees them, without a copy; nothing can be appended to them as long as it is there."""
    return np.frombuffer(values, dtype=values.typecode) if values else np.zeros(0, dtype=values.typecode)


def _words(text: str) -> Iterator[str]:
    words: list[str] = _WORD.findall(text)
    if _DENSE_RUN.search(text) is None:
        yield from words
        return
    for word in words:
        if _DENSE_RUN.fullmatch(word) and len(word) > 1:
            yield from (word[start : start + 2] for start in range(len(word) - 1))
        else:
            yield word
