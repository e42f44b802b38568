"""An edition as a mail: a subject, a text that stands alone, and HTML for mail programs.

Mail programs know few rules: one column in a table, every style on its element (by css-inline), no script, no outside
resource. Light and dark are left to the program, so that no colour is fought over.
"""

import textwrap
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Final

import css_inline

from worker.edition import view
from worker.edition.document import Document, Notice, Recalled
from worker.edition.pages import page

#: Seven bits everywhere: it passes every server, and no server has a reason to write it anew.
_POLICY: Final = EmailPolicy(linesep="\r\n", cte_type="7bit")

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
    html = css_inline.inline(page("email.html", edition=edition, subject=subject), load_remote_stylesheets=False)
    return Mail(subject, "\n".join(_lines(edition)) + "\n", html)


def recall(notice: Notice) -> Mail:
    """Return `notice` as a mail: which editions carried something that was withdrawn, and nothing of what it was."""
    profiles = dict.fromkeys(view.edition_name(story.profile) for story in notice.stories)
    number = len({(story.on, story.by, story.date) for story in notice.stories})
    subject = f"{', '.join(profiles)}: {'a story was' if number == 1 else 'stories were'} withdrawn"
    sentences = list(dict.fromkeys(map(_recalled, notice.stories)))
    closing = "Please do not use or pass on what you received of it."
    lines = [line for text in (*sentences, closing) for line in (*_wrapped(text, ""), "")]
    html = css_inline.inline(
        page("recall.html", subject=subject, sentences=[*sentences, closing]), load_remote_stylesheets=False
    )
    return Mail(subject, "\n".join(lines[:-1]) + "\n", html)


def _recalled(story: Recalled) -> str:
    who = "its source" if story.by == "source" else "this desk"
    carried, on = (view.day_name(date.fromisoformat(day)) for day in (story.date, story.on))
    return f"A story in the {view.edition_name(story.profile)} of {carried} was withdrawn by {who} on {on}."


def fill(message: EmailMessage, mail: Mail, key: str) -> None:
    """Put the text of `mail` and, as its alternative, the HTML into `message`; the same `key`, the same bytes."""
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    # By itself it would be a random one.
    message.set_boundary(f"=_{key}")


def render_email(document: Document) -> bytes:
    """Return `document` as a message without sender and recipient, which mail programs open as a draft."""
    head, mail = document["edition"], email(document)
    message = EmailMessage(policy=_POLICY)
    message["Subject"] = mail.subject
    message["Date"] = datetime.fromisoformat(head["closed_at"])
    message["X-Unsent"] = "1"
    fill(message, mail, uuid.uuid5(uuid.NAMESPACE_OID, f"{head['profile']} {head['date']} {head['revision']}").hex)
    return message.as_bytes()


def _lines(edition: view.EditionView) -> Iterator[str]:
    yield f"{edition.name}: {edition.day}"
    if edition.stories:
        yield from _wrapped(f"{edition.overview} {edition.reading_time}.", "")
    else:
        yield "There are no new stories in this edition."
    for section in edition.sections:
        yield ""
        yield section.title.upper()
        for topic in section.topics:
            yield ""
            if isinstance(topic, view.Gone):
                yield from _wrapped(topic.sentence, "")
                continue
            yield from _story(topic.lead, "")
            for story in topic.others:
                yield ""
                yield from _story(story, "  ")
        for line in section.lines:
            yield ""
            if isinstance(line, view.Gone):
                yield from _wrapped(line.sentence, "")
                continue
            yield from _headline(line, "")
            yield from _wrapped(line.source.name, "")
            yield from _address(line, "")
    yield ""
    yield "-- "
    yield from textwrap.wrap(", ".join(edition.totals) + ".", COLUMNS)
    yield f"Closed {edition.closed}. All times are in {edition.timezone}."
    if edition.engines:
        yield from textwrap.wrap(f"Summarised by {edition.engines}.", COLUMNS)


def _story(story: view.Story, indent: str) -> Iterator[str]:
    yield from _headline(story, indent)
    yield from _wrapped(story.summary, indent)
    yield from _wrapped(" · ".join(part for part in (story.source.name, story.published) if part), indent)
    if story.others:
        more = f" and {story.more} more" if story.more else ""
        yield from _wrapped(f"Also reported by {', '.join(other.name for other in story.others)}{more}", indent)
    if story.note:
        yield from _wrapped(story.note, indent)
    for text in story.said:
        yield from _wrapped(text, indent)
    yield from _address(story, indent)


def _headline(story: view.Story, indent: str) -> list[str]:
    return _wrapped("".join(f"{mark}: " for mark in story.marks) + story.headline, indent)


def _address(story: view.Story, indent: str) -> Iterator[str]:
    if story.source.href:
        yield indent + story.source.href  # whole, so that programs make a link of it


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, COLUMNS, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
