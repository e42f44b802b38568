"""What the fields of a record mean: one table of names, for JSON and for the front matter of Markdown.

A name is compared without case, `_` and `-`: `published_at`, `publishedAt` and `Published-At` are one.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from producers.article import UNKNOWN, Details, Revision, Signal, Status, Subject, is_absolute, is_web_address
from producers.formats.items import (
    Embargo,
    gravest,
    latest,
    read_embargo,
    read_number,
    read_signal,
    read_status,
    read_urgency,
    says_embargoed,
    without_version,
)
from producers.formats.times import read_time
from producers.formats.values import (
    LONGEST_EXTRA,
    References,
    captions_of,
    extra_of,
    language_of,
    plain,
    subjects_of,
    text_of,
    texts_of,
    uri_of,
)

#: Names by what they give, the better first. schema.org's NewsArticle, ninjs, JSON Feed, news APIs, plain exports.
NAMES: Mapping[str, tuple[str, ...]] = {
    "text": ("articlebody", "text", "body", "content", "contenttext", "bodytext", "maintext", "fulltext", "articletext",
             "plaintext", "textcontent", "article", "story"),
    "html": ("articlebodyhtml", "bodyhtml", "bodyxhtml", "contenthtml", "html"),
    "title": ("headline", "title", "webtitle", "name"),
    "url": ("url", "link", "weburl", "canonicalurl", "canonical", "permalink", "mainentityofpage", "articleurl",
            "originalurl", "externalurl", "source"),
    "uri": ("uri", "@id", "id", "guid", "identifier"),
    "item": ("item", "itemid", "guid", "identifier"),
    "published": ("datepublished", "datepublish", "publishedat", "published", "webpublicationdate", "publisheddate",
                  "publishdate", "publishingdate", "publicationdate", "dategmt", "pubdate", "date", "datetimepub",
                  "publishedtime", "versioncreated", "contentcreated", "firstcreated", "createdat", "datecreated",
                  "seendate"),
    "modified": ("datemodified", "datemodify", "modifiedat", "updatedat", "updated", "modifiedgmt", "modified",
                 "lastmodified", "lastmod", "versioncreated"),
    "language": ("inlanguage", "language", "lang"),
    "byline": ("author", "authors", "byline", "by", "creator"),
    "publisher": ("publisher", "sitename", "sourcename", "provider", "source", "sourcedomain", "sourcehostname",
                  "hostname", "domain"),
    "version": ("version", "revision", "revisionnumber", "versionnumber"),
    "pubstatus": ("pubstatus", "publicationstatus", "publishstatus", "publishingstatus"),
    "status": ("status", "state", "newsstatus", "managementstatus"),
    "embargo": ("embargo", "embargoed", "embargoeduntil", "embargountil", "embargodate", "embargotime", "embargoend",
                "notbefore"),
    "signal": ("signal", "signals"),
    "note": ("ednote", "editorialnote", "editornote", "editorsnote", "note"),
    "slug": ("slugline", "slug"),
    "urgency": ("urgency", "priority"),
    "subjects": ("subject", "subjects", "about", "keywords", "tags", "topics"),
    "section": ("articlesection", "section", "sectionname", "category", "categories"),
    "usage": ("usageterms", "usageinfo", "usage", "license", "licence"),
    "expires": ("expires", "expirydate", "dateexpire"),
    "copyright": ("copyrightnotice", "copyright", "copyrightholder", "rights"),
    "located": ("located", "locationcreated", "dateline"),
    "captions": ("associations", "image", "images", "media", "multimedia", "associatedmedia", "photos"),
}  # fmt: skip

#: Names under which the text of an article lies.
TEXTS: Final = frozenset(NAMES["text"] + NAMES["html"])

#: What the fields tell that every kind of article has. A text between two rules is front matter that is not valid only
#: if it names one of these: "Note:" and "Section:" begin lines of prose, too.
TELLING: Final = frozenset(
    itertools.chain(
        *(NAMES[what] for what in ("text", "html", "title", "url", "uri", "item", "published", "modified")),
        *(NAMES[what] for what in ("language", "byline", "publisher", "embargo")),
    )
)

#: Other fields that go into the metadata; RawArticle takes 50 with ours.
_MOST_EXTRAS = 40
#: Characters of a field's name that goes into the metadata.
_LONGEST_NAME = 100
#: Names whose times are in UTC whether they say so or not.
_IN_UTC = ("dategmt", "modifiedgmt")
_TRUE = frozenset({"true", "yes", "1"})

Read = TypeVar("Read")


@dataclass
class _Fields:
    """The fields of a record by their plain names, and which of them are used up."""

    by_name: dict[str, tuple[str, object]]
    references: References
    used: set[str]

    def values(self, what: str) -> Iterator[tuple[str, object]]:
        """Yield the names in NAMES for `what` that the record has, and their values."""
        return ((name, self.by_name[name][1]) for name in NAMES[what] if name in self.by_name)

    def first(self, what: str, read: Callable[[object], Read | None]) -> Read | None:
        for name, value in self.values(what):
            if (result := read(value)) is not None:
                self.used.add(name)
                return result
        return None

    def every(self, what: str, read: Callable[[object], Read | None]) -> list[Read]:
        results = []
        for name, value in self.values(what):
            if (result := read(value)) is not None:
                self.used.add(name)
                results.append(result)
        return results

    def text(self, what: str) -> str | None:
        return self.first(what, lambda value: text_of(value, self.references))


def details(fields: dict[str, Any], *, references: References | None = None, used: Iterable[str] = ()) -> Details:
    """Return what `fields` say about their record.

    `used` are names that the caller has read itself, as NAMES spells them. `references` are the nodes of the same
    JSON-LD document by `@id`: an author or publisher may be given by that alone. A value of the wrong kind counts as
    absent. Fields with no meaning here go to the metadata; `left_out` names there those that are too long or too many
    for it. So does what was read with a doubt: `published_at_unreadable` and `embargo_unreadable` (the value),
    `published_at_assumed` and `embargo_assumed` ("UTC"), `status_unreadable`.
    """
    by_name = {plain(name): (name, value) for name, value in reversed(fields.items())}
    record = _Fields(by_name, references or {}, {*used, "@context", "@graph"})
    number = record.first("version", read_number)
    item, uri, url = _identity(record, number)
    published_at, modified_at, notes = _times(record)
    status, embargo, doubts = _standing(record)
    signal, correction = _signal(record)
    note = record.text("note")
    made = modified_at or published_at
    said = Details(
        title=record.text("title"),
        uri=uri,
        url=url,
        published_at=published_at or modified_at,
        language=record.first("language", lambda value: language_of(value, record.references)),
        byline=record.first("byline", lambda value: texts_of(value, record.references)),
        publisher=record.first("publisher", lambda value: _publisher(value, record.references)),
        item=item,
        revision=Revision(made, number) if made or number is not None else None,
        status=status,
        embargo=embargo,
        signal=signal,
        note=" ".join(dict.fromkeys(text for text in (note, correction) if text)) or None,
        slug=record.text("slug"),
        urgency=record.first("urgency", read_urgency),
        subjects=_subjects(record),
        section=record.text("section"),
        usage=_usage(record),
        copyright=_copyright(record),
        located=record.text("located"),
        captions=_captions(record),
    )
    again = [name for name in fields if by_name[plain(name)][0] != name]
    return replace(said, metadata={**_extras(record, again), **notes, **doubts})


def _extras(record: _Fields, again: list[str]) -> dict[str, str]:
    """Return the fields that are not used up; `again` are names that come a second time, in another spelling."""
    extras: dict[str, str] = {}
    left_out = [name[:_LONGEST_NAME] for name in again]
    for name, (spelled, value) in reversed(record.by_name.items()):
        if name in record.used or value in (None, "", [], {}):
            continue
        extra = extra_of(value)
        if extra is None or len(extras) >= _MOST_EXTRAS:
            left_out.append(spelled[:_LONGEST_NAME])
        else:
            extras[spelled[:_LONGEST_NAME]] = extra
    if left_out:
        extras["left_out"] = ", ".join(left_out)[:LONGEST_EXTRA]
    return extras


def _identity(record: _Fields, number: int | None) -> tuple[str | None, str | None, str | None]:
    """Return the item, the uri and the web address of a record.

    The item is what its format names so. Its own absolute URI names it as well if it differs from its web address; a
    bare number or name ("id": 17) does not, for another site may count from one, too.
    """
    links = [(name, uri) for name, uri in _uris(record, "url") if name != "source" or is_web_address(uri)]
    names = _uris(record, "uri")
    given = _uris(record, "item")[:1]
    everything = (*links, *names, *given)
    url = next((uri for _, uri in everything if is_web_address(uri)), None)
    absolute = [uri for _, uri in everything if is_absolute(uri)]
    uri = next(iter(absolute), next((uri for _, uri in everything), None))
    own = given or [(name, uri) for name, uri in names if is_absolute(uri)][:1]
    item = own[0][1] if own else None
    record.used.update(name for name, known in everything if known in (uri, url, item))
    return without_version(item, number) if item else None, uri, url


def _uris(record: _Fields, what: str) -> list[tuple[str, str]]:
    """Return the names of a record and what they give: no front page of a site, which names none of its articles."""
    uris = ((name, uri_of(value)) for name, value in record.values(what))
    return [(name, uri) for name, uri in uris if uri and not _is_site(uri)]


def _is_site(uri: str) -> bool:
    """Return whether `uri` is the front page of a site: some sites give it to all of their articles."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    return is_web_address(uri) and parts.path in ("", "/") and not parts.query and not parts.fragment


