"""Feeds: RSS 0.9 to 2.0, RSS 1.0 and Atom. Every item is an article, if only its beginning."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from io import BufferedReader
from typing import Any, Final

from producers.article import Record, is_absolute
from producers.errors import PermanentError
from producers.formats.encoding import decoded
from producers.formats.feed_items import (
    Parts,
    Text,
    best_text,
    captions_of,
    fields_of,
    identity_of,
    is_part,
    link_of,
    named,
    people_of,
    publisher_of,
)
from producers.formats.fields import details
from producers.formats.xml_tree import Element, local, tree

_ITEM = re.compile(r"<(/?)(?:[\w.-]{1,50}:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
_CDATA = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)

_EMPTY: Final = "the feed has no items, so there is no article in it: drop it again with some"


class NoItemsError(PermanentError):
    """A feed is as it should be, and has no items."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it was parsed; `fault` says why it had to be mended, if it had to be.

    `cut` says that its last item is unfinished. `lost` says what of the feed mending could not save.
    """

    channel: Parts
    items: list[Element]
    notes: Mapping[str, str]
    cut: bool = False
    lost: str | None = None
    fault: str | None = None


def parsed(data: bytes, *names: str) -> Feed:
    """Return the feed `data`, whose items have one of the `names`; it is mended if it is not well-formed.

    Raises PermanentError if nothing can be read of it; NoItemsError, a kind of it, if it has no items.
    """
    fault = None
    try:
        root, notes = tree(data)
    except PermanentError as error:
        fault = str(error)
        root, notes = tree(data, mend=True)
        notes = {**notes, "xml_mended": fault}
    channel = Parts(next((child for child in root if named(child) == "channel"), root))
    items = [element for element in root.iter() if named(element) in names]
    if not items and fault is None:
        raise NoItemsError(_EMPTY)
    if fault is None:
        return Feed(channel, items, notes)
    text = _CDATA.sub("", decoded(data, markup=True).text)
    marks = [mark[1] for mark in _ITEM.finditer(text)]
    missing = marks.count("") - len(items)
    ended = re.search(rf"</(?:[\w.-]{{1,50}}:)?{re.escape(local(root))}\b", text) is not None
    if not items:
        raise NoItemsError(_EMPTY) if ended and not marks else PermanentError(fault)
    cut = not ended and marks[-1:] == [""]
    lost = None
    if missing > 0:
        lost = f"{missing:,} more {'item' if missing == 1 else 'items'} of the feed cannot be read: {fault}"
    elif not ended and not cut:
        lost = f"the feed is cut short after its last item here: {fault}"
    return Feed(channel, items, notes, cut, lost, fault)


def read(stream: BufferedReader) -> Iterator[Record]:
    """Yield the articles of a feed; an item that is cut short, or has no text, is refused in its place."""
    feed = parsed(stream.read(), "item", "entry", "at:deleted-entry")
    given = _given(feed.channel)
    site = link_of(feed.channel, None)
    ids = Counter(identity_of(Parts(item)) for item in feed.items)
    for number, item in enumerate(feed.items, 1):
        parts = Parts(item)
        if named(item) == "at:deleted-entry":
            yield _deleted(item, feed.notes)
            continue
        fields = {**given, **fields_of(parts), "url": link_of(parts, site)}
        own = identity_of(parts)
        # Some feeds give one id to all of their items.
        if own and ids[own] == 1:
            fields["item"] = own if is_absolute(own) else f"{_name(feed.channel, site)} {own}"
        if publisher := publisher_of(parts):
            fields["publisher"] = publisher
        cut = feed.fault if feed.cut and number == len(feed.items) else None
        yield record(fields, best_text(parts), notes=feed.notes, captions=captions_of(parts), cut=cut)
    yield from rest(feed)


def rest(feed: Feed) -> Iterator[Record]:
    """Yield the record that says what of a feed could not be read, if that is so."""
    if feed.lost:
        yield Record(raw=feed.lost.encode(), text="", refused=feed.lost)


def record(
    fields: Mapping[str, Any],
    text: Text | None,
    *,
    notes: Mapping[str, str],
    captions: tuple[str, ...] = (),
    cut: str | None = None,
) -> Record:
    """Return the record of an item with these `fields` (as producers.formats.fields names them) and this text.

    `cut` says why the item is refused although it has a text.
    """
    given = {name: value for name, value in fields.items() if value not in (None, "", [])}
    said = details(given)
    marks = {"teaser": text.name} if text and is_part(text) else {}
    said = replace(said, captions=captions, metadata={**said.metadata, **marks, **notes})
    # The same item has the same id whatever else its feed counts beside it; and this can be dropped again as it is.
    body = {"html" if text.is_html else "text": text.text} if text else {}
    raw = json.dumps({**given, **body}, ensure_ascii=False).encode("utf-8", "replace")
    reason = cut
    if text is None and reason is None:
        only = ", only a title" if said.title else ""
        reason = f"the item has no text{only}: drop the article itself"
    if reason or text is None:
        return Record.of(said, raw=raw, text="", refused=reason)
    return Record.of(said, raw=raw, text=text.text, media_type="text/html" if text.is_html else "text/plain")


def _given(channel: Parts) -> dict[str, Any]:
    """Return what a feed says of all its items."""
    of_feed = fields_of(channel)
    publisher = of_feed.get("headline")
    people = people_of(channel.every("author")) if named(channel.element) == "feed" else []
    return {
        "publisher": publisher,
        "language": of_feed.get("language"),
        "copyright": of_feed.get("copyright"),
        "author": [name for name in people if name != publisher],
    }


def _name(channel: Parts, site: str | None) -> str:
    """Return the name of a feed, before which the ids of its items are unique."""
    own = (child.get("href") for child in channel.every("link") if (child.get("rel") or "") == "self")
    return next(filter(None, (*own, channel.line("id"), site, channel.line("title"))), "feed")


def _deleted(tombstone: Element, notes: Mapping[str, str]) -> Record:
    """Return the record of an entry that its feed takes back (RFC 6721)."""
    fields = {"item": tombstone.get("ref"), "datemodified": tombstone.get("when"), "pubstatus": "canceled"}
    said = details({name: value for name, value in fields.items() if value})
    reason = None if said.item else "the feed takes an entry back and does not say which: correct its ref"
    raw = json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace")
    return Record.of(replace(said, metadata={**said.metadata, **notes}), raw=raw, text="", refused=reason)
