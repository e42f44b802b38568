"""Datelines: where, when and by whose wire a story was filed, at the head of its first paragraph.

The forms, most certain first (each with the separator that follows it):

    LONDON/SINGAPORE, June 14 (Reuters) -     (CNN)The ...      MOSCOW, March 5. /TASS/.     place, date, agency
    (ANSA) - ROMA, 5 MAR -     МОСКВА, 5 мар – РИА Новости.     Moscow. March 5. INTERFAX -     agency before, after
    新华社北京3月5日电    【ロンドン＝ロイター】    (서울=연합뉴스) 홍길동 기자 =               East Asian forms
    Iran Press/Europe:                                                                       agency and desk
    Mumbai, Nov 20:     KYIV, 5 March —                                                      place and date
    WASHINGTON –     NEW DELHI:                                                              place in capitals, or known
    Berlin Der Minister     Wien, Graz Innenminister Hale                                    known, no mark, German
"""

import re
from dataclasses import dataclass

from worker.clean.names import (
    AGENCIES,
    LABELS,
    MONTHS,
    NAME_PARTICLES,
    PLACES,
    TIME_ZONES,
    UNSURE_AGENCIES,
    WEEKDAYS,
)
from worker.clean.words import words as word_set

#: Characters from the start of a paragraph within which a dateline ends.
_REACH = 110
#: Fewest letters that a single unknown word in capitals has before a colon or dash, to be a place and no acronym.
_SHORTEST_UNKNOWN_PLACE = 6
#: Fewest words that follow a dateline in its own paragraph: with fewer the paragraph is a heading or a table row.
_FEWEST_WORDS_AFTER = 5

_DASH = r"(?:--?|[–—―_=])"
_SIGNED = re.compile(r"\(([^()]{2,40})\)|/([A-Za-z][A-Za-z .]{1,25}|[А-ЯЁа-яё]{3,12})/")
_AFTER_SIGNED = re.compile(rf"[ ]?:[ ]*|[ ]?\.?[ ]?{_DASH}{{0,3}}[ ]*")
_SEPARATOR = re.compile(
    rf"[ ]*(?:(?<=\s){_DASH}{{1,2}}(?=\s)|[ ]?(?:(?<!\d)[–—]|[–—](?!\d))|--|:(?=\s)"
    rf"|{_DASH}(?=\s))[ ]*"
)
_DESK = re.compile(r"([A-Z]\w+(?: [A-Z]\w+){0,2} ?/ ?[A-Z]\w+(?: [A-Z]\w+)?) ?:[ ]+")
_EAST_ASIAN = re.compile(
    r"((?:新华社|中新社|中新网|本报|本社)[^，。,]{1,20}日电)[ ]?(?:[（(][^（）()]{1,30}[）)])?[ ]*"
    r"|[【［\[]([^【】［］\[\]]{2,30}(?:共同|時事|ロイター|AFP|新華社|記者|ニュース|新聞"
    r"|通信|＝[^【】］]{1,20}))[】］\]][ ]*[-–—－]*[ ]*"
    r"|(（[^（）。]{2,40}、[^（）。]{0,40}日[^（）。]{0,20}）)(?=[^\s、。）])"
    r"|(\([가-힣A-Za-z]{1,12}=[가-힣A-Za-z0-9]{2,12}\))[ ]*(?:[^=\n]{0,30}=)?[ ]*"
)
#: The agency behind the dash or full stop that ends the date, and its own mark.
_AGENCY_BEHIND = re.compile(
    r"(?P<before>[^–—()]{3,60}?)[ ]?(?:[–—]|[ ]-|\.)[ ]?(?P<name>[^\W\d_][\w. -]{1,24}?)(?:\.ru)?[ ]?(?:[.:]"
    r"|[–—-](?=\s))[ ]+",
    re.IGNORECASE,
)
#: A short word in capitals before a dash: a place if the story writes it in small letters, too, else an acronym.
_SHORT_PLACE = re.compile(rf"(?P<place>[A-Z]{{2,5}})[ ]?(?:--|[–—]|{_DASH}(?=\s))[ ]*(?P<rest>[A-Z“\"'‘].*)", re.DOTALL)
#: The country that Indian agencies set in brackets.
_BRACKETED = re.compile(r"\[([^\[\]\d]{2,30})\]")
#: German places that ran into the sentence behind them, which begins with a small word or with who does something.
_GLUED = re.compile(
    r"(?P<place>[A-ZÄÖÜ][\w-]+(?:(?:, ?|/)[A-ZÄÖÜ][\w-]+){0,2}) (?P<rest>(?:"
    r"(?:Der|Die|Das|Dem|Den|Ein|Eine|Einen|Einem|Einer|Nach|Mit|Im|In|Bei|Beim|Am|An|Auf|Aus|Für|Gegen|Seit|Trotz|Vor|Wegen|Wenn"
    r"|Weil|Während|Als|Es|Er|Sie|Rund|Mehr|Immer|Viele|Zum|Zur|Zwischen|Um|Unter|Von|Wie|Wer|Kein|Keine) "
    r"|(?:[A-ZÄÖÜ][\w-]*)?(?:[Mm]inister|[Kk]anzler|[Pp]räsident|[Cc]hef|[Ss]precher|[Aa]bgeordnete|[Vv]orsitzende|[Pp]olitiker"
    r"|[Pp]olizei|[Rr]egierung|[Bb]ürgermeister|[Ff]orscher|[Ee]xperte)(?:in|n|en|r|s|innen)?,? ).*)",
    re.DOTALL,
)
_GERMAN = re.compile(r"\b(?:der|die|das|und|ist|hat|den|dem|mit|nach|für|will|werden|wird|sich|nicht)\b")
#: A place in capitals and a hyphen before a French or English sentence: "ALGER-L'Algérie".
_HYPHENED = re.compile(
    r"(?P<place>[A-Z]{4,})-(?P<rest>(?:L['’]|(?:Le|La|Les|Un|Une|Des|The|An?|Il|Elle|Ce|Cette)\s).*)", re.DOTALL
)
#: Such words from which on a paragraph is German.
_LEAST_GERMAN = 2
_WORD = re.compile(r"[^\s,/]+")
_NUMBER = re.compile(r"\d{1,2}(?:st|nd|rd|th|\.|er|º)?(?:[-–]\d{1,2})?|(?:19|20)\d\d\.?")


