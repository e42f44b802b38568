"""The tick: what keeps the desk going without anybody's message. Any number of schedules may run.

Its parts are the reaper (journal entries and rows that no message will fetch), stories without a canonical, and the
closing of editions. Each part is tried at every tick, whatever became of the others.
"""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from producers.article import RawArticle
from producers.push import INGEST_QUEUE, MOST_WAKE_UPS, SUMMARIZE_QUEUE, Queue, messages, travels_alone
from worker.edition.calendar import closing, closing_time, due
from worker.errors import ConfigurationError, RetryableError
from worker.identity import check_desk
from worker.pipeline import close_edition, deliver_edition
from worker.settings import WorkerSettings
from worker.store import Store, editions, leases

log = structlog.get_logger(__name__)

#: Seconds between two ticks.
TICK_SECONDS: Final = 10.0
#: Age in seconds of a journal entry's last message before another is sent, when no message waits: it was lost.
LOST_SECONDS: Final = 60
#: The same while messages wait: the entry's own may be among them.
LOST_BEHIND_QUEUE_SECONDS: Final = 15 * 60
#: Journal entries sent again in one tick, so that a tick stays short.
MOST_SENT: Final = 2000


def run(
    settings: WorkerSettings, store: Store, queue: Queue, stop: threading.Event, beat: Callable[[], None] = lambda: None
) -> None:
    """Tick every TICK_SECONDS until `stop` is set; `beat` is called before each tick."""
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
        ("deliveries", lambda: deliver_pending(store, settings.editions)),
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
    """Close the editions whose time has come and return how many."""
    last, since = editions.last_closed(store, settings.profile)
    closings = due(
        last, since, datetime.now(UTC), zone=ZoneInfo(settings.timezone), at=closing_time(settings.edition_time)
    )
    for one in closings:
        edition = _close(settings, store, one.date, one.at)
        log.info("edition_closed", date=one.date.isoformat(), revision=edition.revision)
    return len(closings)


def close_now(settings: WorkerSettings, store: Store) -> editions.Edition:
    """Close today's edition now: the next revision of the day where there is one and new digests were made."""
    today = datetime.now(ZoneInfo(settings.timezone)).date()
    return _close(settings, store, today, None)


def build(
    settings: WorkerSettings, store: Store, day: date | None, *, force: bool
) -> tuple[editions.Edition, list[Path]]:
    """Return the edition of the local `day` (None: today) and its files, written again.

    An edition that is not closed yet is closed: now with `force`, which is for today only, else at its scheduled time
    where that has passed. Raises ConfigurationError where neither holds.
    """
    zone = ZoneInfo(settings.timezone)
    today = datetime.now(zone).date()
    day = day or today
    if force and day != today:
        raise ConfigurationError("Only today's edition can be closed by force; leave out --date or --force.")
    edition = close_now(settings, store) if force else editions.find(store, settings.profile, day)
    if edition is None:
        planned = closing(day, zone=zone, at=closing_time(settings.edition_time))
        if planned is None or planned.at > datetime.now(UTC):
            raise ConfigurationError(
                f"The edition of {day} closes at {settings.edition_time} {settings.timezone}; "
                "--force closes today's now."
            )
        edition = _close(settings, store, planned.date, planned.at)
    return edition, deliver_edition(store, edition, settings.editions)


def deliver_pending(store: Store, folder: Path) -> int:
    """Write the files of every edition that was closed but not delivered; return how many."""
    pending = editions.undelivered(store)
    for edition in pending:
        deliver_edition(store, edition, folder)
    return len(pending)


def _close(settings: WorkerSettings, store: Store, day: date, at: datetime | None) -> editions.Edition:
    return close_edition(
        store, settings.editions, profile=settings.profile, timezone=settings.timezone, date=day, at=at
    )
