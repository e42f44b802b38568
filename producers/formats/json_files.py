"""Files of JSON: one document (an article or a list of them), or JSON Lines (an article a line)."""

import codecs
import io
import json
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from pydantic import ValidationError

from producers.article import Details, RawArticle, Record
from producers.errors import PermanentError
from producers.formats.encoding import decoded, refuse_binary, wide_charset
from producers.formats.json_articles import parsed, records

#: Most bytes of one line of JSON Lines: an article of 5 MB, escaped, with room. A longer line is refused and skipped.
MAX_LINE_BYTES = 20_000_000
#: Bytes of an over-long line that stand for it in its id.
_LINE_HEAD_BYTES = 65_536
_PIECE_BYTES = 262_144
#: Characters of the reason for which a record was refused before that are said again.
_LONGEST_REASON = 500


def read_json(stream: io.BufferedReader) -> Iterator[Record]:
    """Yield the articles of a JSON document."""
    data = stream.read()
    found = decoded(data)
    if not found.text.strip("\ufeff \t\r\n"):
        raise PermanentError("the file is empty: drop it again with an article in it")
    yield from records(parsed(found.text), data, found.notes)


def read_json_lines(stream: io.BufferedReader) -> Iterator[Record]:
    """Yield the articles of a JSON Lines file as it is read; a bad line is refused by its number, the rest continues.

    Holds one line at a time. A line that the watched folder writes for a record that failed (see `wrapped`) is read as
    that record, so that such a file can be corrected and dropped again.
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
        value = parsed(found.text)
        if isinstance(value, dict) and value.keys() >= {"article", "reason", "stage"}:
            yield _kept(value["article"])
            return
        value = _unwrapped(value)
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
    if not isinstance(record, str):
        return record
    try:
        return parsed(record)
    except PermanentError as error:
        raise PermanentError(f"{error} (when it was first read: {str(value['reason'])[:_LONGEST_REASON]})") from None


def _kept(article: Any) -> Record:
    """Return the record of an article that was read before; raises PermanentError if it is none any more."""
    try:
        raw = RawArticle.model_validate_json(json.dumps(article))
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False, include_context=False)[0]
        field = ".".join(map(str, fault["loc"]))[:100] or "article"
        raise PermanentError(
            f"the field {field} of the article is not as it was written: {fault['msg']}; correct it, or drop the "
            "article's own file again"
        ) from None
    said = Details(**{entry.name: getattr(raw, entry.name) for entry in fields(Details)})
    own = json.dumps(article, sort_keys=True).encode()
    return Record.of(said, raw=own, text=raw.text, media_type=raw.media_type, refused=raw.refused)


def wrapped(record: Record, article: RawArticle, **said: object) -> bytes:
    """Return the line that stands for a `record` that failed as `article`; `said` has its reason and stage.

    A record that is JSON is put in as it is, of any other the article that was read; what could not be read is put in
    as a text. read_json_lines reads the line back.
    """
    text = record.raw.decode("utf-8", "replace")
    try:
        return _line({**said, "record": parsed(text)})
    except (PermanentError, RecursionError):
        pass
    if article.refused is None:
        return _line({**said, "article": article.model_dump(mode="json", exclude_defaults=True)})
    return _line({**said, "record": text})


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
