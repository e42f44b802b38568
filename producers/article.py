"""RawArticle: the message on which producers and workers agree.

A producer decodes bytes and notes where they came from; it repairs nothing. Cleaning is the worker's business, so
that it can be redone without asking the producer again.
"""

import hashlib
import re
import uuid
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

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

Line = Annotated[str, StringConstraints(max_length=2000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One article as a format module read it, before it is known who pushes it.

    `raw` are the bytes that identify the record (its id is derived from their SHA-256); `uri` is the record's own id
    or URL if it has one; `refused` says in one sentence why the record could not be read, and its text is then
    empty. The other fields are as in RawArticle.
    """

    raw: bytes
    text: str
    media_type: str = "text/plain"
    uri: str | None = None
    title: str | None = None
    published_at: datetime | None = None
    language: str | None = None
    byline: str | None = None
    publisher: str | None = None
    refused: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


class RawArticle(BaseModel):
    """What a producer read, decoded but uncleaned, with its provenance.

    Times are timezone-aware. `text` is valid Unicode without NUL and at most MAX_TEXT_BYTES in UTF-8. `refused` is
    None, or the reason why the record could not be read: ingest makes such an article a Failure.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
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
        MAX_JOURNAL_BYTES.
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
    fields: dict[str, Any] = {
        "title": _cut(record.title, 2000),
        "language": _cut(record.language, 35),
        "byline": _cut(record.byline, 2000),
        "publisher": _cut(record.publisher, 200),
        "refused": _cut(printable(refused), 2000) if refused else None,
        "metadata": {scrubbed(k)[:200]: scrubbed(v)[:2000] for k, v in list(record.metadata.items())[:50]},
    }
    return RawArticle(
        id=article_id(source, uri, record.raw),
        source=source,
        uri=uri,
        media_type=record.media_type,
        filename=scrubbed(filename)[-1000:],
        text="" if refused else text,
        published_at=record.published_at,
        received_at=datetime.now(UTC),
        **fields,
    )


def _cut(value: str | None, length: int) -> str | None:
    return scrubbed(value).strip()[:length] or None if value else None
