"""`wiredesk doctor`: is everything there that a desk needs, and what to do if it is not."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import redis

from producers.errors import WiredeskError
from producers.journal import Journal
from producers.processes import waits
from producers.redis_client import KEY_PREFIX, OLDEST_MAJOR, connect, redis_errors, redis_url
from worker.process.resources import open_store
from worker.settings import WorkerSettings
from worker.store import contents
from worker.store.connect import current_time

#: Seconds that two clocks may differ. Leases are judged by the store's clock alone; times that people read are not.
CLOCK_SECONDS: Final = 5.0

#: The key that is written and deleted, and the seconds after which Redis deletes it if the doctor is interrupted.
_TRIAL: Final = KEY_PREFIX + "doctor"
_TRIAL_SECONDS: Final = 60


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
    journal = Journal(connect(redis_url(settings)))
    journal.check_server()
    with redis_errors():
        _write_and_delete(journal.redis)
    facts = journal.server()
    if not facts:
        return "writable; it tells nothing of its version and memory (INFO is refused)"
    version = str(facts.get("valkey_version") or facts["redis_version"])
    if int(version.split(".")[0]) < OLDEST_MAJOR:
        raise _NotWellError(f"Redis {version} is too old: use Redis {OLDEST_MAJOR}, Valkey 8 or newer.")
    eviction = str(facts.get("maxmemory_policy", ""))
    if eviction not in ("", "noeviction"):
        raise _NotWellError(
            f"Redis evicts keys ({eviction}): set maxmemory-policy noeviction, or articles will be lost."
        )
    if not facts.get("aof_enabled"):
        return f"version {version}; without an append-only file a restart forgets what was pushed without --wait"
    return f"version {version}, append-only file on"


def _write_and_delete(client: redis.Redis) -> None:
    """Write and delete a key of each kind that the desk has, by commands and by a script."""
    client.set(_TRIAL, "", ex=_TRIAL_SECONDS)
    client.delete(_TRIAL)
    client.hset(_TRIAL, "field", "")
    client.hdel(_TRIAL, "field")
    client.zadd(_TRIAL, {"member": 0})
    client.zrem(_TRIAL, "member")
    client.sadd(_TRIAL, "member")
    client.srem(_TRIAL, "member")
    client.lpush(_TRIAL, "item")
    client.rpop(_TRIAL)
    client.eval("redis.call('SET', KEYS[1], ''); redis.call('DEL', KEYS[1])", 1, _TRIAL)


def _store(settings: WorkerSettings) -> str:
    if settings.store_url is None and not settings.sqlite_file.exists():
        return f"{settings.sqlite_file.absolute()} will be made"
    store = open_store(settings)
    try:
        contents.try_writing(store)
        with store.reading() as connection:
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
    try:
        # A hidden name, which the watcher passes over.
        with tempfile.NamedTemporaryFile(dir=there, prefix=".wiredesk-doctor-") as file:
            file.write(b"x")
            file.flush()
    except OSError as error:
        raise _NotWellError(
            f"The {what} {folder} cannot be written to ({error.strerror}): look after its rights and its disk, or "
            "choose another."
        ) from None
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


def _waits(settings: WorkerSettings) -> str:
    if sentences := waits(settings.data):
        raise _NotWellError(" ".join(sentences))
    return "no process waits for anything that is out of order"


CHECKS: Final[dict[str, Callable[[WorkerSettings], str]]] = {
    "redis": _redis,
    "store": _store,
    "inbox": _inbox,
    "data": _data,
    "disk": _disk,
    "model": _model,
    "clock": _clock,
    "mail": _mail,
    "waits": _waits,
}
