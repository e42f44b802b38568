"""Editions that the tests share. `python -m tests.unit.edition.examples` writes the golden files anew: look at the
difference (`git diff tests/unit/edition/golden`) before it is committed, for it is what readers will see.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from producers.article import Revision, Signal, Subject
from worker.edition.document import Carried, Document, EditionCounts, Said, StorySource, Text, Texts, document
from worker.edition.profile import EVERYTHING, Selection
from worker.edition.render import FEEDS, RENDERERS
from worker.edition.select import select
from worker.edition.withdraw import without

GOLDEN = Path(__file__).parent / "golden"
RECEIVED = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
CLOSED = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def source(number: int, publisher: str | None = None, **fields: object) -> StorySource:
    values = {"title": "A title", "uri": f"https://news.example/{number}", "containment": 1.0}
    return StorySource(publisher=publisher, article_id=f"article-{number}", **{**values, **fields})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole(Carried):
    """A digest together with the text of its article."""

    body: str = ""
    embedding: bytes = b""


def texts_of(digests: Iterable[Carried]) -> Texts:
    """Return what reads the texts of `digests`, as a store does."""
    by_id = {digest.article_id: digest for digest in digests if isinstance(digest, Whole)}

    def read(ids: Iterable[str]) -> Iterator[Text]:
        for name in sorted(ids):
            whole = by_id.get(name)
            yield Text(article_id=name, body=whole.body, embedding=whole.embedding) if whole else Text(article_id=name)

    return read


def carried(number: int = 1, **fields: object) -> Whole:
    values: dict[str, object] = {
        "story_id": f"story-{number:03}",
        "article_id": f"article-{number}",
        "headline": f"Headline {number}",
        "summary": f"The summary of story {number}.",
        "language": "en",
        "published_at": None,
        "received_at": RECEIVED,
        "update": False,
        "sources": (source(number, containment=None),),
        "engine": "extractive",
        "model": "all-MiniLM-L6-v2",
        "supported": True,
    }
    return Whole(**{"length": len(str(fields.get("body", ""))), **values, **fields})  # type: ignore[arg-type]


def an_edition(*stories: Carried, selection: Selection = EVERYTHING, **fields: object) -> Document:
    values: dict[str, object] = {
        "profile": "daily",
        "date": date(2026, 11, 22),
        "timezone": "Europe/Berlin",
        "revision": 1,
        "closed_at": CLOSED,
        "counts": EditionCounts(received=len(stories), reprints=0, failed=0),
    }
    merged: dict[str, Any] = {**values, **fields}
    topics = select(stories, texts_of(stories), selection, kept=(), closed_at=merged["closed_at"])
    return document(topics=topics, sections=selection.section_names.values(), **merged)


#: What three papers wrote about one event; the first is the longest.
STORM = (
    "Ferries between Lindmar and the Orrin islands stayed in harbour on Saturday as gusts of 120 kilometres an hour"
    " crossed the Lindmar strait. The harbour master, Ilse Tarn, said that no crossing was planned before Monday noon."
    " About 2,300 travellers are waiting in Lindmar and in Port Orrin, where schools have been opened for the night.",
    "Passengers of the Orrin ferry spent a second night on camp beds in Port Orrin, where schools were opened for them."
    " “We have soup and blankets,” said Ilse Tarn, the harbour master of Lindmar. The storm over the Lindmar strait"
    " kept every ferry in harbour.",
    "Hotels in Lindmar are full, because no ferry crosses the Lindmar strait to the Orrin islands before Monday. The"
    " harbour master, Ilse Tarn, expects the storm to end on Sunday night.",
)


def full() -> Document:
    """Every kind of story that an edition can carry."""
    return an_edition(
        carried(
            1,
            headline="Storm closes the Lindmar strait for a second day",
            summary=(
                "Ferries between Lindmar and the Orrin islands stayed in harbour on Saturday as gusts of 120 kilometres"
                " an hour crossed the strait. The harbour master, Ilse Tarn, said that no crossing was planned before"
                " Monday noon. About 2,300 travellers are waiting in the two ports, where schools have been opened for"
                " the night."
            ),
            published_at=datetime(2026, 11, 21, 18, 40, tzinfo=UTC),
            sources=(
                source(1, "Northern Wire", containment=None),
                source(11, "The Lindmar Courier", containment=0.97),
                source(12, "Orrin Post", uri="urn:orrin:77", containment=0.91),
                source(13, "northern  wire", containment=1.0),
            ),
            body=STORM[0],
        ),
        carried(
            2,
            headline="Velmora’s parliament passes the water law, 61–38",
            summary=(
                "The upper house of Velmora voted for a law that lets towns buy back their water works. Opponents say"
                " that it will cost 4.1 billion crowns over ten years; the treasury had put it at 2.6 billion."
            ),
            published_at=datetime(2026, 11, 22, 3, 5, tzinfo=UTC),
            update=True,
            said=Said(
                signal=Signal.CORRECTION,
                note="corrects the number of votes in paragraph 1",
                revision=Revision(datetime(2026, 11, 22, 3, 5, tzinfo=UTC), 2),
                located="Velmora",
                section="Politics",
                subjects=(Subject("medtop:11000000", "politics"),),
                urgency=3,
                captions=("The upper house on Friday",),
                usage="Not for use in Eastmarch <b>before</b> Monday.",
                copyright="© 2026 Velmora Today",
            ),
            sources=(
                source(2, "Velmora Today", containment=None),
                *(source(20 + n, f"Paper {n}", uri=f"https://paper-{n}.example/law?a=1&b=2") for n in range(9)),
            ),
        ),
        carried(
            3,
            headline="Forscher finden im Moor von Haldheim einen 3.000 Jahre alten Steg",
            summary=(
                "Bei Grabungen im Haldheimer Moor ist ein Bohlenweg aus der Bronzezeit freigelegt worden. Die Eichen"
                " wurden nach Angaben der Universität Torstedt um das Jahr 1040 vor Christus gefällt."
            ),
            language="de",
            published_at=datetime(2026, 11, 14, 9, 0, tzinfo=UTC),
            sources=(source(3, None, uri="https://www.haldheimer-bote.example/moor", containment=None),),
        ),
        carried(
            4,
            headline="افتتاح جسر جديد في مدينة نورسال",
            summary="افتتحت مدينة نورسال يوم السبت جسرا جديدا للمشاة يربط بين ضفتي النهر بعد عامين من العمل.",
            language="ar",
            published_at=datetime(2025, 12, 30, 23, 30, tzinfo=UTC),
            sources=(source(4, "صحيفة نورسال", containment=None),),
        ),
        carried(
            5,
            headline="Council of Brae weighs a tram to the airport",
            summary="The town council of Brae is considering a tram line to the airport. A vote is expected in March.",
            engine="seq2seq",
            model="example/press-summaries",
            sources=(source(5, "Brae Gazette", containment=None),),
        ),
        carried(
            6,
            headline="Tarnfield beats Oxmoor in extra time",
            summary="Tarnfield won the cup final against Oxmoor on Saturday. The deciding goal fell in minute 118.",
            engine="seq2seq",
            model="example/press-summaries",
            supported=False,
            sources=(source(6, None, uri="sport/cup_final.txt#2", containment=None),),
        ),
        carried(
            7,
            headline='"Fish & chips" <b>tax</b> [dropped](javascript:alert) *again*',
            summary="1. The Treasury of Eastmarch drops a levy of 5% on fried food. # Its minister, A. O'Dell, left.",
            language="und",
            sources=(source(7, "Eastmarch <Daily>", uri="javascript:alert(1)", containment=None),),
        ),
        carried(
            8,
            headline="Stranded ferry passengers spend a second night in Orrin’s schools",
            summary=(
                "Passengers of the Orrin ferry spent a second night on camp beds in Port Orrin, where schools were"
                " opened for them. “We have soup and blankets,” said Ilse Tarn, the harbour master of Lindmar."
            ),
            published_at=datetime(2026, 11, 22, 5, 10, tzinfo=UTC),
            update=True,
            sources=(source(8, "Orrin Post", containment=None), source(81, "Island News", containment=0.93)),
            body=STORM[1],
        ),
        carried(
            9,
            headline="No room left in Lindmar’s hotels",
            summary="Hotels in Lindmar are full, because no ferry crosses the strait before Monday.",
            engine="seq2seq",
            model="example/press-summaries",
            sources=(source(9, None, uri="city-desk/hotels.txt", source="city-desk", containment=None),),
            body=STORM[2],
        ),
        counts=EditionCounts(received=1204, reprints=31, failed=2),
    )


def withdrawn() -> Document:
    """The same after three stories were withdrawn: one that told its topic alone, a teller, and a copy."""
    gone = {"article-3", "article-8", "article-21"}
    return without(full(), gone, at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC), by="source")


#: Headline, section as the source says it, and address, of the topics of an edition with sections.
DAY = (
    ("Lindmar votes for a new mayor", "Politik", ""),
    ("Tarnfield signs a keeper from Oxmoor", None, "https://news.example/sport/football/81"),
    ("Central bank of Varland cuts its key rate", "News > Business", ""),
    ("Earthquake damages houses on the Orrin islands", "Welt", ""),
    ("Choir of Brae sings for the lighthouse keepers", None, "https://news.example/a/83"),
    ("Court frees the two owners of the Haldheim mill", "Crime & Courts", ""),
    ("Calder opens its first ward for burns", "Santé", ""),
    ("Velmora’s film prize goes to a debut", "Cultura", ""),
    ("Port office of Lindmar moves its timetable to telephones", None, "https://news.example/technology/9"),
    ("Oxmoor’s rowers win all four finals", "Deportes", ""),
    ("Schools of Eastmarch teach cooking again", "Education", ""),
    ("Strait of Lindmar is mapped for the first time", "Science", ""),
    ("Brunn Timber buys two saw mills", "Economía", ""),
    ("Tram drivers of Calder accept the offer", None, "https://news.example/a/92"),
)


def sections() -> Document:
    """An edition of more topics than go without sections; two of them say nothing of theirs."""
    stories = [
        carried(
            100 + number,
            headline=headline,
            summary=f"{headline}.",
            said=Said(section=section),
            sources=(source(100 + number, "Velmora Today", uri=url or f"urn:{number}", containment=None),),
        )
        for number, (headline, section, url) in enumerate(DAY)
    ]
    selection = Selection.model_validate({"sections": {"Sport": "The pitch", "Business": True, "Life": False}})
    return an_edition(*stories, selection=selection)


GOLDEN_EDITIONS = {"full": full, "sections": sections, "empty": an_edition, "withdrawn": withdrawn}


def write_golden() -> None:
    for name, build in GOLDEN_EDITIONS.items():
        for suffix, render in RENDERERS.items():
            (GOLDEN / f"{name}.{suffix}").write_bytes(render(build()))
        for file, make in FEEDS.items():
            (GOLDEN / f"{name}.{file}").write_bytes(make([build()]))


if __name__ == "__main__":
    write_golden()
