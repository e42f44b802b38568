"""Newsletters that are lists: each of their items, with its headline, its link and its text.

An item is a headline and the lines below it. The headline is a link as a whole, or ends in one below ("Read more").
A newsletter that is an essay may have headings and links, but its headings are no links, and its parts are long.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Final
from urllib.parse import urlsplit

from producers.article import is_web_address
from producers.formats.addresses import without_counters
from producers.formats.xml_tree import Element

#: Characters of the largest page that is looked at: mail programs cut newsletters at 0.1 MB, and the parser takes
#: quadratic time for the attributes of one element.
LARGEST: Final = 500_000

#: Fewest items of a list, and the fewest words of the text of one.
_FEWEST_ITEMS, _FEWEST_WORDS = 3, 8
#: Words of a headline, and its length in characters.
_HEADLINE_WORDS, _LONGEST_HEADLINE = range(3, 31), 200
#: An item of a list has few lines below its headline, and few words: what has more is a part of an essay.
_MOST_LINES, _MOST_WORDS = 4, 200
#: Least share of the words of a newsletter, without its headlines and links, that are in its items.
_LEAST_SHARE: Final = 0.5
#: Share of the letters of a line that are in its link or set as a heading, if the whole line is.
_WHOLE: Final = 0.85
#: Size of letters, in pixels, from which a line is a heading.
_LARGE: Final = 18

_BLOCK_NAMES = """
    p div td th tr table tbody li ul ol h1 h2 h3 h4 h5 h6 section article header footer blockquote center hr dl dt dd
    body main aside pre br
"""
_BLOCKS: Final = frozenset(_BLOCK_NAMES.split())
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "b", "strong"})
_NO_TEXT: Final = frozenset({"script", "style", "head", "title", "template", "svg", "select", "button", "noscript"})
_SIZE = re.compile(r"font-size\s{0,9}:\s{0,9}(\d{1,3})(?:\.\d{1,3})?\s{0,9}px", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s{0,9}:\s{0,9}(?:bold|[6-9]00)", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s{0,9}:\s{0,9}none|mso-hide\s{0,9}:\s{0,9}all", re.IGNORECASE)
#: What a link below an item says.
_MORE = re.compile(
    r"\W*(?:(?:read|see|learn|find out|view|get|watch|listen)\b.{0,40}|continue reading.{0,20}|full (?:story|article)"
    r"|more|(?:weiter|mehr) ?(?:lesen|erfahren)?|zum artikel|jetzt lesen|lire (?:la suite|l['’]article|plus)"
    r"|en savoir plus|leer (?:más|artículo)|seguir leyendo|ver más|leggi (?:tutto|di più|l['’]articolo)"
    r"|continua a leggere|leia mais|saiba mais|lees (?:meer|verder)"
    r"|läs (?:mer|hela.{0,20})|læs (?:mere|hele.{0,20})|les (?:mer|hele.{0,20})"
    r"|czytaj (?:więcej|dalej)|читать (?:далее|полностью)|続きを読む|阅读全文|더 ?보기)\W*",
    re.IGNORECASE,
)
#: In plain text: a line that is an address, what rules and marks of lists are made of, and what ends no headline.
_ADDRESS_ALONE = re.compile(r"(?:[\w' ]{1,30}[:>→]\s?)?[<(\[]?(https?://[^\s<>()\[\]]{3,2000})[>)\]]?", re.IGNORECASE)
_RULES: Final = "-=_*~#+—–•·> "
_BULLETS: Final = "-=_*~#+—–•·> 0123456789.)"
_SENTENCE_END: Final = (".", ",", ";", ":", "!", "。")


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a newsletter; `url` is its link."""

    title: str
    url: str
    text: str


@dataclass(slots=True)
class _Line:
    """A line of a newsletter; how many of its letters are in links and set as headings, and the first link in it."""

    text: str = ""
    linked: int = 0
    heading: int = 0
    link: str | None = None

    def add(self, text: str, link: str | None, *, is_heading: bool) -> None:
        letters = len("".join(text.split()))
        self.text += text
        if link and letters:
            self.link = self.link or link
            self.linked += letters
        if is_heading:
            self.heading += letters

    @property
    def size(self) -> int:
        return max(1, len("".join(self.text.split())))

    @property
    def words(self) -> int:
        return len(self.text.split())

    @property
    def is_link(self) -> bool:
        return self.link is not None and self.linked >= _WHOLE * self.size

    @property
    def is_more(self) -> bool:
        """Whether it is a link to the rest of an item."""
        return self.is_link and _MORE.fullmatch(self.text) is not None

    @property
    def is_heading(self) -> bool:
        return self.heading >= _WHOLE * self.size

    @property
    def is_headline(self) -> bool:
        """Whether it may be one: set as a heading or a link as a whole, of the length of a headline."""
        if self.words not in _HEADLINE_WORDS or len(self.text) > _LONGEST_HEADLINE or self.is_more:
            return False
        return self.is_heading or self.is_link


@dataclass(slots=True)
class _Part:
    """A headline and the lines below it."""

    headline: _Line
    lines: list[_Line] = field(default_factory=list)

    @property
    def url(self) -> str | None:
        if self.headline.link:
            return self.headline.link
        return next((line.link for line in self.lines if line.is_more), None)

    @property
    def told(self) -> list[_Line]:
        """Its lines that are its text; some letters make a link of the whole item."""
        own = (line for line in self.lines if not line.is_link or line.link == self.headline.link)
        return [line for line in own if not line.is_more and line.words > 1]

    @property
    def words(self) -> int:
        return sum(line.words for line in self.told)


