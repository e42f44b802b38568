"""What a reader sees of an edition: the document's values as words, names and links, for every template alike."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from worker.article import LEAD
from worker.edition.calendar import time_zone
from worker.edition.document import Document, publisher_key

#: Silent reading, in words a minute: the mean for English non-fiction over 190 studies (Brysbaert, "How many words do
#: we read per minute?", Journal of Memory and Language 109, 2019). Chinese is read at about as many characters.
WORDS_A_MINUTE = 238

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
# overrides and embeddings of direction (U+202A to 202E, 2066 to 2069), which turn what stands around them.
_NOT_TEXT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)
_IDEOGRAPH = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(f"[{_IDEOGRAPH}]|[^\\W{_IDEOGRAPH}]+(?:[’'.,-][^\\W{_IDEOGRAPH}]+)*")
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
    `marks` are one or two words each; `note` is a sentence on who wrote the summary, None for plain extracts.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """The stories of one event as a reader sees them: the `lead` in full, of each of the others the first sentence."""

    lead: Story
    others: tuple[Story, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """An edition as a reader sees it; `minutes` is the reading time, at least 1 where there are stories."""

    name: str
    date: str
    day: str
    timezone: str
    revision: int
    closed: str
    closed_iso: str
    minutes: int
    totals: tuple[str, ...]
    topics: tuple[Topic, ...]

    @property
    def stories(self) -> tuple[Story, ...]:
        """The stories of all topics, in the order in which they are read."""
        return tuple(story for topic in self.topics for story in (topic.lead, *topic.others))

    @property
    def length(self) -> str:
        """How many stories there are, in words."""
        return _counted(len(self.stories), "story", "stories")

    @property
    def reading_time(self) -> str:
        """How long reading takes, in words."""
        return f"{_counted(self.minutes, 'minute')} to read"


def edition(document: Document) -> Edition:
    """Return what a reader sees of `document`, its topics and their digests in their order.

    Raises ConfigurationError where this machine does not know the edition's time zone.
    """
    head = document["edition"]
    zone = time_zone(head["timezone"])
    day = date.fromisoformat(head["date"])
    topics = tuple(_topic(topic["digests"], zone, day) for topic in document["topics"])
    shown = [story for topic in topics for story in (topic.lead, *topic.others)]
    closed = datetime.fromisoformat(head["closed_at"]).astimezone(zone)
    return Edition(
        name=f"{head['profile'][:1].upper()}{head['profile'][1:]} edition".replace("_", " ").replace("-", " "),
        date=head["date"],
        day=f"{_DAYS[day.weekday()]}, {_date(day)}",
        timezone=head["timezone"],
        revision=head["revision"],
        closed=f"{_date(closed)}, {closed:%H:%M}",
        closed_iso=head["closed_at"],
        minutes=minutes(f"{story.headline} {story.summary}" for story in shown),
        totals=_totals(head["counts"]),
        topics=topics,
    )


def minutes(texts: Iterable[str]) -> int:
    """Return the minutes it takes to read `texts`, rounded up; 0 for nothing."""
    words = sum(len(_WORD.findall(text)) for text in texts)
    return -(-words // WORDS_A_MINUTE)


def plain(text: str) -> str:
    """Return `text` on one line: without controls, halves of surrogate pairs and noncharacters, spaces collapsed."""
    return re.sub("  +", " ", _NOT_TEXT.sub(" ", text)).strip()


def link(uri: str) -> str | None:
    """Return `uri` as an address that is safe between quotes or angle brackets, None where it is not http(s).

    None too for an address with a user name or password: they are no reader's business.
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


def _topic(digests: Sequence[Document], zone: ZoneInfo, day: date) -> Topic:
    lead, *others = (_story(digest, zone, day) for digest in digests)
    return Topic(lead=lead, others=tuple(replace(story, summary=_brief(story)) for story in others))


def _brief(story: Story) -> str:
    """Return the first sentence of the summary."""
    # With it come the parsers of cleaning, a second of work that an edition without such a topic need not wait for.
    from worker.clean.sentences import sentences

    return next(iter(sentences(story.summary, story.language or "en")), story.summary)


def _story(digest: Document, zone: ZoneInfo, day: date) -> Story:
    source, *rest = digest["sources"]
    first = _named(source)
    others: dict[str, Named] = {}
    for named in map(_named, rest):
        others.setdefault(publisher_key(named.name), named)
    others.pop(publisher_key(first.name), None)
    language = digest["language"] if _LANGUAGE.fullmatch(digest["language"]) and digest["language"] != "und" else None
    published = digest["published_at"]
    return Story(
        headline=plain(digest["headline"]),
        summary=plain(digest["summary"]),
        language=language,
        direction="auto" if language is None else "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else None,
        published=_moment(datetime.fromisoformat(published).astimezone(zone), day) if published else None,
        published_iso=published,
        source=first,
        others=tuple(others.values())[:MOST_NAMED],
        more=max(0, len(others) - MOST_NAMED),
        marks=tuple(mark for mark, key in (("Update", "update"), ("Late report", "late")) if digest[key]),
        note=_note(digest),
    )


def _named(source: Document) -> Named:
    href = link(source["uri"])
    host = (urlsplit(href).hostname or "").removeprefix("www.") if href else ""
    return Named(plain(source["publisher"] or "") or host or plain(source["uri"]), href)


def _note(digest: Document) -> str | None:
    if not digest["supported"]:
        return UNSUPPORTED
    if digest["engine"] == "extractive":
        return FIRST_SENTENCES if digest["model"] == LEAD else None
    # A model may be a folder of this machine: only its last part is a reader's business.
    return GENERATED.format(model=plain(digest["model"].rstrip("/").rsplit("/", 1)[-1]))


def _totals(counts: Mapping[str, int]) -> tuple[str, ...]:
    return (
        f"{_counted(counts['received'], 'article')} received",
        _counted(counts["digests"], "digest"),
        _counted(counts["reprints"], "reprint"),
        f"{counts['failed']:,} failed",
    )


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _date(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _moment(moment: datetime, day: date) -> str:
    year = "" if moment.year == day.year else f" {moment.year}"
    return f"{moment.day} {_MONTHS[moment.month - 1]}{year}, {moment:%H:%M}"
