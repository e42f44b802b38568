"""OPML: the list of feeds as readers of feeds exchange it."""

import io
from collections.abc import Iterable
from typing import Final
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from producers.errors import ConfigurationError, PermanentError
from producers.feeds.listing import Feed, without_login
from producers.formats.xml_tree import every, local, tree

#: Bytes of the longest list: 10,000 feeds take 3 MB.
MOST_BYTES: Final = 20_000_000


def read(data: bytes) -> list[tuple[str, str]]:
    """Return the names and the addresses of the feeds in `data`, in their order; a name may be "".

    Raises ConfigurationError if it is no OPML.
    """
    try:
        root, _ = tree(data)
    except PermanentError:
        # Lists are written by hand, too.
        try:
            root, _ = tree(data, mend=True)
        except PermanentError as error:
            raise ConfigurationError(f"This is no list of feeds (OPML): {error}.") from None
    if local(root).lower() != "opml":
        raise ConfigurationError(f"This is no list of feeds (OPML): its first element is {local(root)[:60]!r}.")
    feeds = []
    for outline in every(root, "outline"):
        given = {name.lower(): " ".join(value.split()) for name, value in outline.attrib.items()}
        if address := given.get("xmlurl"):
            feeds.append((given.get("title") or given.get("text") or "", address))
    return feeds


def written(feeds: Iterable[Feed]) -> bytes:
    """Return `feeds` as OPML 2.0, without the logins in their addresses."""
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = "Feeds of wiredesk"
    body = SubElement(root, "body")
    for feed in feeds:
        SubElement(body, "outline", type="rss", text=feed.name, title=feed.name, xmlUrl=without_login(feed.url))
    indent(root)
    written = io.BytesIO()
    ElementTree(root).write(written, encoding="utf-8", xml_declaration=True)
    return written.getvalue() + b"\n"
