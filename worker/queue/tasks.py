"""The tasks: thin layers of Celery around the pipeline."""

import time
from typing import Final

import structlog

from producers.push import INGEST_TASK, MOST_WAKE_UPS, SUMMARIZE_QUEUE, SUMMARIZE_TASK
from worker import pipeline
from worker.errors import RefusedError, RetryableError
from worker.queue.app import app, current
from worker.queue.envelope import article_ids
from worker.queue.lease_keeper import renewing
from worker.waiting import Reports, within

logger = structlog.get_logger(__name__)

#: Seconds that a message's work may take; then its process is killed. The longest honest page takes about two.
INGEST_SECONDS: Final = 30
#: Seconds that a message's calls to Redis and the store may take together. With the longest single call, the parsing of
#: its articles and the pause this is under INGEST_SECONDS: waiting ends no process, and so counts as no attempt.
OUTSIDE_SECONDS: Final = 12.0
#: Seconds for which a task holds its worker while Redis or the store is unavailable, so that the desk does not spin.
PAUSE_SECONDS: Final = 5.0

_waits: Final = Reports()


# A message whose time is over goes back to its queue at once; what was begun of it then travels alone.
@app.task(name=INGEST_TASK, time_limit=INGEST_SECONDS, acks_on_failure_or_timeout=False)
def ingest(*arguments: object, **_: object) -> None:
    """Take the articles whose ids are the one argument from the journal into the store."""
    ids = article_ids(arguments)
    if not ids:
        return
    resources = current()
    queue = resources.queue
    try:
        with within(OUTSIDE_SECONDS):
            ignored = resources.settings.ignore_empty_embargo
            done = pipeline.ingest(ids, queue.journal, resources.store, ignore_empty_embargo=ignored)
        queue.send_again([*([name] for name in done.alone), *([list(done.left)] if done.left else [])])
        if done.ready and queue.journal.queue_length(SUMMARIZE_QUEUE) < MOST_WAKE_UPS:
            queue.wake_summarizers()
        resources.heartbeat.wait("work", "")
    except RetryableError as error:
        resources.heartbeat.wait("work", str(error))
        if _waits.due(str(error)):
            logger.warning("ingest_waits", reason=str(error), articles=len(ids))
        time.sleep(PAUSE_SECONDS)
        queue.send_again([[name] for name in ids] if isinstance(error, RefusedError) else [ids])


@app.task(name=SUMMARIZE_TASK)
def summarize(*_: object, **__: object) -> None:
    """Summarise one batch of ready rows, and wake a worker for the next."""
    resources = current()
    try:
        store = resources.store
        done = pipeline.summarize(
            store, resources.engine, lambda token, ends: renewing(store, token, ends=ends), resources.wait_out
        )
        if done.more:
            resources.queue.wake_summarizers()
        resources.heartbeat.wait("work", "")
    except RetryableError as error:
        resources.heartbeat.wait("work", str(error))
        if _waits.due(str(error)):
            logger.warning("summarize_waits", reason=str(error))
        time.sleep(PAUSE_SECONDS)
        resources.queue.wake_summarizers()
