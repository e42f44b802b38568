"""Searching the articles by words, day and publisher: FTS5 on SQLite, text search vectors on PostgreSQL.

Both index the words that `worker.store.words` makes, and nothing else, so that both find the same. The code
that writes an article's text calls `fill`, and the code that deletes it calls `forget`, in the same transaction.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from worker.store.connect import Store
from worker.store.matching import MOST_TOGETHER, index, matches, terms
from worker.store.relevance import relevance, score
from worker.store.tables import articles, digests, failures, search, stories
from worker.store.usable import usable, usable_id
from worker.store.words import fold, words

#: Articles that are ranked: of more, only the newest.
MOST_RANKED: Final = 2_000
#: Characters of an article's text that come with a hit, for the part with the words to be cut out of.
MOST_TEXT: Final = 50_000
#: Characters of a publisher's name that are searched: PostgreSQL's index has no room for more than 2.7 KB.
MOST_NAME: Final = 200

#: Words of one row of PostgreSQL's index, which holds at most 1 MB and 256 places of a word. The rows of an article
#: overlap by a phrase.
_PART: Final = 3000
_PLACES: Final = 256
#: Articles that are read together to fill the index.
_BATCH: Final = 200


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
    """A story that matches, and its best article that does; `headline` is that of the article's digest, None if it has
    none. `text` is the article's text, cut to MOST_TEXT.
    """

    article_id: str
    story_id: str
    headline: str | None
    title: str | None
    text: str
    publisher: str | None
    source: str
    language: str
    at: datetime
    reprint: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A page of hits, the best first, and how many `stories` there are on all pages.

    `is_cut` says that more than MOST_RANKED articles match, so that older stories are not among them.
    """

    hits: tuple[Hit, ...]
    stories: int
    is_cut: bool


class _Candidate(NamedTuple):
    """An article that matches: its number in the index, its id, its story and its time."""

    number: int
    article_id: str
    story_id: str
    at: datetime


def find(store: Store, query: Query, *, most: int, skip: int = 0) -> Answer:
    """Return the stories that `query` means, at most `most` after the first `skip`.

    They are ranked by `worker.store.relevance`: how well an article answers, less the older it is. Without words the
    newest comes first. A story comes once, with its best article.
    """
    wanted, unwanted = terms(query.words)
    if unsearchable(query.words, query.publisher) is not None:
        return Answer(hits=(), stories=0, is_cut=False)
    with store.reading() as connection:
        if connection.dialect.name == "postgresql":
            # PostgreSQL assumes that vectors are cheap to read, and would read them all instead of the index.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        candidates = _candidates(connection, query, wanted, unwanted)
        is_cut = len(candidates) > MOST_RANKED
        ranked = _ranked(connection, candidates[:MOST_RANKED], wanted)
        return Answer(
            hits=_hits(connection, ranked[skip : skip + most]),
            stories=len(ranked),
            is_cut=is_cut,
        )


def _candidates(
    connection: sa.Connection, query: Query, wanted: Sequence[str], unwanted: Sequence[str]
) -> list[_Candidate]:
    """Return the articles that match, the newest first, at most MOST_RANKED and another."""
    # A narrow table chooses them. The articles, which are long, are read for their stories only, and for one page.
    chosen = (
        sa.select(search.c.id, search.c.article_id, search.c.at)
        .where(
            *matches(connection.dialect.name, wanted, unwanted),
            ~sa.exists().where(failures.c.article_id == search.c.article_id),
            usable_id(search.c.article_id),
        )
        .order_by(search.c.at.desc(), search.c.id.desc())
        .limit(MOST_RANKED + 1)
    )
    if name := fold(query.publisher):
        written = {fold(spelling)[:MOST_NAME] for spelling in query.spellings}
        chosen = chosen.where(sa.or_(search.c.name.contains(name, autoescape=True), search.c.name.in_(written)))
    if query.since is not None:
        chosen = chosen.where(search.c.at >= query.since)
    if query.before is not None:
        chosen = chosen.where(search.c.at < query.before)
    newest = chosen.subquery()
    rows = (
        sa.select(newest.c.id, newest.c.article_id, articles.c.story_id, newest.c.at)
        .join_from(newest, articles, articles.c.id == newest.c.article_id)
        .order_by(newest.c.at.desc(), newest.c.id.desc())
    )
    return [_Candidate(*row) for row in connection.execute(rows)]


