"""What is where: one look at the queue, the store and the editions."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from producers.errors import ConfigurationError, RetryableError
from producers.journal import Journal
from producers.push import INGEST_QUEUE, SUMMARIZE_QUEUE
from producers.redis_client import connect, redis_url
from worker.settings import WorkerSettings
from worker.store import Store, contents, editions, outbox
from worker.store.states import State


def status(settings: WorkerSettings, store: Store) -> dict[str, Any]:
    """Return the counts of the queue, the store and the mail, and each profile's last edition, ready for JSON.

    A Redis that is away, or a desk that is not running, is told under `queue.error`; the store is read all the same.
    """
    return {
        **look(store, lambda: Journal(connect(redis_url(settings)))),
        "editions": last_editions(settings, store),
        "mail": outbox.counts(store),
    }


def look(store: Store, journal: Callable[[], Journal]) -> dict[str, Any]:
    """Return the counts of the queue and of `store`; `journal` raises ConfigurationError where no desk is running."""
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
        },
        "open_stories": counts.open_stories,
        "oldest_ready_seconds": (
            round((datetime.now(UTC) - counts.oldest_ready_at).total_seconds()) if counts.oldest_ready_at else None
        ),
    }


def last_editions(settings: WorkerSettings, store: Store) -> dict[str, dict[str, Any] | None]:
    """Return the head of each profile's last edition and whether it is `delivered`; None for a profile without one."""
    found = {name: editions.find(store, name) for name in settings.all_profiles}
    return {
        name: {**edition.document["edition"], "delivered": edition.delivered} if edition else None
        for name, edition in found.items()
    }


def text(found: dict[str, Any]) -> str:
    """Return a status for people, a fact a line."""
    queue, articles = found["queue"], found["articles"]
    lines = [
        f"queue     {queue['error']}"
        if "error" in queue
        else f"queue     {queue['journal']:,} raw articles wait in {queue['ingest']:,} messages",
        f"articles  {articles['all']:,}: {articles[State.READY] + articles[State.LEASED]:,} wait for a digest, "
        f"{articles[State.DIGESTED]:,} have one, "
        f"{articles[State.REPRINT]:,} reprints, {articles[State.FAILED]:,} failed",
    ]
    if found["oldest_ready_seconds"] is not None:
        lines.append(f"waiting   the oldest for {found['oldest_ready_seconds']:,} s")
    for profile, edition in found["editions"].items():
        told = "none yet"
        if edition is not None:
            told = f"{edition['date']}, revision {edition['revision']}, {edition['counts']['digests']:,} digests"
            told += "" if edition["delivered"] else ", not yet written"
        lines.append(f"edition   {profile}: {told}")
    if found["mail"]:
        lines.append("mail      " + ", ".join(f"{number:,} {state}" for state, number in found["mail"].items()))
    return "\n".join(lines)


def _queue(connected: Callable[[], Journal]) -> dict[str, Any]:
    try:
        journal = connected()
        return {
            "journal": journal.pending(),
            "ingest": journal.queue_length(INGEST_QUEUE),
            "summarize": journal.queue_length(SUMMARIZE_QUEUE),
        }
    except (ConfigurationError, RetryableError) as error:
        return {"error": str(error)}
