"""The postman: a thread that sends what is due, so that a slow mail server holds nothing else up."""

import threading
from types import TracebackType
from typing import Final

import structlog

from worker.addresses import Sender
from worker.errors import WiredeskError
from worker.mail.post import send_due
from worker.mail.server import Server
from worker.store import Store

logger = structlog.get_logger(__name__)

#: Seconds between two looks into the outbox.
LOOK_SECONDS: Final = 10.0
#: Seconds that a process which is asked to stop waits for the message under way. After them it ends without an answer:
#: a message that has begun is unknown then, and systemd and compose allow 60 s.
STOP_SECONDS: Final = 30.0


class Postman:
    """Sends what is due in `store` while it is entered; does nothing where there is no `office`."""

    def __init__(self, store: Store, office: tuple[Server, Sender] | None) -> None:
        self._store = store
        self._office = office
        self._stop = threading.Event()
        # As a daemon it cannot keep a process alive that was asked to end.
        self._thread = threading.Thread(target=self._rounds, name="postman", daemon=True)

    def __enter__(self) -> "Postman":
        if self._office is not None:
            self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def _rounds(self) -> None:
        while not self._stop.is_set():
            self._round()
            self._stop.wait(LOOK_SECONDS)

    def _round(self) -> None:
        if self._office is None:
            return
        try:
            send_due(self._store, *self._office, stop=self._stop.is_set)
        except WiredeskError as error:
            logger.warning("mail_waits", reason=str(error))
        except Exception:
            # The thread must outlive it, or no edition would be mailed until somebody starts the schedule again.
            logger.exception("mail_round_failed")
