"""Which digests of an edition report the same event: TF-IDF and the stored embeddings, average linkage.

All numbers that are compared are integers, computed exactly: the same digests give the same groups on every machine,
whatever its BLAS, its threads and the order of the rows. Digests in different languages are never grouped.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from worker.edition.patterns import Patterns
from worker.scripts import DENSE

if TYPE_CHECKING:
    from scipy.sparse import csr_array

#: The similarity of two digests is TEXT x the cosine of their TF-IDF + EMBEDDING x the cosine of their embeddings. The
#: words tell two look-alike events apart, embeddings bring together reports in other words.
TEXT, EMBEDDING = 4, 1
#: Two groups become one while the mean similarity between them is at least this much of TEXT + EMBEDDING. It lies on
#: the line between the cosines that were measured for words alone (0.2) and for equal shares (0.4).
LEAST_MEAN = 0.28
#: The same bound for a report that continues a topic of an earlier day, which is compared with one report alone.
LEAST_PAST = 0.31
#: The same bound for two digests of which one has no embedding: then the words count alone.
LEAST_TEXT = 0.2

#: Two articles published further apart than this report two events; the memory of stories is as long. Those without
#: a time are compared with all.
MOST_APART = timedelta(hours=72)

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

#: Digests that are clustered together. If more hang together the weakest links are cut; 2,000 need 120 MB and 0.5 s.
MOST_TOGETHER = 2_000
#: By this factor the least similarity grows while too many hang together.
CUT = 1.1
#: Links of one digest that are followed, the strongest; more are like it only in an edition made from a template.
MOST_LINKS = 200
#: Digests whose similarity to all others is computed in one step; 250 against 10,000 need 60 MB at most.
BLOCK = 250

#: Vectors of length 1 are stored as integers of this scale. Every partial sum of a dot product then stays below 2**24,
#: which float32 holds exactly.
SCALE = 2**11
_ONE = SCALE * SCALE
_FULL = (TEXT + EMBEDDING) * _ONE
_LEAST = math.ceil(LEAST_MEAN * _FULL)
_LEAST_PAST = math.ceil(LEAST_PAST * _FULL)
#: Makes LEAST_TEXT of words alone the same as LEAST_MEAN of the whole.
_TEXT_ALONE = round((TEXT + EMBEDDING) * LEAST_MEAN / LEAST_TEXT)

# Texts in scripts without spaces are compared by pairs of characters.
_WORD = re.compile(f"[{DENSE}]+|[^\\W{DENSE}]{{2,}}")
_DENSE_RUN = re.compile(f"[{DENSE}]+")
# A word within a sentence: if it is capitalised it is a name.
_WITHIN = re.compile(r"(?<=[\w,;)’'] )[^\W\d_][\w’'-]*")

Integers = NDArray[np.signedinteger[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Groupable:
    """What grouping knows of a digest.

    `id` is unique in the edition. `text` is the headline and the article's body. `embedding` is that of
    `worker.article.Digest`, little-endian float32 of length 1, or empty.
    """

    id: str
    text: str
    language: str
    published_at: datetime | None = None
    embedding: bytes = b""


def groups(digests: Sequence[Groupable]) -> list[list[str]]:
    """Return the ids of `digests` in groups that report one event each; most groups are of one.

    Average linkage of the similarities, cut at LEAST_MEAN. The groups and the ids in them are sorted, and the order
    of `digests` changes nothing. Raises ValueError if an id occurs twice.
    """
    if len({digest.id for digest in digests}) < len(digests):
        raise ValueError("two digests of one edition have the same id")
    languages: dict[str, list[Groupable]] = defaultdict(list)
    for digest in sorted(digests, key=lambda digest: digest.id):
        languages[digest.language].append(digest)
    return sorted(
        [digests[index].id for index in group] for digests in languages.values() for group in _grouped(digests)
    )


def nearest(digests: Sequence[Groupable], earlier: Sequence[Groupable]) -> dict[str, str]:
    """Return, by the id of each of `digests` that has one, the id of the most similar of `earlier` in its language.

    It is similar by LEAST_PAST or more; times count for nothing. Of two that are
    as similar, the one with the greater id is taken. Time and memory grow with the square of their number, which is
    cut to MOST_TOGETHER in a language: the last of `earlier` go.
    """
    found = {}
    for language in {digest.language for digest in digests}:
        new = sorted((one for one in digests if one.language == language), key=lambda one: one.id)[:MOST_TOGETHER]
        known = [one for one in earlier if one.language == language][: MOST_TOGETHER - len(new)]
        known.sort(key=lambda one: one.id)
        if not known:
            continue
        likeness = _Likeness([replace(one, published_at=None) for one in (*new, *known)])
        similar = likeness.among(np.arange(len(new) + len(known)))[: len(new), len(new) :]
        for row, digest in enumerate(new):
            best = len(known) - 1 - int(similar[row][::-1].argmax())
            if similar[row, best] >= _LEAST_PAST:
                found[digest.id] = known[best].id
    return found


def _grouped(digests: Sequence[Groupable]) -> list[list[int]]:
    likeness = _Likeness(digests)
    links = _links(likeness, len(digests))
    grouped = []
    for piece in _pieces(links, len(digests), _LEAST):
        if len(piece) == 1:
            grouped.append(piece.tolist())
            continue
        labels = _labels(likeness.among(piece))
        grouped += [piece[labels == label].tolist() for label in np.unique(labels)]
    return grouped


class _Likeness:
    """The similarities of digests in one language, as integers from 0 to _FULL."""

    def __init__(self, digests: Sequence[Groupable]) -> None:
        texts = [_normal(digest.text) for digest in digests]
        names = [_names(text) for text in texts]
        self._words = _tfidf(texts, names)
        self._words_turned = self._words.T.tocsr()
        self._patterns = Patterns(texts, names)
        self._vectors = _embeddings([digest.embedding for digest in digests])
        self._has_vector: NDArray[np.bool_] = np.asarray(self._vectors.any(axis=1))
        # Hours since the epoch; NaN is not further from anything than MOST_APART.
        hours = [digest.published_at.timestamp() / 3600 if digest.published_at else math.nan for digest in digests]
        self._hours = np.array(hours, dtype=np.float64)

    def candidates(self, rows: range) -> tuple[Integers, Integers, Integers]:
        """Return the pairs (row, column, similarity) of `rows` and later columns that have a word in common."""
        shared = (self._words[rows.start : rows.stop] @ self._words_turned).tocoo()
        left, right = shared.row.astype(np.int64) + rows.start, shared.col.astype(np.int64)
        words = shared.data.astype(np.int64)
        # No embedding can lift a pair over the bound by itself.
        wanted = (left < right) & (words * _TEXT_ALONE + EMBEDDING * _ONE >= _LEAST) & (words > 0)
        left, right, words = left[wanted], right[wanted], words[wanted]
        vectors = np.zeros(len(left), dtype=np.int64)
        for start in range(0, len(left), 50_000):
            part = slice(start, start + 50_000)
            vectors[part] = np.einsum("ij,ij->i", self._vectors[left[part]], self._vectors[right[part]])
        whole = self._whole(left, right, words, vectors)
        count = self._words.shape[0]
        row, column = self._patterns.alike(np.arange(rows.start, rows.stop), np.arange(count))
        whole[np.isin(left * count + right, (row + rows.start) * count + column)] = 0
        return left, right, whole

    def among(self, chosen: Integers) -> Integers:
        """Return the similarities among the `chosen` ones, shape (len(chosen), len(chosen))."""
        own = self._words[chosen]
        words = (own @ own.T).toarray()
        vectors = (self._vectors[chosen] @ self._vectors[chosen].T).astype(np.int32)
        whole = self._whole(chosen[:, None], chosen[None, :], words, vectors)
        whole[self._patterns.alike(chosen, chosen)] = 0
        return whole

    def _whole(self, left: Integers, right: Integers, words: Integers, vectors: Integers) -> Integers:
        both = self._has_vector[left] & self._has_vector[right]
        whole = np.where(both, TEXT * words + EMBEDDING * vectors, _TEXT_ALONE * words)
        apart = np.abs(self._hours[left] - self._hours[right]) > MOST_APART / timedelta(hours=1)
        return np.where(apart, 0, np.clip(whole, 0, _FULL))


def _tfidf(texts: Sequence[str], names: Sequence[frozenset[str]]) -> "csr_array":
    """Return the TF-IDF of `texts`, whose names are `names`, as integers: shape (len(texts), words), rows of SCALE.

    (1 + ln tf) x (1 + ln((n + 1) / (df + 1))), names times NAME_WEIGHT, without the common words.
    """
    from scipy.sparse import csr_array

    counted = [Counter(_words(text.casefold())) for text in texts]
    spread = Counter(word for words in counted for word in words)
    most = max(NEVER_COMMON, min(COMMON_SHARE * len(texts), MOST_SHARED))
    # A word of one text is like no other, but it belongs to the length of the text's vector.
    columns = {word: column for column, word in enumerate(sorted(w for w, df in spread.items() if 1 < df <= most))}
    rarity = {word: 1 + math.log((len(texts) + 1) / (df + 1)) for word, df in spread.items() if df <= most}
    starts, where, weights = [0], [], []
    for words, known in zip(counted, names, strict=True):
        row = {
            word: (1 + math.log(count)) * rarity[word] * (NAME_WEIGHT if word in known else 1.0)
            for word, count in sorted(words.items())
            if word in rarity and len(words) >= LEAST_WORDS
        }
        length = math.sqrt(math.fsum(weight * weight for weight in row.values()))
        kept = [(columns[word], round(SCALE * weight / length)) for word, weight in row.items() if word in columns]
        where += [column for column, _ in kept]
        weights += [weight for _, weight in kept]
        starts.append(len(where))
    return csr_array(
        (np.array(weights, dtype=np.int32), np.array(where, dtype=np.int32), np.array(starts, dtype=np.int32)),
        shape=(len(texts), len(columns)),
    )


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:MOST_CHARACTERS])


def _names(text: str) -> frozenset[str]:
    """Return the words of `text`, case folded, that are capitalised within a sentence."""
    names = (word for word in _WITHIN.findall(text) if word[0].isupper())
    return frozenset(word for name in names for word in _words(name.casefold()))


def _words(text: str) -> Iterator[str]:
    for word in _WORD.findall(text):
        if _DENSE_RUN.fullmatch(word) and len(word) > 1:
            yield from (word[start : start + 2] for start in range(len(word) - 1))
        else:
            yield word


def _embeddings(stored: Sequence[bytes]) -> NDArray[np.float32]:
    """Return the `stored` embeddings as integers of SCALE, held as float32, shape (len(stored), values).

    Only those of the most usual size are taken (another encoder's cannot be compared), and only sound ones; the rest
    are zero.
    """
    sizes = Counter(len(embedding) for embedding in stored if embedding and len(embedding) % 4 == 0)
    size = max(sizes, key=lambda size: (sizes[size], size), default=0)
    vectors = np.zeros((len(stored), size // 4), dtype=np.float32)
    for row, embedding in enumerate(stored):
        if size and len(embedding) == size:
            vectors[row] = np.frombuffer(embedding, dtype="<f4")
    vectors[~np.isfinite(vectors).all(axis=1)] = 0
    vectors[np.abs(np.linalg.norm(vectors.astype(np.float64), axis=1) - 1) > 0.01] = 0
    rounded: NDArray[np.float32] = np.rint(vectors * SCALE)
    return rounded


def _links(likeness: _Likeness, count: int) -> tuple[Integers, Integers, Integers]:
    """Return the pairs whose similarity reaches _LEAST, of each digest at most MOST_LINKS, the strongest."""
    blocks = []
    for start in range(0, count, BLOCK):
        left, right, strength = likeness.candidates(range(start, min(start + BLOCK, count)))
        order = np.lexsort((right, -strength, left))
        order = order[strength[order] >= _LEAST]
        left, right, strength = left[order], right[order], strength[order]
        # The place of each pair among those of its digest.
        place = np.arange(len(left)) - np.searchsorted(left, left)
        blocks.append((left[place < MOST_LINKS], right[place < MOST_LINKS], strength[place < MOST_LINKS]))
    left, right, strength = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    return left, right, strength


def _pieces(links: tuple[Integers, Integers, Integers], count: int, least: int) -> Iterator[Integers]:
    """Yield the digests that hang together by `links` of at least `least`, sorted; none has more than MOST_TOGETHER.

    Two groups whose mean similarity reaches the bound have a pair that does, so clustering each piece by itself gives
    what clustering all of them would, unless MOST_TOGETHER cuts.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    left, right, strength = links
    kept = strength >= least
    graph = coo_array((np.ones(int(kept.sum()), dtype=np.int8), (left[kept], right[kept])), shape=(count, count))
    _, labels = connected_components(graph, directed=False)
    order = np.argsort(labels, kind="stable")
    for piece in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1):
        if len(piece) <= MOST_TOGETHER:
            yield piece
            continue
        place = np.full(count, -1)
        place[piece] = np.arange(len(piece))
        inside = place[left] >= 0
        own = place[left[inside]], place[right[inside]], strength[inside]
        for part in _pieces(own, len(piece), math.ceil(least * CUT)):
            yield piece[part]


def _labels(similarities: Integers) -> NDArray[Any]:
    """Return the group of each row, of at least two, by average linkage."""
    from scipy.cluster.hierarchy import fcluster, linkage

    upper = np.triu_indices(len(similarities), 1)
    tree = linkage((_FULL - similarities[upper]).astype(np.float64), "average")
    labels: NDArray[Any] = fcluster(tree, _FULL - _LEAST, "distance")
    return labels
