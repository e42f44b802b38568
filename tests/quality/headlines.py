"""Headlines made without a title against the real ones, beside the article's first twelve words and first sentence.

    python -m tests.quality.headlines [DATA.jsonl.gz ...] [--rows N]

DATA are JSON Lines of {id, title, text}, by default all sets with real headlines. ROUGE is F1 in percent, with stemmer;
the gain over the first twelve words is paired, `se` its standard error.
"""

import argparse
from pathlib import Path
from typing import Final

import numpy as np
from rouge_score.rouge_scorer import RougeScorer

from tests.quality.summaries import DATA, Row, article, read
from worker.clean.sentences import sentences
from worker.summarize.headline import headline
from worker.summarize.measure import length
from worker.summarize.prose import considered

SETS: Final = ("bbc.train", "inshorts.train", "headlines.train", "bbc.dev", "inshorts.dev")
#: Words of the baseline.
FIRST_WORDS: Final = 12

_SCORER = RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=True)
_KINDS = ("rouge1", "rouge2", "rougeL")


def made(row: Row) -> str:
    """Return the headline that we make of `row` without its title."""
    untitled = article({**row, "title": ""})
    return headline(untitled, considered(untitled.body, "en"))


def first_words(row: Row) -> str:
    """Return the first words of the article."""
    return " ".join(row["text"].split()[:FIRST_WORDS])


def first_sentence(row: Row) -> str:
    """Return the article's first sentence."""
    return sentences(row["text"], "en")[0]


SYSTEMS: Final = {"made": made, "first 12 words": first_words, "first sentence": first_sentence}


def scores(rows: list[Row]) -> dict[str, np.ndarray]:  # type: ignore[type-arg]
    """Return ROUGE-1, -2 and -L of each system on `rows`, shape (rows, 3), in percent."""
    return {
        name: np.array(
            [
                [100 * found[kind].fmeasure for kind in _KINDS]
                for row in rows
                for found in [_SCORER.score(row["title"], system(row))]
            ]
        )
        for name, system in SYSTEMS.items()
    }


def usable(path: Path, most: int | None = None) -> list[Row]:
    """Return the rows of `path` that have a headline and a text."""
    return [row for row in read(path) if row["title"].strip() and row["text"].strip()][:most]


def gain(found: dict[str, np.ndarray]) -> tuple[float, float]:  # type: ignore[type-arg]
    """Return the mean gain in ROUGE-1 over the first words, and its standard error."""
    gains = found["made"][:, 0] - found["first 12 words"][:, 0]
    return float(gains.mean()), float(gains.std() / len(gains) ** 0.5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="*")
    parser.add_argument("--rows", type=int, help="only the first so many of each file")
    options = parser.parse_args()
    for path in options.data or [DATA / f"{name}.jsonl.gz" for name in SETS]:
        rows = usable(path, options.rows)
        found = scores(rows)
        print(f"{path.name}: {len(rows)} articles")
        for name, system in SYSTEMS.items():
            one, two, longest = found[name].mean(axis=0)
            words = np.mean([length(system(row)) for row in rows])
            print(f"  {name:15} R1 {one:5.2f}  R2 {two:5.2f}  RL {longest:5.2f}  {words:4.1f} words")
        more, error = gain(found)
        print(f"  R1 over the first {FIRST_WORDS} words {more:+.2f} (se {error:.2f})")


if __name__ == "__main__":
    main()
