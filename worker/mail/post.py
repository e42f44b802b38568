"""Sending what is due: messages from the outbox, one after the other, over one connection to the mail server."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import structlog
from structlog.contextvars import bound_contextvars

from worker.addresses import Sender
from worker.errors import MailDeferredError, MailRefusedError, MailServerError, MailUnknownError, WiredeskError
from worker.mail.message import compose, message_id
from worker.mail.server import Server
from worker.mail.smtp import Session
from worker.store import Store, outbox
from worker.store.outbox import Letter
from worker.waiting import wait_out

logger = structlog.get_logger(__name__)

#: An edition that goes out this long after its close says in its subject that it is late.
LATE: Final = timedelta(hours=1)

#: What went wrong -> what becomes of the message.
_OUTCOMES: Final[dict[type[WiredeskError], Callable[[Store, str, str], None]]] = {
    MailServerError: outbox.put_all_back,
    MailDeferredError: outbox.put_back,
    MailRefusedError: outbox.refused,
    MailUnknownError: outbox.lost,
}
#: After these the connection is of no more use, and most often the server neither.
_ENDS_SESSION: Final = (MailServerError, MailUnknownError)


def send_due(store: Store, server: Server, sender: Sender, stop: Callable[[], bool] = lambda: False) -> int:
    """Send every message that is due and return how many the server accepted.

    Ends early when `stop` returns True, or the server cannot be used; what is left then waits for its next try. Any
    number of processes may send at once. Raises StoreUnavailableError before a message, never after one: what became
    of that is noted when the store is there again.
    """
    sent = 0
    with ExitStack() as at_end:
        session: Session | None = None
        while not stop() and (letter := outbox.take(store)) is not None:
            with bound_contextvars(recipient=letter.recipient, message_id=message_id(letter.key, sender)):
                try:
                    message = _message(letter, sender)
                    if session is None:
                        session = at_end.enter_context(closing(Session(server)))
                    begin = partial(outbox.begin, store, letter.token)
                    accepted = session.send(sender.mailbox.addr_spec, letter.recipient, message, begin)
                except tuple(_OUTCOMES) as error:
                    logger.warning("mail_not_sent", reason=str(error))
                    wait_out(partial(_OUTCOMES[type(error)], store, letter.token, str(error)))
                    if isinstance(error, _ENDS_SESSION):
                        break
                else:
                    if accepted:
                        wait_out(partial(outbox.accepted, store, letter.token))
                        logger.info("mail_sent")
                        sent += 1
    return sent


def is_late(closed_at: datetime, moment: datetime) -> bool:
    """Return whether an edition that closed at `closed_at` is late at `moment`."""
    return moment - closed_at > LATE


def _message(letter: Letter, sender: Sender) -> bytes:
    try:
        return compose(
            letter.document,
            sender=sender,
            recipient=letter.recipient,
            key=letter.key,
            earlier=letter.earlier,
            closed_at=letter.closed_at,
            late=is_late(letter.closed_at, datetime.now(UTC)),
        )
    except Exception as error:
        # One message that cannot be made must not keep the others from their readers.
        logger.exception("mail_not_made")
        raise MailDeferredError(f"The message cannot be made ({type(error).__name__}: {error}).") from error
