"""How much more several summarize processes do than one, with an engine that waits 20 ms a batch and 2 ms an article.

    python -m tests.benchmarks.scaling [--articles 2000] [--processes 1 2 4] [--store sqlite|postgresql]

The engine waits and does not compute, so two cores suffice to see what queue and store cost. The time is taken from
the store: from the first digest to the last. Exit code 1 where four processes do less than FLOOR times the work of
one.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

import tests.postgres
from producers.push import Queue
from tests import rig
from tests.chaos import news
from tests.servers import free_port, redis_server
from worker.article import Article
from worker.dedup import text_key
from worker.store import Store, connect, migrate, sqlite_url
from worker.store.articles import Incoming, take_in
from worker.store.contents import counts
from worker.store.leases import BATCH
from worker.store.tables import digests

#: What four processes must do, as a multiple of one (issue 3).
FLOOR = 3.6
#: Wake-ups at the start: more than there are processes, as ingest leaves them.
WAKE_UPS = 16


def rate(store_url: str, processes: int, articles: int) -> float:
    """Return the digests a second that `processes` summarize workers write."""
    with tempfile.TemporaryDirectory(prefix="wiredesk-scaling-") as name:
        folder = Path(name)
        store = connect(store_url)
        migrate(store)
        fill(store, articles)
        names = [f"summarize-{n}" for n in range(processes)]
        with redis_server(free_port(), folder) as redis_url:
            environment = rig.settings(redis_url, store_url, folder)
            with rig.processes(dict.fromkeys(names, ("worker", "summarize")), environment, folder):
                rig.until(lambda: all(rig.ready(folder, n) for n in names), "every worker takes messages")
                queue = Queue.connect(redis_url)
                queue.wake_summarizers(WAKE_UPS)
                rig.until(lambda: counts(store).digested == articles, "every digest", 600)
                queue.close()
        with store.reading() as connection:
            made = sorted(connection.execute(sa.select(digests.c.made_at)).scalars())
        store.close()
        first = sum(moment == made[0] for moment in made)
        return (articles - first) / (made[-1] - made[0]).total_seconds()


def fill(store: Store, articles: int) -> None:
    """Put `articles` ready rows into `store`."""
    for start in range(0, articles, 100):
        take_in(store, [_incoming(number) for number in range(start, min(start + 100, articles))])


@contextmanager
def empty_store(kind: str) -> Iterator[str]:
    """Give the URL of an empty store of the kind "sqlite" or "postgresql"."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="wiredesk-scaling-") as folder:
            yield sqlite_url(Path(folder) / "wiredesk.db")
        return
    programs = tests.postgres.programs()
    if programs is None:
        sys.exit("PostgreSQL's server programs are not installed.")
    with tests.postgres.running(programs, free_port()) as url:
        yield url


def _incoming(number: int) -> Incoming:
    body = news.body(number)
    article = Article(
        id=f"article-{number:06}",
        source="inbox",
        uri=f"{number}.txt",
        media_type="text/plain",
        filename=f"{number}.txt",
        publisher=None,
        title=news.title(number),
        standfirst=None,
        dateline=None,
        byline=None,
        body=body,
        language="en",
        published_at=None,
        received_at=datetime.now(UTC),
    )
    return Incoming(article, text_key(body))


def main() -> int:
    """Print a table for each store and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--store", nargs="+", default=["sqlite", "postgresql"])
    chosen = parser.parse_args()
    enough = True
    print(f"{chosen.articles:,} articles; the engine alone allows {BATCH / (0.020 + 0.002 * BATCH):.0f}/s a process")
    for kind in chosen.store:
        single = None
        for processes in chosen.processes:
            with empty_store(kind) as url:
                found = rate(url, processes, chosen.articles)
            single = single or found / processes
            times = found / single
            print(f"{kind:<10} {processes:>2} processes {found:>7.0f}/s  {times:>5.2f} times one", flush=True)
            if processes == 4:
                enough = enough and times >= FLOOR
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
