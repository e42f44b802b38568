"""Articles onto the queue: into the journal first, then messages that carry their ids.

A message that is lost costs a wait, never an article: the reaper finds what the journal holds and sends it again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import redis
from celery import Celery
from kombu.exceptions import BatchPublishError, OperationalError

from producers.article import RawArticle
from producers.errors import RetryableError
from producers.journal import Journal, Outcome, Standing
from producers.redis_client import KEY_PREFIX, QueueFullError, connect, desk_error, redis_errors, unavailable
from producers.servers.sentinel import SCHEME as SENTINEL_SCHEME
from producers.servers.sentinel import SentinelUrl

INGEST_TASK: Final = "wiredesk.ingest"
SUMMARIZE_TASK: Final = "wiredesk.summarize"
INGEST_QUEUE: Final = "ingest"
SUMMARIZE_QUEUE: Final = "summarize"

#: Ids in one message. A Celery message costs 1 to 1.5 ms whatever it carries (measured), so they share one.
MESSAGE_IDS: Final = 32
#: Bytes of text behind one message: the work that one worker process takes on together, and repeats after a crash.
MESSAGE_BYTES: Final = 256_000
#: Wake-ups that wait at most: more summarize workers than this find their work at the next tick's top-up.
MOST_WAKE_UPS: Final = 64
#: Seconds after which Redis hands an unacknowledged message to another worker. More than three times the longest task.
VISIBILITY_SECONDS: Final = 900

#: Parsing HTML is the work that may hang, so it never takes neighbours with it.
_ALONE: Final = frozenset({"text/html", "application/xhtml+xml"})


def celery_settings(url: str) -> dict[str, Any]:
    """Return the Celery settings that both sides must share for the broker at `url`."""
    sentinel = SentinelUrl.parse(url) if url.startswith(SENTINEL_SCHEME) else None
    return {
        "broker_url": sentinel.kombu_url if sentinel else _verifying(url),
        "broker_transport_options": {
            **({"master_name": sentinel.master, "sentinel_kwargs": sentinel.sentinel_options} if sentinel else {}),
            "global_keyprefix": KEY_PREFIX,
            "visibility_timeout": VISIBILITY_SECONDS,
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 1,
            "socket_keepalive": True,
            "socket_timeout": 30,
            "socket_connect_timeout": 5,
            "health_check_interval": 25,
        },
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "task_serializer": "json",
        "accept_content": ["json"],
        "result_accept_content": ["json"],
        "task_ignore_result": True,
        "task_default_queue": INGEST_QUEUE,
        "task_routes": {INGEST_TASK: {"queue": INGEST_QUEUE}, SUMMARIZE_TASK: {"queue": SUMMARIZE_QUEUE}},
        "task_publish_retry_policy": {"max_retries": 5, "interval_start": 0, "interval_step": 0.5, "interval_max": 2},
        "timezone": "UTC",
    }


def _verifying(url: str) -> str:
    """Return `url`, asking for the server's certificate to be checked: kombu alone would take any unless asked."""
    parts = urlsplit(url)
    if parts.scheme != "rediss" or "ssl_cert_reqs" in parse_qs(parts.query):
        return url
    return f"{url}{'&' if parts.query else '?'}ssl_cert_reqs=required"


def messages(items: Iterable[tuple[str, int, bool]], most: int = MESSAGE_IDS) -> Iterator[list[str]]:
    """Divide `(id, bytes of text, travels alone)` into the ids of one message each, in order."""
    ids: list[str] = []
    size = 0
    for name, length, alone in items:
        if ids and (alone or len(ids) >= most or size + length > MESSAGE_BYTES):
            yield ids
            ids, size = [], 0
        ids.append(name)
        size += length
        if alone:
            yield ids
            ids, size = [], 0
    if ids:
        yield ids


def travels_alone(raw: RawArticle) -> bool:
    """Return whether `raw` shares its message with no other article."""
    return raw.media_type in _ALONE


