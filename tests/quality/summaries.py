"""ROUGE of the extractive engine against Lead with the same word budget, on the development splits.

    python -m tests.quality.summaries [--data DIR]

The ROUGE here is our own: F1 of unigrams, bigrams and, for Lsum, of the union of longest common subsequences
sentence by sentence (Lin, "ROUGE", 2004). Words are runs of ASCII letters and digits in lower case, without stemming,
so the figures lie a little below those of rouge-score with its stemmer: compare them only with one another.
"""

import argparse
import gzip
import json
import math
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from worker.article import Article, Digest
from worker.clean.sentences import sentences
from worker.summarize import Engine, load
from worker.summarize.measure import length

#: Where the data lies beside a checkout; it belongs to its publishers and is not in the repository.
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "summaries"
SPLITS = ("cnndm.dev", "inshorts.dev", "xsum.dev")
WORDS, MOST_SENTENCES = 75, 3

_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Comparison:
    """Mean ROUGE (percent, F1) of the engine and of Lead on the same rows, and the engine's mean length in words."""

    split: str
    rows: int
    engine: tuple[float, float, float]
    lead: tuple[float, float, float]
    words: float
    gain: float  # of ROUGE-1 over Lead
    standard_error: float  # of that gain, paired


def rouge(summary: str, reference: str) -> tuple[float, float, float]:
    """Return ROUGE-1, ROUGE-2 and ROUGE-Lsum of `summary`, in percent."""
    found, wanted = _WORD.findall(summary.lower()), _WORD.findall(reference.lower())
    return (
        _f1(_overlap(found, wanted, 1), len(found), len(wanted)),
        _f1(_overlap(found, wanted, 2), len(found) - 1, len(wanted) - 1),
        _f1(_union_of_subsequences(summary, reference), len(found), len(wanted)),
    )


def lead(text: str, words: int = WORDS, most_sentences: int = MOST_SENTENCES) -> str:
    """Return the first sentences of `text` that fit the budget, at least one."""
    taken: list[str] = []
    for sentence in sentences(text, "en"):
        fits = sum(map(length, taken)) + length(sentence) <= words and len(taken) < most_sentences
        if taken and not fits:
            break
        taken.append(sentence)
    return " ".join(taken)


def rows_of(split: str, data: Path = DATA) -> list[dict[str, str]]:
    """Return the rows of `split`: id, title, text, summary."""
    with gzip.open(data / f"{split}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def article(row: dict[str, str]) -> Article:
    """Return `row` as a cleaned article."""
    return Article(
        id=row["id"],
        source="quality",
        uri=row["id"],
        media_type="text/plain",
        filename="",
        publisher=None,
        title=row.get("title") or None,
        standfirst=None,
        dateline=None,
        byline=None,
        body=row["text"],
        language="en",
        published_at=None,
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def compare(engine: Engine, split: str, data: Path = DATA) -> Comparison:
    """Return how `engine` compares with Lead on `split`."""
    rows = rows_of(split, data)
    ours, leads, words = [], [], 0
    for row, result in zip(rows, engine.summarize([article(row) for row in rows]), strict=True):
        assert isinstance(result, Digest), result
        ours.append(rouge(result.summary, row["summary"]))
        leads.append(rouge(lead(row["text"]), row["summary"]))
        words += length(result.summary)
    gains = [mine[0] - theirs[0] for mine, theirs in zip(ours, leads, strict=True)]
    gain = sum(gains) / len(gains)
    error = math.sqrt(sum((each - gain) ** 2 for each in gains)) / len(gains)
    return Comparison(split, len(rows), _mean(ours), _mean(leads), words / len(rows), gain, error)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    data = parser.parse_args().data
    engine = load("extractive", words=WORDS, most_sentences=MOST_SENTENCES)
    print(f"{engine.name}, {engine.model}; at most {WORDS} words and {MOST_SENTENCES} sentences; R1/R2/RLsum")
    for split in SPLITS:
        started = time.process_time()
        found = compare(engine, split, data)
        ours, theirs = ("/".join(f"{value:.1f}" for value in each) for each in (found.engine, found.lead))
        print(
            f"{split:13} n={found.rows:<4} engine {ours} ({found.words:.0f} words)   Lead {theirs}   "
            f"R1 {found.gain:+.2f} (se {found.standard_error:.2f})   {time.process_time() - started:.1f} CPU s"
        )


def _mean(scores: Sequence[tuple[float, float, float]]) -> tuple[float, float, float]:
    one, two, longest = (sum(values) / len(scores) for values in zip(*scores, strict=True))
    return one, two, longest


def _f1(common: int, found: int, wanted: int) -> float:
    return 200.0 * common / (found + wanted) if common else 0.0


def _overlap(found: Sequence[str], wanted: Sequence[str], size: int) -> int:
    grams = [Counter(zip(*(words[start:] for start in range(size)), strict=False)) for words in (found, wanted)]
    return (grams[0] & grams[1]).total()


def _union_of_subsequences(summary: str, reference: str) -> int:
    """Return the words of `reference` that, sentence by sentence, lie in a common subsequence with `summary`."""
    ours = [_WORD.findall(sentence.lower()) for sentence in sentences(summary, "en")]
    left_of_ours = Counter(word for sentence in ours for word in sentence)
    hits = 0
    for sentence in sentences(reference, "en"):
        wanted = _WORD.findall(sentence.lower())
        places = {place for candidate in ours for place in _common(wanted, candidate)}
        for place in sorted(places):
            if left_of_ours[wanted[place]] > 0:
                left_of_ours[wanted[place]] -= 1
                hits += 1
    return hits


def _common(wanted: Sequence[str], found: Sequence[str]) -> list[int]:
    """Return the places in `wanted` of a longest common subsequence with `found`."""
    table = [[0] * (len(found) + 1) for _ in range(len(wanted) + 1)]
    for row, word in enumerate(wanted, 1):
        for column, other in enumerate(found, 1):
            longer = max(table[row - 1][column], table[row][column - 1])
            table[row][column] = table[row - 1][column - 1] + 1 if word == other else longer
    places, row, column = [], len(wanted), len(found)
    while row and column:
        if wanted[row - 1] == found[column - 1]:
            places.append(row - 1)
            row, column = row - 1, column - 1
        elif table[row - 1][column] >= table[row][column - 1]:
            row -= 1
        else:
            column -= 1
    return places


if __name__ == "__main__":
    main()
