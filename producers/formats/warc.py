"""WARC: web pages as crawlers keep them (ISO 28500). Each page of an archive is an article.

The archive is divided by FastWARC, which reads it as it comes. What a page was packed with is unpacked here, as it
must stop at a cap.
"""

import contextlib
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from io import BufferedReader
from typing import Any, Final

from producers.article import Record, Revision
from producers.errors import PermanentError
from producers.formats.documents import own_address
from producers.formats.encoding import decoded
from producers.formats.table import DOCUMENT_BYTES

#: Bytes of the largest archive, unpacked: a segment of CC-NEWS has 1 GB packed and 4 to 5 GB unpacked.
ARCHIVE_BYTES: Final = 10_000_000_000
#: Bytes of the headers of a record, and of the answer in it: real ones have 2 KB.
_HEADER_BYTES: Final = 65_536
#: Bytes of a record that are looked at: a page at its cap with its headers, and what divides its chunks.
_BLOCK_BYTES: Final = DOCUMENT_BYTES + 4 * _HEADER_BYTES

_HTML: Final = ("text/html", "application/xhtml+xml")
_OK: Final = 200
_GZIP_MAGIC, _ZLIB_MAGIC = b"\x1f\x8b", b"\x78"
#: zlib's window bits for a gzip member, and for deflate without its frame.
_GZIP_WINDOW, _RAW_WINDOW = 16 + zlib.MAX_WBITS, -zlib.MAX_WBITS

_TOO_LARGE: Final = f"it is larger than {DOCUMENT_BYTES // 1_000_000} MB, the most that is read of a page: shorten it"

_START = re.compile(rb"WARC/[01]\.\d{1,2}\r?\n")


class _Stream(io.RawIOBase):
    """What FastWARC reads: the stream, with its position, and the fault of the stream itself if it has one."""

    def __init__(self, stream: BufferedReader) -> None:
        self._stream = stream
        self._position = 0
        self.fault: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            # What came before a fault of the stream is given first.
            data = self._stream.read1(size)
        except (OSError, PermanentError) as fault:
            self.fault = fault
            raise
        self._position += len(data)
        return data

    def tell(self) -> int:
        return self._position


def is_warc(head: bytes) -> bool:
    """Return whether a file that begins with `head` is a WARC archive."""
    return _START.match(head) is not None


def read_warc(stream: BufferedReader) -> Iterator[Record]:
    """Yield the pages of an archive in its order: what was answered with status 200 and is HTML, and resources of HTML.

    The archive's time of a page is the time of its revision. Other records are passed over. A page that cannot be read
    is refused in its place. Raises PermanentError where the archive is cut short or damaged, or if it has no page.
    """
    from fastwarc.warc import ArchiveIterator

    archive = _Stream(stream)
    passed_over: Counter[str] = Counter()
    pages = 0
    try:
        for record in ArchiveIterator(
            archive, parse_http=False, stream_detect=False, max_header_len=_HEADER_BYTES, fsspec_args=False
        ):
            page = _page(record, *_block(record, sum(passed_over.values()) + pages + 1))
            if isinstance(page, Record):
                pages += 1
                yield page
            else:
                passed_over[page] += 1
    except OSError as error:
        if archive.fault:
            raise archive.fault from None
        count = sum(passed_over.values()) + pages
        raise PermanentError(f"the archive is damaged behind its record {count:,}: copy it again, whole") from error
    if not pages:
        seen = ", ".join(f"{count:,} {what}" for what, count in passed_over.most_common(8)) or "no whole record"
        raise PermanentError(
            f"the archive holds no web page that was answered with status {_OK}, only {seen}: drop one that does"
        )


def _block(record: Any, number: int) -> tuple[bytes, bool]:
    """Return the bytes of the archive's record `number`, at most _BLOCK_BYTES of them, and whether they are all."""
    length = record.content_length
    block = bytes(record.reader.read(min(length, _BLOCK_BYTES))) if length else b""
    stated = record.headers.get("Content-Length", "").strip()
    # What FastWARC cannot read as a length counts as 0.
    is_stated = stated.isascii() and stated.isdigit() and stated.lstrip("0") == str(length or "")
    if not is_stated or len(block) + record.reader.consume() < length:
        raise PermanentError(f"the archive is cut short or damaged in its record {number:,}: copy it again, whole")
    return block, len(block) == length


