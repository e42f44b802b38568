"""What a reader sees of an edition: the document's values as words, names and links, for every template alike."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from worker.article import LEAD
from worker.edition.calendar import time_zone
from worker.edition.document import (
    Document,
    DocumentCounts,
    DocumentDigest,
    DocumentSource,
    DocumentTopic,
    publisher_key,
)
from worker.errors import ConfigurationError
from worker.scripts import DENSE, EAST_ASIAN, SOUTH_EAST_ASIAN

#: Silent reading, in words a minute: the mean for English non-fiction over 190 studies (Brysbaert, "How many words do
#: we read per minute?", Journal of Memory and Language 109, 2019). Chinese is read at about as many characters.
WORDS_A_MINUTE = 238

#: The topics of the first section: at least so many, and up to so many if more than one publisher reports them.
LEAST_TOP, MOST_TOP = 5, 7
#: Topics that are shown in full after them; of the rest, the headlines: an edition is to be read to its end.
MOST_IN_FULL = 20

#: Other publishers that a story names; the rest are counted ("and 3 more"), so that a wire story stays short.
MOST_NAMED = 6

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
# What is read in the time of one English word: a character of Chinese, since WORDS_A_MINUTE holds for it too, and a
# word of the other scripts without spaces, which is about four characters long (worker.scripts).
_WORD = re.compile(f"[{EAST_ASIAN}]|[{SOUTH_EAST_ASIAN}]{{1,4}}|[^\\W{DENSE}]+(?:[’'.,-][^\\W{DENSE}]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
_UNSAFE_IN_URL = re.compile(r'[\x00-\x20\x7f"<>\\^`{|}\s]')


@dataclass(frozen=True, slots=True)
class Named:
    """A source as a reader sees it: what it is called, and the http(s) address of its article, if it has one."""

    name: str
    href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A digest as a reader sees it.

    `language` is a BCP 47 tag or None; `direction` is "rtl", "auto" (language unknown) or None. `published` is in the
    edition's time zone, `published_iso` in UTC. `others` are the other publishers, `more` how many go unnamed.
    `marks` are one or two words each; `note` is a sentence on who wrote the summary, None for plain extracts. `said` is
    what its source wants to be read with it: the note of a correction, copyright, terms of use. `page` is the address
    of its own page, if it has one.
    """

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
    said: tuple[str, ...] = ()
    page: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """The stories of one event as a reader sees them: the `lead` in full, of each of the others the first sentence."""

    lead: Story
    others: tuple[Story, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """The place of a topic that was withdrawn, and the sentence that says so."""

    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of an edition: its `topics` in full, or, in brief, the headlines of `lines`."""

    title: str
    topics: tuple[Topic | Gone, ...] = ()
    lines: tuple[Story | Gone, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionView:
    """An edition as a reader sees it; `minutes` is the reading time, at least 1 if there are stories.

    `overview` is one line on what it holds, "" if it holds nothing; `engines` say what made the summaries.
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
    engines: str
    sections: tuple[Section, ...]

    @property
    def stories(self) -> tuple[Story, ...]:
        """All stories, in the order in which they are read."""
        stories: list[Story] = []
        for section in self.sections:
            for topic in section.topics:
                stories += [] if isinstance(topic, Gone) else [topic.lead, *topic.others]
            stories += [line for line in section.lines if isinstance(line, Story)]
        return tuple(stories)

    @property
    def length(self) -> str:
        """How many stories there are, in words."""
        return _counted(len(self.stories), "story", "stories")

    @property
    def reading_time(self) -> str:
        """How long reading takes, in words."""
        return f"{_counted(self.minutes, 'minute')} to read"


def edition(document: Document, page: Callable[[str], str] | None = None) -> EditionView:
    """Return what a reader sees of `document`, its topics and their digests in their order.

    `page` gives the address of the page of a story's id, if stories have pages. Raises ConfigurationError if this
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
    digests = [digest for topic in document["topics"] for digest in topic["digests"]]
    sections = _sections([_topic(topic, zone, day, page) for topic in document["topics"]])
    closed = datetime.fromisoformat(head["closed_at"]).astimezone(zone)
    return EditionView(
        name=edition_name(head["profile"]),
        date=head["date"],
        day=f"{_DAYS[day.weekday()]}, {day_name(day)}",
        timezone=head["timezone"],
        revision=head["revision"],
        closed=f"{day_name(closed)}, {closed:%H:%M}",
        closed_iso=head["closed_at"],
        minutes=minutes(_read(sections)),
        totals=_totals(head["counts"]),
        overview=_overview(digests),
        engines=_engines(digests),
        sections=sections,
    )


def edition_name(profile: str) -> str:
    """Return what the editions of `profile` are called."""
    return f"{profile[:1].upper()}{profile[1:]} edition".replace("_", " ").replace("-", " ")


def minutes(texts: Iterable[str]) -> int:
    """Return the minutes it takes to read `texts`, rounded up; 0 for nothing."""
    words = sum(len(_WORD.findall(text)) for text in texts)
    return -(-words // WORDS_A_MINUTE)


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
        return FIRST_SENTENCES if model == LEAD else None
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


def _sections(topics: Sequence[Topic | Gone]) -> tuple[Section, ...]:
    top = LEAST_TOP
    while top < min(MOST_TOP, len(topics)) and _has_several(topics[top]):
        top += 1
    if len(topics) <= MOST_TOP:
        top = MOST_TOP
    full = top + MOST_IN_FULL
    lines = tuple(
        line
        for topic in topics[full:]
        for line in ((topic,) if isinstance(topic, Gone) else (topic.lead, *topic.others))
    )
    sections = (
        Section(title="Top stories", topics=tuple(topics[:top])),
        Section(title="More stories", topics=tuple(topics[top:full])),
        Section(title="In brief", lines=lines),
    )
    return tuple(section for section in sections if section.topics or section.lines)


def _has_several(topic: Topic | Gone) -> bool:
    return not isinstance(topic, Gone) and bool(topic.others or topic.lead.others)


def _read(sections: Sequence[Section]) -> Iterator[str]:
    """Yield what is read of an edition's stories."""
    for section in sections:
        for topic in section.topics:
            if not isinstance(topic, Gone):
                yield from (f"{story.headline} {story.summary}" for story in (topic.lead, *topic.others))
        yield from (line.headline for line in section.lines if isinstance(line, Story))


def _overview(digests: Sequence[DocumentDigest]) -> str:
    """Return how many stories there are, from how many publishers, and what is special about some of them."""
    if not digests:
        return ""
    reporters = [{publisher_key(_publisher(source)) for source in digest["sources"]} - {""} for digest in digests]
    publishers = set().union(*reporters)
    from_publishers = f" from {_counted(len(publishers), 'publisher')}" if publishers else ""
    facts = [
        (sum(len(names) > 1 for names in reporters), "reported by more than one"),
        (sum(digest["update"] for digest in digests), "updated"),
        (sum(digest["late"] for digest in digests), "late"),
    ]
    special = ", ".join(f"{number:,} {what}" for number, what in facts if number)
    whole = f"{_counted(len(digests), 'story', 'stories')}{from_publishers}"
    return f"{whole}: {special}." if special else f"{whole}."


def _engines(digests: Sequence[DocumentDigest]) -> str:
    """Return which engines and models made the summaries, the one that made the most first."""
    made = Counter((plain(digest["engine"]), _model(digest["model"])) for digest in digests)
    ordered = sorted(made.items(), key=lambda item: (-item[1], item[0]))
    return "; ".join(f"{engine} ({model})" for (engine, model), _ in ordered)


def _topic(topic: DocumentTopic, zone: ZoneInfo, day: date, page: Callable[[str], str] | None) -> Topic | Gone:
    if not topic["digests"]:
        return Gone(plain(topic["title"]) + ".")
    lead, *others = (_story(digest, zone, day, page) for digest in topic["digests"])
    return Topic(lead=lead, others=tuple(replace(story, summary=_brief(story)) for story in others))


def _brief(story: Story) -> str:
    """Return the first sentence of the summary."""
    # With it come the parsers of cleaning, a second of work that an edition without such a topic need not wait for.
    from worker.clean.sentences import sentences

    return next(iter(sentences(story.summary, story.language or "en")), story.summary)


def _story(digest: DocumentDigest, zone: ZoneInfo, day: date, page: Callable[[str], str] | None) -> Story:
    source, *rest = digest["sources"]
    first = _named(source)
    others: dict[str, Named] = {}
    for named in map(_named, rest):
        others.setdefault(publisher_key(named.name), named)
    others.pop(publisher_key(first.name), None)
    language, direction = tongue(digest["language"])
    published = digest["published_at"]
    return Story(
        headline=plain(digest["headline"]),
        summary=plain(digest["summary"]),
        language=language,
        direction=direction,
        published=_local_time(datetime.fromisoformat(published).astimezone(zone), day) if published else None,
        published_iso=published,
        source=first,
        others=tuple(others.values())[:MOST_NAMED],
        more=max(0, len(others) - MOST_NAMED),
        marks=_marks(digest),
        note=note(digest["engine"], digest["model"], supported=digest["supported"]),
        said=said(digest.get("signal"), digest.get("note"), digest.get("copyright"), digest.get("usage")),
        page=page(digest["story_id"]) if page else None,
    )


def _marks(digest: DocumentDigest) -> tuple[str, ...]:
    signal = digest.get("signal")
    marks = (
        ("Corrected", signal == "correction"),
        ("Update", digest["update"] or signal == "update"),
        ("Late report", digest["late"]),
    )
    return tuple(mark for mark, is_so in marks if is_so)


def _named(source: DocumentSource) -> Named:
    return Named(_publisher(source) or plain(source["uri"]), link(source["uri"]))


def _publisher(source: DocumentSource) -> str:
    """Return the name of the publisher, else the host of the article's address, else ""."""
    href = link(source["uri"])
    host = (urlsplit(href).hostname or "").removeprefix("www.") if href else ""
    return plain(source["publisher"] or "") or host


def _model(model: str) -> str:
    # A model may be a folder of this machine: only its last part is a reader's business.
    return plain(model.rstrip("/").rsplit("/", 1)[-1])


def _totals(counts: DocumentCounts) -> tuple[str, ...]:
    left_out = counts.get("left_out", 0)
    return (
        f"{_counted(counts['received'], 'article')} received",
        _counted(counts["digests"], "digest"),
        _counted(counts["reprints"], "reprint"),
        f"{counts['failed']:,} failed",
        *([f"{left_out:,} left out by the profile"] if left_out else []),
    )


def _counted(number: int, singular: str, plural: str = "") -> str:
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def day_name(day: date) -> str:
    """Return `day` for people, such as "22 November 2026", in whatever language the process runs."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _local_time(at: datetime, day: date) -> str:
    year = "" if at.year == day.year else f" {at.year}"
    return f"{at.day} {_MONTHS[at.month - 1]}{year}, {at:%H:%M}"
