"""Putting hostile inputs through a real desk, and telling how each of them ended."""

import json
import re
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.desks import MARKS, Desk, Folders, descendants, running
from tests.hostile.inputs import PRECIOUS, End, Input, outside

#: Seconds that all inputs may take on a slow machine that is shared.
LONGEST_SECONDS = 1_500.0
#: Seconds between two looks at the processes, and between two changes of a file that changes.
LOOK_SECONDS = 0.25
#: What a reason must not hold: it is for a person who does not know Python.
JARGON = re.compile(
    r"Traceback|Error\b|Exception|NoneType|\bbytes-like|codec|errno|\b0x[0-9a-f]{4}|<class|object at|pydantic|lxml",
    re.IGNORECASE,
)
#: What a log must not hold: a worker that was ended, or an error that nobody expected.
TROUBLE = ("WorkerLostError", "TimeLimitExceeded", "Hard time limit", "cleaning_failed", "it starts again", "Traceback")


@dataclass(frozen=True, slots=True)
class Ended:
    """How an input ended: `end` None means that it is nowhere to be found."""

    end: End | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """An input, how it ended, and what is wrong with that; nothing where it ended as declared."""

    number: int
    input: Input
    ended: Ended
    wrong: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a run came to. `peaks` is the largest resident set of each kind of process in MB."""

    judged: Sequence[Judged]
    exit_code: int
    seconds: float
    peaks: dict[str, int]
    trouble: Sequence[str]

    @property
    def as_declared(self) -> int:
        """How many inputs ended as declared."""
        return sum(not one.wrong for one in self.judged)


def run(inputs: Sequence[Input], root: Path) -> Report:
    """Put `inputs` through a desk with its folders in `root` and return what became of each."""
    folders = Folders(root)
    homes = [folders.inbox / f"{number:03}" for number in range(len(inputs))]
    for home, one in zip(homes, inputs, strict=True):
        home.mkdir(parents=True)
        one.make(home)
    began = time.monotonic()
    peaks: dict[str, int] = {}
    over = threading.Event()
    changer = threading.Thread(target=_change, args=(inputs, homes, over), daemon=True)
    with running(folders, "--once", "--workers", "1", WIREDESK_INGEST_PROCESSES="2") as desk:
        changer.start()
        while desk.process.poll() is None and time.monotonic() - began < LONGEST_SECONDS:
            _look(desk, peaks)
            time.sleep(LOOK_SECONDS)
        exit_code = desk.process.poll()
        over.set()
        changer.join()
    judged = [
        _judged(number, one, _ended(folders, home))
        for number, (one, home) in enumerate(zip(inputs, homes, strict=True))
    ]
    return Report(
        judged, -1 if exit_code is None else exit_code, time.monotonic() - began, peaks, list(_trouble(folders))
    )


def remove(root: Path) -> None:
    """Remove the folders of a run, whose paths may be longer than the system takes at once."""
    shutil.rmtree(root, ignore_errors=True)


def _change(inputs: Sequence[Input], homes: Sequence[Path], over: threading.Event) -> None:
    began = time.monotonic()
    changing = [(one.change, home) for one, home in zip(inputs, homes, strict=True) if one.change]
    while changing and not over.wait(LOOK_SECONDS):
        seconds = time.monotonic() - began
        changing = [(change, home) for change, home in changing if change(home, seconds)]


def _look(desk: Desk, peaks: dict[str, int]) -> None:
    processes = [(desk.process.pid, "desk")]
    processes += [
        (p.pid, next((role for role, mark in MARKS.items() if mark in p.command), "other"))
        for p in descendants(desk.process.pid)
    ]
    for pid, role in processes:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        peaks[role] = max(peaks.get(role, 0), int(found[1]) >> 10 if found else 0)


def _ended(folders: Folders, home: Path) -> Ended:
    done = [p for day in _children(folders.inbox / ".done") for p in _children(day / home.name)]
    failed = _files(folders.inbox / ".failed" / home.name)
    if any(_files(path) for path in done):
        return Ended(End.STORED)
    reasons = [p for p in failed if p.name.endswith(".reason.json")]
    if reasons:
        return Ended(End.REFUSED, str(json.loads(reasons[0].read_bytes())["reason"]))
    return Ended(End.LEFT if any(True for _ in home.iterdir()) else End.GONE)


def _children(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() and not folder.is_symlink() else []


def _files(path: Path) -> list[Path]:
    """Return the regular files below `path`, or `path` itself where it is one; no link is followed."""
    if path.is_symlink():
        return []
    if path.is_dir():
        return [found for child in path.iterdir() for found in _files(child)]
    return [path] if path.is_file() else []


def _judged(number: int, one: Input, ended: Ended) -> Judged:
    if ended.end is not one.end:
        wrong = f"declared {one.end}, ended {ended.end}"
    elif ended.end is End.REFUSED and not ended.reason:
        wrong = "it has no reason"
    elif ended.end is End.REFUSED and one.says not in ended.reason:
        wrong = f"its reason does not say {one.says!r}"
    elif JARGON.search(ended.reason) or not ended.reason.isprintable():
        wrong = "its reason is not for a person"
    else:
        wrong = ""
    return Judged(number, one, ended, wrong)


def _trouble(folders: Folders) -> Iterator[str]:
    there = {path.name: path.read_text() for path in outside(folders.inbox).iterdir()}
    if there != {"precious": PRECIOUS}:
        yield f"outside the inbox lies {there}"
    for log in [folders.output, *sorted((folders.data / "logs").glob("*.log"))]:
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
            if any(word in line for word in TROUBLE):
                yield f"{log.name}: {line[:300]}"
