"""Training the head: `python -m worker.summarize.train --data DIR [--seeds 5] [--out FILE]`, about half an hour.

DIR holds NAME.train.jsonl.gz (TRAINING) and NAME.dev.jsonl.gz (DEVELOPMENT), rows of {title, text, summary}. Three
parts are trained one after the other:

1. The boilerplate network tells invented lines of boilerplate (worker/summarize/training/boilerplate.txt), inserted at
   random into real articles, from the articles' own sentences: binary cross-entropy.
2. The salience network is trained by policy gradient (REINFORCE, Williams 1992, with the mean of the other samples as
   baseline; for extracts first by Narayan et al., "Ranking sentences for extractive summarization with reinforcement
   learning", 2018): extracts are drawn by its scores under the very constraints of `selection.choose`, and the reward
   is ROUGE-1 + 0.6 ROUGE-2 of each. Cross-entropy to the ROUGE of single sentences, tried first, fell below the lead:
   it does not know of the budget.

Of several seeds the one is kept that gains most on the held-out and development articles. Prints for each its gain over
Lead. What came of it is in head.md.
"""

import argparse
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from worker.summarize import head
from worker.summarize.encoder import load_encoder
from worker.summarize.training import boilerplate, extracts
from worker.summarize.training.examples import Example, Line, line, read
from worker.summarize.training.fitness import labelled, train_fitness

#: Sets that are learned from, with how often each article is seen in an epoch and how many are held out of it.
TRAINING: Final = {
    "cnndm": (1, 100),
    "inshorts": (4, 70),
    "xsum": (1, 200),
    "more/cnndm": (1, 200),
    "more/cnn_highlights": (1, 150),
    "more/bbc_lead": (1, 100),
    "more/writer": (1, 0),
    "more/xsum": (1, 0),
}
DEVELOPMENT: Final = ("cnndm", "inshorts", "xsum")
#: Lines of boilerplate that are made from the templates, several of each.
LINES: Final = 1_600
#: Lines that an article gets, and how many of them stand at its top at most.
FEWEST_LINES, MOST_LINES, MOST_ON_TOP = 2, 5, 3
#: Share of the articles that get any, for the boilerplate network.
LINED: Final = 0.7
#: Share of the articles that the salience network sees without their title.
UNTITLED: Final = 0.5
#: Worth of ROUGE-2 against ROUGE-1 in the reward; the scale of the reward.
PAIRS_WORTH, REWARD_SCALE = 0.6, 0.1
#: Extracts drawn of an article in one step.
SAMPLES: Final = 12
#: Articles in one step.
BATCH: Final = 16


