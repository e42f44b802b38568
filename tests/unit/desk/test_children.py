"""Children of a desk, with small stand-ins: started, started again, stopped in order, and never left behind."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from producers.servers.embedded import process_started
from tests.rig import until
from worker.desk import logs
from worker.desk.children import Child, ChildError, Children
from worker.process import endings
from worker.process.parent import DESK_PID

WAITS = "import time; time.sleep(600)"
#: Ignores SIGTERM and says so, for whoever must not be too early.
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); " + WAITS


def stand_in(name: str, code: str, stage: int = 0, grace: float = 20.0, *, finishes: tuple[int, ...] = ()) -> Child:
    return Child(name, (sys.executable, "-c", code), stage, grace, finishes)


class Family(Children):
    """Children that remember what they reported and which processes they started."""

    def __init__(self, logs: Path) -> None:
        self.reports: list[str] = []
        self.started: list[tuple[str, subprocess.Popen[bytes]]] = []
        super().__init__(logs, self.reports.append)

    def _spawn(self, child: Child) -> subprocess.Popen[bytes]:
        process = super()._spawn(child)
        self.started.append((child.name, process))
        return process

    def process(self, name: str) -> subprocess.Popen[bytes]:
        return [process for n, process in self.started if n == name][-1]

    def text(self, name: str) -> str:
        return self.log(name).read_text()


@pytest.fixture
def family(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Family]:
    monkeypatch.setattr(endings, "FIRST_PAUSE_SECONDS", 0.01)
    family = Family(tmp_path / "logs")
    yield family
    family.stop([0, 1, 2], lambda: True)
    # pytest shows this if the test failed: a child that says nothing has said why in its log.
    for name, process in family.started:
        print(f"{name}, process {process.pid}, ended {process.returncode}; its log:\n{family.text(name)}")
    print("\n".join(family.reports))


def test_a_crashed_child_is_started_again_and_reported_in_one_line(family: Family) -> None:
    family.start(stand_in("ingest", WAITS))
    family.process("ingest").kill()
    until(lambda: family.tend() or len(family.started) == 2, "the child is started again")
    assert family.reports == [
        f"ingest ended by SIGKILL; it starts again in 0.01 s (log: {family.log('ingest')})",
    ]
    assert family.running("ingest")


def test_a_child_whose_settings_are_wrong_ends_the_desk_at_its_first_end(family: Family) -> None:
    family.start(stand_in("summarize", f"import sys; print('no such engine'); sys.exit({endings.MISCONFIGURED})"))

    with pytest.raises(ChildError, match=r"(?s)summarize cannot work with these settings; .*\n  no such engine$"):
        until(lambda: family.tend(), "the desk ends")
    assert len(family.started) == 1


def test_a_child_that_ends_without_being_asked_is_started_again_though_it_ended_well(family: Family) -> None:
    family.start(stand_in("ingest", "pass"))
    until(lambda: family.tend() or len(family.started) == 2, "the child is started again")
    assert "ended with exit code 0" in family.reports[0]


def test_a_child_that_crashes_again_and_again_is_given_up_with_the_end_of_its_log(family: Family) -> None:
    family.start(stand_in("summarize-1", "import sys; sys.exit('the model is not there')"))
    with pytest.raises(
        ChildError, match=r"(?s)summarize-1 ended 5 times .* exit code 1; .*\n  the model is not there$"
    ):
        until(family.tend, "the child is given up")
    assert len(family.started) == endings.MOST_CRASHES


def test_a_child_that_finishes_is_not_started_again(family: Family) -> None:
    family.start(stand_in("watch", "pass", finishes=(0,)))
    until(lambda: family.tend() or family.finished("watch"), "the child has finished")
    family.restart(["watch"])
    assert len(family.started) == 1
    assert family.reports == []


def test_a_child_that_should_finish_but_crashes_is_started_again(family: Family) -> None:
    family.start(stand_in("watch", "raise SystemExit(1)", finishes=(0,)))
    until(lambda: family.tend() or len(family.started) == 2, "the child is started again")
    assert not family.finished("watch")


def test_a_child_starts_again_with_the_environment_of_now(family: Family) -> None:
    family.environment = {**os.environ, "GREETING": "good morning"}
    family.start(stand_in("ingest", "import os, time; print(os.environ['GREETING'], flush=True); time.sleep(600)"))
    # The line end, too: an unbuffered child writes it by itself, and it may be stopped before that.
    until(lambda: family.tend() or "morning\n" in family.text("ingest"), "the first child has spoken")
    family.environment = {**os.environ, "GREETING": "good evening"}
    family.restart(["ingest"])
    until(lambda: family.tend() or "evening\n" in family.text("ingest"), "the second child has spoken")
    assert family.text("ingest") == "good morning\ngood evening\n"
    assert family.reports == []


def test_children_are_stopped_stage_after_stage(family: Family, tmp_path: Path) -> None:
    code = """
import signal, sys, time
def stop(*_):
    with open({ends!r}, "a") as ends: ends.write({name!r} + "\\n")
    sys.exit()
