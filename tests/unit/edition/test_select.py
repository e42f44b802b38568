"""What a profile carries of what its edition meets."""

from typing import Any

import pytest

from producers.article import Subject
from worker.edition.budget import LONGEST_SENTENCE, MOST_FULL, Place
from worker.edition.document import Carried, Fate, Said
from worker.edition.profile import Selection
from worker.edition.reading import words
from worker.edition.select import fates, refusals, select

from .examples import CLOSED, STORM, Whole, carried, source, texts_of


def told(number: int = 1, **fields: Any) -> Whole:
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


def refused(selection: Selection, digest: Whole) -> str | None:
    return refusals([digest], texts_of([digest]), selection).get(digest.article_id)


@pytest.mark.parametrize(
    ("selection", "by"),
    [
        ({}, None),
        ({"sources": ["WIRE"]}, None),
        ({"sources": ["papers"]}, None),
        ({"sources": ["inbox"]}, "sources"),
        ({"not_sources": ["wire"]}, "not_sources"),
        ({"not_sources": ["papers"]}, None),
        ({"publishers": ["the courier"]}, None),
        ({"publishers": ["Courier"]}, "publishers"),
        ({"not_publishers": ["northern wire"]}, "not_publishers"),
        ({"not_publishers": ["The Courier"]}, None),
        ({"languages": ["de", "EN"]}, None),
        ({"languages": ["de"]}, "languages"),
        ({"not_languages": ["en"]}, "not_languages"),
        ({"keywords": ["alder  vale"]}, None),
        ({"keywords": ["pier"]}, None),
        ({"keywords": ["harbour"]}, None),
        ({"keywords": ["port office", "tram"]}, None),
        ({"keywords": ["harb"]}, "keywords"),
        ({"keywords": ["tram"]}, "keywords"),
        ({"not_keywords": ["Monday"]}, "not_keywords"),
        ({"not_keywords": ["Mon"]}, None),
        ({"keywords": ["pier"], "not_keywords": ["storm"]}, "not_keywords"),
    ],
)
def test_a_story_is_wanted_when_it_passes_every_filter(selection: dict[str, list[str]], by: str | None) -> None:
    assert refused(Selection.model_validate(selection), told()) == by


@pytest.mark.parametrize(
    ("selection", "by"),
    [
        ({"subjects": ["MEDTOP:04000000"]}, None),
        ({"subjects": ["economy"]}, None),
        ({"subjects": ["eco"]}, "subjects"),
        ({"subjects": ["sport", "Economy"]}, None),
        ({"subjects": ["sport"]}, "subjects"),
        ({"not_subjects": ["economy"]}, "not_subjects"),
        ({"not_subjects": ["sport"]}, None),
        ({"urgency": 3}, None),
        ({"urgency": 4}, None),
        ({"urgency": 2}, "urgency"),
    ],
)
def test_a_story_is_wanted_by_what_its_source_says_of_it(selection: dict[str, Any], by: str | None) -> None:
    said = Said(subjects=(Subject("medtop:04000000", "Economy"),), urgency=3)
    assert refused(Selection.model_validate(selection), told(said=said)) == by


def test_a_story_of_which_its_source_says_nothing_is_not_among_those_that_were_asked_for() -> None:
    assert refused(Selection(subjects=("economy",)), told()) == "subjects"
    assert refused(Selection(urgency=9), told()) == "urgency"
    assert refused(Selection(not_subjects=("economy",)), told()) is None


def test_a_keyword_of_a_script_without_spaces_is_found_within_the_text() -> None:
    assert refused(Selection(keywords=("港口",)), told(headline="奥尔德谷港口关闭")) is None


def chosen(selection: Selection, *stories: Carried, kept: tuple[str, ...] = ()) -> list[str]:
    topics = select(stories, texts_of(stories), selection, kept=kept, closed_at=CLOSED)
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
    assert refused(Selection(keywords=(keyword,)), told(headline=headline)) is None


