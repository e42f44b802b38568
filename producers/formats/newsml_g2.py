"""NewsML-G2: news items, alone, or in a message beside packages and other items."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BufferedReader
from typing import Any, Final

from producers.article import Record, Status
from producers.errors import PermanentError
from producers.formats.fields import details
from producers.formats.items import subject_code
from producers.formats.ninjs import NO_ARTICLES
from producers.formats.xml_text import best, body_of, without_headline
from producers.formats.xml_tree import Element, children, every, first, tree, words

_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
#: Roles of headlines and notes that are not the item's own.
_OTHER_ROLES: Final = ("sub", "short", "seo", "alt", "web", "mobile", "sms")
#: Words of the longest name of a person; a creator of one word is an account or a desk.
_NAME_WORDS: Final = range(2, 6)


def read(stream: BufferedReader) -> Iterator[Record]:
    """Yield the articles of a NewsML-G2 document. Pictures and the like are passed over beside articles."""
    from lxml import etree  # type: ignore[import-untyped]

    data = stream.read()
    root, notes = tree(data)
    items = list(every(root, "newsItem"))
    others = [kind for item in items if (kind := _kind(item)) in NO_ARTICLES]
    texts = [item for item in items if _kind(item) not in NO_ARTICLES]
    if not texts:
        raise PermanentError(_no_article(root, others))
    header = next(every(root, "header", "Header"), None)
    for item in texts:
        raw = data if len(texts) == 1 else etree.tostring(item, encoding="utf-8", with_tail=False)
        yield _record(item, raw, notes, header)


def _no_article(root: Element, others: list[str]) -> str:
    if others:
        return f"the item is a {others[0]} and not an article: only items with the text of an article are read"
    if next(every(root, "packageItem"), None) is not None:
        return "the package only lists other items and has no text of its own: drop the items themselves"
    return "there is no news item in the NewsML-G2: drop it again with one"


def _kind(item: Element) -> str:
    kind = first(item, "itemMeta", "itemClass")
    return (_code(kind) or "").rsplit(":", 1)[-1].rsplit("/", 1)[-1].lower() if kind is not None else ""


def _record(item: Element, raw: bytes, notes: Mapping[str, str], header: Element | None) -> Record:
    meta, content = first(item, "itemMeta"), first(item, "contentMeta")
    contents = [part for part in every(item, "contentSet") for part in children(part, "inlineXML", "inlineData")]
    body = best([body_of(part) for part in contents])
    fields = {
        **_item_fields(item, meta),
        **_rights(first(item, "rightsInfo")),
        **_content_fields(item, content, body.said),
    }
    if "urgency" not in fields and (priority := words(first(header, "priority"))):
        fields["urgency"] = priority
    said = details({name: value for name, value in fields.items() if value not in (None, [])})
    said = replace(said, captions=body.captions or said.captions, metadata={**said.metadata, **notes})
    text, reason = without_headline(body, said.title), None
    if not text.strip() and (said.status is Status.USABLE or not said.item):
        reason = _no_text(item, said.title)
    return Record.of(said, raw=raw, text="" if reason else text, media_type=body.media_type, refused=reason)


def _no_text(item: Element, title: str | None) -> str:
    if next(every(item, "remoteContent"), None) is not None:
        return "the item only names files that lie elsewhere: drop it again with its text in inlineXML"
    if title is None:
        return "the item is a stub, with neither headline nor text: drop it again as its source sends it, whole"
    return "the item has a headline and no text: drop it again with its text in inlineXML"


def _item_fields(item: Element, meta: Element | None) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "uri": item.get("guid"),
        "item": item.get("guid"),
        "version": item.get("version"),
        "language": item.get(_LANGUAGE),
    }
    if meta is None:
        return fields
    embargo = first(meta, "embargoed")
    if embargo is not None:
        # An empty one is an embargo without a known end.
        fields["embargo"] = words(embargo) or ""
    return fields | {
        "versioncreated": words(first(meta, "versionCreated")),
        "firstcreated": words(first(meta, "firstCreated")),
        "pubstatus": _code(first(meta, "pubStatus")),
        "provider": _name(first(meta, "provider")),
        "signal": [code for one in children(meta, "signal") if (code := _code(one))],
        "ednote": " ".join(note for one in children(meta, "edNote", "ednote") if (note := words(one))) or None,
        "service": [name for one in children(meta, "service") if (name := _name(one))],
        "itemtitle": words(first(meta, "title")),
    }


def _content_fields(item: Element, content: Element | None, inline: Mapping[str, Any]) -> dict[str, Any]:
    meta = list(children(content)) if content is not None else []
    headlines = [one for one in children(content, "headline") if words(one)] if content is not None else []
    main = [one for one in headlines if not any(role in (one.get("role") or "").lower() for role in _OTHER_ROLES)]
    title = words(main[0]) if main else None
    language = first(content, "language")
    place = first(content, "located")
    own: dict[str, Any] = {
        "headline": title or inline.get("headline") or words(first(item, "itemMeta", "title")),
        "byline": words(first(content, "by")) or inline.get("byline") or _creators(meta),
        "urgency": words(first(content, "urgency")),
        "slug": words(first(content, "slugline")),
        "located": _name(place) if place is not None else None,
        "language": language.get("tag") if language is not None else None,
        "subject": list(_subjects(children(content, "subject"))) if content is not None else [],
        "keywords": [key for one in children(content, "keyword") if (key := words(one))] if content is not None else [],
        "description": words(first(content, "description")),
        "subheadline": next((words(one) for one in headlines if one not in main), None),
        "infosource": _name(first(content, "infoSource")),
    }
    return {**inline, **{name: value for name, value in own.items() if value not in (None, [])}}


def _creators(meta: list[Element]) -> str | None:
    """Return the people who wrote an item and are named in words; a creator may be an account of the system."""
    people = [words(first(one, "name")) for one in meta if one.tag.endswith("creator")]
    return ", ".join(name for name in people if name and len(name.split()) in _NAME_WORDS) or None


def _rights(rights: Element | None) -> dict[str, Any]:
    if rights is None:
        return {}
    return {
        "copyrightholder": _name(first(rights, "copyrightHolder")),
        "copyrightnotice": words(first(rights, "copyrightNotice")),
        "usageterms": [terms for one in children(rights, "usageTerms") if (terms := words(one))],
    }


def _subjects(subjects: Iterator[Element]) -> Iterator[dict[str, str]]:
    for one in subjects:
        code, name = _code(one), words(first(one, "name"))
        subject = {"code": subject_code(code) if code else None, "name": name}
        if given := {key: value for key, value in subject.items() if value}:
            yield given


def _code(element: Element | None) -> str | None:
    """Return the code of a concept: its qcode, URI or literal."""
    if element is None:
        return None
    return next(
        (value.strip() for name in ("qcode", "uri", "literal") if (value := element.get(name, "").strip())), None
    )


def _name(element: Element | None) -> str | None:
    """Return the name of a concept; of one without a name its literal, or its code without the scheme."""
    if element is None:
        return None
    if name := words(first(element, "name")):
        return name
    if literal := element.get("literal", "").strip():
        return str(literal)
    code = element.get("qcode", "").strip()
    return code.rsplit(":", 1)[-1] or None if code else None
