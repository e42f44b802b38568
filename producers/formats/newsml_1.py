"""NewsML 1: news items whose components hold NITF, XHTML or text."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BufferedReader
from typing import Any, Final

from producers.article import Record, Status
from producers.errors import PermanentError
from producers.formats.fields import details
from producers.formats.items import says_embargoed
from producers.formats.ninjs import NO_ARTICLES
from producers.formats.xml_text import Body, best, body_of, without_headline
from producers.formats.xml_tree import Element, children, every, first, tree, words

_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
#: What a dateline has behind its place: a date, an agency in brackets, a dash.
_BEHIND_PLACE = re.compile(r"\s*(?:,\s*[^,()]*\d.*|\(.*|[-–—]\s*$)", re.DOTALL)


def read(stream: BufferedReader) -> Iterator[Record]:
    """Yield the articles of a NewsML 1 document. Pictures and the like are passed over beside articles."""
    from lxml import etree  # type: ignore[import-untyped]

    data = stream.read()
    root, notes = tree(data)
    items = list(every(root, "NewsItem"))
    records = []
    for item in items:
        raw = data if len(items) == 1 else etree.tostring(item, encoding="utf-8", with_tail=False)
        records.append(_record(item, raw, notes))
    if not records:
        raise PermanentError("there is no NewsItem in the NewsML: drop it again with one")
    good = [record for record in records if not record.refused]
    yield from good or records


def _record(item: Element, raw: bytes, notes: Mapping[str, str]) -> Record:
    lines = next(every(item, "NewsLines"), None)
    contents = [one for one in every(item, "ContentItem") if _kind(one) not in NO_ARTICLES]
    body = best([body_of(data) for one in contents for data in children(one, "DataContent")])
    fields = {
        **body.said,
        **_identity(first(item, "Identification")),
        **_management(first(item, "NewsManagement")),
        **_lines(lines),
        **_about(item, body),
    }
    said = details({name: value for name, value in fields.items() if value not in (None, [])})
    said = replace(said, captions=body.captions or said.captions, metadata={**said.metadata, **notes})
    text, reason = without_headline(body, said.title), None
    if not text.strip() and (said.status is Status.USABLE or not said.item):
        kinds = [kind for one in every(item, "ContentItem") if (kind := _kind(one)) in NO_ARTICLES]
        seen = f"the item is a {kinds[0]} and not an article" if kinds else "the item has no text in its DataContent"
        reason = f"{seen}: only items with the text of an article are read"
    elif text and body.media_type == "text/plain":
        text = _with_dateline(text, words(first(lines, "DateLine")))
    return Record.of(said, raw=raw, text="" if reason else text, media_type=body.media_type, refused=reason)


def _identity(names: Element | None) -> dict[str, Any]:
    number = first(names, "NewsIdentifier")
    parts = [words(first(number, name)) for name in ("ProviderId", "DateId", "NewsItemId")]
    public = words(first(number, "PublicIdentifier"))
    item = f"urn:newsml:{':'.join(part for part in parts if part)}" if all(parts) else public
    return {
        "uri": public or item,
        "item": item,
        "version": words(first(number, "RevisionId")),
        "label": words(first(names, "NameLabel")),
    }


def _management(management: Element | None) -> dict[str, Any]:
    if management is None:
        return {}
    status = _formal(first(management, "Status"))
    change = first(management, "StatusWillChange")
    fields: dict[str, Any] = {
        "pubstatus": status,
        "versioncreated": words(first(management, "ThisRevisionCreated")),
        "firstcreated": words(first(management, "FirstCreated")),
        "urgency": _formal(first(management, "Urgency")),
        "ednote": " ".join(note for one in children(management, "Instruction") if (note := words(one))) or None,
        "signal": [signal for one in children(management, "Instruction") if (signal := _formal(one))],
    }
    if says_embargoed(status) and change is not None:
        fields["embargo"] = words(first(change, "DateAndTime")) or ""
    return fields


def _lines(lines: Element | None) -> dict[str, Any]:
    dateline = words(first(lines, "DateLine"))
    return {
        "headline": words(first(lines, "HeadLine")),
        "subheadline": words(first(lines, "SubHeadLine")),
        "byline": words(first(lines, "ByLine")),
        "slug": words(first(lines, "SlugLine")),
        "keywords": [key for one in children(lines, "KeywordLine") if (key := words(one))] if lines is not None else [],
        "copyrightnotice": words(first(lines, "CopyrightLine")),
        "located": _BEHIND_PLACE.sub("", dateline) or None if dateline else None,
    }


def _about(item: Element, body: Body) -> dict[str, Any]:
    subjects = (one for code in every(item, "SubjectCode") for one in children(code))
    codes = dict.fromkeys(code for one in subjects if (code := _formal(one)))
    provider = next(every(item, "Provider"), None)
    language = next((code for one in every(item, "Language") if (code := _formal(one))), None)
    fields: dict[str, Any] = {
        "subject": [{"code": f"subj:{code}" if code.isdigit() else code} for code in codes] or body.said.get("subject"),
        "usageterms": [terms for one in every(item, "UsageType") if (terms := words(one))],
        "provider": _formal(first(provider, "Party")) if provider is not None else None,
        "language": language or item.get(_LANGUAGE) or body.said.get("language"),
    }
    return {name: value for name, value in fields.items() if value}


def _kind(content: Element) -> str:
    kind = (_formal(first(content, "MediaType")) or "").lower()
    return "picture" if kind in ("image", "photo") else kind


def _formal(element: Element | None) -> str | None:
    """Return the value of a NewsML element that gives it as its FormalName."""
    return (element.get("FormalName") or "").strip() or None if element is not None else None


def _with_dateline(text: str, dateline: str | None) -> str:
    """Return `text` behind its dateline, if that names an agency as it does at the head of a text."""
    if dateline is None or "(" not in dateline or text[:40].startswith(dateline.split(",")[0][:40]):
        return text
    return f"{dateline.rstrip(' -–—')} - {text}"
