"""From a tree to lines of text: a line for each paragraph, heading, entry of a list and row of a table.

Reads HTML and the vocabulary of trafilatura's trees alike.
"""

from typing import TYPE_CHECKING

from worker.clean.tables import row
from worker.clean.words import words

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

#: Elements whose text is no prose, and those that end a paragraph where they begin or end.
HIDDEN = frozenset(
    {"script", "style", "noscript", "template", "svg", "iframe", "form", "button", "select", "head", "figure", "nav"}
)
BLOCKS = words(
    "p div br li ul ol dl dt dd h1 h2 h3 h4 h5 h6 section article blockquote pre table tr header footer aside main "
    "hr td"
)
#: What stands before an entry of a list while its article is cleaned; it is no part of the text.
BULLET = "• "
#: Longest cell, in characters, of a row that is written on one line: a table of longer ones only lays out a page.
_LONGEST_CELL = 200

#: The same in trafilatura's trees, where "head" is a heading.
_BREAKS = BLOCKS | words("head lb list item quote row cell th code caption")
_ENTRIES, _ROWS, _CELLS = words("li item"), words("tr row"), words("td th cell")


def lines(tree: "_Element", hidden: frozenset[str] = HIDDEN) -> list[str]:
    """Return the text of `tree`, none of the lines empty, without the elements that `hidden` names.

    An entry of a list begins with BULLET; the cells of a row are parted by worker.clean.tables.SEPARATOR.
    """
    written: list[str] = []
    _write(tree, hidden, written, [], is_root=True)
    return written


def _write(
    element: "_Element", hidden: frozenset[str], written: list[str], parts: list[str], *, is_root: bool = False
) -> None:
    """Add the lines of `element` to `written`; `parts` is the line that is not at its end."""
    name = element.tag if isinstance(element.tag, str) else ""
    if name and name not in hidden:
        cells = _cells(element, hidden) if name in _ROWS else []
        if cells:
            _end(written, parts)
            written.append(row(cells))
        else:
            breaks = name in _BREAKS or is_root
            if breaks:
                _end(written, parts)
            if name in _ENTRIES:
                parts.append(BULLET)
            if element.text:
                parts.append(element.text)
            for child in element:
                _write(child, hidden, written, parts)
            if breaks:
                _end(written, parts)
            if parts == [BULLET]:
                parts.clear()  # an entry without text
    if element.tail and not is_root:
        parts.append(element.tail)


def _end(written: list[str], parts: list[str]) -> None:
    text = " ".join("".join(parts).split())
    parts.clear()
    if text == BULLET.strip():
        parts.append(BULLET)  # the entry's text is a paragraph within it
    elif text:
        written.append(text)


def _cells(element: "_Element", hidden: frozenset[str]) -> list[str]:
    """Return the texts of a row's cells if it is one of a table, not of a page's layout; else nothing."""
    texts = [" ".join(lines(cell, hidden)) for cell in element if cell.tag in _CELLS]
    texts = [text for text in texts if text]
    return texts if len(texts) > 1 and max(map(len, texts)) <= _LONGEST_CELL else []
