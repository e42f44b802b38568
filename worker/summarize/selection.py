"""Which sentences make the extract: the best by their scores, no repetition, a word budget.

The scores are the head's (worker.summarize.head); where it does not fit, those of `centrality`. The check against
repetition follows the idea of maximal marginal relevance (Carbonell and Goldstein, 1998) with fixed limits in place of
a trade-off. Measured by `python -m tests.quality.summaries`.
"""

import math
from collections.abc import Collection, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from worker.summarize.features import POSITION_REACH
from worker.summarize.measure import length
from worker.summarize.prose import Sentence

#: Two sentences nearer than this (cosine) say the same.
MOST_ALIKE = 0.85
#: Two sentences that share this part of the later one's word trigrams say the same.
MOST_SHARED = 0.25
#: Decimals of a score. Sentences that differ by less are equal, and the earlier one is taken.
DECIMALS = 5


def by_position(count: int) -> list[float]:
    """Return scores of `count` sentences that fall from the first to the last."""
    return [math.exp(-rank / POSITION_REACH) for rank in range(count)]


def centrality(vectors: NDArray[np.float32]) -> list[float]:
    """Return scores without a trained head: nearness to the article's centre, plus the worth of the position.

    Centroid summarisation after Radev et al., "Centroid-based summarization of multiple documents" (2004), on sentence
    embeddings: `vectors`, shape (sentences, dimensions), each of length 1.
    """
    rows = vectors.astype(np.float64)
    centre = rows.mean(axis=0)
    nearness = rows @ (centre / (np.linalg.norm(centre) or 1.0))
    return [round(float(near) + place, DECIMALS) for near, place in zip(nearness, by_position(len(rows)), strict=True)]


def choose(
    sentences: Sequence[Sentence],
    vectors: NDArray[np.float32] | None,
    scores: Sequence[float],
    *,
    words: int,
    most_sentences: int,
    first: Collection[int] = (),
    without: Collection[int] = (),
) -> list[Sentence]:
    """Return the sentences of the extract in document order: at most `most_sentences` and, together, `words` words.

    `vectors` are the embeddings of `sentences`, None if there are none; `scores` say which come first, behind those at
    the places `first`; those at the places `without` are left out. A sentence that points back is taken only once the
    sentence before it is. The result is empty if none of the `sentences` fits or all of them point back.
    """
    allowed = (index for index in range(len(sentences)) if index not in without)
    remaining = sorted(allowed, key=lambda index: (index not in first, -scores[index], index))
    chosen: list[int] = []
    left = words

    def may_follow(index: int) -> bool:
        sentence = sentences[index]
        if sentence.points_back and all(sentences[other].position != sentence.position - 1 for other in chosen):
            return False
        return length(sentence.text) <= left and not any(repeats(index, other, sentences, vectors) for other in chosen)

    while len(chosen) < most_sentences:
        best = next((index for index in remaining if may_follow(index)), None)
        if best is None:
            break
        remaining.remove(best)
        chosen.append(best)
        left -= length(sentences[best].text)
    return [sentences[index] for index in sorted(chosen)]


def repeats(index: int, other: int, sentences: Sequence[Sentence], vectors: NDArray[np.float32] | None) -> bool:
    """Return whether the sentence `index` says nothing beside the sentence `other`."""
    if vectors is not None and round(float(vectors[index] @ vectors[other]), DECIMALS) > MOST_ALIKE:
        return True
    own = _trigrams(sentences[index].text)
    return bool(own) and len(own & _trigrams(sentences[other].text)) >= MOST_SHARED * len(own)


@lru_cache(maxsize=128)
def _trigrams(text: str) -> frozenset[tuple[str, str, str]]:
    words = [word.strip(".,;:!?\"'“”‘’()") for word in text.casefold().split()]
    return frozenset(zip(words, words[1:], words[2:], strict=False))
