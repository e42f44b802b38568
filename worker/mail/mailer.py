"""The mailer: a thread that sends what is due, so that a slow mail server holds nothing else up."""

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
#: Seconds that a process which is asked to stop waits for the message that is being sent. After them it ends without an
#: answer, and the message is unknown if any of it may have gone out. systemd and compose allow 60 s.
STOP_SECONDS: Final = 30.0


class Mailer:
    """Sends what is due in `store` between its entry and its exit; without a mail server it does nothing."""

    def __init__(self, store: Store, mail: tuple[Server, Sender] | None) -> None:
        """Take the mail server and the sender of all messages together: one is of no use without the other."""
        self._store = store
        self._mail = mail
        self._stop = threading.Event()
        # As a daemon it cannot keep a process alive that was asked to end.
        self._thread = threading.Thread(target=self._run, name="mailer", daemon=True)

    def __enter__(self) -> "Mailer":
        if self._mail is not None:
            self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._send_due()
            self._stop.wait(LOOK_SECONDS)

    def _send_due(self) -> None:
        if self._mail is None:
            return
        server, sender = self._mail
        try:
            send_due(self._store, server, sender, stop=self._stop.is_set)
        except WiredeskError as error:
            logger.warning("mail_waits", reason=str(error))
        except Exception:
            # If the thread ended here, no edition would be mailed until somebody starts the schedule again.
            logger.exception("mail_round_failed")