def _ranked(connection: sa.Connection, candidates: Sequence[_Candidate], wanted: Sequence[str]) -> list[_Candidate]:
    """Return the best of the `candidates` of each story, the best story first; the candidates come newest first."""
    best = list(candidates)
    if wanted and candidates:
        answers = relevance(connection, [one.number for one in candidates], wanted)
        newest = candidates[0].at
        best.sort(key=lambda one: score(answers.get(one.number, 0.0), newest - one.at), reverse=True)
    of_story: dict[str, _Candidate] = {}
    for candidate in best:
        of_story.setdefault(candidate.story_id, candidate)
    return list(of_story.values())


def _hits(connection: sa.Connection, chosen: Sequence[_Candidate]) -> tuple[Hit, ...]:
    rows = (
        sa.select(
            articles.c.id.label("article_id"),
            articles.c.story_id,
            digests.c.headline,
            articles.c.title,
            sa.func.substr(articles.c.body, 1, MOST_TEXT).label("text"),
            articles.c.publisher,
            articles.c.source,
            articles.c.language,
            sa.type_coerce(articles.c.id != stories.c.canonical_id, sa.Boolean).label("reprint"),
        )
        .join(stories, stories.c.id == articles.c.story_id)
        .outerjoin(digests, digests.c.article_id == articles.c.id)
        .where(articles.c.id.in_([candidate.article_id for candidate in chosen]), usable())
    )
    hits = {row.article_id: row._mapping for row in connection.execute(rows)}
    return tuple(Hit(**hits[one.article_id], at=one.at) for one in chosen if one.article_id in hits)


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
            gone = {"search_words": "delete", "rowid": row.id, **_columns(row.title, row.body)}
            connection.execute(sa.insert(index), gone)
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
        texts = {numbers[row.id]: (row.title, row.body) for row in rows}
        connection.execute(*_ROWS[connection.dialect.name](texts))


_Rows = tuple[sa.Insert, list[dict[str, Any]]]
#: Number -> title and text of an article.
_Texts = Mapping[int, tuple[str | None, str]]


def _columns(title: str | None, body: str) -> dict[str, str]:
    return {"title": " ".join(words(title or "")), "words": " ".join(words(body))}


def _fts5_rows(texts: _Texts) -> _Rows:
    return sa.insert(index), [{"rowid": number, **_columns(*text)} for number, text in texts.items()]


def _vector_rows(texts: _Texts) -> _Rows:
    vector = sa.cast(sa.bindparam("vector"), postgresql.TSVECTOR)
    return sa.insert(index).values(id=sa.bindparam("number"), words=vector), [
        {"number": number, "vector": part} for number, text in texts.items() for part in _vectors(*text)
    ]


def _vectors(title: str | None, body: str) -> Iterator[str]:
    """Yield the texts of an article's tsvectors. The words of the title have the weight A, and there is a place between
    the last of them and the first word of the text, so that no phrase reaches over.
    """
    head, text = words(title or ""), words(body)
    placed = [(word, place) for place, word in enumerate(head, 1)]
    placed += [(word, place) for place, word in enumerate(text, len(head) + 2)]
    last = len(head)
    for at in range(0, max(1, len(placed)), _PART):
        places = defaultdict[str, list[str]](list)
        for word, place in placed[at : at + _PART + MOST_TOGETHER]:
            if len(places[word]) < _PLACES - 1:
                places[word].append(f"{place - at}{'A' if place <= last else ''}")
        yield " ".join(f"'{word}':{','.join(listed)}" for word, listed in places.items())


_ROWS: Final = {"sqlite": _fts5_rows, "postgresql": _vector_rows}
