"""An edition as Markdown, with every text in it escaped."""

import re
from collections.abc import Iterator

from worker.edition.view import Block, EditionView

# Everything that can begin inline markup, a table cell, a mention or a heading's closing row of signs.
_INLINE = re.compile(r"[\\`*_\[\]<>~|#@]|&(?=#?\w+;)")
# Beginnings that make a line a list, a rule or an underline.
_BLOCK = re.compile(r"^(\d{1,9}(?=[.)](?:\s|$))|(?=[-+=]))", re.ASCII)
# Bare addresses, of which GitHub and others make links.
_ADDRESS = re.compile(r"\b(https?|ftp|mailto|xmpp)(?=:)|\bwww(?=\.)", re.ASCII | re.IGNORECASE)


def escape(text: str) -> str:
    """Return `text`, one line as `view.plain` makes it, so that CommonMark and GitHub show exactly its characters.

    It works anywhere inside a paragraph, a heading, a link's text or emphasis.
    """
    return _BLOCK.sub(r"\1\\", _ADDRESS.sub(r"\g<0>\\", _INLINE.sub(r"\\\g<0>", text)))


def markdown(edition: EditionView) -> str:
    """Return `edition` as Markdown (CommonMark), its blocks separated by blank lines."""
    return "\n\n".join(_blocks(edition)) + "\n"


def _blocks(edition: EditionView) -> Iterator[str]:
    yield f"# {escape(edition.name)}: {edition.day}"
    if edition.topics:
        yield f"{edition.overview} {edition.reading_time}."
    else:
        yield "There are no new stories in this edition."
    for section in edition.sections:
        yield f"## {escape(section.title)}"
        for topic in section.topics:
            yield from _topic(topic)
        if section.lines:
            yield "\n".join(map(_line, section.lines))
    if edition.rest:
        yield edition.rest
    yield "---"
    yield " · ".join(edition.totals)
    revision = f" (revision {edition.revision})" if edition.revision > 1 else ""
    summaries = " Summaries are sentences from the articles, unless marked." if edition.topics else ""
    yield f"Closed {edition.closed}{revision}. All times are in {escape(edition.timezone)}.{summaries}"
    if edition.engines:
        yield f"Summarised by {escape(edition.engines)}."


def _topic(topic: Block) -> Iterator[str]:
    if topic.gone:
        yield f"*{escape(topic.summary)}*"
        return
    yield f"### {_linked(topic.headline, topic.href)}"
    yield _marks(topic) + escape(topic.summary)
    if facts := " · ".join(_facts(topic)):
        yield facts
    if topic.continues:
        past = topic.continues
        yield f"Continues: {_linked(past.headline, past.href)} ({past.day})"
    if topic.note:
        yield f"*{escape(topic.note)}*"
    for text in topic.said:
        yield f"*{escape(text)}*"


def _line(topic: Block) -> str:
    return " · ".join([f"- {_marks(topic)}{_linked(topic.headline, topic.href)}", *_facts(topic)])


def _facts(topic: Block) -> Iterator[str]:
    if topic.source.name:
        yield escape(topic.source.name)
    if topic.published:
        yield topic.published
    if topic.others:
        more = f" and {topic.more:,} more" if topic.more else ""
        yield f"Also: {', '.join(_linked(other.name, other.href) for other in topic.others)}{more}"


def _marks(topic: Block) -> str:
    return "".join(f"**{mark}** · " for mark in topic.marks)


def _linked(text: str, href: str | None) -> str:
    if href is None:
        return escape(text)
    # Between angle brackets a destination needs no escape but that of entities: view.link left no other sign in it.
    address = re.sub(r"&(?=#?\w+;)", "&amp;", href)
    return f"[{escape(text)}](<{address}>)"
