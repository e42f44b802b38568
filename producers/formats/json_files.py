"""Files of JSON: one document (an article or a list of them), or JSON Lines (an article a line)."""

import codecs
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from producers.article import Record
from producers.errors import PermanentError
from producers.formats.encoding import decoded, refuse_binary, wide_charset
from producers.formats.json_articles import parsed, records

#: Most bytes of one line of JSON Lines: an article of 5 MB, escaped, with room. A longer line is refused and skipped.
MAX_LINE_BYTES = 20_000_000
#: Bytes of an over-long line that stand for it in its id.
_LINE_HEAD_BYTES = 65_536
_PIECE_BYTES = 262_144


def read_json(stream: io.BufferedReader) -> Iterator[Record]:
    """Yield the articles of a JSON document."""
    data = stream.read()
    found = decoded(data)
    if not found.text.strip("\ufeff \t\r\n"):
        raise PermanentError("the file is empty: drop it again with an article in it")
    yield from records(parsed(found.text), data, found.notes)


def read_json_lines(stream: io.BufferedReader) -> Iterator[Record]:
    """Yield the articles of a JSON Lines file as it is read; a bad line is refused by its number, the rest continues.

    Holds one line at a time. A line `{"record": ..., "reason": ...}` as the watched folder writes it for a record
    that failed is read as that record, so that such a file can be corrected and dropped again.
    """
    seen = False
    for number, line in _lines(stream):
        # A mark stands before the first line, and before others where files were joined.
        text = line.strip().removeprefix(codecs.BOM_UTF8).strip()
        if not text:
            continue
        if not seen and text in (b"{", b"["):
            raise PermanentError("the file is one JSON document over many lines, not JSON Lines: name it .json")
        seen = True
        for record in _records(line, text):
            yield replace(record, refused=f"line {number}: {record.refused}") if record.refused else record
    if not seen:
        raise PermanentError("the file is empty: one article a line is expected")


def _records(line: bytes, text: bytes) -> Iterator[Record]:
    if len(line) > MAX_LINE_BYTES:
        reason = f"the record is longer than {MAX_LINE_BYTES // 1_000_000} MB, the most that is read: shorten it"
        yield Record(raw=text[:_LINE_HEAD_BYTES], text="", refused=reason)
        return
    try:
        found = decoded(text)
        value = _unwrapped(parsed(found.text))
    except PermanentError as error:
        yield Record(raw=text, text="", refused=str(error))
        return
    yield from records(value, text, found.notes)


def _lines(stream: io.BufferedReader) -> Iterator[tuple[int, bytes]]:
    """Yield each line with its number from 1; of a line beyond the cap only its first MAX_LINE_BYTES + 1 bytes."""
    head = stream.peek(_LINE_HEAD_BYTES)[:_LINE_HEAD_BYTES]
    refuse_binary(head)
    charset = wide_charset(head)
    text = io.TextIOWrapper(stream, charset, "replace", newline="\n") if charset else None

    def piece(size: int) -> bytes:
        return text.readline(size).encode("utf-8", "replace") if text else stream.readline(size)

    number = 0
    while line := piece(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            rest = line
            while rest and not rest.endswith(b"\n"):
                rest = piece(_PIECE_BYTES)
        yield number, line
    if text:
        text.detach()


def _unwrapped(value: Any) -> Any:
    if not (isinstance(value, dict) and value.keys() >= {"record", "reason", "stage"}):
        return value
    record = value["record"]
    return parsed(record) if isinstance(record, str) else record


def wrapped(raw: bytes, **said: object) -> bytes:
    """Return the line that stands for a record that failed: `said` (reason and stage among it) and the record itself.

    The record is put in as JSON where it is JSON, else as a text; read_json_lines reads it back.
    """
    text = raw.decode("utf-8", "replace")
    try:
        record = parsed(text)
    except PermanentError:
        record = text
    try:
        return json.dumps({**said, "record": record}, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    except RecursionError:
        return json.dumps({**said, "record": text}, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
