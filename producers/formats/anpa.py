"""ANPA 1312: the text format of North American wires.

SYN SYN SOH  AA0101                            the story's number
r i DC3 DC1  BC-EU--Harbour     11-27 0120     priority, category, keyword, day, words; DC2 for a table
STX ^BC-EU--Harbour, 1st Ld-Writethru,120<     slug, version, words
^headline<   ^Eds: ...<   ^By ...=             the head, a line each
TAB paragraph ...
ETX NPA-WF-11-27-26 1037GMT<                   sender, month, day, year, hour and minute
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BufferedReader
from typing import Final

from producers.article import Record, Signal
from producers.errors import PermanentError
from producers.formats.encoding import decoded
from producers.formats.times import Time, read_time

#: The charset of what is not UTF-8: the standard knows ASCII only.
_CHARSET: Final = "iso-8859-1"
#: Priorities as urgencies of IPTC: bulletin, urgent, regular, deferred. Others name a day of the week; "f" is a flash
#: by the standard, but agencies set it on features, so it says nothing.
_URGENCIES: Final = {"b": 2, "u": 3, "r": 4, "d": 5}
#: DC2 in a story's header: its lines are set as a table.
_TABLE: Final = b"\x12"

_START = re.compile(rb"\x16+\x01(?P<number>[A-Za-z]\w{1,7})")
_BEFORE = b"\x00\x7f\x04\x0c \t\r\n"
#: The frame, and the characters that set type; decoding takes them for binary data.
_FRAME = bytes(b for b in (*range(32), 127) if b not in (0x02, 0x03, 0x09, 0x0A, 0x0D))
_HEADER = re.compile(rb"^[ \t]*(?P<priority>[A-Za-z])[ \t]+(?P<category>[A-Za-z])(?P<marks>[\x0e-\x1f]*)", re.M)
_VERSION = re.compile(r"\b(?:\d{1,2}(?:st|nd|rd|th) ld|writethru|update)", re.IGNORECASE)
_CORRECTION = re.compile(r"\bcorr(?:ection|ective)\b", re.IGNORECASE)
_COUNT = re.compile(r",\s*\d{0,6}\s*\Z")
_BYLINE = re.compile(r"by\s+(?P<names>\S.*)", re.IGNORECASE)
_FOR_EDITORS = re.compile(r"(?:eds|editors?)\b[^:_]{0,20}(?::|\s_)|ap (?:photo|video|graphic)", re.IGNORECASE)
#: Words of a line that says whether or when the story may be published: it stays in the text, where cleaning reads it.
_CONTROL = re.compile(
    r"\b(?:embargo\w*|not for release|(?:for|hold) (?:for )?release|withh[eo]ld|kill(?= |\Z)|elimination)\b",
    re.IGNORECASE,
)
_END = re.compile(r"([A-Z]{2,8})-\w{1,4}-(\d\d)-(\d\d)-(\d\d) ([0-2]\d)([0-5]\d) ?([A-Z]{1,5})")
_LAST_CENTURY_FROM = 50


@dataclass(slots=True)
class _Head:
    """What the lines above a story's first paragraph say."""

    headline: str | None = None
    byline: str | None = None
    notes: list[str] = field(default_factory=list)
    controls: list[str] = field(default_factory=list)


def is_anpa(head: bytes) -> bool:
    """Return whether a file that begins with `head` is of ANPA 1312: SYN, SOH and a story's number."""
    return _START.match(head.lstrip(_BEFORE)) is not None


def read_anpa(stream: BufferedReader) -> Iterator[Record]:
    """Yield the stories of a file in the order of the wire, each from its SYN to the next.

    A table and a story without text are refused in their place. Raises PermanentError if the file holds no story.
    """
    data = stream.read()
    starts = list(_START.finditer(data))
    if not starts:
        raise PermanentError("the file has no story of ANPA 1312: copy it again, whole")
    ends = [start.start() for start in starts[1:]]
    for start, end in zip(starts, [*ends, len(data)], strict=True):
        yield _story(start["number"].decode("ascii"), data[start.start() : end], data[start.end() : end])


