"""Files that are one article: plain text, Markdown, HTML. Bytes are decoded; nothing is repaired or taken out."""

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BufferedReader

from producers.article import Record, is_absolute
from producers.errors import PermanentError
from producers.formats import front_matter
from producers.formats.encoding import decoded
from producers.formats.fields import details

#: Where a page's own address is looked for, in characters from its start.
_HEAD_CHARACTERS = 65_536

#: Lines of a plain text, empty ones not counted, among which its address is looked for.
_HEADER_LINES = 8

_STATED = re.compile(
    r"(?:url|link|permalink|canonical(?:[ -]url)?|web address)\s?:\s{0,9}<?(https?://[^\s<>]+)>?", re.I
)
_LINK = re.compile(r"<(?:link|meta)\b[^>]{1,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""\b(rel|property|href|content)\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.IGNORECASE
)


def read_text(stream: BufferedReader) -> Iterator[Record]:
    """Yield the one article of a plain text file, and its web address if a line above the text states it."""
    data = _whole(stream)
    found = decoded(data)
    text = _given(found.text)
    yield Record(raw=data, text=text, url=stated_address(text), metadata=found.notes)


def read_html(stream: BufferedReader) -> Iterator[Record]:
    """Yield the one article of an HTML page: its markup, and its own address where it names one."""
    data = _whole(stream)
    found = decoded(data, markup=True)
    text = _given(found.text)
    yield Record(raw=data, text=text, media_type="text/html", uri=own_address(text), metadata=found.notes)


def read_markdown(stream: BufferedReader) -> Iterator[Record]:
    """Yield the one article of a Markdown file: the text below its front matter, and what the front matter says."""
    data = _whole(stream)
    found = decoded(data)
    header = front_matter.read(_given(found.text))
    said = details(header.fields)
    notes = {front_matter.UNREADABLE: header.unreadable} if header.unreadable else {}
    said = replace(
        said,
        uri=said.uri if said.uri and is_absolute(said.uri) else None,
        metadata={**said.metadata, **notes, **found.notes},
    )
    yield Record.of(said, raw=data, text=header.text, media_type="text/markdown")


def refuse_opml(_stream: BufferedReader) -> Iterator[Record]:
    """Raise PermanentError: a list of feeds holds no article."""
    raise PermanentError(
        "this is OPML, a list of feeds, and holds no article: `wiredesk feeds import` polls the feeds that it names"
    )


def refuse_sitemap(_stream: BufferedReader) -> Iterator[Record]:
    """Raise PermanentError: a sitemap holds addresses and titles, and no article."""
    raise PermanentError(
        "this is a sitemap, a list of addresses without their texts: `wiredesk feeds add --fulltext` polls one of news"
    )


def own_address(page: str) -> str | None:
    """Return the absolute address that an HTML page gives as its own (`link rel=canonical`, else `og:url`), or None."""
    found: dict[str, str] = {}
    for element in _LINK.finditer(page, 0, _HEAD_CHARACTERS):
        attributes = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(element[0])}
        kind = attributes.get("rel", attributes.get("property", "")).lower()
        address = attributes.get("href", attributes.get("content", "")).strip().replace("&amp;", "&")
        if is_absolute(address):
            found.setdefault(kind, address)
    return found.get("canonical", found.get("og:url"))


def stated_address(text: str) -> str | None:
    """Return the web address that a line above a plain text states as its own ("URL: https://..."), or None.

    Only a line of nothing else counts, among the first lines that have something on them; two addresses are none.
    """
    head = text.lstrip("\ufeff")[:_HEAD_CHARACTERS].splitlines()
    lines = [line for line in head if line.strip()][:_HEADER_LINES]
    addresses = {stated[1] for line in lines if len(line) <= 2048 and (stated := _STATED.fullmatch(line.strip()))}
    return addresses.pop() if len(addresses) == 1 else None


def _whole(stream: BufferedReader) -> bytes:
    data = stream.read()
    if not data:
        raise PermanentError("the file is empty: it was perhaps made before its text was written; drop it again")
    return data


def _given(text: str) -> str:
    if not text.strip("\ufeff\x00 \t\r\n\f\v"):
        raise PermanentError("the file is empty but for white space: drop it again with its text")
    return text
