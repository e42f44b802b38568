"""What is left of an edition's document when some of its articles may not be shown any more."""

import json
from datetime import UTC, datetime

import pytest

from tests import edition_schema
from worker.edition.budget import Place
from worker.edition.document import DocumentTopic, shown, shown_articles
from worker.edition.render import FEEDS, RENDERERS
from worker.edition.withdraw import carried_over, without

from .examples import an_edition, carried, full, source

AT = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
SENTENCE = "A story that stood here was withdrawn by its source on 24 November 2026"


def topic_of(topics: list[DocumentTopic], article: str) -> DocumentTopic:
    return next(topic for topic in topics if article in json.dumps(topic))


@pytest.mark.parametrize("article", sorted(shown_articles(full())))
def test_whatever_article_is_withdrawn_is_nowhere_and_all_else_is_as_it_was(article: str) -> None:
    before = full()
    after = without(before, {article}, at=AT, by="source")
    edition_schema.check(after)
    assert article not in shown_articles(after)
    assert shown_articles(after) >= shown_articles(before) - {article} - {
        source["article_id"]
        for topic in before["topics"]
        for digest in topic["digests"]
        if digest["sources"][0]["article_id"] == article
        for source in digest["sources"]
    }
    assert after["edition"]["closed_at"] == before["edition"]["closed_at"]
    assert len(after["topics"]) == len(before["topics"])
    unchanged = [topic for topic in before["topics"] if article not in json.dumps(topic)]
    assert [topic for topic in after["topics"] if topic in before["topics"]] == unchanged


@pytest.mark.parametrize("name", [*RENDERERS, *FEEDS])
def test_no_format_shows_headline_outlet_or_link_of_a_story_that_is_gone(name: str) -> None:
    after = without(full(), {"article-3"}, at=AT, by="source")
    content = (RENDERERS[name](after) if name in RENDERERS else FEEDS[name]([after])).decode()
    for part in ("Haldheim", "haldheimer", "Torstedt", "Bohlenweg"):
        assert part not in content.replace("=\r\n", "").replace("=\n", ""), part
    if not name.startswith("digests"):
        assert "was withdrawn by its source" in " ".join(content.replace("\\", "").split())


def test_a_topic_whose_teller_goes_is_told_by_its_next_report() -> None:
    before = full()
    topic = topic_of(shown(before), "article-8")
    teller, following = topic["digests"][0], topic["digests"][1]
    after = without(before, {teller["sources"][0]["article_id"]}, at=AT, by="source")
    told = topic_of(shown(after), following["sources"][0]["article_id"])
    assert (told["place"], told["headline"]) == (topic["place"], following["headline"])
    assert told["story_id"] == following["story_id"]
    assert teller["headline"] not in json.dumps(told)


def test_a_topic_without_another_report_leaves_a_sentence_and_no_headline() -> None:
    after = without(full(), {"article-3"}, at=AT, by="source")
    (gone,) = [topic for topic in after["topics"] if topic["place"] == Place.WITHDRAWN]
    assert (gone["headline"], gone["summary"], gone["url"], gone["digests"]) == (None, SENTENCE, None, [])
    by_desk = without(full(), {"article-3"}, at=AT, by="desk")
    (gone,) = [topic for topic in by_desk["topics"] if topic["place"] == Place.WITHDRAWN]
    assert gone["summary"] == SENTENCE.replace("its source", "this desk")


def test_an_outlet_leaves_the_line_of_others_and_a_borrowed_headline_its_topic() -> None:
    document = an_edition(carried(1, sources=(source(1, "A", containment=None), source(2, "B"), source(3, "C"))))
    (topic,) = without(document, {"article-2"}, at=AT, by="source")["topics"]
    assert [one["publisher"] for one in topic["digests"][0]["sources"]] == ["A", "C"]
    borrowed = {**document, "topics": [{**document["topics"][0], "headline": "B says", "headline_from": "article-2"}]}
    (topic,) = without(borrowed, {"article-2"}, at=AT, by="source")["topics"]  # type: ignore[arg-type]
    assert (topic["headline"], topic["headline_from"]) == ("Headline 1", None)


def test_a_topic_that_is_left_out_goes_without_a_place() -> None:
    document = an_edition(carried(1), carried(2))
    left_out = {**document["topics"][1], "place": Place.LEFT_OUT.value, "digests": []}
    whole = {**document, "topics": [document["topics"][0], left_out]}
    after = without(whole, {left_out["article_id"]}, at=AT, by="source")  # type: ignore[arg-type, typeddict-item]
    assert len(after["topics"]) == 1


def test_withdrawing_twice_changes_nothing_more() -> None:
    once = without(full(), {"article-3", "article-21"}, at=AT, by="source")
    assert without(once, {"article-3", "article-21"}, at=AT, by="source") == once


def test_counts_follow_what_is_shown() -> None:
    before, after = full(), without(full(), {"article-3"}, at=AT, by="source")
    lost = {
        key: before["edition"]["counts"][key] - after["edition"]["counts"][key]  # type: ignore[literal-required]
        for key in before["edition"]["counts"]
    }
    assert {key: number for key, number in lost.items() if number} == {"digests": 1, "articles": 1, "topics": 1}


def test_the_next_revision_keeps_the_place_unless_the_story_is_back() -> None:
    before = without(an_edition(carried(1), carried(2)), {"article-1"}, at=AT, by="source")
    following = carried_over(an_edition(carried(2), carried(3)), before)
    assert [topic["summary"] for topic in following["topics"] if topic["place"] == Place.WITHDRAWN] == [SENTENCE]
    assert [gone["article_id"] for gone in following["withdrawn"]] == ["article-1"]
    back = carried_over(an_edition(carried(1), carried(2)), before)
    assert back == an_edition(carried(1), carried(2))


def test_a_topic_that_goes_on_names_no_headline_that_was_withdrawn() -> None:
    document = an_edition(carried(1))
    past = {"date": "2026-11-21", "story_id": "s", "article_id": "old", "headline": "False", "url": None}
    continued = {**document, "topics": [{**document["topics"][0], "continues": past}]}
    assert shown_articles(continued) == {"article-1", "old"}  # type: ignore[arg-type]
    (topic,) = without(continued, {"old"}, at=AT, by="source")["topics"]  # type: ignore[arg-type]
    assert topic == document["topics"][0]
