"""Whole desks in subprocesses, as a user starts them: the installed `wiredesk`, a real server, real workers."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from producers.servers.embedded import process_started
from tests.rig import until
from worker.store import connect, migrate, sqlite_url
from worker.store.contents import Counts, counts

#: The console script of the environment in which the tests run.
WIREDESK = Path(sys.executable).with_name("wiredesk")
LOOPBACK = Path(__file__).with_name("loopback")

#: Names that tell a child of a desk by its command line; a worker's pool processes come before their parent.
MARKS = {
    "server": "-server 127.0.0.1:",
    "ingest": "worker.cli worker ingest",
    "summarize": "worker.cli worker summarize",
    "schedule": "worker.cli schedule",
    "watch": "worker.cli watch",
    "feeds": "worker.cli feeds poll",
    "serve": "worker.cli serve",
}


@dataclass(frozen=True)
class Process:
    """A process: which it is for good (`started`), what it runs, and whose child it is."""

    pid: int
    parent: int
    started: str
    command: str

    @property
    def runs(self) -> bool:
        """Whether this very process still runs."""
        return process_started(self.pid) == self.started


@dataclass(frozen=True)
class Folders:
    """The folders of one desk, and what was written into them."""

    root: Path

    @property
    def inbox(self) -> Path:
        """Its inbox."""
        return self.root / "inbox"

    @property
    def data(self) -> Path:
        """Its data folder."""
        return self.root / "data"

    @property
    def output(self) -> Path:
        """What its `up` wrote to standard output and error."""
        return self.root / "output"

    def waiting(self) -> list[str]:
        """Return the files that are not settled."""
        return [p.name for p in self.inbox.rglob("*") if p.is_file() and not hidden(p.relative_to(self.inbox))]

    def settled(self, where: str) -> list[Path]:
        """Return the files in `.done` or `.failed`."""
        return sorted(p for p in (self.inbox / where).rglob("*") if p.is_file())

    def drop(self, name: str, text: str) -> None:
        """Drop an article into the inbox."""
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def hidden(path: Path) -> bool:
    """Return whether the desk passes over `path`, relative to the inbox, because of a name in it."""
    return any(part.startswith(".") for part in path.parts)


def wiredesk(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [WIREDESK, *map(str, arguments)], capture_output=True, text=True, env={**os.environ, **variables}, check=False
    )


def rows(*arguments: object) -> list[dict[str, Any]]:
    """Run a command that writes JSON Lines and return them."""
    done = wiredesk(*arguments)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def held(folders: Folders) -> Counts:
    """Return what the desk's store holds; `wiredesk status` would take a second of processor for each look."""
    store = connect(sqlite_url(folders.data / "wiredesk.db"))
    # The test may come before the desk, and then makes the tables.
    migrate(store)
    try:
        return counts(store)
    finally:
        store.close()


class Desk:
    """A running `wiredesk up`."""

    def __init__(self, folders: Folders, *flags: str, **variables: str) -> None:
        self.folders = folders
        command = [WIREDESK, "up", "--inbox", folders.inbox, "--data", folders.data, *flags]
        with folders.output.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                env={**os.environ, **variables},
                # There, so that a wiredesk.toml holds that lies there.
                cwd=folders.root,
                stdout=output,
                stderr=output,
            )

    def wait_for(self, text: str) -> None:
        """Wait until the desk has written `text`."""
        until(lambda: text in self.folders.output.read_text(), f"the desk says {text!r}")

    def family(self) -> list[Process]:
        """Return the processes of the desk but for itself, parents before their children."""
        return list(descendants(self.process.pid))

    def members(self, role: str) -> list[Process]:
        """Return the processes of a role, parents before their children."""
        return [p for p in self.family() if MARKS[role] in p.command]

    def signal(self, signum: int) -> None:
        """Send a signal to the supervisor."""
        self.process.send_signal(signum)

    def end(self, seconds: float = 60.0) -> int:
        """Return the exit code of the supervisor once it has ended."""
        return self.process.wait(seconds)


@contextmanager
def running(folders: Folders, *flags: str, **variables: str) -> Iterator[Desk]:
    """Run a desk; whatever of it is left at the end of the block is killed."""
    desk = Desk(folders, *flags, **variables)
    try:
        yield desk
    finally:
        left = desk.family()
        desk.process.kill()
        desk.process.wait()
        for process in left:
            if process.runs:
                os.kill(process.pid, signal.SIGKILL)


def descendants(pid: int) -> Iterator[Process]:
    """Yield the processes that `pid` has started, and those that they have. Linux only."""
    children: dict[int, list[Process]] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        started = process_started(int(folder.name))
        try:
            stat = (folder / "stat").read_text(errors="replace")
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        parent = int(stat.rpartition(")")[2].split()[1])
        if started is not None:
            children.setdefault(parent, []).append(Process(int(folder.name), parent, started, command))
    generation = [pid]
    while generation:
        found = [child for parent in generation for child in children.get(parent, [])]
        yield from found
        generation = [child.pid for child in found]
