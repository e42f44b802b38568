"""The processes of the desk: each writes a heartbeat, for its supervisor and for the desk page, and why it waits.

    HEARTBEAT/watch   HEARTBEAT/feeds   HEARTBEAT/ingest   HEARTBEAT/summarize   HEARTBEAT/schedule   HEARTBEAT/serve
    wiredesk:seen    zset   "role host pid" -> server time of its last heartbeat; a process that ends takes its own out
    DATA/waits/ROLE.PID     why a process waits, as JSON: part of its work -> a sentence; written again at each beat

A role touches its file while its loop runs; a supervisor looks at the age of the file. The file says that the process
goes on, not that Redis and the store answer: a process that waits for them is alive, and a restart would not help.
The entry in Redis is for the desk page only; nothing depends on it. Why a process waits is in a file, since Redis or
the store may be the reason.
"""

import contextlib
import json
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Final

import redis

from producers.errors import WiredeskError
from producers.files import atomic_write
from producers.redis_client import KEY_PREFIX, connect, redis_errors, sync

#: Role -> seconds that may pass without a heartbeat: the longest step of its loop, and a margin.
LIMITS: Final = {
    # One question to a Redis that does not answer: three tries of 5 s to connect, or 10 s to answer, and the pauses.
    "watch": 120.0,
    # One item's page, and the question to Redis as above.
    "feeds": 120.0,
    # No article holds Celery's loop: the children do that work, and Celery ends them after 30 s.
    "ingest": 120.0,
    # One batch holds the loop; the lease keeper ends the process of a batch that takes 240 s.
    "summarize": 300.0,
    # A tick: each of its parts may wait 20 s for another writer, and an edition of a large day is written.
    "schedule": 300.0,
    # Threads make the pages; nothing holds the loop itself.
    "serve": 120.0,
}
#: Folder beneath the data folder, a file for each process that waits.
WAITS: Final = "waits"
#: Seconds after which a wait that is not written again is over, or its process is. A process that waits for Redis or
#: the store writes at each try, and a try takes 20 s at most.
WAITS_SECONDS: Final = 30.0
#: Seconds between two heartbeats: few enough for a disk, many within every limit.
BEAT_SECONDS: Final = 5.0

SEEN: Final = KEY_PREFIX + "seen"
#: Seconds for which a process that no longer beats is still listed.
KEPT_SECONDS: Final = 3600
#: Seconds that an entry in Redis may take, since a process makes it in the middle of its work.
REGISTER_SECONDS: Final = 1.0

# A full memory must not stop the entry: that is when a person looks.
_REGISTER = """#!lua flags=allow-oom
local now = redis.call('TIME')[1]
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
"""
_LIST = """#!lua flags=no-writes
local now = redis.call('TIME')[1]
return {now, redis.call('ZRANGEBYSCORE', KEYS[1], now - ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[2])}
"""
#: A process id of Linux or macOS, which has seven digits at most (proc(5), pid_max).
_PID: Final = re.compile(r"[1-9][0-9]{0,6}")
#: Processes that are listed at most, and reasons of one process.
_MOST: Final = 500
_MOST_WAITS: Final = 5


class Entry:
    """The entry of this process, in `role`, among the desk's processes in the Redis at `url()`.

    Its methods raise no error of Redis: an entry is for those who look.
    """

    def __init__(self, url: Callable[[], str], role: str) -> None:
        self._url = url
        self._role = role
        self._first = True

    @cached_property
    def _client(self) -> redis.Redis:
        return connect(self._url(), REGISTER_SECONDS)

    @property
    def _name(self) -> str:
        # Made at each call: a forked process has a pid of its own.
        return f"{self._role} {socket.gethostname()} {os.getpid()}"

    def write(self) -> None:
        """Set the last heartbeat to now. The first call removes the entries of this machine's ended processes, too."""
        with contextlib.suppress(WiredeskError), redis_errors():
            if self._first:
                forget_ended(self._client)
                self._first = False
            self._client.eval(_REGISTER, 1, SEEN, self._name, KEPT_SECONDS)

    def remove(self) -> None:
        """Take the entry out."""
        with contextlib.suppress(WiredeskError), redis_errors():
            self._client.zrem(SEEN, self._name)


