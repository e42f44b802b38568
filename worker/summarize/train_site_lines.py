"""Training what finds boilerplate in other languages: `python -m worker.summarize.train_site_lines --articles FILE ...`

Each FILE holds gzipped JSON Lines of {text} in any language, with its `language` (English if there is none). Invented
lines (worker/summarize/training/boilerplate*.txt) are put into the articles, and the network learns to tell them from
the articles' own sentences: binary cross-entropy. With --folds N it is tried first on each N-th part of the articles,
trained without that part and without each N-th template; prints which share of the lines it finds, and of the
articles' first and other sentences it takes for lines. What came of it is in site_lines.md.
"""

import argparse
import gzip
import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from worker.clean.layout import paragraphs
from worker.summarize import manner, multilingual, site_lines
from worker.summarize.features import Vectors
from worker.summarize.prose import Sentence, considered
from worker.summarize.training import boilerplate

#: Lines of each language that are made from its templates.
LINES: Final = 400
#: Lines that an article gets; times that it is seen with other lines, English articles fewer times: there are more.
FEWEST_LINES, MOST_LINES, TIMES, TIMES_ENGLISH = 2, 5, 12, 2
#: Most articles of one file that are read, and articles with fewer sentences, which are left out.
MOST_ARTICLES, FEWEST_SENTENCES = 300, 4
#: The network and its training.
WIDTH, EPOCHS, BATCH, DROPPED = 48, 6, 256, 0.3


@dataclass(frozen=True, slots=True)
class Text:
    """An article, or a line of boilerplate: its usable sentences and their vectors."""

    language: str
    sentences: list[Sentence]
    vectors: Vectors


def read(path: Path) -> Iterator[Text]:
    """Yield the articles of `path`."""
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        for row in [json.loads(line) for line in rows][:MOST_ARTICLES]:
            text = _text("\n\n".join(paragraphs(row["text"])), row.get("language", "en"))
            if len(text.sentences) >= FEWEST_SENTENCES:
                yield text


def lines(language: str) -> list[list[Text]]:
    """Return the lines of `language`, those of one template together."""
    made = boilerplate.lines(LINES, 0, language)
    templates = len(boilerplate.templates(language))
    grouped = [[_text(line, language) for line in made[number::templates]] for number in range(templates)]
    return [[line for line in group if line.sentences] for group in grouped]


def mixed(article: Text, chosen: Sequence[Text], chance: random.Random) -> tuple[Text, NDArray[np.bool_]]:
    """Return `article` with the lines `chosen` at random places, and which of its sentences are theirs."""
    parts = [
        (article.sentences[at : at + 1], article.vectors[at : at + 1], False) for at in range(len(article.vectors))
    ]
    for line in chosen:
        parts.insert(chance.choice((0, chance.randint(0, len(parts)))), (line.sentences, line.vectors, True))
    sentences = [sentence for own, _, _ in parts for sentence in own]
    labels = np.array([is_line for own, _, is_line in parts for _ in own])
    return Text(article.language, sentences, np.concatenate([vectors for _, vectors, _ in parts])), labels


def train(articles: Sequence[Text], given: Mapping[str, Sequence[Text]], seed: int) -> dict[str, Vectors]:
    """Return the weights of a network that tells the lines `given` of each language from sentences of `articles`."""
    chance = random.Random(seed)
    torch.manual_seed(seed)
    rows, labels = [], []
    every = [line for own in given.values() for line in own]
    for article in articles:
        own = given.get(article.language, every)
        for _ in range(TIMES_ENGLISH if article.language == "en" else TIMES):
            # A line in another language is a line, too; so the network learns what is said, not in which language.
            pool = own if article.language != "en" or chance.random() < 0.5 else every
            text, is_line = mixed(article, chance.sample(pool, chance.randint(FEWEST_LINES, MOST_LINES)), chance)
            real_line = np.array([bool(manner.furniture(sentence.text)) for sentence in text.sentences])
            kept = is_line | ~real_line
            rows.append(site_lines.inputs(text.sentences, text.vectors)[kept])
            labels.append(is_line[kept])
    seen, wanted = torch.from_numpy(np.concatenate(rows)), torch.from_numpy(np.concatenate(labels)).float()
    first, last = torch.nn.Linear(site_lines.INPUTS, WIDTH), torch.nn.Linear(WIDTH, 1)
    dropout = torch.nn.Dropout(DROPPED)
    network = torch.nn.Sequential(dropout, first, torch.nn.ReLU(), dropout, last)
    steps = EPOCHS * (len(seen) // BATCH + 1)
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=steps + 1, pct_start=0.1)
    for _ in range(EPOCHS):
        order = torch.randperm(len(seen))
        for start in range(0, len(order), BATCH):
            part = order[start : start + BATCH]
            optimizer.zero_grad()
            loss = torch.nn.functional.binary_cross_entropy_with_logits(network(seen[part])[:, 0], wanted[part])
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
    tensors = {"in": first.weight.T, "in_bias": first.bias, "out": last.weight[0], "out_bias": last.bias}
    return {name: tensor.detach().numpy().astype(np.float16) for name, tensor in tensors.items()}


def _text(text: str, language: str) -> Text:
    sentences = [sentence for sentence in considered(text, language) if sentence.usable]
    return Text(language, sentences, multilingual.encode([sentence.text for sentence in sentences]))


def _try(articles: Sequence[Text], given: Mapping[str, Sequence[list[Text]]], folds: int) -> None:
    found: dict[str, list[NDArray[np.bool_]]] = defaultdict(list)
    for fold in range(folds):
        learned = {
            language: [line for at, own in enumerate(groups) if at % folds != fold for line in own]
            for language, groups in given.items()
        }
        weights = {
            name: value.astype(np.float32)
            for name, value in train(
                [text for at, text in enumerate(articles) if at % folds != fold], learned, 0
            ).items()
        }
        chance = random.Random(fold)
        for article in articles[fold::folds]:
            unseen = [line for own in given[article.language][fold::folds] for line in own]
            text, is_line = mixed(article, chance.sample(unseen, FEWEST_LINES), chance)
            taken = np.array(site_lines.judged(text.sentences, text.vectors, weights))
            own = taken[~is_line]
            for kind, values in (("lines found", taken[is_line]), ("first", own[:1]), ("other", own[1:])):
                found[f"{article.language} {kind}"].append(values)
    for kind, parts in sorted(found.items()):
        values = np.concatenate(parts)
        sys.stdout.write(f"{kind:16} {100 * values.mean():5.1f} % of {len(values)}\n")


def main() -> None:
    """Try, train, write."""
    parser = argparse.ArgumentParser(description="Train what finds boilerplate in other languages than English.")
    parser.add_argument(
        "--articles", type=Path, nargs="+", required=True, help="gzipped JSON Lines of {text, language}"
    )
    parser.add_argument("--folds", type=int, default=0, help="parts on which it is tried first")
    parser.add_argument("--out", type=Path, default=Path(site_lines.__file__).with_name(site_lines.FILE))
    options = parser.parse_args()
    articles = [article for path in options.articles for article in read(path)]
    random.Random(0).shuffle(articles)
    given = {language: lines(language) for language in boilerplate.FILES}
    if options.folds:
        _try(articles, given, options.folds)
    weights = train(
        articles, {language: [line for own in groups for line in own] for language, groups in given.items()}, 0
    )
    with options.out.open("wb") as file:
        np.savez(file, allow_pickle=False, **weights)
    sys.stdout.write(f"{options.out}\n")


if __name__ == "__main__":
    main()
