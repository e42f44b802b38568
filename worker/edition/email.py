"""An edition as a mail: a subject, a text that stands alone, and HTML for mail programs.

Mail programs know few rules: one column in a table, every style on its element (by css-inline), no script, no outside
resource. Light and dark are left to the program, so that no colour is fought over.
"""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import css_inline

from worker.edition import view
from worker.edition.document import Document
from worker.edition.render import environment

#: Columns of the text, so that programs which break nothing show whole lines.
COLUMNS: Final = 72


@dataclass(frozen=True, slots=True)
class Mail:
    """A message without its headers."""

    subject: str
    text: str
    html: str


def email(document: Document) -> Mail:
    """Return the edition `document` as a mail; the same document gives the same mail."""
    edition = view.edition(document)
    subject = f"{edition.name}, {edition.day}: " + (edition.length if edition.stories else "no new stories")
    page = environment().get_template("email.html").render(edition=edition, subject=subject)
    return Mail(subject, "\n".join(_lines(edition)) + "\n", css_inline.inline(page, load_remote_stylesheets=False))


def _lines(edition: view.Edition) -> Iterator[str]:
    yield f"{edition.name}: {edition.day}"
    yield (
        f"{edition.length}, {edition.reading_time}" if edition.stories else "There are no new stories in this edition."
    )
    for topic in edition.topics:
        yield ""
        yield from _story(topic.lead, "")
        for story in topic.others:
            yield ""
            yield from _story(story, "  ")
    yield ""
    yield "-- "
    yield from textwrap.wrap(", ".join(edition.totals) + ".", COLUMNS)
    yield f"Closed {edition.closed}. All times are in {edition.timezone}."


def _story(story: view.Story, indent: str) -> Iterator[str]:
    marks = "".join(f"{mark}: " for mark in story.marks)
    yield from _wrapped(f"{marks}{story.headline}", indent)
    yield from _wrapped(story.summary, indent)
    yield from _wrapped(" · ".join(part for part in (story.source.name, story.published) if part), indent)
    if story.others:
        more = f" and {story.more} more" if story.more else ""
        yield from _wrapped(f"Also reported by {', '.join(other.name for other in story.others)}{more}", indent)
    if story.note:
        yield from _wrapped(story.note, indent)
    if story.source.href:
        yield indent + story.source.href  # whole, so that programs make a link of it


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, COLUMNS, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
