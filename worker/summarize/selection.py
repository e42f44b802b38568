"""Which sentences make the extract: nearness to the article's centre, position, no repetition, a word budget.

Centroid summarisation after Radev et al., "Centroid-based summarization of multiple documents" (2004), on sentence
embeddings; the check against repetition follows the idea of maximal marginal relevance (Carbonell and Goldstein, 1998)
with fixed limits in place of a trade-off. Measured by `python -m tests.quality.summaries`.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from worker.summarize.measure import length
from worker.summarize.prose import Sentence

#: What standing first is worth, against nearness to the centre (a cosine). On 811 training articles of three sets all
#: weights from 0.5 to 1 and reaches from 2 to 4 lie within half a standard error of one another (0.2 to 0.5 ROUGE-1);
#: this one differs least from article to article.
POSITION_WEIGHT = 1.0
#: Sentences after which the worth of the position has fallen to 1/e.
POSITION_REACH = 3.0
#: Two sentences nearer than this (cosine) say the same.
MOST_ALIKE = 0.85
#: Two sentences that share this part of the later one's word trigrams say the same.
MOST_SHARED = 0.25
#: Decimals of a score. Sentences that differ by less are equal, and the earlier one is taken.
DECIMALS = 5


def scores(count: int, vectors: NDArray[np.float32] | None) -> list[float]:
    """Return the scores of `count` sentences in document order.

    `vectors` are their embeddings, shape (count, dimensions), each of length 1; None: the position alone decides.
    """
    by_position = [POSITION_WEIGHT * math.exp(-rank / POSITION_REACH) for rank in range(count)]
    if vectors is None:
        return by_position
    rows = vectors.astype(np.float64)
    centre = rows.mean(axis=0)
    nearness = rows @ (centre / (np.linalg.norm(centre) or 1.0))
    return [round(float(near) + place, DECIMALS) for near, place in zip(nearness, by_position, strict=True)]


def choose(
    sentences: Sequence[Sentence], vectors: NDArray[np.float32] | None, *, words: int, most_sentences: int
) -> list[Sentence]:
    """Return the sentences of the extract in document order: at most `most_sentences` and, together, `words` words.

    A sentence that points back is taken only once the sentence before it is. The result is empty where none of the
    `sentences` fits or all of them point back.
    """
    ranking = scores(len(sentences), vectors)
    remaining = sorted(range(len(sentences)), key=lambda index: (-ranking[index], index))
    chosen: list[int] = []
    left = words

    def may_follow(index: int) -> bool:
        sentence = sentences[index]
        if sentence.points_back and all(sentences[other].position != sentence.position - 1 for other in chosen):
            return False
        return length(sentence.text) <= left and not _repeats(index, chosen, sentences, vectors)

    while len(chosen) < most_sentences:
        best = next((index for index in remaining if may_follow(index)), None)
        if best is None:
            break
        remaining.remove(best)
        chosen.append(best)
        left -= length(sentences[best].text)
    return [sentences[index] for index in sorted(chosen)]


def _repeats(
    index: int, chosen: Sequence[int], sentences: Sequence[Sentence], vectors: NDArray[np.float32] | None
) -> bool:
    own = _trigrams(sentences[index].text)
    for other in chosen:
        if vectors is not None and round(float(vectors[index] @ vectors[other]), DECIMALS) > MOST_ALIKE:
            return True
        if own and len(own & _trigrams(sentences[other].text)) >= MOST_SHARED * len(own):
            return True
    return False


def _trigrams(text: str) -> set[tuple[str, str, str]]:
    words = [word.strip(".,;:!?\"'“”‘’()") for word in text.casefold().split()]
    return set(zip(words, words[1:], words[2:], strict=False))
