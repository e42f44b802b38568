"""Texts and stored embeddings as vectors of whole numbers, read one by one: of a text only its words' numbers stay."""

import math
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from worker.edition.patterns import Patterns
from worker.edition.tokens import Integers, Tokens, view

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
#: which float32 holds exactly: it is computed in float32.
SCALE = 2**11


class Words:
    """The words of some texts, numbered as they come: which words each text has, how often, and which are its names.

    A text is a headline, a line break, and a body.
    """

    def __init__(self) -> None:
        self._tokens = Tokens()
        # One text after the other, in as few bytes as they need: its words, how often it has each, which are names.
        self._ids, self._counts, self._named = array("i"), array("H"), array("b")
        self._starts = array("q", [0])
        self._headline_ids, self._headline_starts = array("i"), array("q", [0])
        self.patterns = Patterns()

    def __len__(self) -> int:
        return len(self._starts) - 1

    def read(self, text: str) -> None:
        """Add `text`."""
        text = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS])
        read = self._tokens.read(text)
        words, counts = np.unique(read.words, return_counts=True)
        self._ids.frombytes(words.astype(np.int32).tobytes())
        self._counts.frombytes(counts.astype(np.uint16).tobytes())
        self._named.frombytes(np.isin(words, read.names).astype(np.int8).tobytes())
        self._starts.append(len(self._ids))
        headline = text.partition("\n")[0][:MOST_HEADLINE]
        self._headline_ids.extend(sorted(set(self._tokens.numbered(headline))))
        self._headline_starts.append(len(self._headline_ids))
        self.patterns.read(read)

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
        ids, counts, named = view(self._ids), view(self._counts), view(self._named)
        most_values = int(kept[ids].sum())
        where, weights = np.empty(most_values, dtype=np.int32), np.empty(most_values, dtype=np.int32)
        starts = np.zeros(len(self) + 1, dtype=np.int32)
        for text in range(len(self)):
            part = slice(self._starts[text], self._starts[text + 1])
            words = ids[part]
            row = often[counts[part]] * rarity[words] * np.where(named[part], NAME_WEIGHT, 1.0)
            length = math.sqrt(math.fsum((row * row).tolist()))
            shared = kept[words] if length and len(words) >= LEAST_WORDS else np.zeros(len(words), dtype=np.bool_)
            own = slice(starts[text], starts[text] + int(shared.sum()))
            where[own], weights[own] = words[shared], np.rint(SCALE * row[shared] / (length or 1))
            starts[text + 1] = own.stop
        return csr_array((weights[: starts[-1]], where[: starts[-1]], starts), shape=(len(self), len(spread)))

    def headlines(self) -> tuple["csr_array", Integers]:
        """Return which text has which word in its headline, shape (texts, words), and how rare each word is: from 0 for
        one that all texts have to SCALE. Common words are left out.
        """
        from scipy.sparse import csr_array

        spread = self._spread()
        top = math.log(len(self) + 1)
        rarity = np.array([round(SCALE * math.log((len(self) + 1) / (df + 1)) / top) for df in spread.tolist()])
        usable = (spread > 1) & (spread <= max(NEVER_COMMON, min(COMMON_SHARE * len(self), MOST_SHARED)))
        ids = view(self._headline_ids)
        before = np.concatenate([[0], np.cumsum(usable[ids])])
        starts = before[view(self._headline_starts)].astype(np.int32)
        where = ids[usable[ids]]
        ones = np.ones(len(where), dtype=np.int32)
        return csr_array((ones, where, starts), shape=(len(self), len(spread))), rarity.astype(np.int32)

    def are_names(self) -> NDArray[np.bool_]:
        """Return of each word whether it is a name in at least half of the texts that have it."""
        named = view(self._ids)[view(self._named) > 0]
        return 2 * np.bincount(named, minlength=len(self._tokens.words)) >= self._spread()

    def _spread(self) -> Integers:
        return np.bincount(view(self._ids), minlength=len(self._tokens.words))


class Vectors:
    """Stored embeddings as integers of SCALE: `read` each, then `close`."""

    def __init__(self) -> None:
        self._read: list[NDArray[np.int16]] = []

    def read(self, stored: bytes) -> None:
        """Add the embedding `stored`."""
        if len(stored) % 4:
            stored = b""
        vector = np.frombuffer(stored, dtype="<f4")
        is_sound = np.isfinite(vector).all() and abs(np.linalg.norm(vector.astype(np.float64)) - 1) <= 0.01
        self._read.append((np.rint(vector * SCALE) if is_sound else np.zeros(len(vector))).astype(np.int16))

    def close(self) -> NDArray[np.int16]:
        """Return the embeddings, shape (embeddings, values); no further one can be read.

        Only those of the most usual size are taken (another encoder's cannot be compared), and only sound ones; the
        rest are zero.
        """
        sizes = Counter(len(vector) for vector in self._read if len(vector))
        size = max(sizes, key=lambda size: (sizes[size], size), default=0)
        vectors = np.zeros((len(self._read), size), dtype=np.int16)
        for row, vector in enumerate(self._read):
            if len(vector) == size:
                vectors[row] = vector
        self._read = []
        return vectors


def embeddings(stored: Iterable[bytes]) -> NDArray[np.int16]:
    """Return the embeddings `stored` as Vectors makes them."""
    vectors = Vectors()
    for embedding in stored:
        vectors.read(embedding)
    return vectors.close()
