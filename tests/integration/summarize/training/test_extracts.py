"""Training draws its extracts under the rules of the engine, and pays for them what ROUGE says."""

import gzip
import json
import random

import numpy as np
import pytest
import torch

from tests.quality.reprints import prose, sentence
from worker.summarize.encoder import Encoder
from worker.summarize.prose import considered
from worker.summarize.selection import choose
from worker.summarize.training import boilerplate, extracts
from worker.summarize.training.examples import Example, line, read


@pytest.fixture(scope="module")
def bodies() -> list[str]:
    """Invented articles; in some, sentences point back or are said twice."""
    found = []
    for number in range(12):
        chance = random.Random(number)
        parts = prose(chance, 9).split("\n\n")
        parts.insert(2, "He did not say why, but the council expects an answer by the end of the week.")
        parts.append(sentence(chance) + " " + parts[0])
        found.append("\n\n".join(parts))
    return found


@pytest.fixture(scope="module")
def examples(bodies: list[str], encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> list[Example]:
    path = tmp_path_factory.mktemp("data") / "invented.train.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for body in bodies:
            title = body.split(" ", 1)[0]
            file.write(json.dumps({"title": title, "text": body, "summary": " ".join(body.split()[5:40])}) + "\n")
    return read(path, encoder)


def test_the_best_extract_is_the_one_that_the_engine_chooses(examples: list[Example], bodies: list[str]) -> None:
    # Given scores by chance, which no two sentences share
    batch = extracts.batch(examples, [True] * len(examples))
    scores = torch.rand(batch.mask.shape, generator=torch.Generator().manual_seed(1))
    # When
    found = extracts.best(scores, batch)[:, 0].bool()
    # Then
    for body, taken, ranking, example in zip(bodies, found, scores.tolist(), examples, strict=True):
        sentences = [one for one in considered(body, "en") if one.usable]
        chosen = choose(sentences, example.vectors, ranking[: len(sentences)], words=75, most_sentences=3)
        assert [one for one, is_in in zip(sentences, taken, strict=False) if is_in] == chosen


def test_drawn_extracts_keep_to_the_budget_and_their_chances_to_one(examples: list[Example]) -> None:
    torch.manual_seed(1)
    batch = extracts.batch(examples, [False] * len(examples))
    drawn, logarithm = extracts.drawn(torch.zeros(batch.mask.shape), batch, 8)
    words = torch.einsum("ask,ak->as", drawn, batch.lengths)
    assert int(drawn.sum(-1).max()) <= 3
    assert int(drawn.sum(-1).min()) >= 1
    assert float(words.max()) <= 75
    assert float(logarithm.max()) <= 0


def test_the_reward_is_rouge(examples: list[Example]) -> None:
    batch = extracts.batch(examples[:1], [True])
    taken = torch.zeros(1, 1, batch.mask.shape[1])
    taken[0, 0, :2] = 1
    one, two = extracts.rouge(taken, batch)
    example = examples[0]
    common = np.minimum(example.unigrams[:2].sum(axis=0), example.wanted).sum()
    assert float(one) == pytest.approx(200 * common / (example.sizes[:2, 0].sum() + example.wanted.sum()), rel=1e-5)
    assert 0 < float(two) < float(one)


def test_a_line_that_is_no_prose_is_no_example(encoder: Encoder) -> None:
    assert line("Share this", encoder) is None
    made = line("Sign up for our newsletter and read it every morning.", encoder)
    assert made is not None
    assert made.vectors.shape == (1, 384)


def test_lines_of_boilerplate_are_the_same_for_the_same_seed_and_hold_no_slot() -> None:
    one, other, third = (boilerplate.lines(600, seed) for seed in (1, 1, 2))
    assert one == other != third
    assert [text for text in one if "{" in text or "}" in text] == []