def _page(record: Any, block: bytes, is_whole: bool) -> Record | str:
    """Return the page of a record that begins with `block`, or what it is instead, in words."""
    kind = str(record.record_type).rpartition(".")[2]
    address = record.headers.get("WARC-Target-URI", "").strip("<> ")
    if kind == "resource":
        if _media_type(record.headers.get("Content-Type")) not in _HTML:
            return "resources that are no page"
        body, charset, packing = block, None, ""
    elif kind == "response":
        answer = _answer(block)
        if answer is None:
            return "answers that are not of the web"
        headers, charset, body = answer
        if headers.status_code != _OK:
            return f"answers with status {str(headers.status_code)[:5]}"
        if (
            _media_type(headers.get("Content-Type")) or record.headers.get("WARC-Identified-Payload-Type")
        ) not in _HTML:
            return "answers that are no page"
        packing = headers.get("Content-Encoding", "").strip().lower()
    else:
        return f"{kind} records"
    raw = f"{address}\n{record.headers.get('WARC-Date', '')}".encode()
    try:
        if not is_whole:
            raise PermanentError(_TOO_LARGE)
        raw = _unpacked(body, packing)
        page = decoded(raw, markup=True, charset=charset)
    except PermanentError as error:
        return Record(raw=raw, text="", uri=address or None, refused=f"the page {address[:200]}: {error}")
    if not page.text.strip():
        return "empty answers"
    notes = {**page.notes, "archived": address}
    if truncated := record.headers.get("WARC-Truncated"):
        notes["cut_short_by_crawler"] = truncated
    return Record(
        raw=raw,
        text=page.text,
        media_type="text/html",
        uri=own_address(page.text) or address or None,
        url=address or None,
        revision=Revision(created=record.record_date) if isinstance(record.record_date, datetime) else None,
        metadata=notes,
    )


def _answer(block: bytes) -> tuple[Any, str | None, bytes] | None:
    """Return the headers of a web server's answer in `block`, its charset and its body; None if it is none.

    Some crawlers join the chunks and keep the header that announces them.
    """
    from fastwarc.warc import WarcRecord

    if not block.startswith(b"HTTP/"):
        return None
    for decode in ("transfer", "none"):
        answer = WarcRecord()
        answer.is_http = True
        answer.set_bytes_content(block)
        with contextlib.suppress(OSError):
            answer.parse_http(auto_decode=decode, max_header_len=_HEADER_BYTES)
            body = bytes(answer.reader.read())
            return (answer.http_headers, answer.http_charset, body) if answer.http_headers is not None else None
    return None


def _media_type(value: str | None) -> str:
    return (value or "").partition(";")[0].strip().lower()


def _unpacked(body: bytes, packing: str) -> bytes:
    """Return the body of an answer that was packed for its way; some crawlers unpack it and keep the header.

    Of a body that is cut short comes what there is.
    """
    import brotli

    try:
        if packing in ("gzip", "x-gzip") and body.startswith(_GZIP_MAGIC):
            page, is_larger = _inflated(body, _GZIP_WINDOW)
        elif packing == "deflate":
            page, is_larger = _inflated(body, zlib.MAX_WBITS if body.startswith(_ZLIB_MAGIC) else _RAW_WINDOW)
        elif packing == "br":
            inflater = brotli.Decompressor()
            page = inflater.process(body, output_buffer_limit=DOCUMENT_BYTES)
            # Its limit is near what it is asked for, not at it.
            is_larger = len(page) > DOCUMENT_BYTES or not inflater.can_accept_more_data()
        elif packing in ("", "identity", "gzip", "x-gzip"):
            page, is_larger = body, len(body) > DOCUMENT_BYTES
        else:
            raise PermanentError(f"it is packed by {packing[:40]}, which is not read: fetch it unpacked")
    except (zlib.error, brotli.error):
        page, is_larger = b"", False
    if is_larger:
        raise PermanentError(_TOO_LARGE)
    if body and not page:
        raise PermanentError("it is damaged: fetch it again")
    return page


def _inflated(body: bytes, window: int) -> tuple[bytes, bool]:
    """Return what `body` unpacks to, at most a page's most bytes, and whether there is more."""
    inflater = zlib.decompressobj(window)
    page = inflater.decompress(body, DOCUMENT_BYTES)
    return page, bool(inflater.unconsumed_tail)
