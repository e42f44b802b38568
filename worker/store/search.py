"""Searching the articles by words, day and publisher: FTS5 on SQLite, full text on PostgreSQL."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from worker.store.connect import Store
from worker.store.tables import articles, digests, search, stories

#: Words and quoted phrases of one question; what goes beyond is left out.
MOST_TERMS: Final = 20
#: Characters of an article's text that a hit shows.
EXCERPT: Final = 280

_TERM = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is searched for; every field narrows.

    `words` must all stand in the article, in any order; "quoted words" side by side, and -words not at all. Case and
    accents do not count. `since` and `before` limit the time of publication, or of receipt where there is none;
    `publisher` is part of its name, or of the source's where there is none.
    """

    words: str = ""
    publisher: str = ""
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that was found, with the story in which it is; `headline` is the digest's where it leads its story."""

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


def find(store: Store, query: Query, *, most: int, skip: int = 0) -> list[Hit]:
    """Return the articles of stories that `query` means, newest first, at most `most` after the first `skip`."""
    at = sa.func.coalesce(articles.c.published_at, articles.c.received_at, type_=articles.c.received_at.type)
    name = sa.func.coalesce(articles.c.publisher, articles.c.source)
    chosen = (
        sa.select(
            articles.c.id,
            articles.c.story_id,
            digests.c.headline,
            articles.c.title,
            sa.func.substr(articles.c.body, 1, EXCERPT).label("excerpt"),
            articles.c.publisher,
            articles.c.source,
            articles.c.language,
            at.label("at"),
            (articles.c.id != stories.c.canonical_id).label("reprint"),
        )
        .join(stories, stories.c.id == articles.c.story_id)
        .outerjoin(digests, digests.c.article_id == articles.c.id)
        .where(articles.c.state != "failed")
        .order_by(at.desc(), articles.c.id)
        .limit(most)
        .offset(skip)
    )
    if query.publisher:
        chosen = chosen.where(name.icontains(query.publisher, autoescape=True))
    if query.since is not None:
        chosen = chosen.where(at >= query.since)
    if query.before is not None:
        chosen = chosen.where(at < query.before)
    wanted, unwanted = terms(query.words)
    if unwanted and not wanted:
        return []
    with store.reading() as connection:
        if wanted:
            match = _MATCHES[connection.dialect.name](wanted, unwanted)
            chosen = chosen.join(search, search.c.article_id == articles.c.id).where(match)
        return [
            Hit(
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
            for row in connection.execute(chosen)
        ]


def terms(words: str) -> tuple[list[str], list[str]]:
    """Return the words and phrases that must stand in an article, and those that must not, without case and accents."""
    wanted: list[str] = []
    unwanted: list[str] = []
    plain = "".join(c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c)).lower()
    for minus, phrase, word in list(_TERM.findall(plain))[:MOST_TERMS]:
        # What is no letter or digit parts words in both indexes; a term of nothing else would match nothing.
        if term := " ".join(_WORD.findall(phrase or word)):
            (unwanted if minus else wanted).append(term)
    return wanted, unwanted


def _fts5(wanted: Sequence[str], unwanted: Sequence[str]) -> sa.ColumnElement[bool]:
    expression = " AND ".join(map(_quoted, wanted))
    if unwanted:
        expression = f"({expression}) NOT ({' OR '.join(map(_quoted, unwanted))})"
    index = sa.table("search_words", sa.column("rowid"), sa.column("search_words"))
    return search.c.id.in_(sa.select(index.c.rowid).where(index.c.search_words.op("MATCH")(expression)))


def _quoted(term: str) -> str:
    return f'"{term}"'


def _tsvector(wanted: Sequence[str], unwanted: Sequence[str]) -> sa.ColumnElement[bool]:
    words: sa.ColumnElement[Any] = sa.literal_column("search.words")
    has = [words.op("@@")(sa.func.phraseto_tsquery("simple", term)) for term in wanted]
    lacks = [sa.not_(words.op("@@")(sa.func.phraseto_tsquery("simple", term))) for term in unwanted]
    return sa.and_(*has, *lacks)


_MATCHES: Final = {"sqlite": _fts5, "postgresql": _tsvector}
