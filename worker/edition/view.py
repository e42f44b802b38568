"""What a reader sees of an edition: the document's values as words, names and links, for every template alike."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from producers.terminal import counted
from worker.article import LEAD
from worker.edition.budget import Place
from worker.edition.calendar import time_zone
from worker.edition.document import (
    Document,
    DocumentCounts,
    DocumentDigest,
    DocumentSource,
    DocumentTopic,
    publisher_key,
    shown,
)
from worker.edition.reading import MOST_NAMED, minutes
from worker.errors import ConfigurationError

#: Topics of an edition of which a reader need not be told one by one that they are late, if most are.
MANY = 5
#: The topics of the first section: at least so many, and up to so many if several outlets report them.
LEAST_TOP, MOST_TOP = 5, 7

#: ISO 639 codes of the languages written from right to left.
RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"})

GENERATED = "Written by a generative model ({model}); check it against the article."
FIRST_SENTENCES = "The article’s first sentences: its language is not one that the summariser knows."
UNSUPPORTED = "A model’s summary was not supported by the article; these are the article’s own sentences."

# Names of our own, because strftime's follow the locale of the process and the bytes of an edition must not.
# fmt: off
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)
# fmt: on
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# Controls, lone surrogates, line separators and noncharacters: no renderer's output may hold them. Nor may it hold
# overrides and embeddings of direction (U+202A to 202E, 2066 to 2069), which turn the text around them.
_NOT_TEXT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
_UNSAFE_IN_URL = re.compile(r'[\x00-\x20\x7f"<>\\^`{|}\s]')


@dataclass(frozen=True, slots=True)
class Named:
    """A source as a reader sees it: what it is called, and the http(s) address of its article, if it has one.

    A source whose publisher nobody knows is called by the folder that it came from, else "": never by a file's name.
    """

    name: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Past:
    """What an earlier edition told of a topic: its headline, its day in words, and where it can be read."""

    headline: str
    day: str
    href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A topic as a reader sees it: one headline, what the edition tells of it, and who reports it.

    `summary` is "" for a topic that is only named. `language` is a BCP 47 tag or None; `direction` is "rtl", "auto"
    (language unknown) or None. `published` is in the edition's time zone, `published_iso` in UTC. `others` are the
    other publishers, `more` how many go unnamed. `marks` are one or two words each; `note` is a sentence on who wrote
    the summary, None for plain extracts. `anchor` is its name within the page; `href` leads to the article or
    to the page of its story, None if it has neither. `continues` is what an earlier edition told of it. `said` is what
    its source wants to be read with it: the note of a correction, copyright, terms of use. Of a topic that is `gone`,
    `summary` says that it was withdrawn; the rest is empty.
    """

    anchor: str
    headline: str
    summary: str
    language: str | None
    direction: str | None
    published: str | None
    published_iso: str | None
    source: Named
    others: tuple[Named, ...]
    more: int
    marks: tuple[str, ...]
    note: str | None
    href: str | None
    continues: Past | None = None
    said: tuple[str, ...] = ()
    gone: bool = False

    @property
    def outlets(self) -> int:
        """The other publishers, named or not."""
        return len(self.others) + self.more


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of an edition: the topics that it tells, and those whose headlines it names."""

    title: str
    topics: tuple[Block, ...] = ()
    lines: tuple[Block, ...] = ()

    @property
    def anchor(self) -> str:
        """Its name within the page."""
        return "section-" + re.sub(r"\W+", "-", self.title.casefold()).strip("-")


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionView:
    """An edition as a reader sees it; `minutes` is the reading time, at least 1 if there are topics.

    `overview` is one line on what it holds, "" if it holds nothing; `rest` says how many topics it does not show, "" if
    it shows all, and `rest_href` is where they are listed; `address` is that of its page on the desk's site, None if it
    has none; `engines` say what made the summaries.
    """

    name: str
    date: str
    day: str
    timezone: str
    revision: int
    closed: str
    closed_iso: str
    minutes: int
    totals: tuple[str, ...]
    overview: str
    rest: str
    rest_href: str | None
    address: str | None
    engines: str
    sections: tuple[Section, ...]

    @property
    def topics(self) -> tuple[Block, ...]:
        """All topics, in the order in which they are read; not those that are gone."""
        every = (topic for section in self.sections for topic in (*section.topics, *section.lines))
        return tuple(topic for topic in every if not topic.gone)

    @property
    def reading_time(self) -> str:
        """How long reading takes, in words."""
        return f"{counted(self.minutes, 'minute')} to read"


def edition(document: Document, page: Callable[[str], str] | None = None, rest: str | None = None) -> EditionView:
    """Return what a reader sees of `document`, its topics and their digests in their order.

    `page` gives the address of the page of a story's id within the reading room: there, headlines lead to it, and the
    topics that are not shown are listed at the address `rest`. Elsewhere
    they lead to the article, else to that page on the desk's site, if it has one. Raises ConfigurationError if this
    machine does not know the edition's time zone.
    """
    head = document["edition"]
    try:
        zone = time_zone(head["timezone"])
    except ValueError:
        raise ConfigurationError(
            f"The edition of {head['date']} cannot be shown, because this machine does not know its time zone "
            f"{head['timezone']!r}: install the newest tzdata."
        ) from None
    day = date.fromisoformat(head["date"])
    told, site = shown(document), head["web_url"]
    away = f"{site}/profiles/{head['profile']}/editions/{head['date']}" if site else None

    def href(story: str, article: str | None) -> str | None:
        if page is not None:
            return page(story)
        return article or (f"{site}/stories/{quote(story, safe='')}" if site else None)

    late = sum(topic["digests"][0]["late"] for topic in told)
    # The overview counts them; a mark that most topics of many have says nothing.
    marks_late = len(told) < MANY or 2 * late <= len(told)
    blocks = [
        (
            topic["place"],
            topic["section"],
            _gone(topic)
            if topic["place"] == Place.WITHDRAWN
            else _block(topic, zone, day, href, marks_late=marks_late),
        )
        for topic in document["topics"]
        if topic["place"] != Place.LEFT_OUT
    ]
    sections = _sections(blocks, head.get("sections", ()))
    closed = datetime.fromisoformat(head["closed_at"]).astimezone(zone)
    return EditionView(
        name=edition_name(head["profile"], head["title"]),
        date=head["date"],
        day=edition_day(day),
        timezone=head["timezone"],
        revision=head["revision"],
        closed=f"{day_name(closed)}, {closed:%H:%M}",
        closed_iso=head["closed_at"],
        minutes=minutes(_read(sections)),
        totals=_totals(head["counts"]),
        overview=_overview(head["counts"], told),
        rest=_rest(head["counts"], has_pages=page is not None or bool(site)),
        rest_href=rest or (f"{away}/more" if away else None),
        address=away,
        engines=_engines([digest for topic in told for digest in topic["digests"][:1]]),
        sections=sections,
    )


def edition_name(profile: str, title: str = "") -> str:
    """Return what the editions of `profile` are called: its `title`, else its name."""
    return plain(title) or f"{profile[:1].upper()}{profile[1:]} edition".replace("_", " ").replace("-", " ")


def anchor(topic: DocumentTopic) -> str:
    """Return the name of `topic` within the page of its edition: the same in every revision of it."""
    return f"topic-{topic['story_id']}"


def plain(text: str) -> str:
    """Return `text` on one line: without controls, halves of surrogate pairs and noncharacters, spaces collapsed."""
    return re.sub("  +", " ", _NOT_TEXT.sub(" ", text)).strip()


def tongue(language: str) -> tuple[str | None, str | None]:
    """Return `language` as a BCP 47 tag, or None if it is unknown or no tag; and "rtl", "auto" (unknown) or None."""
    if language == "und" or not _LANGUAGE.fullmatch(language):
        return None, "auto"
    return language, "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else None


def note(engine: str, model: str, *, supported: bool) -> str | None:
    """Return a sentence on who wrote a summary; None for a plain extract."""
    if not supported:
        return UNSUPPORTED
    if engine == "extractive":
        return FIRST_SENTENCES if model.split(" + ")[0] == LEAD else None
    return GENERATED.format(model=_model(model))


def said(signal: str | None, note: str | None, rights: str | None, usage: str | None) -> tuple[str, ...]:
    """Return what stands under a story in its source's words: the note of a correction; copyright and terms of use."""
    corrected = f"Correction: {plain(note)}" if signal == "correction" and note and plain(note) else ""
    terms = " · ".join(part for part in map(plain, (rights or "", usage or "")) if part)
    return tuple(text for text in (corrected, terms) if text)


