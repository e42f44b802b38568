"""What the fields of a record mean: one table of names, for JSON and for the front matter of Markdown.

A name is compared without case, `_` and `-`: `published_at`, `publishedAt` and `Published-At` are one.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from producers.article import Details, is_absolute
from producers.formats.times import read_time

#: Names by what they give, the better first. schema.org's NewsArticle, JSON Feed, news APIs, plain exports.
NAMES: Mapping[str, tuple[str, ...]] = {
    "text": ("articlebody", "text", "body", "content", "contenttext", "bodytext"),
    "html": ("articlebodyhtml", "bodyhtml", "contenthtml", "html"),
    "title": ("headline", "title", "name"),
    "uri": ("url", "uri", "link", "canonicalurl", "mainentityofpage", "@id", "id", "guid"),
    "published": ("datepublished", "publishedat", "published", "date", "pubdate"),
    "modified": ("datemodified", "modifiedat", "updatedat", "updated", "modified"),
    "language": ("inlanguage", "language", "lang"),
    "byline": ("author", "authors", "byline", "creator"),
    "publisher": ("publisher", "sitename", "sourcename", "provider", "source"),
}

#: Characters of a value that goes into the metadata; a longer one is left out, never cut.
_LONGEST_EXTRA = 500
#: Other fields that go into the metadata; RawArticle takes 50 with ours.
_MOST_EXTRAS = 40
#: Characters of a field's name that goes into the metadata.
_LONGEST_NAME = 100
#: People or publishers that are read from one list.
_MOST_NAMES = 30
#: How deep a value within a value is followed ({"author": [{"name": ["..."]}]} is 3).
_DEEPEST = 6

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,3}")
_NAME_KEYS = ("name", "alternateName", "legalName", "value", "@value", "title")

References = Mapping[str, Mapping[str, object]]


def plain(name: str) -> str:
    """Return a field's name as NAMES spells it."""
    return name.lower().replace("_", "").replace("-", "")


def details(fields: dict[str, Any], *, references: References | None = None, used: Iterable[str] = ()) -> Details:
    """Return what `fields` say about their record.

    `used` are names that the caller has read itself, as NAMES spells them. `references` are the nodes of the same
    JSON-LD document by `@id`: an author or publisher may be given by that alone. A value of the wrong kind counts as
    absent. Fields with no meaning here go to the metadata where they are short; so does what was read with a doubt:
    `published_at_unreadable` (the value), `published_at_assumed` ("UTC").
    """
    known = references or {}
    by_name = {plain(name): (name, value) for name, value in reversed(fields.items())}
    used = {*used, "@context", "@graph"}

    def first(what: str, read: Callable[[object], str | None]) -> str | None:
        for name in NAMES[what]:
            if name in by_name and (found := read(by_name[name][1])):
                used.add(name)
                return found
        return None

    title = first("title", lambda value: _text(value, known))
    uris = [found for name in NAMES["uri"] if name in by_name and (found := _uri(by_name[name][1]))]
    uri = next((found for found in uris if is_absolute(found)), uris[0] if uris else None)
    used.update(name for name in NAMES["uri"] if name in by_name and _uri(by_name[name][1]) == uri)
    language = first("language", lambda value: _language(value, known))
    byline = first("byline", lambda value: _people(value, known))
    publisher = first("publisher", lambda value: _text(value, known))
    published_at, notes = _times(by_name, used)
    extras = {
        name[:_LONGEST_NAME]: extra
        for key, (name, value) in reversed(by_name.items())
        if key not in used and (extra := _extra(value)) is not None
    }
    return Details(
        title=title,
        uri=uri,
        published_at=published_at,
        language=language,
        byline=byline,
        publisher=publisher,
        metadata={**dict(list(extras.items())[:_MOST_EXTRAS]), **notes},
    )


def _times(by_name: Mapping[str, tuple[str, object]], used: set[str]) -> tuple[datetime | None, dict[str, str]]:
    notes: dict[str, str] = {}
    times: dict[str, datetime] = {}
    for what in ("published", "modified"):
        for name in NAMES[what]:
            value = by_name[name][1] if name in by_name else None
            if value in (None, ""):
                continue
            used.add(name)
            if (found := read_time(value)) is None:
                notes[f"{what}_at_unreadable"] = str(value)[:_LONGEST_EXTRA]
                continue
            times[what] = found.at
            if found.assumed_utc:
                notes[f"{what}_at_assumed"] = "UTC"
            break
    if "modified" in times:
        notes["modified_at"] = times["modified"].isoformat()
    return times.get("published", times.get("modified")), notes


def _text(value: object, references: References, depth: int = 0) -> str | None:
    if isinstance(value, str):
        return value.strip() or None
    if depth >= _DEEPEST:
        return None
    if isinstance(value, Mapping):
        for key in _NAME_KEYS:
            if found := _text(value.get(key), references, depth + 1):
                return found
        given = " ".join(part.strip() for key in ("givenName", "familyName") if isinstance(part := value.get(key), str))
        if given.strip():
            return given.strip()
        node = value.get("@id")
        return _text(references.get(node), references, depth + 1) if isinstance(node, str) else None
    if isinstance(value, Sequence):
        return next((found for one in value[:_MOST_NAMES] if (found := _text(one, references, depth + 1))), None)
    return None


def _people(value: object, references: References) -> str | None:
    if isinstance(value, list):
        people = [found for one in value[:_MOST_NAMES] if (found := _text(one, references))]
        return ", ".join(dict.fromkeys(people)) or None
    return _text(value, references)


def _uri(value: object) -> str | None:
    if isinstance(value, Mapping):
        value = value.get("@id") or value.get("url")
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        return None
    uri = value.strip()
    return uri if uri and uri.isprintable() and not uri.startswith(("#", "_:")) else None


def _language(value: object, references: References) -> str | None:
    if isinstance(value, Mapping):
        value = value.get("alternateName") or value.get("@id") or value.get("name")
    found = _text(value, references)
    return found.replace("_", "-") if found and _LANGUAGE.fullmatch(found) else None


def _extra(value: object) -> str | None:
    if isinstance(value, list):
        parts = [_extra(one) for one in value[:_MOST_EXTRAS] if not isinstance(one, list | dict)]
        value = ", ".join(part for part in parts if part)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        value = str(value)
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST_EXTRA else None
