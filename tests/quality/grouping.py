"""How well the grouping finds events in texts whose events are labelled.

    python -m tests.quality.grouping [--embeddings] [--data FILE.jsonl.gz]

The file has rows {id, text, story}, or {id, title, text, date, event}. B3 (Bagga and Baldwin, "Algorithms for scoring
coreference chains", 1998) is the mean over the texts of how much of a text's group is of its event (precision), and of
its event in its group (recall).
An event is whole if all its texts are in one group. With --embeddings the texts go through the extractive engine
first, two minutes for 1,000, as in a desk; else words decide alone.
"""

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from worker.article import Article, Digest
from worker.edition.group import Groupable, groups

#: Where the data lies beside a checkout; the texts belong to their publishers and are not in the repository.
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "dedup"
ECB, NEAR_COPIES = DATA / "ecbplus.jsonl.gz", DATA / "mccormick2500.jsonl.gz"
#: Articles that the engine gets at once.
BATCH = 16


@dataclass(frozen=True)
class Found:
    """Scores of a grouping: B3, and over the pairs of texts that are in one group."""

    precision: float
    recall: float
    pairs: int
    right_pairs: int
    wanted_pairs: int
    groups: int
    mixed_groups: int
    whole_events: int

    @property
    def f1(self) -> float:
        """B3 F1."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def rows(path: Path) -> list[dict[str, str]]:
    """Return the labelled texts of a gzipped JSON Lines file, each with its `story`."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        read = [json.loads(line) for line in lines]
    return [{"story": row.get("event"), **row} for row in read]


def grouped(found: Sequence[dict[str, str]], embeddings: Sequence[bytes] = ()) -> list[list[str]]:
    """Return the ids of the texts in groups."""
    vectors = embeddings or [b""] * len(found)
    return groups(
        [
            Groupable(
                id=row["id"],
                text=f"{row['title']}\n{row['text']}" if row.get("title") else row["text"],
                language="en",
                published_at=datetime.fromisoformat(row["date"]).replace(tzinfo=UTC) if row.get("date") else None,
                embedding=vector,
            )
            for row, vector in sorted(zip(found, vectors, strict=True), key=lambda pair: pair[0]["id"])
        ]
    )


def score(parts: Sequence[Sequence[str]], events: dict[str, str]) -> Found:
    """Return the scores of the groups `parts` of the keys of `events`, whose values are the true events."""
    sizes = Counter(events.values())
    precision = recall = 0.0
    pairs = right = 0
    for part in parts:
        inside = Counter(events[one] for one in part)
        precision += sum(count * count / len(part) for count in inside.values())
        recall += sum(count * count / sizes[event] for event, count in inside.items())
        pairs += _pairs(len(part))
        right += sum(map(_pairs, inside.values()))
    return Found(
        precision=precision / len(events),
        recall=recall / len(events),
        pairs=pairs,
        right_pairs=right,
        wanted_pairs=sum(map(_pairs, sizes.values())),
        groups=len(parts),
        mixed_groups=sum(len({events[one] for one in part}) > 1 for part in parts),
        whole_events=sum(
            count == 1 for count in Counter(e for p in parts for e in {events[one] for one in p}).values()
        ),
    )


def embedded(found: Sequence[dict[str, str]]) -> list[bytes]:
    """Return the embedding of each text as the extractive engine makes it."""
    from worker.summarize import load

    engine = load("extractive")
    articles = [_article(row["id"], row["text"], row.get("title")) for row in found]
    starts = range(0, len(articles), BATCH)
    made = [digest for start in starts for digest in engine.summarize(articles[start : start + BATCH])]
    return [digest.embedding if isinstance(digest, Digest) else b"" for digest in made]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ECB, help="gzipped rows (default ECB+)")
    parser.add_argument("--embeddings", action="store_true", help="take the engine's embeddings too")
    arguments = parser.parse_args()
    texts = rows(arguments.data)
    parts = grouped(texts, embedded(texts) if arguments.embeddings else ())
    result = score(parts, {row["id"]: row["story"] for row in texts})
    print(f"{len(texts)} texts, {result.groups} groups, {result.mixed_groups} of them of more than one event")
    print(f"{result.whole_events} of {len({row['story'] for row in texts})} events whole")
    print(f"B3 precision {result.precision:.3f}, recall {result.recall:.3f}, F1 {result.f1:.3f}")
    print(f"pairs: {result.right_pairs} right of {result.pairs} found, {result.wanted_pairs} to be found")


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


def _article(identity: str, text: str, title: str | None = None) -> Article:
    return Article(
        id=identity,
        source="quality",
        uri=identity,
        media_type="text/plain",
        filename="",
        publisher=None,
        title=title,
        standfirst=None,
        dateline=None,
        byline=None,
        body=text.replace("\n", "\n\n"),
        language="en",
        published_at=None,
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


if __name__ == "__main__":
    main()
