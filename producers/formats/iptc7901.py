"""IPTC 7901: the text format of the agencies' wires, framed by control characters since the days of the teleprinter.

SOH  npa101 4 i 120 npa 102            source and number, priority, category, words
     Dornau-transport/                 slug
STX  1ST LEAD / headline / By ... =    the head, which " =" ends
     body
ETX  271337 GMT Nov 26                 day, hour and minute, zone, month, year
"""

import re
from collections.abc import Iterator
from io import BufferedReader
from typing import Final

from producers.article import Record, Signal
from producers.errors import PermanentError
from producers.formats.encoding import decoded
from producers.formats.times import Time, read_time

#: The charset of what is not UTF-8: the standard knows ASCII only, and agencies of Europe add Latin letters.
_CHARSET: Final = "iso-8859-1"
#: Lines of the longest head: two marks, a headline of four lines, a byline, a place.
_HEAD_LINES: Final = 8

_HEADER = re.compile(
    rb"\x01[ \t]{0,9}(?P<number>[A-Za-z]{2,5}\d{1,6})[ \t]{1,9}(?P<urgency>[1-9])[ \t]{1,9}(?P<category>[A-Za-z]{1,5})"
    rb"[ \t]{1,9}\d{1,6}(?P<rest>[ \t][^\r\n\x01\x02\x03]{0,100})?[\r\n]"
)
_BEFORE = b"\x00\x16\x7f \t\r\n"
#: The frame, and the characters that fill a line between two messages; decoding takes them for binary data.
_FRAME = b"\x00\x01\x04\x0e\x0f\x11\x12\x13\x14\x16\x7f"
_SERVICE = re.compile(r"\b([A-Za-z]{2,8})(?:-[\w-]{1,20})?(?: \d{1,6})?\s*\Z")
_ENDS_HEAD = re.compile(r"\s*=\s*\Z")
_BYLINE = re.compile(r"(?:by|von|par|por|di|door)\s+(?P<names>\S.*)", re.IGNORECASE)
_UPDATE = re.compile(r"(?:\(?(?:refile|updated?|(?:\d{1,2}(?:st|nd|rd|th)? )?lead)(?: \d{1,2})?\)?)", re.IGNORECASE)
_CORRECTION = re.compile(r"\(?correct(?:s|ed|ion)?\)?", re.IGNORECASE)
_MARK = re.compile(r"\(?(?:extra|urgent|flash|alert|(?:\d{1,2}(?:st|nd|rd|th) )?roundup)\)?", re.IGNORECASE)
#: Words of a line that says whether or when the story may be published: it stays in the text, where cleaning reads it.
_CONTROL = re.compile(
    r"\b(?:embargo\w*|sperrfrist|not for release|(?:for|hold) (?:for )?release|withh[eo]ld|kill(?= |\Z)|elimination)\b",
    re.IGNORECASE,
)
_NOTEBOOK = re.compile(
    r"^(?:#{1,3} [^\n]{0,60}(?:notebook|notizblock)\s*$|\* \* \* \*\s*$"
    r"|[^\n]{0,80}(?:not (?:intended )?for publication|nicht zur Veröffentlichung)\b)",
    re.IGNORECASE | re.MULTILINE,
)
_NOTE = re.compile(r"^## Notes? to editors\s*\n(?P<note>.{1,2000}?)(?=^#|^\* \* \*|\Z)", re.I | re.M | re.S)
_END = re.compile(r"\b(\d\d)([0-2]\d)([0-5]\d) ([A-Z]{1,5}) ([A-Za-z]{3}) (\d\d)(?=\s*\Z)")


def is_iptc7901(head: bytes) -> bool:
    """Return whether a file that begins with `head` is of IPTC 7901: SOH, then the header line."""
    return _HEADER.match(head.lstrip(_BEFORE)) is not None


def read_iptc7901(stream: BufferedReader) -> Iterator[Record]:
    """Yield the stories of a file in the order of the wire, each from its SOH to the next.

    A story without text is refused in its place. Raises PermanentError if the file holds no header line.
    """
    data = stream.read()
    headers = list(_HEADER.finditer(data))
    if not headers:
        raise PermanentError("the file has no header line of IPTC 7901: copy it again, whole")
    ends = [header.start() for header in headers[1:]]
    for header, end in zip(headers, [*ends, len(data)], strict=True):
        yield _story(header, data[header.start() : end], data[header.end() : end])


