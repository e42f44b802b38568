"""Which digests of an edition report the same event: TF-IDF and the stored embeddings, average linkage; a report that
stays alone, or a pair, then joins a topic under other tests.

All numbers that are compared are integers, computed exactly: the same digests give the same groups on every machine,
whatever its BLAS, its threads and the order of the rows. Digests in different languages are never grouped.
"""

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from worker.edition.patterns import compact
from worker.edition.tokens import Integers
from worker.edition.vectors import SCALE, Vectors, Words

#: The similarity of two digests is TEXT x the cosine of their TF-IDF + EMBEDDING x the cosine of their embeddings. The
#: words tell two look-alike events apart, embeddings bring together reports in other words.
TEXT, EMBEDDING = 4, 1
#: Two groups become one while the mean similarity between them is at least this much of TEXT + EMBEDDING. On ECB+ more
#: gives a higher F1, but it tears events apart that a reader sees as one.
LEAST_MEAN = 0.28
#: The same bound for a report that continues a topic of an earlier day, which is compared with one report alone.
LEAST_PAST = 0.30
#: The same bound for two digests of which one has no embedding: then the words count alone.
LEAST_TEXT = 0.2

#: A report that stayed alone joins the topic of which one report is as similar as this, if no other topic has one that
#: comes within CLEAR of it, and if their headlines share a word of which NAMING is the least rarity (0: all texts have
#: it, 1: the rarest).
LEAST_JOIN, CLEAR, NAMING = 0.29, 0.06, 0.5
#: Or it joins the topic of the report with which its headline shares so many words, of at least so much rarity
#: together, if they are so similar. Of the reports alone in ECB+ and in 323 articles of development data 11 join, by
#: either test, and all of them rightly.
HEADLINE_WORDS, HEADLINE_RARITY, LEAST_HEADLINE = 3, 2.0, 0.15
#: Or it joins the topic whose name is in its headline, and so do MOST_JOINING reports whose headlines all have the
#: name, if one of them is as similar to one of the topic's, and to none elsewhere that comes within CLEAR. A topic's
#: name is a name that half of its headlines have, and of the texts that have it more than half are the topic's; a topic
#: of fewer reports than NAMED_FROM, or of no more than join, has none. In the same data 7 join, 6 of them rightly.
LEAST_NAMED, NAMED_FROM, MOST_JOINING = 0.18, 2, 2

#: Two digests are less similar by one part in LESS if the cosine of their embeddings is below LEAST_MEANING: they share
#: people and places and tell of different things. They are so, too, if they were published further apart than
#: MOST_APART, unless their headlines share a word of NAMING: they are more often two events, but a date may be that of
#: a crawl or of a page's last change, and an event may be reported for weeks.
LESS, LEAST_MEANING, MOST_APART = 5, 0.3, timedelta(hours=72)

#: Digests that are clustered together. If more hang together the weakest links are cut; 2,000 need 120 MB and 0.5 s.
MOST_TOGETHER = 2_000
#: By this factor the least similarity grows while too many hang together.
CUT = 1.1
#: Links of one digest that are followed, the strongest; more are like it only in an edition made from a template.
MOST_LINKS = 200
#: Digests whose similarity to all others is computed in one step; 100 against 40,000 need 60 MB at most.
BLOCK = 100