signal.signal(signal.SIGTERM, stop)
print("ready", flush=True)
time.sleep(600)
"""
    ends = str(tmp_path / "ends")
    for name, stage in (("redis", 2), ("summarize", 1), ("watch", 0)):
        family.start(stand_in(name, code.format(ends=ends, name=name), stage))
    until(lambda: all(family.text(name) for name in ("redis", "summarize", "watch")), "the children are ready")
    family.stop([0, 1, 2], lambda: False)
    assert Path(ends).read_text().split() == ["watch", "summarize", "redis"]


def test_a_child_that_ignores_sigterm_is_killed_after_its_grace_with_all_that_it_started(family: Family) -> None:
    code = f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {WAITS!r}]).pid); " + STUBBORN
    family.start(stand_in("ingest", code, grace=0.2))
    until(lambda: "ready" in family.text("ingest"), "the child is ready")
    family.stop([0], lambda: False)
    assert family.process("ingest").returncode == -signal.SIGKILL
    grandchild = int(family.text("ingest").split()[0])
    until(lambda: process_started(grandchild) is None, "what the child started has ended")


def test_in_a_hurry_children_are_killed_but_the_last_stage_may_write_its_data(family: Family) -> None:
    writes = (
        "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(3)); print('ready', flush=True)"
    )
    family.start(stand_in("ingest", STUBBORN, 1))
    family.start(stand_in("redis", f"{writes}; {WAITS}", 2))
    until(lambda: family.text("ingest") and family.text("redis"), "the children are ready")
    family.stop([0, 1, 2], lambda: True)
    assert family.process("ingest").returncode == -signal.SIGKILL
    assert family.process("redis").returncode == 3


def test_a_child_that_waits_to_be_started_again_is_not_started_once_it_is_stopped(family: Family) -> None:
    family.start(stand_in("ingest", "raise SystemExit(1)"))
    until(lambda: family.tend() or family.reports, "the crash is reported")
    family.stop([0], lambda: False)
    time.sleep(2 * endings.FIRST_PAUSE_SECONDS)
    assert len(family.started) == 1


def test_logs_are_kept_from_start_to_start_and_readable_by_their_owner_only(family: Family) -> None:
    for text in ("first", "second"):
        family.start(stand_in("watch", f"print({text!r})", finishes=(0,)))
        until(lambda: family.tend() or family.finished("watch"), "the child has finished")
    assert family.text("watch") == "first\nsecond\n"
    assert family.log("watch").stat().st_mode & 0o777 == 0o600
    assert family.log("watch").parent.stat().st_mode & 0o777 == 0o700


def test_the_log_of_a_living_child_is_cut_without_a_gap_and_two_old_ones_are_kept(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "LARGE_LOG_BYTES", 4_000)
    code = "import time\nfor n in range(10**9): print(f'{n:0199}', flush=True); time.sleep(0.01)"
    family.start(stand_in("ingest", code))
    log = family.log("ingest")
    old = [log.with_name(f"{log.name}.{number}") for number in (2, 1)]
    cuts = 0

    def cut_three_times() -> bool:
        nonlocal cuts
        before = old[1].stat().st_ino if old[1].exists() else None
        family.tend()
        if old[1].exists() and old[1].stat().st_ino != before:
            cuts += 1
            # The last line may be half written while it is copied, and goes on in the next file.
            lines = "".join(path.read_text() for path in (*old, log) if path.exists()).split("\n")[1:-1]
            assert [int(line) for line in lines] == list(range(int(lines[0]), int(lines[0]) + len(lines)))
        assert log.stat().st_size < 20_000
        return cuts == 3

    until(cut_three_times, "the log is cut three times", 30)
    assert family.running("ingest")
    assert family.reports == []
    assert sorted(path.name for path in log.parent.iterdir()) == ["ingest.log", "ingest.log.1", "ingest.log.2"]
    assert {path.stat().st_mode & 0o777 for path in log.parent.iterdir()} == {0o600}


def test_a_log_that_a_child_writes_itself_is_cut_too(
    family: Family, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "LARGE_LOG_BYTES", 1000)
    own = tmp_path / "server.log"
    family.start(replace(stand_in("server", f"open({str(own)!r}, 'a').write('x' * 2000); {WAITS}"), own_log=own))
    until(lambda: family.tend() or own.with_name("server.log.1").exists(), "the log is cut")
    assert (own.read_text(), own.with_name("server.log.1").read_text()) == ("", "x" * 2000)


def test_a_log_that_cannot_be_copied_stays_and_the_desk_goes_on(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "LARGE_LOG_BYTES", 1000)
    family.start(stand_in("ingest", f"print('x' * 2000, flush=True); {WAITS}"))
    until(lambda: len(family.text("ingest")) == 2001, "the child has written")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(logs.shutil, "copyfileobj", full)
        family.tend()
    assert [path.name for path in family.log("ingest").parent.iterdir()] == ["ingest.log"]
    assert len(family.text("ingest")) == 2001
    family.tend()
    assert family.text("ingest") == ""


def test_ctrl_c_in_the_terminal_reaches_the_desk_alone(family: Family) -> None:
    family.start(stand_in("ingest", WAITS))
    assert os.getpgid(family.process("ingest").pid) != os.getpgid(0)


def test_a_child_knows_its_desk(family: Family) -> None:
    family.start(stand_in("ingest", f"import os; print(os.environ[{DESK_PID!r}])", finishes=(0,)))
    until(lambda: family.tend() or family.finished("ingest"), "the child has finished")
    assert family.text("ingest") == f"{os.getpid()}\n"


def test_a_module_in_the_folder_from_which_the_desk_was_started_is_not_taken_for_a_librarys(
    family: Family, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "redis.py").write_text("raise SystemExit('the wrong module')")
    monkeypatch.chdir(tmp_path)
    family.start(stand_in("server", "import redis; print('right')", finishes=(0,)))
    until(lambda: family.tend() or family.finished("server"), "the child has finished")
    assert family.text("server") == "right\n"
