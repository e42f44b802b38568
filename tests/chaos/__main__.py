"""The fault suite: `make chaos`, or

    python -m tests.chaos [--seed N] [--storm fixed-cost|real|weather ...] [--keep]

Three storms over whole desks (`wiredesk up`): thousands of articles on PostgreSQL with an engine of fixed cost, and
hundreds on SQLite with the real model, while workers, server, watcher, schedule and store are killed, wiped and cut;
and a day of weather, which kills nothing of the desk: the store is locked and stopped behind a pooler, the line to
Redis is slow, its primary fails over to the replica, a schedule and workers come whose clock is years ahead, the
inbox's own folders become links to elsewhere, and silent clients hold connections to the pages.
Then every article is accounted for. A storm that an error ends is accounted for, too, and the error named; the other
storms go on. Exit code 0 only if no storm ended so, no article is lost, no digest was written twice, and exactly the
planted articles have failed. About ten minutes; Linux only.
"""

import argparse
import random
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import tests.postgres
from tests.chaos.plans import PLANS, WEATHER, run
from tests.chaos.storm import Account, noting

#: What runs a storm: its name, the seed, and whether its folder is kept.
Run = Callable[[str, int, bool], Account]


def table(accounts: Sequence[Account]) -> str:
    """Return a table with a column for each storm."""
    rows = [("", *(account.plan.name for account in accounts))]
    rows.append(("articles given", *(f"{account.plan.articles:,}" for account in accounts)))
    rows.extend(
        (state, *(f"{account.states[state]:,}" for account in accounts)) for state in ("digested", "reprint", "failed")
    )
    rows.append(("of these planted", *(f"{sum(account.plan.planted.values()):,}" for account in accounts)))
    faults = dict.fromkeys(fault for account in accounts for fault in account.plan.faults)
    rows.extend((fault, *(str(account.faults[fault]) for account in accounts)) for fault in faults)
    rows.append(("lost", *(str(len(account.lost)) for account in accounts)))
    rows.append(("stored twice", *(str(len(account.stored_twice)) for account in accounts)))
    rows.append(("digests written twice", *(str(len(account.digested_twice)) for account in accounts)))
    rows.append(("failed but not planted", *(str(len(account.wrongly_failed)) for account in accounts)))
    rows.append(("planted but not failed", *(str(len(account.wrongly_passed)) for account in accounts)))
    rows.append(("reprints too many or few", *(str(account.wrong_reprints) for account in accounts)))
    rows.append(("strange", *(str(len(account.strange)) for account in accounts)))
    rows.append(("readers turned away", *(str(account.turned_away) for account in accounts)))
    rows.append(("files left", *(str(len(account.files_left)) for account in accounts)))
    rows.append(("ended by an error", *("yes" if account.errors else "no" for account in accounts)))
    rows.append(("exit code of the desk", *(str(account.exit_code) for account in accounts)))
    rows.append(("seconds", *(f"{account.seconds:.0f}" for account in accounts)))
    return "\n".join(f"{name:<26}" + "".join(f"{value:>14}" for value in values) for name, *values in rows)


def apart(name: str, seed: int, keep: bool, run: Run) -> Account:
    """Run a storm in a process of its own; if that process ends before its account, say so in an empty one."""
    account = Account(PLANS[name])
    with noting(account.errors), ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(run, name, seed, keep).result()
    return account


def main(arguments: Sequence[str] | None = None, run: Run = run) -> int:
    """Run the storms, print the table, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description="Run the fault suite.")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="repeat the faults of an earlier run")
    parser.add_argument("--storm", choices=PLANS, nargs="+", default=list(PLANS))
    parser.add_argument("--keep", action="store_true", help="keep the desks' folders, also when all is well")
    chosen = parser.parse_args(arguments)
    print(f"seed {chosen.seed}", flush=True)
    storms = list(dict.fromkeys(chosen.storm))
    if tests.postgres.programs() is None and WEATHER in storms:
        print(f"{WEATHER}: left out, because PostgreSQL's server programs are not installed", flush=True)
        storms.remove(WEATHER)
    # Weather is waiting for the most part, so it comes beside the other storms. Each has an environment of its own.
    with ThreadPoolExecutor(1) as lane:
        weather = [lane.submit(apart, name, chosen.seed, chosen.keep, run) for name in storms if name == WEATHER]
        accounts = [apart(name, chosen.seed, chosen.keep, run) for name in storms if name != WEATHER]
        accounts += [account.result() for account in weather]
    print(f"\nseed {chosen.seed}\n{table(accounts)}")
    for account in accounts:
        for error in account.errors:
            print(f"{account.plan.name}: {error}")
    return 0 if all(account.held for account in accounts) else 1


if __name__ == "__main__":
    sys.exit(main())
