"""What the readers of HTML, Markdown and plain text find in an article, before its lines are sorted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from producers.article import Revision, Subject
from worker.article import Dropped


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a body: its paragraphs, the lines that it leaves out, and what there is to say about it.

    `teaser` says that the text tells its reader to pay for the rest.
    """

    paragraphs: list[str]
    dropped: tuple[Dropped, ...] = ()
    notes: tuple[str, ...] = ()
    teaser: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a text says about itself; the fields are as in worker.article.Article."""

    title: str | None = None
    byline: str | None = None
    publisher: str | None = None
    published_at: datetime | None = None
    revision: Revision | None = None
    language: str | None = None
    url: str | None = None
    section: str | None = None
    subjects: tuple[Subject, ...] = ()
    copyright: str | None = None
    captions: tuple[str, ...] = ()
    teaser: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """The ways to read a text, the best first, each made only if it is asked for, and what it says about itself."""

    readings: Iterable[Reading]
    facts: Facts = Facts()
