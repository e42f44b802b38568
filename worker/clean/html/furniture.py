"""What is in the midst of an article and none of it: dialogs, text for screen readers, buttons of players."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from worker.article import Dropped
from worker.clean.html.lines import BLOCKS, lines

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

#: Largest share of the text of the page's paragraphs, in characters, that a dialog holds; one with more is the page.
_LARGEST_SHARE = 0.25
#: What is looked at: what is beside the paragraphs. The rest of the page is the extractor's.
_BESIDE = "(//*[p]/* | //*[p]/*/*)"
_FURNITURE = {
    "overlay": "@role='dialog' or @aria-modal='true' or contains(@class, 'visually-hidden')"
    " or contains(@class, 'sr-only') or contains(@class, 'screen-reader')",
    "gallery": "(self::div or self::section or self::aside or self::ul or self::figure)"
    " and (contains(@class, 'gallery') or contains(@class, 'slideshow') or contains(@class, 'carousel'))",
}
#: Shortest span, in characters, that is a sentence by itself.
_SHORTEST_SENTENCE = 40
_SENTENCE_END = (".", "!", "?", ".”", "?”", "!”", '."', ".’", "。")

_NUMBER = r"(?:image|photo|picture|slide|foto|bild|imagen)?s?\s?\d{1,3}\s?(?:of|/|de|von|sur|di)\s?/?\s?\d{1,3}"
#: A line that is nothing but the label of a button of a player or gallery, and the one of an overlay.
_CONTROL = re.compile(
    rf"[\W_]*(?:{_NUMBER}|(?:previous|prev|next)(?: (?:slide|image|photo|article))?"
    r"|(?:last|next) slide.{0,20}"
    r"|(?:show|hide|toggle) (?:captions?|thumbnails?)|(?:view|open|back to|see) (?:the )?(?:full |photo )?gallery"
    r"|view (?:all|full)(?: \d+)? (?:photos?|images?|screen)|full ?screen|autoplay|replay|skip ad"
    r"|enlarge(?: this)? image|(?:buy|order) (?:this )?(?:photo|picture|print)s?|click to enlarge|tap to unmute)[\W_]*",
    re.IGNORECASE,
)
_CLOSE = re.compile(r"[\W_]*(?:CLOSE|Close|close)[\W_]*")
#: A caption: sentences, and a credit without a full stop behind them ("The mayor speaks. USA TODAY").
_CAPTION = re.compile(r".{10,400}[.!?][\"”’]?\s+[A-Z][\w .,&/'’-]{1,50}(?<![.!?])")


def without_furniture(tree: "HtmlElement") -> tuple[Dropped, ...]:
    """Take out of the page `tree` what lies over its article, is not shown with it or is a gallery; return its lines.

    An element that holds much of the page's text is none of these, whatever it says of itself.
    """
    found = [(rule, element) for rule, test in _FURNITURE.items() for element in tree.xpath(f"{_BESIDE}[{test}]")]
    most = _LARGEST_SHARE * sum(len(paragraph.text_content()) for paragraph in tree.iter("p")) if found else 0
    dropped: list[Dropped] = []
    for rule, element in found:
        if element.getroottree().getroot() is tree and len(" ".join(element.text_content().split())) <= most:
            dropped += [Dropped(line, rule) for line in lines(element)]
            element.drop_tree()
    return tuple(dropped)


def separate_sentences(tree: "HtmlElement") -> None:
    """Make paragraphs of the spans in `tree` that a stylesheet shows as such, or that end and begin a sentence."""
    for span in tree.iter("span"):
        following = span.getnext()
        is_block = "display:block" in span.get("style", "").replace(" ", "")
        is_glued = (
            following is not None
            and following.tag == "span"
            and not span.tail
            and len(span.text or "") >= _SHORTEST_SENTENCE
            and (span.text or "").endswith(_SENTENCE_END)
            and (following.text or " ")[0].isupper()
        )
        if (is_block or is_glued) and not any(child.tag in BLOCKS for child in span):
            span.tag = "p"
        if is_glued and following.getnext() is None and not following.tail:
            following.tag = "p"


def rules_of(written: list[str]) -> Iterator[str | None]:
    """Yield for each of the lines `written` the rule by which it is furniture, or None."""
    is_below_close = False
    for line in written:
        is_close = _CLOSE.fullmatch(line) is not None
        if is_close:
            yield "overlay"
        elif is_below_close and _CAPTION.fullmatch(line):
            yield "picture caption"
        else:
            yield "player" if len(line) <= 60 and _CONTROL.fullmatch(line) else None
        is_below_close = is_close
