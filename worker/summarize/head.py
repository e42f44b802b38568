"""The trained head: which sentences are boilerplate, how much each of the others tells, and which can be printed.

Two small transformers over the sentences of one article, and a linear layer. The first sees each sentence's embedding
beside the others' and finds what does not belong to the report. The second sees figures of place, length and nearness
among what is left, and starts from the sum of nearness to the centre and position; it was trained by policy gradient on
the ROUGE of the very extracts that `selection.choose` makes of its scores. ROUGE counts words and does not see a
sentence that is out of place, so the linear layer says what an editor would: whether a sentence can open a digest, and
whether it can stand in one. How, on what and with which figures: head.md, beside its weights; `python -m
worker.summarize.train` makes all three again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from worker.errors import ConfigurationError
from worker.summarize import weights
from worker.summarize.features import (
    ALL_FIGURES,
    MANNER_FIGURES,
    NEARNESS,
    POSITION,
    TEXT_FIGURES,
    in_article,
    of_manner,
    of_text,
)
from worker.summarize.prose import Sentence

#: The weights, in this package.
FILE = "head.safetensors"
#: What the weights are called in Digest.model; raised whenever they change.
VERSION = "head 3"
#: The encoder whose embeddings the head was trained on, and their dimensions.
ENCODER, DIMENSIONS = weights.NAME, 384
#: Probability from which a sentence counts as boilerplate. On held-out kinds of lines 0.3 finds about as many as 0.2,
#: and takes 4 in 1,000 real sentences for boilerplate, most of which are such lines that the data itself holds.
BOILERPLATE = 0.3
#: Weight of position and nearness in the salience, before training.
START = 4.0
#: What the editor's opinion adds to a salience: the weights of the log-odds that a sentence can open a digest and that
#: it can stand in one. A salience has a standard deviation of 9 within an article, the log-odds one of 1.5 to 2.
OPENING_WEIGHT, FITTING_WEIGHT = 2.0, 2.0
#: Probability that a sentence can stand in a digest, below which it is unfit. On labelled articles that no version was
#: trained on, 19 % of the sentences of extracts were unfit by their label with it, 26 % without the editor's opinion;
#: with 0.35 it was 19 % too, with 0.45 17 %, but cnndm lost 0.2 and 1.1 points of ROUGE-1.
LEAST_FIT = 0.25
#: Decimals of a salience. Sentences that differ by less are equal, and the earlier one is taken.
DECIMALS = 4

_WIDTH_BOILERPLATE, _WIDTH_SALIENCE, _HEADS = 48, 32, 4

Vectors = NDArray[np.float32]


class Boilerplate(nn.Module):
    """Embeddings (articles, sentences, DIMENSIONS) and figures (..., TEXT_FIGURES) to logits (articles, sentences).

    `mask` is true where there is a sentence, shape (articles, sentences).
    """

    #: Places told apart; all later ones count as the last.
    PLACES = 32

    def __init__(self, dropout: float = 0.2) -> None:
        super().__init__()
        self.embedding = nn.Linear(DIMENSIONS, _WIDTH_BOILERPLATE)
        self.figures = nn.Linear(TEXT_FIGURES, _WIDTH_BOILERPLATE)
        self.place = nn.Embedding(self.PLACES, _WIDTH_BOILERPLATE)
        self.layer = _layer(_WIDTH_BOILERPLATE, dropout)
        self.out = nn.Sequential(
            nn.LayerNorm(_WIDTH_BOILERPLATE),
            nn.Linear(_WIDTH_BOILERPLATE, _WIDTH_BOILERPLATE),
            nn.GELU(),
            nn.Linear(_WIDTH_BOILERPLATE, 1),
        )
        self.dropout = nn.Dropout(dropout)
        nn.init.normal_(self.place.weight, std=0.02)

    def forward(self, vectors: Tensor, figures: Tensor, mask: Tensor) -> Tensor:
        """See the class."""
        places = torch.arange(vectors.shape[1]).clamp(max=self.PLACES - 1)
        seen = self.embedding(self.dropout(vectors)) + self.figures(figures) + self.place(places)
        logits: Tensor = self.out(self.layer(seen, src_key_padding_mask=~mask)).squeeze(-1)
        return logits


class Salience(nn.Module):
    """Figures (articles, sentences, ALL_FIGURES) to scores (articles, sentences); `mask` as in Boilerplate."""

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.figures = nn.Linear(ALL_FIGURES, _WIDTH_SALIENCE)
        self.layer = _layer(_WIDTH_SALIENCE, dropout)
        last = nn.Linear(_WIDTH_SALIENCE, 1)
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)
        self.out = nn.Sequential(nn.LayerNorm(_WIDTH_SALIENCE), last)

    def forward(self, figures: Tensor, mask: Tensor) -> Tensor:
        """See the class."""
        start = START * (figures[..., POSITION] + figures[..., NEARNESS])
        learned: Tensor = self.out(self.layer(self.figures(figures), src_key_padding_mask=~mask)).squeeze(-1)
        return start + learned


class Fitness(nn.Module):
    """Figures (..., ALL_FIGURES + MANNER_FIGURES) and embeddings (..., DIMENSIONS), side by side, to the log-odds
    (..., 2) that an editor would open a digest with the sentence, and that he would let it stand in one: a logistic
    regression on figures of mean 0 and deviation 1.
    """

    #: How many it is made from.
    WIDTH = ALL_FIGURES + MANNER_FIGURES + DIMENSIONS

    mean: Tensor
    deviation: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(self.WIDTH))
        self.register_buffer("deviation", torch.ones(self.WIDTH))
        self.out = nn.Linear(self.WIDTH, 2)

    def forward(self, figures: Tensor) -> Tensor:
        """See the class."""
        odds: Tensor = self.out((figures - self.mean) / self.deviation)
        return odds


def _layer(width: int, dropout: float) -> nn.TransformerEncoderLayer:
    return nn.TransformerEncoderLayer(width, _HEADS, 2 * width, dropout, batch_first=True, norm_first=True)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the head says of an article's sentences, in their order: which are boilerplate, the scores of all, and which
    an editor would not print.

    A score counts only against those of the same article; that of boilerplate means nothing.
    """

    boilerplate: list[bool]
    scores: list[float]
    unfit: list[bool]


