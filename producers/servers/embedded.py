"""The embedded server of a data folder: how to reach it, and which process it is.

It is described by DATA/redis/server.json, which `worker.desk.server` writes. The file is readable by its owner only,
since it holds the server's password.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from producers.files import atomic_write

#: Only this machine's own processes can reach the embedded server.
HOST: Final = "127.0.0.1"

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class ServerFile:
    """What is kept of an embedded server: how to reach it, and which process it is or was.

    `pid` and `started` are 0 and "" before its first start; `binary` is the path of the program that wrote the data.
    """

    port: int
    password: str
    pid: int = 0
    started: str = ""
    binary: str = ""

    @property
    def url(self) -> str:
        """The server's URL, password included."""
        return f"redis://:{self.password}@{HOST}:{self.port}/0"

    @property
    def alive(self) -> bool:
        """Whether the very process that was noted still runs."""
        return bool(self.pid) and bool(self.started) and process_started(self.pid) == self.started

    @classmethod
    def read(cls, data: Path) -> "ServerFile | None":
        """Return what DATA/redis/server.json says, None if there is no such file or it cannot be used."""
        try:
            return cls(**json.loads(server_file(data).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, data: Path) -> None:
        """Write the file in one step, readable by its owner only. Raises OSError."""
        content = json.dumps(asdict(self)).encode()
        # If a power failure takes the file away, the next start makes another, so nothing waits for the disk.
        atomic_write(server_file(data), content, mode=0o600, durable=False, sole_writer=True)


def server_file(data: Path) -> Path:
    """Return the path of the file in which the embedded server of the data folder `data` is noted."""
    return data / "redis" / "server.json"


def embedded_url(data: Path) -> str | None:
    """Return the URL of the embedded server that runs for the data folder `data`, None if none does."""
    noted = ServerFile.read(data)
    return noted.url if noted and noted.alive else None


def process_started(pid: int) -> str | None:
    """Return when process `pid` was started, as a text that no later process with that pid has; None if it is gone.

    On Linux: the boot's id and the start time in clock ticks since boot (field 22 of /proc/PID/stat, proc(5)).
    Elsewhere: what ps(1) says, to the second. A process that ended but was not yet waited for counts as gone.
    """
    return (_started_by_proc if sys.platform == "linux" else _started_by_ps)(pid)


def _started_by_proc(pid: int) -> str | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    # The second field, the program's name in brackets, may itself hold blanks and brackets.
    state, *fields = stat.rpartition(b")")[2].split()
    return None if state in {b"Z", b"X"} else f"{_BOOT_ID.read_text().strip()}/{fields[18].decode()}"


def _started_by_ps(pid: int) -> str | None:
    command = ["ps", "-o", "stat=,lstart=", "-p", str(pid)]
    asked = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
    state, _, started = asked.stdout.strip().partition(" ")
    return None if state.startswith("Z") else started.strip() or None
