"""Bytes to articles: one module a format, and one table that picks.

A format is recognised by what its files begin with; the ending of a name counts only if nothing is recognised, or to
say more in a reason. A new format is a module with a reader (bytes to Records, PermanentError for what cannot be read)
and a row in FORMATS; other packages add rows by the entry point `wiredesk.formats`. Every format may be gzipped.
"""

import itertools
from collections.abc import Iterator
from functools import cache
from io import BufferedReader
from typing import BinaryIO, Final

from producers.article import RawArticle, Record, raw_article
from producers.errors import PermanentError
from producers.formats import anpa, documents, docx, iptc7901, json_files, mail, mbox, probes, streams, warc
from producers.formats.encoding import kind_of
from producers.formats.probes import HEAD_BYTES, PROBED_BYTES, Head
from producers.formats.table import DOCUMENT_BYTES, FEED_BYTES, STREAM_BYTES, Format

__all__ = [
    "DOCUMENT_BYTES",
    "FEED_BYTES",
    "FORMATS",
    "STREAM_BYTES",
    "Format",
    "articles",
    "format_of",
    "numbered",
    "read",
]

#: Records in a row that are refused before the rest of a file is not read: it is no list of articles, and each of its
#: lines would become a Failure.
MOST_REFUSED = 1_000
#: The ending that says a file is gzipped; the one before it says what is inside.
GZIPPED = ".gz"
#: The group of entry points by which other packages add formats.
ENTRY_POINTS: Final = "wiredesk.formats"


FORMATS: tuple[Format, ...] = (
    Format(
        name="NewsML-G2",
        probe=probes.rooted("newsItem", "newsMessage", "packageItem", "conceptItem", "knowledgeItem", "planningItem"),
        read="producers.formats.newsml_g2:read",
    ),
    Format(name="NewsML 1", probe=probes.rooted("NewsML"), read="producers.formats.newsml_1:read"),
    Format(name="NITF", probe=probes.rooted("nitf"), read="producers.formats.nitf:read"),
    Format(
        name="WordPress export",
        probe=probes.is_wordpress_export,
        read="producers.formats.wxr:read",
        cap=FEED_BYTES,
        many=True,
        advice="divide it",
    ),
    Format(
        name="RSS and Atom",
        probe=probes.rooted("rss", "RDF", "feed"),
        read="producers.formats.feeds:read",
        cap=FEED_BYTES,
        many=True,
        advice="divide it",
    ),
    Format(name="OPML", probe=probes.rooted("opml"), read=documents.refuse_opml),
    Format(name="sitemap", probe=probes.rooted("urlset", "sitemapindex"), read=documents.refuse_sitemap),
    Format(name="IPTC 7901", probe=lambda head: iptc7901.is_iptc7901(head.data), read=iptc7901.read_iptc7901),
    Format(
        name="mbox",
        probe=lambda head: mbox.is_mbox(head.data[:PROBED_BYTES]),
        read=mbox.read_mbox,
        cap=STREAM_BYTES,
        many=True,
        advice="divide it",
    ),
    Format(
        name="mail", probe=lambda head: mail.is_mail(head.data[:PROBED_BYTES]), cap=mail.MAIL_BYTES, read=mail.read_mail
    ),
    Format(name="ANPA 1312", probe=lambda head: anpa.is_anpa(head.data), read=anpa.read_anpa),
    Format(
        name="WARC",
        probe=lambda head: warc.is_warc(head.start),
        read=warc.read_warc,
        cap=warc.ARCHIVE_BYTES,
        many=True,
        advice="divide it",
    ),
    Format(
        name="Word",
        probe=lambda head: docx.is_zip(head.data),
        read=docx.read,
        cap=docx.DOCX_BYTES,
        advice="take the pictures out of it",
    ),
    Format(name="text", suffixes=(".txt", ".text"), read=documents.read_text),
    Format(name="Markdown", suffixes=(".md", ".markdown"), read=documents.read_markdown),
    Format(name="HTML", probe=probes.rooted("html"), suffixes=(".html", ".htm", ".xhtml"), read=documents.read_html),
    Format(name="JSON", suffixes=(".json",), read=json_files.read_json),
    Format(
        name="JSON Lines",
        suffixes=(".jsonl", ".ndjson"),
        cap=STREAM_BYTES,
        read=json_files.read_json_lines,
        many=True,
        advice="divide it",
    ),
)