_ONE = SCALE * SCALE
_FULL = (TEXT + EMBEDDING) * _ONE
_LEAST = math.ceil(LEAST_MEAN * _FULL)
_LEAST_JOIN, _CLEAR, _LEAST_HEADLINE, _LEAST_NAMED = (
    math.ceil(least * _FULL) for least in (LEAST_JOIN, CLEAR, LEAST_HEADLINE, LEAST_NAMED)
)
_LEAST_PAST = math.ceil(LEAST_PAST * _FULL)
#: Makes LEAST_TEXT of words alone the same as LEAST_MEAN of the whole.
_TEXT_ALONE = round((TEXT + EMBEDDING) * LEAST_MEAN / LEAST_TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Groupable:
    """What grouping knows of a digest.

    `id` is unique in the edition. `text` is the article's body, with its headline and a line break before it if that is
    not in `headline`. `embedding` is that of `worker.article.Digest`, little-endian float32 of length 1, or empty.
    """

    id: str
    text: str
    language: str
    headline: str = ""
    published_at: datetime | None = None
    embedding: bytes = b""


def groups(digests: Iterable[Groupable]) -> list[list[str]]:
    """Return the ids of `digests` in groups that report one event each; most groups are of one.

    Average linkage of the similarities, cut at LEAST_MEAN; then the reports that are alone join (LEAST_JOIN,
    HEADLINE_WORDS, LEAST_NAMED). The groups and the ids in them are sorted. `digests` come by their ids and are read
    one by one: none of them stays in memory. Raises ValueError if they come in another order, or an id comes twice.
    """
    names: dict[str, list[str]] = defaultdict(list)
    languages: dict[str, _Likeness] = defaultdict(_Likeness)
    last = ""
    for digest in digests:
        if digest.id <= last:
            raise ValueError(f"digests come by their ids, each once: {digest.id} came after {last}")
        last = digest.id
        names[digest.language].append(digest.id)
        languages[digest.language].read(digest)
    grouped: list[list[str]] = []
    while languages:
        language, likeness = languages.popitem()
        grouped += ([names[language][row] for row in group] for group in _grouped(likeness))
    return sorted(grouped)


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
        likeness = _Likeness()
        for digest in (*new, *known):
            likeness.read(replace(digest, published_at=None))
        likeness.close()
        similar = likeness.among(np.arange(len(new) + len(known)))[: len(new), len(new) :]
        for row, digest in enumerate(new):
            best = len(known) - 1 - int(similar[row][::-1].argmax())
            if similar[row, best] >= _LEAST_PAST:
                found[digest.id] = known[best].id
    return found


def _grouped(likeness: "_Likeness") -> list[list[int]]:
    count = likeness.close()
    links = _links(likeness, count)
    grouped = []
    for piece in _pieces(links, count, _LEAST):
        # Two that hang together are as similar as a group has to be.
        if len(piece) <= 2:
            grouped.append(piece.tolist())
            continue
        labels = _labels(likeness.among(piece))
        grouped += [piece[labels == label].tolist() for label in np.unique(labels)]
    joined = _joined(likeness, links, grouped)
    return _merged(joined, _by_name(likeness, links, joined))


def _merged(grouped: Sequence[list[int]], joins: dict[int, int]) -> list[list[int]]:
    """Return `grouped` after each group that is a key of `joins` has become part of the other."""
    whole = [list(rows) for rows in grouped]
    for number, other in joins.items():
        while other in joins:
            other = joins[other]
        whole[other] += grouped[number]
    return [sorted(rows) for number, rows in enumerate(whole) if number not in joins]


def _joined(
    likeness: "_Likeness", links: tuple[Integers, Integers, Integers], grouped: Sequence[list[int]]
) -> list[list[int]]:
    """Return `grouped` after each report that is alone has joined the topic of several reports that it belongs to."""
    count = sum(map(len, grouped))
    topic = np.full(count, -1)
    for number, rows in enumerate(grouped):
        if len(rows) > 1:
            topic[rows] = number
    joins = {**_by_headline(likeness, topic), **_by_nearness(likeness, links, topic)}
    number_of = {rows[0]: number for number, rows in enumerate(grouped)}
    return _merged(grouped, {number_of[row]: number for row, number in joins.items()})


def _by_nearness(likeness: "_Likeness", links: tuple[Integers, Integers, Integers], topic: Integers) -> dict[int, int]:
    """Return the topic of each report alone that is near to it and to no other (LEAST_JOIN)."""
    left, right, strength = links
    alone, member = np.concatenate([left, right]), np.concatenate([right, left])
    strength = np.concatenate([strength, strength])
    wanted = (topic[alone] < 0) & (topic[member] >= 0)
    alone, member, strength = alone[wanted], member[wanted], strength[wanted]
    order = np.lexsort((member, -strength, alone))
    joins: dict[int, int] = {}
    for row in np.unique(alone[strength >= _LEAST_JOIN]).tolist():
        own = order[np.searchsorted(alone[order], row) : np.searchsorted(alone[order], row, side="right")]
        best = own[0]
        others = strength[own[topic[member[own]] != topic[member[best]]]]
        is_clear = not len(others) or strength[best] - others[0] >= _CLEAR
        if is_clear and likeness.are_named_alike(np.array([row]), member[[best]])[0]:
            joins[row] = int(topic[member[best]])
    return joins


def _by_headline(likeness: "_Likeness", topic: Integers) -> dict[int, int]:
    """Return the topic of each report alone whose headline says the same as one of its reports' (HEADLINE_WORDS)."""
    joins: dict[int, int] = {}
    rows, members = np.flatnonzero(topic < 0), np.flatnonzero(topic >= 0)
    for start in range(0, len(rows), BLOCK):
        alone, member, strength = likeness.of_headlines(rows[start : start + BLOCK], members)
        for place in np.lexsort((member, -strength, alone)).tolist():
            if strength[place] >= _LEAST_HEADLINE:
                joins.setdefault(int(alone[place]), int(topic[member[place]]))
    return joins


def _by_name(
    likeness: "_Likeness", links: tuple[Integers, Integers, Integers], grouped: Sequence[list[int]]
) -> dict[int, int]:
    """Return, by its number in `grouped`, which other group each small one joins because of its name (LEAST_NAMED)."""
    topics = [(number, rows) for number, rows in enumerate(grouped) if len(rows) >= NAMED_FROM]
    named = {word: number for number, rows in topics for word in likeness.names_of(rows)}
    group = np.empty(sum(map(len, grouped)), dtype=np.int64)
    for number, rows in enumerate(grouped):
        group[rows] = number
    left, right, strength = links
    own, other = group[np.concatenate([left, right])], group[np.concatenate([right, left])]
    order = np.argsort(own, kind="stable")
    own, other, strength = own[order], other[order], np.concatenate([strength, strength])[order]
    joins: dict[int, int] = {}
    for number, rows in enumerate(grouped):
        candidates = set.intersection(
            *({named[word] for word in likeness.headline(row) if word in named} for row in rows)
        )
        candidates = {topic for topic in candidates if len(grouped[topic]) > len(rows)}
        if len(rows) > MOST_JOINING or len(candidates) != 1:
            continue
        topic = candidates.pop()
        nearest = likeness.nearest(rows, grouped[topic])
        part = slice(*np.searchsorted(own, [number, number + 1]))
        elsewhere = strength[part][(other[part] != number) & (other[part] != topic)]
        is_clear = not len(elsewhere) or nearest - elsewhere.max() >= _CLEAR
        if nearest >= _LEAST_NAMED and is_clear:
            joins[number] = topic
    return joins


class _Likeness:
    """The similarities of digests in one language, as integers from 0 to _FULL: `read` each digest, then `close`."""

    def __init__(self) -> None:
        self._texts, self._stored = Words(), Vectors()
        # Hours since the epoch; NaN is not further from anything than MOST_APART.
        self._published = array("d")

    def read(self, digest: Groupable) -> None:
        """Add `digest`."""
        self._texts.read(f"{digest.headline}\n{digest.text}" if digest.headline else digest.text)
        self._stored.read(digest.embedding)
        self._published.append(digest.published_at.timestamp() / 3600 if digest.published_at else math.nan)

    def close(self) -> int:
        """Make the digests comparable and return how many they are; no further one can be read."""
        texts, self._texts = self._texts, Words()
        self._words = texts.tfidf()
        self._headlines, self._rarity = texts.headlines()
        self._naming = self._headlines.multiply(self._rarity >= NAMING * SCALE).astype(np.int8).tocsr()
        self._is_name = texts.are_names()
        self._patterns = texts.patterns
        # Each of these needs much memory for a while: the texts are let go before the next.
        del texts
        self._patterns.close()
        self._words_turned = self._words.T.tocsr()
        self._vectors = self._stored.close()
        self._has_vector: NDArray[np.bool_] = np.asarray(self._vectors.any(axis=1))
        self._hours = np.array(self._published, dtype=np.float64)
        return len(self._hours)

    def candidates(self, rows: range) -> tuple[Integers, Integers, Integers]:
        """Return the pairs (row, column, similarity) of `rows` and later columns whose similarity reaches _LEAST."""
        shared = (self._words[rows.start : rows.stop] @ self._words_turned).tocoo()
        # No embedding can lift a pair over the bound by itself.
        least = max(1, math.ceil((_LEAST - EMBEDDING * _ONE) / _TEXT_ALONE))
        wanted = (shared.row + rows.start < shared.col) & (shared.data >= least)
        left, right = shared.row[wanted].astype(np.int64) + rows.start, shared.col[wanted].astype(np.int64)
        words = shared.data[wanted].astype(np.int64)
        whole = self._whole(left, right, words, self._products(left, right))
        near = np.flatnonzero(whole >= _LEAST)
        near = near[~self._patterns.alike(left[near], right[near])]
        return left[near], right[near], whole[near]

    def among(self, chosen: Integers) -> Integers:
        """Return the similarities among the `chosen` ones, shape (len(chosen), len(chosen))."""
        own = compact(self._words[chosen])
        words = (own @ own.T).toarray()
        own_vectors = self._vectors[chosen].astype(np.float32)
        vectors = (own_vectors @ own_vectors.T).astype(np.int32)
        whole = self._whole(chosen[:, None], chosen[None, :], words, vectors)
        whole[self._patterns.among(chosen)] = 0
        return whole

    def of_headlines(self, rows: Integers, others: Integers) -> tuple[Integers, Integers, Integers]:
        """Return the pairs (row, other, similarity) whose headlines share HEADLINE_WORDS of HEADLINE_RARITY."""
        turned = self._headlines[others].T.tocsr()
        shared = (self._headlines[rows] @ turned).tocsr()
        rarity = (self._headlines[rows].multiply(self._rarity).tocsr() @ turned).tocsr()
        shared.sort_indices()
        rarity.sort_indices()
        pairs, weight = shared.tocoo(), rarity.data
        alike = (pairs.data >= HEADLINE_WORDS) & (weight >= HEADLINE_RARITY * SCALE)
        left, right = rows[pairs.row[alike]], others[pairs.col[alike]]
        return left, right, self._of(left, right)

    def are_named_alike(self, left: Integers, right: Integers) -> NDArray[np.bool_]:
        """Return of each pair of texts whether their headlines share a word that names something (NAMING)."""
        alike = np.zeros(len(left), dtype=np.bool_)
        for start in range(0, len(left), 50_000):
            part = slice(start, start + 50_000)
            alike[part] = self._naming[left[part]].multiply(self._naming[right[part]]).sum(axis=1) > 0
        return alike

    def headline(self, row: int) -> list[int]:
        """Return the words of a text's headline, but the common ones."""
        words: list[int] = self._headlines.indices[slice(*self._headlines.indptr[row : row + 2])].tolist()
        return words

    def names_of(self, rows: Sequence[int]) -> list[int]:
        """Return the words that are names of the topic of `rows` (LEAST_NAMED)."""
        words, times = np.unique(self._headlines[rows].indices, return_counts=True)
        words = words[(2 * times >= len(rows)) & self._is_name[words]]
        starts = self._words_turned.indptr
        texts = [self._words_turned.indices[starts[word] : starts[word + 1]] for word in words]
        return [int(word) for word, own in zip(words, texts, strict=True) if 2 * np.isin(own, rows).sum() > len(own)]

    def nearest(self, rows: Sequence[int], others: Sequence[int]) -> int:
        """Return the greatest similarity between one of `rows` and one of `others`."""
        return int(self._of(np.repeat(rows, len(others)), np.tile(others, len(rows))).max())

    def _of(self, left: Integers, right: Integers) -> Integers:
        """Return the similarity of each pair."""
        if not len(left):
            return np.zeros(0, dtype=np.int64)
        words = np.asarray(self._words[left].multiply(self._words[right]).sum(axis=1)).ravel().astype(np.int64)
        whole = self._whole(left, right, words, self._products(left, right))
        whole[self._patterns.alike(left, right)] = 0
        return whole

    def _products(self, left: Integers, right: Integers) -> Integers:
        """Return the product of the embeddings of each pair."""
        vectors = np.zeros(len(left), dtype=np.int64)
        for start in range(0, len(left), 50_000):
            part = slice(start, start + 50_000)
            own, other = (self._vectors[side[part]].astype(np.float32) for side in (left, right))
            vectors[part] = np.einsum("ij,ij->i", own, other)
        return vectors

    def _whole(self, left: Integers, right: Integers, words: Integers, vectors: Integers) -> Integers:
        both = self._has_vector[left] & self._has_vector[right]
        whole = np.clip(np.where(both, TEXT * words + EMBEDDING * vectors, _TEXT_ALONE * words), 0, _FULL)
        apart = np.abs(self._hours[left] - self._hours[right]) > MOST_APART / timedelta(hours=1)
        apart[apart] = ~self.are_named_alike(*(np.broadcast_to(side, apart.shape)[apart] for side in (left, right)))
        unlike = apart | (both & (vectors < LEAST_MEANING * _ONE))
        return np.where(unlike, whole - whole // LESS, whole)


def _links(likeness: _Likeness, count: int) -> tuple[Integers, Integers, Integers]:
    """Return the pairs whose similarity reaches _LEAST, of each digest at most MOST_LINKS, the strongest."""
    blocks = []
    for start in range(0, count, BLOCK):
        left, right, strength = likeness.candidates(range(start, min(start + BLOCK, count)))
        order = np.lexsort((right, -strength, left))
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
