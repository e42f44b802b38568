"""What a page says about its article: in JSON-LD, meta elements, microdata and its visible heading.

A fact is taken from the node that is this article, and a title that two sources agree on. Nothing is guessed.
"""

import html
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from producers.article import MOST_CAPTIONS, MOST_SUBJECTS, Revision, Subject, is_web_address
from producers.formats.times import read_time
from worker.clean.credits import byline_of
from worker.clean.html import json_ld
from worker.clean.html.likeness import alike, is_home
from worker.clean.html.tree import lines_of_fragment, looks_like_html
from worker.clean.source import Facts
from worker.clean.titles import host_of, same_text
from worker.clean.words import words

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

#: Names of meta elements by what they give, the better first.
_META = {
    "title": ("og:title", "twitter:title", "parsely-title", "dc.title", "headline"),
    "byline": ("author", "article:author", "parsely-author", "dc.creator", "byl", "sailthru.author", "creator"),
    "site": ("og:site_name", "application-name", "dc.publisher", "publisher"),
    "published": (
        "article:published_time",
        "article:published",
        "datepublished",
        "og:published_time",
        "parsely-pub-date",
        "pubdate",
        "publishdate",
        "publish_date",
        "publish-date",
        "publication_date",
        "sailthru.date",
        "dc.date.issued",
        "dc.date.created",
        "dcterms.created",
        "dc.date",
        "originalpublicationdate",
        "article_date_original",
        "cxenseparse:recs:publishtime",
        "ptime",
        "pdate",
        "date",
    ),
    "modified": (
        "article:modified_time",
        "article:modified",
        "datemodified",
        "og:updated_time",
        "dcterms.modified",
        "dc.date.modified",
        "lastmod",
        "last-modified",
    ),
    "language": ("og:locale", "content-language", "dc.language", "inlanguage"),
    "section": ("article:section", "parsely-section", "section", "cxenseparse:section"),
    "keywords": ("news_keywords", "article:tag", "parsely-tags", "keywords"),
    "copyright": ("copyright", "dc.rights", "dcterms.rights", "rights"),
}
#: Most characters of a value that is read.
_LONGEST = 2_000
#: Most words of a site's name; a longer one is a slogan.
_LONGEST_SITE = 5
#: Words by which a company says that it is one: no author.
_COMPANY = words("gmbh inc ltd llc plc corp corporation limited ag kg s.a. s.l. s.r.l. b.v. oy ab")
#: What parts a page's title from the name of its site, and its parts from one another.
_PARTS = re.compile(r"\s+[|–—·•»-]\s+|\s::\s")
#: How many elements around the heading a time may stand in, the nearest first.
_NEAR = 6
#: Elements within which a time belongs to something else.
_ASIDE = words("nav aside footer a li")


def facts_of(tree: "HtmlElement", uri: str) -> tuple[Facts, list[str]]:
    """Return what the page `tree` says about its article, and the lines of its JSON-LD's articleBody.

    `uri` is what the page is known by; it counts if it is an address.
    """
    meta = _meta(tree)
    microdata = _microdata(tree)
    headings = [" ".join(heading.text_content().split()) for heading in tree.iter("h1")][:5]
    head_title = " ".join((tree.findtext(".//title") or "").split())
    parts = _PARTS.split(head_title)
    unnamed = [part for part in parts if not any(same_text(part, site) for site in _all(meta, "site"))] or parts
    own_part = next((part for part in unnamed if any(alike(part, other) for other in headings)), max(unnamed, key=len))
    given = _own_addresses(tree, meta, uri)
    titles = [title for title in (*_all(meta, "title"), *headings, own_part) if title]
    node = json_ld.article_node(tree, [*given, uri], titles)

    publisher = _site(json_ld.text(node.get("publisher"))) or next(filter(None, map(_site, _all(meta, "site"))), None)
    addresses = filter(is_web_address, [*given, *json_ld.addresses_of(node), uri])
    url = next((address for address in addresses if not is_home(address)), None)
    sites = [publisher, *_all(meta, "site"), *(part for part in parts if part != own_part), host_of(url or uri)]
    published, doubtful = _first_time(
        chain(
            json_ld.texts(node.get("datePublished")),
            _all(meta, "published"),
            microdata.get("datepublished", ()),
            _times_near_heading(tree),
        )
    )
    modified, _ = _first_time(chain(json_ld.texts(node.get("dateModified")), _all(meta, "modified")))
    language = json_ld.text(node.get("inLanguage")) or tree.get("lang") or next(_all(meta, "language"), None)
    keywords = json_ld.texts(node.get("keywords")) or list(_all(meta, "keywords"))
    is_teaser = str(node.get("isAccessibleForFree")).rsplit("/", 1)[-1].lower() in ("false", "no")
    notes = [f"The page gives its date as {doubtful[:100]!r}, which cannot be read as one."] if doubtful else []
    facts = Facts(
        title=_title([json_ld.texts(node.get("headline")), [*_all(meta, "title")], headings, [own_part]], sites),
        byline=_byline([*json_ld.texts(node.get("author")), *json_ld.texts(node.get("creator"))], sites)
        or next(filter(None, (_byline([name], sites) for name in _all(meta, "byline"))), None)
        or _byline(microdata.get("author", []), sites),
        publisher=publisher or host_of(url or uri),
        published_at=published,
        revision=Revision(created=modified) if modified else None,
        language=language[:35].replace("_", "-") if language else None,
        url=url[:2048] if url else None,
        section=json_ld.text(node.get("articleSection")) or next(_all(meta, "section"), None),
        subjects=tuple(Subject(name=name[:200]) for name in _keywords(keywords)),
        copyright=json_ld.text(node.get("copyrightNotice")) or next(_all(meta, "copyright"), None),
        captions=tuple(dict.fromkeys(_captions(tree)))[:MOST_CAPTIONS],
        teaser=is_teaser,
        notes=tuple(notes),
    )
    return facts, _body(node.get("articleBody"))


