"""`wiredesk doctor`: is everything there that a desk needs, and what to do if it is not."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from producers.errors import WiredeskError
from producers.redis_client import OLDEST_MAJOR, connect, redis_errors, redis_url
from worker.process.resources import open_store
from worker.settings import WorkerSettings
from worker.store.connect import current_time

#: Seconds that two clocks may differ. Leases are judged by the store's clock alone; times that people read are not.
CLOCK_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """How one part of the desk is; if it is not `ok`, the text says what to do."""

    part: str
    ok: bool
    text: str


def examine(settings: WorkerSettings) -> Iterator[Finding]:
    """Yield a finding for each part, in order."""
    for part, check in CHECKS.items():
        try:
            yield Finding(part, True, check(settings))
        except WiredeskError as error:
            yield Finding(part, False, str(error))


class _NotWellError(WiredeskError):
    pass


def _redis(settings: WorkerSettings) -> str:
    client = connect(redis_url(settings))
    with redis_errors():
        facts = client.info()
        policy = client.config_get("maxmemory-policy") if settings.redis_url is None else {}
    version = str(facts.get("valkey_version") or facts["redis_version"])
    if int(version.split(".")[0]) < OLDEST_MAJOR:
        raise _NotWellError(f"Redis {version} is too old: use Redis {OLDEST_MAJOR}, Valkey 8 or newer.")
    eviction = str(policy.get("maxmemory-policy") or facts.get("maxmemory_policy", ""))
    if eviction not in ("", "noeviction"):
        raise _NotWellError(
            f"Redis evicts keys ({eviction}): set maxmemory-policy noeviction, or articles will be lost."
        )
    if not facts.get("aof_enabled"):
        return f"version {version}; without an append-only file a restart forgets what was pushed without --wait"
    return f"version {version}, append-only file on"


def _store(settings: WorkerSettings) -> str:
    if settings.store_url is None and not settings.sqlite_file.exists():
        return f"{settings.sqlite_file.absolute()} will be made"
    store = open_store(settings)
    try:
        with store.writing() as connection:
            return f"{connection.dialect.name}, writable, {current_time(connection):%Y-%m-%d %H:%M:%S} UTC"
    finally:
        store.close()


def _inbox(settings: WorkerSettings) -> str:
    return _writable(settings.inbox, "inbox")


def _data(settings: WorkerSettings) -> str:
    return _writable(settings.data, "data folder")


def _writable(folder: Path, what: str) -> str:
    there = folder
    while not there.exists():
        there = there.parent
    if not os.access(there, os.W_OK | os.X_OK):
        raise _NotWellError(f"The {what} {folder} cannot be written to: change its rights or choose another.")
    return f"{folder.absolute()} is writable" if there == folder else f"{folder.absolute()} will be made"


def _disk(settings: WorkerSettings) -> str:
    there = settings.data.absolute()
    while not there.exists():
        there = there.parent
    free = shutil.disk_usage(there).free >> 20
    if free < settings.low_disk_mb:
        raise _NotWellError(f"Only {free:,} MB are free for {settings.data}: make room, or prune.")
    return f"{free:,} MB free"


def _model(settings: WorkerSettings) -> str:
    from worker.summarize import load

    before = time.monotonic()
    engine = load(settings.engine, model=settings.model, encoder=settings.encoder)
    return f"{engine.name}, {engine.model}, loaded in {time.monotonic() - before:.1f} s"


def _mail(settings: WorkerSettings) -> str:
    from worker.mail.smtp import Session

    readers = sum(len(profile.recipients) for profile in settings.profiles.values())
    if settings.mail is None:
        if readers:
            raise _NotWellError(f"{readers:,} recipients wait: set WIREDESK_SMTP_URL and WIREDESK_MAIL_FROM.")
        return "no recipients and no mail server: no mail is sent"
    server, _ = settings.mail
    Session(server).close()
    login = f"as {server.user}" if server.user else "without a login"
    return f"{server.name} lets us in {login} ({server.security}); {readers:,} recipients"


def _clock(settings: WorkerSettings) -> str:
    client = connect(redis_url(settings))
    with redis_errors():
        seconds, micros = client.time()
    apart = abs(datetime.now(UTC).timestamp() - (int(seconds) + int(micros) / 1e6))
    if apart > CLOCK_SECONDS:
        raise _NotWellError(f"This machine's clock and Redis' differ by {apart:.0f} s: set up time synchronisation.")
    return f"{apart:.1f} s apart from Redis"


CHECKS: Final[dict[str, Callable[[WorkerSettings], str]]] = {
    "redis": _redis,
    "store": _store,
    "inbox": _inbox,
    "data": _data,
    "disk": _disk,
    "model": _model,
    "clock": _clock,
    "mail": _mail,
}
