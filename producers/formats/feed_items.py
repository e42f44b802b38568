"""What the elements of a feed's item mean, in every dialect: RSS 0.9 to 2.0, RSS 1.0, Atom, and their modules."""

import html
import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from producers.article import is_web_address
from producers.formats.addresses import absolute, without_counters
from producers.formats.xml_text import MARKUP
from producers.formats.xml_tree import Element, every, words

XML: Final = "{http://www.w3.org/XML/1998/namespace}"
RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
#: Parts of the addresses of namespaces, and the prefix by which we call them. "" are those of the feeds themselves.
_NAMESPACES: Final[tuple[tuple[str, str], ...]] = (
    ("purl.org/rss/1.0/modules/content", "content"),
    ("purl.org/dc/", "dc"),
    ("search.yahoo.com/mrss", "media"),
    ("www.itunes.com/", "itunes"),
    ("wordpress.org/export/", "wp"),
    ("prismstandard.org", "prism"),
    ("feedburner", "feedburner"),
    ("www.w3.org/2007/app", "app"),
    ("purl.org/atom/app", "app"),
    ("purl.org/atompub/tombstones", "at"),
    ("www.w3.org/1999/xhtml", "xhtml"),
    ("www.w3.org/2005/Atom", ""),
    ("purl.org/atom/ns", ""),
    ("purl.org/net/rss1.1", ""),
    ("my.netscape.com/", ""),
    ("backend.userland.com/", ""),
    ("cyber.harvard.edu/rss", ""),
    ("blogs.law.harvard.edu/tech/rss", ""),
)
_RSS_1: Final = "purl.org/rss/1.0/"

#: The elements that may hold the text of an item, the whole text before a part of it.
_WHOLE: Final = ("content:encoded", "xhtml:body", "xhtml:div", "content", "fullitem", "body")
_PARTS: Final = ("description", "summary", "dc:description", "dc:abstract", "itunes:summary", "tagline")
#: A text that is so many times as long as one before it is more of the text.
_MUCH_LONGER: Final = 1.5

_PUBLISHED: Final = ("pubdate", "published", "issued", "dc:date", "dc:issued", "prism:publicationdate", "dc:created")
_MODIFIED: Final = ("updated", "modified", "dc:modified", "prism:modificationdate")

_MAILBOX: Final = re.compile(r"[^\s@()<>]{1,100}@[^\s@()<>]{1,100}")
#: Accounts that publishing systems name as authors.
_ACCOUNTS: Final = frozenset({"admin", "administrator", "webmaster", "wordpress", "root", "editor", "web editor"})
_TAG: Final = re.compile(r"<[^<>]{0,1000}>")


@dataclass(frozen=True, slots=True)
class Text:
    """A text of an item: markup, or plain; `name` is that of its element."""

    name: str
    text: str
    is_html: bool

    @property
    def size(self) -> int:
        """Its length in characters, without tags."""
        return len("".join((_TAG.sub("", self.text) if self.is_html else self.text).split()))


class Parts:
    """The children of an item or a channel by their names: `title`, `dc:date`; in small letters, as some write so."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self._by_name: dict[str, list[Element]] = {}
        for child in element:
            if name := named(child):
                self._by_name.setdefault(name, []).append(child)

    def every(self, *names: str) -> list[Element]:
        """Return the children of these names, those of the first name first."""
        return [child for name in names for child in self._by_name.get(name, ())]

    def line(self, *names: str) -> str | None:
        """Return the first that has words, on one line and without tags."""
        return next((text for child in self.every(*names) if (text := line_of(child))), None)


@lru_cache(maxsize=4096)
def _named(tag: str) -> str:
    namespace, _, local = tag.rpartition("}")
    namespace = namespace.lstrip("{")
    if not namespace:
        # A prefix that is declared nowhere stays in the name.
        return local.lower()
    if namespace.rstrip("/").endswith(_RSS_1.rstrip("/")):
        return local.lower()
    prefix = next((prefix for part, prefix in _NAMESPACES if part.lower() in namespace.lower()), "?")
    return f"{prefix}:{local.lower()}" if prefix else local.lower()


def named(element: Element) -> str:
    """Return what we call an element: its local name in small letters, behind the prefix of its module."""
    return _named(element.tag) if isinstance(element.tag, str) else ""


def text_of(element: Element) -> Text:
    """Return the text that an element holds: XHTML within it, escaped markup, or plain text."""
    kind = (element.get("type") or "").lower()
    if next((True for child in element if isinstance(child.tag, str)), False):
        return Text(named(element), _inner(element), is_html=True)
    text = (element.text or "").strip()
    if kind == "text/plain":
        return Text(named(element), text, is_html=False)
    if not MARKUP.search(text):
        text = html.unescape(text)
    return Text(named(element), text, is_html=bool(MARKUP.search(text)))


def _inner(element: Element) -> str:
    """Return the markup within an element as HTML, its names without prefixes."""
    from lxml import etree  # type: ignore[import-untyped]

    copy = deepcopy(element)
    copy.tail = None
    for inner in copy.iter():
        if isinstance(inner.tag, str):
            inner.tag = inner.tag.rsplit("}", 1)[-1].rsplit(":", 1)[-1].lower()
            for name in [name for name in inner.attrib if name.startswith("{")]:
                del inner.attrib[name]
    copy.tag = "div"
    copy.attrib.clear()
    etree.cleanup_namespaces(copy)
    return str(etree.tostring(copy, method="html", encoding="unicode"))


def line_of(element: Element) -> str | None:
    """Return the text of an element on one line: without tags, and without an escape that is left over."""
    inner = words(element) or ""
    plain = MARKUP.sub("", inner) if "<" in inner else inner
    return " ".join(html.unescape(plain).split()) or None


def best_text(parts: Parts) -> Text | None:
    """Return the fullest text of an item, or None if it has none; of a whole text and its teaser the whole."""
    best: Text | None = None
    for element in parts.every(*_WHOLE, *_PARTS):
        text = text_of(element)
        if text.size and (best is None or text.size > _MUCH_LONGER * best.size):
            best = text
    return best


def is_part(text: Text) -> bool:
    """Return whether a text comes from an element that is for the beginning of an article, or a summary."""
    return text.name in _PARTS


def link_of(parts: Parts, base: str | None) -> str | None:
    """Return the web address at which an item is read, without the counters of its readers; `base` is its feed's."""
    base = parts.element.base or base
    given = [(child, child.get("href") or child.text) for child in parts.every("feedburner:origlink", "link")]
    given = [pair for pair in given if (pair[0].get("rel") or "alternate").lower() == "alternate"]
    # An entry may link to itself in other forms.
    given.sort(key=lambda pair: "html" not in (pair[0].get("type") or "html"))
    permanent = (
        guid for guid in parts.every("guid") if (guid.get("ispermalink") or guid.get("isPermaLink")) != "false"
    )
    given += [(guid, guid.text if is_web_address((guid.text or "").strip()) else None) for guid in permanent]
    given.append((parts.element, parts.element.get(f"{RDF}about")))
    for child, address in given:
        whole = absolute(address, child.base or base) if address else None
        if whole and is_web_address(whole):
            return without_counters(whole)
    return None


