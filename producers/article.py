"""RawArticle: the message on which producers and workers agree.

A producer decodes bytes and notes where they came from; it repairs nothing. Cleaning is the worker's business, so
that it can be redone without asking the producer again.
"""

import hashlib
import re
import uuid
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from producers.terminal import printable

#: Encoded size in bytes above which a text is refused. Real HTML pages: p95 0.5 MB, maximum 1.5 MB.
MAX_TEXT_BYTES = 5_000_000
#: Most bytes that a journal entry may expand to when it is read back: a text at its cap, JSON-escaped, and the rest.
MAX_JOURNAL_BYTES = 8 * MAX_TEXT_BYTES

#: An id in a message or in Redis: a UUID in its canonical form, which is how producers write it.
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAMESPACE = uuid.UUID("6f2b7c52-2a4e-5d0e-9a64-9a1f0f6d1c0b")

#: A URI that names its thing everywhere: a URL, a URN (RFC 8141), a tag (RFC 4151). A file's name or a bare number
#: never does.
_ABSOLUTE = re.compile(r"(?:https?://[^\s/]+\S*|urn:[\w-]{2,32}:\S+|tag:[^\s:]+:\S+)", re.IGNORECASE)
_WEB_ADDRESS = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)

#: What producers call the source of articles that come from no place with a name of its own.
NO_SOURCES: Final = frozenset({"inbox", "push", "http"})

#: Subjects and captions of one article that are kept.
MOST_SUBJECTS, MOST_CAPTIONS = 50, 50

Line = Annotated[str, StringConstraints(max_length=2000)]


class Status(StrEnum):
    """What a source says may be done with an item (IPTC NewsCodes, pubStatus)."""

    USABLE = "usable"
    #: Not to be published until the source says so.
    WITHHELD = "withheld"
    #: Killed: not to be published, and to be taken back if it was.
    CANCELED = "canceled"


class Signal(StrEnum):
    """What a source says a revision of an item is."""

    CORRECTION = "correction"
    UPDATE = "update"


#: The embargo of an item whose source set one that gives no time, or none that can be read: it holds until a revision
#: of the item says otherwise.
UNKNOWN: Final = "unknown"
Embargo = AwareDatetime | Literal["unknown"]


