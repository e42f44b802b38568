"""The time that a record or a page gives for itself: one bounded reader for files, feeds, web pages and wire copy.

What is not understood to its last character is no time. Nothing is guessed: 5/6/2026 may be two days, and is none.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

#: Years before this one are a fault of the source, and so is for a publication what lies beyond next year.
_FIRST_YEAR = 1900
#: Years ahead in which an embargo may end.
EMBARGO_YEARS = 100
#: Characters of the longest date that is tried: a longer one is something else.
_LONGEST = 80
#: Seconds since 1970 above which a number counts milliseconds: it would be the year 5138.
_MILLISECONDS_FROM = 100_000_000_000
#: Years of two digits from this one on are of the 20th century (RFC 2822, 4.3).
_LAST_CENTURY_FROM = 50

#: The months in the languages of the large agencies: full names, and the beginnings by which they are shortened.
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar januari jänner janvier janv enero ene gennaio gen janeiro января янв",
            "february feb februar februari février fevrier févr fev febrero febbraio fevereiro февраля фев",
            "march mar märz maerz mrt maart mars marzo março марта мар",
            "april apr avril avr abril abr aprile апреля апр",
            "may mai mei mayo maggio mag maio мая",
            "june jun juni juin junio giugno giu junho июня июн",
            "july jul juli juillet juil julio luglio lug julho июля июл",
            "august aug augustus août aout agosto ago августа авг",
            "september sep sept septembre septiembre settembre set setembro сентября сен сент",
            "october oct okt oktober octobre octubre ottobre ott outubro out октября окт",
            "november nov novembre noviembre novembro ноября ноя",
            "december dec dez dezember décembre decembre déc diciembre dic dicembre dezembro декабря дек",
        ),
        start=1,
    )
    for name in names.split()
}
#: Hours from UTC of the zones that pages and wires name. A name that several zones share is read as most of the world's
#: news sites use it: IST is India's, BST Britain's in summer, CST North America's.
_ZONES = {
    **dict.fromkeys(("Z", "UTC", "UT", "GMT", "WET"), 0.0),
    **dict.fromkeys(("BST", "WEST", "CET", "MEZ"), 1.0),
    **dict.fromkeys(("CEST", "MESZ", "EET", "SAST"), 2.0),
    **dict.fromkeys(("EEST", "MSK", "TRT"), 3.0),
    "GST": 4.0,
    "PKT": 5.0,
    "IST": 5.5,
    "NPT": 5.75,
    **dict.fromkeys(("WIB", "ICT"), 7.0),
    **dict.fromkeys(("HKT", "SGT", "AWST", "PHT"), 8.0),
    **dict.fromkeys(("JST", "KST"), 9.0),
    "ACST": 9.5,
    "AEST": 10.0,
    "AEDT": 11.0,
    "NZST": 12.0,
    "NZDT": 13.0,
    "NST": -3.5,
    **dict.fromkeys(("ADT", "BRT", "ART"), -3.0),
    **dict.fromkeys(("AST", "EDT"), -4.0),
    **dict.fromkeys(("EST", "CDT"), -5.0),
    **dict.fromkeys(("CST", "MDT"), -6.0),
    **dict.fromkeys(("MST", "PDT"), -7.0),
    **dict.fromkeys(("PST", "AKDT"), -8.0),
    "AKST": -9.0,
    "HST": -10.0,
}
#: Zones of North America that are named without saying whether it is summer: their hours from UTC in winter.
_SEASONAL = {"ET": -5.0, "CT": -6.0, "MT": -7.0, "PT": -8.0}

_SECONDS = re.compile(r"\d{10}|\d{13}")
_OFFSET = re.compile(r"(?:(?:UTC|GMT)\s?)?([+-])(\d{1,2})(?::?(\d\d))?")
#: ISO 8601, with a space for the T, and a space, an offset or a name behind it.
_ISO = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d|\d{8})(?:[T ]\s?(?P<time>\d\d:?\d\d(?::?\d\d(?:[.,]\d{1,9})?)?))?\s?(?P<zone>\S.*)?"
)
_NAMED = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.|º|er)?"
_YEAR = r"(?P<year>\d{4})"
_DATES = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\b{_DAY}[ -](?:de |of )?{_NAMED},?[ -](?:de |del )?{_YEAR}\b",
        rf"\b{_NAMED} {_DAY},? {_YEAR}\b",
        # Java and C put the time before the year.
        rf"\b{_NAMED} {{1,2}}{_DAY}(?P<between> \d\d:\d\d:\d\d(?: [A-Z]{{1,5}})?) {_YEAR}\b",
        rf"\b{_YEAR}[/.](?P<number>\d{{1,2}})[/.](?P<day>\d{{1,2}})\b",
        r"(?P<year>\d{4})\s?[年년]\s?(?P<number>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]",
        rf"\b(?P<first>\d{{1,2}})(?P<mark>[/.-])(?P<second>\d{{1,2}})(?P=mark){_YEAR}\b",
        rf"\b{_DAY} {_NAMED} (?P<short>\d\d)(?= \d\d:\d\d)",
    )
)
#: What is left of a text when its date is taken out: a time of day and a zone, in the words that stand around them.
_REST = re.compile(
    r"(?:(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?)?"
    r"(?: ?(?P<half>[ap])\.? ?m\b\.?)?(?: uhr\b| h\b| hrs\b)?)?"
    r"\s*(?:\(?(?P<zone>(?:(?:UTC|GMT) ?)?[+-]\d{1,2}(?::?\d\d)?|[A-Z]{1,5})\)?)?(?: ?\([^()]{1,50}\))?",
    re.IGNORECASE,
)
_AROUND = re.compile(
    r"\b(?:at|on|um|à|le|il|alle|ore|às|a las|den|am(?=\s)|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?|"
    r"(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|"
    r"lunes|martes|miércoles|jueves|viernes|sábado|domingo|"
    r"(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?)(?=[\s,]|$)|[,|·•–—]|(?<=\s)-(?=\s)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Time:
    """A timezone-aware time; `assumed_utc` if the text named no timezone."""

    at: datetime
    assumed_utc: bool


def read_time(value: object, *, years_ahead: int = 1) -> Time | None:
    """Return the time that `value` gives, or None if it gives none from 1900 to `years_ahead` years after this one.

    Read are seconds and milliseconds since 1970, ISO 8601, RFC 2822, the dates of JavaScript and Java, and long and
    numeric dates with a time and a zone by name or offset before or behind them. Of two numbers the one above 12 is the
    day; with full stops between them the day comes first.
    """
    if isinstance(value, str):
        text = " ".join(value.split())
        at = _from_seconds(int(text)) if _SECONDS.fullmatch(text) else _from_text(text)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        at = _from_seconds(value)
    else:
        return None
    if at is None or not _FIRST_YEAR <= at.year <= datetime.now(UTC).year + years_ahead:
        return None
    if at.utcoffset() is None:
        return Time(at.replace(tzinfo=UTC), assumed_utc=True)
    return Time(at, assumed_utc=False)


def _from_seconds(number: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(number / 1000 if abs(number) >= _MILLISECONDS_FROM else number, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _from_text(text: str) -> datetime | None:
    if not text or len(text) > _LONGEST:
        return None
    try:
        iso = _ISO.fullmatch(text)
        if iso:
            at = datetime.fromisoformat(iso["date"] + (f"T{iso['time'].replace(',', '.')}" if iso["time"] else ""))
            return _zoned(at, iso["zone"])
        for form in _DATES:
            if date := form.search(text):
                return _with_rest(_day(date), text, date)
    except ValueError:
        pass
    return None


def _day(date: re.Match[str]) -> datetime:
    """Return the day that `date` matched; raises ValueError if it is none, or may be two."""
    parts = date.groupdict()
    if parts.get("short"):
        year = int(parts["short"]) + (1900 if int(parts["short"]) >= _LAST_CENTURY_FROM else 2000)
    else:
        year = int(parts["year"])
    if parts.get("first"):
        first, second = int(parts["first"]), int(parts["second"])
        if parts["mark"] == "." or first > 12 or first == second:
            return datetime(year, second, first)  # noqa: DTZ001 (the caller gives it a timezone)
        if second <= 12:
            raise ValueError("either number may be the day")
        return datetime(year, first, second)  # noqa: DTZ001
    month = int(parts["number"]) if parts.get("number") else _MONTHS[parts["month"].lower()]
    return datetime(year, month, int(parts["day"]))  # noqa: DTZ001


def _with_rest(day: datetime, text: str, date: re.Match[str]) -> datetime | None:
    """Return `day` at the time that the rest of `text` gives, or None if the rest says anything else."""
    between = date.groupdict().get("between") or ""
    rest = " ".join(
        _AROUND.sub(" ", f"{text[: date.start()]} {between} {text[date.end() :].removeprefix('T')}").split()
    )
    found = _REST.fullmatch(rest)
    if found is None or (found["hour"] and not found["minute"] and not found["half"]):
        return None
    hour = int(found["hour"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"].lower() == "p" else 0)
    at = day.replace(hour=hour, minute=int(found["minute"] or 0), second=int(found["second"] or 0))
    return _zoned(at, found["zone"])


def _zoned(at: datetime, zone: str | None) -> datetime | None:
    """Return `at` in the zone that is named so, as it is if none is named, or None if the name is not known."""
    if not zone:
        return at
    offset = _OFFSET.fullmatch(zone.upper())
    if offset:
        sign = -1 if offset[1] == "-" else 1
        return at.replace(tzinfo=timezone(sign * timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))))
    name = zone.strip(" ()").upper()
    hours = _ZONES.get(name)
    if name in _SEASONAL:
        hours = _SEASONAL[name] + _is_summer(at)
    if hours is None:
        return None
    return at.replace(tzinfo=UTC if hours == 0 else timezone(timedelta(hours=hours)))


def _is_summer(at: datetime) -> bool:
    """Return whether North America has summer time: from the second Sunday of March to the first of November, at 2."""
    return _sunday(at.year, 3, 2) <= at < _sunday(at.year, 11, 1)


def _sunday(year: int, month: int, number: int) -> datetime:
    first = datetime(year, month, 1, 2)  # noqa: DTZ001
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (number - 1))
