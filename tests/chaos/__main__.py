"""The fault suite: `make chaos`, or

    python -m tests.chaos [--seed N] [--storm fixed-cost|real|weather ...] [--keep]

Three storms over whole desks (`wiredesk up`): thousands of articles on PostgreSQL with an engine of fixed cost, and
hundreds on SQLite with the real model, while workers, server, watcher, schedule and store are killed, wiped and cut;
and a day of weather, which kills nothing: the store is locked and stopped behind a pooler, the line to Redis is slow,
the inbox's own folders become links to elsewhere, and silent clients hold connections to the pages.
Then every article is accounted for. Exit code 0 only if none is lost, no digest was written twice, and exactly the
planted articles have failed. About ten minutes; Linux only.
"""

import argparse
import random
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import tests.postgres
from tests.chaos.plans import PLANS, WEATHER, run
from tests.chaos.storm import Found


def table(found: Sequence[Found]) -> str:
    """Return a table with a column for each storm."""
    rows = [("", *(one.plan.name for one in found))]
    rows.append(("articles given", *(f"{one.plan.articles:,}" for one in found)))
    rows.extend((state, *(f"{one.states[state]:,}" for one in found)) for state in ("digested", "reprint", "failed"))
    rows.append(("of these planted", *(f"{sum(one.plan.planted.values()):,}" for one in found)))
    faults = dict.fromkeys(fault for one in found for fault in one.plan.faults)
    rows.extend((fault, *(str(one.faults[fault]) for one in found)) for fault in faults)
    rows.append(("lost", *(str(len(one.lost)) for one in found)))
    rows.append(("stored twice", *(str(len(one.stored_twice)) for one in found)))
    rows.append(("digests written twice", *(str(len(one.digested_twice)) for one in found)))
    rows.append(("failed but not planted", *(str(len(one.wrongly_failed)) for one in found)))
    rows.append(("planted but not failed", *(str(len(one.wrongly_passed)) for one in found)))
    rows.append(("reprints too many or few", *(str(one.wrong_reprints) for one in found)))
    rows.append(("strange", *(str(len(one.strange)) for one in found)))
    rows.append(("readers turned away", *(str(one.turned_away) for one in found)))
    rows.append(("files left", *(str(len(one.files_left)) for one in found)))
    rows.append(("exit code of the desk", *(str(one.exit_code) for one in found)))
    rows.append(("seconds", *(f"{one.seconds:.0f}" for one in found)))
    return "\n".join(f"{name:<26}" + "".join(f"{value:>14}" for value in values) for name, *values in rows)


def main() -> int:
    """Run the storms, print the table, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description="Run the fault suite.")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="repeat the faults of an earlier run")
    parser.add_argument("--storm", choices=PLANS, nargs="+", default=list(PLANS))
    parser.add_argument("--keep", action="store_true", help="keep the desks' folders, also when all is well")
    chosen = parser.parse_args()
    print(f"seed {chosen.seed}", flush=True)
    programs = tests.postgres.programs()
    storms = list(dict.fromkeys(chosen.storm))
    if programs is None and WEATHER in storms:
        print(f"{WEATHER}: left out, because PostgreSQL's server programs are not installed", flush=True)
        storms.remove(WEATHER)
    # Weather is waiting for the most part, so it comes beside the other storms. Each has an environment of its own.
    kills = [name for name in storms if name != WEATHER]
    with ProcessPoolExecutor(2, get_context("spawn"), max_tasks_per_child=1) as pool:
        beside = [pool.submit(run, name, chosen.seed, chosen.keep) for name in storms if name == WEATHER]
        found = [pool.submit(run, name, chosen.seed, chosen.keep).result() for name in kills]
        found += [storm.result() for storm in beside]
    print(f"\nseed {chosen.seed}\n{table(found)}")
    return 0 if all(one.held for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