def link(uri: str) -> str | None:
    """Return `uri` as an address that is safe between quotes or angle brackets, None if it is not http(s).

    None too for an address with a user name or password: it is not meant for readers.
    """
    address = _NOT_TEXT.sub("", uri).strip()
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    except ValueError:
        return None
    if not usable:
        return None
    return _UNSAFE_IN_URL.sub(
        lambda m: "".join(f"%{byte:02X}" for byte in m[0].encode()), _NOT_TEXT.sub("", uri.strip())
    )


def _sections(topics: Sequence[tuple[str, str | None, Block]], names: Sequence[str]) -> tuple[Section, ...]:
    """Return the sections of an edition: the top stories, then the others by their section, in the order of `names`;
    those of no section come last.
    """
    top = _top(topics)
    sections = [Section(title="Top stories", topics=tuple(block for _, _, block in topics[:top]))]
    rest = topics[top:]
    for name in dict.fromkeys([*names, *(section for _, section, _ in rest if section), None]):
        told = tuple(block for place, section, block in rest if place != Place.HEADLINE and section == name)
        lines = tuple(block for place, section, block in rest if place == Place.HEADLINE and section == name)
        if name is None:
            sections += [Section(title="More stories", topics=told), Section(title="In brief", lines=lines)]
        else:
            sections.append(Section(title=name, topics=told, lines=lines))
    return tuple(section for section in sections if section.topics or section.lines)


