"""Processes that end with their parent, however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from producers.servers.embedded import process_started
from tests.rig import until
from worker.process import parent

#: Starts a process that runs the code in its first argument, says its id, and waits for the end of its input.
PARENT = """
import os, subprocess, sys
from worker.process.parent import DESK_PID
env = {**os.environ, DESK_PID: sys.argv[2] if len(sys.argv) > 2 else str(os.getpid())}
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], env=env, stdout=subprocess.DEVNULL)
print(child.pid, flush=True)
sys.stdin.read()
"""


class Pair:
    """A parent and its child."""

    def __init__(self, code: str, *arguments: str) -> None:
        self.parent = subprocess.Popen(
            [sys.executable, "-c", PARENT, code, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.parent.stdout is not None
        self.child = int(self.parent.stdout.readline())

    def kill_parent(self) -> None:
        self.parent.kill()
        self.parent.communicate()

    @property
    def child_runs(self) -> bool:
        return process_started(self.child) is not None


@pytest.fixture
def ready(tmp_path: Path) -> Path:
    return tmp_path / "ready"


@pytest.fixture
def pairs() -> Iterator[list[Pair]]:
    pairs: list[Pair] = []
    yield pairs
    for pair in pairs:
        pair.kill_parent()
        if pair.child_runs:
            os.kill(pair.child, signal.SIGKILL)


def child(prepare: str, ready: Path) -> str:
    imports = "import sys, time\nfrom worker.process import parent"
    return f"{imports}\n{prepare}\nopen({str(ready)!r}, 'w').close()\ntime.sleep(600)"


@pytest.mark.parametrize(
    "prepare",
    [
        "parent.die_with_desk()",
        "parent.die_with_parent()",
        "parent.sys = type('Elsewhere', (), {'platform': 'darwin'}); parent.die_with_desk()",
    ],
    ids=["desk", "parent", "without the kernel's help"],
)
def test_it_ends_when_its_parent_is_killed(prepare: str, ready: Path, pairs: list[Pair]) -> None:
    pairs.append(Pair(child(prepare, ready)))
    until(ready.exists, "the child is ready", 60)
    pairs[0].kill_parent()
    until(lambda: not pairs[0].child_runs, "the child has ended", 60)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps it")
def test_it_ends_with_its_parent_also_after_an_exec(ready: Path, pairs: list[Pair]) -> None:
    then = f"import os; os.execv(sys.executable, [sys.executable, '-c', {child('', ready)!r}])"
    pairs.append(Pair(f"import sys\nfrom worker.process import parent\nparent.die_with_desk()\n{then}"))
    until(ready.exists, "the child is ready", 60)
    pairs[0].kill_parent()
    until(lambda: not pairs[0].child_runs, "the child has ended", 60)


def test_it_ends_at_once_when_its_parent_is_already_gone(ready: Path, pairs: list[Pair]) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    pairs.append(Pair(child("parent.die_with_desk()", ready), str(gone.pid)))
    until(lambda: not pairs[0].child_runs, "the child has ended", 60)
    assert not ready.exists()


def test_a_process_that_no_desk_started_outlives_whoever_started_it(ready: Path, pairs: list[Pair]) -> None:
    pairs.append(Pair(child("import os; del os.environ[parent.DESK_PID]; parent.die_with_desk()", ready)))
    until(ready.exists, "the child is ready", 60)
    pairs[0].kill_parent()
    time.sleep(0.2)
    assert pairs[0].child_runs


def test_the_desk_is_not_the_parent_of_its_childrens_children(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "die_with_parent", lambda *_: None)
    monkeypatch.setenv(parent.DESK_PID, str(os.getppid()))
    parent.die_with_desk()
    assert parent.DESK_PID not in os.environ
