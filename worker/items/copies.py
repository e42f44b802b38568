"""Which copies of a text that may not be shown may not be shown either."""

from typing import Final

from worker.items.ruling import Standing

#: Least share of the shorter text that two articles have in common if one is a copy of the other, 0 to 1: that of a
#: reprint (worker.dedup.claim).
LEAST_SHARE: Final = 0.5

#: Why the desk holds a copy, by the standing of the item that it copies.
REASONS: Final = {
    Standing.KILLED: "its source was withdrawn",
    Standing.HELD: "it has the text of an item that is held",
}


def is_held(
    standing: Standing, *, exact: bool, same_publisher: bool, later: bool, substitute: bool, printed: bool
) -> bool:
    """Return whether a copy of an item of `standing` is held.

    `exact` if it has the same words; `later` if it came after the article that it copies; `substitute` if it was
    created after the kill; `printed` if an edition has carried it.
    """
    match standing:
        case Standing.KILLED:
            return (exact or not substitute) if same_publisher else later
        case Standing.HELD:
            return same_publisher and not printed
        case Standing.USABLE:
            return False
