"""ninjs, the JSON of IPTC for news items, in its versions 1 to 3: its own keys as the names that every record has.

Version 1 has texts under `headline`, `headline_ROLE` and `body_ROLE`; 2 and 3 have lists `headlines` and `bodies` of
objects with role, content type and value; 3 writes its keys in camelCase. A file does not say which version it has.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from producers.formats.values import References, plain, text_of

#: Types of items that are no articles, whatever text they carry: that of a picture is its caption.
NO_ARTICLES: Final = frozenset({"picture", "photo", "video", "graphic", "audio", "planning", "event", "component"})

#: Keys of which an item has one at least, beside its `uri` or `guid`.
_MARKS: Final = frozenset(
    {"pubstatus", "versioncreated", "contentcreated", "firstcreated", "bodies", "headlines", "embargoed"}
    | {"embargoeduntil", "ednote", "usageterms"}
)
_ROLE = re.compile(r"(?P<what>body|headline)_(?P<role>\w{1,40})", re.IGNORECASE)
#: Roles of bodies, the better first. A body of markup keeps its paragraphs, one of plain text often has a single line.
_ROLES = ("main", "", "html", "xhtml", "richtext", "text")
_HTML_ROLES = frozenset({"html", "xhtml", "richtext"})
_TAG = re.compile(r"<[^<>]{0,2000}>")
_NO_REFERENCES: References = {}


@dataclass(frozen=True, slots=True)
class _Text:
    """One of the headlines or bodies of an item."""

    role: str
    value: str
    is_html: bool = False


def is_ninjs(node: Mapping[str, Any]) -> bool:
    """Return whether a JSON object is an item of ninjs."""
    names = {plain(name) for name in node}
    if "@type" in node or not names & {"uri", "guid"}:
        return False
    return bool(names & _MARKS) or any(map(_ROLE.fullmatch, node)) or _kind(node) in NO_ARTICLES


def no_article(node: Mapping[str, Any]) -> str | None:
    """Return why an item of ninjs is no article, or None if it is one. A composite is one if it has a body."""
    kind = _kind(node)
    if kind in NO_ARTICLES:
        return f"the item is a {kind} and not an article: only items with the text of an article are read"
    if kind in ("composite", "package") and not _bodies(node):
        return f"the item is a {kind} of other items, without a text of its own: drop the items themselves"
    return None


def _kind(node: Mapping[str, Any]) -> str:
    kind = node.get("type")
    return kind.lower() if isinstance(kind, str) else ""


def fields_of(node: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an item as producers.formats.fields.NAMES spells them; what is not ours stays as it is."""
    by_name = {plain(name): value for name, value in node.items()}
    headlines, bodies = _headlines(node), _bodies(node)
    fields = {name: value for name, value in node.items() if not _is_text(name, value)}
    if headlines:
        fields["headline"] = headlines[0].value
        fields |= {f"headline_{text.role}": text.value for text in headlines[1:]}
    if bodies:
        fields["bodyhtml" if bodies[0].is_html else "articlebody"] = bodies[0].value
        fields |= {f"other_body_{text.role}": text.value for text in bodies[1:]}
    else:
        # A body that is there and empty: the reason for a refusal names its field.
        fields |= {name: value for name, value in node.items() if _is_text(name, value)}
    altids = by_name.get("altids")
    own = altids.get("itemid") if isinstance(altids, Mapping) else None
    fields["item"] = own or by_name.get("uri") or by_name.get("guid")
    for ours, theirs in _OTHER_NAMES:
        given = (name for name in theirs if text_of(by_name.get(name), _NO_REFERENCES))
        if chosen := next(given, None):
            gone = (ours, chosen) if chosen != "copyrightholder" else (ours,)
            fields = {name: value for name, value in fields.items() if plain(name) not in gone}
            fields = {ours: by_name[chosen], **fields}
    if "evolvedfrom" in by_name and "signal" not in by_name:
        fields["signal"] = "update"
    return fields


#: Names of ours, and the keys from which an item gives them, the better first. A byline is better than the list of all
#: who worked on an item; `service` is the wire's category.
_OTHER_NAMES = (
    ("author", ("byline", "by", "author", "authors")),
    ("publisher", ("provider", "source", "copyrightholder")),
    ("section", ("section", "service")),
)


def _is_text(name: str, value: object) -> bool:
    """Return whether a key holds headlines or bodies of its item."""
    if plain(name) in ("headlines", "bodies"):
        return isinstance(value, list)
    return isinstance(value, str) and (plain(name) in ("headline", "body") or bool(_ROLE.fullmatch(name)))


def _headlines(node: Mapping[str, Any]) -> list[_Text]:
    return sorted(_texts(node, "headline"), key=lambda text: _rank(text, ("main", "")))


def _bodies(node: Mapping[str, Any]) -> list[_Text]:
    return sorted(_texts(node, "body"), key=lambda text: _rank(text, _ROLES))


def _rank(text: _Text, roles: tuple[str, ...]) -> tuple[int, bool]:
    return (roles.index(text.role) if text.role in roles else len(roles), not text.is_html)


def _texts(node: Mapping[str, Any], what: str) -> Iterator[_Text]:
    """Yield the headlines or bodies of an item that have a word in them, in the order of the file."""
    many = "bodies" if what == "body" else "headlines"
    for name, value in node.items():
        role = _ROLE.fullmatch(name)
        if plain(name) == many and isinstance(value, list):
            yield from (text for part in value if (text := _text(part)))
        elif isinstance(value, str) and _has_words(value):
            if plain(name) == what:
                yield _Text("", value)
            elif role and role["what"].lower() == what:
                yield _Text(role["role"].lower(), value, is_html=role["role"].lower() in _HTML_ROLES)


def _text(part: object) -> _Text | None:
    if isinstance(part, str):
        return _Text("", part) if _has_words(part) else None
    if not isinstance(part, Mapping):
        return None
    by_name = {plain(name): value for name, value in part.items()}
    value, role = by_name.get("value"), by_name.get("role")
    kind = by_name.get("contenttype")
    if not isinstance(value, str) or not _has_words(value):
        return None
    role = role.lower() if isinstance(role, str) else ""
    is_html = "html" in kind.lower() if isinstance(kind, str) else role in _HTML_ROLES
    return _Text(role, value, is_html)


def _has_words(text: str) -> bool:
    return bool(html.unescape(_TAG.sub(" ", text)).strip())
