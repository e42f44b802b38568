"""The parts of a mail (RFC 5322, MIME): headers, and the parts that lie in it, each with its caps.

The parts are divided here and not by the `email` package, whose parser is quadratic in nested parts and whose newer
policy takes 2 GB for a header of 272 KB. Of the package only the parameters of a header are read.
"""

import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import PurePosixPath
from typing import Final

from producers.errors import PermanentError
from producers.formats.encoding import Decoded, decoded

#: Caps on the parts of a mail: a real one has a dozen, 5 deep, with 10 KB of headers.
MOST_PARTS: Final = 500
DEEPEST: Final = 10
HEADER_BYTES: Final = 131_072
MOST_HEADERS: Final = 500
#: Characters of a header's value that is read, and of one that has parameters.
LONGEST_VALUE: Final = 10_000
_LONGEST_PARAMETERS: Final = 2_000

_FIELD = re.compile(rb"[!-9;-~]{1,76}[ \t]{0,9}:")
_BLANK_LINE = re.compile(rb"[ \t]*\r?\n")
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_WORD = re.compile(r"=\?([\w.:+-]{1,40})(?:\*[\w-]{1,20})?\?([bBqQ])\?([^?]{0,1000})\?=")
_WORDS = re.compile(r"(?:=\?[^?\s]{1,61}\?[bBqQ]\?[^?]{0,1000}\?=)+")
_BETWEEN_WORDS = re.compile(r"(?<=\?=)\s+(?==\?)")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A mail or a part of one.

    `kind` is its media type, `body` its bytes as they are transferred, without its headers; one of several parts has
    `parts` and no body. A mail within a mail is a part of the kind "message/rfc822" that has it as its only part.
    """

    headers: Mapping[str, str]
    kind: str
    raw: bytes
    body: bytes = b""
    parts: tuple["Part", ...] = ()

    def value(self, name: str, longest: int = LONGEST_VALUE) -> str | None:
        """Return the first header `name` (in small letters), without its folds, or None.

        Raises PermanentError if it has more than `longest` characters.
        """
        value = self.headers.get(name)
        if value is not None and len(value) > longest:
            raise PermanentError(
                f"the mail's header {name} has more than {longest:,} characters, as no real one has: look at its sender"
            )
        return value.strip() if value else None

    @property
    def name(self) -> str:
        """The file's name that the part has, in words; empty if it has none."""
        return in_words(_parameters(self.headers, "content-disposition", "content-type").get_filename() or "")

    @property
    def is_attached(self) -> bool:
        """Whether the part is a file beside the text rather than the text."""
        disposition = _parameters(self.headers, "content-disposition").get_content_disposition()
        return disposition == "attachment" or (disposition != "inline" and bool(self.name))

    def parameter(self, name: str) -> str:
        """Return a parameter of the part's media type, in small letters; empty if it has none."""
        value = _parameters(self.headers, "content-type").get_param(name, "")
        return value.lower() if isinstance(value, str) else ""

    def text(self) -> Decoded:
        """Return the part's text, by the charset that its header declares; raises PermanentError if it is no text."""
        data = _transferred(self.body, self.headers)
        return decoded(data, markup=self.kind == "text/html", charset=self.parameter("charset") or None)


def is_field(line: bytes) -> bool:
    """Return whether a line is the beginning of a header."""
    return _FIELD.match(line) is not None


def in_words(value: str) -> str:
    """Return a header's value with its encoded words (RFC 2047) decoded, as one line.

    A character that is divided between two words is put together again.
    """
    joined = _BETWEEN_WORDS.sub("", value)
    return " ".join(_WORDS.sub(lambda run: _decoded_words(run[0]), joined).split())


def _decoded_words(run: str) -> str:
    texts: list[str] = []
    pending, charset = b"", ""
    for word in _WORD.finditer(run):
        if word[1].lower() != charset:
            texts.append(_in_charset(pending, charset))
            pending, charset = b"", word[1].lower()
        pending += _unpacked(word[2], word[3])
    return "".join((*texts, _in_charset(pending, charset))) or run


def _unpacked(encoding: str, text: str) -> bytes:
    if encoding in "bB":
        return _base64(text.encode())
    return binascii.a2b_qp(text.replace("_", " ").encode(), header=True)


def _in_charset(data: bytes, charset: str) -> str:
    try:
        return decoded(data, charset=charset or None).text if data else ""
    except PermanentError:
        return ""


def read_mail_parts(data: bytes) -> Part:
    """Return the mail that `data` holds, with its parts.

    Raises PermanentError if it has more headers, more parts or parts lying deeper in each other than any real mail.
    """
    return _Reader().mail(data, 0)