class Head:
    """The head in memory. An article's judgement does not depend on which other articles are judged."""

    def __init__(self, boilerplate: Boilerplate, salience: Salience, fitness: Fitness) -> None:
        self._boilerplate = boilerplate.eval()
        self._salience = salience.eval()
        self._fitness = fitness.eval()

    def judge(
        self, sentences: Sequence[Sentence], vectors: Vectors, title: str, title_vector: Vectors | None
    ) -> Judgement:
        """Judge the `sentences` of one article, at least one; `vectors`, shape (sentences, DIMENSIONS), are their
        embeddings, `title_vector` that of the article's `title`, None where it has none.

        Where everything looks like boilerplate nothing is: then the whole article is of that kind.
        """
        texts = np.array([of_text(sentence) for sentence in sentences], np.float32)
        boilerplate = self._found(vectors, texts)
        kept = [index for index, found in enumerate(boilerplate) if not found]
        chosen = [sentences[index] for index in kept]
        figures = in_article(texts[kept], vectors[kept], chosen, title, title_vector)
        manner = np.array([of_manner(sentence.text) for sentence in chosen], np.float32)
        with torch.inference_mode():
            salience = self._salience(torch.from_numpy(figures)[None], torch.ones(1, len(kept), dtype=torch.bool))[0]
            odds = self._fitness(torch.from_numpy(np.concatenate([figures, manner, vectors[kept]], axis=1)))
            total = salience + OPENING_WEIGHT * odds[:, 0] + FITTING_WEIGHT * odds[:, 1]
            fit = torch.sigmoid(odds[:, 1]).tolist()
        scores, unfit = [0.0] * len(sentences), [False] * len(sentences)
        for index, score, chance in zip(kept, total.tolist(), fit, strict=True):
            scores[index] = round(score, DECIMALS)
            unfit[index] = chance < LEAST_FIT
        return Judgement(boilerplate, scores, unfit)

    def _found(self, vectors: Vectors, texts: NDArray[np.float32]) -> list[bool]:
        mask = torch.ones(1, len(vectors), dtype=torch.bool)
        with torch.inference_mode():
            logits = self._boilerplate(torch.from_numpy(vectors)[None], torch.from_numpy(texts)[None], mask)
        found = (torch.sigmoid(logits[0]) > BOILERPLATE).tolist()
        return [False] * len(found) if all(found) else found


@cache
def load_head() -> Head:
    """Return the head from this package; raises ConfigurationError where its file is not what it should be."""
    with resources.as_file(resources.files(__package__).joinpath(FILE)) as path:
        return read(path)


def read(path: Path) -> Head:
    """Return the head whose weights are in the safetensors file `path`, as `write` made it."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        tensors = load_file(path)
        parts = (Boilerplate(), Salience(), Fitness())
        for part in parts:
            name = type(part).__name__.lower() + "."
            own = {key.removeprefix(name): value.float() for key, value in tensors.items() if key.startswith(name)}
            part.load_state_dict(own)
    except (OSError, SafetensorError, RuntimeError) as error:
        wrong = str(error).splitlines()[0]
        raise ConfigurationError(f"the head {path} cannot be loaded ({wrong}): install wiredesk again") from error
    return Head(*parts)


def write(path: Path, *parts: Boilerplate | Salience | Fitness) -> None:
    """Write the weights of the three `parts` to `path`."""
    from safetensors.torch import save_file

    tensors = {
        f"{type(part).__name__.lower()}.{name}": value for part in parts for name, value in part.state_dict().items()
    }
    save_file({name: value.contiguous() for name, value in tensors.items()}, path, {"version": VERSION})
