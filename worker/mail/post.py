"""Sending what is due: messages from the outbox, one after the other, over one connection to the mail server."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import structlog
from structlog.contextvars import bound_contextvars

from worker.addresses import Sender
from worker.edition.document import Notice
from worker.errors import MailDeferredError, MailRefusedError, MailServerError, MailUnknownError, WiredeskError
from worker.mail.message import compose, message_id
from worker.mail.server import Server
from worker.mail.smtp import Session
from worker.store import Store, outbox
from worker.store.outbox import OutboxMessage
from worker.waiting import wait_out

logger = structlog.get_logger(__name__)

#: An edition that goes out this long after its close says in its subject that it is late.
LATE: Final = timedelta(hours=1)

#: Error -> how the outbox notes it.
_OUTCOMES: Final[dict[type[WiredeskError], Callable[[Store, str, str], None]]] = {
    MailServerError: outbox.put_all_back,
    MailDeferredError: outbox.put_back,
    MailRefusedError: outbox.refused,
    MailUnknownError: outbox.lost,
}
#: After these errors the connection is of no use, and most often the server neither.
_ENDS_SESSION: Final = (MailServerError, MailUnknownError)


def send_due(store: Store, server: Server, sender: Sender, stop: Callable[[], bool] = lambda: False) -> int:
    """Send every message that is due and return how many the server accepted.

    Ends early if `stop` returns True, or the server cannot be used; the other messages then wait for their next try.
    Any number of processes may send together. Raises StoreUnavailableError before a message, never after it: the
    outcome of a message is noted as soon as the store is available again.
    """
    sent = 0
    with ExitStack() as at_end:
        session: Session | None = None
        while not stop() and (message := outbox.take(store)) is not None:
            with bound_contextvars(recipient=message.recipient, message_id=message_id(message.key, sender)):
                try:
                    content = _compose(message, sender)
                    if session is None:
                        session = at_end.enter_context(closing(Session(server)))
                    begin = partial(outbox.begin, store, message.token)
                    accepted = session.send(sender.mailbox.addr_spec, message.recipient, content, begin)
                except tuple(_OUTCOMES) as error:
                    logger.warning("mail_not_sent", reason=str(error))
                    wait_out(partial(_OUTCOMES[type(error)], store, message.token, str(error)))
                    if isinstance(error, _ENDS_SESSION):
                        break
                else:
                    if accepted:
                        wait_out(partial(outbox.accepted, store, message.token))
                        logger.info("mail_sent")
                        sent += 1
    return sent


def is_late(closed_at: datetime, sent_at: datetime) -> bool:
    """Return whether an edition that closed at `closed_at` is late if it goes out at `sent_at`."""
    return sent_at - closed_at > LATE


def _compose(message: OutboxMessage, sender: Sender) -> bytes:
    try:
        return compose(
            message.content,
            sender=sender,
            recipient=message.recipient,
            key=message.key,
            earlier=message.earlier,
            at=message.at,
            late=not isinstance(message.content, Notice) and is_late(message.at, datetime.now(UTC)),
        )
    except Exception as error:
        # One message that cannot be made must not keep the others from their readers.
        logger.exception("mail_not_made")
        raise MailDeferredError(f"The message cannot be made ({type(error).__name__}: {error}).") from error