#: An agency that the list does not know signs as "npa" does: a few small letters.
_SMALL_SIGNATURE = re.compile(r"[a-z]{2,6}")
#: Small words in brackets after a name that are no agency: who stands where in a picture, of what rank or kind.
_NO_SIGNATURES = word_set(
    "left right centre center front back rear above below top bottom far middle photo file pic pics video live new old "
    "ret dec late aged not now see sic pdf links rechts mitte oben unten hinten vorne foto bild neu alt"
)
#: The year's mark behind a Russian or Bulgarian date, whose full stop ends no sentence.
_YEAR_MARK = re.compile(r"\d{4} ?г\.\Z")
#: Words that show that capitals before a dash or colon are a label or a heading.
_NEVER_PLACES = LABELS | NAME_PARTICLES | word_set("a at for is no not it we our his her my your how why what who when")


@dataclass(frozen=True, slots=True)
class Dateline:
    """A dateline as the story carried it, the text that follows it, the agency it names and a byline before it."""

    text: str
    rest: str
    agency: str | None
    byline: str | None = None


def dateline_of(paragraph: str) -> Dateline | None:
    """Return the dateline that opens `paragraph`, or None.

    What follows it must read as the opening of a sentence: `London - long the home of the market` has no dateline.
    """
    for form in (_signed, _agency_behind, _east_asian, _desk, _unsigned, _glued):
        found = form(paragraph)
        if found:
            return found
    return None


def short_dateline_of(paragraph: str, story: str) -> Dateline | None:
    """Return a dateline that is a short place in capitals, "ODA --", if `story` names the place in small letters."""
    match = _SHORT_PLACE.match(paragraph)
    if match is None or not _opens_sentence(match["rest"]):
        return None
    place = match["place"]
    if place.lower() in _NEVER_PLACES or not re.search(rf"\b{place.capitalize()}\b", story):
        return None
    return Dateline(place, match["rest"], None)


def agency_in(dateline: str) -> str | None:
    """Return the agency that a dateline on a line of its own names, or None."""
    names = (found[1] or found[2] for found in _SIGNED.finditer(dateline))
    return next((AGENCIES[name.strip().lower()] for name in names if name.strip().lower() in AGENCIES), None)


