"""Single processes of a desk, started by tests and benchmarks on a server and a store of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

#: The console script of the environment in which the tests run.
WIREDESK = Path(sys.executable).with_name("wiredesk")
#: Gives workers the engine of fixed cost, and their traps.
PLANTED = Path(__file__).parent / "chaos" / "planted"
FIXED_COST = "fixed-cost"
#: The environment of a desk whose digests are no matter: it is up, and through with its articles, without a model.
NO_MODEL = {"WIREDESK_ENGINE": FIXED_COST, "PYTHONPATH": str(PLANTED)}


def settings(redis_url: str, store_url: str, data: Path, **others: object) -> dict[str, str]:
    """Return the environment of a process of the desk: the fixed-cost engine unless `engine` is among `others`."""
    values = {"redis_url": redis_url, "store_url": store_url, "data": data, "engine": FIXED_COST, **others}
    return {
        **os.environ,
        **{f"WIREDESK_{name.upper()}": str(value) for name, value in values.items()},
        "PYTHONPATH": str(PLANTED),
        "PYTHONSAFEPATH": "1",
    }


@contextmanager
def processes(
    commands: Mapping[str, Sequence[str]], environment: Mapping[str, str], logs: Path
) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Run `wiredesk` with the arguments of each of `commands`, its output in LOGS/NAME.log; kill what is left."""
    running = {}
    try:
        for name, arguments in commands.items():
            running[name] = start(name, arguments, environment, logs)
        yield running
    finally:
        for process in running.values():
            end(process)


def start(name: str, arguments: Sequence[str], environment: Mapping[str, str], logs: Path) -> subprocess.Popen[bytes]:
    """Start `wiredesk` with `arguments` in a process group of its own, its output appended to LOGS/NAME.log."""
    with (logs / f"{name}.log").open("ab") as out:
        return subprocess.Popen(
            [WIREDESK, *arguments], env=environment, stdout=out, stderr=out, stdin=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and whatever it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def ready(logs: Path, name: str) -> bool:
    """Return whether the worker `name` has said that it takes messages."""
    log = logs / f"{name}.log"
    return log.exists() and "worker_ready" in log.read_text(errors="replace")


def until(condition: Callable[[], object], what: str, seconds: float = 120.0) -> None:
    """Return when `condition()` is true; fail, naming `what`, when that takes longer than `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.05)