def _top(topics: Sequence[tuple[str, str | None, Block]]) -> int:
    """Return how many topics are top stories: those at the head that are told in full, and of more than LEAST_TOP only
    those that several outlets report.
    """
    in_full = (Place.FULL, Place.WITHDRAWN)
    full = next((n for n, (place, _, _) in enumerate(topics) if place not in in_full), len(topics))
    if len(topics) <= MOST_TOP:
        return full
    top = min(full, LEAST_TOP)
    while top < min(full, MOST_TOP) and topics[top][2].others:
        top += 1
    return top


def _read(sections: Sequence[Section]) -> Iterator[str]:
    """Yield what is read of an edition's topics."""
    for section in sections:
        for topic in (*section.topics, *section.lines):
            if topic.gone:
                continue
            yield " ".join([topic.headline, topic.summary, topic.source.name, *(other.name for other in topic.others)])


def _overview(counts: DocumentCounts, topics: Sequence[DocumentTopic]) -> str:
    """Return how many articles and topics there are, and what is special about some of those that are shown."""
    if not counts["topics"]:
        return ""
    first = [topic["digests"][0] for topic in topics]
    facts = [
        (counts["several"], "reported by several outlets"),
        (sum(digest["update"] for digest in first), "updated"),
        (sum(digest["late"] for digest in first), "late"),
    ]
    special = [f"{number:,} {what}" for number, what in facts if number]
    return ", ".join([counted(counts["articles"], "article"), counted(counts["topics"], "topic"), *special]) + "."


def _rest(counts: DocumentCounts, *, has_pages: bool) -> str:
    number = counts["left_out"]
    return f"{number:,} more in the {'reading room' if has_pages else 'JSON'}." if number else ""


