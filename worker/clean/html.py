"""HTML: the article of a page, and what the page says about it.

The body is trafilatura's (best of thirteen extractors on 181 pages; resiliparse serves where it gives up), the facts
are the page's own: JSON-LD first, then its meta elements. Nothing is guessed: trafilatura's dates are not taken.
"""

import html
import json
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from worker.clean.titles import host_of
from worker.clean.words import words

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

#: An extraction shorter than this, in characters, counts as failed, and the fallback is asked too.
_SHORTEST_EXTRACT = 150
#: Deepest nesting of elements that is handed to the extractors. Pages stay below 60; trafilatura gives up silently at
#: 256 and resiliparse is quadratic in it (more than 20 s at 100,000).
_DEEPEST = 250
#: Most tags of a page that is handed to trafilatura, and of one that is handed to resiliparse. Real pages have some
#: thousand. Flat pages cost trafilatura 25 to 60 microseconds a tag (measured, 2 cores), but 150,000 spans take 30 s;
#: resiliparse is quadratic in nested and in unclosed elements (6 s at 40,000 options). Above, the blocks of the parsed
#: page are taken as they are, which never took more than 1.5 s for 5 MB.
_MOST_TAGS, _MOST_TAGS_FALLBACK = 40_000, 15_000
#: Longest tag, in characters, whose attributes are kept: parsers are quadratic in the attributes of one element (more
#: than 40 s for 5 MB of them). What is longer holds a picture or a program's state, and no text.
_LONGEST_TAG = 8_000
#: A fragment without these is an article already (the field of a JSON record): its blocks are read as they are.
_PAGE = re.compile(r"<(?:html|body|head|!doctype)\b", re.IGNORECASE)
_LOOKS_LIKE_HTML = re.compile(r"<(?:p|br|div|html|body|article|h[1-6]|ul|table|span)\b[^<>]{0,500}>", re.IGNORECASE)
#: How many tags must stand in a text that claims to be plain before it is read as HTML.
_FEWEST_TAGS = 3
#: Share of JSON-LD's articleBody that the extraction must cover to be purified by it, and its longest length in
#: characters: each paragraph is looked up in it.
_COVERED, _LONGEST_ARTICLE_BODY = 0.75, 200_000
#: Most JSON-LD nodes that are looked at, and most bytes of one block.
_MOST_NODES, _LONGEST_JSON = 5_000, 1_000_000

