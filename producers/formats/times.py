"""The time that a record gives for itself, in the forms that feeds and exports use."""

import email.utils
import re
from dataclasses import dataclass
from datetime import UTC, datetime

#: Years outside which a date is a fault; beyond them, a conversion to another timezone may leave Python's range.
_FIRST_YEAR, _LAST_YEAR = 1800, 2200
#: Characters of the longest date that is tried: a longer one is something else.
_LONGEST = 60
#: Seconds since 1970 above which a number counts milliseconds: it would be the year 5138.
_MILLISECONDS_FROM = 100_000_000_000

#: Forms that neither ISO 8601 nor RFC 2822 covers.
_FORMS = ("%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%Y/%m/%d", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M:%S %z")
_ZONE_NAME = re.compile(r"\s*\b(?:UTC|GMT)$", re.IGNORECASE)
_SPACED_ZONE = re.compile(r"(\d)\s+([+-]\d\d:?\d\d)$")
_SECONDS = re.compile(r"\d{10}|\d{13}")


@dataclass(frozen=True, slots=True)
class Time:
    """A timezone-aware time; `assumed_utc` where the text named no timezone."""

    at: datetime
    assumed_utc: bool


def read_time(value: object) -> Time | None:
    """Return the time that `value` gives (ISO 8601, RFC 2822, seconds or milliseconds since 1970), or None."""
    if isinstance(value, str):
        text = value.strip()
        found = _from_seconds(int(text)) if _SECONDS.fullmatch(text) else _from_text(text)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found = _from_seconds(value)
    else:
        return None
    if found is None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        return None
    if found.utcoffset() is None:
        return Time(found.replace(tzinfo=UTC), assumed_utc=True)
    return Time(found, assumed_utc=False)


def _from_seconds(number: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(number / 1000 if abs(number) >= _MILLISECONDS_FROM else number, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _from_text(text: str) -> datetime | None:
    if not text or len(text) > _LONGEST or not text.isascii():
        return None
    iso = _SPACED_ZONE.sub(r"\1\2", _ZONE_NAME.sub("+00:00", text))
    try:
        return datetime.fromisoformat(iso)
    except ValueError:
        pass
    for form in _FORMS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 (the caller gives it a timezone)
        except ValueError:
            continue
    try:
        return email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
