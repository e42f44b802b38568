"""What is where: one look at the queue, the store and the folder."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from producers.errors import ConfigurationError, RetryableError
from producers.journal import Journal, connect
from producers.push import INGEST_QUEUE, SUMMARIZE_QUEUE
from producers.settings import redis_url
from worker.settings import WorkerSettings
from worker.store import Store, contents, editions, open_store


def status(settings: WorkerSettings) -> dict[str, Any]:
    """Return the counts of the queue and the store and the last edition, ready for JSON.

    A Redis that is away, or a desk that is not running, is told under `queue.error`; the store is read all the same.
    """
    store = open_store(settings)
    try:
        return look(settings, store, lambda: Journal(connect(redis_url(settings))))
    finally:
        store.close()


def look(settings: WorkerSettings, store: Store, journal: Callable[[], Journal]) -> dict[str, Any]:
    """Return the same from an open `store`; `journal` raises ConfigurationError where no desk is running."""
    counts = contents.counts(store)
    edition = editions.find(store, settings.profile)
    return {
        "queue": _queue(journal),
        "articles": {
            "all": counts.articles,
            "ready": counts.ready,
            "leased": counts.leased,
            "digested": counts.digested,
            "reprint": counts.reprint,
            "failed": counts.failed,
        },
        "open_stories": counts.open_stories,
        "oldest_ready_seconds": (
            round((datetime.now(UTC) - counts.oldest_ready_at).total_seconds()) if counts.oldest_ready_at else None
        ),
        "edition": edition.document["edition"] if edition else None,
    }


def text(found: dict[str, Any]) -> str:
    """Return a status for people, a fact a line."""
    queue, articles, edition = found["queue"], found["articles"], found["edition"]
    lines = [
        f"queue     {queue['error']}"
        if "error" in queue
        else f"queue     {queue['journal']:,} raw articles wait in {queue['ingest']:,} messages",
        f"articles  {articles['all']:,}: {articles['ready'] + articles['leased']:,} wait for a digest, "
        f"{articles['digested']:,} have one, {articles['reprint']:,} reprints, {articles['failed']:,} failed",
    ]
    if found["oldest_ready_seconds"] is not None:
        lines.append(f"waiting   the oldest for {found['oldest_ready_seconds']:,} s")
    lines.append(
        f"edition   {edition['date']}, revision {edition['revision']}, {edition['counts']['digests']:,} digests"
        if edition
        else "edition   none yet"
    )
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
