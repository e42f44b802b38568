"""What a source says of an item, its words read as values: status, embargo, signal, version, urgency, codes.

Every format reads these words here, so that they mean the same in each.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from producers.article import UNKNOWN, Signal, Status
from producers.formats.times import EMBARGO_YEARS, read_time

#: Words for a status, as standards and content systems write them: IPTC pubStatus, NITF, NewsML 1, WordPress, plain
#: exports. A word is compared without its scheme ("stat:canceled") and without case.
STATUSES: Final[Mapping[str, Status]] = {
    **dict.fromkeys(("usable", "publish", "published", "live", "released", "approved"), Status.USABLE),
    **dict.fromkeys(("withheld", "withhold", "hold", "held", "on hold", "draft", "auto draft"), Status.WITHHELD),
    **dict.fromkeys(("pending", "pending review", "private", "future", "scheduled", "unpublished"), Status.WITHHELD),
    **dict.fromkeys(("canceled", "cancelled", "cancel", "killed", "kill", "retracted"), Status.CANCELED),
    **dict.fromkeys(("withdrawn", "deleted", "removed", "trash"), Status.CANCELED),
}
_GRAVITY = (Status.USABLE, Status.WITHHELD, Status.CANCELED)

#: Texts that say there is no embargo, and the keys of an object that may hold its end.
_NO_EMBARGO = frozenset({"false", "no", "none", "n/a", "0", "off", "lifted", "expired", "over"})
_ENDS = ("until", "end", "ends", "date", "datetime", "time", "value", "@value")
#: Seconds since 1970 below which a number is a flag ("embargo": 1) and no time: March 1973.
_FIRST_SECOND = 100_000_000
#: Values of one embargo that are read; more are no times.
_MOST_VALUES = 20
#: Digits of the longest version number that is one; SQL's whole numbers end at 19.
_LONGEST_NUMBER = 18

# RFC 3085: urn:newsml:ProviderId:DateId:NewsItemId:RevisionId, then N, U or A.
_NEWSML_URN = re.compile(r"(urn:newsml:[^:\s]+:\d{8}(?:T\d{4,6}(?:Z|[+-]\d{4})?)?:[^:\s]+):\d+[NUA]?", re.IGNORECASE)
_VERSION_END = re.compile(r"(\S+?)[/:;.?&#_-]v(?:er(?:sion)?)?[=:_-]?(\d+)", re.IGNORECASE)
_IPTC_SCHEME = re.compile(r"https?://cv\.iptc\.org/newscodes/(?P<scheme>mediatopic|subjectcode)/?", re.IGNORECASE)
_IPTC_ALIASES = {"mediatopic": "medtop", "subjectcode": "subj"}

Embargo = datetime | Literal["unknown"]


def read_status(value: object) -> Status | None:
    """Return the status that the word `value` names, or None if it names none that is known."""
    if not isinstance(value, str):
        return None
    word = re.sub(r"[\s_-]+", " ", re.split(r"[:/]", value.strip())[-1]).strip().lower()
    return STATUSES.get(word)


def says_embargoed(value: object) -> bool:
    """Return whether a status's word says that its item is under embargo (NewsML 1 and NITF have such a status)."""
    return isinstance(value, str) and re.split(r"[:/]", value.strip())[-1].lower() in ("embargo", "embargoed")


def gravest(statuses: Iterable[Status]) -> Status:
    """Return the status that forbids most; USABLE if there is none."""
    return max(statuses, key=_GRAVITY.index, default=Status.USABLE)


@dataclass(frozen=True, slots=True)
class EmbargoRead:
    """The end of an embargo, UNKNOWN if it cannot be read; `assumed_utc` if its time names no timezone."""

    until: Embargo
    assumed_utc: bool = False


def read_embargo(value: object) -> EmbargoRead | None:
    """Return the embargo that a field with `value` sets, or None if it says that there is none (null, false, "no", 0).

    A text that is there and empty, or that gives no time that can be read, is an embargo whose end is UNKNOWN. Of
    several times the last counts.
    """
    if value is None or (isinstance(value, int) and value == 0):
        return None
    if isinstance(value, str) and value.strip().lower() in _NO_EMBARGO:
        return None
    if isinstance(value, Mapping):
        value = next((value[key] for key in _ENDS if key in value), None)
    if isinstance(value, list) and 0 < len(value) <= _MOST_VALUES:
        return latest([read for part in value if (read := _one_embargo(part))])
    return _one_embargo(value)


def latest(embargoes: list[EmbargoRead]) -> EmbargoRead | None:
    """Return the embargo that ends last, one without a known end above all; None if there is none."""
    unknown = next((embargo for embargo in embargoes if embargo.until == UNKNOWN), None)
    timed = [(embargo.until, embargo) for embargo in embargoes if isinstance(embargo.until, datetime)]
    return unknown or max(timed, key=lambda pair: pair[0], default=(None, None))[1]


def _one_embargo(value: object) -> EmbargoRead:
    if isinstance(value, int | float) and value < _FIRST_SECOND:
        return EmbargoRead(UNKNOWN)
    time = read_time(value, years_ahead=EMBARGO_YEARS)
    return EmbargoRead(time.at, time.assumed_utc) if time else EmbargoRead(UNKNOWN)


def read_signal(value: object) -> Signal | None:
    """Return what a signal's word says a revision is ("sig:correction", "Update"), or None."""
    if not isinstance(value, str) or len(value) > 100:
        return None
    word = re.split(r"[:/]", value.strip())[-1].lower()
    if word in ("c", "corr") or word.startswith("correct"):
        return Signal.CORRECTION
    return Signal.UPDATE if word in ("u", "update", "updated", "writethru") else None


def read_number(value: object) -> int | None:
    """Return a version's number, which is a whole one from 0, or None."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    digits = value.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER else None


def read_urgency(value: object) -> int | None:
    """Return an urgency of 1 (a flash) to 9, or None."""
    number = read_number(value)
    return number if number is not None and 1 <= number <= 9 else None


def without_version(uri: str, number: int | None) -> str:
    """Return the name of an item whose URI may carry its version, without it.

    A URN of NewsML 1 (RFC 3085) carries it in its last part. Any other URI does if it ends in a mark like "v3" or
    "version=3" with the item's own version `number`.
    """
    if newsml := _NEWSML_URN.fullmatch(uri):
        return newsml[1]
    marked = _VERSION_END.fullmatch(uri) if number is not None and len(uri) <= 2048 else None
    return marked[1] if marked and read_number(marked[2]) == number else uri


def subject_code(code: str, scheme: str = "") -> str:
    """Return a subject's code; one of IPTC's gets the alias of its scheme: .../mediatopic/11000000, medtop:11000000."""
    if (named := _IPTC_SCHEME.match(scheme)) and not code.startswith("http"):
        return f"{_IPTC_ALIASES[named['scheme'].lower()]}:{code}"
    if (whole := _IPTC_SCHEME.match(code)) and code[whole.end() :]:
        return f"{_IPTC_ALIASES[whole['scheme'].lower()]}:{code[whole.end() :]}"
    return code
