"""The states of the store's rows. The tables refuse every other."""

from enum import StrEnum


class State(StrEnum):
    """What has become of an article."""

    #: Its story waits for a digest of it.
    READY = "ready"
    #: A worker makes its digest, until the lease ends.
    LEASED = "leased"
    #: It is its story's canonical, and has a digest.
    DIGESTED = "digested"
    #: It joined a story that another article leads.
    REPRINT = "reprint"
    #: It could not be processed; `failures` has the reason.
    FAILED = "failed"


class MessageState(StrEnum):
    """What has become of a message in the outbox."""

    #: It is sent when it is due.
    WAITING = "waiting"
    #: A sender has it, until the lease ends.
    SENDING = "sending"
    #: The mail server accepted it.
    SENT = "sent"
    #: The mail server refused it for good, or it was given up.
    FAILED = "failed"
    #: It went out, and nobody knows whether the mail server accepted it.
    UNKNOWN = "unknown"
