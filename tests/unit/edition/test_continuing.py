"""Topics that go on: which earlier topic they continue, and what is new since."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from worker.edition.budget import Place
from worker.edition.continuing import news, with_past
from worker.edition.document import Carried, Earlier, Topic

from .examples import STORM, carried, texts_of

FIRST = (
    "A ferry sank off Port Orrin on Saturday with 40 people on board."
    "\n\nThe coastguard sent three boats and a helicopter."
    "\n\nThe harbour master said that the weather had been calm."
)
SECOND = (
    "A ferry sank off Port Orrin on Saturday with 40 people on board."
    "\n\nDivers found the last of the missing passengers alive in an air pocket on Monday."
    "\n\nThey were flown to a hospital in Lindmar within the hour."
    "\n\nThe coastguard sent three boats and a helicopter."
)


def earlier(number: int, headline: str, body: str, **fields: Any) -> Earlier:
    values: dict[str, Any] = {
        "date": date(2026, 11, 21),
        "story_id": f"story-{number:03}",
        "article_id": f"article-{number}",
        "headline": headline,
        "url": None,
        "language": "en",
        "body": body,
    }
    return Earlier(**{**values, **fields})


def continued(topics: Sequence[Topic], past: Sequence[Earlier]) -> list[Topic]:
    return with_past(topics, past, texts_of(topic.digests[0] for topic in topics))


def topic(report: Carried, place: Place = Place.FULL) -> Topic:
    return Topic(place=place, headline=report.headline, headline_from=None, summary=report.summary, digests=(report,))


def test_a_topic_continues_what_another_report_told_of_the_event_before() -> None:
    past = [earlier(8, "Ferries stay in harbour", STORM[1]), earlier(9, "Water law passes", "The house voted. " * 20)]

    storm, other = continued(
        [topic(carried(1, headline="Storm closes the Lindmar strait", body=STORM[0])), topic(carried(2))], past
    )

    assert storm.continues == past[0]
    assert other.continues is None


def test_a_report_in_another_language_is_not_continued() -> None:
    past = [earlier(8, "Ferries stay in harbour", STORM[1], language="de")]

    (storm,) = continued([topic(carried(1, body=STORM[0]))], past)

    assert storm.continues is None


def test_an_update_tells_what_is_new_in_it() -> None:
    past = [earlier(1, "Ferry sinks", FIRST, article_id="article-7")]
    report = carried(1, headline="Last missing found alive", summary=FIRST[:63], body=SECOND, update=True)

    (told,) = continued([topic(report)], past)
    (brief,) = continued([topic(report, Place.SENTENCE)], past)

    assert told.continues == past[0]
    assert told.summary == (
        "Divers found the last of the missing passengers alive in an air pocket on Monday."
        " They were flown to a hospital in Lindmar within the hour."
    )
    assert brief.summary == "Divers found the last of the missing passengers alive in an air pocket on Monday."


def test_an_update_without_a_new_sentence_keeps_its_summary() -> None:
    past = [earlier(1, "Ferry sinks", FIRST, article_id="article-7")]

    (told,) = continued([topic(carried(1, summary="A summary.", body=FIRST, update=True))], past)

    assert told.summary == "A summary."


def test_what_is_new_begins_with_a_sentence_that_stands_alone() -> None:
    after = (
        FIRST
        + "\n\nHe later withdrew that statement in writing.\n\nThe owner of the ferry, Orrin Lines, lost its licence."
    )

    assert news(after, FIRST, "en") == "The owner of the ferry, Orrin Lines, lost its licence."
