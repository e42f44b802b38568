"""Cleaning: from a raw article to the article itself. Pure: the same raw article gives the same article.

read        html, markdown or plain text -> paragraphs and what the source says about them
repair      mojibake, escapes, invisible characters, marks of typesetting
sort        wire copy -> title, standfirst, dateline, byline, story; every line that is none of these, with its rule
judge       language, publisher; an article without prose is refused
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from producers.article import RawArticle, Status, is_web_address
from producers.formats.front_matter import UNREADABLE
from worker.article import Article, Dropped
from worker.clean.agencies import credited
from worker.clean.bylines import signed
from worker.clean.html import looks_like_html, read_html
from worker.clean.language import language_of
from worker.clean.layout import paragraphs
from worker.clean.markdown import read_markdown
from worker.clean.publishers import agency_credited, company, identity, site_of
from worker.clean.repair import repaired, typeset
from worker.clean.titles import host_of, titled
from worker.clean.wire import Copy, sorted_copy
from worker.errors import UnusableError
from worker.scripts import DENSE, HANGUL, letters

__all__ = ["clean"]

#: Most paragraphs that an article may have. The longest real ones have some hundred; a text of more is a data dump, and
#: sorting a hostile paragraph takes up to 2 ms.
MOST_PARAGRAPHS = 4_000
#: Fewest words, or characters of a script without spaces, that make a text one that can be summarised.
FEWEST_WORDS, FEWEST_DENSE_CHARACTERS = 5, 12
#: Least share of letters among what is not space: below it a text is figures, marks or decoded rubbish.
LEAST_LETTERS = 0.4

# Korean too: its words are so few in a short item that its characters are counted.
_DENSE = re.compile(f"[{DENSE}{HANGUL}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """What a reader found in the raw text: paragraphs, lines that are no prose, facts about the text."""

    paragraphs: list[str]
    title: str | None = None
    byline: str | None = None
    publisher: str | None = None
    published_at: datetime | None = None
    language: str | None = None
    dropped: tuple[Dropped, ...] = ()
    notes: tuple[str, ...] = ()


def clean(raw: RawArticle) -> Article:
    """Return the article that `raw` holds.

    Raises UnusableError, with a reason for a person, where `raw` was refused by its producer, or holds no prose and may
    be published.
    """
    if raw.refused:
        raise UnusableError(raw.refused)
    source = _read(raw)
    url = raw.url or (raw.uri if is_web_address(raw.uri) else None)
    stated = raw.publisher or source.publisher
    names = (stated, identity(stated, url), host_of(url or ""))
    title = raw.title or source.title
    copy = sorted_copy(source.paragraphs, _clean_title(title, names) if title else None)
    copy.dropped[:0] = source.dropped
    if raw.status is Status.USABLE:
        _require_prose(copy, source.paragraphs)
    body = "\n\n".join(copy.paragraphs)
    said = raw.byline or source.byline or copy.byline
    byline = signed(said) or agency_credited(stated, url)
    return Article(
        id=str(raw.id),
        source=raw.source,
        uri=raw.uri,
        media_type=raw.media_type,
        filename=raw.filename,
        publisher=identity(stated, url)
        or copy.agency
        or credited(copy.dateline, byline)
        or (identity(company(said)) if said else None),
        title=_clean_title(copy.title, names) if copy.title else None,
        standfirst=copy.standfirst,
        dateline=copy.dateline,
        byline=byline,
        body=body,
        language=language_of(body, raw.language or source.language),
        published_at=raw.published_at or source.published_at,
        received_at=raw.received_at,
        dropped=tuple(copy.dropped),
        notes=source.notes,
        url=url,
        site=site_of(url),
        item=raw.item,
        revision=raw.revision,
        status=raw.status,
        embargo=raw.embargo,
        signal=raw.signal,
        note=raw.note,
        slug=raw.slug,
        urgency=raw.urgency,
        subjects=raw.subjects,
        section=raw.section,
        usage=raw.usage,
        copyright=raw.copyright,
        located=raw.located,
        captions=raw.captions,
    )


def _read_html(raw: RawArticle) -> _Source:
    page = read_html(raw.text, raw.uri)
    # Entities are decoded already; ftfy may look at the text now that no tag is left in it.
    return _Source(
        paragraphs=[line for line in map(str.strip, typeset(repaired(page.text)).split("\n")) if line],
        title=page.title,
        byline=page.byline,
        publisher=page.publisher,
        published_at=page.published_at,
        language=page.language,
        notes=page.notes,
    )


def _read_markdown(raw: RawArticle) -> _Source:
    text = read_markdown(raw.text)
    reason = raw.metadata.get(UNREADABLE)
    header = (f"The front matter is {reason}, so its fields were read one by one.",) if reason else ()
    return _Source(
        paragraphs=paragraphs(typeset(repaired(text.text))),
        title=text.heading,
        dropped=text.dropped,
        notes=(*header, *text.notes),
    )


def _read_plain(raw: RawArticle) -> _Source:
    return _Source(paragraphs=paragraphs(typeset(repaired(raw.text))))


#: How each media type is read. What is not listed is plain text.
READERS: dict[str, Callable[[RawArticle], _Source]] = {
    "text/html": _read_html,
    "application/xhtml+xml": _read_html,
    "text/markdown": _read_markdown,
    "text/x-markdown": _read_markdown,
}


def _read(raw: RawArticle) -> _Source:
    """Read the raw text by its media type; what claims to be plain and is full of tags is HTML all the same."""
    reader = READERS.get(raw.media_type.split(";")[0].strip().lower())
    if reader is None:
        reader = _read_html if looks_like_html(raw.text) else _read_plain
    source = reader(raw)
    if len(source.paragraphs) > MOST_PARAGRAPHS:
        raise UnusableError(
            f"The text has {len(source.paragraphs):,} paragraphs and an article at most {MOST_PARAGRAPHS:,}: "
            "split it into its articles."
        )
    return source


def _require_prose(copy: Copy, before: list[str]) -> None:
    if not before and not copy.dropped:
        raise UnusableError("The article has no text: nothing was found in the file but markup or white space.")
    if not copy.paragraphs:
        rules = ", ".join(dict.fromkeys(dropped.rule for dropped in copy.dropped)) or "its title"
        raise UnusableError(f"The article has no text of its own: cleaning took every line of it ({rules}).")
    text = " ".join(copy.paragraphs)
    solid = len("".join(text.split()))
    dense = len(_DENSE.findall(text))
    words = sum(1 for word in text.split() if any(map(str.isalpha, word)))
    if letters(text) < LEAST_LETTERS * solid:
        raise UnusableError("The article holds no prose: most of it is figures and signs, not words.")
    if words < FEWEST_WORDS and dense < FEWEST_DENSE_CHARACTERS:
        raise UnusableError(f"The article holds no prose: only {words} words were left of it after cleaning.")


def _clean_title(title: str, publisher: Iterable[str | None]) -> str | None:
    text = " ".join(typeset(repaired(title)).split())
    return titled(text, publisher) or None
