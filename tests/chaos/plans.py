"""The storms of the fault suite, and one of them from its start to its account."""

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import tests.postgres
from tests.chaos.storm import Account, Plan, Storm, noting
from tests.rig import FIXED_COST
from tests.servers import free_port

#: The storm without kills.
WEATHER = "weather"
PLANS = {
    "fixed-cost": Plan(
        name="fixed-cost",
        engine=FIXED_COST,
        workers=3,
        honest=5000,
        copies=100,
        planted={"empty": 6, "ends-ingest": 4, "hangs-ingest": 1, "ends-summarize": 2, "breaks-summarize": 4},
        faults={
            "worker killed": 44,
            "server killed": 5,
            "Redis wiped": 1,
            "watcher killed": 3,
            "schedule killed": 2,
            "store cut": 3,
        },
        patience=240,
        postgres=True,
    ),
    "real": Plan(
        name="real model",
        engine="extractive",
        workers=2,
        honest=500,
        copies=20,
        planted={"empty": 2, "ends-ingest": 2},
        faults={"worker killed": 12, "server killed": 1, "watcher killed": 1, "store cut": 1},
        patience=180,
    ),
    WEATHER: Plan(
        name="weather",
        engine=FIXED_COST,
        workers=2,
        honest=600,
        copies=20,
        planted={"empty": 3, "breaks-summarize": 2},
        faults={
            "store locked": 1,
            "store frozen": 1,
            "Redis slow": 1,
            "Redis failed over": 1,
            "clock ahead": 1,
            "links planted": 1,
            "silent clients": 1,
        },
        patience=180,
        postgres=True,
        outside=True,
    ),
}
#: Names shown of a kind of error.
SHOWN = 8


def complaints(account: Account) -> list[str]:
    """Return a line for each of the first errors of each kind."""
    kinds = (
        account.errors,
        account.lost,
        account.stored_twice,
        account.digested_twice,
        account.wrongly_failed,
        account.wrongly_passed,
        account.files_left,
        account.strange,
    )
    return [line for kind in kinds for line in kind[:SHOWN]]


def run(name: str, seed: int, keep: bool) -> Account:
    """Run the storm `name` and return what it came to; its folder stays if it did not hold, or with `keep`."""
    folder = Path(tempfile.mkdtemp(prefix=f"wiredesk-chaos-{name}-"))

    def say(line: str) -> None:
        print(f"{name}: {line}", flush=True)

    say(f"in {folder}")
    account = Account(PLANS[name])
    with noting(account.errors), ExitStack() as stack:
        server = None
        programs = tests.postgres.programs()
        if programs and PLANS[name].postgres:
            server = stack.enter_context(tests.postgres.serving(programs, free_port()))
        account = Storm(PLANS[name], folder, seed, server, say).run()
    for line in complaints(account):
        say(line)
    if account.held and not keep:
        shutil.rmtree(folder)
    return account
