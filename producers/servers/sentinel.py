"""Redis Sentinel: several servers of which one is the primary, found through the sentinels that watch them.

    sentinel://USER:PASSWORD@HOST:PORT,HOST:PORT/DB?master=NAME&sentinel_username=USER&sentinel_password=PASSWORD

The hosts are the sentinels. USER and PASSWORD before the @ are Redis' own, those behind the ? are the sentinels'.
"""

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel

SCHEME: Final = "sentinel://"
#: Port of a sentinel for which the URL names none (redis.io, Sentinel's documentation).
DEFAULT_PORT: Final = 26_379
#: Seconds to wait for a sentinel: each may be asked in turn, and together they must take less than a task has.
SENTINEL_SECONDS: Final = 0.5

_OPTIONS: Final = {"master", "sentinel_username", "sentinel_password"}


@dataclass(frozen=True, slots=True)
class SentinelUrl:
    """What a sentinel:// URL says: `nodes` are the sentinels as (host, port), `master` is their name of the primary."""

    nodes: tuple[tuple[str, int], ...]
    master: str
    db: int
    login: dict[str, str]
    sentinel_login: dict[str, str]

    @classmethod
    def parse(cls, url: str) -> "SentinelUrl":
        """Return what `url` says. Raises ValueError for what is no such URL."""
        parts = urlsplit(url)
        user, at, hosts = parts.netloc.rpartition("@")
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        if not options.get("master") or options.keys() - _OPTIONS or not re.fullmatch(r"/?\d{0,5}", parts.path):
            raise ValueError("not a sentinel:// URL")
        name, _, password = user.partition(":") if at else ("", "", "")
        return cls(
            nodes=tuple(_node(host) for host in hosts.split(",")),
            master=options["master"],
            db=int(parts.path.strip("/") or 0),
            login=_login(unquote(name), unquote(password)),
            sentinel_login=_login(options.get("sentinel_username", ""), options.get("sentinel_password", "")),
        )

    @property
    def sentinel_options(self) -> dict[str, Any]:
        """The options of redis-py's connections to the sentinels."""
        return {
            "socket_timeout": SENTINEL_SECONDS,
            "socket_connect_timeout": SENTINEL_SECONDS,
            # redis-py alone would try a sentinel that is down ten times, for half a minute, before it asks the next.
            "retry": Retry(NoBackoff(), 0),
            **self.sentinel_login,
        }

    @property
    def kombu_url(self) -> str:
        """The same in kombu's words: one URL for each sentinel, with Redis' login, divided by semicolons."""
        name, password = (quote(self.login.get(key, ""), safe="") for key in ("username", "password"))
        login = f"{name}:{password}@" if self.login else ""
        hosts = (f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in self.nodes)
        return ";".join(f"{SCHEME}{login}{host}/{self.db}" for host in hosts)

    def client(self, **options: Any) -> Any:
        """Return a client of the present primary, with redis-py's `options`; it asks for it at each new connection."""
        # redis-py gives this class no types.
        sentinel: Any = Sentinel(self.nodes, sentinel_kwargs=self.sentinel_options)  # type: ignore[no-untyped-call]
        return sentinel.master_for(self.master, db=self.db, **self.login, **options)


def _node(text: str) -> tuple[str, int]:
    parts = urlsplit(f"//{text}")
    if not parts.hostname or parts.path:
        raise ValueError("not the host of a sentinel")
    return parts.hostname, DEFAULT_PORT if parts.port is None else parts.port


def _login(username: str, password: str) -> dict[str, str]:
    return {key: value for key, value in (("username", username), ("password", password)) if value}
