"""The tick: what keeps the desk going without anybody's message. Any number of schedules may run.

Its parts are the reaper (journal entries and rows that no message will fetch), stories without a canonical, the closing
of editions, and their way into the outbox. Each part is tried at every tick, whatever became of the others. The outbox
is emptied by a thread of its own, since mail servers take their time.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import structlog

from producers.article import RawArticle
from producers.push import INGEST_QUEUE, MOST_WAKE_UPS, SUMMARIZE_QUEUE, Queue, messages, travels_alone
from worker.edition.calendar import closing, closing_time, due, time_zone
from worker.edition.document import Document
from worker.edition.profile import Profile
from worker.errors import ConfigurationError, RetryableError
from worker.identity import check_desk
from worker.mail.address import recipient
from worker.mail.post import send_due
from worker.mail.postman import Postman
from worker.pipeline import close_edition, deliver_edition
from worker.settings import WorkerSettings
from worker.store import Store, editions, leases, outbox

log = structlog.get_logger(__name__)

#: Seconds between two ticks.
TICK_SECONDS: Final = 10.0
#: Age in seconds of a journal entry's last message before another is sent, when no message waits: it was lost.
LOST_SECONDS: Final = 60
#: The same while messages wait: the entry's own may be among them.
LOST_BEHIND_QUEUE_SECONDS: Final = 15 * 60
_NO_SERVER: Final = "no mail server: set WIREDESK_SMTP_URL and WIREDESK_MAIL_FROM"
#: Journal entries sent again in one tick, so that a tick stays short.
MOST_SENT: Final = 2000


def run(
    settings: WorkerSettings, store: Store, queue: Queue, stop: threading.Event, beat: Callable[[], None] = lambda: None
) -> None:
    """Tick every TICK_SECONDS until `stop` is set, and send what is due by mail; `beat` is called before each tick."""
    with Postman(store, settings.mail):
        while True:
            beat()
            tick(settings, store, queue)
            if stop.wait(TICK_SECONDS):
                return


def tick(settings: WorkerSettings, store: Store, queue: Queue) -> None:
    """Run every part once; what is away now is tried again at the next tick."""
    parts: tuple[tuple[str, Callable[[], object]], ...] = (
        ("desk", lambda: check_desk(queue.journal, store)),
        ("journal", lambda: send_lost(queue)),
        ("stories", lambda: leases.adopt_orphans(store)),
        ("wake_ups", lambda: wake(store, queue)),
        ("editions", lambda: close_due(settings, store)),
        ("deliveries", lambda: deliver_pending(settings, store)),
        ("outbox", lambda: queue_pending(settings, store)),
    )
    for name, part in parts:
        try:
            if done := part():
                log.info("tick", part=name, done=done)
        except RetryableError as error:
            log.warning("tick_waits", part=name, reason=str(error))


def send_lost(queue: Queue) -> int:
    """Send a message for each journal entry whose last one is overdue; return how many entries.

    Nothing is sent while more messages wait than the journal has entries: then the workers are behind, and more
    messages would only be read in vain.
    """
    journal = queue.journal
    waiting = journal.queue_length(INGEST_QUEUE)
    pending = journal.pending()
    if not pending or waiting > pending:
        return 0
    ids = journal.overdue(LOST_BEHIND_QUEUE_SECONDS if waiting else LOST_SECONDS, MOST_SENT)
    items: list[tuple[str, int, bool]] = []
    for name, attempts in zip(ids, journal.attempts(ids), strict=True):
        entry = journal.entries([name])[0]
        if entry is not None:
            items.append((name, len(entry), attempts > 0 or _alone(entry)))
    queue.send_again(messages(items))
    return len(items)


def _alone(entry: bytes) -> bool:
    try:
        return travels_alone(RawArticle.unpacked(entry))
    except ValueError:
        # Ingest will make it a failure, with the reason; its neighbours must not wait for that.
        return True


def wake(store: Store, queue: Queue) -> int:
    """Top the summarize list up to one wake-up for each batch of waiting rows; return how many were sent."""
    batches = -(-leases.waiting(store, MOST_WAKE_UPS * leases.BATCH) // leases.BATCH)
    missing = batches - queue.journal.queue_length(SUMMARIZE_QUEUE)
    if missing > 0:
        queue.wake_summarizers(missing)
    return max(missing, 0)


def close_due(settings: WorkerSettings, store: Store) -> int:
    """Close the editions whose time has come, of every profile, and return how many."""
    closed = 0
    for name, profile in settings.all_profiles.items():
        try:
            editions.begin(store, name)
            last, since = editions.last_closed(store, name)
            zone, at = time_zone(profile.timezone), closing_time(profile.edition_time)
            for one in due(last, since, datetime.now(UTC), zone=zone, at=at):
                edition = close_edition(store, settings.editions, name, profile, date=one.date, at=one.at)
                log.info("edition_closed", profile=name, date=one.date.isoformat(), revision=edition.revision)
                closed += 1
        except RetryableError as error:
            # One profile's folder must not keep the others from their readers.
            log.warning("edition_waits", profile=name, reason=str(error))
    return closed


def close_now(settings: WorkerSettings, store: Store, name: str) -> editions.Edition:
    """Close today's edition of the profile `name` now: the next revision of the day where there is one and new digests
    were made.
    """
    profile = settings.all_profiles[name]
    today = datetime.now(time_zone(profile.timezone)).date()
    return close_edition(store, settings.editions, name, profile, date=today, at=None)


def build(
    settings: WorkerSettings, store: Store, name: str, day: date | None, *, force: bool
) -> tuple[editions.Edition, list[Path]]:
    """Return the edition of the profile `name` and the local `day` (None: today) and its files, written again.

    An edition that is not closed yet is closed: now with `force`, which is for today only, else at its scheduled time
    where that has passed. Raises ConfigurationError where neither holds.
    """
    profile = settings.all_profiles[name]
    zone = time_zone(profile.timezone)
    today = datetime.now(zone).date()
    day = day or today
    if force and day != today:
        raise ConfigurationError("Only today's edition can be closed by force; leave out --date or --force.")
    edition = close_now(settings, store, name) if force else editions.find(store, name, day)
    if edition is None:
        planned = closing(day, zone=zone, at=closing_time(profile.edition_time))
        if planned is None or planned.at > datetime.now(UTC):
            raise ConfigurationError(
                f"The edition of {day} closes at {profile.edition_time} {profile.timezone}; --force closes today's now."
            )
        edition = close_edition(store, settings.editions, name, profile, date=planned.date, at=planned.at)
    return edition, deliver_edition(store, edition, settings.editions, profile.outputs)


def deliver_pending(settings: WorkerSettings, store: Store) -> int:
    """Write the files of every edition that was closed but not delivered; return how many."""
    pending = editions.undelivered(store)
    for edition in pending:
        profile = settings.all_profiles.get(edition.profile, Profile())
        deliver_edition(store, edition, settings.editions, profile.outputs)
    return len(pending)


def queue_pending(settings: WorkerSettings, store: Store) -> int:
    """Put every edition that is not in the outbox yet into it; return how many messages that makes.

    An empty edition makes none, unless its profile says `send_empty`. One whose profile is gone makes none.
    """
    queued = 0
    for edition, name, document in outbox.unqueued(store):
        added = outbox.queue(store, edition, _readers(settings.profiles.get(name, Profile()), document))
        if added and settings.mail is None:
            log.warning("mail_waits", reason=_NO_SERVER)
        queued += added
    return queued


def _readers(profile: Profile, document: Document) -> Sequence[str]:
    if document["edition"]["counts"]["digests"] or not profile.recipients:
        return profile.recipients
    log.warning("edition_empty", edition=document["edition"]["date"], sent=profile.send_empty)
    return profile.recipients if profile.send_empty else ()


def send_pending(settings: WorkerSettings, store: Store, stop: Callable[[], bool]) -> None:
    """Send by mail what is due, without a schedule; ends early when `stop` returns True."""
    queue_pending(settings, store)
    if settings.mail is not None:
        send_due(store, *settings.mail, stop=stop)


def send(
    settings: WorkerSettings, store: Store, name: str, day: date | None, to: Sequence[str], *, resend: bool
) -> tuple[editions.Edition, list[outbox.Delivery]]:
    """Send the edition of the profile `name` and the local `day` (None: the last) by mail now; return it and what
    became of each message.

    It goes to the profile's recipients, or to those of `to`, empty or not. What was sent is not sent again; what
    failed, or may have been sent, only with `resend`. Raises ConfigurationError where there is no such edition, no
    mail server, or nobody to send it to.
    """
    if settings.mail is None:
        raise ConfigurationError(f"There is {_NO_SERVER}.")
    edition = editions.find(store, name, day)
    if edition is None:
        raise ConfigurationError(f"There is no edition{f' of {day}' if day else ''} yet.")
    readers = [_reader(text) for text in to] or list(settings.all_profiles[name].recipients)
    if not readers:
        raise ConfigurationError(f"The profile {name} has no recipients: name them in wiredesk.toml, or by --to.")
    outbox.send_now(store, edition.id, readers, resend=resend)
    send_due(store, *settings.mail)
    return edition, outbox.of_day(store, edition.id, readers)


def _reader(text: str) -> str:
    try:
        return recipient(text)
    except ValueError as error:
        raise ConfigurationError(f"{error}.") from None
