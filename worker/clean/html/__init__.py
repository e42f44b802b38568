"""HTML: the article of a page, and what the page says about it.

tree     source -> tree, within bounds
lines    tree -> lines of text
furniture, offers  what is in the midst of an article and none of it
body     the page's tree -> the ways to read its article, the best first
json_ld  its JSON-LD -> the node that is this article
facts    what its JSON-LD, its meta elements and its markup say about the article
"""

import re

from worker.clean.html.body import readings
from worker.clean.html.facts import facts_of
from worker.clean.html.furniture import separate_sentences, without_furniture
from worker.clean.html.lines import lines
from worker.clean.html.tree import (
    lines_of_fragment,
    looks_like_html,
    parsed,
    text_without_tree,
    title_without_tree,
)
from worker.clean.source import Facts, Reading, Source

__all__ = ["looks_like_html", "read_html"]

#: Most elements of a page that is handed to extractors. Real pages have some thousand; above, trafilatura takes up to
#: 0.3 ms an element and more with each (12,000 sections: 3 s, 20,000: 8 s). Then the blocks of the page are taken.
_MOST_ELEMENTS = 12_000
#: A fragment without these is an article already (the field of a JSON record): its blocks are read as they are.
_PAGE = re.compile(r"<(?:html|body|head|!doctype)\b", re.IGNORECASE)


def read_html(source: str, uri: str = "") -> Source:
    """Return what is found of the HTML `source`, a page or a fragment.

    `source` is valid Unicode without NUL and at most producers.article.MAX_TEXT_BYTES long, as RawArticle guarantees:
    extractors need minutes beyond that. `uri` names the publisher if the page does not.
    """
    if not _PAGE.search(source, 0, 10_000):
        return Source([Reading(lines_of_fragment(source))])
    tree = parsed(source)
    if tree is None:
        note = "The page nests its elements too deep, so its text was taken without telling article from page."
        reading = Reading(text_without_tree(source).splitlines(), notes=(note,))
        return Source([reading], Facts(title=title_without_tree(source)))
    facts, article_body = facts_of(tree, uri)
    if tree.xpath("count(//*)") > _MOST_ELEMENTS:
        note = (
            f"The page has over {_MOST_ELEMENTS:,} elements, so its text was taken without telling article from page."
        )
        return Source([Reading(lines(tree), notes=(note,))], facts)
    dropped = without_furniture(tree)
    separate_sentences(tree)
    return Source(readings(tree, article_body, dropped), facts)
