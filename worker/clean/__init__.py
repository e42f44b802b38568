"""Cleaning: from a raw article to the article itself. Pure: the same raw article gives the same article.

read        html, markdown or plain text -> paragraphs and what the source says about them
repair      mojibake, escapes, invisible characters, marks of typesetting
control     lines for editors -> embargo, kill, advisory, correction, slug
sort        wire copy -> title, standfirst, dateline, byline, story; every line that is none of these, with its rule
judge       language, publisher; an article without prose is refused
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from producers.article import RawArticle, Status, is_web_address
from producers.formats.front_matter import UNREADABLE
from worker.article import Article
from worker.clean.agencies import credited
from worker.clean.bylines import signed
from worker.clean.control import Control, stricter_embargo, stricter_status, without_control
from worker.clean.html import looks_like_html, read_html
from worker.clean.html.lines import BULLET
from worker.clean.language import language_of
from worker.clean.layout import paragraphs
from worker.clean.markdown import read_markdown
from worker.clean.offers import is_teaser_notice
from worker.clean.publishers import agency_credited, company, identity, site_of
from worker.clean.repair import holds_markup, repaired, typeset, unglued, without_inline_tags
from worker.clean.rules import is_role
from worker.clean.source import Facts, Reading, Source
from worker.clean.tables import is_row
from worker.clean.titles import host_of, titled
from worker.clean.wire import Copy, sorted_copy
from worker.errors import UnusableError
from worker.scripts import DENSE, HANGUL, letters

__all__ = ["clean", "load"]

#: Most paragraphs that an article may have. The longest real ones have some hundred; a text of more is a data dump, and
#: sorting a hostile paragraph takes up to 2 ms.
MOST_PARAGRAPHS = 4_000
#: Fewest words, or characters of a script without spaces, that make a text one that can be summarised.
FEWEST_WORDS, FEWEST_DENSE_CHARACTERS = 5, 12
#: A body that is shorter than this, in characters, is read in the next way, if there is one, and that is taken if it
#: gives this many times as much text.
SHORTEST_BODY, MUCH_LONGER = 150, 1.5
#: Most words of what a house shows of an article that is to be paid for.
MOST_WORDS_OF_TEASER = 250
#: Least share of the letters outside tags that is left of a text whose markup was escaped.
LEAST_OF_ESCAPED = 0.7
#: Least share of letters among what is not space: below it a text is figures, marks or decoded rubbish.
LEAST_LETTERS = 0.4

#: A page that needs every reader of pages, and the language model.
_PAGE = (
    "<html><body><article>"
    + 3 * "<p>The council met in the hall and voted on the bridge.</p>"
    + "</article></body></html>"
)

_TEASER = "The source says that the article is to be paid for, so the text may be only its beginning."

_BLANK_LINES = re.compile(r"\n[ \t]*+\n\s*+")
_TAG = re.compile(r"<[^<>]{0,300}>")
# Korean too: its words are so few in a short item that its characters are counted.
_DENSE = re.compile(f"[{DENSE}{HANGUL}]")


def load() -> None:
    """Load what cleaning otherwise loads with its first text and its first page: the language model and the readers of
    pages, 2 CPU s.

    For a process that forks: its children share it, and an article is not in work while they load.
    """
    language_of(_PAGE)
    list(read_html(_PAGE).readings)


def clean(raw: RawArticle) -> Article:
    """Return the article that `raw` holds.

    What the producer says of the item outweighs what its text says, but of two states and two embargoes the stricter
    counts. Raises UnusableError, with a reason for a person, if `raw` was refused by its producer, or holds no prose
    and may be published.
    """
    if raw.refused:
        raise UnusableError(raw.refused)
    source = _read(raw)
    facts = source.facts
    url = raw.url or facts.url or (raw.uri if is_web_address(raw.uri) else None)
    stated = raw.publisher or facts.publisher
    names = (stated, identity(stated, url), host_of(url or ""))
    reading, control, copy = _best(source.readings, raw.title or facts.title, names, raw.received_at)
    copy.dropped[:0] = [*reading.dropped, *control.dropped]
    status = stricter_status(raw.status, control.status)
    if status is Status.USABLE:
        _require_prose(copy, reading.paragraphs)
    is_teaser = facts.teaser or reading.teaser or _is_teaser(copy)
    body = "\n\n".join(paragraph.removeprefix(BULLET) for paragraph in copy.paragraphs)
    given = [byline for byline in (raw.byline, facts.byline, copy.byline) if byline]
    # A system that knows no author gives a role ("Staff Reporter"), and the text may name one.
    said = next((byline for byline in given if not is_role(byline)), given[0] if given else None)
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
        language=language_of(body, raw.language or facts.language),
        # What gives no date was not published after this version of it was made.
        published_at=raw.published_at or facts.published_at or (raw.revision.created if raw.revision else None),
        received_at=raw.received_at,
        dropped=tuple(copy.dropped),
        notes=(*reading.notes, *control.remarks, *_doubts(raw), *facts.notes, *((_TEASER,) if is_teaser else ())),
        url=url,
        site=site_of(url),
        teaser=is_teaser,
        item=raw.item,
        revision=raw.revision or facts.revision,
        status=status,
        embargo=stricter_embargo(raw.embargo, control.embargo),
        signal=raw.signal or control.signal,
        note=raw.note or control.note,
        slug=raw.slug or control.slug,
        urgency=raw.urgency,
        subjects=raw.subjects or facts.subjects,
        section=raw.section or facts.section,
        usage=raw.usage,
        copyright=raw.copyright or facts.copyright,
        located=raw.located,
        captions=raw.captions or facts.captions,
    )


def _doubts(raw: RawArticle) -> tuple[str, ...]:
    """Return a note if the source gives a date that its reader could not read."""
    value = raw.metadata.get("published_at_unreadable")
    return (f"The source gives its date as {value[:100]!r}, which cannot be read as one.",) if value else ()


def _best(
    readings: Iterable[Reading], title: str | None, names: Iterable[str | None], received_at: datetime
) -> tuple[Reading, Control, Copy]:
    """Return the first reading of which cleaning leaves an article, what it says to editors, and the article.

    If there is none, a reading is better than those before it if it leaves MUCH_LONGER times as much.
    """
    best: tuple[int, Reading, Control, Copy] | None = None
    for reading in readings:
        if len(reading.paragraphs) > MOST_PARAGRAPHS:
            raise UnusableError(
                f"The text has {len(reading.paragraphs):,} paragraphs and an article at most {MOST_PARAGRAPHS:,}: "
                "split it into its articles."
            )
        control = without_control(reading.paragraphs, title, received_at)
        given = _clean_title(control.title, names) if control.title else None
        copy = sorted_copy(control.paragraphs, given, is_release=control.is_release)
        size = sum(map(len, copy.paragraphs))
        if best is None or size > MUCH_LONGER * best[0]:
            best = size, reading, control, copy
        if size >= SHORTEST_BODY:
            break
    if best is None:
        raise ValueError("a source has no reading")
    return best[1:]


def _read_html(raw: RawArticle) -> Source:
    page = read_html(raw.text, raw.uri)
    return Source(map(_repaired_lines, page.readings), page.facts)


def _repaired_lines(reading: Reading) -> Reading:
    # Entities are decoded already; ftfy may look at the text now that no tag is left in it.
    return replace(reading, paragraphs=_lines(_without_escaped_markup(repaired("\n".join(reading.paragraphs)))))


def _read_markdown(raw: RawArticle) -> Source:
    text = read_markdown(raw.text)
    reason = raw.metadata.get(UNREADABLE)
    header = (f"The front matter is {reason}, so its fields were read one by one.",) if reason else ()
    reading = Reading(paragraphs(typeset(unglued(repaired(text.text)))), text.dropped, (*header, *text.notes))
    return Source([reading], Facts(title=text.heading))


def _read_plain(raw: RawArticle) -> Source:
    text = repaired(raw.text)
    if holds_markup(text):
        return Source([Reading(_lines(_without_escaped_markup(text)))])
    return Source([Reading(paragraphs(typeset(unglued(text))))])


def _without_escaped_markup(text: str) -> str:
    """Return `text` read as HTML if its tags were escaped, so that they are seen only now.

    An article that shows HTML to its readers loses most of its text that way, and stays as it is.
    """
    if not holds_markup(text):
        return text
    # Markup that stands in a plain text does not take its paragraphs away.
    reading = next(iter(read_html(_BLANK_LINES.sub("\n<p>", text)).readings))
    found = repaired("\n".join(reading.paragraphs))
    return found if letters(found) >= LEAST_OF_ESCAPED * letters(_TAG.sub("", text)) else text


def _lines(text: str) -> list[str]:
    return [line for line in map(str.strip, typeset(unglued(text)).split("\n")) if line]


#: How each media type is read. What is not listed is plain text.
READERS: dict[str, Callable[[RawArticle], Source]] = {
    "text/html": _read_html,
    "application/xhtml+xml": _read_html,
    "text/markdown": _read_markdown,
    "text/x-markdown": _read_markdown,
}


def _read(raw: RawArticle) -> Source:
    """Read the raw text by its media type; what claims to be plain and is full of tags is HTML all the same."""
    reader = READERS.get(raw.media_type.split(";")[0].strip().lower())
    if reader is None:
        reader = _read_html if looks_like_html(raw.text) else _read_plain
    return reader(raw)


def _require_prose(copy: Copy, before: list[str]) -> None:
    if not before and not copy.dropped:
        raise UnusableError("The article has no text: nothing was found in the file but markup or white space.")
    if not copy.paragraphs:
        rules = ", ".join(dict.fromkeys(dropped.rule for dropped in copy.dropped)) or "its title"
        raise UnusableError(f"The article has no text of its own: cleaning took every line of it ({rules}).")
    text = " ".join([line for line in copy.paragraphs if not is_row(line)] or copy.paragraphs)
    solid = len("".join(text.split()))
    dense = len(_DENSE.findall(text))
    words = sum(1 for word in text.split() if any(map(str.isalpha, word)))
    if letters(text) < LEAST_LETTERS * solid:
        raise UnusableError("The article holds no prose: most of it is figures and signs, not words.")
    if words < FEWEST_WORDS and dense < FEWEST_DENSE_CHARACTERS:
        raise UnusableError(f"The article holds no prose: only {words} words were left of it after cleaning.")


def _clean_title(title: str, publisher: Iterable[str | None]) -> str | None:
    text = " ".join(without_inline_tags(typeset(repaired(title))).split())
    return titled(text, publisher) or None


def _is_teaser(copy: Copy) -> bool:
    """Whether the text ends where its house asks for money: it said so, and the story is short."""
    words = sum(len(text.split()) for text in copy.paragraphs)
    return words <= MOST_WORDS_OF_TEASER and any(is_teaser_notice(dropped.line) for dropped in copy.dropped)
