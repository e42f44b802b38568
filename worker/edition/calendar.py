"""Which closings are due: local days, time zones and missed days, without a clock of its own."""

import difflib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

#: Missed days that are made up for, the newest ones: after a longer absence, older days stay without an edition and
#: the first edition made carries their digests.
MOST_MISSED = 7

#: How far two clocks may be apart, and a stamp ahead of them, before one of them is taken to be wrong. Clocks without
#: synchronisation lose or gain seconds a day; a wrong one (a flat battery, a virtual machine's host) is off by more.
MOST_APART = timedelta(hours=1)

_DAY = timedelta(days=1)
_CLOSING_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Closing:
    """The time `at` (UTC) at which the edition of the local day `date` closes."""

    date: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading of two clocks of one machine: the `wall` clock, and the `steady` one, in seconds since its start, which
    nobody can set and which goes on while the machine is suspended.
    """

    wall: datetime
    steady: float


def leap(before: Reading | None, after: Reading) -> timedelta | None:
    """Return by how much the wall clock was set between two readings, if that is more than MOST_APART; else None.

    None, too, if there is nothing to compare with: after a restart every time is as good as another.
    """
    if before is None:
        return None
    # In UTC: the difference of two local times forgets that clocks were set between them.
    moved = (after.wall.astimezone(UTC) - before.wall.astimezone(UTC)) - timedelta(seconds=after.steady - before.steady)
    return moved if abs(moved) > MOST_APART else None


def closing(day: date, *, zone: ZoneInfo, at: time) -> Closing | None:
    """Return the closing of the local `day`: the first time that its clocks show `at` in `zone`.

    If the clocks jump over `at`, the edition closes when `at` would have come without the jump (02:30 is shown as
    03:30). None if that time lies on another day: the zone skipped this one, as Apia did with 30 December 2011.
    """
    closes_at = datetime.combine(day, at.replace(fold=0), tzinfo=zone).astimezone(UTC)
    return Closing(day, closes_at) if local_day(closes_at, zone) == day else None


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """Return the day that calendars in `zone` show at the time `at`; raises ValueError if `at` has no time zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no time zone")
    return at.astimezone(zone).date()


def following(now: datetime, *, zone: ZoneInfo, at: time) -> Closing:
    """Return the first closing after `now`, which has a time zone; see `due` for the others."""
    day = local_day(now, zone)
    while True:
        candidate = closing(day, zone=zone, at=at)
        if candidate is not None and candidate.at > now:
            return candidate
        day += _DAY


def due(
    last_closed_at: datetime | None,
    since: datetime | None,
    now: datetime,
    *,
    zone: ZoneInfo,
    at: time,
    most: int = MOST_MISSED,
) -> list[Closing]:
    """Return the closings after the last edition and not after `now`, oldest first, at most the newest `most`.

    `last_closed_at` is when the profile's last edition closed, by schedule or by hand. If there is none yet,
    `since` counts, the time when the desk's first article came; with neither nothing is due. `zone` and `at` are the
    present settings: a change of them holds from the next closing on. A day whose edition was closed by hand before
    `at` is due once more, as its next revision. Raises ValueError for a time without a time zone.
    """
    after = last_closed_at or since
    today = local_day(now, zone)
    if after is None or after >= now:
        return []
    closings: list[Closing] = []
    # From tomorrow: if clocks go back over midnight, tomorrow's closing can lie in the past.
    day = today + _DAY
    while len(closings) < most and day >= local_day(after, zone):
        candidate = closing(day, zone=zone, at=at)
        if candidate is not None and after < candidate.at <= now:
            closings.append(candidate)
        day -= _DAY
    return closings[::-1]


def parse_day(text: str) -> date:
    """Return the day that `text` ("YYYY-MM-DD", and no other form of ISO 8601) names; raises ValueError."""
    return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone


def closing_time(text: str) -> time:
    """Return the time of day that `text` ("HH:MM", 24 hours) names; raises ValueError for anything else."""
    match = _CLOSING_TIME.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a time of day: write it as HH:MM, such as 07:00")
    return time(int(match[1]), int(match[2]))


def time_zone(name: str) -> ZoneInfo:
    """Return the IANA time zone called `name`; raises ValueError, with the nearest name, for an unknown one."""
    try:
        return ZoneInfo(name.strip())
    except (KeyError, ValueError, OSError) as error:
        near = difflib.get_close_matches(name, sorted(available_timezones()), n=1)
        example = near[0] if near else "Europe/Berlin"
        raise ValueError(f"time zone {name!r} is not known: use an IANA name such as {example}") from error
