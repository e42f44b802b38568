"""The tick: what keeps the desk going without anybody's message. Any number of schedules may run.

Its parts are the reaper (journal entries and rows that no message will fetch), stories without a canonical, the release
of what an embargo held, the closing of editions, and their way into the outbox. Each part is tried at every tick,
whatever became of the others. The outbox is emptied by a thread of its own, since mail servers take their time. Nothing
is released and nothing closes at a tick whose clock cannot be trusted (worker.schedule.clocks).
"""

import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Final

import structlog

from producers.article import RawArticle
from producers.processes import Heartbeat
from producers.push import INGEST_QUEUE, MOST_WAKE_UPS, SUMMARIZE_QUEUE, Queue, messages, travels_alone
from worker.edition.calendar import Reading
from worker.errors import RetryableError
from worker.mail.mailer import Mailer
from worker.pipeline import claims_of, release_due
from worker.process.desk_id import check_desk
from worker.schedule import closings, mailing
from worker.schedule.clocks import check_clocks, read_clocks
from worker.schedule.withdrawn import apply_decisions, file_decisions
from worker.settings import WorkerSettings
from worker.store import Store, editions, future, leases, outbox, tallies
from worker.waiting import Reports, wait_out

logger = structlog.get_logger(__name__)

#: Seconds between two ticks.
TICK_SECONDS: Final = 10.0
#: Age in seconds of a journal entry's last message before another is sent, when no message waits: it was lost.
LOST_SECONDS: Final = 60
#: The same while messages wait: the entry's own may be among them.
LOST_BEHIND_QUEUE_SECONDS: Final = 15 * 60
#: Journal entries sent again in one tick, so that a tick stays short.
MOST_SENT: Final = 2000

#: What lets stamps from the future count as now.
STAMPS: Final = (future.withdraw_void, editions.count_as_made_now, leases.shorten, outbox.shorten)

_waits: Final[dict[str, Reports]] = defaultdict(Reports)


def run(settings: WorkerSettings, store: Store, queue: Queue, stop: threading.Event, heartbeat: Heartbeat) -> None:
    """Tick every TICK_SECONDS until `stop` is set, and send what is due by mail.

    `heartbeat` beats as the work goes on, and says why a part waits.
    """
    wait_out(lambda: apply_decisions(settings.withdrawn_file, store), stop=stop.is_set)
    logger.info("schedule_started", path=str(settings.editions.absolute()))
    with Mailer(store, settings.mail):
        last = None
        while True:
            last = tick(settings, store, queue, heartbeat.beat, heartbeat.wait, last)
            if stop.wait(TICK_SECONDS):
                break
    logger.info("schedule_stopped")


def tick(
    settings: WorkerSettings,
    store: Store,
    queue: Queue,
    beat: Callable[[], None] = lambda: None,
    wait: Callable[[str, str], None] = lambda part, reason: None,
    last: Reading | None = None,
) -> Reading:
    """Run every part once, with a `beat` before each; a part that cannot work now is tried again at the next tick.

    `wait(part, reason)` is called after each part: why it waits, or "". Returns the clocks as this tick read them;
    `last` are those of the tick before, None for the first one.
    """
    clocks = read_clocks()
    parts: tuple[tuple[str, Callable[[], object]], ...] = (
        ("desk", lambda: check_desk(queue.journal, store)),
        ("journal", lambda: send_lost(queue)),
        ("stories", lambda: leases.adopt_orphans(store)),
        ("wake_ups", lambda: wake(store, queue)),
        ("stamps", lambda: sum(count(store) for count in STAMPS)),
        ("releases", lambda: _release(store, queue, clocks, last)),
        ("editions", lambda: _close(settings, store, clocks, last)),
        ("deliveries", lambda: closings.deliver_pending(settings, store)),
        ("withdrawals", lambda: closings.clear_files(settings, store)),
        ("decisions", lambda: file_decisions(settings.withdrawn_file, store)),
        ("outbox", lambda: mailing.queue_pending(settings, store)),
        ("tallies", lambda: tallies.fold(store)),
    )
    for name, part in parts:
        beat()
        try:
            if done := part():
                logger.info("tick", part=name, done=done)
            wait(name, "")
        except RetryableError as error:
            wait(name, str(error))
            if _waits[name].due(str(error)):
                logger.warning("tick_waits", part=name, reason=str(error))
    return clocks


def _release(store: Store, queue: Queue, clocks: Reading, last: Reading | None) -> int:
    check_clocks(store, clocks, last)
    return release_due(store, claims_of(queue.journal.redis, store))


def _close(settings: WorkerSettings, store: Store, clocks: Reading, last: Reading | None) -> int:
    check_clocks(store, clocks, last)
    return closings.close_due(settings, store, clocks.wall)


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