def _story(header: re.Match[bytes], raw: bytes, below: bytes) -> Record:
    try:
        read = decoded(below.translate(None, _FRAME), charset=_CHARSET)
    except PermanentError as error:
        return Record(raw=raw, text="", refused=str(error))
    text = re.sub(r"\r\n?", "\n", read.text)
    before, framed, story = text.partition("\x02")
    slug = next((line for line in before.splitlines() if line.strip()), "") if framed else ""
    story, _, after = (story if framed else text).partition("\x03")
    story, after = _without_time(story, after)
    lines, body = _head(story)
    notebook = _NOTEBOOK.search(body)
    note = _NOTE.search(body)
    service = _SERVICE.search((header["rest"] or b"").decode("ascii", "replace"))
    body = _without_signature(body[: notebook.start() if notebook else None], service[1] if service else None)
    controls = [line for line in lines if _CONTROL.search(line)]
    lines = [line for line in lines if line not in controls]
    signals = [signal for line in lines if (signal := _signal(line))]
    words = [line for line in lines if not _signal(line) and not _MARK.fullmatch(line)]
    byline = _BYLINE.fullmatch(words.pop()) if len(words) > 1 and _BYLINE.fullmatch(words[-1]) else None
    time = _time(after)
    notes = {"number": header["number"].decode(), "category": header["category"].decode(), **read.notes}
    return Record(
        raw=raw,
        text="\n\n".join((*controls, body)) if body else "",
        title=" ".join(words) or None,
        byline=_names(byline["names"], service[1] if service else "") if byline else None,
        published_at=time.at if time else None,
        publisher=service[1] if service else None,
        signal=Signal.CORRECTION if Signal.CORRECTION in signals else next(iter(signals), None),
        slug=slug.strip().rstrip("/") or None,
        urgency=int(header["urgency"]),
        note=" ".join(note["note"].split()) if note else None,
        refused=None if body else "the story of IPTC 7901 has no text: send it again, whole",
        metadata=notes,
    )


def _head(story: str) -> tuple[list[str], str]:
    """Return the lines of the head, without the " =" that ends it, and the body.

    A story whose head nothing ends has the one line as its head that an empty one follows.
    """
    lines = story.splitlines()
    numbers = [number for number, line in enumerate(lines) if line.strip()][:_HEAD_LINES]
    end = next((number for number in numbers if _ENDS_HEAD.search(lines[number])), None)
    if end is None and numbers:
        end = numbers[0] if len(numbers) == 1 or numbers[1] - numbers[0] > 1 else numbers[0] - 1
    if end is None:
        return [], ""
    head = [_ENDS_HEAD.sub("", line).strip() for line in lines[: end + 1]]
    return [line for line in head if line], "\n".join(lines[end + 1 :]).strip()


def _names(byline: str, service: str) -> str:
    """Return the names of a byline without the agency's own ("Ada Blom, npa")."""
    names, _, house = byline.rpartition(",")
    return names.strip() if names and house.strip().lower() == service.lower() else byline


def _signal(line: str) -> Signal | None:
    if _CORRECTION.fullmatch(line):
        return Signal.CORRECTION
    return Signal.UPDATE if _UPDATE.fullmatch(line) else None


def _without_signature(body: str, service: str | None) -> str:
    """Return `body` without the initials of those who worked on it ("npa ab cde"), which are its last line."""
    body = body.strip()
    above, _, last = body.rpartition("\n")
    signature = rf"{re.escape(service)}(?: [a-z]{{1,4}}){{1,6}}" if service else r"(?!)"
    return above.strip() if re.fullmatch(signature, last.strip()) else body


def _without_time(story: str, after: str) -> tuple[str, str]:
    """Return the story without the line of its time, and that line: some senders set it above ETX."""
    if not _END.search(after.strip()) and (end := _END.search(story.rstrip())):
        return story[: end.start()], end[0]
    return story, after


def _time(after: str) -> Time | None:
    end = _END.search(after.strip())
    return read_time("{0} {4} {5} {1}:{2} {3}".format(*end.groups())) if end else None
