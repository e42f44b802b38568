"""Processing failed articles again."""

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from functools import partial
from itertools import repeat
from typing import Final, TypeVar

from producers.article import RawArticle
from producers.errors import RetryableError
from producers.push import MESSAGE_IDS, Queue, push_all
from producers.redis_client import redis_url
from worker.settings import WorkerSettings
from worker.store import Store, failures
from worker.store.failures import Failure

#: Failures that are read together, with their raw articles: as many as one message carries.
PAGE: Final = MESSAGE_IDS

_Result = TypeVar("_Result")


class Retried(StrEnum):
    """What a retry came to for one failure."""

    AGAIN = "again"
    #: Another retry or a drop was faster.
    GONE = "gone"
    #: The raw article that the failure kept is not one that this version reads.
    UNREADABLE = "unreadable"


def retry(
    settings: WorkerSettings, store: Store, ids: Sequence[str], pause: Callable[[RetryableError], None]
) -> Iterator[Retried]:
    """Process the failures of the articles `ids` again, and yield for each what it came to.

    An article that had been stored becomes ready again. One that had not is pushed again from the raw article that
    its failure kept, unless the journal holds it from an earlier retry; the failure goes in the transaction that
    stores its successor. So nothing is lost if the work ends in the middle, and it may be done again from the start.

    When Redis is full or Redis or the store is unavailable, `pause(error)` is called, which waits, or raises to give
    up.
    """
    queue = Queue.connect(redis_url(settings), settings.max_pending)
    try:
        for start in range(0, len(ids), PAGE):
            names = ids[start : start + PAGE]
            chosen = _patiently(partial(failures.of, store, names), pause)
            yield from repeat(Retried.GONE, len(names) - len(chosen))

            kept = [failure for failure in chosen if failure.raw is not None]
            raws = [raw for failure in kept if (raw := _raw(failure)) is not None]
            yield from repeat(Retried.UNREADABLE, len(kept) - len(raws))
            for _ in push_all(queue, raws, pause, Queue.push_absent):
                yield Retried.AGAIN

            stored = [failure.article_id for failure in chosen if failure.raw is None]
            if stored:
                ready = _patiently(partial(failures.work_again, store, stored), pause)
                yield from repeat(Retried.AGAIN, ready)
                yield from repeat(Retried.GONE, len(stored) - ready)
                _patiently(queue.wake_summarizers, pause)
    finally:
        queue.close()


def _raw(failure: Failure) -> RawArticle | None:
    """Return the raw article that `failure` kept; None if it is none, or another article's: that would not end it."""
    try:
        raw = RawArticle.unpacked(failure.raw or b"")
    except ValueError:
        return None
    return raw if str(raw.id) == failure.article_id else None


def _patiently(step: Callable[[], _Result], pause: Callable[[RetryableError], None]) -> _Result:
    while True:
        try:
            return step()
        except RetryableError as error:
            pause(error)