_BLOCK_CLOSE = re.compile(r"(?<=</p>)|(?<=</P>)|(?<=</div>)|(?<=</li>)|(?<=</tr>)|(?<=<br>)|(?<=<br/>)|(?<=</h2>)")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)[^<>]*+>")
#: A comment, or an opening tag with its attributes, as the HTML standard (13.2.5) reads them, to its end or the page's.
_TOKEN = re.compile(
    # Lazy, not possessive: before 3.11.5 Python misreads possessive groups of alternatives (gh-106052).
    r"""<!--[\s\S]*?(?:-->|\Z)|<([a-zA-Z][a-zA-Z0-9:-]*+)(?:[^>"'=]++|=\s*+(?:"[^"]*+"?|'[^']*+'?)?|["'])*+>?"""
)
#: Elements within which there are no tags.
_RAW_CLOSE = {
    name: re.compile(rf"</{name}\b", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "xmp", "iframe")
}
_VOID = words(
    "area base br col embed hr img input link meta param source track wbr p li td tr th dt dd option thead tbody"
)
#: Elements whose text is no prose, and those that end a paragraph where they begin or end.
HIDDEN = frozenset(
    {"script", "style", "noscript", "template", "svg", "iframe", "form", "button", "select", "head", "figure", "nav"}
)
BLOCKS = words(
    "p div br li ul ol dl dt dd h1 h2 h3 h4 h5 h6 section article blockquote pre table tr header footer aside main "
    "hr td"
)
_SCRIPT_OPEN = re.compile(r"<(script|style)\b", re.IGNORECASE)
_SCRIPT_CLOSE = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("script", "style")}
_JSON_NOISE = re.compile(
    r"^\s*+(?:<!--|//<!\[CDATA\[|/\*<!\[CDATA\[\*/|<!\[CDATA\[)|(?:-->|//\]\]>|/\*\]\]>\*/|\]\]>)\s*+(?:;\s*+)?$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page yields: the article's text (a line for each paragraph) and what the page says about it."""

    text: str
    title: str | None = None
    byline: str | None = None
    publisher: str | None = None
    published_at: datetime | None = None
    language: str | None = None
    notes: tuple[str, ...] = ()


def looks_like_html(text: str) -> bool:
    """Whether a text that claims to be plain is HTML: several tags of text blocks in its first part."""
    return sum(1 for _ in _LOOKS_LIKE_HTML.finditer(text, 0, 20_000)) >= _FEWEST_TAGS


def read_html(source: str, uri: str = "") -> Page:
    """Return the article of the HTML `source`, a page or a fragment.

    `source` is valid Unicode without NUL and at most producers.article.MAX_TEXT_BYTES long, as RawArticle guarantees:
    extractors need minutes beyond that. `uri` names the publisher where the page does not.
    """
    source = _without_long_tags(_without_repeats(source))
    bare = _without_scripts(source)
    if not _PAGE.search(source, 0, 10_000):
        return Page(text=_blocks_of_source(bare))
    if _depth(bare) > _DEEPEST:
        note = (
            f"The page nests its elements more than {_DEEPEST} deep, so its tags were removed without telling "
            f"article from page."
        )
        return Page(text=_without_tags(bare), title=_title_element(source), notes=(note,))
    tree = _parsed(source)
    if tree is None:
        return Page(text=_without_tags(bare), notes=("The page could not be parsed, so its tags were removed.",))
    facts = _facts(tree, uri)
    article_body, tags = facts.pop("body", None), bare.count("<")
    if tags > _MOST_TAGS:
        note = f"The page has more than {_MOST_TAGS:,} tags, so its text was taken without telling article from page."
        return Page(text="\n".join(_blocks(tree)), notes=(note,), **facts)
    text, notes = _body(source, article_body, tags)
    return Page(text=text, notes=notes, **facts)


# --- the body


def _body(source: str, article_body: str | None, tags: int) -> tuple[str, tuple[str, ...]]:
    """The article's text, and a note where not trafilatura gave it."""
    from trafilatura import extract  # late: 0.5 s to import, and only for HTML

    text = extract(source, favor_precision=True, include_comments=False, include_tables=False) or ""
    if article_body and len(article_body) >= _SHORTEST_EXTRACT:
        purified = _purified(text, article_body)
        if purified:
            return purified, ()
        if "\n" in article_body.strip() or len(text) < _SHORTEST_EXTRACT:
            return article_body, ("The body is the articleBody of the page's JSON-LD.",)
    if len(text) >= _SHORTEST_EXTRACT:
        return text, ()
    if tags > _MOST_TAGS_FALLBACK:
        return text, ("trafilatura found almost no text on the page, which has too many tags for another try.",)
    from resiliparse.extract.html2text import extract_plain_text

    other = extract_plain_text(source, preserve_formatting=True, main_content=True, alt_texts=False, list_bullets=False)
    other = "\n".join(line.strip() for line in other.splitlines())
    if len(other.strip()) > len(text):
        return other, ("trafilatura found no article on the page, so the text was read by resiliparse.",)
    return text, ("trafilatura found almost no text on the page, and resiliparse no more.",) if text else ()


def _purified(text: str, article_body: str) -> str | None:
    """The paragraphs of `text` that JSON-LD's articleBody has too, where they make up nearly all of it; else None."""
    if len(article_body) > _LONGEST_ARTICLE_BODY:
        return None
    known = _letters(article_body)
    kept = [line for line in text.split("\n") if _letters(line) and _letters(line) in known]
    return "\n".join(kept) if sum(len(_letters(line)) for line in kept) >= _COVERED * len(known) else None


def _letters(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def _without_repeats(source: str) -> str:
    """`source` with each block that only repeats the one before it left out: extractors are quadratic in such runs."""
    blocks = _BLOCK_CLOSE.split(source)
    kept = [
        block
        for block, before in zip(blocks, ["", *blocks], strict=False)
        if block.strip() != before.strip() or not block.strip()
    ]
    return "".join(kept)


def _without_long_tags(source: str) -> str:
    """`source` with the attributes of tags beyond _LONGEST_TAG left out, if it has such tags."""
    kept: list[str] = []
    position = copied = 0
    while token := _TOKEN.search(source, position):
        position = token.end()
        name = token[1]
        if name and position - token.start() > _LONGEST_TAG:
            kept += [source[copied : token.start()], f"<{name}>"]
            copied = position
        if name and (close := _RAW_CLOSE.get(name.lower())):
            ending = close.search(source, position)
            position = ending.start() if ending else len(source)
    return "".join([*kept, source[copied:]]) if kept else source


def _depth(source: str) -> int:
    """The deepest nesting of elements, as far as a count of tags can tell; it stops counting beyond the limit."""
    depth = deepest = 0
    for tag in _TAG.finditer(source):
        if tag[2].lower() in _VOID or tag.group().endswith("/>"):
            continue
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > deepest:
            deepest = depth
            if deepest > _DEEPEST:
                break
    return deepest


def _without_scripts(source: str) -> str:
    """`source` without scripts and styles, whose code is full of seeming tags; an unclosed one reaches to the end."""
    kept, position = [], 0
    while opening := _SCRIPT_OPEN.search(source, position):
        kept.append(source[position : opening.start()])
        closing = _SCRIPT_CLOSE[opening[1].lower()].search(source, opening.end())
        if closing is None:
            return "".join(kept)
        position = closing.end()
    return "".join([*kept, source[position:]])


def _without_tags(source: str) -> str:
    return html.unescape(_TAG.sub(lambda tag: "\n" if tag[2].lower() in BLOCKS else " ", source))


def _title_element(source: str) -> str | None:
    found = re.search(r"<title[^<>]*>([^<]{1,500})", source[:100_000], re.IGNORECASE)
    return found[1].strip() if found else None


def _blocks_of_source(source: str) -> str:
    """The text of a fragment, a line for each block element, with what is not text left out."""
    tree = _parsed(f"<div>{source}</div>") if _depth(source) <= _DEEPEST else None
    return _without_tags(source) if tree is None else "\n".join(_blocks(tree))


def _blocks(tree: "HtmlElement") -> Iterator[str]:
    from lxml import etree  # type: ignore[import-untyped]

    parts: list[str] = []
    hidden = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        name = element.tag if isinstance(element.tag, str) else ""
        text = element.text if event == "start" else element.tail
        if event == "start" and name in HIDDEN:
            hidden += 1
        if event == "end" and name in HIDDEN:
            hidden -= 1
        if name in BLOCKS and parts and not hidden:
            yield " ".join("".join(parts).split())
            parts = []
        if text and not hidden:
            parts.append(text)
    yield " ".join("".join(parts).split())


def _parsed(source: str) -> "HtmlElement | None":
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    # A declared encoding in a str makes lxml refuse it; the text is decoded already.
    parser = HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_pis=True, remove_comments=True, recover=True
    )
    try:
        tree = document_fromstring(source.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    return tree


# --- what the page says about the article


def _facts(tree: "HtmlElement", uri: str) -> dict[str, Any]:
    meta = _meta(tree)
    article = next(iter(_json_ld_articles(tree)), {})
    published = (
        _time(_text(article.get("datePublished")))
        or _time(meta.get("article:published_time"))
        or _time(
            meta.get("date") or meta.get("dc.date.issued") or meta.get("parsely-pub-date") or meta.get("datepublished")
        )
        or _time(
            next(iter(tree.xpath("(//article//time|//main//time|//time[@pubdate]|//header//time)/@datetime")), None)
        )
    )
    language = _text(article.get("inLanguage")) or tree.get("lang") or meta.get("og:locale")
    address = next(iter(tree.xpath("//link[@rel='canonical']/@href")), None) or meta.get("og:url") or uri
    return {
        "title": _text(article.get("headline"))
        or meta.get("og:title")
        or _heading(tree)
        or _text(tree.findtext(".//title")),
        "byline": _names(article.get("author")) or meta.get("author") or meta.get("parsely-author"),
        "publisher": _names(article.get("publisher")) or meta.get("og:site_name") or host_of(address) or host_of(uri),
        "published_at": published,
        "language": language[:35].replace("_", "-") if language else None,
        "body": _json_body(article.get("articleBody")),
    }


def _meta(tree: "HtmlElement") -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iterfind(".//meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = (element.get("content") or "").strip()
        if name and content:
            found.setdefault(name.lower(), content[:2000])
    return {name: value for name, value in found.items() if name != "author" or not value.startswith("http")}


def _heading(tree: "HtmlElement") -> str | None:
    headings = tree.xpath("//h1")
    return _text(headings[0].text_content()) if len(headings) == 1 else None


def _json_ld_articles(tree: "HtmlElement") -> Iterator[dict[str, Any]]:
    """The JSON-LD nodes of the page whose type is an article, of @graph, arrays and nested nodes alike."""
    for script in tree.iterfind(".//script[@type]"):
        source = script.text or ""
        if "ld+json" not in script.get("type", "") or len(source) > _LONGEST_JSON:
            continue
        try:
            data = json.loads(_JSON_NOISE.sub("", _JSON_NOISE.sub("", source)), strict=False)
        except (ValueError, RecursionError):
            continue
        yield from (node for node in _nodes(data) if _is_article(node))


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    waiting, seen = deque([data]), 0
    while waiting and seen < _MOST_NODES:
        seen += 1
        node = waiting.popleft()
        if isinstance(node, list):
            waiting.extendleft(reversed(node[:_MOST_NODES]))
        elif isinstance(node, dict):
            yield node
            waiting += [
                node[key]
                for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement")
                if isinstance(node.get(key), dict | list)
            ]


def _is_article(node: dict[str, Any]) -> bool:
    types = node.get("@type")
    types = types if isinstance(types, list) else [types]
    return any(
        isinstance(name, str) and name.rsplit("/", 1)[-1].endswith(("Article", "BlogPosting", "Report"))
        for name in types
    )


def _text(value: Any) -> str | None:
    """A string of JSON-LD or of the page, on one line; of a list the first, of a node its name."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name") or value.get("alternateName")
    return " ".join(html.unescape(value).split())[:2000] or None if isinstance(value, str) else None


def _json_body(value: Any) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return None
    text = html.unescape(value)
    return _blocks_of_source(text) if looks_like_html(text) else text


def _names(value: Any) -> str | None:
    """The names of the authors or of the publisher, joined; addresses are no names."""
    values = value if isinstance(value, list) else [value]
    names = [name for name in map(_text, values[:20]) if name and not name.startswith("http")]
    return ", ".join(dict.fromkeys(names)) or None


def _time(value: str | None) -> datetime | None:
    """The time that an ISO 8601 string names, or None; one without a zone is taken as UTC."""
    if not value:
        return None
    text = value.strip().replace(" UTC", "Z").replace(" GMT", "Z")
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
