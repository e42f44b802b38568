"""What the questions that are asked on a clock, or by a page, cost in a young store and in an old one.

    python -m tests.benchmarks.history [--articles 2000 200000]

Printed are CPU milliseconds of this process for each question of tests.history, the least of several, and the ratio of
the last store to the first; SQLite works in this process, PostgreSQL does not: of it the milliseconds are those of the
clock. PostgreSQL is left out if its server programs are not installed.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from tests import postgres
from tests.history import QUESTIONS, fill
from tests.servers import free_port
from worker.store import Store, connect, leases, migrate, sqlite_url

#: How often each question is asked.
TIMES: Final = 7


def milliseconds(store: Store, question: Callable[[Store], object], clock: Callable[[], float]) -> float:
    """Return what `question` takes by `clock`, the least of TIMES."""

    def asked() -> float:
        start = clock()
        question(store)
        return (clock() - start) * 1000

    return min(asked() for _ in range(TIMES))


def work(store: Store) -> None:
    """Lease a batch and give it back."""
    leases.release(store, leases.lease(store).token)


def compare(kind: str, urls: Sequence[str], sizes: Sequence[int], clock: Callable[[], float]) -> None:
    """Fill the stores at `urls` with pasts of `sizes` articles, and print what each question takes in them."""
    stores = [connect(url) for url in urls]
    for store, rows in zip(stores, sizes, strict=True):
        migrate(store)
        fill(store, rows)
    print(f"\n{kind:<24}" + "".join(f"{rows:>12,}" for rows in sizes) + "       ratio")
    for name, question in {**QUESTIONS, "lease": work}.items():
        taken = [milliseconds(store, question, clock) for store in stores]
        print(f"{name:<24}" + "".join(f"{number:>12.2f}" for number in taken) + f"{taken[-1] / taken[0]:>12.2f}")
    for store in stores:
        store.close()


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, nargs="+", default=[2_000, 200_000])
    sizes = parser.parse_args().articles
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{rows}.db" for rows in sizes]
        compare("SQLite, CPU ms", [sqlite_url(file) for file in files], sizes, time.process_time)
    if programs := postgres.programs():
        with postgres.running(programs, free_port()) as url:
            urls = [postgres.database(url, f"of_{rows}") for rows in sizes]
            compare("PostgreSQL, ms", urls, sizes, time.perf_counter)


if __name__ == "__main__":
    main()