def _publisher(value: object, references: References) -> str | None:
    name = text_of(value, references)
    if name is None or not is_web_address(name):
        return name
    try:
        return urlsplit(name).hostname
    except ValueError:
        return None


def _times(record: _Fields) -> tuple[datetime | None, datetime | None, dict[str, str]]:
    notes: dict[str, str] = {}
    times: dict[str, datetime] = {}
    for what in ("published", "modified"):
        for name, value in record.values(what):
            if value in (None, ""):
                continue
            record.used.add(name)
            if (time := read_time(value)) is None:
                notes[f"{what}_at_unreadable"] = extra_of(value) or ""
                continue
            times[what] = time.at
            if time.assumed_utc and name not in _IN_UTC:
                notes[f"{what}_at_assumed"] = "UTC"
            break
    if "modified" in times:
        notes["modified_at"] = times["modified"].isoformat()
    return times.get("published"), times.get("modified"), notes


def _standing(record: _Fields) -> tuple[Status, Embargo | None, dict[str, str]]:
    """Return status and embargo of a record: of several the one that forbids most, and what was read with a doubt.

    A publication status that is there and is no known word withholds its item, as nobody can know what it means; a
    `status` of an unknown word ("ok", 200) says something else.
    """
    notes: dict[str, str] = {}
    statuses: list[Status] = []
    embargoes = [read for _, value in record.values("embargo") if (read := read_embargo(value))]
    is_embargoed = False
    for name, value in (*record.values("pubstatus"), *record.values("status")):
        word = text_of(value, record.references) or value
        if says_embargoed(word):
            is_embargoed = True
            record.used.add(name)
        elif status := read_status(word):
            statuses.append(status)
            record.used.add(name)
        elif name in NAMES["pubstatus"] and word not in (None, "", [], {}):
            statuses.append(Status.WITHHELD)
            notes["status_unreadable"] = extra_of(word) or ""
            record.used.add(name)
    if (extra_of(record.by_name.get("draft", ("", None))[1]) or "").lower() in _TRUE:
        statuses.append(Status.WITHHELD)
        record.used.add("draft")
    record.used.update(name for name, _ in record.values("embargo"))
    embargo = latest(embargoes)
    if embargo is None:
        return gravest(statuses), UNKNOWN if is_embargoed else None, notes
    if embargo.until == UNKNOWN:
        unread = (value for _, value in record.values("embargo") if read_embargo(value) == embargo)
        notes["embargo_unreadable"] = extra_of(next(unread)) or ""
    elif embargo.assumed_utc:
        notes["embargo_assumed"] = "UTC"
    return gravest(statuses), embargo.until, notes


