"""XML to a tree, safely, and a tree to paragraphs.

No document type reaches the parser: it could declare entities that multiply, or that name files and addresses. The
named characters of HTML are put in before.
"""

import html
import re
from collections.abc import Iterator, Mapping
from html.entities import html5
from typing import Any, Final

from producers.errors import PermanentError
from producers.formats.encoding import decoded
from producers.formats.probes import root_start

#: An element of lxml, which gives no types.
Element = Any

#: Most tags, and most attributes, of one document. Each may cost the parser 150 bytes of memory; real feeds have one
#: tag to 40 bytes.
MOST_TAGS: Final = 600_000
MOST_ATTRIBUTES: Final = 600_000
#: Characters of the longest root tag that is read; those of agencies have 2,000.
LONGEST_ROOT: Final = 20_000

_DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,1000}\?>")
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_REFERENCE = re.compile(r"&(?:(#(?:\d{1,7}|[xX][0-9a-fA-F]{1,6}));|([A-Za-z][A-Za-z0-9]{0,30});)?")
_OF_XML: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})
#: Characters that XML 1.0 does not allow.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LINE = re.compile(r"line (\d+)")

#: Elements that are paragraphs of their own, and those that are no part of a text (NITF, XHTML).
_BLOCK_NAMES = """
    p hl1 hl2 h1 h2 h3 h4 h5 h6 li ul ol dl dd dt div block bq blockquote pre section article header footer
    body.content body address tr hr
"""
_BLOCKS: Final = frozenset(_BLOCK_NAMES.split())
_OTHER_NAMES = """
    media table nitf-table script style figure head title iframe object video audio noscript form svg button template
"""
_NO_TEXT: Final = frozenset(_OTHER_NAMES.split())
_WORD = re.compile(r"\w")


def tree(data: bytes, *, mend: bool = False) -> tuple[Element, Mapping[str, str]]:
    """Return the root of the XML document `data` and the notes of its decoding (see encoding.Decoded).

    `mend` reads what is not well-formed as far as it goes: a feed is a list whose items stand for themselves. Raises
    PermanentError if the document cannot be read, is empty, or has more than MOST_TAGS, MOST_ATTRIBUTES, or
    LONGEST_ROOT in its first tag.
    """
    from lxml import etree  # type: ignore[import-untyped]

    found = decoded(data, markup=True)
    text = found.text.lstrip("\ufeff \t\r\n")
    if not text:
        raise PermanentError("the file is empty: drop it again with its text")
    if text.count("<") > MOST_TAGS or text.count("=") > MOST_ATTRIBUTES:
        raise PermanentError(f"the XML has more than {MOST_TAGS:,} tags or attributes: divide it")
    text = _without_doctype(_DECLARATION.sub("", text, count=1))
    start = root_start(text)[0] or 0
    if len(text) - start > LONGEST_ROOT and text.find(">", start, start + LONGEST_ROOT) < 0:
        raise PermanentError("the XML's first element has more attributes than any article: correct what wrote it")
    text = _FORBIDDEN.sub("" if mend else " ", _resolved(text, mend=mend))
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_pis=True,
        remove_comments=True,
        recover=mend,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise PermanentError(_reason(str(error))) from None
    if root is None:
        raise PermanentError("the XML has no element that can be read: copy the file again, whole")
    return root, found.notes


def _without_doctype(text: str) -> str:
    _, doctype = root_start(text)
    if doctype is None:
        return text
    if doctype.end < 0:
        raise PermanentError("the XML's document type does not end: copy the file again, whole")
    return text[: doctype.start] + text[doctype.end :]


def _resolved(text: str, *, mend: bool) -> str:
    """Return `text` with HTML's named characters in place of their names, outside CDATA.

    With `mend` an `&` that begins no reference, or one to nothing known, is a plain character.
    """

    def character(reference: re.Match[str]) -> str:
        number, name = reference[1], reference[2]
        if number:
            return reference[0] if _is_character(number) else "\ufffd"
        if name in _OF_XML:
            return reference[0]
        if name and (value := html5.get(f"{name};")):
            return value if value not in "<>&" else html.escape(value)
        return "&amp;" + reference[0][1:] if mend else reference[0]

    if "&" not in text:
        return text
    parts = _CDATA.split(text)
    return "".join(part if number % 2 else _REFERENCE.sub(character, part) for number, part in enumerate(parts))


