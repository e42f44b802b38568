"""Redis: its URL, embedded or not, the client, and the meaning of its errors.

The embedded server of a data folder is described by DATA/redis/server.json, which `worker.desk.server` writes. The file
is readable by its owner only, since it holds the server's password.
"""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

from producers.errors import ConfigurationError, RetryableError
from producers.files import atomic_write
from producers.settings import ProducerSettings

#: Prefix of every key of the desk, Celery's included, so that a server may be shared.
KEY_PREFIX: Final = "wiredesk:"
#: Oldest Redis that will do: scripts with flags, which settle beyond the memory limit, came with Redis 7.0.
OLDEST_MAJOR: Final = 7
#: Seconds to wait for an answer and for a connection. A call that takes longer is not tried again, so that it ends well
#: within the task that makes it. A server that loads its append-only file answers "LOADING".
ANSWER_SECONDS: Final = 8.0
CONNECT_SECONDS: Final = 5.0
#: Only this machine's own processes can reach the embedded server.
HOST: Final = "127.0.0.1"

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_WRONG_URL: Final = (
    "The Redis URL is not valid: write WIREDESK_REDIS_URL as redis://:PASSWORD@HOST:PORT/0, and / @ : # ? % in the "
    "password as %2F %40 %3A %23 %3F %25."
)
#: What `ssl_cert_reqs` in the URL may say; kombu fails on anything else.
_CERTIFICATES: Final = ("required", "optional", "none")


class QueueFullError(RetryableError):
    """The journal or the server's memory is full; producers wait until the workers have caught up."""


class QueueUnavailableError(RetryableError):
    """Redis does not answer, is still loading its data, or cannot write to its disk."""


def redis_url(settings: ProducerSettings) -> str:
    """Return the URL of the Redis of `settings`: the one they name, else the running embedded server of `data`.

    Raises ConfigurationError if there is neither.
    """
    if settings.redis_url is not None:
        return settings.redis_url.get_secret_value()
    url = embedded_url(settings.data)
    if url is None:
        data = shlex.quote(str(settings.data))
        raise ConfigurationError(f"There is no Redis: start `wiredesk up --data {data}` or set WIREDESK_REDIS_URL.")
    return url


@contextmanager
def redis_errors() -> Iterator[None]:
    """Turn redis-py's errors into the desk's: QueueFullError, QueueUnavailableError or ConfigurationError."""
    try:
        yield
    except redis.exceptions.OutOfMemoryError as error:
        raise QueueFullError("Redis has reached its memory limit; waiting until the workers have caught up.") from error
    except (redis.exceptions.AuthenticationError, redis.exceptions.NoPermissionError) as error:
        raise ConfigurationError(
            f"Redis refused the login ({error}); check the user and password in WIREDESK_REDIS_URL."
        ) from None
    except redis.exceptions.RedisError as error:
        raise unavailable(_shortly(error)) from error


def unavailable(reason: object) -> QueueUnavailableError:
    """Return the error of a Redis that does not answer for `reason`, with what to look at."""
    return QueueUnavailableError(
        f"Redis is not available ({reason}): look whether it runs and whether WIREDESK_REDIS_URL is right."
    )


def connect(url: str) -> redis.Redis:
    """Return a client for `url`; it connects at its first command and tries a lost connection again three times.

    Raises ConfigurationError for what is no such URL. It does not quote the URL: a password with a sign in it that
    should be escaped is taken for a port, and would be in the message.
    """
    try:
        parts = urlsplit(url)
        required = parse_qs(parts.query).get("ssl_cert_reqs", ["required"])
        if parts.port == 0 or not re.fullmatch(r"/?\d{0,5}", parts.path) or required[-1] not in _CERTIFICATES:
            raise ValueError(_WRONG_URL)
        return redis.Redis.from_url(
            url,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=CONNECT_SECONDS,
            socket_keepalive=True,
            health_check_interval=25,
            retry=Retry(ExponentialBackoff(cap=1.0, base=0.1), 3, supported_errors=(redis.ConnectionError,)),
        )
    except ValueError:
        raise ConfigurationError(_WRONG_URL) from None


def sync(answer: Any) -> Any:
    """Return `answer` as it is, without the type that redis-py gives it.

    Its types leave open what this client settles: it is never async, and its texts are bytes.
    """
    return answer


def _shortly(error: Exception) -> str:
    return str(error).split("\n", 1)[0][:200] or type(error).__name__


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
