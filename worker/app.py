"""The Celery application: its guarantees, and what its processes do when they start.

`celery -A worker.app worker -Q ingest` and `-Q summarize`; `wiredesk worker ingest|summarize` runs them with the
right pool and flags. The settings come from the environment (WIREDESK_*).
"""

import os
import sys
from typing import Any

import structlog
from celery import Celery
from celery.signals import setup_logging, worker_init, worker_process_init

from producers import log
from producers.push import celery_settings
from producers.settings import redis_url
from worker import parts
from worker.errors import WiredeskError
from worker.identity import check_desk
from worker.parent import die_with_desk, die_with_parent
from worker.patience import patiently
from worker.store import open_store

logger = structlog.get_logger(__name__)

#: The role of this process, set by `wiredesk worker`: "ingest" or "summarize".
ROLE_VARIABLE = "WIREDESK_ROLE"

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
        if os.environ.get(ROLE_VARIABLE) == "summarize":
            parts.engine()
    except WiredeskError as error:
        logger.error("worker_refused", reason=str(error))
        sys.exit(1)


def _check() -> None:
    # On connections of its own: the children are forked later and must inherit none.
    store = open_store(parts.settings())
    try:
        check_desk(parts.queue().journal, store)
    finally:
        store.close()
        parts.queue().journal.redis.close()


@worker_process_init.connect
def _start_child(**_: Any) -> None:
    die_with_parent()
