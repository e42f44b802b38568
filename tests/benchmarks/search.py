"""What the search costs: the index at ingest, and a page of hits in a big store, on both kinds of store.

    python -m tests.benchmarks.search [--articles 100000] [--ingest 2000]

Articles of invented words, of which few are common and most are rare as in a language, go through the whole ingest
(journal, cleaning, claim, store), by turns one message with the index and one without it, and the printed price is the
difference in CPU time of worker and PostgreSQL, which other processes disturb little. Then a store is filled up to
100,000 of them, a tenth in Chinese letters, and asked: printed are milliseconds for the first page and page 100, the
median of several. PostgreSQL's programs must be installed.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from unittest import mock

import sqlalchemy as sa

from producers.push import Queue
from tests import postgres
from tests.articles import raw
from tests.servers import free_port, redis_server
from worker.pipeline import ingest
from worker.store import Store, connect, migrate, search, sqlite_url
from worker.store.search import MOST_RANKED, Query, find
from worker.store.tables import articles, stories
from worker.web.pages import HITS

#: The aim: milliseconds of a first page of hits, and the most that the index may add to ingest.
MOST_MILLISECONDS, MOST_PRICE = 200, 0.15
LAST_PAGE = MOST_RANKED // HITS
#: Words of an invented article, different words, and publishers.
WORDS, VOCABULARY, PUBLISHERS = 400, 50_000, 300
#: Articles of one message to ingest, and of one transaction while a store is filled.
MESSAGE, TRANSACTION = 16, 1000
#: How often each question is asked.
TIMES = 7
START = datetime(2026, 1, 1, tzinfo=UTC)

_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"


class Language:
    """Invented words, the n-th of them 1/n as frequent as the first (Zipf)."""

    def __init__(self, seed: int = 7) -> None:
        self.chance = random.Random(seed)
        syllables = [c + v for c in _CONSONANTS for v in _VOWELS]
        self.words = ["".join(self.chance.choices(syllables, k=2 + n % 4)) + f"{n:x}" for n in range(VOCABULARY)]
        self.letters = [chr(0x4E00 + n) for n in range(3000)]
        self._words = list(accumulate(1 / n for n in range(1, VOCABULARY + 1)))
        self._letters = list(accumulate(1 / n for n in range(1, len(self.letters) + 1)))

    def text(self, *, dense: bool = False) -> str:
        """Return the text of an article, in sentences of ten words; a `dense` one has no spaces."""
        if dense:
            return "".join(self.chance.choices(self.letters, cum_weights=self._letters, k=2 * WORDS))
        words = self.chance.choices(self.words, cum_weights=self._words, k=WORDS)
        return " ".join(" ".join(words[at : at + 10]).capitalize() + "." for at in range(0, WORDS, 10))


@contextmanager
def stores(folder: Path) -> Iterator[dict[str, Store]]:
    """Give an empty store of each kind."""
    programs = postgres.programs()
    if programs is None:
        raise SystemExit("PostgreSQL's server programs are not installed.")
    with postgres.running(programs, free_port()) as url:
        found = {"SQLite": connect(sqlite_url(folder / "wiredesk.db")), "PostgreSQL": connect(url)}
        for store in found.values():
            migrate(store)
        yield found
        for store in found.values():
            store.close()


def price(store: Store, language: Language, count: int, redis: str) -> tuple[float, float]:
    """Take `count` articles in, by turns with the index and without; return the milliseconds of an article of each."""
    queue = Queue.connect(redis)
    queue.journal.redis.flushall()
    spent = {True: 0.0, False: 0.0}
    for number in range(-2, count // MESSAGE):
        raws = [raw(language.text(), uri=f"urn:{number}:{n}", title="A title") for n in range(MESSAGE)]
        queue.push(raws)
        indexed = number % 2 == 0
        started = cpu_seconds(store)
        with mock.patch.object(search, "fill", search.fill if indexed else lambda *_: None):
            ingest([str(one.id) for one in raws], queue.journal, store)
        # The first two load the libraries.
        spent[indexed] += cpu_seconds(store) - started if number >= 0 else 0
    queue.close()
    return 2000 * spent[True] / count, 2000 * spent[False] / count


def cpu_seconds(store: Store) -> float:
    """Return the CPU seconds of this process and of its sessions of a PostgreSQL server on this machine."""
    if store.engine.dialect.name == "sqlite":
        return time.process_time()
    with store.reading() as connection:
        sessions = connection.exec_driver_sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'")
        nanoseconds = sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in sessions.scalars())
    return time.process_time() + nanoseconds / 1e9


def fill(store: Store, language: Language, count: int) -> None:
    """Put `count` articles with their stories into the store and its index."""
    for first in range(0, count, TRANSACTION):
        rows = [row(language, number) for number in range(first, min(count, first + TRANSACTION))]
        with store.writing(durable=False) as connection:
            connection.execute(
                sa.insert(stories),
                [{"id": one["id"], "canonical_id": one["id"], "opened_at": START} for one in rows],
            )
            connection.execute(sa.insert(articles), rows)
            search.fill(connection, [str(one["id"]) for one in rows])
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def row(language: Language, number: int) -> dict[str, object]:
    """Return the row of an invented article."""
    at = START + timedelta(minutes=5 * number)
    return {
        "id": f"filled-{number:07}", "story_id": f"filled-{number:07}", "source": "bench", "uri": f"{number}",
        "publisher": f"The Paper {number * 7919 % PUBLISHERS}", "media_type": "text/plain", "filename": "a.txt",
        "title": language.text()[:60], "body": language.text(dense=number % 10 == 0), "language": "en",
        "published_at": at, "received_at": at, "dropped": "[]", "notes": "[]", "stored_at": at,
        "state": "digested", "state_at": at, "attempts": 0, "item_id": f"filled-{number:07}", "teaser": False,
        "status": "usable", "subjects": "[]", "captions": "[]",
    }  # fmt: skip


def size(store: Store) -> str:
    """Return how large the index is, and how large the texts."""
    with store.reading() as connection:
        if connection.dialect.name == "sqlite":
            index = connection.exec_driver_sql("SELECT sum(length(block)) FROM search_words_data").scalar_one()
        else:
            index = connection.exec_driver_sql("SELECT pg_total_relation_size('search_words')").scalar_one()
        texts = connection.scalar(sa.select(sa.func.sum(sa.func.length(articles.c.body)))) or 1
        count = connection.scalar(sa.select(sa.func.count()).select_from(search.search))
    return f"the index of {count:,} articles has {index / 1e6:,.0f} MB, {index / texts:.2f} bytes a character of text"


def questions(language: Language) -> dict[str, Query]:
    """Return the questions that are asked."""
    first, second, *_, rare = language.words[8], language.words[11], language.words[40_000]
    letters = language.letters
    day = START + timedelta(days=100)
    return {
        "no words": Query(since=START),
        "a common word": Query(words=first),
        "two common words": Query(words=f"{first} {second}"),
        "common words side by side": Query(words=f'"{first} {second}"'),
        "a common word, not another": Query(words=f"{first} -{second}"),
        "only not a common word": Query(words=f"-{first}"),
        "a rare word": Query(words=rare),
        "a common and a rare word": Query(words=f"{first} {rare}"),
        "a Chinese letter": Query(words=letters[5]),
        "two Chinese letters": Query(words=letters[5] + letters[9]),
        "four Chinese letters": Query(words=letters[5] + letters[9] + letters[2] + letters[3]),
        "a publisher": Query(publisher="paper 77"),
        "no such publisher": Query(publisher="nobody"),
        "a publisher and ten days": Query(publisher="paper 77", since=day, before=day + timedelta(days=10)),
        "a common word, publisher, days": Query(
            words=first, publisher="paper 77", since=day, before=day + timedelta(days=10)
        ),
    }


def milliseconds(work: Callable[[], object]) -> float:
    """Return the median of the times that `work` takes."""
    work()
    found = []
    for _ in range(TIMES):
        started = time.perf_counter()
        work()
        found.append((time.perf_counter() - started) * 1000)
    return statistics.median(found)


def ask(found: dict[str, Store], language: Language) -> float:
    """Print how long each question takes on each store; return the longest of the first pages."""
    longest = 0.0
    print(f"{'milliseconds':32}" + "".join(f"{name:>12}{'page ' + str(LAST_PAGE):>10}" for name in found))
    for what, query in questions(language).items():
        times = [
            milliseconds(lambda store=store, skip=skip, query=query: find(store, query, most=HITS, skip=skip))
            for store in found.values()
            for skip in (0, HITS * (LAST_PAGE - 1))
        ]
        hits: Sequence[int] = [find(store, query, most=HITS).stories for store in found.values()]
        assert len(set(hits)) == 1, hits
        longest = max(longest, *times[::2])
        print(
            f"{what:32}"
            + "".join(f"{one:{12 - 2 * (n % 2)}.1f}" for n, one in enumerate(times))
            + f"  {hits[0]:,} hits"
        )
    times = [milliseconds(lambda store=store: search.publishers(store, 200)) for store in found.values()]
    print(f"{'the publishers proposed':32}" + "".join(f"{one:12.1f}{'':10}" for one in times))
    return max(longest, *times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000, help="articles of the big store (default 100000)")
    parser.add_argument("--ingest", type=int, default=2000, help="articles through ingest (default 2000)")
    arguments = parser.parse_args()
    language = Language()
    dear = 0.0
    with tempfile.TemporaryDirectory(prefix="wiredesk-bench-") as name, stores(Path(name)) as found:
        with redis_server(free_port(), Path(name)) as redis:
            for kind, store in found.items():
                indexed, bare = price(store, Language(), arguments.ingest, redis)
                dear = max(dear, indexed / bare - 1)
                print(
                    f"{kind}: ingest takes {indexed:.2f} CPU ms an article with the index and {bare:.2f} without: "
                    f"{indexed / bare - 1:+.0%}",
                    flush=True,
                )
        for kind, store in found.items():
            started = time.perf_counter()
            fill(store, Language(), arguments.articles)
            print(f"{kind}: {size(store)} (filled in {time.perf_counter() - started:.0f} s)", flush=True)
        longest = ask(found, language)
    if longest > MOST_MILLISECONDS or dear > MOST_PRICE:
        raise SystemExit(f"Asked are {MOST_MILLISECONDS} ms for a first page and at most {MOST_PRICE:.0%} of ingest.")


if __name__ == "__main__":
    main()