def is_dateline_alone(paragraph: str) -> bool:
    """Whether the whole paragraph is a dateline on a line of its own: "BAAR, SWITZERLAND", "Oslo, March 5"."""
    text = paragraph.strip(" -–—_:.")
    if (
        not text
        or len(text) > 60
        or (paragraph.rstrip().endswith((".", "!", "?")) and not _YEAR_MARK.search(paragraph.rstrip()))
    ):
        return False
    signed = _SIGNED.search(text)
    if signed and signed.end() == len(text) and (signed[1] or signed[2]).strip().lower() in AGENCIES:
        return _is_place_and_date(text[: signed.start()])
    place, date = _place_and_date(text)
    if not place:
        return False
    return (
        date
        or (text.isupper() and "," in text and len(text.split()) <= 5)
        or (text.isupper() and place.lower() in PLACES)
    )


def _signed(paragraph: str) -> Dateline | None:
    for match in _SIGNED.finditer(paragraph[:_REACH]):
        name = match[1] or match[2]
        signature = name.strip().lower()
        before = paragraph[: match.start()].rstrip()
        after = _AFTER_SIGNED.match(paragraph, match.end())
        separator = after.group() if after else ""
        byline, before = _without_byline(before)
        rest = paragraph[match.end() + len(separator) :]
        agency = next((AGENCIES[part] for part in re.split(r"/| - ", signature) if part in AGENCIES), None)
        known = bool(agency) and signature not in UNSURE_AGENCIES
        if before and not _is_place_and_date(before):
            continue
        if not before and agency and (placed := _unsigned(rest)):
            text = f"{paragraph[: len(paragraph) - len(rest)]}{placed.text}"
            return Dateline(text.strip(), placed.rest, agency, byline)
        is_small = not agency and bool(_SMALL_SIGNATURE.fullmatch(name)) and name not in _NO_SIGNATURES
        if not before and not agency:
            continue
        if not (_opens_sentence(rest) or (known and before and rest.rstrip().endswith(":"))):
            continue
        has_dash = bool(separator.strip(" ."))
        in_capitals = before.isupper() or before.split(",")[0].isupper()
        if is_small and has_dash and match[1] and len(before.split()) <= 3:
            return Dateline(paragraph[: match.end()].strip(), rest, None, byline)
        if known or (agency and (has_dash or in_capitals)) or (has_dash and in_capitals and _looks_like_name(name)):
            text = (
                before + paragraph[match.start() - (paragraph[match.start() - 1 : match.start()] == " ") : match.end()]
            ).strip()
            return Dateline(text, rest, agency or (name if in_capitals else None), byline)
    return None


def _without_byline(before: str) -> tuple[str | None, str]:
    """The byline that runs into a dateline, and the dateline: "By Maren Hale London, Jul 27" (a known place)."""
    if not before.lower().startswith("by "):
        return None, before
    words = before.split()
    for start in range(3, len(words)):
        for end in range(min(len(words), start + 3), start, -1):
            if " ".join(words[start:end]).rstrip(",").lower() in PLACES:
                return " ".join(words[1:start]), " ".join(words[start:])
    return None, before


def _agency_behind(paragraph: str) -> Dateline | None:
    match = _AGENCY_BEHIND.match(paragraph[:_REACH])
    if match is None or match["name"].strip().lower() not in AGENCIES or not _opens_sentence(paragraph[match.end() :]):
        return None
    if not _is_place_and_date(match["before"].replace(". ", ", ")):
        return None
    text = paragraph[: match.end()].strip(" -–—:.")
    return Dateline(text, paragraph[match.end() :], AGENCIES[match["name"].strip().lower()])


def _east_asian(paragraph: str) -> Dateline | None:
    match = _EAST_ASIAN.match(paragraph)
    if not match:
        return None
    text = next(group for group in match.groups() if group)
    agency = next((name for signature, name in AGENCIES.items() if not signature.isascii() and signature in text), None)
    return Dateline(text, paragraph[match.end() :], agency)


def _desk(paragraph: str) -> Dateline | None:
    match = _DESK.match(paragraph[:_REACH])
    if not match or not _opens_sentence(paragraph[match.end() :]):
        return None
    agency = AGENCIES.get(match[1].split("/")[0].strip().lower())
    return Dateline(match[1], paragraph[match.end() :], agency)


