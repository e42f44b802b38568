"""How long an edition takes from the store to its files, and how long it keeps others from writing.

    python -m tests.benchmarks.editions [--digests 2000]

The digests are the invented ones of tests.benchmarks.grouping, in a SQLite store, each with an embedding; every fourth
story has a reprint. The edition is closed, rendered in every format and written. The bound on time holds for the
process's CPU time, which other processes on the machine disturb little. The memory is that of a process that closes the
edition and does nothing else: all of it, the libraries among it.
"""

import argparse
import multiprocessing
import resource
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

#: The issue's bounds: CPU seconds and MB for 40,000 digests, and seconds that the store is locked.
MOST_SECONDS, MOST_MEGABYTES, MOST_LOCKED = 60, 600, 1.0
OF_DIGESTS = 40_000
#: Words of an invented summary.
SUMMARY_WORDS = 60
#: Articles that are put into the store together.
BATCH = 200


def fill(store: Store, count: int) -> None:
    """Put `count` stories with their digests into `store`, every fourth with a reprint."""
    tellings, _ = invented(count)
    copies: list[Incoming] = []
    for number, one in enumerate(tellings):
        made = article(one.id, one.text, publisher=f"Paper {number % 40}", title=" ".join(one.text.split()[:9]))
        copies.append(Incoming(made, text_key(made.body)))
        if number % 4 == 0:
            copy = article(f"copy-{one.id}", one.text, publisher=f"Paper {number % 40 + 1}")
            copies.append(Incoming(copy, text_key(copy.body)))
        if len(copies) >= BATCH or number == count - 1:
            take_in(store, copies)
            copies = []
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
        store.close()
        context = multiprocessing.get_context("spawn")
        with context.Pool(1) as pool:
            articles, topics, seconds, locked, megabytes = pool.apply(closed, (folder,))
        size = sum(path.stat().st_size for path in Path(folder, "editions").rglob("*") if path.is_file())
    print(
        f"{articles} articles in {topics} topics: closed, rendered and written in {seconds:.1f} CPU s and "
        f"{megabytes:.0f} MB of memory, {size / 1e6:.1f} MB of files; the store was locked for {locked:.2f} s at most"
    )
    if articles != count + (count + 3) // 4:
        raise SystemExit("Not every article is in the edition.")
    if seconds > MOST_SECONDS * max(1, count / OF_DIGESTS) or locked > MOST_LOCKED or megabytes > MOST_MEGABYTES:
        raise SystemExit(
            f"That is more than {MOST_SECONDS} s, {MOST_MEGABYTES} MB, or {MOST_LOCKED} s with the store locked."
        )


def closed(folder: str) -> tuple[int, int, float, float, float]:
    """Close the edition of the store in `folder`; return its articles and topics, the CPU seconds that this took, the
    seconds that the store was locked at most, and the MB of memory of this process at most.
    """
    store = connect(sqlite_url(Path(folder, "wiredesk.db")))
    profile = Profile(timezone="Europe/Berlin", outputs=("md", "html", "eml", "feeds"))
    held: list[float] = []
    started = time.process_time()
    with writing_timed(store, held):
        edition = close_edition(
            store, Path(folder, "editions"), "daily", profile, date=datetime.now(UTC).date(), at=None
        )
    seconds = time.process_time() - started
    store.close()
    counts = edition.document["edition"]["counts"]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return counts["articles"], counts["topics"], seconds, max(held), memory


if __name__ == "__main__":
    main()