def _story(number: str, raw: bytes, below: bytes) -> Record:
    line, _, framed = below.partition(b"\x02")
    header = _HEADER.search(line.partition(b"\n")[2])
    if header and _TABLE in header["marks"]:
        return Record(raw=raw, text="", refused="the story of ANPA 1312 is a table: only stories of prose are read")
    try:
        read = decoded(framed.translate(None, _FRAME), charset=_CHARSET)
    except PermanentError as error:
        return Record(raw=raw, text="", refused=str(error))
    story, _, after = re.sub(r"\r\n?", "\n", read.text).partition("\x03")
    above, _, body = story.partition("\t")
    slug, *entries = _entries(above) or [""]
    head = _head(entries)
    text = "\n\n".join(_paragraphs(body))
    end = _END.search(after)
    time = _time(end) if end else None
    notes = {"number": number, **read.notes}
    if header:
        notes["category"] = header["category"].decode()
    return Record(
        raw=raw,
        text="\n\n".join((*head.controls, text)) if text else "",
        title=head.headline,
        byline=head.byline,
        published_at=time.at if time else None,
        publisher=end[1] if end else None,
        signal=_signal(slug),
        slug=_COUNT.sub("", slug).split(",")[0].strip() or None,
        urgency=_URGENCIES.get(header["priority"].decode().lower()) if header else None,
        note=" ".join(head.notes) or None,
        refused=None if text else "the story of ANPA 1312 has no text: send it again, whole",
        metadata=notes,
    )


def _entries(above: str) -> list[str]:
    """Return the entries of a head: each begins with "^" and may go on over some lines."""
    entries = (" ".join(entry.split()).rstrip("<= ") for entry in re.split(r"^\^", above, flags=re.MULTILINE))
    return [entry for entry in entries if entry]


def _head(entries: list[str]) -> _Head:
    head = _Head()
    for entry in map(_typeset, entries):
        is_note = _FOR_EDITORS.match(entry) is not None
        if _CONTROL.search(entry) and (is_note or head.headline):
            head.controls.append(entry)
        elif is_note:
            head.notes.append(entry)
        elif head.byline is None and (byline := _BYLINE.fullmatch(entry)) and head.headline:
            head.byline = _names(byline["names"])
        elif head.headline is None:
            head.headline = entry
        elif head.byline is None:
            head.notes.append(entry)
    return head


def _names(byline: str) -> str:
    """Return the names of a byline in the letters of print: the wire sets them in capitals, all but "and"."""
    words = byline.split(" ")
    is_capital = all(word.isupper() for word in words if word not in ("and", "in"))
    return " ".join(map(_in_print, words)) if is_capital else byline


def _in_print(word: str) -> str:
    """Return a word of a name in capitals as it is written ("O'DELL-SAND": O'Dell-Sand); initials stay."""
    return word if not word.isupper() or "." in word else re.sub(r"[^\W\d_]+", lambda part: part[0].capitalize(), word)


def _paragraphs(body: str) -> Iterator[str]:
    for block in re.split(r"\t|\n[ ]*\n|^\^", body, flags=re.MULTILINE):
        paragraph = _typeset(" ".join(block.split()).rstrip("<= "))
        if paragraph.strip("_—^ ") and paragraph != "END":
            yield paragraph


def _typeset(text: str) -> str:
    """Return `text` with the quotation marks and dashes for which the wire's character set has no place."""
    text = text.replace("``", "“").replace("''", "”").replace("`", "‘")
    return re.sub(r"(?<!\S)_{1,2}(?!\S)", "—", text)


def _signal(slug: str) -> Signal | None:
    if _CORRECTION.search(slug):
        return Signal.CORRECTION
    return Signal.UPDATE if _VERSION.search(slug) else None


def _time(end: re.Match[str]) -> Time | None:
    month, day, year, hour, minute, zone = end.groups()[1:]
    century = 19 if int(year) >= _LAST_CENTURY_FROM else 20
    return read_time(f"{century}{year}-{month}-{day} {hour}:{minute} {zone}")