def _unsigned(paragraph: str) -> Dateline | None:
    for match in _SEPARATOR.finditer(paragraph[:_REACH]):
        before, rest = paragraph[: match.start()].strip(), paragraph[match.end() :]
        where, comma, name = before.rpartition(",")
        agency = AGENCIES.get(name.strip().lower()) if comma else None
        if agency is None:  # SEOUL, Nov 26 AFP -
            dated, _, name = before.rpartition(" ")
            if name[:1].isupper() and name.lower() in AGENCIES and _place_and_date(dated)[1]:
                where, agency = dated, AGENCIES[name.lower()]
        place, has_date = _place_and_date(where if agency else before)
        if not place or not _opens_sentence(rest):
            return None
        if agency or has_date or _is_place_alone(before, place, match.group()):
            return Dateline(before, rest, agency)
        return None
    return None


def _glued(paragraph: str) -> Dateline | None:
    if (match := _HYPHENED.match(paragraph)) and match["place"].lower() in PLACES:
        return Dateline(match["place"], match["rest"], None)
    match = _GLUED.match(paragraph)
    if match is None or len(_GERMAN.findall(paragraph)) < _LEAST_GERMAN:
        return None
    are_places = all(place.strip().lower() in PLACES for place in re.split(r"[,/]", match["place"]))
    return Dateline(match["place"], match["rest"], None) if are_places else None


def _is_place_alone(text: str, place: str, separator: str) -> bool:
    """Whether `text`, without date or agency, is a place: a known one, or one in capitals, no label or acronym."""
    first = re.split(r"[,/]", place)[0].strip()
    if first.lower() in PLACES and (text.isupper() or ":" not in separator or "," in text):
        return True
    words = [word.strip(".") for word in _WORD.findall(text)]
    if not place.split(",")[0].isupper() or any(word.lower() in _NEVER_PLACES for word in words):
        return False
    if len(words) > 1:  # "TOP STORY:" is a label, "ALDER VALE, Oda:" and "ALDER VALE -" are places
        return len(words) <= 4 and ("," in text or "/" in text or ":" not in separator)
    return len(first) >= _SHORTEST_UNKNOWN_PLACE and first.isalpha()


def _is_place_and_date(text: str) -> bool:
    place, date = _place_and_date(text)
    return bool(place) or date


def _place_and_date(text: str) -> tuple[str, bool]:
    """The part of `text` that can name a place, and whether a date follows it; ("", False) where it can be neither."""
    text = _BRACKETED.sub(r"\1", text).rstrip(" ,.")
    tokens = _WORD.findall(text)
    if not tokens or len(tokens) > 9:
        return "", False
    first_date = next((i for i, token in enumerate(tokens) if _is_date_token(token, tokens, i)), len(tokens))
    names, dates = tokens[:first_date], tokens[first_date:]
    if not all(_is_date_token(token, tokens, first_date + i) for i, token in enumerate(dates)):
        return "", False
    if (
        not all(_is_name_token(token) for token in names)
        or len(names) > 6
        or (names and names[-1].lower() in NAME_PARTICLES)
    ):
        return "", False
    if names and not any(token[0].isupper() or not token[0].islower() for token in names):
        return "", False
    has_month = any(token.strip(".").lower() in MONTHS for token in dates)
    has_number = any(_NUMBER.fullmatch(token) for token in dates)
    place_end = text.find(dates[0], sum(map(len, names))) if dates else len(text)
    return text[:place_end].strip(" ,."), has_month and has_number


def _is_date_token(token: str, tokens: list[str], index: int) -> bool:
    word = token.strip(".").lower()
    if word in MONTHS:  # "March" is a month beside a figure and else a name
        beside = tokens[max(0, index - 2) : index] + tokens[index + 1 : index + 2]
        return any(other[0].isdecimal() for other in beside)
    return (
        word in WEEKDAYS or word in TIME_ZONES or bool(_NUMBER.fullmatch(token)) or (word in ("de", "г") and index > 1)
    )


def _is_name_token(token: str) -> bool:
    letter = token[0]
    if token.lower() in NAME_PARTICLES:
        return True
    return letter.isalpha() and not letter.islower() and all(c.isalpha() or c in ".'’-" for c in token)


def _looks_like_name(name: str) -> bool:
    return all(word[0].isupper() or word.lower() in NAME_PARTICLES for word in name.split()) and len(name.split()) <= 4


def _opens_sentence(rest: str) -> bool:
    first = rest.lstrip("\"'“‘„«([¿¡")[:1]
    return bool(first) and not first.islower() and first not in ",;:)-–—" and len(rest.split()) >= _FEWEST_WORDS_AFTER
