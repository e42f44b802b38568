"""Processing failed articles again."""

from collections.abc import Sequence

from producers.article import RawArticle
from producers.push import Queue
from producers.redis_client import redis_url
from worker.settings import WorkerSettings
from worker.store import Store, failures
from worker.store.failures import Failure


def retry(settings: WorkerSettings, store: Store, chosen: Sequence[Failure]) -> int:
    """Process the `chosen` failures again and return how many could be.

    An article that had been stored becomes ready again. One that had not is pushed again from the raw article that
    its failure kept; the failure goes in the transaction that stores its successor. Raises RetryableError when Redis
    is away or full: the failures that were not pushed before are then as they were.
    """
    queue = Queue.connect(redis_url(settings), settings.max_pending)
    try:
        pushed = 0
        for failure in chosen:
            if failure.raw is not None and (raw := _raw(failure.raw)) is not None:
                queue.push([raw])
                pushed += 1
        again = failures.work_again(store, [failure.article_id for failure in chosen if failure.raw is None])
        if again:
            queue.wake_summarizers()
        return pushed + again
    finally:
        queue.close()


def _raw(packed: bytes) -> RawArticle | None:
    try:
        return RawArticle.unpacked(packed)
    except ValueError:
        return None
