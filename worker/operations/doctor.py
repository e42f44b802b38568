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

from producers.errors import ConfigurationError, RetryableError, WiredeskError
from producers.journal import Journal
from producers.processes import waits
from producers.redis_client import KEY_PREFIX, OLDEST_MAJOR, connect, redis_errors, redis_url, sync
from producers.servers.embedded import ServerFile
from producers.terminal import counted
from worker.edition import deliver
from worker.edition.calendar import MOST_APART
from worker.edition.profile import Profile
from worker.operations.status import numbered, stamps_ahead
from worker.pipeline import deliver_edition
from worker.process.resources import open_store
from worker.schedule.clocks import check_clocks, read_clocks
from worker.settings import WorkerSettings
from worker.store import Store, contents, editions, future
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


def repair_time(settings: WorkerSettings) -> Iterator[str]:
    """Repair what a clock that was ahead has left, and yield a sentence for each thing done; none if there is nothing.

    Editions that lie in the future and that nobody received are removed, with their files; what they met is met by the
    next edition. Every other stamp from the future is set to now. Doing it twice is harmless. Raises RetryableError,
    with nothing changed, if the clocks of this machine, the store and Redis are far apart. Redis need not run.
    """
    try:
        client = connect(redis_url(settings))
        journal, apart = Journal(client), _apart_from_redis(client)
    except (ConfigurationError, RetryableError):
        # Without a desk that runs, the store is repaired; the first tick of the next desk repairs the journal.
        journal, apart = None, 0.0
    if apart > MOST_APART.total_seconds():
        raise RetryableError(f"This machine's clock and Redis' differ by {apart:,.0f} s: see which one is right first.")
    store = open_store(settings)
    try:
        check_clocks(store, read_clocks())
        yield from _remove_void(settings, store)
        changed = future.set_to_now(store)
        if journal is not None and (sent := journal.count_as_sent_now()):
            changed["journal entries"] = sent
        if changed:
            yield f"Set the times that lay in the future to now: {numbered(changed)}."
    finally:
        store.close()


def _remove_void(settings: WorkerSettings, store: Store) -> Iterator[str]:
    # The files go first: if this is cut short, the rows say what is left to do.
    void = editions.void_editions(store)
    for edition in void:
        deliver.remove(edition.document, settings.editions)
    if future.remove_void(store, [edition.id for edition in void]):
        days = ", ".join(sorted(f"{edition.profile} of {edition.date}" for edition in void))
        yield f"Removed the editions from the future that nobody received ({len(void):,}): {days}."
    places = {(edition.profile, day) for edition in void for day in (None, edition.date)}
    for name, day in sorted(places, key=str):
        if (left := editions.find(store, name, day)) is not None:
            outputs = settings.all_profiles.get(name, Profile()).outputs
            deliver_edition(store, left, settings.editions, outputs)


class _NotWellError(WiredeskError):
    pass


def _is_new(settings: WorkerSettings) -> bool:
    """Return whether `wiredesk up` never ran here, and would start a server of its own."""
    return settings.redis_url is None and ServerFile.read(settings.data) is None and not settings.sqlite_file.exists()


def _redis(settings: WorkerSettings) -> str:
    if _is_new(settings):
        return "none yet: `wiredesk up` starts its own, unless WIREDESK_REDIS_URL names one"
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
        return f"no store yet: `wiredesk up` makes it ({settings.sqlite_file.absolute()})"
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
    made = f"no {what} yet: `wiredesk up` makes it ({folder.absolute()})"
    return f"{folder.absolute()} is writable" if there == folder else made


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
            wait = counted(readers, "recipient waits", "recipients wait")
            raise _NotWellError(f"{wait}: set WIREDESK_SMTP_URL and WIREDESK_MAIL_FROM.")
        return "no recipients and no mail server: no mail is sent"
    server, _ = settings.mail
    Session(server).close()
    login = f"the login of {server.user}" if server.user else "us without a login"
    return f"{server.name} accepts {login} ({server.security}); {counted(readers, 'recipient')}"


def _clock(settings: WorkerSettings) -> str:
    if _is_new(settings):
        return "nothing to compare it with: no Redis runs yet"
    apart = _apart_from_redis(connect(redis_url(settings)))
    if apart > CLOCK_SECONDS:
        raise _NotWellError(f"This machine's clock and Redis' differ by {apart:.0f} s: set up time synchronisation.")
    return f"{apart:.1f} s apart from Redis"


def _waits(settings: WorkerSettings) -> str:
    if sentences := waits(settings.data):
        raise _NotWellError(" ".join(sentences))
    return "no process waits for anything that is out of order"


def _apart_from_redis(client: redis.Redis) -> float:
    """Return how far the clocks of this machine and of Redis are apart, seconds."""
    with redis_errors():
        seconds, micros = sync(client.time())
    return abs(datetime.now(UTC).timestamp() - (int(seconds) + int(micros) / 1e6))


def _stamps(settings: WorkerSettings) -> str:
    if settings.store_url is None and not settings.sqlite_file.exists():
        return "none yet"
    store = open_store(settings)
    try:
        if (sentence := stamps_ahead(store, lambda: Journal(connect(redis_url(settings))))) is not None:
            raise _NotWellError(sentence)
        return "none lies in the future"
    finally:
        store.close()


CHECKS: Final[dict[str, Callable[[WorkerSettings], str]]] = {
    "redis": _redis,
    "store": _store,
    "inbox": _inbox,
    "data": _data,
    "disk": _disk,
    "model": _model,
    "clock": _clock,
    "stamps": _stamps,
    "mail": _mail,
    "waits": _waits,
}
