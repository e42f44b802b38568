"""The edition as one JSON document: what the store keeps and every renderer reads."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from worker.edition.calendar import local_day, time_zone

#: The JSON document of an edition, in the shape of `document`.
Document = dict[str, Any]

#: Raised when a reader of an older document has to know; a new key alone does not raise it.
SCHEMA = 1

#: A digest is `late` where its article was published this much, in local days, before the edition's date or earlier.
#: News of the day before is what a morning edition is made of, so a gap of one day is not late.
LATE_FROM = timedelta(days=2)

#: The order of keys in the file. A store may hand a document back in another order (PostgreSQL's jsonb does), and a
#: rebuild must still give the same bytes. Keys that are not listed follow, sorted by name.
# fmt: off
KEYS = (
    "schema", "edition", "topics", "profile", "date", "timezone", "revision", "closed_at", "counts", "received",
    "reprints", "failed", "left_out", "story_id", "publisher", "title", "digests", "headline", "summary", "language",
    "published_at", "late", "update", "sources", "uri", "article_id", "containment", "engine", "model", "supported",
)
# fmt: on

_RANK = {key: rank for rank, key in enumerate(KEYS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One article of a story. `containment` is its overlap with the canonical, 0 to 1; None for the canonical.

    `source` is the producer's name for where it came from, and `agency` the news agency that its `dateline` or
    `byline` credits; these are not part of the document.
    """

    publisher: str | None
    title: str | None
    uri: str
    article_id: str
    containment: float | None
    source: str = ""
    dateline: str | None = None
    byline: str | None = None
    agency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A digest that an edition carries. `article_id` is its story's canonical, which must be among the `sources`.

    `body` is the canonical's text and `embedding` the stored one (`worker.article.Digest`): they decide which digests
    tell of one event, and are not part of the document.
    """

    story_id: str
    article_id: str
    headline: str
    summary: str
    language: str
    published_at: datetime | None
    received_at: datetime
    update: bool
    sources: tuple[Source, ...]
    engine: str
    model: str
    supported: bool
    body: str = ""
    embedding: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What the edition's window brought: articles received, reprints among them, failures; digests carried, and left
    out by the profile's filters and length.
    """

    received: int
    reprints: int
    failed: int
    digests: int
    left_out: int = 0


def document(
    *,
    profile: str,
    date: date,
    timezone: str,
    revision: int,
    closed_at: datetime,
    counts: Counts,
    topics: Sequence[Sequence[Carried]],
) -> Document:
    """Return the edition in design.md's shape, plus `schema` and, for each digest, `language`.

    `topics` are those of `worker.edition.select`, each with its lead first, whose headline is its title; within a
    story the canonical's source comes first, then the closest copies. Times are ISO 8601 in UTC, with a Z. The same
    arguments give the same document, in whatever order the sources come. Raises ValueError for a time without a time
    zone, and for a story whose canonical is not among its sources.
    """
    zone = time_zone(timezone)

    def late(published_at: datetime | None) -> bool:
        return published_at is not None and date - local_day(published_at, zone) >= LATE_FROM

    def digest(one: Carried) -> Document:
        return {
            "story_id": one.story_id,
            "headline": one.headline,
            "summary": one.summary,
            "language": one.language,
            "published_at": None if one.published_at is None else _iso(one.published_at),
            "late": late(one.published_at),
            "update": one.update,
            "sources": [_source(source) for source in _sources(one)],
            "engine": one.engine,
            "model": one.model,
            "supported": one.supported,
        }

    return {
        "schema": SCHEMA,
        "edition": {
            "profile": profile,
            "date": date.isoformat(),
            "timezone": timezone,
            "revision": revision,
            "closed_at": _iso(closed_at),
            "counts": asdict(counts),
        },
        "topics": [{"title": topic[0].headline, "digests": [digest(one) for one in topic]} for topic in topics],
    }


def publisher_key(name: str | None) -> str:
    """Return the form of a publisher's name that is compared; "" for a name that is missing or blank."""
    return " ".join((name or "").split()).casefold()


def encode(document: Document) -> bytes:
    """Return `document` as UTF-8 JSON with its keys in the order of KEYS, whatever order they are in now."""
    return (json.dumps(_in_order(document), ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


def _sources(one: Carried) -> list[Source]:
    canonical = [source for source in one.sources if source.article_id == one.article_id]
    if not canonical:
        raise ValueError(f"story {one.story_id} has no source for its canonical article {one.article_id}")
    rest = [source for source in one.sources if source.article_id != one.article_id]
    rest.sort(key=lambda s: (-(s.containment or 0.0), publisher_key(s.publisher), s.uri, s.article_id))
    return [replace(canonical[0], containment=None), *rest]


def _source(source: Source) -> Document:
    return {
        "publisher": source.publisher,
        "title": source.title,
        "uri": source.uri,
        "article_id": source.article_id,
        "containment": source.containment,
    }


def _iso(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _in_order(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _in_order(value[key]) for key in sorted(value, key=lambda k: (_RANK.get(k, len(_RANK)), k))}
    return [_in_order(item) for item in value] if isinstance(value, list) else value