def train_boilerplate(
    examples: Sequence[Example], lines: Sequence[Line], seed: int, epochs: int = 3
) -> head.Boilerplate:
    """Return a network that tells `lines` from the sentences of `examples`."""
    torch.manual_seed(seed)
    chance = random.Random(seed)
    network = head.Boilerplate()
    step = _stepper(network, rate=1e-3, steps=epochs * (len(examples) // BATCH))
    network.train()
    for part in _parts(examples, epochs, chance):
        mixed = [_lined(one, lines if chance.random() < LINED else (), chance) for one in part]
        vectors, texts, wanted = (extracts.padded(list(arrays)) for arrays in zip(*mixed, strict=True))
        mask = extracts.padded([np.ones(len(labels), bool) for _, _, labels in mixed])
        step(cross_entropy(network(vectors, texts, mask)[mask], wanted[mask]))
    return network.eval()


def train_salience(examples: Sequence[Example], seed: int, epochs: int = 10) -> head.Salience:
    """Return a network whose scores make extracts with the most ROUGE."""
    torch.manual_seed(seed)
    chance = random.Random(seed)
    network = head.Salience()
    step = _stepper(network, rate=1.5e-3, steps=epochs * (len(examples) // BATCH))
    network.train()
    for part in _parts(examples, epochs, chance):
        batch = extracts.batch(part, [chance.random() >= UNTITLED for _ in part])
        drawn, logarithm = extracts.drawn(network(batch.figures, batch.mask), batch, SAMPLES)
        with torch.no_grad():
            one, two = extracts.rouge(drawn, batch)
            reward = REWARD_SCALE * (one + PAIRS_WORTH * two)
            others = (reward.sum(1, keepdim=True) - reward) / (SAMPLES - 1)
        step(-((reward - others) * logarithm).mean())
    return network.eval()


def gains(network: head.Salience, examples: Sequence[Example]) -> NDArray[np.float64]:
    """Return how much ROUGE-1 and ROUGE-2 (percent) the extracts of `examples` gain over Lead, shape (examples, 2)."""
    found = []
    for start in range(0, len(examples), 64):
        part = examples[start : start + 64]
        batch = extracts.batch(part, [True] * len(part))
        with torch.no_grad():
            one, two = extracts.rouge(extracts.best(network(batch.figures, batch.mask), batch), batch)
        found.append(torch.stack([one[:, 0], two[:, 0]], dim=1).double().numpy())
    lead: NDArray[np.float64] = np.array([one.lead for one in examples])
    return np.concatenate(found) - lead


def _lined(
    example: Example, lines: Sequence[Line], chance: random.Random
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return the vectors, figures and labels (1: boilerplate) of `example` with some of `lines` put into it."""
    count = len(example.lengths)
    picked = chance.sample(lines, chance.randint(FEWEST_LINES, MOST_LINES)) if lines else []
    on_top = chance.randint(1, min(MOST_ON_TOP, len(picked))) if picked else 0
    places = [0] * on_top + [chance.randint(1, count) for _ in picked[on_top:]]
    vectors, texts, labels = list[NDArray[np.float32]](), list[NDArray[np.float32]](), list[float]()
    for place in range(count + 1):
        for at, one in zip(places, picked, strict=True):
            if at == place:
                vectors.extend(one.vectors)
                texts.extend(one.texts)
                labels.extend([1.0] * len(one.vectors))
        if place < count:
            vectors.append(example.vectors[place])
            texts.append(example.texts[place])
            labels.append(0.0)
    return np.stack(vectors), np.stack(texts), np.array(labels, np.float32)


def _parts(examples: Sequence[Example], epochs: int, chance: random.Random) -> Iterator[list[Example]]:
    for _ in range(epochs):
        order = chance.sample(examples, len(examples))
        for start in range(0, len(order) - BATCH + 1, BATCH):
            yield order[start : start + BATCH]


def _stepper(network: torch.nn.Module, *, rate: float, steps: int) -> Callable[[torch.Tensor], None]:
    """Return what takes one step down a loss; the rate rises to `rate` and falls again over `steps` of them."""
    parameters = list(network.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=rate, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps + 1, pct_start=0.1)

    def step(loss: torch.Tensor) -> None:
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        schedule.step()

    return step


def _told(gain: NDArray[np.float64]) -> str:
    one, two = gain.mean(axis=0)
    return f"R1 {one:+.2f} (se {gain[:, 0].std() / len(gain) ** 0.5:.2f}) R2 {two:+.2f}"


def main() -> None:
    """Train, choose, write."""
    parser = argparse.ArgumentParser(description="Train the head of the extractive engine.")
    parser.add_argument("--data", type=Path, required=True, help="folder of NAME.train.jsonl.gz and NAME.dev.jsonl.gz")
    parser.add_argument("--seeds", type=int, default=5, help="salience networks to train and choose from")
    parser.add_argument("--out", type=Path, default=Path(head.__file__).with_name(head.FILE))
    options = parser.parse_args()
    encoder = load_encoder()
    tell = sys.stdout.write

    training, weighted, held_out = list[Example](), list[Example](), dict[str, list[Example]]()
    for name, (times, held) in TRAINING.items():
        found = read(options.data / f"{name}.train.jsonl.gz", encoder)
        random.Random(0).shuffle(found)
        training += found[held:]
        weighted += found[held:] * times
        if held:
            held_out[f"{name} held out"] = found[:held]
        tell(f"{name}: {len(found):,} articles\n")
    for name in DEVELOPMENT:
        held_out[f"{name} dev"] = read(options.data / f"{name}.dev.jsonl.gz", encoder)
    made = (line(text, encoder) for text in boilerplate.lines(LINES, 0))
    lines = [one for one in made if one is not None]

    finder = train_boilerplate(training, lines, seed=0)
    kept: tuple[float, head.Salience] | None = None
    for seed in range(options.seeds):
        network = train_salience(weighted, seed)
        gained = {name: gains(network, examples) for name, examples in held_out.items()}
        mean = float(np.mean([gain[:, 0].mean() for gain in gained.values()]))
        dev = float(np.mean([gained[f"{name} dev"][:, 0].mean() for name in DEVELOPMENT]))
        tell(f"seed {seed}: R1 over Lead {mean:+.2f} on the mean of the sets, {dev:+.2f} on the development sets\n")
        for name, gain in gained.items():
            tell(f"    {name:30} n={len(gain):<4} {_told(gain)}\n")
        if kept is None or mean > kept[0]:
            kept = mean, network
    if kept is None:
        parser.error("--seeds must be 1 or more")
    head.write(options.out, finder, kept[1], train_fitness(labelled(options.data, encoder)))
    tell(f"{options.out}\n")


if __name__ == "__main__":
    main()
