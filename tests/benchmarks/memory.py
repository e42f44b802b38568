"""The peak memory of every process of a desk, after a tenth, a half and all of 20,000 articles.

    python -m tests.benchmarks.memory [--articles 20000] [--engine fixed-cost|extractive]

Whole desk, SQLite store, engine of fixed cost unless told otherwise. Peaks are VmHWM of proc(5), megabytes; where a
process was replaced meanwhile, its successor's. Exit code 1 where a process grew by more than GROWTH from the half to
the whole. Linux only.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests import rig
from tests.acceptance.desks import MARKS, Desk, Folders, running, until
from tests.chaos import news
from tests.chaos.storm import environment
from worker.store import connect, sqlite_url
from worker.store.contents import counts

#: Articles in one file of the inbox.
MANY = 250
#: Megabytes that a process may still grow by from the half to the whole: page cache of SQLite, pools, fragmentation.
GROWTH = 40
#: The server holds the claims of all stories, by design; its growth is told, not judged.
GROWS = "server"


def peaks(desk: Desk) -> dict[str, int]:
    """Return the peak of each process in megabytes, named by its role and place: "ingest.0" is the pool's parent."""
    found = {"desk": _peak(desk.process.pid)}
    for role in MARKS:
        for place, process in enumerate(desk.members(role)):
            found[f"{role}.{place}"] = _peak(process.pid)
    return found


def measure(articles: int, engine: str, root: Path) -> dict[int, dict[str, int]]:
    """Return the peaks after a tenth, a half and all of `articles`, a desk in `root` having digested so many."""
    folders = Folders(root)
    folders.inbox.mkdir()
    folders.data.mkdir()
    found = {}
    with (
        environment({"PYTHONPATH": str(rig.PLANTED), "WIREDESK_ENGINE": engine}),
        running(folders, "--workers", "2") as desk,
    ):
        until(lambda: desk.members("summarize"), "the desk starts its workers")
        store = connect(sqlite_url(folders.data / "wiredesk.db"))
        dropped = 0
        for mark in (articles // 10, articles // 2, articles):
            while dropped < mark:
                last = min(dropped + MANY, mark)
                lines = [news.row(f"wire-{number}", number) for number in range(dropped, last)]
                folders.drop(f"{dropped:06}.jsonl", "\n".join(lines))
                dropped = last
            until(lambda mark=mark: counts(store).digested >= mark, f"{mark:,} digests", 3600)
            found[mark] = peaks(desk)
            print(f"{mark:,} articles", flush=True)
        store.close()
    return found


def _peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) >> 10


def main() -> int:
    """Print the table and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.memory")
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--engine", default=rig.FIXED_COST)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wiredesk-memory-") as folder:
        found = measure(chosen.articles, chosen.engine, Path(folder))
    marks = list(found)
    print(f"{'peak, MB':<14}" + "".join(f"{mark:>10,}" for mark in marks))
    flat = True
    for name in found[marks[0]]:
        values = [found[mark].get(name) for mark in marks]
        print(f"{name:<14}" + "".join(f"{'-' if value is None else value:>10}" for value in values))
        half, whole = values[1:]
        if half and whole and not name.startswith(GROWS):
            flat = flat and whole - half <= GROWTH
    return 0 if flat else 1


if __name__ == "__main__":
    sys.exit(main())
