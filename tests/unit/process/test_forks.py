"""Processes forked from one parent: shared, forked anew, stopped in order, and never left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from producers.servers.embedded import process_started
from tests.rig import until
from worker.process.endings import MISCONFIGURED

#: Forks two processes that run the code in its first argument, which has `number` and `say`; all that is said goes to
#: the file in its second argument, one line each.
PARENT = """
import os, signal, sys, time
from worker.process import endings
from worker.process.forks import Forks

endings.FIRST_PAUSE_SECONDS = 0.05
loaded = ["loaded once"]

def say(*words):
    with open(sys.argv[2], "a") as lines:
        lines.write(" ".join(map(str, words)) + "\\n")

def work(number):
    values = {"number": number, "say": say, "loaded": loaded, "code": 0}
    exec(sys.argv[1], values)
    return values["code"]

sys.exit(Forks(2, work, lambda number, sentence: say("report", number, sentence)).run(lambda: None))
"""
#: Says that it is ready, and stops in order when it is asked to.
ORDERLY = """
import os, signal, time
stop = []
signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
say("ready", number, os.getpid(), *loaded)
while not stop:
    time.sleep(0.01)
say("stopped", number)
"""


class Family:
    """A parent, and what its processes have said."""

    def __init__(self, folder: Path, code: str) -> None:
        self._lines = folder / "lines"
        self.parent = subprocess.Popen(
            [sys.executable, "-c", PARENT, code, str(self._lines)], start_new_session=True, stdin=subprocess.DEVNULL
        )

    def said(self, word: str) -> list[list[str]]:
        """Return the other words of each line that begins with `word`."""
        lines = self._lines.read_text().splitlines() if self._lines.exists() else []
        return [words[1:] for line in lines if (words := line.split())[0] == word]

    @property
    def pids(self) -> list[int]:
        return [int(words[1]) for words in self.said("ready")]

    def wait(self, number: int = 2) -> None:
        until(lambda: len(self.said("ready")) == number, f"{number} processes are ready")


@pytest.fixture
def families() -> Iterator[list[Family]]:
    families: list[Family] = []
    yield families
    for family in families:
        if family.parent.poll() is None:
            os.killpg(family.parent.pid, signal.SIGKILL)
            family.parent.wait()


@pytest.fixture
def family(tmp_path: Path, families: list[Family]) -> Family:
    families.append(Family(tmp_path, ORDERLY))
    families[0].wait()
    return families[0]


def test_every_process_has_what_its_parent_loaded(family: Family) -> None:
    assert sorted(words[0] for words in family.said("ready")) == ["1", "2"]
    assert {" ".join(words[2:]) for words in family.said("ready")} == {"loaded once"}
    assert family.parent.pid not in family.pids


def test_a_process_that_is_killed_is_reported_and_forked_anew_while_its_neighbour_goes_on(family: Family) -> None:
    first, neighbour = family.pids
    (killed,) = [words[0] for words in family.said("ready") if words[1] == str(first)]
    os.kill(first, signal.SIGKILL)
    family.wait(3)
    assert family.said("ready")[2][0] == killed
    assert family.said("ready")[2][2:] == ["loaded", "once"]
    assert process_started(neighbour)
    report = f"process {killed} ended by SIGKILL; it starts again in 0.05 s (its log says why)"
    assert family.said("report") == [[killed, *report.split()]]


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGHUP])
def test_a_parent_that_is_asked_to_stop_lets_every_process_finish_and_ends_well(
    family: Family, signum: signal.Signals
) -> None:
    family.parent.send_signal(signum)
    assert family.parent.wait(20) == 0
    assert sorted(family.said("stopped")) == [["1"], ["2"]]
    assert family.said("report") == []


def test_ctrl_c_which_reaches_every_process_does_not_stop_one_twice(tmp_path: Path, families: list[Family]) -> None:
    # Given processes that count SIGINT, at the second of which Celery drops its work,
    counting = ORDERLY.replace(
        'say("ready"', 'signal.signal(signal.SIGINT, lambda *_: say("interrupted"))\nsay("ready"'
    )
    families.append(Family(tmp_path, counting))
    families[0].wait()
    # when a terminal interrupts all of its process group,
    os.killpg(families[0].parent.pid, signal.SIGINT)
    # then each is interrupted once, and finishes.
    assert families[0].parent.wait(20) == 0
    assert len(families[0].said("interrupted")) == 2
    assert len(families[0].said("stopped")) == 2


def test_the_exit_code_is_that_of_a_process_that_could_not_stop_well(tmp_path: Path, families: list[Family]) -> None:
    families.append(Family(tmp_path, ORDERLY + "code = number + 4 if number == 2 else 0"))
    families[0].wait()
    families[0].parent.terminate()
    assert families[0].parent.wait(20) == 6


def test_no_process_outlives_a_parent_that_is_killed(family: Family) -> None:
    family.parent.kill()
    family.parent.wait()
    until(lambda: not any(process_started(pid) for pid in family.pids), "the processes end with their parent")


def test_processes_whose_settings_are_wrong_end_their_parent(tmp_path: Path, families: list[Family]) -> None:
    families.append(Family(tmp_path, f'say("ready", number)\ncode = {MISCONFIGURED}'))

    assert families[0].parent.wait(20) == MISCONFIGURED
    assert len(families[0].said("ready")) <= 2
