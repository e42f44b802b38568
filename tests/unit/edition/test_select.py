"""What a profile carries of what its edition meets."""

from typing import Any

import pytest

from worker.edition.document import Carried
from worker.edition.profile import Selection
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


def test_a_keyword_of_a_script_without_spaces_is_found_within_the_text() -> None:
    assert wants(Selection(keywords=("港口",)), told(headline="奥尔德谷港口关闭"))


def chosen(selection: Selection, *stories: Carried, kept: tuple[str, ...] = ()) -> list[str]:
    topics = select(stories, selection, kept=kept, closed_at=CLOSED)
    return sorted(one.article_id for topic in topics for one in topic)


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
