"""Mailing: editions into the outbox, and the messages that a person asks to send now."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

import structlog

from worker.addresses import recipient
from worker.edition.document import Document
from worker.edition.profile import Profile
from worker.errors import ConfigurationError
from worker.mail.post import send_due
from worker.settings import WorkerSettings
from worker.store import Store, editions, outbox

logger = structlog.get_logger(__name__)

_NO_SERVER: Final = "no mail server: set WIREDESK_SMTP_URL and WIREDESK_MAIL_FROM"


def queue_pending(settings: WorkerSettings, store: Store) -> int:
    """Put every edition that is not in the outbox yet into it, and the notices of withdrawals; return how many messages
    that makes.

    An empty edition makes none, unless its profile says `send_empty`. One whose profile is gone makes none.
    """
    queued = 0
    for edition, name, document in outbox.unqueued(store):
        added = outbox.queue(store, edition, _readers(settings.profiles.get(name, Profile()), document))
        if added and settings.mail is None:
            logger.warning("mail_waits", reason=_NO_SERVER)
        queued += added
    return queued + outbox.queue_notices(store)


def _readers(profile: Profile, document: Document) -> Sequence[str]:
    if document["edition"]["counts"]["digests"] or not profile.recipients:
        return profile.recipients
    logger.warning("edition_empty", edition=document["edition"]["date"], sent=profile.send_empty)
    return profile.recipients if profile.send_empty else ()


def send_pending(settings: WorkerSettings, store: Store, stop: Callable[[], bool]) -> None:
    """Send by mail what is due, without a schedule; ends early when `stop` returns True."""
    queue_pending(settings, store)
    if settings.mail is not None:
        send_due(store, *settings.mail, stop=stop)


def send(
    settings: WorkerSettings, store: Store, name: str, day: date | None, to: Sequence[str], *, resend: bool, empty: bool
) -> tuple[editions.Edition, list[outbox.Delivery]]:
    """Send the edition of the profile `name` and the local `day` (None: the last) by mail now; return it and what
    became of each message.

    It goes to the profile's recipients, or to those of `to`; if it has no story, only if `empty` or the profile says
    so. What was sent is not sent again; what failed, or may have been sent, only with `resend`. Raises
    ConfigurationError where there is no such edition, no mail server, or nobody to send it to.
    """
    if settings.mail is None:
        raise ConfigurationError(f"There is {_NO_SERVER}.")
    edition = editions.find(store, name, day)
    if edition is None:
        raise ConfigurationError(f"There is no edition{f' of {day}' if day else ''} yet.")
    if not edition.document["edition"]["counts"]["digests"] and not (empty or settings.all_profiles[name].send_empty):
        raise ConfigurationError(f"The edition of {edition.date} has no story; --empty sends it all the same.")
    readers = [_reader(text) for text in to] or list(settings.all_profiles[name].recipients)
    if not readers:
        raise ConfigurationError(f"The profile {name} has no recipients: name them in wiredesk.toml, or by --to.")
    outbox.send_now(store, edition.id, readers, resend=resend)
    send_due(store, *settings.mail)
    return edition, outbox.of_day(store, edition.id, readers)


def _reader(text: str) -> str:
    try:
        return recipient(text)
    except ValueError as error:
        raise ConfigurationError(f"{error}.") from None
