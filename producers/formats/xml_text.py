"""The text of an item within XML: NITF, XHTML, escaped markup or plain text, whichever its element holds."""

import html
import re
from dataclasses import dataclass, field
from typing import Any, Final

from producers.formats import nitf
from producers.formats.xml_tree import Element, children, every, first, paragraphs

#: Markup that a text may hold escaped. A `<` alone is a character of the text.
MARKUP: Final = re.compile(
    r"</?(?:p|br|hr|div|section|article|figure|img|iframe|h[1-6]|ul|ol|li|b|i|u|em|strong|small|sup|sub|a|span|font"
    r"|center|code|pre|table|tr|td|blockquote)\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
#: What agencies wrap around text that has its own line ends: then the line ends are the paragraphs.
_WRAPPERS = re.compile(r"\s*<(?:p|pre)>(?P<text>[^<>]*)</(?:p|pre)>\s*", re.IGNORECASE)
#: Parts of a page around its text: agencies put headline, keywords and notes there.
_AROUND: Final = ("header", "footer", "nav", "aside")


@dataclass(frozen=True, slots=True)
class Body:
    """The text of an item; `said` are the fields of the NITF that holds it, if any."""

    text: str = ""
    media_type: str = "text/plain"
    said: dict[str, Any] = field(default_factory=dict)
    captions: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Its number of words, markup included."""
        return len(self.text.split())


def body_of(element: Element) -> Body:
    """Return the text that `element` holds (inlineXML, inlineData, DataContent)."""
    inner = next(every(element, "nitf"), None)
    if inner is not None:
        return Body("\n\n".join(nitf.body_of(inner)), said=nitf.fields_of(inner), captions=nitf.captions_of(inner))
    if next(children(element), None) is None:
        return _escaped(element.text or "")
    page = next(every(element, "html"), None)
    body = first(page, "body") if page is not None else None
    text = body if body is not None else element
    return Body("\n\n".join(paragraphs(text, without=_AROUND) or paragraphs(text)))


def best(bodies: list[Body]) -> Body:
    """Return the best of an item's alternatives: the first that is not much shorter than the longest."""
    longest = max((body.size for body in bodies), default=0)
    return next((body for body in bodies if longest and body.size >= longest / 2), Body())


def without_headline(body: Body, headline: str | None) -> str:
    """Return the text of `body` without a first paragraph that is the headline again."""
    opening, _, rest = body.text.partition("\n\n")
    repeats = headline and rest and "".join(opening.split()).lower() == "".join(headline.split()).lower()
    return rest if repeats else body.text


def _escaped(text: str) -> Body:
    if wrapped := _WRAPPERS.fullmatch(text):
        return Body(html.unescape(wrapped["text"]).strip())
    return Body(text.strip(), "text/html" if MARKUP.search(text) else "text/plain")
