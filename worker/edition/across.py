"""Which topics in different languages are one: by the vectors of the encoder that knows them all.

The topics of each language stay as `worker.edition.group` made them: a joined topic has at most one of each language.
The products that are compared are of whole numbers, as there, so that every machine joins alike.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from worker.edition.vectors import SCALE, embeddings

#: Two topics are one if the mean cosine between their digests is at least this. Of the digests of 124 news articles in
#: German, French, Russian and Japanese 59 % are joined with the digest of a person's translation, and none of 15,252
#: pairs of an article with another's translation; 0.5 joins 69 % and two wrong pairs.
LEAST = 0.54
#: Topics that are compared with all others in one step; 250 against 10,000 need 20 MB.
BLOCK = 250


@dataclass(frozen=True, slots=True)
class Spoken:
    """What joining knows of a digest: its language, and its vector with the encoder that made it
    (`worker.article.Digest.across`).
    """

    language: str
    vector: bytes = b""
    by: str = ""


def joined(grouped: Sequence[Sequence[str]], digests: Mapping[str, Spoken]) -> list[list[str]]:
    """Return the topics `grouped`, lists of the ids of `digests` in one language each, with those that report one event
    in several languages as one, sorted.

    The most similar are joined first. Digests without a vector, or with that of another encoder than most, count for
    nothing.
    """
    encoders = Counter(digests[name].by for group in grouped for name in group if digests[name].vector)
    encoder = max(encoders, key=lambda name: (encoders[name], name), default=None)
    stored = [
        [digests[name].vector for name in group if digests[name].vector and digests[name].by == encoder]
        for group in grouped
    ]
    languages = [{digests[name].language for name in group} for group in grouped]
    sums = [embeddings(vectors).astype(np.float64).sum(axis=0) for vectors in stored]
    sizes = [len(vectors) for vectors in stored]
    members = [[number] for number in range(len(grouped))]
    topic = list(range(len(grouped)))
    for left, right in _alike(sums, sizes, languages):
        first, second = topic[left], topic[right]
        is_alike = sums[first] @ sums[second] >= LEAST * SCALE * SCALE * sizes[first] * sizes[second]
        if first == second or languages[first] & languages[second] or not is_alike:
            continue
        for number in members[second]:
            topic[number] = first
        members[first] += members[second]
        members[second] = []
        languages[first] = languages[first] | languages[second]
        sums[first] = sums[first] + sums[second]
        sizes[first] += sizes[second]
    return sorted(sorted(name for number in own for name in grouped[number]) for own in members if own)


def _alike(
    sums: Sequence[NDArray[np.float64]], sizes: Sequence[int], languages: Sequence[set[str]]
) -> Iterator[tuple[int, int]]:
    """Yield the pairs of topics in different languages that are alike by themselves, the most similar first."""
    known = [number for number, size in enumerate(sizes) if size]
    if len({language for number in known for language in languages[number]}) < 2:
        return
    vectors = np.stack([sums[number] for number in known])
    counts = np.array([sizes[number] for number in known], dtype=np.float64)
    spoken = np.unique(["+".join(sorted(languages[number])) for number in known], return_inverse=True)[1]
    found = []
    for start in range(0, len(known), BLOCK):
        part = slice(start, start + BLOCK)
        means = vectors[part] @ vectors.T / (counts[part, None] * counts[None, :])
        left, right = np.nonzero((means >= LEAST * SCALE * SCALE) & (spoken[part, None] != spoken[None, :]))
        found += [
            (-means[row, column], known[start + row], known[column])
            for row, column in zip(left.tolist(), right.tolist(), strict=True)
            if start + row < column
        ]
    yield from ((first, second) for _, first, second in sorted(found))
