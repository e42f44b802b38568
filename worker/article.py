"""The values that flow through the stages: Article, Digest, Failed."""

from dataclasses import dataclass
from datetime import datetime

from producers.article import Embargo, Revision, Signal, Status, Subject


@dataclass(frozen=True, slots=True)
class Dropped:
    """A line that cleaning removed from the text, and the name of the rule that removed it."""

    line: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The cleaned text and its provenance; what `worker.clean.clean` returns and the store keeps.

    `body` has its paragraphs separated by a blank line; only that of an item that may not be published (`status`) may
    be empty. `language` is an ISO 639-1 code, or "und" where the text is too short to tell. `notes` say, one sentence
    each, which fallback was taken on the way (another extractor, a guessed encoding), so that no fallback is silent.
    `site` is the domain that the publisher of `url` has registered. `teaser` says that the text is only the beginning
    of the article, whose rest is to be paid for. The fields from `item` to `captions` are those of
    producers.article.RawArticle, from the source or from the text itself.
    """

    id: str
    source: str
    uri: str
    media_type: str
    filename: str
    publisher: str | None
    title: str | None
    standfirst: str | None
    dateline: str | None
    byline: str | None
    body: str
    language: str
    published_at: datetime | None
    received_at: datetime
    dropped: tuple[Dropped, ...] = ()
    notes: tuple[str, ...] = ()
    url: str | None = None
    site: str | None = None
    teaser: bool = False
    item: str | None = None
    revision: Revision | None = None
    status: Status = Status.USABLE
    embargo: Embargo | None = None
    signal: Signal | None = None
    note: str | None = None
    slug: str | None = None
    urgency: int | None = None
    subjects: tuple[Subject, ...] = ()
    section: str | None = None
    usage: str | None = None
    copyright: str | None = None
    located: str | None = None
    captions: tuple[str, ...] = ()


#: `Digest.model`, or its part before the first " + ", of a summary that is the article's first sentences, because the
#: engine's encoder does not know its language.
LEAD = "lead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The headline and summary of a story, made from its canonical article.

    `supported` is False where a generated summary did not pass the support check and was replaced by the extract;
    `checks` names each check that failed, and how much of the article was read where it was not all of it.
    `embedding` says what the article reports: it is the sum of two vectors of length 1, the mean of the embeddings of
    the sentences that were chosen, and the embedding of the headline; again of length 1, as little-endian float32 (384
    values for the bundled encoder). It is empty if the encoder does not know the language. `seconds` is the time spent
    on this article, its share of the batch.
    """

    article_id: str
    headline: str
    summary: str
    engine: str
    model: str
    supported: bool = True
    checks: tuple[str, ...] = ()
    embedding: bytes = b""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The result of an article that an engine could not summarise: the reason, as one sentence for a person."""

    article_id: str
    reason: str
