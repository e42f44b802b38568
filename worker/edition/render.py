"""An edition's document as files: Markdown, one self-contained HTML page, JSON.

A renderer is a function from the stored document to bytes, and a row of RENDERERS. It reads no clock, no setting and
no file but the package's templates, so that a rebuild gives the same bytes.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from worker.edition import view
from worker.edition.document import Document, encode
from worker.edition.markdown import markdown

_TEMPLATES = Path(__file__).parent / "templates"


def render_markdown(document: Document) -> bytes:
    """Return `document` as Markdown (CommonMark), UTF-8."""
    return markdown(view.edition(document)).encode()


def render_html(document: Document) -> bytes:
    """Return `document` as one HTML page, UTF-8: no script, no outside resource, its style sheet within."""
    return environment().get_template("edition.html").render(edition=view.edition(document)).encode()


#: File name suffix -> what writes it, in the order in which an edition's files are written: the JSON file comes last
#: and says that the others are complete.
RENDERERS: dict[str, Callable[[Document], bytes]] = {"md": render_markdown, "html": render_html, "json": encode}


@cache
def environment() -> Environment:
    """Return the environment of the package's templates: everything is escaped, nothing undefined is passed over."""
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
