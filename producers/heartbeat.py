"""A sign of life: each role touches a file as it goes on, and whoever supervises it looks at the file's age.

    HEARTBEAT/watch   HEARTBEAT/ingest   HEARTBEAT/summarize   HEARTBEAT/schedule   HEARTBEAT/serve

The file says that the process goes on, not that Redis and the store answer: who waits for those is alive, and to
restart it would help nobody.
"""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

#: Role -> seconds that may pass without a sign of life: the longest thing that its loop does in one go, and a margin.
LIMITS: Final = {
    # One question to a Redis that is away: three tries of 5 s to connect, or 10 s to answer, and the pauses.
    "watch": 120.0,
    # Celery's loop is never held by an article: those are the children's, which it ends after 30 s.
    "ingest": 120.0,
    # One batch holds the loop; the lease keeper ends the process of a batch that takes 240 s.
    "summarize": 300.0,
    # A tick: each of its parts may wait 20 s for another writer, and an edition of a large day is written.
    "schedule": 300.0,
    # Pages are made by threads; the loop itself is never held.
    "serve": 120.0,
}
#: Seconds between two touches: few enough for a disk, many within every limit.
BEAT_SECONDS: Final = 5.0


class Heart:
    """The sign of life of one process in a role."""

    def __init__(self, folder: Path | None, role: str, tell: Callable[[], None] | None = None) -> None:
        """Touch the file `role` in `folder`, which is made, and call `tell`; nothing for what is None."""
        self._file = None if folder is None else folder / role
        self._tell = tell
        self._next = float("-inf")

    def beat(self) -> None:
        """Give the sign, unless that was done less than BEAT_SECONDS ago; cheap enough for the innermost loop."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + BEAT_SECONDS
        if self._file is not None:
            # A file that cannot be touched grows old, and so says itself what there is to say.
            with contextlib.suppress(OSError):
                self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._file.touch()
        if self._tell is not None:
            self._tell()


def finding(folder: Path, role: str) -> tuple[bool, str]:
    """Return whether `role`, which touches its file in `folder`, is alive, and a sentence for a person."""
    limit = LIMITS[role]
    try:
        age = time.time() - (folder / role).stat().st_mtime
    except OSError as error:
        return False, f"{role} has given no sign of life yet ({folder / role}: {error.strerror})."
    if age > limit:
        return False, f"{role} has given no sign of life for {age:.0f} s, and {limit:.0f} s is its limit: restart it."
    return True, f"{role} is alive; its last sign of life is {max(age, 0):.0f} s old."
