"""When a feed is asked again, from what its server and its content say; and when no more. Pure: nothing here waits."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from producers.errors import pause_after
from producers.feeds.answer import Answer
from producers.feeds.state import State

#: Longest pause between two checks, whatever a server asks for; and the longest after errors, seconds.
MOST_SECONDS: Final = 24 * 3600.0
#: Share of a pause by which it is longer by chance, so that feeds that were added together do not stay together.
JITTER: Final = 0.1
#: Seconds of answers 404 after which a feed has gone: a site that is rebuilt is back before.
MISSING_SECONDS: Final = 7 * 24 * 3600.0
#: Permanent redirects to the same address, in a row, after which it is the feed's own.
MOVES: Final = 3
#: Seconds after which a feed is asked again whose new items were too many to take together.
REST_SECONDS: Final = 60.0
#: Failed checks in a row after which a feed is broken, and not only its server for a while.
BROKEN: Final = 3

_HONOURED: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_GONE: Final = "its server says that it is gone for good (410)"
_MISSING: Final = "its server has not had it for a week (404)"


def read_well(state: State, answer: Answer, now: float, interval: float, ttl: float = 0.0) -> State:
    """Return the state after a 200 or 304 that was read well: `ttl` is the pause that the content of a 200 asks for."""
    fresh = fresh_seconds(answer.headers)
    etag, modified = answer.headers.get("etag", ""), answer.headers.get("last-modified", "")
    if answer.status == HTTPStatus.NOT_MODIFIED:
        # It may give one of them, or none: then the other holds on.
        etag, modified = etag or state.etag, modified or state.modified
        # What it does not say again holds on (RFC 9111, 3.2).
        ttl, fresh = state.ttl, fresh if says_fresh(answer.headers) else state.fresh
    wait = max(interval, ttl, fresh, retry_seconds(answer.headers, now))
    return replace(
        _moved(state, answer),
        etag=etag,
        modified=modified,
        ttl=ttl,
        fresh=fresh,
        next_at=now + _jittered(wait),
        checked_at=now,
        read_at=now,
        errors=0,
        error="",
        missing_since=0.0,
        starts=0,
    )


def failed(state: State, reason: str, now: float, interval: float, answer: Answer | None = None) -> State:
    """Return the state after a check that failed for `reason`; `answer` is what the server said, if anything."""
    errors = state.errors + 1
    if state.moved_to and errors >= BROKEN:
        # It may live again where the list says.
        state, answer = replace(state, moved_to=""), None
    wait = pause_after(errors + 1, interval, MOST_SECONDS)
    # No answer says nothing about whether the feed is still missing.
    missing_since = state.missing_since if answer is None else 0.0
    stopped = ""
    if answer is not None and answer.status in _HONOURED:
        wait = max(wait, retry_seconds(answer.headers, now))
    if answer is not None and answer.status == HTTPStatus.GONE:
        stopped = _GONE
    elif answer is not None and answer.status == HTTPStatus.NOT_FOUND:
        missing_since = state.missing_since or now
        stopped = _MISSING if now - missing_since >= MISSING_SECONDS else ""
    return replace(
        state,
        next_at=now + _jittered(wait),
        checked_at=now,
        errors=errors,
        error=reason,
        missing_since=missing_since,
        stopped=stopped,
        starts=0,
    )


def is_due(state: State, now: float) -> bool:
    """Return whether a feed is to be asked at the time `now`; a time that is too far off was set by a wrong clock."""
    return not state.stopped and not now < state.next_at <= now + MOST_SECONDS


def _moved(state: State, answer: Answer) -> State:
    if not answer.moved_to:
        return replace(state, moving_to="", moves=0)
    moves = state.moves + 1 if answer.moved_to == state.moving_to else 1
    if moves >= MOVES:
        return replace(state, moved_to=answer.moved_to, moving_to="", moves=0)
    return replace(state, moving_to=answer.moved_to, moves=moves)


def fresh_seconds(headers: Mapping[str, str]) -> float:
    """Return for how many seconds an answer stays fresh (RFC 9111: max-age, else Expires), 0 if it does not say."""
    directives = {
        name.strip().lower(): value.strip().strip('"')
        for name, _, value in (part.partition("=") for part in headers.get("cache-control", "").split(","))
    }
    if directives.keys() & {"no-cache", "no-store"}:
        return 0.0
    if "max-age" in directives:
        return max(0.0, _number(directives["max-age"]) - _number(headers.get("age", "")))
    expires, date = _time(headers.get("expires", "")), _time(headers.get("date", ""))
    return max(0.0, expires - date) if expires is not None and date is not None else 0.0


def says_fresh(headers: Mapping[str, str]) -> bool:
    """Return whether an answer says for how long it is fresh."""
    return "cache-control" in headers or "expires" in headers


def retry_seconds(headers: Mapping[str, str], now: float) -> float:
    """Return the seconds of Retry-After, which gives them or a time; 0 if it does not say."""
    text = headers.get("retry-after", "")
    at = _time(text)
    return max(0.0, at - now) if at is not None else _number(text)


def _number(text: str) -> float:
    text = text.strip()
    # More digits are more than MOST_SECONDS, too.
    return float(text[:12]) if text.isascii() and text.isdigit() else 0.0


def _time(text: str) -> float | None:
    try:
        at = parsedate_to_datetime(text.strip())
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _jittered(seconds: float) -> float:
    return min(seconds * (1 + JITTER * random.random()), MOST_SECONDS)


def shown_time(at: float) -> str:
    """Return a time for people: minutes, in UTC."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"
