"""Who works for the desk: each process tells Redis now and then that it goes on, for the desk page.

    wiredesk:seen    zset   "role host pid" -> server time of its last sign of life

Nothing depends on it; `producers.heartbeat` is what supervisors look at.
"""

import contextlib
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from producers.errors import WiredeskError
from producers.heartbeat import LIMITS
from producers.journal import KEY_PREFIX, at_once, connect, redis_errors

SEEN: Final = KEY_PREFIX + "seen"
#: Seconds for which a process that has fallen silent is still shown.
KEPT_SECONDS: Final = 3600
#: Seconds that telling may take: it is done from loops that have better to do.
PATIENCE_SECONDS: Final = 1.0

# Telling must not stop where memory is short: that is when somebody looks.
_TELL = """#!lua flags=allow-oom
local now = redis.call('TIME')[1]
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
"""
_LOOK = """#!lua flags=no-writes
local now = redis.call('TIME')[1]
return {now, redis.call('ZRANGEBYSCORE', KEYS[1], now - ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[2])}
"""
#: Processes that are shown at most.
_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Seen:
    """A process of the desk and the seconds since its last sign of life."""

    role: str
    host: str
    pid: str
    age: float

    @property
    def late(self) -> bool:
        """Whether it has been silent for longer than its role ever should be: it has ended, or hangs."""
        return self.age > LIMITS.get(self.role, 0.0)


def teller(url: Callable[[], str], role: str) -> Callable[[], None]:
    """Return what tells the Redis at `url()` that this process works as `role`; a Redis that is away is not told."""
    clients: list[redis.Redis] = []

    def tell() -> None:
        with contextlib.suppress(WiredeskError), redis_errors():
            if not clients:
                client = connect(url())
                # A client of its own, which gives up at once.
                client.connection_pool.connection_kwargs.update(
                    socket_timeout=PATIENCE_SECONDS,
                    socket_connect_timeout=PATIENCE_SECONDS,
                    retry=Retry(NoBackoff(), 0),
                )
                clients.append(client)
            # The name of a forked process is its own.
            name = f"{role} {socket.gethostname()} {os.getpid()}"
            clients[0].eval(_TELL, 1, SEEN, name, KEPT_SECONDS)

    return tell


def seen(client: redis.Redis) -> list[Seen]:
    """Return the processes that gave a sign of life in the last hour, by role, host and process.

    Raises the errors of `redis_errors`.
    """
    with redis_errors():
        now, told = at_once(client.eval(_LOOK, 1, SEEN, KEPT_SECONDS, _MOST))
    found = []
    for name, score in zip(told[::2], told[1::2], strict=True):
        role, _, rest = name.decode(errors="replace").partition(" ")
        host, _, pid = rest.rpartition(" ")
        # What is not ours may stand under our key; it is shown as no process.
        if role in LIMITS and host and pid.isdigit():
            found.append(Seen(role, host, pid, max(float(now) - float(score), 0.0)))
    return sorted(found, key=lambda one: (one.role, one.host, int(one.pid)))
