"""Embargoes in the text of a wire: the lines that say "not before", and the time that they name.

A line counts only if it begins with such words and goes on as such lines do: "Embargoed goods were found" is news. What
names no time, or one that can be read in two ways, holds as unknown: a story that is printed too early cannot be taken
back. Where a name has several meanings, the one that holds longest counts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from producers.article import UNKNOWN, Embargo
from producers.formats.times import EMBARGO_YEARS, read_time
from worker.clean.words import words

#: Longest line, in characters, that is read as an embargo.
LONGEST_LINE = 300
#: Most words that are no part of a time and still belong to the embargo's own line, in small letters and without a full
#: stop, and with one.
_MOST_OTHERS, _MOST_OTHERS_OF_SENTENCE = 6, 4
#: Fewest words behind an embargo that are a headline.
_FEWEST_OF_HEADLINE = 3
#: How far ahead, at most, a time of day lies that comes without its date. Beyond, it may have been that of yesterday.
_REACH_OF_TIME = timedelta(hours=12)
#: Years that a date may have.
_YEARS = range(1900, 2201)

_NOUN = r"embargo|эмбарго"
_TAKEN = r"release[d]?|publication|publish(?:ed)?|use[d]?|broadcast(?:ing)?|transmission|distribution|airing|posting"
_CUE = re.compile(
    rf"(?P<held>(?:(?:the\s+following|this)?\s*(?:story|text|report|item|release|article|material"
    rf"|information)\s+is\s+)?"
    rf"(?:(?:strictly|strict|hard|news|press|media|under|under strict)\s+)?embargoed\b"
    rf"|(?:under|under strict|strictly under|strict|strictly|press|sous|bajo|sotto|sob|onder|unter|под)\s+(?:{_NOUN})\b"
    rf"|sperrfrist|sperrvermerk|gesperrt(?=\s+bis)|embargad[oa]\b|embargat[oa]\b|解禁(?:日時|時間|日)?"
    rf"|hold\s+for\s+release\b"
    rf"|(?:strictly\s+)?not\s+(?:to\s+be|for)\s+(?:{_TAKEN})(?:(?:\s*[,/]\s*|\s+(?:or|and)\s+)(?:{_TAKEN}))*"
    rf"\s+(?:before|until|till|prior\s+to)\b)"
    rf"|(?P<noun>(?:(?:news|press|media|publication)\s+)?(?:{_NOUN})\b)"
    rf"|(?P<release>(?:hold\s+until|(?:advance\s+)?for\s+(?:{_TAKEN})|advance\s+for|release\s+(?:on|at|after))\b)",
    re.IGNORECASE,
)
_DECORATION = " \t*_#=–—-[]()<>!|•►▶\"'“”"
#: What joins the cue to its time, also where the rest of the line is no time that can be read.
_JOINT = re.compile(
    r"\s*(?:[:(–—-]|(?:until|till|til|for\s+(?:release|publication|use|broadcast)|not|before|against|prior|pending"
    r"|bis|jusqu|hasta|fino|até|tot|til|till|do|до)\b)",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\s*(?:until|till|pending|bis|jusqu|hasta|fino|até|tot|до)\b", re.IGNORECASE)
_LIFTED = re.compile(
    r"\s*(?:(?:is|has been|now|hereby|status)\s*:?\s*)*[:(–—-]?\s*(?:lifted|expired|over|none|no|aufgehoben"
    r"|levé|levantado|opgeheven"
    r"|снято)\b[\s.!)]*\Z",
    re.IGNORECASE,
)
_NOT_RELEASED = re.compile(rf"\b(?:not\s+(?:to\s+be|for)\s+(?:{_TAKEN})|until|till|hold)\b", re.IGNORECASE)
_HEADLINE_BREAK = re.compile(r"\s*[:|–—-]+\s+|\s*[.)\]]+\s+")

_TOKEN = re.compile(
    r"(?P<iso>\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s?(?:Z\b|[+-]\d{2}:?\d{2}))?)?)"
    r"|(?P<cjk>(?:(?P<cy>\d{4})[年년]\s?)?(?P<cm>\d{1,2})[月월]\s?(?P<cd>\d{1,2})[日일]"
    r"(?:\s?(?P<ch>午前|午後|上午|下午|오전|오후)?\s?(?P<chh>\d{1,2})[時时点시](?:(?P<cmm>\d{1,2})[分분])?)?)"
    r"|(?P<numeric>\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b|\d{1,2}\.\d{1,2}\.(?!\d))"
    r"|(?P<clock>\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\s?[ap]\.?m\b\.?)?|\d{1,2}\s?(?:[ap]\.?m\b\.?|h\b|uhr\b|uur\b))"
    r"|(?P<offset>(?:gmt|utc)\s?[+-]\s?\d{1,2}(?::?\d{2})?\b|[+-]\d{2}:?\d{2}\b)"
    r"|(?P<number>\d{1,4})(?:(?:st|nd|rd|th|er|º|ª)\b)?(?:\s?(?:hrs|hours|hour|uhr)\b)?"
    r"|(?P<word>[^\W\d_][\w'’]*(?:\.\w\b)*)"
    r"|(?P<odd>\d+)",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2})(?::\d{2})?)?\s?(?:([ap])\.?m)?", re.IGNORECASE)
_OFFSET = re.compile(r"([+-])\s?(\d{1,2}):?(\d{2})?")

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari jan января янв січня "
            "stycznia",
            "february feb februar février fevrier févr febrero febbraio fevereiro fev februari февраля фев "
            "лютого lutego",
            "march mar märz mär mars marzo março maart mrt марта мар березня marca",
            "april apr avril avr abril abr aprile апреля апр квітня kwietnia",
            "may mai mayo maggio mag maio mei maj мая травня maja",
            "june jun juni juin junio giugno giu junho июня июн червня czerwca",
            "july jul juli juillet juil julio luglio lug julho июля июл липня lipca",
            "august aug août aout agosto ago augustus augusti августа авг серпня sierpnia",
            "september sep sept septembre septiembre setiembre settembre set setembro сентября сен сент вересня "
            "września",
            "october oct oktober okt octobre octubre ottobre ott outubro out октября окт жовтня października",
            "november nov novembre noviembre novembro ноября ноя листопада listopada",
            "december dec dezember dez décembre déc diciembre dic dicembre dezembro desember december декабря "
            "дек грудня grudnia",
        ),
        1,
    )
    for name in names.split()
}
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday mon montag lundi lunes lunedì segunda maandag måndag mandag понедельник понедельника понеділок",
            "tuesday tue tues dienstag mardi martes martedì terça dinsdag tisdag tirsdag вторник вторника вівторок",
            "wednesday wed weds mittwoch mercredi miércoles mercoledì quarta woensdag onsdag среда среды среду середа",
            "thursday thu thur thurs donnerstag jeudi jueves giovedì quinta donderdag torsdag четверг четверга четвер",
            "friday fri freitag vendredi viernes venerdì sexta vrijdag fredag пятница пятницы пятницу",
            "saturday sat samstag sonnabend samedi sábado sabato zaterdag lördag lørdag суббота субботы субботу",
            "sunday sun sonntag dimanche domingo domenica zondag söndag søndag воскресенье воскресенья",
        )
    )
    for name in names.split()
}
#: Hours from UTC of the zones that have a fixed one. Of a name with several meanings the least: it holds longest (BST
#: is not Bangladesh's, CST not China's, IST not India's).
_HOURS = {
    **dict.fromkeys(words("gmt utc z wet"), 0.0),
    **dict.fromkeys(words("bst cet mez wat west ist"), 1.0),
    **dict.fromkeys(words("cest mesz eet cat sast"), 2.0),
    **dict.fromkeys(words("eest msk eat мск"), 3.0),
    "gst": 4.0,
    "pkt": 5.0,
    "ict": 7.0,
    "wib": 7.0,
    "hkt": 8.0,
    "sgt": 8.0,
    "pht": 8.0,
    "awst": 8.0,
    "jst": 9.0,
    "kst": 9.0,
    "acst": 9.5,
    "aest": 10.0,
    "aedt": 11.0,
    "nzst": 12.0,
    "nzdt": 13.0,
    "ast": -4.0,
    "adt": -3.0,
    "edt": -4.0,
    "est": -5.0,
    "cdt": -5.0,
    "cst": -6.0,
    "mdt": -6.0,
    "mst": -7.0,
    "pdt": -7.0,
    "pst": -8.0,
    "akdt": -8.0,
    "akst": -9.0,
    "hst": -10.0,
    "brt": -3.0,
    "art": -3.0,
}
#: Zones whose offset depends on the date, by the letters of US wires and by the city that is named before "time".
_ZONES = {
    "et": "America/New_York",
    "eastern": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
    "pacific": "America/Los_Angeles",
    "london": "Europe/London",
    "uk": "Europe/London",
    "dublin": "Europe/Dublin",
    "paris": "Europe/Paris",
    "berlin": "Europe/Berlin",
    "brussels": "Europe/Brussels",
    "madrid": "Europe/Madrid",
    "rome": "Europe/Rome",
    "vienna": "Europe/Vienna",
    "zurich": "Europe/Zurich",
    "geneva": "Europe/Zurich",
    "moscow": "Europe/Moscow",
    "tokyo": "Asia/Tokyo",
    "beijing": "Asia/Shanghai",
    "sydney": "Australia/Sydney",
}
_LOCAL = words("local ortszeit locale locales")
_RELATIVE = {"today": 0, "tonight": 0, "heute": 0, "hoy": 0, "oggi": 0, "tomorrow": 1, "morgen": 1, "mañana": 1}
_HALVES = words("noon midday midnight mitternacht minuit medianoche mezzanotte")
_NOONS = words("noon midday")
#: Before an hour without minutes these say that it is one.
_BEFORE_HOUR = words("um ore kl klo las às om")
_FILLERS = words(
    "until till til to for not before after by at on from of the and or a an it be in is this are embargo embargoed "
    "release released publication publish published publishing broadcast broadcasting use used online print web "
    "transmission distribution airing posting only time hours hrs hour o'clock check checked against delivery strictly "
    "strict please note please story text report content material copy copies press media news day date prior hold "
    "until editions edition papers "
    "bis zum zur am um ab uhr der die das dem frei frist jusqu jusqu'au jusqu’au jusqu'à jusqu’à au à le la les de du "
    "des heure heures hasta las el del a los hora horas fino alle al ore dal até às hs do da tot uur om op het kl klo "
    "den i och til ikke ikkje до не в на ч час часов года г mt"
) | {"st", "th"}


@dataclass(frozen=True, slots=True)
class EmbargoLine:
    """What a line says of an embargo: `until` when (None: it is lifted), `headline`, where one runs on behind it, and
    whether the time named no zone.
    """

    until: Embargo | None
    headline: str = ""
    assumed_utc: bool = False


@dataclass(slots=True)
class _Reading:
    """The parts of a time as they were read; `others` counts the words that belong to none, `end` is behind the last
    part.
    """

    clocks: list[tuple[int, int]] = field(default_factory=list)
    zones: dict[int, tzinfo] = field(default_factory=dict)
    days: list[tuple[int | None, int, int]] = field(default_factory=list)
    weekdays: set[int] = field(default_factory=set)
    relative: set[int] = field(default_factory=set)
    exact: list[datetime] = field(default_factory=list)
    is_unsure: bool = False
    is_local: bool = False
    is_midnight: bool = False
    others: int = 0
    end: int = 0

    @property
    def is_time(self) -> bool:
        return bool(self.clocks or self.days or self.weekdays or self.relative or self.exact)


def embargo_of(line: str, received_at: datetime, *, at_head: bool = True) -> EmbargoLine | None:
    """Return the embargo that `line` sets or lifts, or None for every other line.

    A time without its date is the next one after `received_at`, if that is beyond doubt. `at_head` says that the line
    stands above the story: among its paragraphs the cue alone ("EMBARGO") is a heading.
    """
    if len(line) > LONGEST_LINE:
        return None
    text = line.strip(_DECORATION)
    cue = _CUE.match(text)
    if cue is None:
        return None
    rest = text[cue.end() :]
    if _LIFTED.match(rest):
        return EmbargoLine(None) if not cue["release"] else None
    reading = _read(rest)
    if not (at_head or reading.is_time or (cue["held"] and cue.group().isupper())):
        return None
    if not reading.others:
        if cue["release"] and not reading.is_time:
            return None
        return _line(reading, received_at)
    return _with_more_words(cue, rest, reading, received_at)


def names_only_a_time(line: str) -> bool:
    """Whether `line` is nothing but a time, as it stands under the word EMBARGO."""
    reading = _read(line) if len(line) <= LONGEST_LINE else _Reading(others=1)
    return reading.is_time and not reading.others


def _with_more_words(cue: re.Match[str], rest: str, reading: _Reading, received_at: datetime) -> EmbargoLine | None:
    """The embargo of a line that also has words of no time: a headline behind it, a condition, or no embargo at all."""
    in_capitals = cue.group().isupper()
    behind = _HEADLINE_BREAK.match(rest, reading.end)
    headline = rest[behind.end() :].strip() if behind else ""
    runs_on = len(headline.split()) >= _FEWEST_OF_HEADLINE and not _read(rest[: reading.end]).others
    if cue["release"]:
        return _line(reading, received_at, headline) if in_capitals and reading.is_time and runs_on else None
    if in_capitals and runs_on and (reading.is_time or (cue["held"] and not _NOT_RELEASED.match(headline))):
        return _line(reading, received_at, headline)
    if not _JOINT.match(rest):
        return None
    if in_capitals and (cue["held"] or _UNTIL.match(rest) or _NOT_RELEASED.search(rest)):
        return _line(reading, received_at)
    if not (cue["held"] or _UNTIL.match(rest)) or _is_sentence(rest, reading):
        return None
    return None if runs_on and ":" in rest else _line(reading, received_at)


def _is_sentence(rest: str, reading: _Reading) -> bool:
    """Whether what follows the cue goes on as a sentence of the story does."""
    if not rest.rstrip().endswith((".", "!", "?", '."', ".”")):
        return reading.others > _MOST_OTHERS
    clause = rest.rpartition(",")[2] if "," in rest else ""
    return reading.others > _MOST_OTHERS_OF_SENTENCE or bool(_read(clause).others)


def _line(reading: _Reading, received_at: datetime, headline: str = "") -> EmbargoLine:
    until = _until(reading, received_at)
    assumed = until is not None and not reading.zones and not reading.exact
    return EmbargoLine(until or UNKNOWN, headline, assumed)


# --- reading


def _read(text: str) -> _Reading:
    reading = _Reading()
    tokens = list(_TOKEN.finditer(text))
    for index, token in enumerate(tokens):
        _take(reading, tokens, index)
        is_filler = bool(token["word"]) and token["word"].lower().rstrip(".") in _FILLERS
        if not reading.others and not is_filler:
            reading.end = token.end()
    return reading


def _take(reading: _Reading, tokens: list[re.Match[str]], index: int) -> None:
    token = tokens[index]
    if token["iso"]:
        _take_iso(reading, token["iso"])
    elif token["cjk"]:
        _take_cjk(reading, token)
    elif token["numeric"]:
        _take_numeric(reading, token["numeric"])
    elif token["clock"]:
        _take_clock(reading, token["clock"])
    elif token["offset"]:
        _take_offset(reading, token["offset"])
    elif token["number"]:
        _take_number(reading, tokens, index)
    elif token["odd"]:
        reading.is_unsure = True
    else:
        _take_word(reading, tokens, index)


def _take_iso(reading: _Reading, text: str) -> None:
    found = read_time(text, years_ahead=EMBARGO_YEARS)
    if found is None:
        reading.is_unsure = True
    elif len(text) == len("2026-11-30"):
        reading.days.append((found.at.year, found.at.month, found.at.day))
    elif found.assumed_utc:
        reading.days.append((found.at.year, found.at.month, found.at.day))
        reading.clocks.append((found.at.hour, found.at.minute))
    else:
        reading.exact.append(found.at)


def _take_cjk(reading: _Reading, token: re.Match[str]) -> None:
    reading.days.append((int(token["cy"]) if token["cy"] else None, int(token["cm"]), int(token["cd"])))
    if token["chh"]:
        is_late = token["ch"] in ("午後", "下午", "오후") and int(token["chh"]) < 12
        reading.clocks.append((int(token["chh"]) + 12 * is_late, int(token["cmm"] or 0)))


def _take_numeric(reading: _Reading, text: str) -> None:
    first, second, *rest = (int(part) for part in re.split(r"[./-]", text.rstrip(".")))
    year = (rest[0] if rest[0] > 99 else 2000 + rest[0]) if rest else None
    if first > 12 or "." in text or first == second:
        reading.days.append((year, second, first))
    elif second > 12:
        reading.days.append((year, first, second))
    else:  # the third of April or the fourth of March
        reading.is_unsure = True


def _take_clock(reading: _Reading, text: str) -> None:
    found = _CLOCK.match(text)
    if found is None:
        reading.is_unsure = True
        return
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half and not 1 <= hour <= 12:
        reading.is_unsure = True
    reading.clocks.append((hour % 12 + 12 * (half == "p") if half else hour, minute))


def _take_offset(reading: _Reading, text: str) -> None:
    found = _OFFSET.search(text)
    if found is None or int(found[2]) > 14:
        reading.is_unsure = True
        return
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    _take_zone(reading, timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes)))


def _take_zone(reading: _Reading, zone: tzinfo) -> None:
    reading.zones.setdefault(max(0, len(reading.clocks) - 1), zone)


def _take_number(reading: _Reading, tokens: list[re.Match[str]], index: int) -> None:
    digits = tokens[index]["number"]
    number = int(digits)
    before, after = _beside(tokens, index, -1), _beside(tokens, index, 1)
    if len(digits) == 4:
        if before in _MONTHS or (before.isdecimal() and _beside(tokens, index - 1, -1) in _MONTHS):
            _set_year(reading, number)
        else:
            reading.clocks.append((number // 100, number % 100))
    elif len(digits) <= 2 and after in _MONTHS:
        reading.days.append((None, _MONTHS[after], number))
    elif len(digits) <= 2 and before in _MONTHS:
        reading.days.append((None, _MONTHS[before], number))
    elif len(digits) <= 2 and before in _BEFORE_HOUR:
        reading.clocks.append((number, 0))
    else:
        reading.is_unsure = True


def _set_year(reading: _Reading, year: int) -> None:
    if not reading.days or reading.days[-1][0] not in (None, year):
        reading.is_unsure = True
        return
    reading.days[-1] = (year, *reading.days[-1][1:])


def _beside(tokens: list[re.Match[str]], index: int, step: int) -> str:
    """The number or word beside a token, across "of" and its like."""
    index += step
    while 0 <= index < len(tokens):
        text = (tokens[index]["number"] or tokens[index]["word"] or "").lower().rstrip(".")
        if text not in ("of", "de", "the", "del", "di"):
            return text
        index += step
    return ""


def _take_word(reading: _Reading, tokens: list[re.Match[str]], index: int) -> None:
    word = tokens[index]["word"].lower()
    plain = word.replace(".", "")
    after = _beside(tokens, index, 1)
    if plain in _MONTHS and (_beside(tokens, index, -1)[:1].isdecimal() or after[:1].isdecimal()):
        return
    if plain in _WEEKDAYS:
        reading.weekdays.add(_WEEKDAYS[plain])
    elif plain in _HOURS and (reading.clocks or reading.is_midnight):
        _take_zone(reading, timezone(timedelta(hours=_HOURS[plain])))
    elif plain in _ZONES and (len(plain) == 2 or after == "time") and reading.clocks:
        _take_zone(reading, ZoneInfo(_ZONES[plain]))
    elif plain == "york" and after == "time":
        _take_zone(reading, ZoneInfo(_ZONES["et"]))
    elif plain == "new" and after == "york":
        return
    elif plain in _LOCAL:
        reading.is_local = True
    elif plain in _RELATIVE:
        reading.relative.add(_RELATIVE[plain])
    elif plain in _HALVES:
        reading.is_midnight = plain not in _NOONS
        if reading.clocks[-1:] != [(12, 0)] or reading.is_midnight:
            reading.clocks.append((12, 0) if plain in _NOONS else (24, 0))
    elif plain not in _FILLERS and word not in _FILLERS:
        reading.others += 1


# --- deciding


def _until(reading: _Reading, received_at: datetime) -> datetime | None:
    """The time of `reading`, or None where it is none or may be another. Of several, the last."""
    if reading.is_unsure or len(set(reading.days)) > 1 or len(reading.weekdays) > 1 or len(reading.relative) > 1:
        return None
    if reading.is_local and not reading.zones:
        return None
    if reading.exact:
        return None if reading.clocks or reading.days else max(reading.exact).astimezone(UTC)
    times = [
        _instant(reading, clock, reading.zones.get(number), received_at)
        for number, clock in enumerate(reading.clocks or [(0, 0)])
        if number in reading.zones or not reading.zones
    ]
    known = [found for found in times if found is not None]
    return max(known).astimezone(UTC) if known and len(known) == len(times) else None


def _instant(reading: _Reading, clock: tuple[int, int], zone: tzinfo | None, received_at: datetime) -> datetime | None:
    zone = zone or UTC
    hour, minute = clock
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    try:
        now = received_at.astimezone(zone)
        return next(_dates(reading, clock, zone, now), None)
    except (ValueError, OverflowError):
        return None


def _dates(reading: _Reading, clock: tuple[int, int], zone: tzinfo, now: datetime) -> Iterator[datetime]:
    """The times that `reading` can mean, the right one first; none where it is in doubt."""

    def at(day: date) -> datetime:
        return datetime.combine(day, time(clock[0] % 24, clock[1]), zone) + timedelta(days=clock[0] // 24)

    if reading.days:
        year, month, day = reading.days[0]
        years = (
            [year] if year else sorted((now.year - 1, now.year, now.year + 1), key=lambda y: abs(_days(now, y, month)))
        )
        for candidate in years[:1]:
            named = date(candidate, month, day)
            if candidate in _YEARS and reading.weekdays <= {named.weekday()}:
                yield at(named)
    elif reading.weekdays:
        (weekday,) = reading.weekdays
        ahead = (weekday - now.weekday()) % 7
        named = at(now.date() + timedelta(days=ahead))
        if ahead or (reading.clocks and named > now):
            yield named
    elif reading.relative and reading.clocks:
        (ahead,) = reading.relative
        yield at(now.date() + timedelta(days=ahead))
    elif reading.clocks:
        first = at(now.date() - timedelta(days=1))
        following = next(first + timedelta(days=days) for days in range(4) if first + timedelta(days=days) > now)
        if following - now <= _REACH_OF_TIME:
            yield following


def _days(now: datetime, year: int, month: int) -> int:
    return (date(year, month, 15) - now.date()).days