class Heartbeat:
    """The heartbeat of one process in a role, and why the process waits.

    Use it as a context manager: at its end the process signs off, unless an unexpected error ends it.
    """

    def __init__(
        self,
        folder: Path | None,
        role: str,
        entry: Entry | None = None,
        *,
        data: Path | None = None,
    ) -> None:
        """Touch the file `role` in `folder`, which is made if missing, and write `entry`; None turns either off.

        Why the process waits is written beneath `data`; None turns that off, too.
        """
        self._file = None if folder is None else folder / role
        self._entry = entry
        # Celery's loop and a thread beat in turn (worker.queue.app); neither may beat after the end.
        self._beating = threading.Lock()
        self._ended = False
        self._next = float("-inf")
        self._waits: dict[str, str] = {}
        self._waits_file = None if data is None else data / WAITS / role

    def __enter__(self) -> "Heartbeat":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._beating:
            self._ended = True
            self._waits.clear()
            self._write_waits()
            # A process that ends by a fault stays listed until a person has seen it.
            if self._entry is not None and not isinstance(error, Exception):
                self._entry.remove()

    def beat(self) -> None:
        """Beat, unless the last beat is less than BEAT_SECONDS old; cheap enough for the innermost loop."""
        with self._beating:
            now = time.monotonic()
            if now >= self._next and not self._ended:
                self._next = now + BEAT_SECONDS
                self._beat()

    def _beat(self) -> None:
        if self._file is not None:
            # A file that cannot be touched grows old, which is what the supervisor looks for.
            with contextlib.suppress(OSError):
                self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                _touch(self._file)
        if self._waits:
            self._write_waits()
        if self._entry is not None:
            self._entry.write()

    def wait(self, part: str, reason: str) -> None:
        """Say that the work on `part` waits for `reason`, a sentence that says what to do; "": it goes on."""
        if reason:
            self._waits[part] = reason
        elif self._waits.pop(part, None) is None:
            return
        self._write_waits()

    def _write_waits(self) -> None:
        if self._waits_file is None:
            return
        # Made at each call: a forked process has a pid of its own. A full disk must not end the process that waits.
        file = self._waits_file.with_name(f"{self._waits_file.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            if self._waits:
                file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                content = json.dumps(dict(list(self._waits.items())[:_MOST_WAITS])).encode()
                atomic_write(file, content, mode=0o600, durable=False, sole_writer=True)
            else:
                file.unlink(missing_ok=True)


def waits(data: Path, roles: Collection[str] = LIMITS) -> list[str]:
    """Return why processes of `roles` that share the data folder `data` wait now: sentences that say what to do, each
    once.

    Each begins with the roles that wait for it.
    """
    waiting: dict[str, set[str]] = {}
    with contextlib.suppress(OSError):
        for file in sorted((data / WAITS).iterdir()):
            role = file.name.partition(".")[0]
            for reason in _fresh_waits(file) if role in roles else ():
                waiting.setdefault(reason, set()).add(role)
    return [f"{' and '.join(sorted(whose))}: {reason}" for reason, whose in waiting.items()]


def _fresh_waits(file: Path) -> list[str]:
    """Return the reasons in `file`, none if its process has stopped to write it; an old one is deleted."""
    try:
        age = time.time() - file.stat().st_mtime
        if age > KEPT_SECONDS:
            file.unlink(missing_ok=True)
        if age > WAITS_SECONDS:
            return []
        return [str(reason) for reason in json.loads(file.read_text(encoding="utf-8")).values()]
    except (OSError, ValueError, AttributeError):
        # Just replaced or removed, or not written by us.
        return []


def _touch(file: Path) -> None:
    """Give `file`, made if missing, the present time. A link is not followed: the folder may lie in /tmp."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    descriptor = os.open(file, flags, 0o666)
    try:
        os.utime(descriptor)
    finally:
        os.close(descriptor)


def check(folder: Path, role: str) -> tuple[bool, str]:
    """Return whether `role`, which touches its file in `folder`, is alive, and a sentence for a person."""
    limit = LIMITS[role]
    try:
        age = time.time() - (folder / role).stat().st_mtime
    except OSError as error:
        return False, f"{role} has written no heartbeat yet ({folder / role}: {error.strerror})."
    if age > limit:
        return False, f"The last heartbeat of {role} is {age:.0f} s old; its limit is {limit:.0f} s: restart it."
    return True, f"{role} is alive; its last heartbeat is {max(age, 0):.0f} s old."


@dataclass(frozen=True, slots=True)
class Process:
    """A process of the desk; `age` is the seconds since its last heartbeat."""

    role: str
    host: str
    pid: str
    age: float

    @property
    def late(self) -> bool:
        """Whether its heartbeat is older than its role ever allows: the process has ended, or it hangs."""
        return self.age > LIMITS.get(self.role, 0.0)


def listed(client: redis.Redis) -> list[Process]:
    """Return the processes with a heartbeat in the last hour, by role, host and process.

    Raises the errors of `redis_errors`.
    """
    processes = [process for process, _ in _entries(client)]
    return sorted(processes, key=lambda process: (process.role, process.host, int(process.pid)))


def forget_ended(client: redis.Redis) -> None:
    """Remove the entries of processes of this machine that have ended, however they did.

    Raises the errors of `redis_errors`.
    """
    here = socket.gethostname()
    ended = [name for process, name in _entries(client) if process.host == here and not _runs(int(process.pid))]
    if ended:
        with redis_errors():
            client.zrem(SEEN, *ended)


def _entries(client: redis.Redis) -> Sequence[tuple[Process, bytes]]:
    with redis_errors():
        now, entries = sync(client.eval(_LIST, 1, SEEN, KEPT_SECONDS, _MOST))
    processes = []
    for name, score in zip(entries[::2], entries[1::2], strict=True):
        role, _, rest = name.decode(errors="replace").partition(" ")
        host, _, pid = rest.rpartition(" ")
        # The key may hold an entry that is not ours; it is no process.
        if role in LIMITS and host and _PID.fullmatch(pid):
            processes.append((Process(role, host, pid, max(float(now) - float(score), 0.0)), name))
    return processes


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # A process of another user.
        return True
    return True
