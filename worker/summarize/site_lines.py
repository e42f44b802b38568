"""Boilerplate in reports that are not English: a small network over the vectors of worker.summarize.multilingual.

It filters what the first sentences of a report are taken from. How it was trained, on what and with which figures:
site_lines.md, beside its weights; `python -m worker.summarize.train_site_lines` makes them again.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from worker.errors import ConfigurationError
from worker.summarize.features import TEXT_FIGURES, Vectors, of_text
from worker.summarize.multilingual import DIMENSIONS
from worker.summarize.prose import Sentence

#: The weights, in this package, and what they are called in Digest.model; raised whenever they change.
FILE, VERSION = "site_lines.npz", "site lines 1"
#: What the network sees of a sentence: its vector, its figures, and CONTEXT figures of it among the others.
CONTEXT = 3
INPUTS = DIMENSIONS + TEXT_FIGURES + CONTEXT
#: Probability from which a sentence counts as boilerplate, and the same for those before and at the report's opening:
#: to lose the sentence that tells the news costs more than a line of the site.
BOILERPLATE, BOILERPLATE_OPENING = 0.4, 0.8

Weights = Mapping[str, NDArray[np.float32]]


def boilerplate(sentences: Sequence[Sentence], vectors: Vectors) -> list[bool]:
    """Return for each of the `sentences` of one article whether it is boilerplate; `vectors` are their embeddings.

    If everything looks like boilerplate nothing is: then the whole article is of that kind.
    """
    return judged(sentences, vectors, _weights())


def judged(sentences: Sequence[Sentence], vectors: Vectors, weights: Weights) -> list[bool]:
    """Return what `boilerplate` does, by the `weights` of a network."""
    if len(sentences) < 2:
        return [False] * len(sentences)
    is_line, is_opened = [], False
    for chance in probabilities(inputs(sentences, vectors), weights).tolist():
        is_line.append(chance > (BOILERPLATE if is_opened else BOILERPLATE_OPENING))
        is_opened = is_opened or not is_line[-1]
    return is_line if not all(is_line) else [False] * len(is_line)


def inputs(sentences: Sequence[Sentence], vectors: Vectors) -> Vectors:
    """Return what the network sees of the `sentences` of an article, shape (sentences, INPUTS)."""
    texts = np.array([of_text(sentence) for sentence in sentences], np.float32)
    return np.concatenate([vectors, texts, context(vectors)], axis=1)


def context(vectors: Vectors) -> Vectors:
    """Return how near each of `vectors`, those of an article, is to the others: on average, to the nearest one and to
    the one behind it; shape (sentences, CONTEXT).
    """
    count = len(vectors)
    alike = vectors @ vectors.T
    np.fill_diagonal(alike, 0)
    after = np.append(np.diagonal(alike, 1), 0)
    columns = [alike.sum(axis=1) / max(1, count - 1), alike.max(axis=1), after]
    return np.stack(columns, axis=1).astype(np.float32)


def probabilities(seen: Vectors, weights: Weights) -> NDArray[np.float64]:
    """Return the chance of each row of `seen`, shape (sentences, INPUTS), to be boilerplate."""
    hidden = np.maximum(seen.astype(np.float64) @ weights["in"] + weights["in_bias"], 0)
    logits = hidden @ weights["out"] + weights["out_bias"]
    chances: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
    return chances


@cache
def _weights() -> Weights:
    try:
        with (
            resources.files(__package__).joinpath(FILE).open("rb") as file,
            np.load(file, allow_pickle=False) as stored,
        ):
            weights = {name: stored[name].astype(np.float32) for name in ("in", "in_bias", "out", "out_bias")}
    except (OSError, ValueError, KeyError) as error:
        raise ConfigurationError(f"{FILE} cannot be loaded ({error}): install wiredesk again") from error
    if weights["in"].shape[0] != INPUTS:
        raise ConfigurationError(f"{FILE} does not fit this version: install wiredesk again")
    return weights
