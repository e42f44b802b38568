"""Withdrawals: the document of an edition without what may not be shown any more."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, Literal

from producers.article import is_web_address
from worker.edition.budget import Place
from worker.edition.calendar import local_day, time_zone
from worker.edition.document import (
    Document,
    DocumentDigest,
    DocumentTopic,
    DocumentWithdrawn,
    iso,
    publisher_key,
    shown,
)
from worker.edition.view import day_name

Withdrawer = Literal["source", "desk"]


def without(document: Document, articles: Collection[str], *, at: datetime, by: Withdrawer) -> Document:
    """Return `document` without the `articles`, given by their ids, which `by` withdrew at the time `at`.

    Nothing else changes: the edition closed when it closed. A topic whose teller goes is told by its next report. If it
    has none, its place says that a story was withdrawn; a topic that is left out has no place, and goes.
    """
    day = day_name(local_day(at, time_zone(document["edition"]["timezone"])))
    who = "its source" if by == "source" else "this desk"
    sentence = f"A story that stood here was withdrawn by {who} on {day}"
    topics = [left for topic in document["topics"] if (left := _left(topic, articles, sentence)) is not None]
    gone: list[DocumentWithdrawn] = [
        {"story_id": digest["story_id"], "article_id": _teller(digest), "at": iso(at), "by": by}
        for topic in document["topics"]
        for digest in topic["digests"]
        if _teller(digest) in articles
    ]
    whole: Document = {**document, "topics": topics}
    if withdrawn := [*document.get("withdrawn", ()), *gone]:
        whole["withdrawn"] = withdrawn
    whole["edition"] = {**document["edition"], "counts": _counts(document, whole)}
    return whole


def carried_over(document: Document, before: Document | None) -> Document:
    """Return `document`, the next revision of the edition `before`, with the places of the stories that were withdrawn
    from that one and that it does not show again.
    """
    if before is None or not (gone := before.get("withdrawn")):
        return document
    told = {_teller(digest) for topic in document["topics"] for digest in topic["digests"]}
    stories = {digest["story_id"] for topic in document["topics"] for digest in topic["digests"]}
    topics = list(document["topics"])
    for place, topic in enumerate(before["topics"]):
        if topic["place"] == Place.WITHDRAWN and topic["story_id"] not in stories:
            topics.insert(place, topic)
    whole: Document = {**document, "topics": topics}
    if kept := [story for story in gone if story["article_id"] not in told]:
        whole["withdrawn"] = kept
    return whole


def _left(topic: DocumentTopic, articles: Collection[str], sentence: str) -> DocumentTopic | None:
    """Return what is left of `topic` without the `articles`; None for nothing."""
    if topic["place"] == Place.WITHDRAWN:
        return topic
    if (past := topic["continues"]) is not None and past["article_id"] in articles:
        topic = {**topic, "continues": None}
    if topic["place"] == Place.LEFT_OUT:
        return None if topic["article_id"] in articles or topic["headline_from"] in articles else topic
    digests: list[DocumentDigest] = [
        {**digest, "sources": [source for source in digest["sources"] if source["article_id"] not in articles]}
        for digest in topic["digests"]
        if _teller(digest) not in articles
    ]
    if not digests:
        return _gone(topic, sentence)
    left: DocumentTopic = {**topic, "digests": digests}
    if topic["article_id"] in articles:
        left = _told_by(left, digests[0])
    elif topic["headline_from"] in articles:
        left = {**left, "headline": digests[0]["headline"], "headline_from": None}
    return left


def _told_by(topic: DocumentTopic, digest: DocumentDigest) -> DocumentTopic:
    uri = digest["sources"][0]["uri"]
    return {
        **topic,
        "story_id": digest["story_id"],
        "article_id": _teller(digest),
        "headline": digest["headline"],
        "headline_from": None,
        "summary": _summary(digest, topic["place"]),
        "url": uri if is_web_address(uri) else None,
    }


def _summary(digest: DocumentDigest, place: str) -> str:
    """Return what an edition shows of `digest` in `place`."""
    if place == Place.FULL:
        return digest["summary"]
    if place != Place.SENTENCE:
        return ""
    # With it come the parsers of cleaning, a second of work that other withdrawals need not wait for.
    from worker.clean.sentences import sentences

    return next(iter(sentences(digest["summary"], digest["language"])), "")


def _gone(topic: DocumentTopic, sentence: str) -> DocumentTopic:
    """Return the place of `topic`, with nothing in it but the `sentence` and the id that its anchor has."""
    return {
        **topic,
        "place": Place.WITHDRAWN.value,
        "headline": None,
        "headline_from": None,
        "summary": sentence,
        "url": None,
        "continues": None,
        "digests": [],
    }


def _counts(before: Document, after: Document) -> Any:
    """Return the counts of `after`, which was `before` it lost topics, digests or sources.

    Nobody knows how many articles a topic has that is left out: it counts as one.
    """
    counts = before["edition"]["counts"]
    lost = sum(topic["place"] == Place.LEFT_OUT for topic in before["topics"]) - sum(
        topic["place"] == Place.LEFT_OUT for topic in after["topics"]
    )
    return {
        **counts,
        "digests": sum(len(topic["digests"]) for topic in shown(after)),
        "articles": counts["articles"] - lost - (_sources(before) - _sources(after)),
        "topics": counts["topics"] - lost - (len(shown(before)) - len(shown(after))),
        "several": counts["several"] - (_several(before) - _several(after)),
        "left_out": counts["left_out"] - lost,
    }


def _sources(document: Document) -> int:
    return sum(len(digest["sources"]) for topic in document["topics"] for digest in topic["digests"])


def _several(document: Document) -> int:
    return sum(len(set(_publishers(topic))) > 1 for topic in shown(document))


def _publishers(topic: DocumentTopic) -> Iterator[str]:
    for digest in topic["digests"]:
        yield from (key for source in digest["sources"] if (key := publisher_key(source["publisher"])))


def _teller(digest: DocumentDigest) -> str:
    return digest["sources"][0]["article_id"]
