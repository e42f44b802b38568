"""Mails: the text is an article; the headers say who, what and when, and never become text."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BufferedReader
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from producers.article import Details, Record, is_web_address
from producers.errors import PermanentError
from producers.formats.documents import own_address, stated_address
from producers.formats.mime import Part, in_words, is_field, read_mail_parts
from producers.formats.times import read_time
from producers.formats.values import language_of

if TYPE_CHECKING:
    from producers.formats.newsletters import Item

#: Bytes of the largest mail that is read: a newsletter has 0.1 MB, and its pictures are on the web.
MAIL_BYTES: Final = 15_000_000

#: Fields that a mail usually has, as forms and notes may have them too, and marks of transport that nothing else has.
_USUAL = frozenset(
    (b"from", b"to", b"cc", b"subject", b"date", b"sender", b"reply-to", b"content-type", b"list-id", b"mime-version")
)
_TRANSPORT = re.compile(
    rb"^(?:received\s?:\s{0,9}(?:from|by)\s|message-id\s?:\s{0,9}<|return-path\s?:\s{0,9}<|delivered-to\s?:[^\r\n@]{1,99}@)",
    re.IGNORECASE | re.MULTILINE,
)
_FEWEST_FIELDS: Final = 3
_SENDER = re.compile(rb"^from[ \t]{0,9}:[^\r\n]{0,1000}@", re.IGNORECASE | re.MULTILINE)
_BEFORE: Final = b"\xef\xbb\xbf\x00 \t\r\n"
#: Bytes of a file's beginning from which its last line may be cut.
_HEAD_BYTES: Final = 4_096

_ANSWER = re.compile(r"(?:(?:re|fwd?|aw|wg|tr|rv|sv|vs|antw)(?:\[\d{1,3}\])?\s?:\s{0,9}){1,9}", re.IGNORECASE)
_SIGNATURE = re.compile(r"^-- \n", re.MULTILINE)
#: Attached files that are articles, by the endings of their names.
_ARTICLES: Final[Mapping[str, str]] = {".txt": "text/plain", ".html": "text/html", ".htm": "text/html"}


def is_mail(head: bytes) -> bool:
    """Return whether a file that begins with `head` (its first 4,096 bytes) is a mail.

    It begins with headers and nothing else: three at least, and one of them a mark of transport; or three that mails
    have, and one of them a sender with an address.
    """
    block = re.split(rb"\r?\n\r?\n", head.lstrip(_BEFORE), maxsplit=1)
    lines = block[0].splitlines()
    if len(block) == 1 and len(head) >= _HEAD_BYTES:
        lines = lines[:-1]
    if not lines or not all(is_field(line) or line[:1] in (b" ", b"\t") for line in lines):
        return False
    names = {line.partition(b":")[0].strip().lower() for line in lines if is_field(line)}
    if len(names) >= _FEWEST_FIELDS and _TRANSPORT.search(block[0]):
        return True
    return len(names & _USUAL) >= _FEWEST_FIELDS and _SENDER.search(block[0]) is not None


def read_mail(stream: BufferedReader) -> Iterator[Record]:
    """Yield the articles of a mail: its text, or its items if it is a list, and attached mails, texts and pages.

    Raises PermanentError if the mail is a report of its delivery, has nothing to read, or exceeds a cap of
    producers.formats.mime.
    """
    yield from mail_records(stream.read())


def mail_records(data: bytes) -> Iterator[Record]:
    """Yield the articles of the mail `data`; see `read_mail`."""
    yield from _articles(read_mail_parts(data.lstrip(_BEFORE)), data)


def _articles(mail: Part, raw: bytes) -> Iterator[Record]:
    if mail.kind == "multipart/report":
        raise PermanentError("the mail is a report of the delivery of another and no article: nothing is to be done")
    said = _said(mail)
    leaves = list(_leaves(mail))
    attached = [part for part in leaves if part.is_attached or part.kind == "message/rfc822"]
    text, kind, notes = _body([part for part in leaves if part not in attached])
    articles = [part for part in attached if _media_type(part)]
    left_out = [part.name for part in attached if part not in articles and not part.kind.startswith("image/")]
    if not text and not articles:
        raise PermanentError("the mail has no text and no text is attached to it: send it with its text")
    if left_out:
        notes["attachments_left_out"] = ", ".join(name or "without a name" for name in left_out)
    items = _items(text, kind, said.publisher, notes)
    for number, item in enumerate(items, 1):
        yield _item(item, said, number, notes)
    if text and not items:
        address = own_address(text) if kind == "text/html" else stated_address(text)
        said_of_text = replace(said, url=said.url or address, metadata={**said.metadata, **notes})
        yield Record.of(said_of_text, raw=raw, text=text, media_type=kind)
    for number, part in enumerate(articles, len(items) + 1):
        yield from _attachment(part, said, number)


def _items(text: str, kind: str, sender: str | None, notes: dict[str, str]) -> list["Item"]:
    """Return the items of a newsletter that is a list; without the library for that a note says so."""
    from producers.formats import newsletters

    try:
        return newsletters.items_of(text, is_html=kind == "text/html", sender=sender)
    except ModuleNotFoundError as error:
        if error.name != "lxml":
            raise
        notes["newsletter_items"] = "not looked for: pip install 'wiredesk[formats]' reads them"
        return []


def _item(item: "Item", said: Details, number: int, notes: Mapping[str, str]) -> Record:
    uri = f"{said.uri}#{number}" if said.uri else None
    metadata = {**said.metadata, **notes} | ({"newsletter": said.title} if said.title else {})
    own = replace(said, uri=uri, item=uri, title=item.title, url=item.url, metadata=metadata)
    return Record.of(own, raw="\n".join((item.title, item.url, item.text)).encode(), text=item.text)


def _attachment(part: Part, said: Details, number: int) -> Iterator[Record]:
    """Yield the articles of an attached file; what cannot be read is refused in its place."""
    uri = f"{said.uri}#{number}" if said.uri else None
    try:
        if part.kind == "message/rfc822":
            yield from _articles(part.parts[0], part.parts[0].raw or part.raw)
            return
        read = part.text()
    except PermanentError as error:
        yield Record(raw=part.raw, text="", uri=uri, refused=f"the attachment {part.name or number}: {error}")
        return
    kind = _media_type(part) or "text/plain"
    url = own_address(read.text) if kind == "text/html" else stated_address(read.text)
    own = replace(said, uri=uri, item=uri, title=None, url=url, metadata={"attachment": part.name, **read.notes})
    yield Record.of(own, raw=part.raw, text=read.text, media_type=kind)


def _media_type(part: Part) -> str | None:
    """Return the media type of an attached file that is an article, or None."""
    if part.kind == "message/rfc822":
        return part.kind
    return _ARTICLES.get(PurePosixPath(part.name.lower()).suffix)


def _leaves(part: Part) -> Iterator[Part]:
    """Yield the parts that hold something; of alternatives the one with markup, else the last with text."""
    if part.kind == "message/rfc822" or not part.parts:
        yield part
    elif part.kind == "multipart/alternative":
        marked = (inner for inner in reversed(part.parts) if _holds(inner, "text/html"))
        plain = (inner for inner in reversed(part.parts) if _holds(inner, "text/plain"))
        if chosen := next(marked, None) or next(plain, None):
            yield from _leaves(chosen)
    else:
        for inner in part.parts:
            yield from _leaves(inner)


def _holds(part: Part, kind: str) -> bool:
    return (part.kind == kind and bool(part.body.strip())) or any(_holds(inner, kind) for inner in part.parts)


def _body(parts: list[Part]) -> tuple[str, str, dict[str, str]]:
    """Return text, media type and notes of the parts that are a mail's text: the first, and those like it.

    A list adds its footer as plain text below a page; some programs divide a text around its pictures.
    """
    texts: list[str] = []
    kind, notes = "text/plain", dict[str, str]()
    for part in parts:
        if part.kind not in ("text/plain", "text/html") or (texts and part.kind != kind):
            continue
        read = part.text()
        text = read.text if part.kind == "text/html" else _plain(read.text, part)
        if text.strip():
            kind, notes = part.kind, {**read.notes, **notes}
            texts.append(text)
    return "\n\n".join(texts), kind, notes


def _plain(text: str, part: Part) -> str:
    """Return a plain text without its signature, its lines joined if they flow (RFC 3676)."""
    text = text.replace("\r\n", "\n")
    if signature := _SIGNATURE.search(text):
        text = text[: signature.start()]
    if part.parameter("format") != "flowed":
        return text
    lines = (line.removeprefix(" ") for line in text.split("\n"))
    end = "" if part.parameter("delsp") == "yes" else " "
    return "".join(line[:-1] + end if line.endswith(" ") and line.strip() else f"{line}\n" for line in lines)


def _said(mail: Part) -> Details:
    """Return what the headers of a mail say about its article."""
    subject = in_words(mail.value("subject") or "")
    identity = (mail.value("message-id") or "").strip("<> \t") or None
    archived = (mail.value("archived-at") or "").strip("<> \t")
    date = mail.value("date")
    time = read_time(in_words(date)) if date else None
    notes: dict[str, str] = {}
    if date and time is None:
        notes["published_at_unreadable"] = date
    if time and time.assumed_utc:
        notes["published_at_assumed"] = "UTC"
    if name := in_words(mail.value("list-id") or ""):
        notes["list_id"] = name
    return Details(
        uri=identity,
        item=identity,
        url=archived if is_web_address(archived) else None,
        title=_ANSWER.sub("", subject, count=1) if _ANSWER.match(subject) else subject or None,
        published_at=time.at if time else None,
        language=language_of(mail.value("content-language"), {}),
        publisher=_sender(mail.value("from") or ""),
        metadata=notes,
    )


def _sender(value: str) -> str | None:
    """Return the name of a sender, or None if there is an address alone."""
    name, mark, _ = value.rpartition("<")
    if not mark:
        name = value.partition("(")[2].rpartition(")")[0]
    name = in_words(name).strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1]).strip()
    return name or None
