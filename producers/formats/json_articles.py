"""JSON values to articles: which of its objects are articles, and the text of each."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from producers.article import Details, Record, Status, is_absolute
from producers.errors import PermanentError
from producers.formats import json_shapes, ninjs
from producers.formats.fields import NAMES, TEXTS, details
from producers.formats.values import plain

#: schema.org's types that are articles end so; what carries another type and no text of its own is passed over.
_ARTICLE_TYPES = ("Article", "Posting", "Report")
#: Fields that say what a text is about and are none.
_TEASERS = ("description", "descriptions", "descriptiontext", "summary", "abstract", "excerpt", "standfirst")
#: Nodes of a JSON-LD graph that can be referred to.
_MOST_REFERENCES = 10_000
#: Digits of the longest whole number; Python refuses to read one of more than 4,300, and no article needs this many.
_LONGEST_NUMBER = 18
#: Opening brackets in one JSON text. Each may cost the reader 200 bytes of memory, so that 20 MB of empty objects take
#: more than a GB; a file or line of articles has some ten to an article.
MOST_BRACKETS = 250_000

_MARKUP = re.compile(
    r"\s*<(?:!doctype|html|head|body|article|section|main|div|p|h[1-6]|figure|span|ul|ol|blockquote)\b[^>]{0,500}>",
    re.IGNORECASE,
)

_KINDS: Mapping[type, str] = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


def parsed(text: str) -> Any:
    """Return the JSON value of `text`; NaN and the infinities are None, over-long numbers are texts.

    Raises PermanentError where it is no JSON, is nested too deep or has more than MOST_BRACKETS objects and lists.
    """
    if text.count("{") + text.count("[") > MOST_BRACKETS:
        raise PermanentError(f"the JSON has more than {MOST_BRACKETS:,} objects and lists: divide it into its articles")
    try:
        return json.loads(text, parse_int=_whole_number, parse_constant=lambda _: None)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}" if error.lineno > 1 else f"column {error.colno}"
        raise PermanentError(
            f"the text is not valid JSON ({error.msg.removesuffix(' at')} at {where}): correct it there"
        ) from error
    except RecursionError as error:
        raise PermanentError("the JSON is nested deeper than any article: correct what wrote it") from error


def records(value: Any, raw: bytes, notes: Mapping[str, str]) -> Iterator[Record]:
    """Yield a Record for each article in a JSON value: an object, a list of them, a JSON-LD graph, `{"articles": []}`.

    `raw` identifies the one article of an object; those of a list are identified by their own JSON. `notes` go to
    each record's metadata. Yields at least one record: where there is no article, it is refused.
    """
    nodes = list(_nodes(value))
    references = {
        node.own["@id"]: node.own
        for node in nodes[:_MOST_REFERENCES]
        if isinstance(node.own, dict) and isinstance(node.own.get("@id"), str)
    }
    chosen = [node for node in nodes if _is_article(node)] or nodes[:1]
    if not chosen:
        yield _refused(raw, notes, "there is no article in it: an object with a text, or a list of them, is expected")
    for node in chosen:
        yield _record(node, raw if len(chosen) == 1 else _own_bytes(node.own), notes, references)


@dataclass(frozen=True, slots=True)
class _Node:
    """A value that may be an article, as it is in the file, and its fields by our names."""

    own: Any
    fields: dict[str, Any]


def _nodes(value: Any) -> Iterator[_Node]:
    """Yield the candidates in `value`, in order; a stack, as lists may be nested as deep as the parser allows."""
    stack: list[tuple[Any, Mapping[str, Any]]] = [(value, {})]
    while stack:
        own, given = stack.pop()
        if isinstance(own, list):
            stack.extend((part, given) for part in reversed(own))
            continue
        if not isinstance(own, dict):
            yield _Node(own, {})
            continue
        fields = json_shapes.fields_of(own)
        inner = own.get("@graph")
        if inner is None and not _has_text(fields) and not ninjs.is_ninjs(own):
            inner = _wrapped(own)
        if isinstance(inner, list | dict):
            stack.append((inner, {**given, **json_shapes.given_by(own)}))
        else:
            yield _Node(own, json_shapes.completed(fields, given))


def _wrapped(node: Mapping[str, Any]) -> list[Any] | dict[str, Any] | None:
    """Return what an object without a text wraps: a list of articles, or one if the object has no title of its own."""
    is_titled = node.get("title") or node.get("headline")
    values = [value for name in json_shapes.WRAPPERS if isinstance(value := node.get(name), list | dict)]
    values = [value for value in values if isinstance(value, list) or not is_titled]
    return next((value for value in values if value), values[0] if values else None)


def _is_article(node: _Node) -> bool:
    own = node.own
    if isinstance(own, dict) and ninjs.is_ninjs(own):
        return ninjs.no_article(own) is None
    if not isinstance(own, dict) or "@type" not in own or _has_text(node.fields):
        return True
    kinds = own["@type"] if isinstance(own["@type"], list) else [own["@type"]]
    return any(isinstance(kind, str) and kind.endswith(_ARTICLE_TYPES) for kind in kinds)


def _has_text(fields: Mapping[str, Any]) -> bool:
    return any(plain(name) in TEXTS and _is_text(value) for name, value in fields.items())


def _is_text(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(part, str) for part in value)
    return isinstance(value, str) and bool(value.strip())


def _record(node: _Node, raw: bytes, notes: Mapping[str, str], references: Mapping[str, Any]) -> Record:
    if not isinstance(node.own, dict):
        return _refused(raw, notes, f"an article is an object with a text in it, and this is {_kind(node.own)}")
    key, text, media_type, reason = _text(node.fields)
    said = details(node.fields, references=references, used=(key,))
    said = replace(said, metadata={**said.metadata, **notes})
    if ninjs.is_ninjs(node.own) and (other := ninjs.no_article(node.own)):
        return Record.of(said, raw=raw, text="", refused=other)
    if reason and _takes_back(said):
        reason = None
    return Record.of(said, raw=raw, text=text, media_type=media_type, refused=reason)


def _takes_back(said: Details) -> bool:
    """Return whether a record needs no text: it says of an item known by its id that it may not be published."""
    is_known = said.item is not None or (said.uri is not None and is_absolute(said.uri))
    return is_known and said.status is not Status.USABLE


def _text(node: dict[str, Any]) -> tuple[str, str, str, str | None]:
    """Return the field that holds the text of an article, the text, its media type, and why there is none."""
    by_name = {plain(name): (name, value) for name, value in reversed(node.items())}
    wrong: str | None = None
    for media_type in ("text/plain", "text/html"):
        for key in NAMES["html" if media_type == "text/html" else "text"]:
            if key not in by_name:
                continue
            name, value = by_name[key]
            if isinstance(value, list) and _is_text(value):
                value = "\n\n".join(value)
            if isinstance(value, str) and value.strip():
                return key, value, "text/html" if _MARKUP.match(value) else media_type, None
            state = "empty" if isinstance(value, str | list) and not value else _kind(value)
            wrong = wrong or f'the field "{name[:100]}" is {state} and the text of the article is expected in it'
    only = next((f', only a "{by_name[name][0]}"' for name in _TEASERS if name in by_name), "")
    missing = (
        f'the article has no text{only}: it is expected in a field "text", "body", "content", "articleBody" or "html"'
    )
    return "", "", "text/plain", wrong or missing


def _refused(raw: bytes, notes: Mapping[str, str], reason: str) -> Record:
    return Record(raw=raw, text="", metadata=notes, refused=reason)


def _own_bytes(node: Any) -> bytes:
    try:
        return json.dumps(node, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    except RecursionError:
        return repr(type(node)).encode()


def _whole_number(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else digits


def _kind(value: Any) -> str:
    return "only white space" if isinstance(value, str) and not value.strip() else _KINDS[type(value)]
