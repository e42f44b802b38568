"""JSON values to articles: schema.org's NewsArticle, and plain objects of title, text, url and the like."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from producers.article import Record
from producers.errors import PermanentError
from producers.formats.fields import NAMES, details, plain

#: Fields under which files and services list their articles.
_LISTS = ("articles", "items", "results", "entries")
#: schema.org's types that are articles end so; what carries another type and no text of its own is passed over.
_ARTICLE_TYPES = ("Article", "Posting", "Report")
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
        node["@id"]: node
        for node in nodes[:_MOST_REFERENCES]
        if isinstance(node, dict) and isinstance(node.get("@id"), str)
    }
    chosen = [node for node in nodes if _is_article(node)] or nodes[:1]
    if not chosen:
        yield _refused(raw, notes, "there is no article in it: an object with a text, or a list of them, is expected")
    for node in chosen:
        yield _record(node, raw if len(chosen) == 1 else _own_bytes(node), notes, references)


def _nodes(value: Any) -> Iterator[Any]:
    """Yield the candidates in `value`, in order; a stack, as lists may be nested as deep as the parser allows."""
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, list):
            stack.extend(reversed(one))
            continue
        if isinstance(one, dict):
            inner = one.get("@graph")
            if inner is None and not _has_text(one):
                inner = next((one[name] for name in _LISTS if isinstance(one.get(name), list)), None)
            if isinstance(inner, list | dict):
                stack.append(inner)
                continue
        yield one


def _is_article(node: Any) -> bool:
    if not isinstance(node, dict) or "@type" not in node or _has_text(node):
        return True
    kinds = node["@type"] if isinstance(node["@type"], list) else [node["@type"]]
    return any(isinstance(kind, str) and kind.endswith(_ARTICLE_TYPES) for kind in kinds)


def _has_text(node: Mapping[str, Any]) -> bool:
    names = {*NAMES["text"], *NAMES["html"]}
    return any(plain(name) in names and value for name, value in node.items())


def _record(node: Any, raw: bytes, notes: Mapping[str, str], references: Mapping[str, Any]) -> Record:
    if not isinstance(node, dict):
        return _refused(raw, notes, f"an article is an object with a text in it, and this is {_kind(node)}")
    key, text, media_type, reason = _text(node)
    said = details(node, references=references, used=(key,))
    said = replace(said, metadata={**said.metadata, **notes})
    return Record.of(said, raw=raw, text=text, media_type=media_type, refused=reason)


def _text(node: dict[str, Any]) -> tuple[str, str, str, str | None]:
    """Return the field that holds the text of an article, the text, its media type, and why there is none."""
    by_name = {plain(name): (name, value) for name, value in reversed(node.items())}
    wrong: str | None = None
    for media_type in ("text/plain", "text/html"):
        for key in NAMES["html" if media_type == "text/html" else "text"]:
            if key not in by_name:
                continue
            name, value = by_name[key]
            if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
                value = "\n\n".join(value)
            if isinstance(value, str) and value.strip():
                return key, value, "text/html" if _MARKUP.match(value) else media_type, None
            found = "empty" if isinstance(value, str | list) and not value else _kind(value)
            wrong = wrong or f'the field "{name[:100]}" is {found} and the text of the article is expected in it'
    missing = 'the article has no text: it is expected in a field "text", "body", "content", "articleBody" or "html"'
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