def _is_character(number: str) -> bool:
    code = int(number[2:], 16) if number[1] in "xX" else int(number[1:])
    return code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000


def _reason(fault: str) -> str:
    line = _LINE.search(fault)
    at = f" at line {line[1]}" if line else ""
    if entity := re.search(r"Entity '([^']{1,60})' not defined", fault):
        return f'the XML uses an entity "{entity[1]}" of its own{at}, and only those of HTML are read: write its text'
    if "depth" in fault:
        return f"the XML is nested deeper than any article{at}: correct what wrote it"
    return f"the file is not well-formed XML{at}: it is cut short or damaged; copy it again, whole"


def local(element: Element) -> str:
    """Return an element's name without its namespace; "" for a comment and the like."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1].rsplit(":", 1)[-1] if isinstance(tag, str) else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """Yield the children of `element` with one of the local `names`, in any namespace; all if there are no names."""
    for child in element:
        if (name := local(child)) and (not names or name in names):
            yield child


def first(element: Element | None, *path: str) -> Element | None:
    """Return the first element at the `path` of local names below `element`, or None."""
    for name in path:
        if element is None:
            return None
        element = next(children(element, name), None)
    return element


def every(element: Element, *names: str) -> Iterator[Element]:
    """Yield the elements with one of the local `names` below `element`, at any depth, in the document's order."""
    for inner in element.iter():
        if local(inner) in names:
            yield inner


def words(element: Element | None, *, without: tuple[str, ...] = ()) -> str | None:
    """Return the text of an element on one line, or None if it has none; `without` are names of parts left out."""
    if element is None:
        return None
    parts: list[str] = []
    stack: list[tuple[Element | None, str]] = [(element, "")]
    while stack:
        inner, tail = stack.pop()
        if inner is None:
            parts.append(tail)
            continue
        name = local(inner)
        if not name or name in without:
            continue
        parts.append(inner.text or "")
        for child in reversed(inner):
            stack += ((None, child.tail or ""), (child, ""))
        # The parts of a name or line stand in elements of their own: <byline>By<person>Ada Blom</person></byline>.
        if name in ("person", "byttl", "org", "location", "city", "region", "country", "br"):
            parts.append(" ")
    text = " ".join(" ".join(parts).split()) if len(parts) > 1 else " ".join(parts[0].split()) if parts else ""
    return re.sub(r" ([,.;:)])", r"\1", text) or None


def paragraphs(element: Element, *, without: tuple[str, ...] = ()) -> list[str]:
    """Return the paragraphs of an element in NITF or XHTML, without pictures and tables; `without` are more names.

    A line break within a paragraph is a space, as agencies break lines at a fixed width; two part paragraphs.
    """
    from lxml import etree

    blocks: list[str] = []
    parts: list[str] = []
    kept = 0

    def close() -> None:
        text = "".join(parts)
        parts.clear()
        pieces = text.splitlines() if kept else re.split("\v\\s*\v", text)
        lines = [" ".join(piece.split()) for piece in pieces]
        if kept:
            blocks.extend(block for block in re.split(r"\n{2,}", "\n".join(lines).strip()) if block)
        else:
            blocks.extend(line for line in lines if line)

    walk = etree.iterwalk(element, events=("start", "end"))
    skipped = None
    for event, inner in walk:
        name = local(inner)
        if event == "start":
            if name in _NO_TEXT or name in without or not name:
                walk.skip_subtree()
                skipped = inner
                continue
            if name in _BLOCKS:
                close()
            if name == "pre":
                kept += 1
            parts.append("\v" if name == "br" else "")
            parts.append(inner.text or "")
        else:
            if name in _BLOCKS and inner is not skipped:
                close()
            if name == "pre" and inner is not skipped:
                kept -= 1
            if inner is not element:
                parts.append(inner.tail or "")
    close()
    return [block for block in blocks if _WORD.search(block)]
