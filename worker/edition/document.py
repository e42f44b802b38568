"""The edition as one JSON document: what the store keeps and every renderer reads.

`docs/edition.schema.json` is the JSON Schema of `Document`, for programs that read editions (`make reference`).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Final, Literal, NotRequired

from pydantic import ConfigDict, Field, with_config

# pydantic makes a schema of typing's own TypedDict only from Python 3.12 on.
from typing_extensions import TypedDict

from producers.article import NO_SOURCES, Revision, Signal, Subject, is_web_address
from worker.edition.budget import Place
from worker.edition.calendar import local_day, time_zone

#: Raised when a reader of an older document has to know; a new key alone does not raise it.
SCHEMA: Final = 1

#: A digest is `late` if its article was published this much, in local days, before the edition's date or earlier.
#: News of the day before is what a morning edition is made of, so a gap of one day is not late.
LATE_FROM = timedelta(days=2)

#: The order of keys in the file. A store may hand a document back in another order (PostgreSQL's jsonb does), and a
#: rebuild must still give the same bytes. Keys that are not listed follow, sorted by name.
# fmt: off
KEYS = (
    "schema", "edition", "topics", "profile", "web_url", "date", "timezone", "revision", "closed_at", "sections",
    "counts", "received", "reprints", "failed", "articles", "several", "left_out", "filtered", "place", "story_id",
    "publisher", "folder", "title", "headline", "headline_from", "summary", "section", "continues", "url", "language",
    "published_at", "late", "update", "sources", "uri", "article_id", "containment", "engine", "model", "supported",
    "signal", "note", "created", "number", "located", "subjects", "code", "name", "urgency", "captions", "usage",
    "copyright", "digests", "withdrawn", "at", "by",
)
# fmt: on

_RANK = {key: rank for rank, key in enumerate(KEYS)}

_Count = Annotated[int, Field(ge=0)]
_UtcTime = Annotated[str, Field(pattern="Z$", json_schema_extra={"format": "date-time"})]


@with_config(ConfigDict(extra="allow", title="Source"))
class DocumentSource(TypedDict):
    """An article of a story."""

    publisher: Annotated[
        str | None,
        Field(description="who published the text, under one name however it is written; null if nothing says who"),
    ]
    folder: NotRequired[
        Annotated[str | None, Field(description="what the desk calls the place that it came from; null if nothing")]
    ]
    title: Annotated[str | None, Field(description="the article's own title; null if it has none")]
    uri: Annotated[
        str, Field(description="the article's address or own id, else the name of its file; any text, not always a URI")
    ]
    url: NotRequired[
        Annotated[str | None, Field(description="web address at which the article can be read; null if it has none")]
    ]
    article_id: Annotated[str, Field(description="id of the article, unique on its desk")]
    containment: Annotated[
        Annotated[float, Field(ge=0, le=1)] | None,
        Field(
            description="share of the shorter text that this article and the story's canonical one have in common, "
            "0 to 1; null for the canonical article itself"
        ),
    ]


@with_config(ConfigDict(extra="allow", title="Revision"))
class DocumentRevision(TypedDict):
    """Which version of its item an article is."""

    created: Annotated[_UtcTime | None, Field(description="when the source made it, in UTC; null if it does not say")]
    number: Annotated[int | None, Field(description="the source's own number for it; null if it gives none")]


@with_config(ConfigDict(extra="allow", title="Subject"))
class DocumentSubject(TypedDict):
    """What an article is about."""

    code: Annotated[str | None, Field(description="a code of the source's scheme, such as `medtop:04000000`")]
    name: Annotated[str | None, Field(description="its name in words")]


@with_config(ConfigDict(extra="allow", title="Digest"))
class DocumentDigest(TypedDict):
    """A story with its headline and summary. A story is what several articles report in nearly the same words."""

    story_id: Annotated[str, Field(description="id of the story, the same in every edition of its desk")]
    headline: Annotated[str, Field(description="the headline, plain text")]
    summary: Annotated[str, Field(description="the summary, plain text")]
    language: Annotated[
        str, Field(description="language of the article, an ISO 639-1 code such as `en`; `und` if unknown")
    ]
    published_at: Annotated[
        _UtcTime | None, Field(description="when the article was published, in UTC; null if it does not say")
    ]
    late: Annotated[
        bool,
        Field(description="whether the article was published two local days before the edition's date, or earlier"),
    ]
    update: Annotated[bool, Field(description="whether an earlier edition carried this story with another article")]
    sources: Annotated[
        list[DocumentSource],
        Field(
            min_length=1,
            description="the articles of the story: first the canonical one, which headline and summary are made from, "
            "then its reprints, the closest copies first",
        ),
    ]
    engine: Annotated[
        str, Field(description="how the summary was made: `extractive`, or by a model, `seq2seq` or `causal`")
    ]
    model: Annotated[str, Field(description="name of the model that the engine used")]
    supported: Annotated[
        bool,
        Field(
            description="false if a model's summary was not supported by the article, so that the article's own "
            "sentences took its place"
        ),
    ]
    signal: NotRequired[
        Annotated[
            Literal["correction", "update"] | None,
            Field(description="what the source says that its article is; this key and those after it may be absent"),
        ]
    ]
    note: NotRequired[
        Annotated[str | None, Field(description="the source's word to its editors about this version of the article")]
    ]
    revision: NotRequired[
        Annotated[DocumentRevision | None, Field(description="which version of its item the article is")]
    ]
    located: NotRequired[Annotated[str | None, Field(description="the place that the article was written from")]]
    section: NotRequired[Annotated[str | None, Field(description="the source's section")]]
    subjects: NotRequired[Annotated[list[DocumentSubject], Field(description="what the article is about")]]
    urgency: NotRequired[
        Annotated[int | None, Field(description="how urgent the source finds the article, from 1 (a flash) to 9")]
    ]
    captions: NotRequired[Annotated[list[str], Field(description="captions of the article's pictures")]]
    usage: NotRequired[Annotated[str | None, Field(description="the source's terms of use")]]
    copyright: NotRequired[Annotated[str | None, Field(description="the source's copyright notice")]]


@with_config(ConfigDict(extra="allow", title="Withdrawn"))
class DocumentWithdrawn(TypedDict):
    """A story that this edition carried and that may not be shown any more."""

    story_id: Annotated[str, Field(description="id of the story")]
    article_id: Annotated[str, Field(description="id of the article that it was told by")]
    at: Annotated[_UtcTime, Field(description="when it was withdrawn, in UTC")]
    by: Annotated[Literal["source", "desk"], Field(description="who withdrew it")]


@with_config(ConfigDict(extra="allow", title="Past"))
class DocumentPast(TypedDict):
    """A topic of an earlier edition of the profile."""

    date: Annotated[
        str, Field(json_schema_extra={"format": "date"}, description="the local day of that edition, YYYY-MM-DD")
    ]
    story_id: Annotated[str, Field(description="id of the story that told it")]
    article_id: Annotated[str, Field(description="id of the article that told it")]
    headline: Annotated[str, Field(description="its headline, plain text")]
    url: Annotated[str | None, Field(description="web address of its article; null if it has none")]


@with_config(ConfigDict(extra="allow", title="Topic"))
class DocumentTopic(TypedDict):
    """The stories that report one event, and how much of them the edition shows."""

    place: Annotated[
        str,
        Field(
            json_schema_extra={"enum": [place.value for place in Place]},
            description="what the edition shows of the topic: headline and summary, headline and one sentence, the "
            "headline, or nothing; `withdrawn`: a sentence that says so in the summary, and nothing else",
        ),
    ]
    story_id: Annotated[str, Field(description="id of the story that tells the topic")]
    article_id: Annotated[str, Field(description="id of the article that tells the topic")]
    headline: Annotated[
        str | None,
        Field(description="the headline under which the topic is shown, plain text; null if it was withdrawn"),
    ]
    headline_from: Annotated[
        str | None,
        Field(
            description="id of the article whose title the headline is; null if it is that of the digest that tells "
            "the topic"
        ),
    ]
    summary: Annotated[str, Field(description="what the edition shows beneath the headline; empty if nothing")]
    section: Annotated[str | None, Field(description="the section of the edition; null if it has none")]
    url: Annotated[
        str | None, Field(description="web address of the article that tells the topic; null if it has none")
    ]
    continues: Annotated[
        DocumentPast | None, Field(description="what an earlier edition told of the event; null if none did")
    ]
    digests: Annotated[
        list[DocumentDigest],
        Field(description="the stories, first the one that tells the topic; empty if it is left out or withdrawn"),
    ]


@with_config(ConfigDict(extra="allow", title="Counts"))
class DocumentCounts(TypedDict):
    """What came in since the edition before, and what this one carries of it."""

    received: Annotated[_Count, Field(description="articles received")]
    reprints: Annotated[_Count, Field(description="reprints among the articles received")]
    failed: Annotated[_Count, Field(description="articles that could not be processed")]
    digests: Annotated[_Count, Field(description="digests in the topics that are shown")]
    articles: Annotated[_Count, Field(description="articles in all the topics, those left out among them")]
    topics: Annotated[_Count, Field(description="topics, those left out among them")]
    several: Annotated[_Count, Field(description="topics that more than one publisher reports")]
    left_out: Annotated[
        _Count, Field(description="topics that are not shown, for the edition's words and the profile's limits")
    ]
    filtered: Annotated[_Count, Field(description="digests that the profile's filters passed over")]


@with_config(ConfigDict(extra="allow", title="Head"))
class DocumentHead(TypedDict):
    """Which edition this is."""

    profile: Annotated[str, Field(description="name of the edition's profile, such as `daily`")]
    title: Annotated[str, Field(description="what the profile's editions are called; empty: by the profile's name")]
    web_url: Annotated[
        str, Field(description="address at which readers reach the desk's pages; empty if there is none")
    ]
    date: Annotated[
        str, Field(json_schema_extra={"format": "date"}, description="the local day of the edition, YYYY-MM-DD")
    ]
    timezone: Annotated[str, Field(description="IANA time zone of the local day, such as `Europe/Berlin`")]
    revision: Annotated[
        int, Field(ge=1, description="1 for the first edition of the day, one more for each that replaces it")
    ]
    closed_at: Annotated[_UtcTime, Field(description="when the edition closed, in UTC")]
    sections: NotRequired[
        Annotated[list[str], Field(description="the sections of the shown topics, in order; empty: it has none")]
    ]
    counts: DocumentCounts


@with_config(ConfigDict(extra="allow", title="Wiredesk edition"))
class Document(TypedDict):
    """One edition of one profile, as `editions/YYYY/YYYY-MM-DD.json` holds it.

    Later versions may add keys without a new `schema` number: skip keys that you do not know.
    """

    schema: Annotated[
        Literal[1], Field(description="version of this format; it rises if a key goes, or changes its meaning")
    ]
    edition: DocumentHead
    topics: Annotated[list[DocumentTopic], Field(description="the topics, the most important one first")]
    withdrawn: NotRequired[
        Annotated[
            list[DocumentWithdrawn],
            Field(description="the stories that were withdrawn since it closed; absent if there are none"),
        ]
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """A story that was withdrawn after readers had it: the edition that carried it, by profile and local day, and the
    local day of the withdrawal, both YYYY-MM-DD. Nothing of the story itself.
    """

    profile: str
    date: str
    on: str
    by: Literal["source", "desk"]


@dataclass(frozen=True, slots=True)
class Notice:
    """What a reader who was sent stories that were withdrawn is to know; at least one."""

    stories: tuple[Recalled, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySource:
    """One article of a story. `containment` is its overlap with the canonical, 0 to 1; None for the canonical.

    `source` is the producer's name for where it came from. `agency` is the news agency that its `dateline` or `byline`
    credits; these three are not part of the document.
    """

    publisher: str | None
    title: str | None
    uri: str
    article_id: str
    containment: float | None
    url: str | None = None
    source: str = ""
    dateline: str | None = None
    byline: str | None = None
    agency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the source says of a canonical article besides its text; as in producers.article.RawArticle."""

    signal: Signal | None = None
    note: str | None = None
    revision: Revision | None = None
    located: str | None = None
    section: str | None = None
    subjects: tuple[Subject, ...] = ()
    urgency: int | None = None
    captions: tuple[str, ...] = ()
    usage: str | None = None
    copyright: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A digest that an edition carries. `article_id` is its story's canonical, which must be among the `sources`.

    `length` is the number of characters of the canonical's body. The body itself is read apart (`Texts`): an edition
    meets tens of thousands.
    """

    story_id: str
    article_id: str
    headline: str
    summary: str
    language: str
    published_at: datetime | None
    received_at: datetime
    update: bool
    sources: tuple[StorySource, ...]
    engine: str
    model: str
    supported: bool
    said: Said = Said()
    length: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What decides whether a digest reports the same event as another; no part of the document.

    `body` is the text of the article. `embedding`, `across` and `across_by` are the stored ones
    (`worker.article.Digest`).
    """

    article_id: str
    body: str = ""
    embedding: bytes = b""
    across: bytes = b""
    across_by: str = ""


