"""Training the sections' head: `python -m worker.edition.train_sections --data FILE [--held-out FILE]`.

The files are gzipped JSON Lines: rows {text, section}, in English. `section` is a name of
`worker.edition.section_names.Section`; in the held-out file it is a list of those that are right. The extractive engine
embeds each text as a desk does, a tenth of a second each; the head is multinomial logistic regression. Prints what it
reaches on the held-out rows. What came of it is in sections.md.
"""

import argparse
import gzip
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from worker.article import Article, Digest
from worker.edition import sections
from worker.edition.section_names import Section

#: Weight of the penalty on the squares of the head's values, against the mean loss of a row.
PENALTY: Final = 2e-4
#: A section counts as its number of rows to the power of 1 - this.
BALANCE: Final = 0.5
#: Articles that the engine gets together.
BATCH: Final = 16
_KNOWN: Final = tuple(section for section in Section if section is not Section.OTHER)


def trained(vectors: NDArray[np.float32], labels: Sequence[Section]) -> NDArray[np.int16]:
    """Return the head that tells the `labels` of `vectors`, shape (sections, values + 1), in whole numbers of
    `sections.HEAD_SCALE`.
    """
    from scipy.optimize import minimize

    wanted = np.array([_KNOWN.index(label) for label in labels])
    truth = np.eye(len(_KNOWN))[wanted]
    rows = np.c_[vectors.astype(np.float64), np.ones(len(vectors))]
    weights = (1 / np.maximum(truth.sum(axis=0), 1)) ** BALANCE
    weight = weights[wanted] / weights[wanted].sum()

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        head = values.reshape(len(_KNOWN), -1)
        scores = rows @ head.T
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        chances /= chances.sum(axis=1, keepdims=True)
        penalised = np.c_[head[:, :-1], np.zeros(len(_KNOWN))]
        gradient = ((chances - truth) * weight[:, None]).T @ rows + 2 * PENALTY * penalised
        right = np.maximum(chances[np.arange(len(wanted)), wanted], 1e-300)
        return float(-(weight * np.log(right)).sum() + PENALTY * (penalised**2).sum()), gradient.ravel()

    start = np.zeros(len(_KNOWN) * rows.shape[1])
    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    head: NDArray[np.int16] = np.rint(best.reshape(len(_KNOWN), -1) * sections.HEAD_SCALE).astype(np.int16)
    return head


def embedded(texts: Sequence[str]) -> Iterator[bytes]:
    """Yield the embedding of each of `texts` as the extractive engine makes it; empty for one that it cannot read."""
    from worker.summarize import load

    engine = load("extractive")
    for start in range(0, len(texts), BATCH):
        articles = [_article(str(start + place), text) for place, text in enumerate(texts[start : start + BATCH])]
        for made in engine.summarize(articles):
            yield made.embedding if isinstance(made, Digest) else b""


def _article(identity: str, text: str) -> Article:
    return Article(
        id=identity,
        source="training",
        uri=identity,
        media_type="text/plain",
        filename="",
        publisher=None,
        title=None,
        standfirst=None,
        dateline=None,
        byline=None,
        body=text.replace("\n", "\n\n"),
        language="en",
        published_at=None,
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def _rows(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def main() -> None:
    """Train, write, measure."""
    parser = argparse.ArgumentParser(description="Train the head that tells the sections of an edition.")
    parser.add_argument("--data", type=Path, required=True, help="rows {text, section}, gzipped")
    parser.add_argument("--held-out", type=Path, help="rows that the head is measured on")
    options = parser.parse_args()
    rows = _rows(options.data)
    vectors = list(embedded([row["text"] for row in rows]))
    usable = [(vector, Section(row["section"])) for vector, row in zip(vectors, rows, strict=True) if vector]
    stacked = np.stack([np.frombuffer(vector, dtype="<f4") for vector, _ in usable])
    np.save(sections.FILE, trained(stacked, [label for _, label in usable]), allow_pickle=False)
    sys.stdout.write(f"{len(usable):,} rows, {sections.FILE}\n")
    if options.held_out is None:
        return
    held = _rows(options.held_out)
    given = [sections.nearest_section([vector]) for vector in embedded([row["text"] for row in held])]
    sure = [(section, row) for section, row in zip(given, held, strict=True) if section is not Section.OTHER]
    right = sum(section in row["section"] for section, row in sure)
    sys.stdout.write(f"{len(held) - len(sure)} of {len(held)} Other; {right} of {len(sure)} right\n")


if __name__ == "__main__":
    main()
