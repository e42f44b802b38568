"""JSON-LD: the nodes of a page, and the one that is this article."""

import html
import json
import re
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from worker.clean.html.likeness import alike, is_home, same_page

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

#: Most nodes that are looked at, and most characters of one block.
_MOST_NODES, _LONGEST_JSON = 5_000, 1_000_000
#: Most values of a list that are read.
_MOST_VALUES = 20
#: How deep a value within a value is followed ({"author": [{"name": ["..."]}]} is 3).
_DEEPEST = 6

#: What pages put around the JSON: comments and CDATA marks.
_NOISE = re.compile(
    r"^\s*+(?:<!--|//<!\[CDATA\[|/\*<!\[CDATA\[\*/|<!\[CDATA\[)|(?:-->|//\]\]>|/\*\]\]>\*/|\]\]>)\s*+(?:;\s*+)?$"
)
_COMMA_BEFORE_END = re.compile(r",(?=\s*+[}\]])")
_CONTAINERS = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item")
_LISTS = ("itemListElement", "item")

Node = Mapping[str, Any]


def article_node(tree: "HtmlElement", addresses: Collection[str], titles: Collection[str]) -> Node:
    """Return the JSON-LD node of the page that is its article, or an empty one.

    `addresses` and `titles` are the page's own: the node has one of the addresses, or a headline like one of the
    titles. A node of an article that says neither is taken if it stands in no list.
    """
    by_id: dict[str, Node] = {}
    candidates: list[tuple[int, Node]] = []
    for node, is_listed in _nodes(tree):
        if isinstance(node.get("@id"), str) and len(node) > 1:
            by_id.setdefault(node["@id"], node)
        candidates.append((_rank(node, addresses, titles, is_listed=is_listed), node))
    rank, best = max(candidates, key=lambda candidate: candidate[0], default=(0, {}))
    return {key: _resolved(value, by_id) for key, value in best.items()} if rank > 0 else {}


def addresses_of(node: Node) -> list[str]:
    """Return the addresses of the page that a node gives for itself."""
    values = [node.get("url"), node.get("mainEntityOfPage"), node.get("@id")]
    values += [value.get(key) for value in values if isinstance(value, dict) for key in ("@id", "url")]
    return [value for value in values if isinstance(value, str) and value.startswith(("http://", "https://"))]


def text(value: Any, depth: int = 0) -> str | None:
    """Return a string of JSON-LD on one line: of a list the first, of a node its name, else None."""
    if isinstance(value, str):
        return " ".join(html.unescape(value).split())[:2000] or None
    if depth >= _DEEPEST:
        return None
    if isinstance(value, list):
        return next((name for entry in value[:_MOST_VALUES] if (name := text(entry, depth + 1))), None)
    if isinstance(value, dict):
        keys = ("@value", "name", "alternateName", "legalName")
        named = next((name for key in keys if (name := text(value.get(key), depth + 1))), None)
        parts = (text(value.get(key), depth + 1) for key in ("givenName", "familyName"))
        return named or " ".join(filter(None, parts)) or None
    return None


def texts(value: Any) -> list[str]:
    """Return the strings that `text` gives for the entries of a list, or for a single value."""
    entries = value[:_MOST_VALUES] if isinstance(value, list) else [value]
    return [entry for entry in map(text, entries) if entry]


def _rank(node: Node, addresses: Collection[str], titles: Collection[str], *, is_listed: bool) -> int:
    """Return how surely a node is the page's article: above 0 it may be."""
    kinds = {kind.rsplit("/", 1)[-1] for kind in texts(node.get("@type"))}
    is_article = any(kind.endswith(("Article", "BlogPosting", "Report")) for kind in kinds)
    headline = text(node.get("headline")) or (text(node.get("name")) if "datePublished" in node else None)
    if not is_article and not ("datePublished" in node and headline):
        return 0
    own = [address for address in addresses_of(node) if not is_home(address)]
    is_here = any(same_page(a, b) for a in own for b in addresses)
    is_called_so = headline is not None and any(alike(headline, title) for title in titles)
    if is_here or is_called_so:
        return 2 + 4 * is_here + 4 * is_called_so + is_article - is_listed
    is_another = bool(own and addresses) or bool(headline and titles)
    return int(is_article and not is_listed and not is_another)


def _nodes(tree: "HtmlElement") -> Iterator[tuple[Node, bool]]:
    """Yield the nodes of all blocks, nested ones too, and whether each is an entry of a list."""
    waiting = deque((data, False) for data in _blocks(tree))
    seen = 0
    while waiting and seen < _MOST_NODES:
        seen += 1
        node, is_listed = waiting.popleft()
        if isinstance(node, list):
            waiting.extendleft((entry, is_listed) for entry in reversed(node[:_MOST_NODES]))
        elif isinstance(node, dict):
            yield node, is_listed
            waiting += [
                (node[key], is_listed or key in _LISTS) for key in _CONTAINERS if isinstance(node.get(key), dict | list)
            ]


def _blocks(tree: "HtmlElement") -> Iterator[Any]:
    for script in tree.iterfind(".//script[@type]"):
        source = script.text or ""
        if "ld+json" not in script.get("type", "").lower() or len(source) > _LONGEST_JSON:
            continue
        source = _NOISE.sub("", _NOISE.sub("", source)).strip()
        for repair in (str, html.unescape, lambda json_text: _COMMA_BEFORE_END.sub("", json_text)):
            try:
                data, _ = json.JSONDecoder(strict=False).raw_decode(repair(source))
            except (ValueError, RecursionError):
                continue
            yield data
            break


def _resolved(value: Any, by_id: Mapping[str, Node]) -> Any:
    """Return `value` with nodes in the place of references to them."""
    if isinstance(value, list):
        return [_resolved(entry, by_id) for entry in value[:_MOST_VALUES]]
    if isinstance(value, dict) and isinstance(value.get("@id"), str):
        return {**by_id.get(value["@id"], {}), **value}
    return value
