"""An edition's document as files: text, Markdown, one self-contained HTML page, a message, JSON; the profile's feeds.

A renderer is a function from the stored document to bytes, and a row of RENDERERS. It reads no clock, no setting and
no file but the package's templates, so that a rebuild gives the same bytes.
"""

from collections.abc import Callable, Sequence

from worker.edition import feeds, view
from worker.edition.document import Document, encode
from worker.edition.email import render_email
from worker.edition.markdown import markdown
from worker.edition.pages import page
from worker.edition.text import text


def render_text(document: Document) -> bytes:
    """Return `document` as plain text for a terminal, UTF-8."""
    return text(view.edition(document)).encode()


def render_markdown(document: Document) -> bytes:
    """Return `document` as Markdown (CommonMark), UTF-8."""
    return markdown(view.edition(document)).encode()


def render_html(document: Document) -> bytes:
    """Return `document` as one HTML page, UTF-8: no script, no outside resource, its style sheet within."""
    return page("edition.html", edition=view.edition(document)).encode()


#: File name suffix -> what writes it, in the order in which an edition's files are written: the JSON file comes last
#: and says that the others are complete.
RENDERERS: dict[str, Callable[[Document], bytes]] = {
    "txt": render_text,
    "md": render_markdown,
    "html": render_html,
    "eml": render_email,
    "json": encode,
}

#: File name -> what makes it of a profile's newest editions, the newest first.
FEEDS: dict[str, Callable[[Sequence[Document]], bytes]] = {
    "editions.atom": lambda documents: feeds.atom(feeds.of_editions(documents)),
    "editions.feed.json": lambda documents: feeds.json_feed(feeds.of_editions(documents)),
    "digests.atom": lambda documents: feeds.atom(feeds.of_digests(documents)),
    "digests.feed.json": lambda documents: feeds.json_feed(feeds.of_digests(documents)),
}