#: What is recognised by its content, in words, for the reason of what is not.
_BY_CONTENT: Final = ", ".join(row.name for row in FORMATS if row.probe and row.name not in ("OPML", "sitemap"))


@cache
def _added() -> tuple[Format, ...]:
    """Return the formats of other packages, which come before ours: they know their own dialects better."""
    from importlib.metadata import entry_points

    rows = tuple(point.load() for point in entry_points(group=ENTRY_POINTS))
    for row in rows:
        if not isinstance(row, Format):
            raise TypeError(f"an entry point of {ENTRY_POINTS} gives {row!r}, and a producers.formats.Format is wanted")
    return rows


def format_of(filename: str, data: bytes = b"") -> Format:
    """Return the format of a file that begins with `data` (its first HEAD_BYTES); PermanentError says what was seen."""
    head = Head(data, filename, GZIPPED)
    rows = (*_added(), *FORMATS)
    recognised = (row for row in rows if row.probe and row.probe(head))
    named = (row for row in rows if head.suffix in row.suffixes)
    if row := next(recognised, None):
        return row
    row = next(named, None)
    if row and not (head.is_declared_xml and head.root):
        return row
    raise PermanentError(_unknown(head, rows))


def _unknown(head: Head, rows: tuple[Format, ...]) -> str:
    suffix = f'"{head.suffix[:40]}"'
    known = " ".join(suffix for row in rows for suffix in row.suffixes)
    if kind := kind_of(head.data):
        seen = f"it is {kind}"
    elif head.root and (head.is_declared_xml or head.suffix in ("", ".xml")):
        return f"XML with the root {head.root.name[:60]}: a dialect that is not read. Read by content are {_BY_CONTENT}"
    else:
        seen = f"its name ends in {suffix}" if head.suffix else "its name has no ending"
    return (
        f"the file's format is not known: {seen}, and {known} (each also with {GZIPPED}) are read, and by their "
        f"content {_BY_CONTENT}"
    )


def read(stream: BinaryIO, filename: str) -> Iterator[Record]:
    """Yield the records of the file `filename`, whose bytes `stream` gives; at least one.

    What cannot be read comes as a Record with `refused`; records before that point are delivered. Raises only what
    reading `stream` itself raises (OSError).
    """
    return (record for _, record in _read(stream, filename))


def _read(stream: BinaryIO, filename: str) -> Iterator[tuple[bool, Record]]:
    """Yield the records of a file, each with whether its format is a list."""
    source = streams.Source(stream)
    count = refused = 0
    many = False
    try:
        row, unpacked = _opened(source, filename)
        many = row.many
        for record in row.records(unpacked):
            count += 1
            refused = refused + 1 if record.refused else 0
            yield many, record
            if refused >= MOST_REFUSED:
                reason = (
                    f"{refused:,} records in a row are refused and the rest is not read: correct what wrote the file"
                )
                raise PermanentError(reason)
    except PermanentError as error:
        # A file that is refused as a whole is identified by its beginning; its reason tells apart where reading ended.
        yield many, Record(raw=source.head + str(error).encode("utf-8", "replace"), text="", refused=str(error))
        return
    if not count:
        yield many, Record(raw=source.head, text="", refused="there is no article in the file: drop it again with one")


def _opened(source: streams.Source, filename: str) -> tuple[Format, BufferedReader]:
    unpacked = streams.Unpacked(source, gzipped=filename.lower().endswith(GZIPPED))
    row = format_of(filename, unpacked.head(HEAD_BYTES))
    return row, unpacked.limited(row.cap, row.advice)


def numbered(stream: BinaryIO, filename: str) -> Iterator[tuple[int | None, Record]]:
    """Yield what `read` yields, each record with its number from 1; None where the file is the record.

    The records of a file that holds several are numbered, as are those of a format that is a list always.
    """
    records = _read(stream, filename)
    (many, first), second = next(records), next(records, None)
    yield (1 if many or second else None), first
    if second is not None:
        yield from enumerate((record for _, record in itertools.chain((second,), records)), 2)


def articles(stream: BinaryIO, filename: str, source: str) -> Iterator[RawArticle]:
    """Yield the raw articles of the file `filename` as pushed by the producer `source`; see `read` and `numbered`.

    The same bytes give the same ids.
    """
    for number, record in numbered(stream, filename):
        yield raw_article(record, source=source, filename=filename, number=number)
