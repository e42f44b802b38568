"""Which articles a question to the search matches: its terms, as SQLite's FTS5 and PostgreSQL's vectors take them."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from worker.store.tables import search
from worker.store.words import OPEN, asked

#: Words and quoted phrases of one question, and words of one phrase; the rest is left out.
MOST_TERMS: Final = 20
MOST_TOGETHER: Final = 50

_TERM = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')

#: The index: FTS5's table on SQLite, one with a row for each part of an article on PostgreSQL (migration 0001).
index: Final = sa.table(
    "search_words",
    sa.column("id"),
    sa.column("rowid"),
    sa.column("title"),
    sa.column("words"),
    sa.column("search_words"),
)


def terms(question: str) -> tuple[list[str], list[str]]:
    """Return the words and phrases that an article must have, and those that it must not have.

    The words of a phrase have a space between them, and the last word of a term may end with OPEN.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for minus, phrase, word in _TERM.findall(unicodedata.normalize("NFKC", question))[:MOST_TERMS]:
        # A term without a letter or digit would match nothing.
        if term := " ".join(asked(phrase or word)[:MOST_TOGETHER]):
            (unwanted if minus else wanted).append(term)
    return wanted, unwanted


def matches(dialect: str, wanted: Sequence[str], unwanted: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of a row of `search` that has all of `wanted` and none of `unwanted`."""
    return _MATCHES[dialect](wanted, unwanted)


def all_in_fts5(wanted: Sequence[str]) -> str:
    """Return the question of FTS5 for the articles that have all of the terms `wanted`."""
    return " AND ".join(map(_phrase, wanted))


def in_vector(term: str, between: str) -> str:
    """Return `term` as the text of a tsquery, its words joined by the operator `between`."""
    quoted = [f"'{word.removesuffix(OPEN)}'{':*' if word.endswith(OPEN) else ''}" for word in term.split()]
    return f" {between} ".join(quoted)


def _phrase(term: str) -> str:
    return f'"{term.removesuffix(OPEN)}"{OPEN if term.endswith(OPEN) else ""}'


def _in_fts5(wanted: Sequence[str], unwanted: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    def numbers(expression: str) -> sa.Select[Any]:
        return sa.select(index.c.rowid).where(index.c.search_words.op("MATCH")(expression))

    conditions: list[sa.ColumnElement[bool]] = []
    if wanted:
        # An expression, so that articles are gone through by their time until there are enough, and each is looked up
        # among the numbers: to read and sort all of a common word's takes several times as long.
        conditions.append((search.c.id + 0).in_(numbers(all_in_fts5(wanted))))
    if unwanted:
        conditions.append(search.c.id.not_in(numbers(" OR ".join(map(_phrase, unwanted)))))
    return conditions


def _in_vectors(wanted: Sequence[str], unwanted: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    # The words of a question may be in different parts of a long article.
    return [*map(_in_a_vector, wanted), *(sa.not_(_in_a_vector(term)) for term in unwanted)]


def _in_a_vector(term: str) -> sa.ColumnElement[bool]:
    def has(between: str) -> sa.ColumnElement[bool]:
        return index.c.words.op("@@")(sa.cast(in_vector(term, between), postgresql.TSQUERY))

    # "IS TRUE" for the same plan as in SQLite: the numbers are gathered once, by the index alone.
    has_words = search.c.id.in_(sa.select(index.c.id).where(has("&"))).is_(sa.true())
    if " " not in term:
        return has_words
    # Only the vector knows whether the words are side by side. It is slow to read, so it is read last.
    beside = sa.select(sa.func.bool_or(has("<->"))).where(index.c.id == search.c.id)
    return sa.and_(has_words, beside.correlate(search).scalar_subquery())


_MATCHES: Final = {"sqlite": _in_fts5, "postgresql": _in_vectors}
