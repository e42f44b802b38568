"""An edition as a mail: a subject, a text that stands alone, and HTML for mail programs.

Mail programs know few rules: one column in a table, every style on its element (by css-inline), no script, no outside
resource. Light and dark are left to the program, so that no colour is fought over.
"""

import textwrap
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Final

import css_inline

from worker.edition import view
from worker.edition.document import Document, Notice, Recalled
from worker.edition.pages import page
from worker.edition.text import COLUMNS, text

#: Seven bits everywhere: it passes every server, and no server has a reason to write it anew.
_POLICY: Final = EmailPolicy(linesep="\r\n", cte_type="7bit")

#: Characters of a headline in the subject: mail programs show 60 to 90.
LONGEST_SUBJECT: Final = 90


@dataclass(frozen=True, slots=True)
class Mail:
    """A message without its headers."""

    subject: str
    text: str
    html: str


def email(document: Document) -> Mail:
    """Return the edition `document` as a mail; the same document gives the same mail.

    The subject is the first headline and the day; the line that mail programs show beside it says what else is told.
    """
    edition = view.edition(document)
    subject = f"{_short(edition.topics[0].headline) if edition.topics else 'No new stories'} | {edition.day}"
    preheader = " · ".join(topic.headline for topic in edition.topics[1:4])
    html = page("email.html", edition=edition, subject=subject, preheader=preheader)
    inlined = css_inline.inline(html, load_remote_stylesheets=False)
    return Mail(subject, text(edition), inlined)


def recall(notice: Notice) -> Mail:
    """Return `notice` as a mail: which editions carried something that was withdrawn, and nothing of what it was."""
    profiles = dict.fromkeys(view.edition_name(story.profile) for story in notice.stories)
    number = len({(story.on, story.by, story.date) for story in notice.stories})
    subject = f"{', '.join(profiles)}: {'a story was' if number == 1 else 'stories were'} withdrawn"
    sentences = list(dict.fromkeys(map(_recalled, notice.stories)))
    closing = "Please do not use or pass on what you received of it."
    lines = [line for text in (*sentences, closing) for line in (*textwrap.wrap(text, COLUMNS), "")]
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


def _short(headline: str) -> str:
    return textwrap.shorten(headline, LONGEST_SUBJECT, placeholder="…") or headline[:LONGEST_SUBJECT]
