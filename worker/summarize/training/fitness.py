"""Learns from an editor's opinion which sentences can open a digest and which can stand in one.

`fitness.tsv`, beside this module, holds the opinion: the set, the article's id, and a letter for each of its first
MOST_LABELLED usable sentences. OPENS tells the main news by itself, with all in it introduced. FOLLOWS adds a fact to
the news and is understood after the headline and a sentence that opens. Any other letter is neither: a scene, a
caption, a teaser, trivia, half a quotation, somebody unknown, the first person, an aside. The texts are not here.
"""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from worker.clean.layout import paragraphs
from worker.summarize.encoder import Encoder
from worker.summarize.extractive import MOST_CHARACTERS_ENCODED
from worker.summarize.features import in_article, of_manner, of_text
from worker.summarize.head import DIMENSIONS, Fitness
from worker.summarize.prose import considered

OPENS, FOLLOWS = "a", "b"
#: Sentences of an article that have a letter.
MOST_LABELLED: Final = 15
#: What the squares of the weights cost, against the mean loss of a sentence: those of figures, and those of embeddings,
#: of which there are many for few labels. Ten times less or more of either is worse on articles left out.
DECAY, MEANING_DECAY = 0.003, 0.03
#: Steps of L-BFGS; it has converged long before.
STEPS: Final = 200


def labelled(data: Path, encoder: Encoder) -> list[tuple[NDArray[np.float32], str]]:
    """Return the figures and embeddings, shape (sentences, Fitness.WIDTH), and the letters of each labelled article
    whose text is in the folder `data`, as NAME.train.jsonl.gz, and is divided into sentences as it was.
    """
    found = []
    for title, text, letters in _articles(data):
        sentences = [each for each in considered("\n\n".join(paragraphs(text)), "en") if each.usable][:MOST_LABELLED]
        if len(sentences) != len(letters):
            continue
        texts = [each.text[:MOST_CHARACTERS_ENCODED] for each in sentences]
        vectors = encoder.encode([*texts, *[title] * bool(title)])
        figures = in_article(
            np.array([of_text(each) for each in sentences], np.float32),
            vectors[: len(sentences)],
            sentences,
            title,
            vectors[-1] if title else None,
        )
        manner = np.array([of_manner(each.text) for each in sentences], np.float32)
        found.append((np.concatenate([figures, manner, vectors[: len(sentences)]], axis=1), letters))
    return found


def train_fitness(articles: list[tuple[NDArray[np.float32], str]]) -> Fitness:
    """Return the regression that tells the letters of `articles` from their figures, as `labelled` returns them."""
    figures = torch.from_numpy(np.concatenate([own for own, _ in articles]))
    letters = "".join(own for _, own in articles)
    wanted = torch.tensor([[letter == OPENS, letter in OPENS + FOLLOWS] for letter in letters], dtype=torch.float32)
    network = Fitness()
    network.mean.copy_(figures.mean(dim=0))
    deviation = figures.std(dim=0).clamp(min=1e-3)
    deviation[-DIMENSIONS:] = deviation[-DIMENSIONS:].mean()
    network.deviation.copy_(deviation)
    decay = torch.full((Fitness.WIDTH,), DECAY)
    decay[-DIMENSIONS:] = MEANING_DECAY
    torch.nn.init.zeros_(network.out.weight)
    torch.nn.init.zeros_(network.out.bias)
    optimizer = torch.optim.LBFGS(network.parameters(), max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = cross_entropy(network(figures), wanted) + (decay * network.out.weight.square()).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return network.eval()


def _articles(data: Path) -> Iterator[tuple[str, str, str]]:
    """Yield title, text and letters of each labelled article in `data`."""
    wanted: dict[str, dict[str, str]] = defaultdict(dict)
    with resources.files(__package__).joinpath("fitness.tsv").open(encoding="utf-8") as lines:
        for name, key, letters in csv.reader(lines, delimiter="\t"):
            wanted[name][key] = letters
    for name, keys in wanted.items():
        with gzip.open(data / f"{name}.train.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if row["id"] in keys:
                    yield " ".join((row.get("title") or "").split()), row["text"], keys[row["id"]]