def _signal(record: _Fields) -> tuple[Signal | None, str | None]:
    """Return what a revision is, and the words of its correction."""
    correction = record.by_name.get("correction", ("", None))[1]
    parts = correction if isinstance(correction, list) else [correction]
    given = [part.get("text") if isinstance(part, Mapping) else part for part in parts[:_MOST_EXTRAS]]
    texts = [text.strip() for text in given if isinstance(text, str) and text.strip()]
    if texts or correction is True:
        record.used.add("correction")
        return Signal.CORRECTION, " ".join(texts) or None
    signals: list[Signal] = []
    for name, value in record.values("signal"):
        parts = value if isinstance(value, list) else [value]
        words = (text_of(part, record.references) for part in parts[:_MOST_EXTRAS])
        read = [signal for word in words if (signal := read_signal(word))]
        if len(read) == len(parts):
            record.used.add(name)
        signals += read
    if Signal.CORRECTION in signals:
        return Signal.CORRECTION, None
    return next(iter(signals), None), None


def _subjects(record: _Fields) -> tuple[Subject, ...]:
    lists = record.every("subjects", lambda value: list(subjects_of(value, record.references)) or None)
    for name in ("category", "categories"):
        value = record.by_name.get(name, (name, None))[1]
        if isinstance(value, list) and len(value) > 1:
            lists.append(list(subjects_of(value, record.references)))
    given = (about for about in itertools.chain(*lists) if about.code or about.name)
    return tuple(dict.fromkeys(given))


def _usage(record: _Fields) -> str | None:
    """Return the terms of use as one text; the day on which they end, after which an item may be used no more."""
    terms = record.every("usage", lambda value: texts_of(value, record.references) or uri_of(value))
    expires = record.text("expires")
    return " · ".join(dict.fromkeys((*terms, *([f"Expires {expires}"] if expires else ())))) or None


def _copyright(record: _Fields) -> str | None:
    notices: list[str] = []
    for notice in record.every("copyright", lambda value: texts_of(value, record.references)):
        if not any(notice in longer for longer in notices):
            notices.append(notice)
    return " · ".join(notices) or None


def _captions(record: _Fields) -> tuple[str, ...]:
    # The fields stay in the metadata: they say more than the captions.
    return tuple(
        dict.fromkeys(
            caption for _, value in record.values("captions") for caption in captions_of(value, record.references)
        )
    )
