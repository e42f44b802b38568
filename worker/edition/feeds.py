"""Feeds of a profile: its editions, or the topics in them, as Atom (RFC 4287) and as JSON Feed 1.1.

They are made of the stored documents alone, so that the same editions give the same bytes.
"""

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from xml.etree import ElementTree as ET

from worker.edition import view
from worker.edition.document import Document, shown
from worker.edition.pages import page

#: The newest editions that a feed knows: two weeks, for readers who were away.
MOST_EDITIONS: Final = 14
#: Digests in their feed. An edition is in it whole or, but for the newest, not at all.
MOST_DIGESTS: Final = 500

_ATOM: Final = "http://www.w3.org/2005/Atom"
_XML_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_TOMBSTONES: Final = "http://purl.org/atompub/tombstones/1.0"
ET.register_namespace("", _ATOM)
ET.register_namespace("at", _TOMBSTONES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item of a feed. Times are ISO 8601 in UTC; `html` is safe; `authors` are names, `marks` one or two words."""

    id: str
    title: str
    html: str
    updated: str
    published: str
    href: str | None = None
    language: str | None = None
    authors: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """An entry that was withdrawn: its id, and when (RFC 6721). JSON Feed has no word for it: there it is only gone."""

    id: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed: its entries, the newest first, and those that were withdrawn."""

    id: str
    title: str
    updated: str
    entries: tuple[Entry, ...]
    deleted: tuple[Deleted, ...] = ()


def of_editions(documents: Sequence[Document]) -> Feed:
    """Return the feed of the editions `documents`, of one profile, the newest first; at least one."""
    entries = []
    for document in documents:
        head, seen = document["edition"], view.edition(document)
        entries.append(
            Entry(
                id=_id("edition", head["profile"], head["date"]),
                title=f"{seen.name}: {seen.day}",
                html=page("feed.html", edition=seen),
                updated=_updated(document),
                published=head["closed_at"],
                language="en",
            )
        )
    return _feed(documents, "editions", entries)


def of_digests(documents: Sequence[Document]) -> Feed:
    """Return the feed of the topics that `documents` show, of one profile, the newest edition first; at least one."""
    entries: list[Entry] = []
    known: set[str] = set()
    for document in documents:
        new = [entry for entry in _topics(document) if entry.id not in known]
        if entries and len(entries) + len(new) > MOST_DIGESTS:
            break
        known.update(entry.id for entry in new)
        entries += new
    gone = {entry.id: entry for document in documents for entry in _deleted(document) if entry.id not in known}
    return replace(_feed(documents, "digests", entries), deleted=tuple(gone.values()))


def atom(feed: Feed) -> bytes:
    """Return `feed` as an Atom document, UTF-8."""
    root = ET.Element(f"{{{_ATOM}}}feed")
    _texts(root, id=feed.id, title=feed.title, updated=feed.updated)
    _texts(ET.SubElement(root, f"{{{_ATOM}}}author"), name="Wiredesk")
    for entry in feed.entries:
        item = ET.SubElement(root, f"{{{_ATOM}}}entry")
        if entry.language:
            item.set(_XML_LANGUAGE, entry.language)
        _texts(item, id=entry.id, title=entry.title, updated=entry.updated, published=entry.published)
        for author in entry.authors:
            _texts(ET.SubElement(item, f"{{{_ATOM}}}author"), name=author)
        for mark in entry.marks:
            ET.SubElement(item, f"{{{_ATOM}}}category", term=mark)
        if entry.href:
            ET.SubElement(item, f"{{{_ATOM}}}link", rel="alternate", type="text/html", href=entry.href)
        ET.SubElement(item, f"{{{_ATOM}}}content", type="html").text = entry.html
    for gone in feed.deleted:
        ET.SubElement(root, f"{{{_TOMBSTONES}}}deleted-entry", ref=gone.id, when=gone.at)
    ET.indent(root)
    whole: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return whole + b"\n"


def json_feed(feed: Feed) -> bytes:
    """Return `feed` as a JSON Feed, UTF-8."""
    items = []
    for entry in feed.entries:
        item: dict[str, Any] = {"id": entry.id}
        if entry.href:
            item["url"] = entry.href
        item |= {
            "title": entry.title,
            "content_html": entry.html,
            "date_published": entry.published,
            "date_modified": entry.updated,
        }
        if entry.language:
            item["language"] = entry.language
        if entry.authors:
            item["authors"] = [{"name": author} for author in entry.authors]
        if entry.marks:
            item["tags"] = list(entry.marks)
        items.append(item)
    whole = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "authors": [{"name": "Wiredesk"}],
        "items": items,
    }
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()


def _feed(documents: Sequence[Document], kind: str, entries: Sequence[Entry]) -> Feed:
    head = documents[0]["edition"]
    profile = head["profile"]
    return Feed(
        id=_id("feed", profile, kind),
        title=f"{view.edition_name(profile)}: {kind}",
        updated=max(map(_updated, documents), key=datetime.fromisoformat),
        entries=tuple(entries),
    )


def _topics(document: Document) -> Iterator[Entry]:
    head, seen = document["edition"], view.edition(document)
    blocks = {block.anchor: block for block in seen.topics}
    for topic in shown(document):
        block, teller = blocks[view.anchor(topic)], topic["digests"][0]
        yield Entry(
            # An update has another canonical article: it is an entry of its own, the same digest never is.
            id=_digest_id(document, topic["story_id"], topic["article_id"]),
            title=block.headline,
            # In full, whatever the edition shows of it.
            html=page("digest.html", topic=replace(block, summary=view.plain(teller["summary"]))),
            updated=head["closed_at"],
            published=teller["published_at"] or head["closed_at"],
            href=block.href,
            language=block.language,
            authors=(block.source.name,) if block.source.name else (),
            marks=block.marks,
        )


def _deleted(document: Document) -> Iterator[Deleted]:
    for gone in document.get("withdrawn", ()):
        yield Deleted(id=_digest_id(document, gone["story_id"], gone["article_id"]), at=gone["at"])


def _digest_id(document: Document, story: str, article: str) -> str:
    return _id("digest", document["edition"]["profile"], story, article)


def _updated(document: Document) -> str:
    """Return when `document` changed last: when it closed, or when a story was withdrawn from it."""
    times = [document["edition"]["closed_at"], *(gone["at"] for gone in document.get("withdrawn", ()))]
    return max(times, key=datetime.fromisoformat)


def _id(*parts: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(["wiredesk", *parts])).urn


def _texts(parent: ET.Element, **texts: str) -> None:
    for name, text in texts.items():
        ET.SubElement(parent, f"{{{_ATOM}}}{name}").text = text
