"""Trying a stage on text, without a queue: `wiredesk clean` and `wiredesk summarize`."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, TypedDict

from pydantic import TypeAdapter

from producers.article import RawArticle, Status
from producers.errors import ConfigurationError, PermanentError
from producers.formats import articles as read_articles
from worker.article import Article, Digest, Failed
from worker.clean import clean
from worker.settings import WorkerSettings
from worker.summarize import load

#: Articles that are given to the engine at once.
_BATCH: Final = 64
#: Fields of an article that `wiredesk clean` prints above its text.
_SHOWN: Final = (
    "title", "standfirst", "dateline", "byline", "publisher", "language", "published_at", "url", "item", "embargo",
    "signal", "note", "slug", "section", "usage", "copyright",
)  # fmt: skip


class Summary(TypedDict):
    """`worker.article.Digest` ready for JSON, without its embedding; `id` is the article's."""

    id: str
    headline: str
    summary: str
    engine: str
    model: str
    supported: bool
    checks: list[str]
    seconds: float


class NoSummary(TypedDict):
    """An article that has no summary, or a line that holds no article, and the reason."""

    id: str
    error: str


def clean_file(file: str) -> Iterator[dict[str, Any]]:
    """Yield the fields of each article of `file` ("-": standard input as text) after cleaning, ready for JSON.

    They are those of `worker.article.Article`, its times ISO 8601. An article that cannot be used yields its `uri` and
    the reason as `error`.
    """
    with _opened(file) as stream:
        name = "stdin.txt" if file == "-" else Path(file).name
        for raw in read_articles(stream, name, "trial"):
            try:
                yield _cleaned(raw)
            except PermanentError as error:
                yield {"uri": raw.uri, "error": str(error)}


def cleaned_text(result: Mapping[str, Any]) -> str:
    """Return a result of `clean_file` for people: the fields, the text, and what was removed."""
    if "error" in result:
        return f"uri           {result['uri']}\nerror         {result['error']}"
    lines = [f"{name:<14}{result[name]}" for name in _SHOWN if result[name]]
    if result["status"] != Status.USABLE:
        lines.append(f"status        {result['status']}")
    lines += ["", result["body"], ""]
    lines += [f"- {dropped['rule']}: {dropped['line']}" for dropped in result["dropped"]]
    lines += [f"! {note}" for note in result["notes"]]
    return "\n".join(lines)


def summarize_file(file: str, settings: WorkerSettings) -> Iterator[Summary | NoSummary]:
    """Yield the digest of each article of `file`: JSON Lines of {id, title, text}, or one plain text.

    A line that is no such article, or that the engine cannot summarise, yields its id and the reason as `error`.
    """
    engine = load(
        settings.engine,
        model=settings.model,
        encoder=settings.encoder,
        words=settings.summary_words,
        most_sentences=settings.summary_sentences,
    )
    batch: list[Article] = []
    with _opened(file) as stream:
        for item in _articles(stream):
            if isinstance(item, dict):
                yield item
                continue
            batch.append(item)
            if len(batch) == _BATCH:
                yield from map(_summary, engine.summarize(batch))
                batch = []
    yield from map(_summary, engine.summarize(batch))


def _articles(stream: BinaryIO) -> Iterator[Article | NoSummary]:
    """Yield the articles of `stream`, or `{id, error}` for a line that is none."""
    first = stream.readline()
    if not first.lstrip().startswith(b"{"):
        text = (first + stream.read()).decode(errors="replace")
        yield _article("text", None, text)
        return
    for number, line in enumerate((first, *stream) if first else (), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            name, title, text = str(row.get("id", number)), row.get("title"), row["text"]
            if not isinstance(text, str) or not (title is None or isinstance(title, str)):
                raise TypeError("title and text must be strings")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            yield {"id": f"line {number}", "error": f"It is not an article {{id, title, text}} ({error})."}
            continue
        yield _article(name, title, text)


def _article(name: str, title: str | None, text: str) -> Article:
    """Return the text as an Article, its lines made paragraphs: this command tries the engine, not the cleaner."""
    from worker.clean.language import language_of
    from worker.clean.layout import paragraphs

    return Article(
        id=name,
        source="trial",
        uri=name,
        media_type="text/plain",
        filename="",
        publisher=None,
        title=title or None,
        standfirst=None,
        dateline=None,
        byline=None,
        body="\n\n".join(paragraphs(text)),
        language=language_of(text),
        published_at=None,
        received_at=datetime.now(UTC),
    )


def _cleaned(raw: RawArticle) -> dict[str, Any]:
    if raw.refused:
        raise PermanentError(raw.refused)
    article = clean(raw)
    values: dict[str, Any] = TypeAdapter(Article).dump_python(article, mode="json")
    return values


def _summary(result: Digest | Failed) -> Summary | NoSummary:
    if isinstance(result, Failed):
        return {"id": result.article_id, "error": result.reason}
    return {
        "id": result.article_id,
        "headline": result.headline,
        "summary": result.summary,
        "engine": result.engine,
        "model": result.model,
        "supported": result.supported,
        "checks": list(result.checks),
        "seconds": round(result.seconds, 4),
    }


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
        return
    try:
        with Path(file).open("rb") as stream:
            yield stream
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read ({error.strerror}); check the name.") from None
