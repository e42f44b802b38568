"""Redis: its URL, embedded or not, the client, and the meaning of its errors."""

import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

from producers.errors import ConfigurationError, RetryableError, WiredeskError
from producers.servers.embedded import embedded_url
from producers.servers.sentinel import SCHEME as SENTINEL_SCHEME
from producers.servers.sentinel import SentinelUrl
from producers.settings import ProducerSettings
from producers.terminal import printable

#: Prefix of every key of the desk, Celery's included, so that a server may be shared.
KEY_PREFIX: Final = "wiredesk:"
#: Oldest Redis that will do: scripts with flags, which settle beyond the memory limit, came with Redis 7.0.
OLDEST_MAJOR: Final = 7
#: Seconds to wait for an answer and for a connection. A call that takes longer is not tried again, so that it ends well
#: within the task that makes it. A server that loads its append-only file answers "LOADING".
ANSWER_SECONDS: Final = 8.0
CONNECT_SECONDS: Final = 5.0

_WRONG_URL: Final = (
    "The Redis URL is not valid: write WIREDESK_REDIS_URL as redis://:PASSWORD@HOST:PORT/0, and / @ : # ? % in the "
    "password as %2F %40 %3A %23 %3F %25."
)
_WRONG_SENTINEL_URL: Final = (
    "The Redis URL is not valid: write WIREDESK_REDIS_URL as sentinel://:PASSWORD@HOST:PORT,HOST:PORT/0?master=NAME, "
    "and / @ : # ? % & in passwords as %2F %40 %3A %23 %3F %25 %26."
)
#: What `ssl_cert_reqs` in the URL may say; kombu fails on anything else.
_CERTIFICATES: Final = ("required", "optional", "none")
#: What only a server in cluster mode answers.
_CLUSTER_ERRORS: Final = (
    redis.exceptions.ClusterCrossSlotError,
    redis.exceptions.ClusterDownError,
    redis.exceptions.AskError,
)
#: How Redis 7.0 and later servers refuse a script what its user may not do, and how they name a command.
_REFUSED_IN_SCRIPT: Final = re.compile(r"ACL failure in script|The user executing the script can't")
_REFUSED_COMMAND: Final = re.compile(r"permissions to run the '([^']+)' command")


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
    except redis.exceptions.RedisError as error:
        raise desk_error(error) from error


def desk_error(error: redis.exceptions.RedisError) -> WiredeskError:
    """Return what `error` of redis-py means for the desk: a wait, or a setting that a person must change."""
    said = _shortly(error)
    if isinstance(error, redis.exceptions.OutOfMemoryError):
        return QueueFullError("Redis has reached its memory limit; waiting until the workers have caught up.")
    if isinstance(error, redis.exceptions.AuthenticationError):
        return ConfigurationError(
            f"Redis refused the login ({said}); check the user and password in WIREDESK_REDIS_URL."
        )
    if lacks_right(error):
        return ConfigurationError(
            f"Redis does not let this user do all that the desk needs ({said}): {_right(said)}; docs/scaling.md lists "
            "every command and key."
        )
    if isinstance(error, _CLUSTER_ERRORS) or "cluster mode" in said:
        return ConfigurationError(
            f"This Redis is in cluster mode ({said}), in which the desk cannot work: set WIREDESK_REDIS_URL to a "
            "single server, or to Redis Sentinel."
        )
    if "DB index is out of range" in said:
        return ConfigurationError(
            "This Redis has no database of the number in WIREDESK_REDIS_URL: end the URL with /0, or raise `databases` "
            "in the server's configuration."
        )
    if isinstance(error, redis.sentinel.MasterNotFoundError):
        # Its text is the name, and then objects of redis-py.
        name = printable(said.partition(" : ")[0].removeprefix("No master found for "))
        return QueueUnavailableError(
            f"No sentinel answers with a primary called {name}: look whether the sentinels run, and whether their "
            "addresses, their password and the name of the primary in WIREDESK_REDIS_URL are right."
        )
    if isinstance(error, redis.exceptions.ReadOnlyError):
        return QueueUnavailableError(
            "This Redis is a read-only replica: set WIREDESK_REDIS_URL to the primary, or to Redis Sentinel, which "
            "finds it; waiting."
        )
    return unavailable(said)


def lacks_right(error: redis.exceptions.RedisError) -> bool:
    """Return whether `error` says that the user's rights do not reach to a command or key."""
    # Inside a script the servers say it in other words, and without the code NOPERM.
    return isinstance(error, redis.exceptions.NoPermissionError) or bool(_REFUSED_IN_SCRIPT.search(str(error)))


def _right(said: str) -> str:
    """Return what to allow, by the server's own words."""
    if command := _REFUSED_COMMAND.search(said):
        return f"allow it with ACL SETUSER NAME +{command.group(1)}"
    if "key" in said:
        return f"allow the desk's keys with ACL SETUSER NAME ~{KEY_PREFIX}*"
    return "allow the commands and keys of its scripts"


def unavailable(reason: object) -> QueueUnavailableError:
    """Return the error of a Redis that does not answer for `reason`, with what to look at."""
    return QueueUnavailableError(
        f"Redis is not available ({reason}): look whether it runs and whether WIREDESK_REDIS_URL is right."
    )


def connect(url: str, answer_seconds: float | None = None) -> redis.Redis:
    """Return a client for `url`; it connects at its first command and tries a lost connection again three times.

    With `answer_seconds` it waits only so long for a connection and for an answer, and tries once. Raises
    ConfigurationError for what is no such URL. It does not quote the URL: a password with a sign in it that should be
    escaped is taken for a port, and would be in the message.
    """
    patient = answer_seconds is None
    options: dict[str, Any] = {
        "socket_timeout": ANSWER_SECONDS if patient else answer_seconds,
        "socket_connect_timeout": CONNECT_SECONDS if patient else answer_seconds,
        "socket_keepalive": True,
        "health_check_interval": 25,
        "retry": Retry(
            ExponentialBackoff(cap=1.0, base=0.1), 3 if patient else 0, supported_errors=(redis.ConnectionError,)
        ),
    }
    is_sentinel = url.startswith(SENTINEL_SCHEME)
    try:
        if is_sentinel:
            primary: redis.Redis = SentinelUrl.parse(url).client(**options)
            return primary
        parts = urlsplit(url)
        required = parse_qs(parts.query).get("ssl_cert_reqs", ["required"])
        if parts.port == 0 or not re.fullmatch(r"/?\d{0,5}", parts.path) or required[-1] not in _CERTIFICATES:
            raise ValueError(_WRONG_URL)
        client: redis.Redis = redis.Redis.from_url(url, **options)
        # It connects later, but an option that no connection has is a matter for now.
        client.connection_pool.connection_class(**client.connection_pool.connection_kwargs)
        return client
    except ValueError:
        raise ConfigurationError(_WRONG_SENTINEL_URL if is_sentinel else _WRONG_URL) from None
    except TypeError:
        names = ", ".join(printable(name) for name in parse_qs(urlsplit(url).query))
        raise ConfigurationError(
            f"The Redis URL has an option that is not known (one of: {names}): correct WIREDESK_REDIS_URL."
        ) from None


def sync(answer: Any) -> Any:
    """Return `answer` as it is, without the type that redis-py gives it.

    Its types leave open what this client settles: it is never async, and its texts are bytes.
    """
    return answer


def _shortly(error: Exception) -> str:
    # redis-py puts the command of a pipeline in front, with whatever it carries.
    said = str(error).rpartition(" of pipeline caused error: ")[2]
    return said.split("\n", 1)[0][:200] or type(error).__name__
