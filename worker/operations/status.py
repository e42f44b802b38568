"""What is where: one look at queue, store, editions and processes, for `wiredesk status` and the desk page."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final, TypedDict, final

from producers.errors import ConfigurationError, RetryableError
from producers.journal import Journal
from producers.processes import Process, listed, waits
from producers.push import INGEST_QUEUE, SUMMARIZE_QUEUE
from producers.redis_client import connect, redis_url
from producers.terminal import counted, duration
from worker.edition.document import DocumentHead
from worker.items.ruling import Standing
from worker.operations.sources import Trouble, troubled
from worker.settings import WorkerSettings
from worker.store import Store, contents, editions, future, outbox
from worker.store.activity import RATE_MINUTES, Rates, rates
from worker.store.states import MessageState, State

#: Seconds in which a closed edition is written; the next tick writes what one has left.
WRITTEN_SECONDS: Final = 300


@final
class QueueCounts(TypedDict):
    """What waits in Redis: raw articles in the journal, and the messages of both queues."""

    journal: int
    ingest: int
    summarize: int


@final
class QueueSilent(TypedDict):
    """Redis does not answer, or the desk is not running; `error` is a sentence that says what to do."""

    error: str


class Look(TypedDict):
    """What is where. `articles` are counts by state, and of `all`; `oldest_ready_seconds` is None if none is ready."""

    queue: QueueCounts | QueueSilent
    articles: dict[str, int]
    open_stories: int
    oldest_ready_seconds: int | None


class EditionStatus(DocumentHead):
    """The head of an edition, and whether its files are written."""

    delivered: bool


@final
class ProcessStatus(TypedDict):
    """A process of the desk; `late`: its last heartbeat is older than its role ever allows."""

    role: str
    host: str
    pid: int
    heartbeat_seconds_ago: int
    late: bool


@final
class SourceStatus(TypedDict):
    """A source that is in trouble (worker.operations.sources), and a sentence that says what to do."""

    source: str
    trouble: Trouble
    text: str


class Status(Look):
    """What is where, each profile's last edition (None if it has none yet), and the messages of the mail by state.

    `processes` are those with a heartbeat in the last hour, none if Redis does not answer. `rates` is how fast the desk
    works and `left` when it is through, as sentences; `left` is "" if nothing waits. `sources` are those in trouble.
    `waits` says why processes on this data folder wait, in sentences that say what to do.
    """

    processes: list[ProcessStatus]
    rates: str
    left: str
    sources: list[SourceStatus]
    editions: dict[str, EditionStatus | None]
    mail: dict[MessageState, int]
    waits: list[str]


def status(settings: WorkerSettings, store: Store) -> Status:
    """Return the counts of the queue, the store and the mail, and each profile's last edition, ready for JSON.

    The store is read even if Redis does not answer or the desk is not running; then `queue` holds the reason.
    """

    def journal() -> Journal:
        return Journal(connect(redis_url(settings)))

    seen, speed = look(store, journal), rates(store)
    return {
        **seen,
        "processes": [
            {
                "role": process.role,
                "host": process.host,
                "pid": int(process.pid),
                "heartbeat_seconds_ago": round(process.age),
                "late": process.late,
            }
            for process in processes(journal)
        ],
        "rates": rates_text(speed),
        "left": time_left(still_to_do(seen), speed),
        "sources": [
            {"source": source.source, "trouble": source.trouble, "text": source.text}
            for source in troubled(store, settings.data)
        ],
        "editions": last_editions(settings, store),
        "mail": outbox.counts(store),
        "waits": waits(settings.data),
    }


def look(store: Store, journal: Callable[[], Journal]) -> Look:
    """Return the counts of the queue and of `store`; `journal` raises ConfigurationError if no desk is running."""
    counts = contents.counts(store)
    return {
        "queue": _queue(journal),
        "articles": {
            "all": counts.articles,
            State.READY: counts.ready,
            State.LEASED: counts.leased,
            State.DIGESTED: counts.digested,
            State.REPRINT: counts.reprint,
            State.FAILED: counts.failed,
            Standing.HELD: counts.held,
            Standing.KILLED: counts.killed,
        },
        "open_stories": counts.open_stories,
        "oldest_ready_seconds": (
            round((datetime.now(UTC) - counts.oldest_ready_at).total_seconds()) if counts.oldest_ready_at else None
        ),
    }


def processes(journal: Callable[[], Journal]) -> list[Process]:
    """Return the processes with a heartbeat in the last hour; none if Redis does not answer or no desk is running."""
    try:
        return listed(journal().redis)
    except (ConfigurationError, RetryableError):
        # `look` says why.
        return []


def still_to_do(seen: Look) -> int:
    """Return how many articles wait: in the journal, or in the store for their digest."""
    queue = seen["queue"]
    return (
        (0 if "error" in queue else queue["journal"]) + seen["articles"][State.READY] + seen["articles"][State.LEASED]
    )


def rates_text(speed: Rates) -> str:
    """Return how fast the desk works, as a sentence without its full stop."""
    return (
        f"{speed.articles_a_minute:,.1f} articles and {speed.digests_a_minute:,.1f} digests a minute over the last "
        f"{RATE_MINUTES} minutes"
    )


def time_left(waiting: int, speed: Rates) -> str:
    """Return when the articles that wait will be through, as a sentence without its full stop; "" if none waits.

    It takes each of them to need a digest, which reprints and failures do not.
    """
    if not waiting:
        return ""
    wait = _waiting(waiting, "article")
    if speed.pace is None:
        return f"{wait}; how long that takes is not known yet"
    seconds = 60 * waiting / speed.pace
    return f"{wait}: about {duration(seconds)} left" if seconds >= 60 else f"{wait}: less than a minute left"


def is_overdue(edition: EditionStatus, now: datetime) -> bool:
    """Return whether the files of `edition` should be written by `now`, and are not."""
    age = (now - datetime.fromisoformat(edition["closed_at"])).total_seconds()
    return not edition["delivered"] and age > WRITTEN_SECONDS


def last_editions(settings: WorkerSettings, store: Store) -> dict[str, EditionStatus | None]:
    """Return the head of each profile's last edition and whether it is `delivered`; None for a profile without one."""
    newest = {name: editions.newest(store, name) for name in settings.all_profiles}
    return {
        name: {**edition.head, "delivered": edition.delivered} if edition else None for name, edition in newest.items()
    }


