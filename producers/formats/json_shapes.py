"""The shapes in which well-known services and tools export articles: where in an object each field lies.

A table of what is nested or has a meaning of its own; flat names are in producers.formats.fields.NAMES. A new shape is
a row here and a sample in its test.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from producers.article import is_absolute
from producers.formats import ninjs
from producers.formats.fields import NAMES, TEXTS
from producers.formats.values import plain

#: Keys under which services wrap their articles, in lists or one by one.
WRAPPERS: Final = (
    "articles", "items", "results", "entries", "docs", "posts", "news", "stories", "hits", "records", "documents",
    "value", "item", "response", "data", "_items", "_source", "content", "article", "post", "story",
)  # fmt: skip

#: Lists on the way of a path; the terms of WordPress lie in two.
_MOST_LISTS = 4
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How one service lays out an article: by `marks`, paths that all are there, it is recognised.

    A path is keys joined by dots; a list on the way stands for each of its parts. `paths` are the places of our names,
    the better first. `teaser` are those of the text's beginning, which counts if it is longer than the text itself:
    some services give no more. Of the names in `markup` the value is HTML on one line.
    """

    name: str
    marks: tuple[str, ...]
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    teaser: tuple[str, ...] = ()
    markup: tuple[str, ...] = ()


#: The more particular first.
SHAPES: Final[tuple[Shape, ...]] = (
    Shape(
        name="WordPress REST API",
        marks=("title.rendered",),
        paths={
            "headline": ("title.rendered",),
            "bodyhtml": ("content.rendered",),
            "url": ("link",),
            "item": ("guid.rendered",),
            "author": ("_embedded.author.name", "yoast_head_json.author", "author_name"),
            "publisher": ("yoast_head_json.og_site_name",),
            "keywords": ("_embedded.wp:term.name",),
        },
        markup=("headline",),
    ),
    Shape(
        name="The Guardian Open Platform",
        marks=("webTitle", "webUrl"),
        paths={
            "headline": ("fields.headline", "webTitle"),
            "bodyhtml": ("fields.body",),
            "articlebody": ("fields.bodyText", "blocks.body.bodyTextSummary"),
            "item": ("id",),
            "author": ("fields.byline",),
            "datemodified": ("fields.lastModified",),
            "publisher": ("fields.publication",),
            "inlanguage": ("fields.lang",),
            "keywords": ("tags",),
        },
        markup=("headline",),
    ),
    Shape(
        name="The New York Times",
        marks=("headline.main", "web_url"),
        paths={
            "headline": ("headline.main",),
            "author": ("byline.original", "byline.person"),
            "item": ("uri", "_id"),
            "datepublished": ("pub_date",),
        },
        teaser=("lead_paragraph", "abstract", "snippet"),
    ),
    Shape(
        name="fundus",
        marks=("body.sections",),
        paths={"articlebody": ("body.sections.paragraphs",), "description": ("body.summary",)},
    ),
    Shape(
        name="Drupal JSON:API",
        marks=("attributes.title",),
        paths={
            "headline": ("attributes.title",),
            "bodyhtml": ("attributes.body.processed", "attributes.body.value"),
            "datepublished": ("attributes.created",),
            "datemodified": ("attributes.changed",),
            "item": ("id",),
            "url": ("links.html.href", "links.self.href"),
        },
    ),
    Shape(
        name="Aylien",
        marks=("links.permalink", "body"),
        paths={"url": ("links.permalink",)},
    ),
    Shape(
        name="Newscatcher 2",
        marks=("clean_url", "summary", "link"),
        paths={"articlebody": ("summary",), "publisher": ("clean_url",)},
    ),
    Shape(
        name="Feedly and Google Reader",
        marks=("origin.title",),
        paths={
            "bodyhtml": ("content.content", "summary.content"),
            "url": ("canonicalUrl", "canonical.href", "alternate.href"),
            "publisher": ("origin.title",),
        },
    ),
    Shape(
        name="feedparser",
        marks=("content.value",),
        paths={"bodyhtml": ("content.value",), "author": ("author",), "keywords": ("tags.term",)},
    ),
    Shape(
        name="news API",
        marks=("title", "url", "description", "source"),
        teaser=("description",),
    ),
    Shape(
        name="news API with links",
        marks=("title", "link", "description", "source_id"),
        paths={"publisher": ("source_name", "source_id")},
        teaser=("description",),
    ),
    Shape(
        name="Bing News",
        marks=("name", "url", "description", "provider"),
        teaser=("description",),
    ),
)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the object around a list of articles says of each of them: our names, and where it says them."""

    marks: Mapping[str, str]
    paths: Mapping[str, tuple[str, ...]]


#: By a key and how its value begins.
ENVELOPES: Final[tuple[Envelope, ...]] = (
    Envelope(
        {"version": "https://jsonfeed.org/version/"},
        {
            "publisher": ("title",),
            "inlanguage": ("language",),
            "author": ("authors", "author"),
            "feed": ("feed_url", "home_page_url", "title"),
        },
    ),
)


def given_by(envelope: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an object around articles says of each of them, by our names; nothing if it is no envelope of ours.

    `feed` is there if the articles have ids that are unique in their feed.
    """
    for row in ENVELOPES:
        if all(isinstance(value := envelope.get(key), str) and value.startswith(x) for key, x in row.marks.items()):
            return {name: value for name, paths in row.paths.items() if (value := _first(envelope, paths)) is not None}
    return {}