def identity_of(parts: Parts) -> str | None:
    """Return the name that a feed gives an item: guid, id or dc:identifier, or what its RDF is about."""
    named_by = (child.text for child in parts.every("guid", "id", "dc:identifier"))
    given = (*named_by, parts.element.get(f"{RDF}about"))
    return next((" ".join(value.split()) for value in given if value and value.strip()), None)


def people_of(elements: Iterable[Element]) -> list[str]:
    """Return the names of authors, without their addresses; an address alone is no name."""
    people: list[str] = []
    for element in elements:
        own = [child for child in element if named(child).rsplit(":", 1)[-1] == "name"]
        for person in own or [element]:
            name = line_of(person) or ""
            bracketed = re.fullmatch(rf"(?:{_MAILBOX.pattern})\s*\((.{{1,200}})\)", name)
            name = bracketed[1] if bracketed else _MAILBOX.sub("", name)
            name = name.strip(" <>()\"',;")
            if name and name.lower() not in _ACCOUNTS:
                people.append(name)
    return list(dict.fromkeys(people))


def fields_of(parts: Parts) -> dict[str, Any]:
    """Return what an item or a feed says of itself, by the names of producers.formats.fields; without what is absent.

    Its names and addresses are given by `identity_of` and `link_of`, its text by `best_text`.
    """
    draft = next((line_of(child) for control in parts.every("app:control") for child in control), None)
    about = _categories(parts)
    fields: dict[str, Any] = {
        "headline": parts.line("title", "dc:title"),
        "datepublished": parts.line(*_PUBLISHED),
        "datemodified": parts.line(*_MODIFIED),
        "author": people_of(parts.every("dc:creator") or parts.every("author") or parts.every("itunes:author")),
        "language": parts.element.get(f"{XML}lang") or parts.line("language", "dc:language"),
        "section": about[0]["name"] if about else None,
        "subject": about,
        "copyright": parts.line("rights", "copyright", "dc:rights"),
        "draft": draft,
    }
    return {name: value for name, value in fields.items() if value not in (None, [])}


def _categories(parts: Parts) -> list[Mapping[str, str]]:
    given: list[Mapping[str, str]] = []
    for child in parts.every("category", "dc:subject"):
        term, name = child.get("term"), child.get("label") or child.get("term") or line_of(child)
        scheme = child.get("scheme") or child.get("domain") or ""
        about = {"code": term if scheme and term != name else None, "scheme": scheme or None, "name": name}
        if name and name.strip():
            given.append({key: value.strip() for key, value in about.items() if value})
    return given


def publisher_of(parts: Parts) -> str | None:
    """Return the name of the house that an aggregator says an item is from."""
    for source in parts.every("source"):
        title = next((child for child in source if named(child) == "title"), None)
        if name := line_of(title) if title is not None else line_of(source) if not len(source) else None:
            return name
    return parts.line("dc:publisher")


def captions_of(parts: Parts) -> tuple[str, ...]:
    """Return the captions of an item's pictures and films (Media RSS)."""
    media = (inner for child in parts.every("media:content", "media:group") for inner in every(child, "description"))
    return tuple(dict.fromkeys(caption for child in media if (caption := line_of(child))))