def stamps_ahead(store: Store, journal: Callable[[], Journal]) -> str | None:
    """Return a sentence that says how many stamps lie in the future, and of what; None if none does.

    Those of the journal are left out if Redis does not answer or the desk is not running.
    """
    numbers = future.counts(store)
    try:
        if sent := journal().ahead():
            numbers["journal entries"] = sent
    except (ConfigurationError, RetryableError):
        # The line on Redis says so.
        pass
    if not numbers:
        return None
    return (
        f"Times lie in the future ({numbered(numbers)}): a clock was ahead, or this one is behind. See that the time is"
        " right, then run `wiredesk doctor --repair-time`."
    )


def numbered(numbers: Mapping[str, int]) -> str:
    """Return `numbers` of things as words, "7 of editions, 3 of digests"."""
    return ", ".join(f"{number:,} of {name}" for name, number in numbers.items())


def text(status: Status) -> str:
    """Return a status for people, a fact a line."""
    queue, articles = status["queue"], status["articles"]
    lines = [
        f"queue     {queue['error']}"
        if "error" in queue
        else f"queue     {_waiting(queue['journal'], 'raw article')} in {counted(queue['ingest'], 'message')}",
        f"articles  {articles['all']:,}: {_waiting(articles[State.READY] + articles[State.LEASED])} for a digest, "
        f"{articles[State.DIGESTED]:,} {'has' if articles[State.DIGESTED] == 1 else 'have'} one, "
        f"{counted(articles[State.REPRINT], 'reprint')}, {articles[State.FAILED]:,} failed, "
        f"{articles[Standing.HELD]:,} held, {articles[Standing.KILLED]:,} killed",
    ]
    if hidden := articles[Standing.HELD] + articles[Standing.KILLED]:
        killed = articles[Standing.KILLED]
        lines.append(f"hidden    {hidden - killed:,} held, {killed:,} killed; `wiredesk items list` says why")
    if status["oldest_ready_seconds"] is not None:
        lines.append(f"oldest    an article has waited for its digest for {duration(status['oldest_ready_seconds'])}")
    lines.append(f"rate      {status['rates']}")
    if status["left"]:
        lines.append(f"left      {status['left']}")
    lines += [f"process   {_process_text(process)}" for process in status["processes"]]
    lines += [f"source    {source['text']}" for source in status["sources"]]
    for profile, edition in status["editions"].items():
        lines.append(f"edition   {profile}: {_edition_text(edition) if edition else 'none yet'}")
    if status["mail"]:
        lines.append("mail      " + ", ".join(f"{number:,} {state}" for state, number in status["mail"].items()))
    lines += [f"waits     {sentence}" for sentence in status["waits"]]
    return "\n".join(lines)


def _waiting(number: int, what: str = "") -> str:
    return f"{counted(number, what) if what else f'{number:,}'} {'waits' if number == 1 else 'wait'}"


def _process_text(process: ProcessStatus) -> str:
    text = (
        f"{process['role']} on {process['host']} (process {process['pid']}), last heartbeat "
        f"{duration(process['heartbeat_seconds_ago'])} ago"
    )
    return f"{text}, longer than it should take" if process["late"] else text


def _edition_text(edition: EditionStatus) -> str:
    text = f"{edition['date']}, revision {edition['revision']}, {counted(edition['counts']['digests'], 'digest')}"
    return text if edition["delivered"] else f"{text}, not yet written"


def _queue(connect_journal: Callable[[], Journal]) -> QueueCounts | QueueSilent:
    try:
        journal = connect_journal()
        return {
            "journal": journal.pending(),
            "ingest": journal.queue_length(INGEST_QUEUE),
            "summarize": journal.queue_length(SUMMARIZE_QUEUE),
        }
    except (ConfigurationError, RetryableError) as error:
        return {"error": str(error)}
