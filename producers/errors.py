"""What can go wrong on the way in, and how long to wait before another try.

Every message is one sentence that says what is wrong and what to do.
"""


class WiredeskError(Exception):
    """Base of every error that wiredesk raises on purpose; its text is meant for the user."""


class ConfigurationError(WiredeskError):
    """A setting is missing, contradictory or out of range; a person must change it."""


class RetryableError(WiredeskError):
    """Nothing is wrong with the input: the same step may succeed later (Redis, store or disk is unavailable)."""


class GaveUpError(WiredeskError):
    """Redis or the store has not answered for as long as the command waits; what it was to do is still to be done."""


class PermanentError(WiredeskError):
    """The input itself is bad: repeating the step cannot help, and the article ends as a Failure with this text."""


def pause_after(tries: int, first: float, longest: float) -> float:
    """Return how long to wait after `tries` failed tries: `first`, doubled with each further try, at most `longest`."""
    # Bounded, since a float has no 2 ** 1024: a file that cannot be moved for days is tried that often.
    return min(first * 2.0 ** min(tries - 1, 64), longest)