@dataclass(frozen=True, slots=True)
class Revision:
    """Which version of its item an article is: when the source made it, and the source's own number for it."""

    created: AwareDatetime | None = None
    number: Annotated[int, Field(ge=0)] | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What an item is about: a code of the source's scheme ("medtop:04000000"), its name, or both."""

    code: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What a source says about a record, all but its text.

    `uri` is the record's own id or URL; `url` where it can be read. `item` is what the source calls the item through
    all its versions. The fields are as in RawArticle; None, empty or USABLE is what was not said.
    """

    uri: str | None = None
    url: str | None = None
    title: str | None = None
    published_at: datetime | None = None
    language: str | None = None
    byline: str | None = None
    publisher: str | None = None
    item: str | None = None
    revision: Revision | None = None
    status: Status = Status.USABLE
    embargo: datetime | Literal["unknown"] | None = None
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
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Details):
    """One article as a format module read it, before it is known who pushes it.

    `raw` are the bytes that identify the record (its id is derived from their SHA-256); `refused` says in one sentence
    why the record could not be read, and its text is then empty. A canceled item may have no text.
    """

    raw: bytes
    text: str
    media_type: str = "text/plain"
    refused: str | None = None

    @classmethod
    def of(
        cls, said: Details, *, raw: bytes, text: str, media_type: str = "text/plain", refused: str | None = None
    ) -> "Record":
        """Return the record of `raw` and `text` about which its source says `said`."""
        given = {entry.name: getattr(said, entry.name) for entry in fields(Details)}
        return cls(raw=raw, text=text, media_type=media_type, refused=refused, **given)


class NewerVersionError(ValueError):
    """A message has a version that this wiredesk does not know: a newer producer wrote it."""


class RawArticle(BaseModel):
    """What a producer read, decoded but uncleaned, with its provenance.

    Times are timezone-aware. `text` is valid Unicode without NUL and at most MAX_TEXT_BYTES in UTF-8; that of a
    canceled item may be empty. `refused` is None, or the reason why the record could not be read: ingest makes such an
    article a Failure. `urgency` is 1 (a flash) to 9. `note` is the source's word to its editors about this revision,
    `located` the place that the text was written from, `usage` and `copyright` the source's terms.

    Version 2 added the fields from `url` on. A message that names no version has version 1.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1, 2] = 1
    id: uuid.UUID
    source: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    uri: Annotated[str, StringConstraints(min_length=1, max_length=2048)]
    media_type: Annotated[str, StringConstraints(min_length=1, max_length=100)] = "text/plain"
    filename: Annotated[str, StringConstraints(max_length=1000)] = ""
    title: Line | None = None
    text: str
    published_at: AwareDatetime | None = None
    received_at: AwareDatetime
    language: Annotated[str, StringConstraints(max_length=35)] | None = None
    byline: Line | None = None
    publisher: Annotated[str, StringConstraints(max_length=200)] | None = None
    refused: Line | None = None
    metadata: Annotated[dict[str, Line], Field(max_length=50)] = Field(default_factory=dict)
    url: Annotated[str, StringConstraints(max_length=2048)] | None = None
    item: Annotated[str, StringConstraints(min_length=1, max_length=2048)] | None = None
    revision: Revision | None = None
    status: Status = Status.USABLE
    embargo: Embargo | None = None
    signal: Signal | None = None
    note: Line | None = None
    slug: Annotated[str, StringConstraints(max_length=200)] | None = None
    urgency: Annotated[int, Field(ge=1, le=9)] | None = None
    subjects: Annotated[tuple[Subject, ...], Field(max_length=MOST_SUBJECTS)] = ()
    section: Annotated[str, StringConstraints(max_length=200)] | None = None
    usage: Line | None = None
    copyright: Line | None = None
    located: Annotated[str, StringConstraints(max_length=200)] | None = None
    captions: Annotated[tuple[Line, ...], Field(max_length=MOST_CAPTIONS)] = ()

    @field_validator("text")
    @classmethod
    def _valid_unicode(cls, text: str) -> str:
        if "\x00" in text:
            raise ValueError("the text contains a NUL character; producers remove it")
        try:
            size = len(text.encode())
        except UnicodeEncodeError as error:
            raise ValueError("the text contains half of a surrogate pair; producers replace it") from error
        if size > MAX_TEXT_BYTES:
            raise ValueError(f"the text is {size:,} bytes long; at most {MAX_TEXT_BYTES:,} are taken")
        return text

    def packed(self) -> bytes:
        """Return the article as zlib-compressed JSON in UTF-8, the form in which the journal holds it."""
        return zlib.compress(self.model_dump_json(exclude_defaults=True).encode(), level=6)

    @classmethod
    def unpacked(cls, data: bytes) -> "RawArticle":
        """Return the article that `packed` wrote.

        Raises ValueError, in words for a person, if `data` is no such article or expands beyond
        MAX_JOURNAL_BYTES; NewerVersionError, a kind of it, if it has a version that is not known.
        """
        inflater = zlib.decompressobj()
        try:
            text = inflater.decompress(data, MAX_JOURNAL_BYTES)
        except zlib.error:
            raise ValueError("the journal entry is not packed as ours are") from None
        if not inflater.eof:
            raise ValueError("the journal entry is cut short or expands beyond the limit")
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            if any(fault["loc"] == ("version",) and fault["type"] == "literal_error" for fault in error.errors()):
                raise NewerVersionError("the message was written by a newer wiredesk: upgrade the workers") from None
            # Without the values: they are an article's, of any length, and this becomes a reason for a person.
            wrong = (
                f"{printable('.'.join(map(str, fault['loc'])))[:100]}: {fault['msg'].removeprefix('Value error, ')}"
                for fault in error.errors(include_input=False, include_url=False, include_context=False)[:5]
            )
            raise ValueError("; ".join(wrong)) from None


