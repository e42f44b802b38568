"""Who made it: bylines, sign-offs, contributors and sources, told from prose by their small words.

A credit is a list of names with a few small words between them ("Reporting by Maren Hale in Oda; editing by Ode Marr").
Prose that begins alike ("Reporting by state media suggested ...") has other small words, and is kept.
"""

import re

from worker.clean.names import AGENCIES, MONTHS, NAME_PARTICLES, WEEKDAYS
from worker.clean.words import words

_ROLES = (
    "reporting|writing|editing|compiling|compiled|translation|translated|translating|graphics?|production|produced"
    "|research|"
    "edited|written|reported|photography|photo editing|video editing|reporting and writing|writing and editing"
    "|reporting and "
    "editing|reported and written|text|story|words|interview|illustration|design|fact-checking|copy editing|screening"
    "|additional "
    "material|contribution|contributions|assembled|prepared"
)
#: How a credit opens, in English and in the other languages of the large agencies.
CREDIT_OPENING = re.compile(
    rf"(?<!\w)(?:(?:(?:additional|extra|further|with|with additional|original|main|by|and"
    rf"|first)\s+)?(?:{_ROLES})(?:\s+and\s+(?:{_ROLES}))?\s*"
    rf"(?:assistance\s+)?(?:by|from|:)(?=[\s:])|(?:redaktion|bearbeitet|redigiert|geschrieben|berichtet|edición"
    rf"|editado|información|reporte"
    rf"|redacción|traducción|traducido|redigé|rédigé|édité|reportage|avec|montage|a cura|editado|reportagem|edição"
    rf"|написано|перевод|"
    rf"перевел|редактор|под редакцией|подготовил)(?:\s+(?:de|por|par|von|di|por:|pour))?(?=\s*:?\s))",
    re.IGNORECASE,
)
_SMALL_WORDS = NAME_PARTICLES | words(
    "in and by with additional reporting editing writing from at contributed contributing newsroom bureau bureaus "
    "desk staff for "
    "as writer writers reporter reporters correspondent correspondents also assistance contribution contributions "
    "translation "
    "graphic graphics research production edited written compiled translated report reports special agencies agency "
    "wire wires "
    "services service photo photos photographer photographers video journalist journalists producer producers "
    "researcher "
    "researchers assistant editor editors stringer stringers freelance contributor contributors team teams our own "
    "the a to "
    "por par von mit und avec et y con da per à na w på med og och"
)
_CREDIT_TAIL = re.compile(r"[\w.+-]++@[\w.-]++|https?://\S++|(?<!\w)@\w++|\+?\d[\d ()./-]{5,}")
_CONTRIBUTED = re.compile(
    r"(?P<who>.{3,300}?)\s(?:also\s|have\s|has\s)?(?:contributed|provided|assisted|helped)\s(?:(?:to|with|in|on)\s(?:this"
    r"|the)\s(?:report|story|article|"
    r"piece|post|dispatch|coverage)|(?:additional\s)?reporting|research|(?:to\s)?reporting)(?P<rest>(?:\s(?:from|in"
    r"|and|to|for|on)\b.{0,120})?)[.)\]]*"
)
_ASSISTANCE = re.compile(
    r"[-–— ]*(?:with )(?:additional )?(?:assistance|help|reporting|contributions?) (?:from|by) (?P<rest>.{3,250})",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"\(?(?:source|sources|quelle|quellen|fuente|fuentes|fonte|bron|источник|джерело)s?\s*(?::"
    r"|\s[-–—]\s)\s*(?P<rest>.+)",
    re.IGNORECASE,
)
_SOURCE_WORDS = words(
    "news agencies agency and wire wires services service the of agentur agenturen agencias agences media press "
    "office statement"
)
_WORD = re.compile(r"[^\W\d_][\w.'’-]*")
_BYLINE = re.compile(
    r"(?:(?:written|story|reported|compiled|words|text|posted|article|report|edited|analysis|review"
    r"|opinion)\s+)?(?:by|author|authors|writer|"
    r"von|par|por|door|av|af|автор)(?=[\s:])\s*:?\s*(?P<names>.+)",
    re.IGNORECASE,
)
#: What follows "By" in headings.
_NO_NAMES = frozenset({"the numbers", "the book", "the way"})
#: Most words of the names in a byline; longer lines are sentences.
_LONGEST_BYLINE = 18


