"""One stage on a file of articles, in the tree of wiredesk that is first on the path (see tests.benchmarks.compare).

    PYTHONPATH=TREE python -P tests/benchmarks/stages.py STAGE ARTICLES.jsonl

The rows of the file have id, text, title and media_type. Printed is one line of JSON: the CPU seconds of this process
(`cpu`) and of the Redis server at --redis (`server`), the number of `articles`, the resident `megabytes` afterwards,
and, for claims, the `bytes` of Redis an article. The first articles warm the process and are not measured.

It imports nothing of the tests, so that a past tree runs the same work. What differs between the trees that it knows is
asked for by name.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import redis

from producers.article import RawArticle

#: Articles that come before those that are measured: they load models and fill caches.
WARM: Final = 16
#: Articles in one message of the queue (producers.push), and in one batch of an engine.
MESSAGE, BATCH = 32, 16
_RECEIVED: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Given:
    """What a stage works on: articles, those that are measured last, a server and a folder for its files."""

    raws: list[RawArticle]
    client: redis.Redis
    folder: Path

    @property
    def warming(self) -> list[RawArticle]:
        """The articles that are not measured."""
        return self.raws[:WARM]

    @property
    def measured(self) -> list[RawArticle]:
        """The articles that are measured."""
        return self.raws[WARM:]


def read(path: Path) -> list[RawArticle]:
    """Return the articles of a JSON Lines file with the fields id, text, title and media_type."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        RawArticle(
            id=uuid.uuid5(uuid.NAMESPACE_URL, row["id"]),
            source="benchmark",
            uri=f"file:///benchmark/{row['id']}",
            media_type=row["media_type"],
            title=row["title"],
            text=row["text"],
            received_at=_RECEIVED,
        )
        for row in rows
    ]


def clean(given: Given) -> dict[str, float]:
    """Clean each article."""
    _cleaned(given.warming)
    return _timed(given, lambda: _cleaned(given.measured))


def claim(given: Given) -> dict[str, float]:
    """Claim the story of each article; sketches and facts are made before."""
    from worker import pipeline
    from worker.clean.language import language_of
    from worker.dedup.claim import Claimant, Claims
    from worker.dedup.sketch import sketch

    claimants = []
    for raw in given.raws:
        language = language_of(raw.text)
        made: dict[str, Any] = {"article": str(raw.id), "language": language, "sketch": sketch(raw.text)}
        if "facts" in {field.name for field in fields(Claimant)}:
            made["facts"] = pipeline.lead_facts(raw.text, None, language)
        claimants.append(Claimant(**made))
    claims = Claims(given.client, lambda _language, _after: ())
    claims.claim(claimants[:WARM])
    before = given.client.info("memory")["used_memory"]
    took = _timed(given, lambda: [claims.claim(part) for part in _parts(claimants[WARM:], MESSAGE)])
    return took | {"bytes": (given.client.info("memory")["used_memory"] - before) / len(given.measured)}


def ingest(given: Given) -> dict[str, float]:
    """Take the articles from the journal into a SQLite store; HTML travels alone, as it does in a desk."""
    from producers.journal import Journal
    from worker import pipeline
    from worker.store import connect, migrate, sqlite_url

    journal = Journal(given.client, max_pending=len(given.raws) + 1)
    store = connect(sqlite_url(given.folder / "stage.db"))
    migrate(store)

    def admitted(raws: Sequence[RawArticle]) -> list[list[str]]:
        messages = list(_parts(raws, 1 if "html" in raws[0].media_type else MESSAGE))
        for message in messages:
            journal.admit(message)
        return [[str(raw.id) for raw in message] for message in messages]

    def taken_in(messages: Sequence[Sequence[str]]) -> None:
        for ids in messages:
            pipeline.ingest(ids, journal, store)

    taken_in(admitted(given.warming))
    messages = admitted(given.measured)
    return _timed(given, lambda: taken_in(messages))


def engine(given: Given) -> dict[str, float]:
    """Summarise the articles in batches with the extractive engine."""
    from worker.summarize import load

    articles = _cleaned(given.raws)
    summarises = load("extractive")
    summarises.summarize(articles[:WARM])
    return _timed(given, lambda: [summarises.summarize(part) for part in _parts(articles[WARM:], BATCH)])


def desk(given: Given) -> dict[str, float]:
    """Run `wiredesk up --once` on a file of the articles; all of its processes and its start are measured."""
    inbox = given.folder / "inbox"
    inbox.mkdir()
    rows = ({"id": str(raw.id), "title": raw.title or "", "text": raw.text} for raw in given.measured)
    (inbox / "articles.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    command = [sys.executable, "-P", "-m", "worker.cli", "up", "--once"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [*command, "--inbox", str(inbox), "--data", str(given.folder / "data")],
        capture_output=True, text=True, check=False, cwd=given.folder,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise SystemExit(f"the desk ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return {
        "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "server": 0.0,
        "articles": len(given.measured),
        "megabytes": after.ru_maxrss / 1024,
    }


STAGES: Final[dict[str, Callable[[Given], dict[str, float]]]] = {
    "clean": clean,
    "claim": claim,
    "ingest": ingest,
    "engine": engine,
    "desk": desk,
}


def _cleaned(raws: Sequence[RawArticle]) -> list[Any]:
    """Return the articles of `raws`; what has no prose is left out, as ingest makes it a failure."""
    from worker.clean import clean as cleaned
    from worker.errors import UnusableError

    articles = []
    for raw in raws:
        try:
            articles.append(cleaned(raw))
        except UnusableError:
            continue
    return articles


def _timed(given: Given, work: Callable[[], object]) -> dict[str, float]:
    server, own = _server_seconds(given.client), time.process_time()
    work()
    return {
        "cpu": time.process_time() - own,
        "server": _server_seconds(given.client) - server,
        "articles": len(given.measured),
        "megabytes": _resident(),
    }


def _server_seconds(client: redis.Redis) -> float:
    used = client.info("cpu")
    return float(used["used_cpu_user"]) + float(used["used_cpu_sys"])


def _resident() -> float:
    """Return the resident memory of this process in megabytes (Linux), else its peak."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _parts(items: Sequence[Any], size: int) -> Iterator[list[Any]]:
    return (list(items[at : at + size]) for at in range(0, len(items), size))


def main() -> None:
    """Run the stage and print its line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--redis", required=True, help="URL of an empty server")
    parser.add_argument("--folder", type=Path, required=True, help="an empty folder")
    options = parser.parse_args()
    with redis.Redis.from_url(options.redis) as client:
        print(json.dumps(STAGES[options.stage](Given(read(options.articles), client, options.folder))))


if __name__ == "__main__":
    main()
