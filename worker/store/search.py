"""Searching the articles by words, day and publisher: FTS5 on SQLite, text search vectors on PostgreSQL.

Both index the words that `worker.store.words` makes, and nothing else, so that both find the same. The code
that writes an article's text calls `fill`, and the code that deletes it calls `forget`, in the same transaction.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from worker.store.connect import Store
from worker.store.tables import articles, digests, failures, search, stories
from worker.store.usable import usable_id
from worker.store.words import OPEN, asked, fold, words

#: Words and quoted phrases of one question, and words of one phrase; the rest is left out.
MOST_TERMS: Final = 20
MOST_TOGETHER: Final = 50
#: Characters of an article's text that come with a hit, more than are shown.
EXCERPT: Final = 400
#: Characters of a publisher's name that are searched: PostgreSQL's index has no room for more than 2.7 KB.
MOST_NAME: Final = 200

#: Words of one row of PostgreSQL's index, which holds at most 1 MB and 256 places of a word. The rows of an article
#: overlap by a phrase.
_PART: Final = 3000
_PLACES: Final = 256
#: Articles that are read together to fill the index.
_BATCH: Final = 200

_TERM = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')

#: The index: FTS5's table on SQLite, one with a row for each part of an article on PostgreSQL (migration 0001).
_index = sa.table("search_words", sa.column("id"), sa.column("rowid"), sa.column("words"), sa.column("search_words"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question to the search; every field narrows it.

    The article has all of `words`, in any order; "quoted words" side by side, and -words not at all, see
    `worker.store.words`. `since` and `before` limit the time of publication, or of receipt if the article has none;
    `publisher` is part of its publisher's name, or of its source's if it has none; or that name is one of `spellings`.
    Words or a publisher without any letter or digit find nothing.
    """

    words: str = ""
    publisher: str = ""
    spellings: Sequence[str] = ()
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that matches, and its story; `headline` is that of its digest, None if it has no digest."""

    article_id: str
    story_id: str
    headline: str | None
    title: str | None
    excerpt: str
    publisher: str | None
    source: str
    language: str
    at: datetime
    reprint: bool

    @classmethod
    def from_row(cls, row: sa.Row[Any]) -> "Hit":
        """Return the hit of a row of `find`."""
        return cls(
            article_id=row.id,
            story_id=row.story_id,
            headline=row.headline,
            title=row.title,
            excerpt=row.excerpt,
            publisher=row.publisher,
            source=row.source,
            language=row.language,
            at=row.at,
            reprint=bool(row.reprint),
        )


def find(store: Store, query: Query, *, most: int, skip: int = 0) -> list[Hit]:
    """Return the articles of stories that `query` means, newest first, at most `most` after the first `skip`."""
    wanted, unwanted = terms(query.words)
    name = fold(query.publisher)
    if unsearchable(query.words, query.publisher) is not None:
        return []
    # Narrow tables choose the hits and put them in order; the articles, which are long, are read for one page only.
    chosen = (
        sa.select(search.c.id, search.c.article_id, search.c.at)
        .where(~sa.exists().where(failures.c.article_id == search.c.article_id), usable_id(search.c.article_id))
        .order_by(search.c.at.desc(), search.c.id.desc())
        .limit(most)
        .offset(skip)
    )
    if name:
        written = {fold(spelling)[:MOST_NAME] for spelling in query.spellings}
        chosen = chosen.where(sa.or_(search.c.name.contains(name, autoescape=True), search.c.name.in_(written)))
    if query.since is not None:
        chosen = chosen.where(search.c.at >= query.since)
    if query.before is not None:
        chosen = chosen.where(search.c.at < query.before)
    with store.reading() as connection:
        if connection.dialect.name == "postgresql":
            # PostgreSQL assumes that vectors are cheap to read, and would read them all instead of the index.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        chosen = chosen.where(*_MATCHES[connection.dialect.name](wanted, unwanted))
        hits = chosen.subquery()
        rows = (
            sa.select(
                articles.c.id,
                articles.c.story_id,
                digests.c.headline,
                articles.c.title,
                sa.func.substr(articles.c.body, 1, EXCERPT).label("excerpt"),
                articles.c.publisher,
                articles.c.source,
                articles.c.language,
                hits.c.at,
                (articles.c.id != stories.c.canonical_id).label("reprint"),
            )
            .join_from(hits, articles, articles.c.id == hits.c.article_id)
            .join(stories, stories.c.id == articles.c.story_id)
            .outerjoin(digests, digests.c.article_id == articles.c.id)
            .order_by(hits.c.at.desc(), hits.c.id.desc())
        )
        return [Hit.from_row(row) for row in connection.execute(rows)]


def publishers(store: Store, most: int) -> list[str]:
    """Return the publishers of the articles, those with the most first, at most `most`."""
    chosen = (
        sa.select(search.c.publisher)
        .where(search.c.publisher.is_not(None), usable_id(search.c.article_id))
        .group_by(search.c.publisher)
        .order_by(sa.func.count().desc(), search.c.publisher)
        .limit(most)
    )
    with store.reading() as connection:
        return [str(name) for name in connection.execute(chosen).scalars()]


def unsearchable(question: str, publisher: str = "") -> str | None:
    """Return which of the two has text but no letter or digit, and so can find nothing; None if neither is such."""
    if question.strip() and not any(terms(question)):
        return question
    return publisher if publisher.strip() and not fold(publisher) else None


def terms(question: str) -> tuple[list[str], list[str]]:
    """Return the words and phrases that an article must have, and those that it must not have."""
    wanted: list[str] = []
    unwanted: list[str] = []
    for minus, phrase, word in _TERM.findall(unicodedata.normalize("NFKC", question))[:MOST_TERMS]:
        # A term without a letter or digit would match nothing.
        if term := " ".join(asked(phrase or word)[:MOST_TOGETHER]):
            (unwanted if minus else wanted).append(term)
    return wanted, unwanted


def forget(connection: sa.Connection, doomed: sa.Select[Any]) -> None:
    """Take the articles whose ids `doomed` selects out of the index, while they are still in the store."""
    if connection.dialect.name == "sqlite":
        # FTS5 keeps no text: a deletion needs the words of the insertion. If another Python's Unicode makes other words
        # of the text, those that remain point to a number that is never used again.
        texts = (
            sa.select(search.c.id, articles.c.title, articles.c.body)
            .join(articles, articles.c.id == search.c.article_id)
            .where(articles.c.id.in_(doomed))
        )
        for row in connection.execute(texts).yield_per(_BATCH):
            gone = {"search_words": "delete", "rowid": row.id, "words": " ".join(_text(row.title, row.body))}
            connection.execute(sa.insert(_index), gone)
    connection.execute(sa.delete(search).where(search.c.article_id.in_(doomed)))


def fill(connection: sa.Connection, ids: Sequence[str]) -> None:
    """Put those of the articles `ids` into the index that are of a story and not in it yet."""
    lacking = (
        sa.select(
            articles.c.id,
            articles.c.title,
            articles.c.body,
            articles.c.publisher,
            sa.func.coalesce(articles.c.publisher, articles.c.source).label("name"),
            sa.func.coalesce(articles.c.published_at, articles.c.received_at, type_=search.c.at.type).label("at"),
        )
        .where(
            articles.c.id.in_(ids),
            articles.c.story_id.is_not(None),
            ~sa.exists().where(search.c.article_id == articles.c.id),
        )
        .order_by(articles.c.stored_at, articles.c.id)
        .limit(_BATCH)
    )
    while rows := connection.execute(lacking).all():
        connection.execute(
            sa.insert(search),
            [
                {
                    "article_id": row.id,
                    "at": row.at,
                    "name": fold(row.name)[:MOST_NAME],
                    "publisher": row.publisher[:MOST_NAME] if row.publisher else None,
                }
                for row in rows
            ],
        )
        chosen = sa.select(search.c.article_id, search.c.id).where(search.c.article_id.in_([row.id for row in rows]))
        numbers = {row.article_id: row.id for row in connection.execute(chosen)}
        texts = {numbers[row.id]: _text(row.title, row.body) for row in rows}
        connection.execute(*_ROWS[connection.dialect.name](texts))


def _text(title: str | None, body: str) -> list[str]:
    return [*words(title or ""), *words(body)]


_Rows = tuple[sa.Insert, list[dict[str, Any]]]


def _fts5_rows(texts: Mapping[int, Sequence[str]]) -> _Rows:
    return sa.insert(_index), [{"rowid": number, "words": " ".join(text)} for number, text in texts.items()]


def _vector_rows(texts: Mapping[int, Sequence[str]]) -> _Rows:
    vector = sa.cast(sa.bindparam("vector"), postgresql.TSVECTOR)
    return sa.insert(_index).values(id=sa.bindparam("number"), words=vector), [
        {"number": number, "vector": _vector(text[at : at + _PART + MOST_TOGETHER])}
        for number, text in texts.items()
        for at in range(0, max(1, len(text)), _PART)
    ]


def _vector(part: Iterable[str]) -> str:
    """Return words as the text of a tsvector."""
    places = defaultdict[str, list[str]](list)
    for place, word in enumerate(part, 1):
        if len(places[word]) < _PLACES - 1:
            places[word].append(str(place))
    return " ".join(f"'{word}':{','.join(at)}" for word, at in places.items())


def _in_fts5(wanted: Sequence[str], unwanted: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    def numbers(expression: str) -> sa.Select[Any]:
        return sa.select(_index.c.rowid).where(_index.c.search_words.op("MATCH")(expression))

    def phrase(term: str) -> str:
        return f'"{term.removesuffix(OPEN)}"{OPEN if term.endswith(OPEN) else ""}'

    conditions: list[sa.ColumnElement[bool]] = []
    if wanted:
        # An expression, so that articles are gone through by their time until the page is full, and each is looked up
        # among the numbers: to read and sort all of a common word's takes several times as long.
        conditions.append((search.c.id + 0).in_(numbers(" AND ".join(map(phrase, wanted)))))
    if unwanted:
        conditions.append(search.c.id.not_in(numbers(" OR ".join(map(phrase, unwanted)))))
    return conditions


def _in_vectors(wanted: Sequence[str], unwanted: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    # The words of a question may be in different parts of a long article.
    return [*map(_in_a_vector, wanted), *(sa.not_(_in_a_vector(term)) for term in unwanted)]


def _in_a_vector(term: str) -> sa.ColumnElement[bool]:
    def matches(between: str) -> sa.ColumnElement[bool]:
        quoted = [f"'{word.removesuffix(OPEN)}'{':*' if word.endswith(OPEN) else ''}" for word in term.split()]
        return _index.c.words.op("@@")(sa.cast(between.join(quoted), postgresql.TSQUERY))

    # "IS TRUE" for the same plan as in SQLite: the numbers are gathered once, by the index alone.
    has_words = search.c.id.in_(sa.select(_index.c.id).where(matches(" & "))).is_(sa.true())
    if " " not in term:
        return has_words
    # Only the vector knows whether the words are side by side. It is slow to read, so it is read last.
    beside = sa.select(sa.func.bool_or(matches(" <-> "))).where(_index.c.id == search.c.id)
    return sa.and_(has_words, beside.correlate(search).scalar_subquery())


_ROWS: Final = {"sqlite": _fts5_rows, "postgresql": _vector_rows}
_MATCHES: Final = {"sqlite": _in_fts5, "postgresql": _in_vectors}