def test_the_words_of_the_profile_bound_what_is_shown() -> None:
    stories = [carried(n, summary="One two three four. " * 10) for n in range(1, 60)]

    topics = select(stories, texts_of(stories), Selection(words=300), kept=(), closed_at=CLOSED)

    assert sum(words(f"{topic.headline} {topic.summary}") for topic in topics if topic.place != Place.LEFT_OUT) <= 300
    assert [topic.place for topic in topics] == sorted((topic.place for topic in topics), key=list(Place).index)
    assert {topic.place for topic in topics} == set(Place) - {Place.WITHDRAWN}


def test_a_topic_in_one_sentence_shows_the_first_of_its_summary() -> None:
    stories = [carried(n, summary=f"Story {n} begins. It goes on, and on, and on.") for n in range(1, 40)]

    topics = select(stories, texts_of(stories), Selection(words=0), kept=(), closed_at=CLOSED)

    told = [topic for topic in topics if topic.place is Place.SENTENCE]
    assert told
    assert all(topic.summary == f"Story {int(topic.digests[0].story_id[-3:])} begins." for topic in told)


def test_a_first_sentence_that_is_too_long_gives_way_to_the_headline() -> None:
    stories = [carried(n, summary="word " * (LONGEST_SENTENCE + 1) + "end. Short.") for n in range(1, 12)]

    topics = select(stories, texts_of(stories), Selection(words=0), kept=(), closed_at=CLOSED)

    assert [topic.place for topic in topics[MOST_FULL:]] == [Place.HEADLINE] * 4


def became(selection: Selection, *stories: Carried, kept: tuple[str, ...] = ()) -> dict[str, Fate]:
    return fates(
        stories,
        select(stories, texts_of(stories), selection, kept=kept, closed_at=CLOSED),
        texts_of(stories),
        selection,
    )


def test_a_digest_that_a_limit_leaves_out_is_left_out_by_that_limit() -> None:
    stories = papers(1, "A"), papers(2, "A", "B"), papers(3, "C", "D", "E")

    assert became(Selection(length=1), *stories) == {
        "article-1": Fate(left_out_by="length"),
        "article-2": Fate(left_out_by="length"),
        "article-3": Fate(left_out_by=None),
    }
    assert became(Selection(per_publisher=1), *stories)["article-1"] == Fate(left_out_by="per_publisher")
    assert became(Selection(per_publisher=1), *stories, kept=("article-1",))["article-2"].left_out_by == "per_publisher"


def test_a_digest_beyond_the_words_of_the_edition_is_left_out_by_them() -> None:
    stories = [carried(n, summary="One two three four. " * 10) for n in range(1, 60)]

    fate = became(Selection(words=300), *stories)

    topics = select(stories, texts_of(stories), Selection(words=300), kept=(), closed_at=CLOSED)
    left_out = {topic.digests[0].article_id for topic in topics if topic.place is Place.LEFT_OUT}
    assert left_out
    assert {article for article, one in fate.items() if one == Fate(left_out_by="words")} == left_out
    assert {one for article, one in fate.items() if article not in left_out} == {Fate(left_out_by=None)}


def test_a_digest_that_a_filter_refuses_is_left_out_by_that_filter() -> None:
    assert became(Selection(languages=("de",)), told(1)) == {"article-1": Fate(left_out_by="languages")}
    assert became(Selection(languages=("de",)), told(1), kept=("article-1",)) == {"article-1": Fate(left_out_by=None)}


def test_another_report_of_a_topic_names_the_article_that_tells_it() -> None:
    storm = [carried(n, body=body, headline="Storm closes the Lindmar strait") for n, body in enumerate(STORM, 1)]
    other = papers(9, "A", "B", "C")

    shown, left_out = became(Selection(), *storm, other), became(Selection(length=1), *storm, other)

    (teller,) = (one.article_id for one in storm if shown[one.article_id].left_out_by is None)
    beneath = [one.article_id for one in storm if one.article_id != teller]
    assert [shown[article] for article in beneath] == [Fate(left_out_by="beneath", teller_id=teller)] * 2
    assert left_out[teller] == Fate(left_out_by="length")
    assert [left_out[article] for article in beneath] == [Fate(left_out_by="length", teller_id=teller)] * 2
