"""mbox: many mails in one file, each below a line "From SENDER DATE"."""

import re
from collections.abc import Iterator
from io import BufferedReader
from typing import Final

from producers.article import Record
from producers.errors import PermanentError
from producers.formats.mail import MAIL_BYTES, mail_records
from producers.formats.mime import is_field

#: Bytes in which a line is read: a longer one comes in pieces.
_LINE_BYTES: Final = 65_536
#: Bytes of a mail that is refused for its size that stand for it in its id.
_KEPT_BYTES: Final = 65_536

# The date is that of C's asctime; some programs add a zone before or behind the year.
_ENVELOPE = re.compile(
    rb"From [^\r\n]{1,500}? +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    rb"[ \d]?\d \d\d:\d\d(?::\d\d)?(?: [A-Z]{1,5}| [+-]\d{4}){0,2} \d{4}(?: [A-Z]{1,5}| [+-]\d{4})?[ \t]*\r?\n"
)
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def is_mbox(head: bytes) -> bool:
    """Return whether a file that begins with `head` is an mbox: the line above a mail, and a header below it."""
    envelope = _ENVELOPE.match(head)
    return envelope is not None and is_field(head[envelope.end() :].removeprefix(b">"))


def read_mbox(stream: BufferedReader) -> Iterator[Record]:
    """Yield the articles of the mails of a file, in its order; a mail that cannot be read is refused in its place."""
    for data, is_whole in _mails(stream):
        if not is_whole:
            reason = f"the mail is larger than {MAIL_BYTES // 1_000_000} MB: take what is attached out of it"
            yield Record(raw=data[:_KEPT_BYTES], text="", refused=reason)
            continue
        try:
            yield from mail_records(data)
        except PermanentError as error:
            yield Record(raw=data, text="", refused=str(error))


def _mails(stream: BufferedReader) -> Iterator[tuple[bytes, bool]]:
    """Yield the bytes of each mail without the line above it, and whether they are all of it."""
    mail, is_whole, is_line = bytearray(), True, True
    while line := stream.readline(_LINE_BYTES):
        if is_line and _ENVELOPE.fullmatch(line):
            if mail.strip():
                yield _unquoted(mail), is_whole
            mail, is_whole = bytearray(), True
        elif len(mail) + len(line) > MAIL_BYTES:
            is_whole = False
        elif is_whole:
            mail += line
        is_line = line.endswith(b"\n")
    if mail.strip():
        yield _unquoted(mail), is_whole


def _unquoted(mail: bytearray) -> bytes:
    return _QUOTED.sub(rb"\1", bytes(mail))