def _meta(tree: "HtmlElement") -> dict[str, list[str]]:
    """Return the contents of the meta elements by their names in small letters."""
    contents: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        content = " ".join((element.get("content") or "")[:_LONGEST].split())
        if name and content:
            contents.setdefault(name.strip().lower(), []).append(content)
    return contents


def _all(meta: dict[str, list[str]], what: str) -> Iterator[str]:
    return (content for name in _META[what] for content in meta.get(name, ()))


def _microdata(tree: "HtmlElement") -> dict[str, list[str]]:
    """Return the values of the properties that are read from microdata, of elements that are no meta elements."""
    values: dict[str, list[str]] = {}
    for element in tree.xpath("//*[@itemprop='datePublished' or @itemprop='author'][not(self::meta)]")[:20]:
        name = element.xpath("string(.//*[@itemprop='name'])") if element.get("itemprop") == "author" else ""
        value = element.get("content") or element.get("datetime") or name or element.text_content()
        values.setdefault(element.get("itemprop").lower(), []).append(" ".join(value[:_LONGEST].split()))
    return values


def _own_addresses(tree: "HtmlElement", meta: dict[str, list[str]], uri: str) -> list[str]:
    """Return the addresses that the page gives for itself, the better first."""
    base = uri if is_web_address(uri) else next(iter(meta.get("og:url", ())), "")
    given = [*tree.xpath("//link[translate(@rel, 'CANOIL', 'canoil')='canonical']/@href"), *meta.get("og:url", ())]
    addresses = []
    for address in given:
        try:
            addresses.append(urljoin(base, address.strip()))
        except ValueError:
            continue
    return addresses


def _times_near_heading(tree: "HtmlElement") -> Iterator[str]:
    """Yield the times that stand nearest to the page's first heading, or in its only article, in no list or aside."""
    heading = next(tree.iter("h1"), None)
    around = (
        list(heading.iterancestors())[:_NEAR] if heading is not None else [*tree.iter("article"), *tree.iter("main")]
    )
    for element in around:
        if element.tag in ("body", "html"):
            return
        times = [
            time.get("datetime") or time.text_content()
            for time in element.iter("time")
            if not any(ancestor.tag in _ASIDE for ancestor in time.iterancestors())
        ]
        if times:
            yield times[0]
            return


def _captions(tree: "HtmlElement") -> Iterator[str]:
    """Yield the captions of the figures within the page's article."""
    for caption in tree.iter("figcaption"):
        around = {element.tag for element in caption.iterancestors()}
        if around & {"article", "main"} and not around & _ASIDE:
            text = " ".join(caption.text_content().split())
            if text:
                yield text[:_LONGEST]


def _first_time(values: Iterable[str]) -> tuple[datetime | None, str | None]:
    """Return the first time among `values`, and the first value before it that is none."""
    doubtful = None
    for value in values:
        if time := read_time(value):
            return time.at, doubtful
        doubtful = doubtful or value
    return None, doubtful


def _title(sources: list[list[str]], sites: list[str | None]) -> str | None:
    """Return the first of the titles of `sources` that another source confirms, JSON-LD's being the first source.

    Without one, the first of the other sources is taken before JSON-LD's. The name of the site is no title.
    """
    named = [
        [title for title in titles if not any(site and same_text(title, site) for site in sites)] for titles in sources
    ]
    for titles in named:
        others = [other for source in named if source is not titles for other in source]
        for title in titles:
            if any(alike(title, other) for other in others):
                return title
    stated, *shown = named
    return next(filter(None, chain(*shown, stated)), None)


def _byline(names: list[str], sites: list[str | None]) -> str | None:
    """Return the authors' names, joined: neither an address nor the site's own name nor a company."""
    people = []
    for name in names:
        person = byline_of(name) or name.removeprefix("By ").removeprefix("by ").strip(" ,;|")
        is_company = any(word.strip(",()") in _COMPANY for word in person.lower().split())
        is_site = any(site and same_text(person, site) for site in sites)
        if person and not person.startswith(("http:", "https:", "www.", "@")) and not is_company and not is_site:
            people.append(person)
    return ", ".join(dict.fromkeys(people)) or None


def _site(name: str | None) -> str | None:
    """Return a site's name without what follows a bar, or None if it is a slogan or an address."""
    bare = (name or "").split(" | ")[0].strip()
    return (
        bare if bare and len(bare.split()) <= _LONGEST_SITE and not bare.startswith(("http:", "https:", "@")) else None
    )


def _keywords(values: list[str]) -> list[str]:
    parts = (part.strip() for value in values for part in value.split(","))
    return list(dict.fromkeys(part for part in parts if part))[:MOST_SUBJECTS]


def _body(value: object) -> list[str]:
    if not isinstance(value, str) or not value.strip():
        return []
    text = html.unescape(value)
    return lines_of_fragment(text) if looks_like_html(text) else text.splitlines()
