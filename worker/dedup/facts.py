"""The facts of a text's first two sentences: names, figures and days, by which reports of one template are told apart.

Two earthquakes that a program reports share nine tenths of their words and no fact. A contradiction is a kind of fact
that two sentences with the same words both have, and none in common: the name after the same word ("two miles from
Hollin", "from Brock"), the figure before the same word ("3.4 magnitude", "3.8 magnitude"), the weekday or the date.
Sentences with other words say other things and contradict nothing, so that a new lead or a header stops no reprint.

The compact form is what claim.lua compares. A sentence is a line of four parts, with ";" between them and "," between
facts:

    WORDS;NAMES;FIGURES;DAYS

A code is two characters made of a word. WORDS are the codes of the ordinary words, without separator. A name is the
code of the word before it, or "@@" in a dateline, and the codes of its words. A figure is the code of its unit (most
often the word behind it), its value, "~" and the power of ten of the last digit that is not a zero of rounding. A day
is "w" and a number from Monday (0) on, or "d" and the code of a day of a month.

Figures are read in all languages, weekdays and dates in those that the CLDR names. Names need capital letters, or a
Chinese or Japanese word for "town" or "district" behind them; German has capitals on every noun, so there a name is
what follows a preposition of place.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final

import xxhash
from babel import Locale, UnknownLocaleError

from worker.dedup.sketch import marks
from worker.scripts import DENSE, HAN, KATAKANA

#: Sentences that are compared.
SENTENCES: Final = 2
#: Characters from the top of a body in which they are looked for, and the most of one that is read: enough for 100
#: words of a sentence, and a bound for texts without full stops.
HEAD: Final = 2000
_LONGEST: Final = 700
#: The most words and the most facts of each kind that are kept of a sentence.
_MOST_WORDS: Final = 24
_MOST_FACTS: Final = 8
#: Fewest letters of an ordinary word: shorter ones stand in every sentence of a language.
_LEAST_LETTERS: Final = 4

#: Fewest letters of a name that may have a wrong one and be the same.
_LEAST_DAMAGED: Final = 4

#: What a code is written with: twelve bits in two characters.
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/"
#: The slot of a name that stands in the dateline.
_FILED: Final = "@@"
#: Stands in a sentence for a date or weekday that was read.
_DAY: Final = "\x00"

#: English number words. "One" is left out: it counts nothing in "one of them".
_NUMBER_WORDS: Final = {
    word: number
    for number, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), 2)  # noqa: SIM905
} | {"dozen": 12, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
#: Beginnings of the words that multiply a figure, and the power of ten. The longest that fits counts.
_MULTIPLIERS: Final = {
    "thousand": 3, "tausend": 3, "tsd": 3, "mille": 3, "mila": 3, "тыс": 3, "हजार": 3,
    "lakh": 5, "लाख": 5, "crore": 7, "करोड़": 7, "万": 4, "萬": 4, "만": 4, "亿": 8, "億": 8, "억": 8,
    "million": 6, "millones": 6, "millón": 6, "milion": 6, "milhões": 6, "milhão": 6, "miljoen": 6, "milyon": 6,
    "mln": 6, "mio": 6, "миллион": 6, "мільйон": 6, "млн": 6, "مليون": 6,
    "billion": 9, "milliard": 9, "miliard": 9, "miljard": 9, "milyar": 9, "bilhões": 9, "mrd": 9, "bn": 9,
    "миллиард": 9, "мільярд": 9, "млрд": 9, "مليار": 9,
}  # fmt: skip
#: One name for the units that are written in several ways.
_UNITS: Final = {
    "percent": "%", "per cent": "%", "pct": "%", "prozent": "%", "процент": "%", "процента": "%", "процентов": "%",
    "dollar": "$", "dollars": "$", "euro": "€", "euros": "€", "pound": "£", "pounds": "£", "yen": "¥",
}  # fmt: skip
#: Prepositions of place of German, after which a capital begins a name.
_BEFORE_PLACES: Final = {"de": frozenset("in bei aus nach von um nahe über vor für zwischen und".split())}  # noqa: SIM905
#: The longest number that is read; a longer one counts nothing.
_LONGEST_NUMBER: Final = 20
#: Years are the frame of a sentence, and the same in the next report.
_YEARS: Final = range(1900, 2100)

_CLOCK: Final = r"\d{1,2}[:h]\d{2}(?!\d)|\d{1,2}[.]\d{2}(?=\s?(?:[ap]\.?m\b|uhr\b))"
_SCORE: Final = r"\d{1,3}[-–:]\d{1,3}(?![\d%])"
_NUMBER: Final = r"\d{1,3}(?:[ \u00a0\u202f\u2009]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,'’]\d+)*"
_LETTERS: Final = rf"(?:(?![{DENSE}])[^\W\d_][{marks()}]*+)+"
_TOKEN: Final = re.compile(
    rf"(?P<clock>{_CLOCK})|(?P<score>{_SCORE})|(?P<number>{_NUMBER})"
    rf"|(?P<word>[{DENSE}]|{_LETTERS}(?:['’.-]{_LETTERS})*)|(?P<mark>\S)",
    re.IGNORECASE,
)
#: A word that goes on a sentence and is not all small letters of ASCII; a quick choice of those that may be names.
_INSIDE: Final = re.compile(r"(?<=[\w,;)] )[^\W\d_a-z]\w+")
_EAST_ASIAN_PLACE: Final = re.compile(f"[{HAN}]{{2}}(?=[市县縣省州区區郡町村府])|[{KATAKANA}]{{3,}}")
#: What the agency puts into brackets in a dateline.
_SIGNED: Final = re.compile(r"\([^()]*\)|/[^/]*/|\d+")
#: Marks after which a capital begins a sentence or a quotation, and is no sign of a name.
_OPENING: Final = frozenset("\"“„«‚‘'([—–:¿¡。.!?")
_ORDINAL: Final = frozenset("st nd rd th".split())  # noqa: SIM905
_HYPHEN: Final = frozenset("-")
_CURRENCIES: Final = frozenset("$€£¥₹")


@dataclass(slots=True)
class _Read:
    """What a sentence says, in codes."""

    words: dict[str, None] = field(default_factory=dict)
    names: dict[str, None] = field(default_factory=dict)
    figures: dict[str, None] = field(default_factory=dict)
    days: dict[str, None] = field(default_factory=dict)

    def line(self) -> str:
        kinds = (self.names, self.figures, self.days)
        facts = (",".join(list(kind)[:_MOST_FACTS]) for kind in kinds)
        return ";".join(("".join(list(self.words)[:_MOST_WORDS]), *facts))


def facts(sentences: Sequence[str], dateline: str | None, language: str) -> str:
    """Return the compact form of the facts of the first SENTENCES of `sentences`, a line each.

    `sentences` are those of the top of a body; the later ones show which first words are names. `dateline` belongs to
    the first. `language` is an ISO 639-1 code; English serves for one that the CLDR does not know, "und" among them.
    Without sentences it is "".
    """
    texts = [unicodedata.normalize("NFKC", sentence)[:_LONGEST] for sentence in sentences]
    # All in capitals, no word is known for a name.
    texts = [text.lower() if text.isupper() else text for text in texts]
    known = {token for text in texts for token in _capitals_inside(text)}
    lines = []
    for number, text in enumerate(texts[:SENTENCES]):
        read = _Read()
        rest = _take_days(text, language, read)
        if number == 0 and dateline:
            _take_dateline(dateline, language, read)
        _take_names_and_figures(rest, language, known, read)
        lines.append(read.line())
    return "\n".join(lines)


def _take_days(text: str, language: str, read: _Read) -> str:
    """Put the weekdays and dates of `text` into `read` and return the text with _DAY in their places."""

    def weekday(match: re.Match[str]) -> str:
        read.days[f"w{(match.lastgroup or '')[1:]}"] = None
        return f" {_DAY} "

    def date(match: re.Match[str]) -> str:
        day = match["before"] or match["after"] or match["day"]
        month = match["named"] or match["name"] or match["month"]
        number = int(month) if month.isdecimal() else _calendar(language).months[_folded(month)]
        read.days[f"d{_code(f'{int(day)}.{number}')}"] = None
        return f" {_DAY} "

    calendar = _calendar(language)
    return calendar.weekday.sub(weekday, calendar.date.sub(date, calendar.stamp.sub(" ", text)))


def _take_dateline(dateline: str, language: str, read: _Read) -> None:
    rest = _take_days(unicodedata.normalize("NFKC", dateline)[:_LONGEST], language, read)
    for place in re.split(r"[,/;:–—-]", _SIGNED.sub(" ", rest)):
        words = [_halves(_folded(word)) for word in re.findall(r"[^\W\d_]{2,}", place)]
        if words and place.strip()[:1] == place.strip()[:1].upper():
            read.names[_FILED + "".join(words)] = None


def _take_names_and_figures(text: str, language: str, known: set[str], read: _Read) -> None:
    tokens = [(match.lastgroup or "", match.group()) for match in _TOKEN.finditer(text)]
    at = 0
    while at < len(tokens):
        kind, token = tokens[at]
        length = 1
        if kind in ("clock", "score", "number") or token.casefold() in _NUMBER_WORDS:
            length = _take_figure(tokens, at, language, read)
        elif kind == "word" and (name := _name_at(tokens, at, language, known)):
            length = len(name)
            words = "".join(_halves(_folded(word)) for word in name if word != "-")
            read.names[_code(_before(tokens, at)) + words] = None
        elif kind == "word" and (len(token) >= _LEAST_LETTERS or re.fullmatch(f"[{DENSE}]", token)):
            read.words[_code(_folded(token))] = None
        at += length
    for match in _EAST_ASIAN_PLACE.finditer(text):
        read.names[_code(text[match.end() : match.end() + 1]) + _halves(match.group())] = None


def _take_figure(tokens: Sequence[tuple[str, str]], at: int, language: str, read: _Read) -> int:
    """Put the figure that begins at token `at` into `read` and return how many tokens it has."""
    kind, token = tokens[at]
    before = tokens[at - 1][1] if at else ""
    after = [word.casefold() for _, word in tokens[at + 1 : at + 4]] + ["", "", ""]
    if kind == "clock":
        hours, minutes = re.split(r"\D", token)
        read.figures[f"{_code('clock')}{int(hours) * 100 + int(minutes)}~0"] = None
        return 1
    if kind == "score":
        one, other = re.split(r"\D", token)
        read.figures[f"{_code('score')}{int(one) * 1000 + int(other)}~0"] = None
        return 1
    if after[0] in _ORDINAL or (before in ("-", "'") and at > 1 and tokens[at - 2][0] == "word"):
        return 1
    if language != "de" and before[:1].isupper() and at > 1 and tokens[at - 2][1] not in _OPENING:
        # "S&P 500", "Highway 12": the number is part of a name.
        return 1
    if len(token) > _LONGEST_NUMBER:
        return 1
    value, power = (float(_NUMBER_WORDS[token.casefold()]), 0) if kind == "word" else _value(token, language)
    if kind == "number" and token.isdecimal() and int(token) in _YEARS and len(token) == 4:
        return 1
    length, unit = 1, after[0]
    if unit == "-":
        unit = after[1]
    fits = [prefix for prefix in _MULTIPLIERS if unit.startswith(prefix)]
    if fits and kind != "word":
        times = _MULTIPLIERS[max(fits, key=len)]
        value, power, length = value * 10**times, power + times, 2
        unit = after[1]
    if unit == "per" and after[1] == "cent":
        unit = "%"
    if before in _CURRENCIES:
        unit = before
    read.figures[f"{_code(_UNITS.get(unit, unit))}{value:.10g}~{power}"] = None
    return length


def _value(token: str, language: str) -> tuple[float, int]:
    """Return the value of a number as it is written in `language`, and the power of ten of its last digit that counts.

    The zeros at the end of a number from 1,000 on count as rounding, of a smaller one all but the first two digits.
    """
    plain = re.sub(r"[ \u00a0\u202f\u2009'’]", "", token)
    marks = re.findall(r"[.,]", plain)
    if not marks:
        whole, part = plain, ""
    else:
        head, tail = plain[: plain.rindex(marks[-1])], plain[plain.rindex(marks[-1]) + 1 :]
        points = "." if _points(language) else ","
        grouped = len(tail) == 3 and (marks[-1] != points or marks.count(marks[-1]) > 1)
        whole, part = (head + tail, "") if grouped or marks.count(marks[-1]) > 1 else (head, tail)
        whole = re.sub(r"[.,]", "", whole)
    number = float(f"{int(whole or 0)}.{''.join(str(int(digit)) for digit in part) or 0}")
    if part:
        return number, -len(part)
    digits = str(int(whole))
    zeros = len(digits) - len(digits.rstrip("0")) if number else 0
    return number, zeros if number >= 1000 else max(0, min(zeros, len(digits) - 2))


@cache
def _points(language: str) -> bool:
    """Whether `language` puts a point before the decimals."""
    return bool(_locale(language).number_symbols["latn"]["decimal"] == ".")


def _name_at(tokens: Sequence[tuple[str, str]], at: int, language: str, known: set[str]) -> list[str]:
    """Return the words of the name that begins at token `at`, none if no name does."""
    if not _capital(tokens[at][1]):
        return []
    places = _BEFORE_PLACES.get(language)
    if places is not None and (at == 0 or tokens[at - 1][1].casefold() not in places):
        return []
    name = []
    for kind, token in tokens[at:]:
        if not (kind == "word" and _capital(token)) and token not in _HYPHEN:
            break
        name.append(token)
        if places is not None:
            break
    while name[-1] == "-":
        name.pop()
    first = at == 0 or tokens[at - 1][1] in _OPENING
    if first and len(name) == 1 and _folded(name[0]) not in known:
        return []
    return name


def _capitals_inside(text: str) -> Iterator[str]:
    """Yield the folded words of `text` with a capital that no sentence or quotation gave them."""
    return (_folded(word) for word in _INSIDE.findall(text) if word[0].isupper())


def _capital(token: str) -> bool:
    return len(token) > 1 and token[0].isupper()


def _before(tokens: Sequence[tuple[str, str]], at: int) -> str:
    """Return the word or mark before token `at`; "^" at the start of a sentence or quotation."""
    if at == 0 or tokens[at - 1][1] in _OPENING:
        return "^"
    return _folded(tokens[at - 1][1])


@lru_cache(4096)
def _folded(word: str) -> str:
    """Return `word` without case, the marks on its letters and a possessive ending."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    return re.sub(r"['’]s?$", "", plain).strip(".")


def _halves(word: str) -> str:
    """Return the codes of every other letter of `word`: a wrong letter leaves one of them right."""
    if len(word) < _LEAST_DAMAGED:
        return 2 * _code(word)
    return _code(word[::2]) + _code(word[1::2])


def _code(word: str) -> str:
    number = xxhash.xxh3_64_intdigest(word.encode()) & 0xFFF
    return _DIGITS[number >> 6] + _DIGITS[number & 63]


@dataclass(frozen=True, slots=True)
class _Calendar:
    """How a language writes days: the group dN of `weekday` is day N from Monday on; the groups of `date` are a day
    before or after the name of a month, or both in figures; `months` has the number of each folded name. `stamp` is a
    date with its year: it says when a page was put out, or tells of the past.
    """

    weekday: re.Pattern[str]
    date: re.Pattern[str]
    stamp: re.Pattern[str]
    months: dict[str, int]


@cache
def _calendar(language: str) -> _Calendar:
    locale = _locale(language)
    names = {
        number: {str(locale.days[form]["wide"][number]) for form in ("format", "stand-alone")} for number in range(7)
    }
    by_length = sorted(((name, number) for number in names for name in names[number]), key=lambda pair: -len(pair[0]))
    stems = [(number, "|".join(_stem(one, language) for one, day in by_length if day == number)) for number in range(7)]
    groups = "|".join(f"(?P<d{number}>{pattern})" for number, pattern in stems)
    weekday = re.compile(groups if re.search(f"[{DENSE}]", groups) else rf"\b(?:{groups})", re.IGNORECASE)
    months: dict[str, int] = {}
    written: set[str] = set()
    for form in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in locale.months[form][width].items():
                short = str(name).strip(".")
                if not short[:1].isdecimal() and len(short) > 2:
                    months.setdefault(_folded(short), number)
                    written.add(short)
    name = "|".join(re.escape(one) for one in sorted(written, key=len, reverse=True)) or r"(?!)"
    ordinal = r"(?:st|nd|rd|th|er|[.º])?"
    date = re.compile(
        rf"\b(?P<before>\d{{1,2}}){ordinal}\s(?:de |of )?(?P<named>{name})\b"
        rf"|\b(?P<name>{name})\.?\s(?P<after>\d{{1,2}})(?![\d:.,]\d|\d)"
        rf"|(?P<month>\d{{1,2}})\s?[月월]\s?(?P<day>\d{{1,2}})\s?[日号號일]",
        re.IGNORECASE,
    )
    days = "|".join(pattern for _, pattern in stems)
    clock = r"\d{1,2}[:.]\d{2}(?::\d{2})?(?:\s?[ap]\.?m\b\.?)?"
    stamp = re.compile(
        rf"(?:{clock},?\s)?(?:\b(?:{days}),?\s)?"
        rf"(?:\b\d{{1,2}}{ordinal}\s(?:de |of )?(?:{name})\b[.,]?(?: de| г\.)?\s\d{{4}}\b"
        rf"|\b(?:{name})\.?\s\d{{1,2}}{ordinal},?\s\d{{4}}\b|\b\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{4}}\b|\b\d{{4}}-\d\d-\d\d\b"
        rf"|\d{{4}}\s?[年년]\s?\d{{1,2}}\s?[月월]\s?\d{{1,2}}\s?[日号號일])"
        rf"(?:[,-]?\s?(?:at\s)?{clock})?",
        re.IGNORECASE,
    )
    return _Calendar(weekday, date, stamp, months)


def _stem(name: str, language: str) -> str:
    """Return a pattern of the name of a weekday with its endings: "в среду" has the day that is called "среда"."""
    if language == "zh":
        return f"(?:星期|周|週|礼拜){name[-1]}"
    if re.search(f"[{DENSE}]", name):
        return re.escape(name)
    return re.escape(name[:-1] if len(name) > 4 else name) + r"\w{0,4}"


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale("en")
