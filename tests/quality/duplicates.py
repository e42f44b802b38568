"""The quality gate of duplicates: sketches and claims on a real server, on a generated stream or on a file.

    python -m tests.quality.duplicates [--originals 2000] [--reprints 200] [--seed 4]
    python -m tests.quality.duplicates --data FILE

The first prints recall by kind of edit, precision, recall and F1, and the footer attack. The second takes JSON Lines
(gzipped or not) of {id, source, published_at, title, text} and prints, as JSON Lines {"a", "b", "containment"}, every
pair of articles that came into one story; the articles come in the order of their times of publication, which stand in
for the clock of the server, so that a story is forgotten as a desk forgets it.
"""

import argparse
import gzip
import itertools
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import redis

from tests.quality.reprints import EDITS, Item, stream, stub
from tests.servers import free_port, redis_server
from worker.clean.language import language_of
from worker.dedup import text_key
from worker.dedup.claim import WINDOW_SECONDS, Claimant, Claims
from worker.dedup.sketch import sketch
from worker.pipeline import lead_facts
from worker.store.placement import shared

#: Where the data sets lie beside a checkout of the project.
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "dedup"
#: Claims sent in one round trip: as many as a message of ingest carries articles.
BATCH: Final = 32
#: Copies of the footer attack.
STUBS: Final = 60


@dataclass(frozen=True)
class Score:
    """What became of a stream. `recall` by kind of edit; `wrong` counts reprints put into another original's story,
    `merged` originals put into another's.
    """

    recall: dict[str, float]
    wrong: int
    merged: int
    precision: float
    total_recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.precision * self.total_recall / (self.precision + self.total_recall)


class Desk:
    """The part of a desk that finds stories: exact texts first, as the store does, then claims."""

    def __init__(self, client: redis.Redis) -> None:
        self._now = 0
        self._claims = Claims(client, lambda _language, _after: (), clock=lambda: self._now)
        self._exact: dict[str, tuple[str, int]] = {}
        self._merged: dict[str, str] = {}
        self.story: dict[str, str] = {}

    def take(self, batch: Sequence[tuple[str, str]], language: Callable[[str], str], now: int = 0) -> None:
        """Put each `(id, body)` into its story; `now` in seconds, 0 for the server's own clock."""
        self._now = now
        claimants = [
            Claimant(name, language(body), sketch(body), lead_facts(body, None, language(body))) for name, body in batch
        ]
        for (name, body), claim in zip(batch, self._claims.claim(claimants), strict=True):
            story = self._now_in(claim.opener or name)
            for other in claim.proves:
                self._merge(self._now_in(other), story)
            same, since = self._exact.setdefault(text_key(body), (story, now))
            if now - since > 2 * WINDOW_SECONDS:
                self._exact[text_key(body)] = (story, now)
                same = story
            self.story[name] = self._merged.get(same, same)

    def _now_in(self, article: str) -> str:
        story = self.story.get(article, article)
        return self._merged.get(story, story)

    def _merge(self, story: str, into: str) -> None:
        if story == into:
            return
        self._merged[story] = into
        for stories in (self._merged, self.story):
            stories.update({name: into for name, found in stories.items() if found == story})


def judged(items: Sequence[Item], client: redis.Redis) -> Score:
    """Return how well the claims find the originals of `items`."""
    client.flushall()
    desk = Desk(client)
    for at in range(0, len(items), BATCH):
        desk.take([(item.id, item.body) for item in items[at : at + BATCH]], lambda _body: "en")
    owner = {desk.story[item.id]: item.original for item in reversed(items)}
    found, wrong, merged = Counter[str](), 0, 0
    told = {item.original: desk.story[item.id] for item in items if item.kind == "original"}
    for item in items:
        story = desk.story[item.id]
        if item.kind == "original":
            merged += story != item.id and owner[story] != item.original
        elif story == told[item.original]:
            found[item.kind] += 1
        elif owner[story] != item.original:
            wrong += 1
    total = Counter(item.kind for item in items if item.kind != "original")
    right = sum(found.values())
    return Score(
        recall={kind: found[kind] / count for kind, count in total.items()},
        wrong=wrong,
        merged=merged,
        precision=right / (right + wrong + merged),
        total_recall=right / sum(total.values()),
    )


def footer_attack(client: redis.Redis) -> int:
    """Return how many of STUBS short texts under one footer are merged with another."""
    client.flushall()
    desk = Desk(client)
    desk.take([(f"s{n}", stub(n)) for n in range(STUBS)], lambda _body: "en")
    return sum(name != story for name, story in desk.story.items())


def pairs(articles: Iterable[dict[str, Any]], client: redis.Redis) -> Iterator[dict[str, Any]]:
    """Yield every pair of `articles` that came into one story."""
    client.flushall()
    desk = Desk(client)
    bodies: dict[str, str] = {}
    now = 0
    for article in sorted(articles, key=_published):
        now = max(now, int(_published(article)))
        bodies[article["id"]] = article["text"]
        desk.take([(article["id"], article["text"])], language_of, now)
    members: dict[str, list[str]] = {}
    for name, story in desk.story.items():
        members.setdefault(story, []).append(name)
    for names in members.values():
        for a, b in itertools.combinations(names, 2):
            yield {"a": a, "b": b, "containment": round(_shared(bodies[a], bodies[b]), 4)}


def read(path: Path) -> list[dict[str, Any]]:
    """Return the articles of a file of JSON Lines."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


@contextmanager
def server() -> Iterator[redis.Redis]:
    """Run a server of our own while the block runs."""
    with tempfile.TemporaryDirectory() as folder, redis_server(free_port(), Path(folder)) as url:
        client = redis.Redis.from_url(url)
        yield client
        client.close()


def _published(article: dict[str, Any]) -> float:
    """Return the time of publication in seconds; articles without one come first, at a moment of their own."""
    text = article.get("published_at")
    if not text:
        return float(WINDOW_SECONDS)
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return float(WINDOW_SECONDS)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _shared(one: str, other: str) -> float:
    return 1.0 if text_key(one) == text_key(other) else shared(one, other)


def main() -> None:
    """Score and print."""
    parser = argparse.ArgumentParser(description="Score duplicates.")
    parser.add_argument("--data", type=Path, help="JSON Lines of {id, source, published_at, title, text}")
    parser.add_argument("--originals", type=int, default=2000)
    parser.add_argument("--reprints", type=int, default=200, help="of each kind of edit")
    parser.add_argument("--seed", type=int, default=4)
    options = parser.parse_args()
    with server() as client:
        if options.data:
            for pair in pairs(read(options.data), client):
                sys.stdout.write(json.dumps(pair) + "\n")
            return
        items = stream(options.originals, options.reprints, options.seed)
        score = judged(items, client)
        for kind in EDITS:
            print(f"{kind:28} recall {score.recall[kind]:.3f}")
        print(
            f"{len(items):,} articles: precision {score.precision:.3f} recall {score.total_recall:.3f} "
            f"F1 {score.f1:.3f}, {score.wrong} reprints in a wrong story, {score.merged} originals merged"
        )
        print(f"footer attack: {footer_attack(client)} of {STUBS} merged")


if __name__ == "__main__":
    main()