def items_of(text: str, *, is_html: bool, sender: str | None = None) -> list[Item]:
    """Return the items of the newsletter `text`; none if it is no list of them.

    What has the name of the `sender` for its headline, or a link to the front page of a site, is no item.
    """
    if len(text) > LARGEST or text.lower().count("<a" if is_html else "http") < _FEWEST_ITEMS:
        return []
    lines = list(_lines(text) if is_html else _plain_lines(text))
    parts = _parts(lines)
    named = [part for part in parts if part.url and not _is_masthead(part.headline.text, part.url, sender)]
    items = [part for part in named if part.words >= _FEWEST_WORDS]
    if len({part.url for part in items}) < _FEWEST_ITEMS:
        return []
    told = sum(line.words for line in lines if not line.is_link and not line.is_headline)
    is_list = (
        median(len(part.told) for part in items) <= _MOST_LINES
        and median(part.words for part in items) <= _MOST_WORDS
        and sum(part.words for part in items) >= _LEAST_SHARE * told
    )
    return [_item(part) for part in items] if is_list else []


def _is_masthead(title: str, url: str, sender: str | None) -> bool:
    try:
        is_front = urlsplit(url).path in ("", "/") and not urlsplit(url).query
    except ValueError:
        return True
    return is_front or title.casefold() == (sender or "").casefold()


def _item(part: _Part) -> Item:
    text = "\n\n".join(line.text for line in part.told)
    return Item(part.headline.text, without_counters(part.url or ""), text)


def _parts(lines: list[_Line]) -> list[_Part]:
    """Return the headlines of a newsletter with what is below each of them, up to the next or to its footer."""
    parts: list[_Part] = []
    for line in lines:
        is_same = bool(parts) and line.link is not None and line.link == parts[-1].headline.link
        if line.is_headline and not (is_same and not line.is_heading):
            if parts and not parts[-1].lines and not parts[-1].headline.is_link:
                # The name of a section, or the first half of a headline, above a headline.
                parts.pop()
            parts.append(_Part(line))
        elif parts and not (line.is_heading and line.words < _HEADLINE_WORDS.start):
            parts[-1].lines.append(line)
    for part in parts:
        # Behind the link to the rest of an item comes something else: the footer, if it is the last.
        end = next((number for number, line in enumerate(part.lines) if line.is_more), len(part.lines))
        del part.lines[end + 1 :]
    return parts


def _lines(page: str) -> Iterator[_Line]:
    """Yield the lines of a page in HTML as they are shown."""
    from lxml import etree  # type: ignore[import-untyped]
    from lxml.html import HTMLParser, document_fromstring  # type: ignore[import-untyped]

    parser = HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_pis=True, remove_comments=True)
    try:
        root = document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return
    line = _Line()
    for text, link, is_heading, is_break in _runs(root):
        if is_break:
            if line.text.strip():
                line.text = " ".join(line.text.split())
                yield line
            line = _Line()
        else:
            line.add(text, link, is_heading=is_heading)
    if line.text.strip():
        line.text = " ".join(line.text.split())
        yield line


def _plain_lines(text: str) -> Iterator[_Line]:
    """Yield the lines of a plain text: its paragraphs, of which the first line may be a headline, and its addresses."""
    headline: _Line | None = None
    for paragraph in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        rows = [row for row in map(str.strip, paragraph.split("\n")) if row.strip(_RULES)]
        told: list[str] = []
        for number, row in enumerate(rows):
            if address := _ADDRESS_ALONE.fullmatch(row):
                if told:
                    yield _plain(" ".join(told))
                    told.clear()
                if headline is not None:
                    headline.link = address[1]
                else:
                    yield _plain("Read more", link=address[1])
                continue
            if headline is not None:
                yield headline
                headline = None
            if number == 0 and not row.endswith(_SENTENCE_END) and len(row.split()) in _HEADLINE_WORDS:
                title = row.lstrip(_BULLETS).rstrip(_RULES)
                headline = _plain(title, is_heading=True)
            else:
                told.append(row)
        if told:
            yield _plain(" ".join(told))
    if headline is not None:
        yield headline


def _plain(text: str, *, link: str | None = None, is_heading: bool = False) -> _Line:
    line = _Line()
    line.add(text, link, is_heading=is_heading)
    return line


def _runs(root: Element) -> Iterator[tuple[str, str | None, bool, bool]]:
    """Yield the texts of a page in their order, each with its link and whether it is a heading, and the line breaks."""
    stack: list[tuple[Element, str, str | None, bool]] = [(root, "start", None, False)]
    while stack:
        element, event, link, is_heading = stack.pop()
        name = element.tag if isinstance(element.tag, str) else ""
        if event == "tail":
            yield element.tail or "", link, is_heading, False
            continue
        is_block = name in _BLOCKS
        if event == "end":
            yield "", None, False, is_block
            continue
        style = element.get("style") or ""
        if not name or name in _NO_TEXT or _HIDDEN.search(style):
            continue
        address = (element.get("href") or "").strip() if name == "a" else ""
        own_link = address if is_web_address(address) else link
        size = _SIZE.search(style)
        own_heading = (
            is_heading or name in _HEADINGS or bool(_BOLD.search(style)) or bool(size and int(size[1]) >= _LARGE)
        )
        if is_block:
            yield "", None, False, True
        yield element.text or "", own_link, own_heading, False
        stack.append((element, "end", None, False))
        for child in reversed(element):
            stack.append((child, "tail", own_link, own_heading))
            stack.append((child, "start", own_link, own_heading))
