"""An edition as plain text: for terminals, and for mail programs that show no HTML."""

import textwrap
from collections.abc import Iterator
from typing import Final

from worker.edition.view import Block, EditionView

#: Columns of the text, so that programs which break nothing show whole lines.
COLUMNS: Final = 72


def text(edition: EditionView) -> str:
    """Return `edition` as plain text, wrapped at COLUMNS; addresses stand whole on lines of their own."""
    return "\n".join(_lines(edition)) + "\n"


def _lines(edition: EditionView) -> Iterator[str]:
    yield f"{edition.name}: {edition.day}"
    if edition.topics:
        yield from _wrapped(f"{edition.overview} {edition.reading_time}.")
    else:
        yield "There are no new stories in this edition."
    if edition.address:
        yield f"In the browser: {edition.address}"
    for section in edition.sections:
        yield ""
        yield section.title.upper()
        for topic in (*section.topics, *section.lines):
            yield ""
            yield from _topic(topic)
    if edition.rest:
        yield ""
        yield edition.rest
    yield ""
    yield "-- "
    yield from _wrapped(", ".join(edition.totals) + ".")
    yield f"Closed {edition.closed}. All times are in {edition.timezone}."
    if edition.engines:
        yield from _wrapped(f"Summarised by {edition.engines}.")


def _topic(topic: Block) -> Iterator[str]:
    if topic.gone:
        yield from _wrapped(topic.summary)
        return
    yield from _wrapped("".join(f"{mark}: " for mark in topic.marks) + topic.headline)
    yield from _wrapped(topic.summary)
    yield from _wrapped(" · ".join(part for part in (topic.source.name, topic.published) if part))
    if topic.others:
        more = f" and {topic.more} more" if topic.more else ""
        yield from _wrapped(f"Also: {', '.join(other.name for other in topic.others)}{more}")
    if topic.continues:
        yield from _wrapped(f"Continues: {topic.continues.headline} ({topic.continues.day})")
    if topic.note:
        yield from _wrapped(topic.note)
    for said in topic.said:
        yield from _wrapped(said)
    if topic.href:
        yield topic.href  # whole, so that programs make a link of it


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, COLUMNS, break_long_words=False, break_on_hyphens=False)