def _engines(digests: Sequence[DocumentDigest]) -> str:
    """Return which engines and models made the summaries, the one that made the most first."""
    made = Counter((plain(digest["engine"]), _model(digest["model"])) for digest in digests)
    ordered = sorted(made.items(), key=lambda item: (-item[1], item[0]))
    return "; ".join(f"{engine} ({model})" for (engine, model), _ in ordered)


def _block(
    topic: DocumentTopic,
    zone: ZoneInfo,
    day: date,
    href: Callable[[str, str | None], str | None],
    *,
    marks_late: bool,
) -> Block:
    teller = topic["digests"][0]
    source = teller["sources"][0]
    first = named(source)
    others: dict[str, Named] = {}
    for digest in topic["digests"]:
        for other in map(named, digest["sources"]):
            others.setdefault(publisher_key(other.name), other)
    for unsaid in (publisher_key(first.name), ""):
        others.pop(unsaid, None)
    language, direction = tongue(teller["language"])
    published = teller["published_at"]
    past = topic["continues"]
    signal = teller.get("signal")
    marks = (
        ("Corrected", signal == "correction"),
        ("Update", teller["update"] or signal == "update"),
        ("Late report", marks_late and teller["late"]),
    )
    return Block(
        anchor=anchor(topic),
        headline=plain(topic["headline"] or ""),
        summary=plain(topic["summary"]),
        language=language,
        direction=direction,
        published=_local_time(datetime.fromisoformat(published).astimezone(zone), day) if published else None,
        published_iso=published,
        source=first,
        others=tuple(others.values())[:MOST_NAMED],
        more=max(0, len(others) - MOST_NAMED),
        marks=tuple(mark for mark, is_so in marks if is_so),
        note=note(teller["engine"], teller["model"], supported=teller["supported"]) if topic["summary"] else None,
        said=said(signal, teller.get("note"), teller.get("copyright"), teller.get("usage")),
        href=href(topic["story_id"], first.href),
        continues=None
        if past is None
        else Past(
            plain(past["headline"]),
            day_name(date.fromisoformat(past["date"])),
            href(past["story_id"], link(past["url"] or "")),
        ),
    )


def _gone(topic: DocumentTopic) -> Block:
    """Return the place of a topic that was withdrawn."""
    return Block(
        anchor=anchor(topic),
        headline="",
        summary=f"{plain(topic['summary'])}.",
        language=None,
        direction=None,
        published=None,
        published_iso=None,
        source=Named("", None),
        others=(),
        more=0,
        marks=(),
        note=None,
        href=None,
        gone=True,
    )


def named(source: DocumentSource) -> Named:
    """Return a source as a reader sees it."""
    href = link(source.get("url") or source["uri"])
    host = (urlsplit(href).hostname or "").removeprefix("www.") if href else ""
    return Named(plain(source["publisher"] or "") or host or plain(source.get("folder") or ""), href)


def _model(model: str) -> str:
    # A model may be a folder of this machine: only its last part is a reader's business.
    return plain(model.rstrip("/").rsplit("/", 1)[-1])


def _totals(counts: DocumentCounts) -> tuple[str, ...]:
    others = ((counts["left_out"], "topics not shown"), (counts["filtered"], "passed over by the profile's filters"))
    return (
        f"{counted(counts['received'], 'article')} received",
        counted(counts["topics"], "topic"),
        counted(counts["reprints"], "reprint"),
        f"{counts['failed']:,} failed",
        *(f"{number:,} {what}" for number, what in others if number),
    )


def edition_day(day: date) -> str:
    """Return the day of an edition for people, such as "Sunday, 22 November 2026"."""
    return f"{_DAYS[day.weekday()]}, {day_name(day)}"


def day_name(day: date) -> str:
    """Return `day` for people, such as "22 November 2026", in whatever language the process runs."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _local_time(at: datetime, day: date) -> str:
    year = "" if at.year == day.year else f" {at.year}"
    return f"{at.day} {_MONTHS[at.month - 1]}{year}, {at:%H:%M}"
