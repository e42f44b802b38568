"""Withdrawals: the document of an edition without what may not be shown any more."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal

from worker.edition.calendar import local_day, time_zone
from worker.edition.document import Document, DocumentDigest, DocumentTopic, DocumentWithdrawn, iso
from worker.edition.view import day_name

Withdrawer = Literal["source", "desk"]


def without(document: Document, articles: Collection[str], *, at: datetime, by: Withdrawer) -> Document:
    """Return `document` without the `articles`, given by their ids, which `by` withdrew at the time `at`.

    Nothing else changes. A topic whose first
    digest goes is told by its next one. If it has none, its place says that a story was withdrawn.
    """
    gone: list[DocumentWithdrawn] = []
    topics = [_topic(document, topic, articles, at, by, gone) for topic in document["topics"]]
    head = document["edition"]
    counts = {**head["counts"], "digests": sum(len(topic["digests"]) for topic in topics)}
    whole: Any = {
        **document,
        "edition": {**head, "counts": counts},
        "topics": topics,
    }
    if withdrawn := [*document.get("withdrawn", ()), *gone]:
        whole["withdrawn"] = withdrawn
    result: Document = whole
    return result


def carried_over(document: Document, earlier: Document | None) -> Document:
    """Return `document`, the next revision of the edition `earlier`, with the places of the stories that were withdrawn
    from that one and that it does not show again.
    """
    if earlier is None or not (gone := earlier.get("withdrawn")):
        return document
    shown = {digest["sources"][0]["article_id"] for topic in document["topics"] for digest in topic["digests"]}
    topics = list(document["topics"])
    empty = [(place, topic) for place, topic in enumerate(earlier["topics"]) if not topic["digests"]]
    if not all(one["article_id"] in shown for one in gone):
        for place, topic in empty:
            topics.insert(place, topic)
    kept = [one for one in gone if one["article_id"] not in shown]
    whole: Document = {**document, "topics": topics}
    if kept:
        whole["withdrawn"] = kept
    return whole


def _topic(
    document: Document,
    topic: DocumentTopic,
    articles: Collection[str],
    at: datetime,
    by: Withdrawer,
    gone: list[DocumentWithdrawn],
) -> DocumentTopic:
    """Return `topic` without the `articles`; each digest that it loses is added to `gone`."""
    left: list[DocumentDigest] = []
    for digest in topic["digests"]:
        teller = digest["sources"][0]["article_id"]
        if teller in articles:
            gone.append({"story_id": digest["story_id"], "article_id": teller, "at": iso(at), "by": by})
        else:
            sources = [source for source in digest["sources"] if source["article_id"] not in articles]
            left.append({**digest, "sources": sources})
    if left or not topic["digests"]:
        return {**topic, "title": left[0]["headline"] if left else topic["title"], "digests": left}
    day = day_name(local_day(at, time_zone(document["edition"]["timezone"])))
    who = "its source" if by == "source" else "this desk"
    return {**topic, "title": f"A story that stood here was withdrawn by {who} on {day}", "digests": []}
