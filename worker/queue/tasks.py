"""The tasks: thin layers of Celery around the pipeline."""

import time
from typing import Final

import structlog

from producers.push import INGEST_TASK, MOST_WAKE_UPS, SUMMARIZE_QUEUE, SUMMARIZE_TASK
from worker import pipeline
from worker.errors import RetryableError
from worker.queue.app import app, current
from worker.queue.envelope import article_ids
from worker.queue.lease_keeper import renewing

logger = structlog.get_logger(__name__)

#: Seconds that a message's work may take; then its process is killed. The longest honest page takes about two.
INGEST_SECONDS: Final = 30
#: Seconds for which a task holds its worker when Redis or the store is away, so that the desk waits and does not spin.
AWAY_SECONDS: Final = 5.0


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
        done = pipeline.ingest(ids, queue.journal, resources.store)
        queue.send_again([name] for name in done.alone)
        if done.ready and queue.journal.queue_length(SUMMARIZE_QUEUE) < MOST_WAKE_UPS:
            queue.wake_summarizers()
    except RetryableError as error:
        logger.warning("ingest_waits", reason=str(error), articles=len(ids))
        time.sleep(AWAY_SECONDS)
        queue.send_again([ids])


@app.task(name=SUMMARIZE_TASK)
def summarize(*_: object, **__: object) -> None:
    """Summarise one batch of ready rows, and wake a worker for the next."""
    resources = current()
    try:
        done = pipeline.summarize(resources.store, resources.engine, lambda token: renewing(resources.store, token))
        if done.more:
            resources.queue.wake_summarizers()
    except RetryableError as error:
        logger.warning("summarize_waits", reason=str(error))
        time.sleep(AWAY_SECONDS)
        resources.queue.wake_summarizers()
