"""Tables: how a row of one is written in a body, so that readers of the body know it from prose."""

from collections.abc import Iterable

#: What parts the cells of a row.
SEPARATOR = " | "


def row(cells: Iterable[str]) -> str:
    """Return a table's row as one line: the texts of its `cells`, each on one line, the empty ones left out."""
    return SEPARATOR.join(filter(None, (" ".join(cell.replace("|", " ").split()) for cell in cells)))


def is_row(paragraph: str) -> bool:
    """Return whether `paragraph` is a row of a table, not prose."""
    return SEPARATOR in paragraph
