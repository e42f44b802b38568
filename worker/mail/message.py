"""The message: an edition's text and HTML under the headers that mail programs and other people's servers expect."""

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Final
from urllib.parse import quote

from worker.addresses import Sender, mailbox
from worker.edition.document import Document, Notice
from worker.edition.email import email, fill, recall

#: Headers whose long words programs read. The standard library would write those as encoded words, which no program
#: reads there, so they are only broken at their spaces.
_FOR_PROGRAMS: Final = frozenset({"in-reply-to", "references", "list-id", "list-unsubscribe"})


class _Policy(EmailPolicy):
    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in _FOR_PROGRAMS:
            return f"{name}: {self.linesep.join(f' {word}' for word in value.split()).lstrip()}{self.linesep}".encode()
        return super().fold_binary(name, value)


#: Seven bits everywhere: it passes every server, and no server has a reason to write it anew.
_POLICY: Final = _Policy(linesep="\r\n", cte_type="7bit")


def message_id(key: str, sender: Sender) -> str:
    """Return the Message-ID of the outbox row `key`: the same at every try, so that no reader has a message twice."""
    return f"<wiredesk.{key}@{sender.mailbox.domain}>"


def compose(
    content: Document | Notice,
    *,
    sender: Sender,
    recipient: str,
    key: str,
    earlier: Sequence[str],
    at: datetime,
    late: bool,
) -> bytes:
    """Return the message of an edition, or a notice, to `recipient`, as it goes over the wire; the same arguments, the
    same bytes.

    It is dated `at`. `earlier` are the keys of the messages that it follows; a `late` message says
    so in its subject. Raises ValueError for a `recipient` that is no address.
    """
    if isinstance(content, Notice):
        mail, profile = recall(content), content.stories[-1].profile
    else:
        mail, profile = email(content), content["edition"]["profile"]
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender.mailbox
    message["To"] = mailbox(recipient)
    if sender.reply_to is not None:
        message["Reply-To"] = sender.reply_to
    message["Subject"] = f"Late: {mail.subject}" if late else mail.subject
    message["Date"] = at
    message["Message-ID"] = message_id(key, sender)
    if earlier:
        message["In-Reply-To"] = message_id(earlier[-1], sender)
        message["References"] = " ".join(message_id(before, sender) for before in earlier)
    message["List-Id"] = f"<{profile}.wiredesk.{sender.mailbox.domain}>"
    if sender.unsubscribe is not None:
        subject = quote(f"unsubscribe {profile}")
        message["List-Unsubscribe"] = f"<mailto:{quote(sender.unsubscribe.addr_spec, safe='@')}?subject={subject}>"
    # RFC 3834, and for older programs its forerunners: no holiday notice answers an edition.
    message["Auto-Submitted"] = "auto-generated"
    message["Precedence"] = "list"
    message["X-Auto-Response-Suppress"] = "All"
    fill(message, mail, key)
    return message.as_bytes()
