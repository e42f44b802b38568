"""News sitemaps: the addresses, titles and dates of a site's last articles, without their texts."""

from collections.abc import Iterator
from typing import Final

from producers.article import Record, is_web_address
from producers.errors import PermanentError
from producers.formats.feed_items import line_of
from producers.formats.feeds import record
from producers.formats.xml_tree import Element, children, every, first, local, tree

#: Why an entry of a sitemap is no article yet: its page has the text.
NO_TEXT: Final = "a sitemap gives the address of an article and not its text"
_OF_NEWS: Final = ("title", "publication_date", "name", "language", "keywords")


def entries(data: bytes) -> list[Record]:
    """Return a record for each article in the sitemap `data`, each refused with NO_TEXT.

    Raises PermanentError if it cannot be read, or lists no news.
    """
    root, notes = tree(data)
    if local(root) == "sitemapindex":
        first = next((line_of(place) for place in every(root, "loc")), None)
        raise PermanentError(f"it lists other sitemaps: add the sitemap that has the news, such as {first}")
    fields = list(_fields(root))
    if not fields and next(children(root, "url"), None) is not None:
        raise PermanentError("it is a sitemap of pages that says of none that it is news: add the site's news sitemap")
    return [record(entry, None, notes=notes, cut=NO_TEXT) for entry in fields]


def _fields(root: Element) -> Iterator[dict[str, object]]:
    for entry in children(root, "url"):
        place, news = first(entry, "loc"), first(entry, "news")
        address = line_of(place) if place is not None else None
        if news is not None and address and is_web_address(address):
            said = {local(child): line_of(child) for child in every(news, *_OF_NEWS)}
            yield {
                "url": address,
                "headline": said.get("title"),
                "datepublished": said.get("publication_date"),
                "publisher": said.get("name"),
                "language": said.get("language"),
                "keywords": said.get("keywords"),
            }
