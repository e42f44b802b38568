"""A question to the search: its words and phrases, and how SQLite's FTS5 and PostgreSQL write them."""

import re
import unicodedata
from typing import Final

from worker.store.words import OPEN, asked

#: Words and quoted phrases of one question, and words of one phrase; the rest is left out.
MOST_TERMS: Final = 20
MOST_TOGETHER: Final = 50

_TERM = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')


def terms(question: str) -> tuple[list[str], list[str]]:
    """Return the words and phrases that an article must have, and those that it must not have.

    A term is a word or several, a space between them; the last may end with OPEN.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for minus, phrase, word in _TERM.findall(unicodedata.normalize("NFKC", question))[:MOST_TERMS]:
        # A term without a letter or digit would match nothing.
        if term := " ".join(asked(phrase or word)[:MOST_TOGETHER]):
            (unwanted if minus else wanted).append(term)
    return wanted, unwanted


def in_fts5(term: str) -> str:
    """Return `term` as an expression of FTS5."""
    return f'"{term.removesuffix(OPEN)}"{OPEN if term.endswith(OPEN) else ""}'


def in_tsquery(term: str, between: str) -> str:
    """Return `term` as the text of a tsquery, its words joined by the operator `between`."""
    return f" {between} ".join(
        f"'{word.removesuffix(OPEN)}'{':*' if word.endswith(OPEN) else ''}" for word in term.split()
    )
