"""What a file's beginning says it is: the probes of the table of formats."""

import re
from collections.abc import Callable
from functools import cached_property
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from producers.formats.encoding import wide_charset

#: Bytes from a file's start that a probe looks at.
PROBED_BYTES: Final = 4_096
#: Bytes in which the root of an XML document is looked for: exports begin with long comments.
HEAD_BYTES: Final = 65_536

_SPACE: Final = b"\xef\xbb\xbf \t\r\n"
#: What stands before the root of an XML document, each with the text that ends it.
_PROLOG: Final = (("<?", "?>"), ("<!--", "-->"))
_DOCTYPE = re.compile(r"<!DOCTYPE\s+(?:[\w.-]+:)?([\w.-]+)[^\[>]*(?:(\[)|>)", re.IGNORECASE)
#: What a document type may hold that hides its end: texts in quotes, comments, instructions; and its end.
_WITHIN_SUBSET = re.compile(r""""[^"]*"|'[^']*'|<!--.*?-->|<\?.*?\?>|(\]\s*>)""", re.DOTALL)
_ELEMENT = re.compile(r"<(?:([\w.-]+):)?([A-Za-z_][\w.-]*)((?:\s[^<>]{0,20000})?)/?>?")
_NAMESPACE = re.compile(r"""\bxmlns(?::([\w.-]+))?\s{0,9}=\s{0,9}["']([^"']{1,500})["']""")


class Root(NamedTuple):
    """The root element of an XML document: its local name and its namespace, "" if it has none."""

    name: str
    namespace: str


class Doctype(NamedTuple):
    """The document type of an XML document: the name it gives, and where it begins and ends in the text."""

    name: str
    start: int
    end: int


class Head:
    """The beginning of a file, unpacked, and the `suffix` of its name (".xml", without ".gz")."""

    def __init__(self, data: bytes, filename: str = "", gzipped: str = ".gz") -> None:
        self.data = data
        self.suffix = PurePosixPath(filename.lower().removesuffix(gzipped)).suffix

    @cached_property
    def start(self) -> bytes:
        """Its first PROBED_BYTES, without a mark and white space before them."""
        return self.data[:PROBED_BYTES].lstrip(_SPACE)

    @cached_property
    def is_declared_xml(self) -> bool:
        """Whether it begins as XML documents do, and as no page or text does."""
        return self._text.startswith("<?xml")

    @cached_property
    def root(self) -> Root | None:
        """The root element, or None if this is no markup."""
        start, doctype = root_start(self._text)
        if start is None:
            return Root(doctype.name, "") if doctype else None
        return _root(_ELEMENT.match(self._text, start))

    @cached_property
    def _text(self) -> str:
        charset = wide_charset(self.data)
        if charset is None and self.data[:2] in (b"<\x00", b"\x00<"):
            charset = "utf-16-le" if self.data[0] else "utf-16-be"
        if charset:
            return self.data.decode(charset, "ignore").lstrip("\ufeff \t\r\n")
        return self.data.lstrip(_SPACE).decode("latin-1")


def root_start(text: str) -> tuple[int | None, Doctype | None]:
    """Return where the root element of the XML `text` begins, None if the text ends before it, and its document type.

    A document type that does not end has -1 for its end.
    """
    at, doctype = 0, None
    while True:
        while text[at : at + 1].isspace():
            at += 1
        if end := next((end for start, end in _PROLOG if text.startswith(start, at)), None):
            ended = text.find(end, at)
            if ended < 0:
                return None, doctype
            at = ended + len(end)
        elif named := _DOCTYPE.match(text, at):
            at = named.end()
            if named[2]:
                ends = (part.end() for part in _WITHIN_SUBSET.finditer(text, at) if part[1])
                at = next(ends, -1)
            doctype = Doctype(named[1], named.start(), at)
            if at < 0:
                return None, doctype
        else:
            return at, doctype


def _root(element: re.Match[str] | None) -> Root | None:
    if element is None:
        return None
    namespaces = dict(_NAMESPACE.findall(element[3]))
    return Root(element[2], namespaces.get(element[1] or "", ""))


def rooted(*names: str) -> Callable[[Head], bool]:
    """Return the probe of XML documents whose root has one of the local `names`, in any case and namespace."""
    wanted = frozenset(name.lower() for name in names)
    return lambda head: head.root is not None and head.root.name.lower() in wanted


def is_wordpress_export(head: Head) -> bool:
    """Return whether a file is an export of WordPress (WXR): RSS with WordPress's own elements."""
    return rooted("rss")(head) and b"wordpress.org/export/" in head.data