def completed(fields: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return `fields` with what the object around them gives and they do not say themselves.

    The id of an item that is unique in its feed only is made so everywhere, by the feed's own name before it.
    """
    names = {plain(name) for name in fields}
    said = {ours for ours in given if any(ours in kind and names & set(kind) for kind in NAMES.values())}
    fields = {**fields, **{ours: value for ours, value in given.items() if ours not in said and ours != "feed"}}
    own = fields.get("id")
    if "feed" in given and "item" not in fields and isinstance(own, str | int):
        named = str(own) if is_absolute(str(own)) else f"{given['feed']} {own}"
        return {"item": named, **{name: value for name, value in fields.items() if name != "id"}}
    return fields


def fields_of(node: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a JSON object with our names on the top level, by its shape; as they are if it has none."""
    if ninjs.is_ninjs(node):
        return ninjs.fields_of(node)
    for shape in SHAPES:
        if all(mark.split(".", 1)[0] in node and _first(node, (mark,)) is not None for mark in shape.marks):
            return _laid_out(node, shape)
    return dict(node)


def _laid_out(node: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    fields = dict(node)
    for name, paths in shape.paths.items():
        path = next((path for path in paths if _first(node, (path,)) is not None), None)
        # Of two forms of the text the markup is better: it has its paragraphs.
        if path is None or (name == "articlebody" and "bodyhtml" in fields):
            continue
        value = _first(node, (path,))
        if name in shape.markup and isinstance(value, str):
            value = html.unescape(_TAG.sub("", value))
        fields = _without(fields, path.split("."))
        fields = {name: value, **{key: inner for key, inner in fields.items() if key != name}}
    for path in shape.teaser:
        if isinstance(text := fields.get(path), str) and len(text.strip()) > _length_of_text(fields):
            rest = {key: value for key, value in fields.items() if key != path}
            return {"articlebody": text, **rest, "teaser": path}
    return fields


def _length_of_text(fields: Mapping[str, Any]) -> int:
    texts = (text for name, text in fields.items() if plain(name) in TEXTS and isinstance(text, str))
    return max((len(text.strip()) for text in texts), default=0)


def _first(node: Mapping[str, Any], paths: tuple[str, ...]) -> Any:
    """Return the first value of `paths` in `node` that says something; a list of values if a list is on the way."""
    for path in paths:
        values = list(_values(node, path.split(".")))
        if values:
            return values[0] if len(values) == 1 else values
    return None


def _values(value: Any, keys: list[str], lists: int = 0) -> Iterator[Any]:
    if isinstance(value, list) and keys:
        for part in value if lists < _MOST_LISTS else ():
            yield from _values(part, keys, lists + 1)
    elif not keys:
        if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
            yield from value
        elif value not in (None, "", [], {}):
            yield value
    elif isinstance(value, Mapping):
        yield from _values(value.get(keys[0]), keys[1:], lists)


def _without(fields: dict[str, Any], keys: list[str]) -> dict[str, Any]:
    """Return `fields` without the value at the path `keys`; one within a list stays."""
    inner = fields.get(keys[0])
    if len(keys) == 1:
        return {key: value for key, value in fields.items() if key != keys[0]}
    if not isinstance(inner, dict):
        return fields
    rest = _without(inner, keys[1:])
    return {**fields, keys[0]: rest} if rest else {key: value for key, value in fields.items() if key != keys[0]}
