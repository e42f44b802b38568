"""An edition as Markdown, with every text in it escaped."""

import re
from collections.abc import Iterator

from worker.edition.view import EditionView, Gone, Named, Story

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
    if edition.stories:
        yield f"{edition.overview} {edition.reading_time[:1].upper()}{edition.reading_time[1:]}."
    else:
        yield "There are no new stories in this edition."
    for section in edition.sections:
        yield f"## {section.title}"
        for topic in section.topics:
            if isinstance(topic, Gone):
                yield f"*{escape(topic.sentence)}*"
                continue
            yield from _story(topic.lead, "###")
            for story in topic.others:
                yield from _story(story, "####")
        if section.lines:
            yield "\n".join(map(_line, section.lines))
    yield "---"
    yield " · ".join(edition.totals)
    revision = f" (revision {edition.revision})" if edition.revision > 1 else ""
    summaries = " Summaries are sentences from the articles, unless marked." if edition.stories else ""
    yield f"Closed {edition.closed}{revision}. All times are in {escape(edition.timezone)}.{summaries}"
    if edition.engines:
        yield f"Summarised by {escape(edition.engines)}."


def _story(story: Story, level: str) -> Iterator[str]:
    yield f"{level} {escape(story.headline)}"
    marks = "".join(f"**{mark}** · " for mark in story.marks)
    yield marks + escape(story.summary)
    facts = [_named(story.source)]
    if story.published:
        facts.append(story.published)
    if story.others:
        *most, last = [*map(_named, story.others), *([f"{story.more:,} more"] if story.more else [])]
        facts.append("Also reported by " + (f"{', '.join(most)} and {last}" if most else last))
    yield " · ".join(facts)
    if story.note:
        yield f"*{escape(story.note)}*"
    for text in story.said:
        yield f"*{escape(text)}*"


def _line(story: Story | Gone) -> str:
    if isinstance(story, Gone):
        return f"- *{escape(story.sentence)}*"
    marks = "".join(f"**{mark}** · " for mark in story.marks)
    others = len(story.others) + story.more
    return f"- {marks}{escape(story.headline)} · {_named(story.source)}{f' and {others:,} more' if others else ''}"


def _named(source: Named) -> str:
    if source.href is None:
        return escape(source.name)
    # Between angle brackets a destination needs no escape but that of entities: view.link left no other sign in it.
    address = re.sub(r"&(?=#?\w+;)", "&amp;", source.href)
    return f"[{escape(source.name)}](<{address}>)"
