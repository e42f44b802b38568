"""From HTML source to its tree, within bounds that hostile pages cannot break."""

import html
import re
from typing import TYPE_CHECKING

from worker.clean.html.lines import BLOCKS, lines

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

#: Longest tag, in characters, whose attributes are kept: parsers are quadratic in the attributes of one element (more
#: than 40 s for 5 MB of them). What is longer holds a picture or a program's state, and no text.
_LONGEST_TAG = 8_000

_LOOKS_LIKE_HTML = re.compile(r"<(?:p|br|div|html|body|article|h[1-6]|ul|table|span)\b[^<>]{0,500}>", re.IGNORECASE)
#: How many tags must stand in a text that claims to be plain before it is read as HTML.
_FEWEST_TAGS = 3

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)[^<>]*+>")
#: A comment, or an opening tag with its attributes, as the HTML standard (13.2.5) reads them, to its end or the page's.
_TOKEN = re.compile(
    # Lazy, not possessive: before 3.11.5 Python misreads possessive groups of alternatives (gh-106052).
    r"""<!--[\s\S]*?(?:-->|\Z)|<([a-zA-Z][a-zA-Z0-9:-]*+)(?:[^>"'=]++|=\s*+(?:"[^"]*+"?|'[^']*+'?)?|["'])*+>?"""
)
#: Elements within which there are no tags.
_RAW_CLOSE = {
    name: re.compile(rf"</{name}\b", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "xmp", "iframe")
}
_CODE_OPEN = re.compile(r"<(script|style)\b", re.IGNORECASE)
_TITLE = re.compile(r"<title[^<>]*>([^<]{1,500})", re.IGNORECASE)


def looks_like_html(text: str) -> bool:
    """Return whether a text that claims to be plain is HTML: several tags of text blocks in its first part."""
    return sum(1 for _ in _LOOKS_LIKE_HTML.finditer(text, 0, 20_000)) >= _FEWEST_TAGS


def lines_of_fragment(source: str) -> list[str]:
    """Return the lines of a fragment of HTML that is nothing but an article."""
    tree = parsed(f"<div>{source}</div>")
    return text_without_tree(source).splitlines() if tree is None else lines(tree)


def parsed(source: str) -> "HtmlElement | None":
    """Return the tree of the HTML `source`, without comments, or None.

    None: it has no element, or nests its elements more than 255 deep, which the parser and the extractors refuse.
    """
    from lxml import etree  # type: ignore[import-untyped]
    from lxml.html import HTMLParser, document_fromstring

    # A declared encoding in a str makes lxml refuse it; the text is decoded already.
    parser = HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_pis=True, remove_comments=True, recover=True
    )
    try:
        tree = document_fromstring(without_long_tags(source).encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    return None if any("Excessive depth" in entry.message for entry in parser.error_log) else tree


def without_long_tags(source: str) -> str:
    """Return `source` with the attributes of tags beyond _LONGEST_TAG left out, if it has such tags."""
    kept: list[str] = []
    position = copied = 0
    while token := _TOKEN.search(source, position):
        position = token.end()
        name = token[1]
        if name and position - token.start() > _LONGEST_TAG:
            kept += [source[copied : token.start()], f"<{name}>"]
            copied = position
        if name and (close := _RAW_CLOSE.get(name.lower())):
            ending = close.search(source, position)
            position = ending.start() if ending else len(source)
    return "".join([*kept, source[copied:]]) if kept else source


def text_without_tree(source: str) -> str:
    """Return the text of `source`, which has no tree, a line for each block: its tags, scripts and styles are cut."""
    bare = _TAG.sub(lambda tag: "\n" if tag[2].lower() in BLOCKS else " ", _without_code(source))
    return html.unescape(bare)


def title_without_tree(source: str) -> str | None:
    """Return the text of the title element of `source`, which has no tree, or None."""
    title = _TITLE.search(source, 0, 100_000)
    return title[1].strip() or None if title else None


def _without_code(source: str) -> str:
    """Cut scripts and styles, whose code is full of seeming tags; an unclosed one reaches to the end."""
    kept, position = [], 0
    while opening := _CODE_OPEN.search(source, position):
        kept.append(source[position : opening.start()])
        closing = _RAW_CLOSE[opening[1].lower()].search(source, opening.end())
        if closing is None:
            return "".join(kept)
        position = closing.end()
    return "".join([*kept, source[position:]])
