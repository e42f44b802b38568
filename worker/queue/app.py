"""The Celery application: its guarantees, and what its processes do at their start.

`run` starts a worker: `wiredesk worker ingest` and `wiredesk worker summarize`, each with the right pool and flags.
"""

import logging
import os
import sys
import threading
import warnings
from typing import Any, Final

import structlog
from celery import Celery, bootsteps
from celery.platforms import SecurityWarning
from celery.signals import setup_logging, worker_init, worker_process_init, worker_ready

from producers import logs
from producers.processes import BEAT_SECONDS
from producers.push import Queue, celery_settings
from producers.redis_client import redis_url
from worker.clean import load as load_cleaning
from worker.errors import ConfigurationError, WiredeskError
from worker.process.desk_id import check_desk
from worker.process.endings import MISCONFIGURED
from worker.process.forks import Forks
from worker.process.parent import die_with_parent
from worker.process.resources import Resources, open_store
from worker.queue.envelope import check_messages
from worker.queue.slots import free_slots
from worker.settings import WorkerSettings
from worker.summarize import FORKABLE, require

logger = structlog.get_logger(__name__)

#: Options of every worker. None needs news of the others; remote control is off, too (docs/scaling.md).
_OPTIONS: Final = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO")

#: Loggers of Celery whose lines our own events say better: two with a task's id for each message, where our own name
#: articles, and one at the start.
_DOUBLED: Final = ("celery.app.trace", "celery.worker.strategy", "celery.apps.worker")

app = Celery("wiredesk", include=["worker.queue.tasks"])
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

#: The process that imports this module runs the worker; the processes of its pool are forked from it.
_WORKER: Final = os.getpid()

# Celery calls tasks and signals without a place for values of ours, so this process has one set of them.
_resources: Resources | None = None


def run(resources: Resources) -> int:
    """Run the worker of the role that `resources` name until it is asked to stop; return its exit code."""
    global _resources
    _resources = resources
    role = resources.role
    check_messages()
    free_slots()
    pool = {"ingest": ["prefork", "-c", str(resources.settings.ingest_processes)], "summarize": ["solo", "-c", "1"]}
    argv = ["--quiet", "worker", "-Q", role, "-n", f"{role}-{os.getpid()}@%h", *_OPTIONS, "-P", *pool[role]]
    # Celery warns root of messages that run as code; here no message does (worker.queue.envelope).
    warnings.simplefilter("ignore", SecurityWarning)
    with resources.heartbeat:
        # What `app.worker_main` calls, which drops the exit code.
        code = int(app.start(argv) or 0)
    logger.info("worker_stopped", role=role)
    return code


def run_forked(settings: WorkerSettings, role: str, processes: int) -> int:
    """Run so many `processes`, each a worker of `role` as `run` runs it, until asked to stop; return the exit code.

    They are forked from this process, which checks the desk and, if it can be shared, loads the engine before that.
    """
    global _resources
    parent = _resources = Resources(settings, role, listed=False)
    workers = {number: parent.forked(number) for number in range(1, processes + 1)}
    # macOS' own libraries for matrices do not survive a fork.
    shared = settings.engine in FORKABLE and sys.platform == "linux"

    def work(number: int) -> int:
        if shared:
            workers[number].engine = parent.engine
        return run(workers[number])

    def report(number: int, sentence: str) -> None:
        parent.heartbeat.wait(f"process {number}", sentence)
        if sentence:
            logger.error("process_ended", reason=sentence)

    def look() -> None:
        # A worker is as alive as the worst of its processes.
        if all(worker.alive for worker in workers.values()):
            parent.heartbeat.beat()

    with parent.heartbeat:
        _prepare(load=shared)
        return Forks(processes, work, report).run(look)


def current() -> Resources:
    """Return what this worker's process works with."""
    if _resources is None:
        raise RuntimeError("a worker is started by worker.queue.app.run")
    return _resources


class HeartbeatStep(bootsteps.StartStopStep):  # type: ignore[misc]
    """Beats from Celery's own loop while it is connected, and from a thread while it looks for its Redis.

    A loop that hangs does not beat; a worker that waits for its Redis is alive, however long that takes.
    """

    requires = frozenset({"celery.worker.consumer.connection:Connection"})

    def __init__(self, consumer: Any, **options: Any) -> None:
        super().__init__(consumer, **options)
        self._connected = threading.Event()

    def start(self, consumer: Any) -> None:
        """Called by Celery at each connection; it clears its timers at the end of one."""
        self._connected.set()
        consumer.timer.call_repeatedly(BEAT_SECONDS, current().heartbeat.beat)

    def stop(self, _consumer: Any) -> None:
        """Called by Celery at the end of each connection."""
        if self._connected.is_set():
            self._connected = threading.Event()
            threading.Thread(target=_beat_until, args=(self._connected,), name="heartbeat", daemon=True).start()


def _beat_until(connected: threading.Event) -> None:
    while not connected.wait(BEAT_SECONDS):
        current().heartbeat.beat()


app.steps["consumer"].add(HeartbeatStep)


@app.on_configure.connect
def _configure(sender: Celery, **_: Any) -> None:
    sender.conf.update(celery_settings(redis_url(current().settings)))


@setup_logging.connect
def _logging(**_: Any) -> None:
    # Connected so that Celery sets up none of its own: that comes too late for what happens before it.
    logs.configure()
    for name in _DOUBLED:
        logging.getLogger(name).setLevel(logging.WARNING)


@worker_init.connect
def _start(**_: Any) -> None:
    _prepare()


def _prepare(*, load: bool = True) -> None:
    """Check the desk and `load` what the role needs before the first message is taken and a child is forked."""
    logs.configure()
    try:
        if current().role == "summarize":
            require(current().settings.engine)
        current().wait_out(_check)
        if not load:
            return
        if current().role == "summarize":
            logger.info("engine_loaded", engine=current().engine.name)
        else:
            load_cleaning()
    except WiredeskError as error:
        logger.error("worker_refused", reason=str(error))
        sys.exit(MISCONFIGURED if isinstance(error, ConfigurationError) else 1)
    except Exception:
        # Celery would go on without what was not done here.
        logger.exception("worker_start_failed")
        sys.exit(1)


@worker_ready.connect
def _say_ready(sender: Any, **_: Any) -> None:
    settings = current().settings
    logger.info(
        "worker_ready",
        role=current().role,
        processes=sender.pool.limit,
        store=str(settings.sqlite_file) if settings.store_url is None else "the one of WIREDESK_STORE_URL",
    )


def _check() -> None:
    resources = current()
    # On connections of its own: the children are forked later and must inherit none.
    store = open_store(resources.settings)
    queue = Queue.connect(redis_url(resources.settings))
    try:
        check_desk(queue.journal, store)
    finally:
        store.close()
        queue.close()


@worker_process_init.connect
def _start_child(**_: Any) -> None:
    # The pool "solo" sends this in the worker itself, whose parent may be a shell that somebody leaves.
    if os.getpid() != _WORKER:
        die_with_parent()
