"""What is where: one look at the queue, the store and the editions."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypedDict, final

from producers.errors import ConfigurationError, RetryableError
from producers.journal import Journal
from producers.processes import waits
from producers.push import INGEST_QUEUE, SUMMARIZE_QUEUE
from producers.redis_client import connect, redis_url
from worker.edition.document import DocumentHead
from worker.items.ruling import Standing
from worker.settings import WorkerSettings
from worker.store import Store, contents, editions, future, outbox
from worker.store.states import MessageState, State


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


class Status(Look):
    """What is where, each profile's last edition (None if it has none yet), and the messages of the mail by state.

    `waits` says why processes on this data folder wait, in sentences that say what to do.
    """

    editions: dict[str, EditionStatus | None]
    mail: dict[MessageState, int]
    waits: list[str]


def status(settings: WorkerSettings, store: Store) -> Status:
    """Return the counts of the queue, the store and the mail, and each profile's last edition, ready for JSON.

    The store is read even if Redis does not answer or the desk is not running; then `queue` holds the reason.
    """
    return {
        **look(store, lambda: Journal(connect(redis_url(settings)))),
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
        else f"queue     {queue['journal']:,} raw articles wait in {queue['ingest']:,} messages",
        f"articles  {articles['all']:,}: {articles[State.READY] + articles[State.LEASED]:,} wait for a digest, "
        f"{articles[State.DIGESTED]:,} have one, "
        f"{articles[State.REPRINT]:,} reprints, {articles[State.FAILED]:,} failed, "
        f"{articles[Standing.HELD]:,} held, {articles[Standing.KILLED]:,} killed",
    ]
    if hidden := articles[Standing.HELD] + articles[Standing.KILLED]:
        killed = articles[Standing.KILLED]
        lines.append(f"hidden    {hidden - killed:,} held, {killed:,} killed; `wiredesk items list` says why")
    if status["oldest_ready_seconds"] is not None:
        lines.append(f"waiting   the oldest for {status['oldest_ready_seconds']:,} s")
    for profile, edition in status["editions"].items():
        lines.append(f"edition   {profile}: {_edition_text(edition) if edition else 'none yet'}")
    if status["mail"]:
        lines.append("mail      " + ", ".join(f"{number:,} {state}" for state, number in status["mail"].items()))
    lines += [f"waits     {sentence}" for sentence in status["waits"]]
    return "\n".join(lines)


def _edition_text(edition: EditionStatus) -> str:
    text = f"{edition['date']}, revision {edition['revision']}, {edition['counts']['digests']:,} digests"
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
