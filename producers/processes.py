"""The processes of the desk: each writes a heartbeat, for its supervisor and for the desk page.

    HEARTBEAT/watch   HEARTBEAT/ingest   HEARTBEAT/summarize   HEARTBEAT/schedule   HEARTBEAT/serve
    wiredesk:seen    zset   "role host pid" -> server time of its last heartbeat

A role touches its file while its loop runs; a supervisor looks at the age of the file. The file says that the process
goes on, not that Redis and the store answer: a process that waits for them is alive, and a restart would not help.
The entry in Redis is for the desk page only; nothing depends on it.
"""

import contextlib
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from producers.errors import WiredeskError
from producers.redis_client import KEY_PREFIX, connect, redis_errors, sync

#: Role -> seconds that may pass without a heartbeat: the longest step of its loop, and a margin.
LIMITS: Final = {
    # One question to a Redis that does not answer: three tries of 5 s to connect, or 10 s to answer, and the pauses.
    "watch": 120.0,
    # No article holds Celery's loop: the children do that work, and Celery ends them after 30 s.
    "ingest": 120.0,
    # One batch holds the loop; the lease keeper ends the process of a batch that takes 240 s.
    "summarize": 300.0,
    # A tick: each of its parts may wait 20 s for another writer, and an edition of a large day is written.
    "schedule": 300.0,
    # Threads make the pages; nothing holds the loop itself.
    "serve": 120.0,
}
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
#: Processes that are listed at most.
_MOST: Final = 500


class Heartbeat:
    """The heartbeat of one process in a role."""

    def __init__(self, folder: Path | None, role: str, register: Callable[[], None] | None = None) -> None:
        """Touch the file `role` in `folder`, which is made if missing, and call `register`; None turns either off."""
        self._file = None if folder is None else folder / role
        self._register = register
        self._next = float("-inf")

    def beat(self) -> None:
        """Beat, unless the last beat is less than BEAT_SECONDS old; cheap enough for the innermost loop."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + BEAT_SECONDS
        if self._file is not None:
            # A file that cannot be touched grows old, which is what the supervisor looks for.
            with contextlib.suppress(OSError):
                self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                _touch(self._file)
        if self._register is not None:
            self._register()


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


def registrar(url: Callable[[], str], role: str) -> Callable[[], None]:
    """Return the function that lists this process as `role` in the Redis at `url()`; it raises no error of Redis."""

    @cache
    def impatient() -> redis.Redis:
        client = connect(url())
        client.connection_pool.connection_kwargs.update(
            socket_timeout=REGISTER_SECONDS,
            socket_connect_timeout=REGISTER_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        return client

    def register() -> None:
        with contextlib.suppress(WiredeskError), redis_errors():
            # Made at each call: a forked process has a pid of its own.
            name = f"{role} {socket.gethostname()} {os.getpid()}"
            impatient().eval(_REGISTER, 1, SEEN, name, KEPT_SECONDS)

    return register


def listed(client: redis.Redis) -> list[Process]:
    """Return the processes with a heartbeat in the last hour, by role, host and process.

    Raises the errors of `redis_errors`.
    """
    with redis_errors():
        now, entries = sync(client.eval(_LIST, 1, SEEN, KEPT_SECONDS, _MOST))
    processes = []
    for name, score in zip(entries[::2], entries[1::2], strict=True):
        role, _, rest = name.decode(errors="replace").partition(" ")
        host, _, pid = rest.rpartition(" ")
        # The key may hold an entry that is not ours; it is no process.
        if role in LIMITS and host and pid.isdigit():
            processes.append(Process(role, host, pid, max(float(now) - float(score), 0.0)))
    return sorted(processes, key=lambda process: (process.role, process.host, int(process.pid)))
