"""What can go wrong in the worker. Retryable and permanent errors are types; see producers.errors for both bases."""

from producers.errors import ConfigurationError, GaveUpError, PermanentError, RetryableError, WiredeskError

__all__ = [
    "ConfigurationError",
    "DeskMismatchError",
    "GaveUpError",
    "MailDeferredError",
    "MailRefusedError",
    "MailServerError",
    "MailUnknownError",
    "PermanentError",
    "RefusedError",
    "RetryableError",
    "StoreUnavailableError",
    "UnusableError",
    "WiredeskError",
]


class UnusableError(PermanentError):
    """The article holds nothing that can be used: no text, no prose, or a file that could not be read."""


class StoreUnavailableError(RetryableError):
    """The store cannot be reached, or its disk is full; the work waits for it."""


class RefusedError(StoreUnavailableError):
    """The store could be read and refused to write several articles together; each is to be tried by itself."""


class DeskMismatchError(ConfigurationError):
    """The Redis and the store of this process belong to different desks."""


class MailServerError(RetryableError):
    """The mail server cannot be used at all now; no message was accepted, and none should be tried for a while."""


class MailDeferredError(RetryableError):
    """The mail server did not accept this message now (4xx), and may do so later."""


class MailRefusedError(PermanentError):
    """The mail server will never accept this message (5xx)."""


class MailUnknownError(WiredeskError):
    """The whole message went out, and no answer came: the server may have accepted it."""
