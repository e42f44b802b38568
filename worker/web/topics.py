"""Where a story is in the editions: its topic, the other reports of it, and what earlier days told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import quote

from worker.edition import view
from worker.edition.budget import Place
from worker.edition.document import Document, DocumentDigest, DocumentTopic
from worker.store import Store, pages_queries

#: Editions that a story's page names, and days that it looks back.
MOST_EDITIONS: Final = 5
MOST_DAYS: Final = 7
#: Headlines that the archive shows of an edition.
MOST_HEADLINES: Final = 3


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline in its language and direction (`worker.edition.view.tongue`), where it leads, and whose it is."""

    text: str
    language: str | None
    direction: str | None
    href: str | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """What an earlier edition told of a topic."""

    day: str
    headline: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A story in an edition: the edition's name and day, the address of its topic there and what `place` it has;
    `others` are the other reports of the topic, `earlier` what the days before told of it, the newest first.
    """

    edition: str
    day: str
    href: str
    place: str
    others: tuple[Headline, ...]
    earlier: tuple[Day, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedDay:
    """An edition as the archive shows it; `headlines` are those of its first topics."""

    date: str
    day: str
    href: str
    revision: int
    topics: str
    headlines: tuple[Headline, ...]


def story_href(story: str, edition: tuple[str, date | str] | None = None) -> str:
    """Return the address of a story's page, for readers who come from the `edition` of a profile and day."""
    came_from = f"?edition={quote(edition[0], safe='')}/{edition[1]}" if edition else ""
    return f"/stories/{quote(story, safe='')}{came_from}"


def told(store: Store, story: str, came_from: str, home: Callable[[str], str | None]) -> list[Told]:
    """Return the editions that tell of `story`: first the one that the reader `came_from` (`PROFILE/DATE`), then the
    newest first, at most MOST_EDITIONS.

    `home` gives the path of a profile's pages, None for a profile that has none.
    """
    editions = [
        (profile, day)
        for profile, day in pages_queries.met_by(store, story, 10 * MOST_EDITIONS)
        if home(profile) is not None
    ]
    editions.sort(key=lambda edition: f"{edition[0]}/{edition[1]}" != came_from)
    shown = []
    for profile, day in editions[:MOST_EDITIONS]:
        documents = pages_queries.documents(store, profile, [day])
        if day in documents and (topic := _topic(documents[day], story)) is not None:
            shown.append(_told(store, documents[day], topic, story, home(profile) or ""))
    return shown


def archived(document: Document, home: str) -> ArchivedDay:
    """Return the edition `document` as the archive of the profile with the path `home` shows it."""
    head = document["edition"]
    topics = [topic for topic in document["topics"] if topic["place"] not in (Place.WITHDRAWN, Place.LEFT_OUT)]
    number = head["counts"]["topics"]
    return ArchivedDay(
        date=head["date"],
        day=view.edition_day(date.fromisoformat(head["date"])),
        href=f"{home}/editions/{head['date']}",
        revision=head["revision"],
        topics="1 topic" if number == 1 else f"{number:,} topics",
        headlines=tuple(
            Headline(view.plain(topic["headline"] or ""), *view.tongue(topic["digests"][0]["language"]))
            for topic in topics[:MOST_HEADLINES]
        ),
    )


def _topic(document: Document, story: str) -> DocumentTopic | None:
    """Return the topic of `document` that `story` reports, None if it has none or the topic was withdrawn."""
    for topic in document["topics"]:
        if topic["place"] != Place.WITHDRAWN and story in (
            topic["story_id"],
            *(digest["story_id"] for digest in topic["digests"]),
        ):
            return topic
    return None


def _told(store: Store, document: Document, topic: DocumentTopic, story: str, home: str) -> Told:
    head = document["edition"]
    edition = (head["profile"], head["date"])
    page = f"{home}/editions/{head['date']}"
    is_left_out = topic["place"] == Place.LEFT_OUT
    section = f"in {topic['section']}" if topic["section"] else ""
    return Told(
        edition=view.edition_name(head["profile"], head["title"]),
        day=view.edition_day(date.fromisoformat(head["date"])),
        href=f"{page}/more" if is_left_out else f"{page}#{view.anchor(topic)}",
        place="among the topics that it does not show" if is_left_out else section,
        others=tuple(_report(digest, edition) for digest in topic["digests"] if digest["story_id"] != story),
        earlier=tuple(_earlier(store, head["profile"], topic)),
    )


def _report(digest: DocumentDigest, edition: tuple[str, str]) -> Headline:
    publishers = dict.fromkeys(view.named(source).name for source in digest["sources"])
    return Headline(
        view.plain(digest["headline"]),
        *view.tongue(digest["language"]),
        href=story_href(digest["story_id"], edition),
        by=", ".join(name for name in publishers if name),
    )


def _earlier(store: Store, profile: str, topic: DocumentTopic) -> Iterator[Day]:
    """Yield what `topic` continues, and what that continues."""
    current: DocumentTopic | None = topic
    for _ in range(MOST_DAYS):
        past = current["continues"] if current is not None else None
        if past is None:
            return
        day = date.fromisoformat(past["date"])
        yield Day(
            view.edition_day(day),
            view.plain(past["headline"]),
            story_href(past["story_id"], (profile, day)),
        )
        before = pages_queries.documents(store, profile, [day])
        current = _topic(before[day], past["story_id"]) if day in before else None