class Queue:
    """The way onto the queue: a journal and a Celery producer for one Redis.

    Create one in each process; a Celery connection does not survive a fork.
    """

    def __init__(self, journal: Journal, app: Celery) -> None:
        self.journal = journal
        self._app = app

    @classmethod
    def connect(cls, url: str, max_pending: int = 10_000) -> "Queue":
        """Return a queue on the Redis at `url`; nothing is sent before the first push."""
        client = connect(url)
        app = Celery("wiredesk-producer", set_as_current=False)
        app.conf.update(celery_settings(url))
        return cls(Journal(client, max_pending), app)

    def push(self, raws: Sequence[RawArticle]) -> None:
        """Put all of `raws` into the journal and send their messages; pushing an article again is harmless.

        Raises QueueFullError or QueueUnavailableError. After the first nothing was taken; after the second it may have
        been, and pushing again settles the doubt.
        """
        if raws:
            self.journal.admit(raws)
            self._send(
                INGEST_TASK, [[ids] for ids in messages((str(r.id), len(r.text), travels_alone(r)) for r in raws)]
            )

    def push_absent(self, raws: Sequence[RawArticle]) -> None:
        """Push those of `raws` that the journal does not hold: the others have their messages.

        Raises as `push` does.
        """
        outcomes = self.outcomes([raw.id for raw in raws])
        absent = [raw for raw, own in zip(raws, outcomes, strict=True) if own.standing is not Standing.WAITING]
        self.push(absent)

    def outcomes(self, ids: Sequence[UUID]) -> list[Outcome]:
        """Return how far each of `ids` has come, in the same order."""
        return self.journal.outcomes(ids)

    def send_again(self, batches: Iterable[list[str]]) -> None:
        """Send a message for each list of ids that the journal already holds, and note the time."""
        lists = list(batches)
        self.journal.mark_sent([name for ids in lists for name in ids])
        self._send(INGEST_TASK, [[ids] for ids in lists])

    def wake_summarizers(self, count: int = 1) -> None:
        """Send `count` wake-ups: each makes one summarize worker lease a batch."""
        self._send(SUMMARIZE_TASK, [[]] * count)

    def close(self) -> None:
        """Close the connections."""
        self._app.close()
        self.journal.redis.close()

    def _send(self, task: str, arguments: Sequence[list[Any]]) -> None:
        if not arguments:
            return
        try:
            with redis_errors(), self._app.producer_or_acquire() as producer, producer.batch():
                for args in arguments:
                    self._app.send_task(task, args=args, producer=producer, ignore_result=True)
        except (OperationalError, BatchPublishError) as error:
            if "maxmemory" in f"{error} {error.__cause__}":
                raise QueueFullError("Redis has reached its memory limit; waiting for room.") from error
            if isinstance(error.__cause__, redis.exceptions.RedisError):
                raise desk_error(error.__cause__) from error
            raise unavailable(error) from error


def push_all(
    queue: Queue,
    raws: Iterable[RawArticle],
    pause: Callable[[RetryableError], None],
    push: Callable[[Queue, Sequence[RawArticle]], None] = Queue.push,
) -> Iterator[UUID]:
    """Push `raws` message by message, by the method `push` of the queue, and yield the ids as they are accepted.

    When the queue refuses, `pause(error)` is called, which waits (or raises, to give up), and the same articles are
    pushed again.
    """
    most = min(MESSAGE_IDS, queue.journal.max_pending)
    for batch in _batches(raws, most):
        while True:
            try:
                push(queue, batch)
            except RetryableError as error:
                pause(error)
            else:
                break
        yield from (raw.id for raw in batch)


def _batches(raws: Iterable[RawArticle], most: int) -> Iterator[list[RawArticle]]:
    """Divide `raws` into lists of at most `most` and MESSAGE_BYTES, so that a huge file is never held whole."""
    batch: list[RawArticle] = []
    size = 0
    for raw in raws:
        if batch and (len(batch) >= most or size + len(raw.text) > MESSAGE_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(raw)
        size += len(raw.text)
    if batch:
        yield batch
