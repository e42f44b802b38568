"""Bytes to articles: one module a format, and one table that picks.

A new format is a module with a reader (bytes to Records, PermanentError for what cannot be read) and a row in
FORMATS. Every format may be gzipped.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import PurePosixPath
from typing import BinaryIO

from producers.article import RawArticle, Record, raw_article
from producers.errors import PermanentError
from producers.formats import documents, json_files, streams

__all__ = ["FORMATS", "Format", "articles", "format_of", "numbered", "read"]

#: Largest file, unpacked, that is one document, in bytes: real pages end at 1.5 MB, and HTML takes 0.5 s a MB to clean.
DOCUMENT_BYTES = 5_000_000
#: Largest file, unpacked, that is read record by record, in bytes.
STREAM_BYTES = 1_000_000_000
#: Records in a row that are refused before the rest of a file is not read: it is no list of articles, and each of its
#: lines would become a Failure.
MOST_REFUSED = 1_000
#: The ending that says a file is gzipped; the one before it says what is inside.
GZIPPED = ".gz"


@dataclass(frozen=True, slots=True)
class Format:
    """How files with these endings are read: by `read`, at most `cap` bytes, unpacked; `many` says record by record."""

    suffixes: tuple[str, ...]
    media_type: str
    cap: int
    read: Callable[[BufferedReader], Iterator[Record]]
    many: bool = False


FORMATS: tuple[Format, ...] = (
    Format((".txt", ".text"), "text/plain", DOCUMENT_BYTES, documents.read_text),
    Format((".md", ".markdown"), "text/markdown", DOCUMENT_BYTES, documents.read_markdown),
    Format((".html", ".htm", ".xhtml"), "text/html", DOCUMENT_BYTES, documents.read_html),
    Format((".json",), "application/json", DOCUMENT_BYTES, json_files.read_json),
    Format((".jsonl", ".ndjson"), "application/x-ndjson", STREAM_BYTES, json_files.read_json_lines, many=True),
)

_BY_SUFFIX = {suffix: row for row in FORMATS for suffix in row.suffixes}


def format_of(filename: str) -> Format:
    """Return the format of a file by the ending of its name; PermanentError names the endings that are known."""
    name = filename.lower()
    suffix = PurePosixPath(name.removesuffix(GZIPPED)).suffix
    if suffix in _BY_SUFFIX:
        return _BY_SUFFIX[suffix]
    has = f'its name ends in "{suffix[:40]}"' if suffix else "its name has no ending"
    known = " ".join(_BY_SUFFIX)
    raise PermanentError(f"the file's format is not known: {has}, and {known} (each also with {GZIPPED}) are read")


def read(stream: BinaryIO, filename: str) -> Iterator[Record]:
    """Yield the records of the file `filename`, whose bytes `stream` gives; at least one.

    What cannot be read comes as a Record with `refused`; records before that point are delivered. Raises only what
    reading `stream` itself raises (OSError).
    """
    source = streams.Source(stream)
    count = refused = 0
    try:
        found = _format_or_head(source, filename)
        gzipped = filename.lower().endswith(GZIPPED)
        unpacked = streams.opened(source, gzipped=gzipped, cap=found.cap, advice=_advice(found))
        for record in found.read(unpacked):
            count += 1
            refused = refused + 1 if record.refused else 0
            yield record
            if refused >= MOST_REFUSED:
                reason = (
                    f"{refused:,} records in a row are refused and the rest is not read: correct what wrote the file"
                )
                raise PermanentError(reason)
    except PermanentError as error:
        # A file that is refused as a whole is identified by its beginning; its reason tells apart where reading ended.
        yield Record(raw=source.head + str(error).encode("utf-8", "replace"), text="", refused=str(error))
        return
    if not count:
        yield Record(raw=source.head, text="", refused="there is no article in the file: drop it again with one")


def numbered(stream: BinaryIO, filename: str) -> Iterator[tuple[int | None, Record]]:
    """Yield what `read` yields, each record with its number from 1; None where the file is the record.

    The records of a file that holds several are numbered, as are those of JSON Lines always.
    """
    try:
        many = format_of(filename).many
    except PermanentError:
        many = False
    records = read(stream, filename)
    first, second = next(records), next(records, None)
    yield (1 if many or second else None), first
    if second is not None:
        yield from enumerate(itertools.chain((second,), records), 2)


def articles(stream: BinaryIO, filename: str, source: str) -> Iterator[RawArticle]:
    """Yield the raw articles of the file `filename` as pushed by the producer `source`; see `read` and `numbered`.

    The same bytes give the same ids.
    """
    for number, record in numbered(stream, filename):
        yield raw_article(record, source=source, filename=filename, number=number)


def _format_or_head(source: streams.Source, filename: str) -> Format:
    try:
        return format_of(filename)
    except PermanentError:
        source.read(streams.HEAD_BYTES)
        raise


def _advice(row: Format) -> str:
    return "divide it" if row.many else "divide it, or give a collection of articles as JSON Lines"
