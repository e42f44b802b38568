"""What a profile carries of what its edition meets."""

from typing import Any

import pytest

from producers.article import Subject
from worker.edition.budget import LONGEST_SENTENCE, MOST_FULL, Place
from worker.edition.document import Carried, Said
from worker.edition.profile import Selection
from worker.edition.reading import words
from worker.edition.select import select, wants

from .examples import CLOSED, carried, source


def told(number: int = 1, **fields: Any) -> Carried:
    """A story of the Northern Wire, from the folder `wire`, that the Courier has copied."""
    values: dict[str, Any] = {
        "headline": "Harbour of Alder Vale closes",
        "body": "The port office said on Monday that the Harbour-Master had no choice.",
        "sources": (
            source(number, "Northern Wire", source="wire", title="Storm tears away pier"),
            source(90 + number, "The  Courier", source="papers"),
        ),
    }
    return carried(number, **{**values, **fields})


@pytest.mark.parametrize(
    ("selection", "wanted"),
    [
        ({}, True),
        ({"sources": ["WIRE"]}, True),
        ({"sources": ["papers"]}, True),
        ({"sources": ["inbox"]}, False),
        ({"not_sources": ["wire"]}, False),
        ({"not_sources": ["papers"]}, True),
        ({"publishers": ["the courier"]}, True),
        ({"publishers": ["Courier"]}, False),
        ({"not_publishers": ["northern wire"]}, False),
        ({"not_publishers": ["The Courier"]}, True),
        ({"languages": ["de", "EN"]}, True),
        ({"languages": ["de"]}, False),
        ({"not_languages": ["en"]}, False),
        ({"keywords": ["alder  vale"]}, True),
        ({"keywords": ["pier"]}, True),
        ({"keywords": ["harbour"]}, True),
        ({"keywords": ["port office", "tram"]}, True),
        ({"keywords": ["harb"]}, False),
        ({"keywords": ["tram"]}, False),
        ({"not_keywords": ["Monday"]}, False),
        ({"not_keywords": ["Mon"]}, True),
        ({"keywords": ["pier"], "not_keywords": ["storm"]}, False),
    ],
)
def test_a_story_is_wanted_when_it_passes_every_filter(selection: dict[str, list[str]], wanted: bool) -> None:
    assert wants(Selection.model_validate(selection), told()) is wanted


@pytest.mark.parametrize(
    ("selection", "wanted"),
    [
        ({"subjects": ["MEDTOP:04000000"]}, True),
        ({"subjects": ["economy"]}, True),
        ({"subjects": ["eco"]}, False),
        ({"subjects": ["sport", "Economy"]}, True),
        ({"subjects": ["sport"]}, False),
        ({"not_subjects": ["economy"]}, False),
        ({"not_subjects": ["sport"]}, True),
        ({"urgency": 3}, True),
        ({"urgency": 4}, True),
        ({"urgency": 2}, False),
    ],
)
def test_a_story_is_wanted_by_what_its_source_says_of_it(selection: dict[str, Any], wanted: bool) -> None:
    said = Said(subjects=(Subject("medtop:04000000", "Economy"),), urgency=3)
    assert wants(Selection.model_validate(selection), told(said=said)) is wanted


def test_a_story_of_which_its_source_says_nothing_is_not_among_those_that_were_asked_for() -> None:
    assert not wants(Selection(subjects=("economy",)), told())
    assert not wants(Selection(urgency=9), told())
    assert wants(Selection(not_subjects=("economy",)), told())


def test_a_keyword_of_a_script_without_spaces_is_found_within_the_text() -> None:
    assert wants(Selection(keywords=("港口",)), told(headline="奥尔德谷港口关闭"))


def chosen(selection: Selection, *stories: Carried, kept: tuple[str, ...] = ()) -> list[str]:
    topics = select(stories, selection, kept=kept, closed_at=CLOSED)
    shown = [topic for topic in topics if topic.place is not Place.LEFT_OUT]
    return sorted(digest.article_id for topic in shown for digest in topic.digests)


def papers(number: int, *names: str) -> Carried:
    return carried(number, sources=tuple(source(number + 100 * n, name) for n, name in enumerate(names)))


def test_an_edition_is_as_long_as_its_profile_says_and_has_the_first_in_rank() -> None:
    stories = papers(1, "A"), papers(2, "A", "B"), papers(3, "A", "B", "C")

    assert chosen(Selection(length=2), *stories) == ["article-2", "article-3"]


def test_no_publisher_has_more_than_its_share_but_those_without_a_name() -> None:
    stories = papers(1, "A"), papers(2, "a"), papers(3, "B"), carried(4), carried(5)

    assert chosen(Selection(per_publisher=1), *stories) == ["article-1", "article-3", "article-4", "article-5"]


def test_what_an_earlier_revision_carried_stays_and_takes_its_place() -> None:
    stories = papers(1, "A"), papers(2, "A", "B")

    assert chosen(Selection(length=1), *stories, kept=("article-1",)) == ["article-1"]
    assert chosen(Selection(keywords=("nothing",)), *stories, kept=("article-2",)) == ["article-2"]


@pytest.mark.parametrize(
    ("keyword", "headline"), [("ท่าเรือ", "พายุปิดท่าเรือเมืองโอดา"), ("ᦔᦱᧉ", "ᦺᦔᦱᧉᦜᧄ"), ("ﾐﾅﾄ", "ｼｵﾐﾐﾅﾄﾍｲｻ")]
)
def test_a_keyword_in_a_script_without_spaces_is_found_anywhere(keyword: str, headline: str) -> None:
    assert wants(Selection(keywords=(keyword,)), told(headline=headline))


def test_the_words_of_the_profile_bound_what_is_shown() -> None:
    stories = [carried(n, summary="One two three four. " * 10) for n in range(1, 60)]

    topics = select(stories, Selection(words=300), kept=(), closed_at=CLOSED)

    assert sum(words(f"{topic.headline} {topic.summary}") for topic in topics if topic.place != Place.LEFT_OUT) <= 300
    assert [topic.place for topic in topics] == sorted((topic.place for topic in topics), key=list(Place).index)
    assert {topic.place for topic in topics} == set(Place) - {Place.WITHDRAWN}


def test_a_topic_in_one_sentence_shows_the_first_of_its_summary() -> None:
    stories = [carried(n, summary=f"Story {n} begins. It goes on, and on, and on.") for n in range(1, 40)]

    topics = select(stories, Selection(words=0), kept=(), closed_at=CLOSED)

    told = [topic for topic in topics if topic.place is Place.SENTENCE]
    assert told
    assert all(topic.summary == f"Story {int(topic.digests[0].story_id[-3:])} begins." for topic in told)


def test_a_first_sentence_that_is_too_long_gives_way_to_the_headline() -> None:
    stories = [carried(n, summary="word " * (LONGEST_SENTENCE + 1) + "end. Short.") for n in range(1, 12)]

    topics = select(stories, Selection(words=0), kept=(), closed_at=CLOSED)

    assert [topic.place for topic in topics[MOST_FULL:]] == [Place.HEADLINE] * 4
