"""Articles for the tests to put into the parts."""

from datetime import UTC, datetime

from producers.article import RawArticle, Record, raw_article
from worker.article import Article, Digest
from worker.dedup import text_key
from worker.store.articles import Incoming


def raw(text: str, *, uri: str | None = None, source: str = "inbox", **fields: object) -> RawArticle:
    """Return a raw article of `text`."""
    record = Record(raw=text.encode(), text=text, uri=uri, **fields)  # type: ignore[arg-type]
    return raw_article(record, source=source, filename="article.txt", number=None)


def article(name: str, body: str = "", **fields: object) -> Article:
    """Return a cleaned article with the id `name`."""
    values: dict[str, object] = {
        "id": name,
        "source": "inbox",
        "uri": f"{name}.txt",
        "media_type": "text/plain",
        "filename": f"{name}.txt",
        "publisher": None,
        "title": f"Title of {name}",
        "standfirst": None,
        "dateline": None,
        "byline": None,
        "body": body or f"This is the whole report of {name}.",
        "language": "en",
        "published_at": None,
        "received_at": datetime(2026, 11, 22, 6, 0, tzinfo=UTC),
    }
    return Article(**{**values, **fields})  # type: ignore[arg-type]


def incoming(name: str, body: str = "", **fields: object) -> Incoming:
    """Return a cleaned article on its way into the store."""
    made = article(name, body, **fields)
    return Incoming(made, text_key(made.body))


def digest(name: str) -> Digest:
    """Return a digest of the article `name`."""
    return Digest(
        article_id=name,
        headline=f"Headline of {name}",
        summary=f"Summary of {name}.",
        engine="extractive",
        model="test",
    )
