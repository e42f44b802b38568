"""How well articles answer a question: bm25 of SQLite's FTS5, ts_rank of PostgreSQL, each combined with the age."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from worker.store.matching import all_in_fts5, in_vector, index

#: How much a word of a title counts for, against one of the text: as A to D among the weights of PostgreSQL.
TITLE_WEIGHT: Final = 10.0
#: An article that is so much older must answer twice as well.
HALF: Final = timedelta(days=30)

#: ts_rank divides by 1 + the logarithm of the text's length: else a long text answers everything best.
_BY_LENGTH: Final = 1


def score(relevance: float, age: timedelta) -> float:
    """Return by what an article is ranked, the best first: its `relevance` at the age 0, half of it at HALF, a third at
    twice HALF.

    A factor suits the scales of both stores. The age counts from the newest hit, not from now, so that the order
    changes with the articles only.
    """
    return relevance / (1 + age / HALF)


def relevance(connection: sa.Connection, numbers: Collection[int], wanted: Sequence[str]) -> dict[int, float]:
    """Return how well each article, by its number in the index, answers the terms `wanted`: more is better.

    On SQLite this is FTS5's bm25, to which a rare word says more than a common one. On PostgreSQL it is the best
    ts_rank of the article's parts, which knows only how often an article has the words, and where.
    """
    chosen = _RELEVANCE[connection.dialect.name](numbers, wanted)
    return {row.number: row.relevance for row in connection.execute(chosen)}


def _bm25(numbers: Collection[int], wanted: Sequence[str]) -> sa.Select[Any]:
    bm25 = sa.func.bm25(index.c.search_words, TITLE_WEIGHT, 1.0, type_=sa.Float())
    return sa.select(index.c.rowid.label("number"), (-bm25).label("relevance")).where(
        index.c.search_words.op("MATCH")(all_in_fts5(wanted)),
        # An expression: else FTS5 answers the question again for every number.
        (index.c.rowid + 0).in_(numbers),
    )


def _ts_rank(numbers: Collection[int], wanted: Sequence[str]) -> sa.Select[Any]:
    question = " | ".join(f"({in_vector(term, '<->')})" for term in wanted)
    rank = sa.func.ts_rank(index.c.words, sa.cast(question, postgresql.TSQUERY), _BY_LENGTH, type_=sa.Float())
    return (
        sa.select(index.c.id.label("number"), sa.func.max(rank).label("relevance"))
        .where(index.c.id.in_(numbers))
        .group_by(index.c.id)
    )


_RELEVANCE: Final = {"sqlite": _bm25, "postgresql": _ts_rank}
