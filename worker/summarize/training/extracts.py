"""Extracts of many articles at once, as tensors: `selection.choose` step by step, by chance or by the best score."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from worker.summarize.training.examples import MOST_SENTENCES, WORDS, Example

_IMPOSSIBLE = -1e9


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """The arrays of some examples, padded to the longest: see Example. `mask` is true where there is a sentence."""

    figures: Tensor
    mask: Tensor
    unigrams: Tensor
    wanted: Tensor
    bigrams: Tensor
    wanted_pairs: Tensor
    sizes: Tensor
    lengths: Tensor
    excludes: Tensor
    needs_one: Tensor
    follows: Tensor


def batch(examples: Sequence[Example], titled: Sequence[bool]) -> Batch:
    """Return `examples` as one batch, each with its title or, where `titled` is false, without."""
    figures = [one.figures if with_title else one.untitled for one, with_title in zip(examples, titled, strict=True)]
    return Batch(
        figures=padded(figures),
        mask=padded([np.ones(len(one.lengths), bool) for one in examples]),
        unigrams=padded([one.unigrams for one in examples]),
        wanted=padded([one.wanted for one in examples]),
        bigrams=padded([one.bigrams for one in examples]),
        wanted_pairs=padded([one.wanted_pairs for one in examples]),
        sizes=padded([one.sizes for one in examples]),
        lengths=padded([one.lengths for one in examples]),
        excludes=padded([one.excludes for one in examples]).float(),
        needs_one=padded([one.needs_one for one in examples]),
        follows=padded([one.follows for one in examples]).float(),
    )


def padded(arrays: Sequence[NDArray[np.generic]]) -> Tensor:
    """Return `arrays` of one rank as one tensor, zeros where one is smaller than the largest."""
    shape = [max(sizes) for sizes in zip(*(array.shape for array in arrays), strict=True)]
    whole = np.zeros((len(arrays), *shape), arrays[0].dtype)
    for row, array in enumerate(arrays):
        whole[row][tuple(slice(0, size) for size in array.shape)] = array
    return torch.from_numpy(whole)


def drawn(scores: Tensor, examples: Batch, samples: int) -> tuple[Tensor, Tensor]:
    """Return `samples` extracts of each article drawn by its `scores`, and the logarithm of the chance of each.

    Shapes (articles, samples, sentences), 1 where a sentence is taken, and (articles, samples). Each next sentence is
    drawn from the softmax over those that `selection.choose` would allow, or over all where it would allow none at
    first.
    """
    return _extracts(scores, examples, samples, by_chance=True)


def best(scores: Tensor, examples: Batch) -> Tensor:
    """Return the extract that `selection.choose` makes of each article, shape (articles, 1, sentences)."""
    return _extracts(scores, examples, 1, by_chance=False)[0]


def rouge(extracts: Tensor, examples: Batch) -> tuple[Tensor, Tensor]:
    """Return ROUGE-1 and ROUGE-2 (F1, percent) of `extracts`, shapes (articles, samples)."""
    sizes = torch.einsum("ask,akn->asn", extracts, examples.sizes)
    return (
        _f1(extracts, examples.unigrams, examples.wanted, sizes[..., 0]),
        _f1(extracts, examples.bigrams, examples.wanted_pairs, sizes[..., 1]),
    )


def _extracts(scores: Tensor, examples: Batch, samples: int, *, by_chance: bool) -> tuple[Tensor, Tensor]:
    articles, sentences = scores.shape
    taken = torch.zeros(articles, samples, sentences)
    left = torch.full((articles, samples), float(WORDS))
    chance = torch.zeros(articles, samples)
    going_on = torch.ones(articles, samples, dtype=torch.bool)
    for step in range(MOST_SENTENCES):
        allowed = _allowed(taken, left, examples)
        going_on = going_on & allowed.any(-1)
        if step == 0:
            allowed = torch.where(going_on[..., None], allowed, examples.mask[:, None])
            going_on = torch.ones_like(going_on)
        logits = scores[:, None].masked_fill(~allowed, _IMPOSSIBLE).log_softmax(-1)
        next_ = _sampled(logits) if by_chance else logits.argmax(-1)
        step_taken = torch.nn.functional.one_hot(next_, sentences) * going_on[..., None]
        chance = chance + (logits * step_taken).sum(-1)
        taken = taken + step_taken
        left = left - (step_taken * examples.lengths[:, None]).sum(-1)
    return taken, chance


def _sampled(logits: Tensor) -> Tensor:
    """Return a draw from each row of `logits`, by the Gumbel trick."""
    noise = -torch.log(-torch.log(torch.rand_like(logits).clamp(1e-9, 1 - 1e-7)))
    return (logits.detach() + noise).argmax(-1)


@torch.no_grad()
def _allowed(taken: Tensor, left: Tensor, examples: Batch) -> Tensor:
    fits = examples.mask[:, None] & (taken == 0) & (examples.lengths[:, None] <= left[..., None])
    repeated = torch.einsum("akn,asn->ask", examples.excludes, taken) > 0
    led = torch.einsum("akn,asn->ask", examples.follows, taken) > 0
    return fits & ~repeated & (led | ~examples.needs_one[:, None])


def _f1(extracts: Tensor, counts: Tensor, wanted: Tensor, size: Tensor) -> Tensor:
    found = torch.einsum("ask,akn->asn", extracts, counts)
    common = torch.minimum(found, wanted[:, None]).sum(-1)
    return 200 * common / (size + wanted.sum(-1)[:, None]).clamp(min=1)
