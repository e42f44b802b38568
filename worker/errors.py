"""What can go wrong in the worker. Retryable and permanent errors are types; see producers.errors for both bases."""

from producers.errors import ConfigurationError, PermanentError, RetryableError, WiredeskError

__all__ = [
    "ConfigurationError",
    "DeskMismatchError",
    "PermanentError",
    "RetryableError",
    "StoreUnavailableError",
    "UnusableError",
    "WiredeskError",
]


class UnusableError(PermanentError):
    """The article holds nothing that can be used: no text, no prose, or a file that could not be read."""


class StoreUnavailableError(RetryableError):
    """The store cannot be reached, or its disk is full; the work waits for it."""


class DeskMismatchError(ConfigurationError):
    """The Redis and the store of this process belong to different desks."""