def is_id(text: str) -> bool:
    """Return whether `text` has the form of an article's id."""
    return _ID.fullmatch(text) is not None


def article_id(source: str, uri: str, raw: bytes) -> uuid.UUID:
    """Return the id of a record: UUIDv5 of where it came from and the SHA-256 of its bytes.

    The same item, pushed twice by any two producers, has one id.
    """
    return uuid.uuid5(_NAMESPACE, "\n".join((source, uri, hashlib.sha256(raw).hexdigest())))


def is_absolute(uri: str) -> bool:
    """Return whether `uri` names one thing everywhere: new text under it is then an update of the earlier article."""
    return _ABSOLUTE.fullmatch(uri) is not None


def is_web_address(uri: str) -> bool:
    """Return whether `uri` is an address of the web (http or https) that a reader can follow."""
    return _WEB_ADDRESS.fullmatch(uri) is not None


def scrubbed(text: str) -> str:
    """Return `text` as valid Unicode: without NUL, each lone surrogate replaced by U+FFFD."""
    return text.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def raw_article(record: Record, *, source: str, filename: str, number: int | None) -> RawArticle:
    """Return the RawArticle of `record`, read from `filename` by the producer named `source`.

    `number` counts the records of a file from 1 (None: the file is the record) and makes the uri `filename#number`
    if the record has none of its own. Over-long fields are cut, a text beyond the cap is refused: this function
    raises nothing for bad input, it returns an article whose `refused` gives the reason.
    """
    own_uri = scrubbed(record.uri).strip() if record.uri else ""
    uri = own_uri if own_uri and len(own_uri) <= 2048 else filename + (f"#{number}" if number is not None else "")
    uri = scrubbed(uri)[-2048:]
    source = scrubbed(source)[:200] or "inbox"
    text, refused = scrubbed(record.text), record.refused
    size = len(text.encode())
    if refused is None and size > MAX_TEXT_BYTES:
        refused = f"the text is {size:,} bytes long and at most {MAX_TEXT_BYTES:,} are taken: split it or shorten it"
    url = _cut(record.url, 4096) or (uri if is_web_address(uri) else None)
    captions = (caption for line in record.captions if (caption := _cut(line, 2000)))
    subjects = (Subject(_cut(about.code, 200), _cut(about.name, 200)) for about in record.subjects)
    given: dict[str, Any] = {
        "title": _cut(record.title, 2000),
        "language": _cut(record.language, 35),
        "byline": _cut(record.byline, 2000),
        "publisher": _cut(record.publisher, 200),
        "refused": _cut(printable(refused), 2000) if refused else None,
        "metadata": {scrubbed(k)[:200]: scrubbed(v)[:2000] for k, v in list(record.metadata.items())[:50]},
        "url": url if url and len(url) <= 2048 and is_web_address(url) else None,
        # An id that is too long to be kept whole is no identity: two items could share its beginning.
        "item": item if (item := _cut(record.item, 4096)) and len(item) <= 2048 else None,
        "note": _cut(record.note, 2000),
        "slug": _cut(record.slug, 200),
        "urgency": record.urgency if record.urgency is not None and 1 <= record.urgency <= 9 else None,
        "subjects": tuple(about for about in subjects if about.code or about.name)[:MOST_SUBJECTS],
        "section": _cut(record.section, 200),
        "usage": _cut(record.usage, 2000),
        "copyright": _cut(record.copyright, 2000),
        "located": _cut(record.located, 200),
        "captions": tuple(captions)[:MOST_CAPTIONS],
    }
    return RawArticle(
        version=2,
        id=article_id(source, uri, record.raw),
        source=source,
        uri=uri,
        media_type=record.media_type,
        filename=scrubbed(filename)[-1000:],
        text="" if refused else text,
        published_at=record.published_at,
        received_at=datetime.now(UTC),
        revision=record.revision,
        status=record.status,
        embargo=record.embargo,
        signal=record.signal,
        **given,
    )


def _cut(value: str | None, length: int) -> str | None:
    return scrubbed(value).strip()[:length] or None if value else None
