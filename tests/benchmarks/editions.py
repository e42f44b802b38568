"""How long an edition takes from the store to its files, and how long it keeps others from writing.

    python -m tests.benchmarks.editions [--digests 2000]

The digests are the invented ones of tests.benchmarks.grouping, in a SQLite store, each with an embedding; every fourth
story has a reprint. The edition is closed, rendered in every format and written. The bound holds for the process's CPU
time, which other processes on the machine disturb little.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.articles import article
from tests.benchmarks.grouping import invented
from worker.article import Digest
from worker.dedup import text_key
from worker.edition.profile import Profile
from worker.pipeline import close_edition
from worker.store import Store, connect, leases, migrate, sqlite_url
from worker.store.articles import Incoming, take_in

#: The issue's bound, for 2,000 digests.
MOST_SECONDS = 20
#: Words of an invented summary.
SUMMARY_WORDS = 60


def fill(store: Store, count: int) -> None:
    """Put `count` stories with their digests into `store`, every fourth with a reprint."""
    tellings, _ = invented(count)
    for number, one in enumerate(tellings):
        made = article(one.id, one.text, publisher=f"Paper {number % 40}", title=" ".join(one.text.split()[:9]))
        copies = [Incoming(made, text_key(made.body))]
        if number % 4 == 0:
            copy = article(f"copy-{one.id}", one.text, publisher=f"Paper {number % 40 + 1}")
            copies.append(Incoming(copy, text_key(copy.body)))
        take_in(store, copies)
    by_id = {one.id: one for one in tellings}
    while (lease := leases.lease(store)).articles:
        leases.finish(
            store,
            lease.token,
            [
                Digest(
                    article_id=leased.id,
                    headline=leased.title or "",
                    summary=" ".join(leased.body.split()[:SUMMARY_WORDS]) + ".",
                    engine="extractive",
                    model="invented",
                    embedding=by_id[leased.id].embedding,
                )
                for leased in lease.articles
            ],
        )


@contextmanager
def writing_timed(store: Store, seconds: list[float]) -> Iterator[None]:
    """Append to `seconds` how long each writing transaction of `store` lasts."""
    inner = store.writing

    @contextmanager
    def timed() -> Iterator[object]:
        with inner() as connection:
            started = time.perf_counter()
            yield connection
            seconds.append(time.perf_counter() - started)

    store.writing = timed  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        del store.writing  # type: ignore[method-assign]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--digests", type=int, default=2000, help="digests of the edition (default 2000)")
    count = parser.parse_args().digests
    with tempfile.TemporaryDirectory(prefix="wiredesk-bench-") as folder:
        store = connect(sqlite_url(Path(folder, "wiredesk.db")))
        migrate(store)
        fill(store, count)
        profile = Profile(timezone="Europe/Berlin", outputs=("md", "html", "eml", "feeds"))
        held: list[float] = []
        started = time.process_time()
        with writing_timed(store, held):
            edition = close_edition(
                store, Path(folder, "editions"), "daily", profile, date=datetime.now(UTC).date(), at=None
            )
        seconds = time.process_time() - started
        store.close()
        size = sum(path.stat().st_size for path in Path(folder, "editions").rglob("*") if path.is_file())
    counts = edition.document["edition"]["counts"]
    articles, topics = counts["articles"], counts["topics"]
    print(
        f"{articles} articles in {topics} topics: closed, rendered and written in {seconds:.1f} CPU s, "
        f"{size / 1e6:.1f} MB; the store was locked for {max(held):.2f} s at most"
    )
    if articles != count or seconds > MOST_SECONDS * count / 2000:
        raise SystemExit(f"That is more than {MOST_SECONDS} s for 2,000, or not every article.")


if __name__ == "__main__":
    main()
