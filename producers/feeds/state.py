"""What the poller knows of each feed: `DATA/feeds/HASH.json`, a file a feed, written after its items are pushed.

The poller alone writes the state of a feed that it polls. The commands change only that of a feed that is stopped.
"""

import contextlib
import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from producers.feeds.listing import Feed
from producers.files import atomic_write

FOLDER: Final = "feeds"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The state of one feed; times are seconds since 1970.

    `url` is the address in the list to which the state belongs. `etag` and `modified` are the server's own words, "" if
    it said none. `next_at` is the time of the next check, `checked_at` that of the last, `read_at` that of the last
    that went well. `errors` counts the failed checks in a row, `error` says why the last failed. `missing_since` is the
    first 404 in a row. `moved_to` is where the feed lives now, "" if where the list says; `moving_to` is where
    permanent redirects have led `moves` times in a row. `ttl` is the pause that the last whole answer's content asked
    for, `fresh` that of the headers, seconds. `starts` counts the checks that did not end. `stopped` says why the feed
    is not polled any more. `note` says what of the feed could not be read. `seen` are the items that were pushed: a
    digest -> the day on which the feed last had it, counted from 1970.
    """

    url: str
    etag: str = ""
    modified: str = ""
    next_at: float = 0.0
    checked_at: float = 0.0
    read_at: float = 0.0
    errors: int = 0
    error: str = ""
    missing_since: float = 0.0
    moved_to: str = ""
    moving_to: str = ""
    moves: int = 0
    ttl: float = 0.0
    fresh: float = 0.0
    starts: int = 0
    stopped: str = ""
    note: str = ""
    seen: dict[str, int] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where the feed is asked for."""
        return self.moved_to or self.url


def load(data: Path, feed: Feed) -> State:
    """Return the state of `feed`; that of a feed which was never polled, or now has another address, is empty.

    A file that is not one of ours counts as none: the feed is read anew, which stores nothing twice. Raises OSError.
    """
    with contextlib.suppress(FileNotFoundError, ValueError):
        known = _STATE.validate_json(_file(data, feed.name).read_bytes())
        if known.url == feed.url:
            return known
    return State(url=feed.url)


def save(data: Path, feed: Feed, state: State) -> None:
    """Write the state of `feed`, whole or not at all. Raises OSError."""
    (data / FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)
    content = json.dumps(asdict(state), ensure_ascii=False, separators=(",", ":")).encode()
    # What a power cut takes is polled again.
    atomic_write(_file(data, feed.name), content, mode=0o600, durable=False)


def forget(data: Path, feed: Feed) -> None:
    """Delete the state of `feed`. Raises OSError."""
    _file(data, feed.name).unlink(missing_ok=True)


def _file(data: Path, name: str) -> Path:
    return data / FOLDER / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.json"


_STATE: Final = TypeAdapter(State)
