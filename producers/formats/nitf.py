"""NITF 3 (News Industry Text Format): one article a file, or within an item of NewsML."""

from collections.abc import Iterator
from dataclasses import replace
from io import BufferedReader
from typing import Any

from producers.article import Record, Status
from producers.formats.fields import details
from producers.formats.items import says_embargoed
from producers.formats.xml_tree import Element, children, every, first, paragraphs, tree, words


def read(stream: BufferedReader) -> Iterator[Record]:
    """Yield the one article of an NITF document."""
    data = stream.read()
    root, notes = tree(data)
    fields = fields_of(root)
    body = body_of(root)
    said = details(fields)
    said = replace(said, captions=captions_of(root), metadata={**said.metadata, **notes})
    reason = None
    if not body and (said.status is Status.USABLE or not said.item):
        tables = any(True for _ in every(root, "table", "nitf-table"))
        reason = "the article has only tables and no text" if tables else "the article has no text in its body.content"
        reason += ": drop it again with its text"
    yield Record.of(said, raw=data, text="" if reason else "\n\n".join(body), refused=reason)


def fields_of(root: Element) -> dict[str, Any]:
    """Return what an NITF element says about its article, by the names of producers.formats.fields."""
    head, top = first(root, "head"), first(root, "body", "body.head")
    data = first(head, "docdata")
    headlines = [text for one in every(root, "hl1") if (text := words(one))]
    fields: dict[str, Any] = {
        "headline": headlines[0] if headlines else words(first(head, "title")),
        "byline": _byline(first(top, "byline")),
        "located": words(first(top, "dateline", "location")) or words(first(top, "dateline"), without=("story.date",)),
        "provider": words(first(top, "distributor")),
        "language": root.get("baselang") or root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        "abstract": words(first(top, "abstract")),
        "headline_2": words(first(top, "hedline", "hl2")),
        "subject": _subjects(first(head, "tobject")),
    }
    if data is not None:
        fields |= _docdata(data)
    return {name: value for name, value in fields.items() if value not in (None, [])}


def _byline(byline: Element | None) -> str | None:
    """Return the names in a byline, without the titles of the people unless they are all there is."""
    names = words(byline, without=("byttl",)) or words(byline)
    return names.rstrip(" ,;") if names else None


def _docdata(data: Element) -> dict[str, Any]:
    status = data.get("management-status")
    number, key = _attribute(first(data, "doc-id"), "id-string"), _attribute(first(data, "du-key"), "key")
    issued, release = _norm(first(data, "date.issue")), _norm(first(data, "date.release"))
    fields: dict[str, Any] = {
        "pubstatus": status,
        # Some agencies put the version into the id, and leave the key as it is.
        "item": key if number and key and number.startswith(f"{key}_") else number,
        "urgency": _attribute(first(data, "urgency"), "ed-urg"),
        "datepublished": issued,
        "expires": _norm(first(data, "date.expire")),
        "ednote": _note(data),
        "copyrightnotice": _copyright(first(data, "doc.copyright")),
        "version": _attribute(first(data, "du-key"), "version"),
        "series": key,
        "slug": _attribute(first(data, "fixture"), "fix-id"),
        "keywords": [key for one in every(data, "keyword") if (key := one.get("key"))],
    }
    # A release at the time of issue, often in local time without a zone, is no embargo.
    if release and (release != issued or says_embargoed(status)):
        fields["embargo"] = release
    return fields


def _note(data: Element) -> str | None:
    notes = (words(one) or one.get("info") for one in children(data, "ed-msg"))
    return " ".join(" ".join(note.split()) for note in notes if note) or None


def _copyright(rights: Element | None) -> str | None:
    if rights is None:
        return None
    return " ".join(part for part in (rights.get("year"), rights.get("holder")) if part) or words(rights)


def _norm(element: Element | None) -> str | None:
    return _attribute(element, "norm") or words(element)


def _attribute(element: Element | None, name: str) -> str | None:
    value = element.get(name) if element is not None else None
    return value.strip() or None if value else None


def _subjects(about: Element | None) -> list[dict[str, str]]:
    subjects = []
    for one in every(about, "tobject.subject") if about is not None else ():
        given = {name: one.get(f"tobject.subject.{name}") for name in ("refnum", "detail", "matter", "type")}
        name = given["detail"] or given["matter"] or given["type"]
        subject = {"code": f"subj:{given['refnum']}" if given["refnum"] else None, "name": name}
        subjects.append({key: value for key, value in subject.items() if value})
    return [subject for subject in subjects if subject]


def body_of(root: Element) -> list[str]:
    """Return the paragraphs of an NITF element, without its pictures and tables."""
    content = first(root, "body", "body.content")
    if content is None:
        content = next(every(root, "body.content"), None)
    if content is None:
        body = first(root, "body")
        return paragraphs(body, without=("body.head", "body.end")) if body is not None else []
    return paragraphs(content)


def captions_of(root: Element) -> tuple[str, ...]:
    """Return the captions of an article's pictures."""
    return tuple(dict.fromkeys(text for one in every(root, "media-caption") if (text := words(one))))