#: Gives the Text of each of some articles, one by one, by their ids; an empty one for an article that is gone.
Texts = Callable[[Iterable[str]], Iterator[Text]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The digest that told a topic in an earlier edition of the profile, and that edition's day.

    `url` is its article's web address, if it has one; `language` is as in Carried, `body` and `embedding` are as in
    Text.
    """

    date: date
    story_id: str
    article_id: str
    headline: str
    url: str | None
    language: str
    body: str
    embedding: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """The digests of one event as an edition shows them, first the one that tells it (`worker.edition.teller`).

    `headline_from` is the article whose title the `headline` is, None for that of the first digest. `summary` is what
    is shown beneath it in its `place`. `continues` is what an earlier edition told of the event. `left_out_by` is why
    it is left out, as in Fate.
    """

    place: Place
    headline: str
    headline_from: str | None
    summary: str
    digests: tuple[Carried, ...]
    section: str | None = None
    continues: Earlier | None = None
    left_out_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What an edition did with a digest that it met.

    `left_out_by` is None for the digest that tells a topic which is shown. Else it is the reason: the field of
    `worker.edition.profile.Selection` that refused the digest, or whose limit was reached ("words" is the budget), or
    "beneath" for another report of a topic that is shown. `teller_id` is the article that tells the topic, if that is
    another article.
    """

    left_out_by: str | None
    teller_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionCounts:
    """What the edition's window brought: articles received, reprints among them, failures; and `filtered`, the digests
    that the profile's filters passed over.
    """

    received: int
    reprints: int
    failed: int
    filtered: int = 0


def document(
    *,
    profile: str,
    title: str = "",
    web_url: str = "",
    date: date,
    timezone: str,
    revision: int,
    closed_at: datetime,
    counts: EditionCounts,
    topics: Sequence[Topic],
    sections: Iterable[str] = (),
) -> Document:
    """Return the edition of `topics` (`worker.edition.select`), the first in rank first; `sections` are the names of
    all sections, in order.

    Within a story the canonical's source comes first, then the closest copies. Times are ISO 8601 in UTC, with a Z.
    The same arguments give the same document, in whatever order the sources come. Raises ValueError for a time without
    a time zone, and for a story whose canonical is not among its sources.
    """
    zone = time_zone(timezone)

    def late(published_at: datetime | None) -> bool:
        return published_at is not None and date - local_day(published_at, zone) >= LATE_FROM

    def digest(carried: Carried) -> DocumentDigest:
        return {
            "story_id": carried.story_id,
            "headline": carried.headline,
            "summary": carried.summary,
            "language": carried.language,
            "published_at": None if carried.published_at is None else iso(carried.published_at),
            "late": late(carried.published_at),
            "update": carried.update,
            "sources": [_source(source) for source in _sources(carried)],
            "engine": carried.engine,
            "model": carried.model,
            "supported": carried.supported,
            **_said(carried.said),
        }

    def topic(shown: Topic) -> DocumentTopic:
        teller = shown.digests[0]
        return {
            "place": shown.place.value,
            "story_id": teller.story_id,
            "article_id": teller.article_id,
            "headline": shown.headline,
            "headline_from": shown.headline_from,
            "summary": shown.summary,
            "section": shown.section,
            "continues": None if shown.continues is None else _past(shown.continues),
            "url": _url(_sources(teller)[0]),
            "digests": [] if shown.place is Place.LEFT_OUT else [digest(story) for story in shown.digests],
        }

    shown = [topic for topic in topics if topic.place is not Place.LEFT_OUT]
    return {
        "schema": SCHEMA,
        "edition": {
            "profile": profile,
            "title": title,
            "web_url": web_url,
            "date": date.isoformat(),
            "timezone": timezone,
            "revision": revision,
            "closed_at": iso(closed_at),
            "sections": [name for name in dict.fromkeys(sections) if any(topic.section == name for topic in shown)],
            "counts": {
                "received": counts.received,
                "reprints": counts.reprints,
                "failed": counts.failed,
                "digests": sum(len(topic.digests) for topic in shown),
                "articles": sum(len(digest.sources) for topic in topics for digest in topic.digests),
                "topics": len(topics),
                "several": sum(len(_publishers(topic)) > 1 for topic in topics),
                "left_out": len(topics) - len(shown),
                "filtered": counts.filtered,
            },
        },
        "topics": [topic(shown) for shown in topics],
    }


def shown(document: Document) -> list[DocumentTopic]:
    """Return the topics that the edition `document` shows."""
    return [topic for topic in document["topics"] if topic["place"] not in (Place.LEFT_OUT, Place.WITHDRAWN)]


def shown_articles(document: Document) -> set[str]:
    """Return the ids of the articles that `document` shows: title, outlet and link of an article come with its id."""
    return set(_article_ids([topic for topic in document["topics"] if topic["place"] != Place.WITHDRAWN]))


def _article_ids(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(name := value.get("article_id"), str):
            yield name
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _article_ids(part)


def publisher_key(name: str | None) -> str:
    """Return the form of a publisher's name that is compared; "" for a name that is missing or blank."""
    return " ".join((name or "").split()).casefold()


def encode(document: Document) -> bytes:
    """Return `document` as UTF-8 JSON with its keys in the order of KEYS, whatever order they are in now."""
    return (json.dumps(_in_order(document), ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


def _sources(digest: Carried) -> list[StorySource]:
    canonical = [source for source in digest.sources if source.article_id == digest.article_id]
    if not canonical:
        raise ValueError(f"story {digest.story_id} has no source for its canonical article {digest.article_id}")
    rest = [source for source in digest.sources if source.article_id != digest.article_id]
    rest.sort(key=lambda s: (-(s.containment or 0.0), publisher_key(s.publisher), s.uri, s.article_id))
    return [replace(canonical[0], containment=None), *rest]


def _source(source: StorySource) -> DocumentSource:
    return {
        "publisher": source.publisher,
        "folder": None if source.source in NO_SOURCES else source.source or None,
        "title": source.title,
        "uri": source.uri,
        "url": _url(source),
        "article_id": source.article_id,
        "containment": source.containment,
    }


def _past(earlier: Earlier) -> DocumentPast:
    return {
        "date": earlier.date.isoformat(),
        "story_id": earlier.story_id,
        "article_id": earlier.article_id,
        "headline": earlier.headline,
        "url": earlier.url,
    }


def _url(source: StorySource) -> str | None:
    return source.url or (source.uri if is_web_address(source.uri) else None)


def _publishers(topic: Topic) -> set[str]:
    return {publisher_key(source.publisher) for digest in topic.digests for source in digest.sources} - {""}


class _SaidKeys(TypedDict):
    """The keys of DocumentDigest that hold what the source says."""

    signal: Literal["correction", "update"] | None
    note: str | None
    revision: DocumentRevision | None
    located: str | None
    section: str | None
    subjects: list[DocumentSubject]
    urgency: int | None
    captions: list[str]
    usage: str | None
    copyright: str | None


def _said(said: Said) -> _SaidKeys:
    made = said.revision
    return {
        "signal": said.signal.value if said.signal else None,
        "note": said.note,
        "revision": {"created": iso(made.created) if made.created else None, "number": made.number} if made else None,
        "located": said.located,
        "section": said.section,
        "subjects": [{"code": about.code, "name": about.name} for about in said.subjects],
        "urgency": said.urgency,
        "captions": list(said.captions),
        "usage": said.usage,
        "copyright": said.copyright,
    }


def iso(at: datetime) -> str:
    """Return `at` as ISO 8601 in UTC, with a Z; raises ValueError if it has no time zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no time zone")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _in_order(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _in_order(value[key]) for key in sorted(value, key=lambda k: (_RANK.get(k, len(_RANK)), k))}
    return [_in_order(item) for item in value] if isinstance(value, list) else value