def names_only(text: str, small: frozenset[str] = _SMALL_WORDS) -> bool:
    """Whether `text` has only names and `small` words, and at least one name."""
    words = _WORD.findall(_CREDIT_TAIL.sub(" ", text))
    names = [word for word in words if not word[0].islower()]
    return bool(names) and all(word.lower().rstrip(".'’-") in small for word in words if word[0].islower())


def is_credit(text: str) -> bool:
    """Whether the whole `text` is a sign-off such as "(Reporting by Maren Hale in Oda; Editing by Ode Marr)"."""
    bare = text.strip(" ()[]*-–—•.#|")
    opening = CREDIT_OPENING.match(bare)
    if not opening:
        return False
    rest = bare[opening.end() :].strip(" :")
    return (
        names_only(rest) and len(rest.split()) <= 60 and not re.search(r"[a-z]{3,}[.!?]\s+[A-Z][a-z]+\s[a-z]+\s", rest)
    )


def is_contributors(text: str) -> bool:
    """Whether the whole `text` is "Maren Hale and Ode Marr contributed to this report" or alike."""
    found = _CONTRIBUTED.fullmatch(text.strip(" ()[]*-–—_"))
    if not found:
        return False
    rest = found["rest"].replace("this", "").replace("story", "").replace("article", "")
    return names_only(found["who"]) and (not rest.strip() or names_only(rest))


def is_assistance(text: str) -> bool:
    """Whether the whole `text` is "--With assistance from Maren Hale and Ode Marr." as Bloomberg sets it."""
    found = _ASSISTANCE.fullmatch(text)
    return found is not None and names_only(found["rest"])


def is_source(text: str) -> bool:
    """Whether the whole `text` names a source alone: "SOURCE: News agencies", "Source: Xinhua"."""
    found = _SOURCE.fullmatch(text)
    if not found:
        upper = text.removeprefix("SOURCE ")
        return upper != text and names_only(upper, _SOURCE_WORDS | NAME_PARTICLES) and len(upper.split()) <= 8
    words = found["rest"].strip(" .)").split()
    small = [
        word for word in words if word[0].islower() and word.lower().strip(",/&") not in _SOURCE_WORDS | set(AGENCIES)
    ]
    return len(words) <= 8 and not small


def byline_of(text: str) -> str | None:
    """Return the names of a byline that is the whole `text`, or None: "By CHARLES ODUM=" gives "CHARLES ODUM"."""
    found = _BYLINE.fullmatch(text.strip(" *_=|-–—"))
    if not found:
        return None
    names = re.split(r"\s[|•·–—]\s|\s-\s", found["names"])[0].strip(" .=,:")
    words = _WORD.findall(names)
    if not words or len(words) > _LONGEST_BYLINE or found["names"].rstrip().endswith(("!", "?")):
        return None
    if (
        names.lower() in _NO_NAMES
        or words[0].lower() in WEEKDAYS
        or words[0].lower() in MONTHS
        or not names_only(names, _SMALL_WORDS | set(AGENCIES))
    ):
        return None
    opening = text.lstrip(" *_|-–—").split(maxsplit=1)[0].lower().rstrip(":")
    if opening in ("av", "af", "door", "por", "par", "von") and len(words) > 6:
        return None
    return None if re.search(r"\d", names) else names


def is_person(text: str) -> bool:
    """Whether `text` may be a person's name alone: two to four words, each with a capital, no other sign."""
    words = text.strip(" .=,").split()
    return (
        2 <= len(words) <= 5
        and len(text) <= 60
        and all(word[0].isupper() or word.lower() in NAME_PARTICLES for word in words)
        and all(c.isalpha() or c in " .'’-=" for c in text)
    )