class _Reader:
    """Divides a mail into its parts and counts them."""

    def __init__(self) -> None:
        self._count = 0

    def mail(self, data: bytes, depth: int) -> Part:
        return self._part(data, 0, len(data), depth, "text/plain")

    def _part(self, data: bytes, start: int, end: int, depth: int, kind: str) -> Part:
        """Return the part from `start` to `end`, of the kind `kind` if its headers name none."""
        self._count += 1
        if self._count > MOST_PARTS:
            raise PermanentError(f"the mail has more than {MOST_PARTS:,} parts: take its text out of it")
        if depth > DEEPEST:
            raise PermanentError(
                f"the parts of the mail lie more than {DEEPEST} deep in each other: take its text out of it"
            )
        headers, body = _headers(data, start, end)
        content = _parameters(headers, "content-type")
        if "content-type" in headers:
            kind = content.get_content_type()
        boundary = content.get_boundary() if kind.startswith("multipart/") else None
        if boundary and (places := _places(data, body, end, boundary)):
            inner = "message/rfc822" if kind == "multipart/digest" else "text/plain"
            parts = tuple(self._part(data, *place, depth + 1, inner) for place in places)
            return Part(headers, kind, data[start:end] if depth == 0 else b"", parts=parts)
        part = Part(headers, kind, data[start:end], data[body:end])
        if kind == "message/rfc822" or PurePosixPath(part.name.lower()).suffix == ".eml":
            mail = self.mail(_transferred(part.body, headers), depth + 1)
            return Part(headers, "message/rfc822", part.raw, parts=(mail,))
        # Without its boundary a mail of parts is one text.
        return Part(headers, "text/plain", part.raw, part.body) if kind.startswith("multipart/") else part


def _headers(data: bytes, start: int, end: int) -> tuple[dict[str, str], int]:
    """Return the headers of the part from `start`, the first of each name, and where its body begins."""
    blank = _BLANK_LINE.match(data, start, end)
    if blank or not _FIELD.match(data, start, end):
        return {}, blank.end() if blank else start
    below = _END_OF_HEADERS.search(data, start, min(end, start + HEADER_BYTES))
    if below is None and end - start > HEADER_BYTES:
        raise PermanentError(
            f"the mail has more than {HEADER_BYTES // 1024} KB of headers, as no real one has: look at its sender"
        )
    lines = data[start : below.start() if below else end].splitlines()
    if sum(map(is_field, lines)) > MOST_HEADERS:
        raise PermanentError(f"the mail has more than {MOST_HEADERS} headers, as no real one has: look at its sender")
    headers: dict[str, list[bytes]] = {}
    current: list[bytes] = []
    for line in lines:
        if line[:1] in b" \t":
            current.append(line)
        elif is_field(line):
            name, _, value = line.partition(b":")
            current = [value]
            headers.setdefault(name.decode("ascii").strip().lower(), current)
    values = {name: _in_line(b"".join(value)) for name, value in headers.items()}
    return values, below.end() if below else end


def _in_line(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace")


def _places(data: bytes, start: int, end: int, boundary: str) -> list[tuple[int, int]]:
    """Return where the parts between the boundaries begin and end; the last may lack its end."""
    line = re.compile(rb"^--" + re.escape(boundary.encode()) + rb"(--)?[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
    places: list[tuple[int, int]] = []
    opened: int | None = None
    for mark in line.finditer(data, start, end):
        if opened is not None:
            places.append((opened, max(opened, mark.start() - _line_end(data, opened, mark.start()))))
        opened = None if mark[1] else mark.end()
        if mark[1] or len(places) > MOST_PARTS:
            break
    if opened is not None:
        places.append((opened, end))
    return places


def _line_end(data: bytes, start: int, end: int) -> int:
    """Return the length of the line end before `end`: it belongs to the boundary below it."""
    if data[start:end].endswith(b"\r\n"):
        return 2
    return 1 if data[start:end].endswith(b"\n") else 0


def _parameters(headers: Mapping[str, str], *names: str) -> Message:
    """Return a message of the headers `names` alone, which reads their parameters; a longer one counts as absent."""
    message = Message()
    for name in names:
        if (value := headers.get(name)) and len(value) <= _LONGEST_PARAMETERS:
            message[name] = value
    return message


def _transferred(body: bytes, headers: Mapping[str, str]) -> bytes:
    """Return the bytes of a body that was encoded for its way."""
    encoding = headers.get("content-transfer-encoding", "").strip().lower()
    if encoding == "base64":
        return _base64(body)
    return binascii.a2b_qp(body) if encoding == "quoted-printable" else body


def _base64(data: bytes) -> bytes:
    letters = _NOT_BASE64.sub(b"", data)
    return binascii.a2b_base64(letters[: len(letters) - (len(letters) % 4 == 1)] + b"==")
