"""The Celery application: its guarantees, and what its processes do when they start.

`celery -A worker.app worker -Q ingest` and `-Q summarize`; `wiredesk worker ingest|summarize` runs them with the
right pool and flags. The settings come from the environment (WIREDESK_*).
"""

import os
import sys
import threading
from typing import Any, Final

import kombu.transport.redis
import structlog
from celery import Celery, bootsteps
from celery.signals import setup_logging, worker_init, worker_process_init

from producers import log
from producers.heartbeat import BEAT_SECONDS
from producers.push import celery_settings
from producers.settings import redis_url
from worker import parts
from worker.errors import WiredeskError
from worker.identity import check_desk
from worker.messages import envelope
from worker.parent import die_with_desk, die_with_parent
from worker.patience import patiently
from worker.store import open_store

logger = structlog.get_logger(__name__)

#: The worker's own process id; the processes of its pool are forked from it.
_WORKER: Final = os.getpid()

# kombu's Redis transport has no other place for a check: it reads a message by this name and then believes it.
vars(kombu.transport.redis)["loads"] = envelope
app = Celery("wiredesk", include=["worker.tasks"])
app.conf.update(
    # A worker that is killed must not take its message with it. On Redis this alone is not enough (a message can be
    # lost between two of kombu's commands): the reaper of worker.schedule closes the gap.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    # Failures are rows of the store; the broker retries nothing.
    task_acks_on_failure_or_timeout=True,
    worker_prefetch_multiplier=1,
    # A Redis at its memory limit refuses kombu's own notes, too: the worker connects again instead of ending.
    broker_channel_error_retry=True,
    # A child that grows is replaced: parsers leak. Kilobytes; a summarize worker (solo) has no children.
    worker_max_tasks_per_child=1000,
    worker_max_memory_per_child=400_000,
    worker_send_task_events=False,
    worker_enable_remote_control=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
)


class SignOfLife(bootsteps.StartStopStep):  # type: ignore[misc]
    """Beats from Celery's own loop while it is connected, and from a thread while it looks for its Redis.

    A loop that hangs gives no sign; a worker that waits for its Redis is alive, however long that takes.
    """

    requires = frozenset({"celery.worker.consumer.connection:Connection"})

    def __init__(self, consumer: Any, **options: Any) -> None:
        super().__init__(consumer, **options)
        self._connected = threading.Event()

    def start(self, consumer: Any) -> None:
        """Called by Celery at each connection; it clears its timers at the end of one."""
        self._connected.set()
        consumer.timer.call_repeatedly(BEAT_SECONDS, parts.heart().beat)

    def stop(self, _consumer: Any) -> None:
        """Called by Celery at the end of each connection."""
        if self._connected.is_set():
            self._connected = threading.Event()
            threading.Thread(target=_beat_until, args=(self._connected,), name="sign of life", daemon=True).start()


def _beat_until(connected: threading.Event) -> None:
    while not connected.wait(BEAT_SECONDS):
        parts.heart().beat()


app.steps["consumer"].add(SignOfLife)


@app.on_configure.connect
def _configure(sender: Celery, **_: Any) -> None:
    sender.conf.update(celery_settings(redis_url(parts.settings())))


@setup_logging.connect
def _logging(**_: Any) -> None:
    # Connected so that Celery sets up none of its own: that comes too late for what happens before it.
    log.configure()


@worker_init.connect
def _start(**_: Any) -> None:
    """Check the desk and load the model before the first message is taken."""
    die_with_desk()
    log.configure()
    try:
        patiently(_check)
        if os.environ.get(parts.ROLE_VARIABLE) == "summarize":
            parts.engine()
    except WiredeskError as error:
        logger.error("worker_refused", reason=str(error))
        sys.exit(1)
    except Exception:
        # Celery would go on without what was not done here.
        logger.exception("worker_start_failed")
        sys.exit(1)


def _check() -> None:
    parts.heart().beat()
    # On connections of its own: the children are forked later and must inherit none.
    store = open_store(parts.settings())
    try:
        check_desk(parts.queue().journal, store)
    finally:
        store.close()
        parts.queue().journal.redis.close()


@worker_process_init.connect
def _start_child(**_: Any) -> None:
    # The pool "solo" sends this in the worker itself, whose parent may be a shell that somebody leaves.
    if os.getpid() != _WORKER:
        die_with_parent()
