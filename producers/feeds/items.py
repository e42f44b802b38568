"""A feed's document to the articles that are new in it."""

import hashlib
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urljoin

from producers.article import RawArticle, Record, raw_article
from producers.errors import PermanentError
from producers.feeds.answer import Answer
from producers.formats import Format, format_of
from producers.formats.encoding import decoded
from producers.formats.feeds import NoItemsError
from producers.formats.probes import HEAD_BYTES
from producers.formats.sitemaps import entries
from producers.formats.streams import Source, Unpacked

#: Formats in which addresses give articles; any other is a mistyped address, or an error page.
FORMATS: Final = frozenset(
    {"RSS and Atom", "JSON", "sitemap", "NewsML-G2", "NewsML 1", "NITF", "WordPress export"},
)
#: Characters of a text that no two articles of a feed share by chance, so that it alone says which article it is.
LONG: Final = 200
#: Days for which an item is remembered after its feed has last had it, and items that are remembered.
KEPT_DAYS, KEPT_ITEMS = 30, 20_000
#: Seconds of a day.
DAY: Final = 86_400

_GZIP: Final = b"\x1f\x8b"
_ENCODING: Final = re.compile(rb"\s*<\?xml\b[^>]{0,200}encoding", re.IGNORECASE)
#: Where a feed begins that follows the warning of a program.
_START: Final = re.compile(rb"<(?:\?xml|rss|feed|rdf:RDF)\b")
_TTL: Final = re.compile(rb"<ttl>\s{0,9}(\d{1,9})\s{0,9}</ttl>", re.IGNORECASE)
_PERIOD: Final = re.compile(rb"updatePeriod>\s{0,9}(\w{1,9})\s{0,9}<")
_FREQUENCY: Final = re.compile(rb"updateFrequency>\s{0,9}(\d{1,4})\s{0,9}<")
_PERIODS: Final = {b"hourly": 3600, b"daily": DAY, b"weekly": 7 * DAY, b"monthly": 30 * DAY, b"yearly": 365 * DAY}
#: Bytes at both ends of a feed, in which it speaks of itself.
_ENDS: Final = 16_384
_LINK: Final = re.compile(rb"<link\b[^>]{0,1000}>", re.IGNORECASE)
_FEED_TYPE: Final = re.compile(rb"application/(?:rss|atom|feed)\+(?:xml|json)", re.IGNORECASE)
_HREF: Final = re.compile(rb"""href\s{0,9}=\s{0,9}["']?([^"'\s>]{1,2000})""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a document gives: its items, the pause that it asks for (seconds, 0: none), what of it cannot be read."""

    records: tuple[Record, ...] = ()
    ttl: float = 0.0
    note: str = ""


def read(answer: Answer) -> Contents:
    """Return the contents of a feed. Raises PermanentError if it is none, or nothing of it can be read."""
    body = _in_its_charset(answer.body, answer.charset)
    try:
        records = _records(body)
    except NoItemsError:
        return Contents(ttl=_ttl(body))
    except _PageError:
        raise PermanentError(_of_page(answer)) from None
    items, notes = [], []
    for record in records:
        # What is said of the feed as a whole is no item; an item that is cut short comes whole the next time.
        if record.refused and (record.refused == record.metadata.get("xml_mended") or not _is_named(record)):
            notes.append(record.refused)
        else:
            items.append(record)
    if notes and not items:
        raise PermanentError(notes[0])
    return Contents(tuple(items), _ttl(body), notes[0] if notes else "")


def digest(record: Record, *, by_page: bool = False) -> str:
    """Return what stays the same of an item although its feed gives it a new id or address each time.

    `by_page`: the page is read for an item without a text, which is then more than the item that failed without it.
    """
    words = record.text if len(record.text) >= LONG else f"{record.url or record.item or record.uri}\n{record.text}"
    standing = f"{record.status}\n{record.embargo or ''}\n{record.revision.number if record.revision else ''}"
    parts = "\n".join((record.title or "", words, standing, "page" if by_page and not record.text else ""))
    return hashlib.sha256(parts.encode("utf-8", "replace")).hexdigest()[:24]


def remembered(seen: Mapping[str, int], digests: Iterable[str], now: float) -> dict[str, int]:
    """Return what is seen once the items with these `digests` are pushed at the time `now`; the oldest go."""
    today = int(now // DAY)
    known = {**seen, **dict.fromkeys(digests, today)}
    newest = sorted(known.items(), key=lambda item: item[1])[-KEPT_ITEMS:]
    return {key: day for key, day in newest if today - day <= KEPT_DAYS}


def article(record: Record, source: str) -> RawArticle:
    """Return the article of an item of the feed named `source`. The same item has the same id at every call."""
    if not record.uri:
        # No number: the place of an item in its feed changes with each new item.
        record = replace(record, uri=f"{source}#{hashlib.sha256(record.raw).hexdigest()[:24]}")
    return raw_article(record, source=source, filename="", number=None)


class _PageError(Exception):
    """The document is a web page."""


def _records(body: bytes) -> list[Record]:
    try:
        row, unpacked = _opened(body)
    except PermanentError:
        start = _START.search(body[:HEAD_BYTES])
        if start is None or not start.start():
            raise
        row, unpacked = _opened(body[start.start() :])
    if row.name == "HTML":
        raise _PageError
    if row.name not in FORMATS:
        raise PermanentError(f"it is no feed but {row.name}")
    if row.name == "sitemap":
        return entries(unpacked.limited(row.cap, row.advice).read())
    records = list(row.records(unpacked.limited(row.cap, row.advice)))
    if row.name == "JSON" and len(records) == 1 and records[0].refused and b'"items"' in body and not _has_items(body):
        raise NoItemsError("the feed has no items")
    return records


def _opened(body: bytes) -> tuple[Format, Unpacked]:
    unpacked = Unpacked(Source(io.BytesIO(body)), gzipped=body.startswith(_GZIP))
    head = unpacked.head(HEAD_BYTES)
    is_json = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
    try:
        return format_of("feed.json" if is_json else "feed.xml", head), unpacked
    except PermanentError as error:
        reason = str(error) if str(error).startswith("XML") else "its answer is no feed: check the address"
        raise PermanentError(reason) from None


def _has_items(body: bytes) -> bool:
    import json

    try:
        return bool(json.loads(body.decode("utf-8-sig")).get("items"))
    except (ValueError, AttributeError, RecursionError):
        return True


def _is_named(record: Record) -> bool:
    return bool(record.url or record.item or record.title)


def _in_its_charset(body: bytes, charset: str | None) -> bytes:
    """Return `body` in UTF-8 if only the frame around it says what its charset is."""
    if charset is None or body.startswith((_GZIP, b"\xff\xfe", b"\xfe\xff")) or _ENCODING.match(body):
        return body
    return decoded(body, charset=charset).text.encode("utf-8", "replace")


def _ttl(body: bytes) -> float:
    ends = body[:_ENDS] + body[-_ENDS:]
    ttl = 60 * int(given[1]) if (given := _TTL.search(ends)) else 0
    period = _PERIODS.get(given[1].lower(), 0) if (given := _PERIOD.search(ends)) else 0
    frequency = int(given[1]) if (given := _FREQUENCY.search(ends)) else 1
    return float(max(ttl, period // max(1, frequency)))


def _of_page(answer: Answer) -> str:
    reason = "it is a web page and no feed"
    for link in _LINK.findall(answer.body[: 4 * HEAD_BYTES]):
        if _FEED_TYPE.search(link) and (place := _HREF.search(link)):
            address = urljoin(answer.url, place[1].decode("utf-8", "replace").replace("&amp;", "&"))
            return f"{reason}: it names {address} as its feed"
    return f"{reason}, and names none"
