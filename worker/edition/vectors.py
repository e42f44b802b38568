"""Texts and stored embeddings as vectors of whole numbers, read one by one: of a text only its words' numbers stay."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from worker.edition.patterns import Patterns
from worker.scripts import DENSE

if TYPE_CHECKING:
    from scipy.sparse import csr_array

#: Characters of an article that are read: some 1,300 words; what comes later is background.
MOST_CHARACTERS = 8_000
#: Words in more than this share of a language's digests tell nothing about the event, nor do those in more than
#: MOST_SHARED of them; the second bound keeps the time linear in the number of digests.
COMMON_SHARE, MOST_SHARED = 0.3, 500
#: A word is never common if no more digests than this have it.
NEVER_COMMON = 3
#: Distinct words of a text that says enough to be compared: fewer are a flash, or what a failed extraction left.
LEAST_WORDS = 12
#: How much more a name says about an event than another word does.
NAME_WEIGHT = 2.0

#: Characters of a headline whose words are compared.
MOST_HEADLINE = 150

#: Vectors of length 1 are stored as integers of this scale. Every partial sum of a dot product then stays below 2**24,
#: which float32 holds exactly.
SCALE = 2**11

# Texts in scripts without spaces are compared by pairs of characters.
_WORD = re.compile(f"[{DENSE}]+|[^\\W{DENSE}]{{2,}}")
_DENSE_RUN = re.compile(f"[{DENSE}]+")
# A word within a sentence: if it is capitalised it is a name.
_WITHIN = re.compile(r"(?<=[\w,;)’'] )[^\W\d_][\w’'-]*")

Integers = NDArray[np.signedinteger[Any]]


class Words:
    """The words of some texts, numbered as they come: which words each text has, how often, and which are its names.

    A text is a headline, a line break, and a body.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._rows: list[tuple[Integers, Integers, NDArray[np.bool_]]] = []
        self._headlines: list[Integers] = []
        self.patterns = Patterns()

    def __len__(self) -> int:
        return len(self._rows)

    def read(self, text: str) -> None:
        """Add `text`."""
        text = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS])
        names = _names(text)
        counted = Counter(_words(text.casefold()))
        number = self._numbers.setdefault
        ids = [number(word, len(self._numbers)) for word in counted]
        self._rows.append(
            (
                np.array(ids, dtype=np.int32),
                np.array(list(counted.values()), dtype=np.int32),
                np.array([word in names for word in counted], dtype=np.bool_),
            )
        )
        headline = text.partition("\n")[0][:MOST_HEADLINE]
        own = {self._numbers[word] for word in _words(headline.casefold()) if word in self._numbers}
        self._headlines.append(np.array(sorted(own), dtype=np.int32))
        self.patterns.read(text, names)

    def tfidf(self) -> "csr_array":
        """Return the TF-IDF of the texts as integers: shape (texts, words), rows of SCALE.

        (1 + ln tf) x (1 + ln((n + 1) / (df + 1))), names times NAME_WEIGHT, without the common words.
        """
        from scipy.sparse import csr_array

        spread = self._spread()
        most = max(NEVER_COMMON, min(COMMON_SHARE * len(self), MOST_SHARED))
        # math.log, since numpy's differs between machines in the last bit.
        rarity = np.array([1 + math.log((len(self) + 1) / (df + 1)) if df <= most else 0.0 for df in spread.tolist()])
        often = np.array([0.0] + [1 + math.log(count) for count in range(1, MOST_CHARACTERS)])
        # A word of one text is like no other, but it belongs to the length of the text's vector.
        kept = (spread > 1) & (spread <= most)
        starts, where, weights = [0], [], []
        for words, counts, named in self._rows:
            row = often[counts] * rarity[words] * np.where(named, NAME_WEIGHT, 1.0)
            length = math.sqrt(math.fsum((row * row).tolist()))
            shared = kept[words] if length and len(words) >= LEAST_WORDS else np.zeros(len(words), dtype=np.bool_)
            where.append(words[shared])
            weights.append(np.rint(SCALE * row[shared] / (length or 1)).astype(np.int32))
            starts.append(starts[-1] + len(where[-1]))
        return csr_array(
            (_joined(weights), _joined(where), np.array(starts, dtype=np.int32)), shape=(len(self), len(spread))
        )

    def headlines(self) -> tuple["csr_array", Integers]:
        """Return which text has which word in its headline, shape (texts, words), and how rare each word is: from 0 for
        one that all texts have to SCALE. Common words are left out.
        """
        from scipy.sparse import csr_array

        spread = self._spread()
        top = math.log(len(self) + 1)
        rarity = np.array([round(SCALE * math.log((len(self) + 1) / (df + 1)) / top) for df in spread.tolist()])
        usable = (spread > 1) & (spread <= max(NEVER_COMMON, min(COMMON_SHARE * len(self), MOST_SHARED)))
        rows = [words[usable[words]] for words in self._headlines]
        starts = np.cumsum([0, *map(len, rows)]).astype(np.int32)
        ones = np.ones(int(starts[-1]), dtype=np.int32)
        return csr_array((ones, _joined(rows), starts), shape=(len(self), len(spread))), rarity.astype(np.int32)

    def are_names(self) -> NDArray[np.bool_]:
        """Return of each word whether it is a name in at least half of the texts that have it."""
        named = _joined([words[names] for words, _, names in self._rows])
        return 2 * np.bincount(named, minlength=len(self._numbers)) >= self._spread()

    def _spread(self) -> Integers:
        return np.bincount(_joined([words for words, _, _ in self._rows]), minlength=len(self._numbers))


def embeddings(stored: Sequence[bytes]) -> NDArray[np.float32]:
    """Return the `stored` embeddings as integers of SCALE, held as float32, shape (len(stored), values).

    Only those of the most usual size are taken (another encoder's cannot be compared), and only sound ones; the rest
    are zero.
    """
    sizes = Counter(len(embedding) for embedding in stored if embedding and len(embedding) % 4 == 0)
    size = max(sizes, key=lambda size: (sizes[size], size), default=0)
    vectors = np.zeros((len(stored), size // 4), dtype=np.float32)
    for row, embedding in enumerate(stored):
        if size and len(embedding) == size:
            vector = np.frombuffer(embedding, dtype="<f4")
            if np.isfinite(vector).all() and abs(np.linalg.norm(vector.astype(np.float64)) - 1) <= 0.01:
                vectors[row] = np.rint(vector * SCALE)
    return vectors


def _joined(parts: Sequence[Integers]) -> Integers:
    return np.concatenate([*parts, np.zeros(0, dtype=np.int32)])


def _names(text: str) -> frozenset[str]:
    """Return the words of `text`, case folded, that are capitalised within a sentence."""
    names = (word for word in _WITHIN.findall(text) if word[0].isupper())
    return frozenset(word for name in names for word in _words(name.casefold()))


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
