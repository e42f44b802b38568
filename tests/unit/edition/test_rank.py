"""Topics: the most witnesses first, then what is fresh and told at length."""

from datetime import timedelta

import pytest

from worker.edition.document import Carried, Document, Said
from worker.edition.profile import Selection
from worker.edition.rank import LONG_COVERAGE, STALE_AFTER, rank, witnesses

from .examples import CLOSED, RECEIVED, STORM, an_edition, carried, source


def headlines(document: Document) -> list[str]:
    return [digest["headline"] for topic in document["topics"] for digest in topic["digests"]]


def test_more_independent_publishers_come_first_then_the_freshest_then_the_lowest_id() -> None:
    hour = timedelta(hours=1)
    document = an_edition(
        carried(5, headline="second of two alike"),
        carried(4, headline="first of two alike"),
        carried(3, headline="older", received_at=RECEIVED - hour),
        carried(2, headline="newer by publication", published_at=RECEIVED + hour / 2),
        carried(
            1, headline="reported twice", received_at=RECEIVED - 9 * hour, sources=(source(1, "A"), source(7, "B"))
        ),
    )

    assert headlines(document) == [
        "reported twice",
        "newer by publication",
        "first of two alike",
        "second of two alike",
        "older",
    ]


def test_a_topic_counts_the_publishers_of_all_its_stories_once() -> None:
    def told(number: int, *names: str, **fields: object) -> Carried:
        sources = tuple(source(number * 10 + n, name) for n, name in enumerate(names))
        return carried(number, article_id=sources[0].article_id, sources=sources, **fields)

    document = an_edition(
        told(1, "A", "B", body=STORM[0]),
        told(2, "A", "C", body=STORM[1]),
        told(3, "a", "B", body=STORM[2]),
        told(4, "A", "B", "C", headline="as many, and newer", published_at=CLOSED),
        told(5, "A", "B", "C", "D", headline="more"),
    )

    assert [topic["headline"] for topic in document["topics"]] == ["more", "as many, and newer", "Headline 3"]
    assert {one["story_id"] for one in document["topics"][2]["digests"]} == {"story-001", "story-002", "story-003"}


@pytest.mark.parametrize(("urgency", "leads"), [(1, True), (2, True), (3, False), (None, False)])
def test_fresh_news_that_its_source_calls_urgent_leads_with_one_witness(urgency: int | None, leads: bool) -> None:
    document = an_edition(
        carried(1, sources=(source(1, "A"), source(7, "B"), source(8, "C"))),
        carried(2, headline="urgent", said=Said(urgency=urgency)),
    )
    assert (headlines(document)[0] == "urgent") is leads


@pytest.mark.parametrize(
    ("papers", "section", "leads"),
    [
        (3, "Culture", False),
        (3, "Life", False),
        (5, "Culture", True),
        (3, "Sport", True),
        (3, "World", True),
    ],
)
def test_of_a_soft_topic_half_the_publishers_count(papers: int, section: str, leads: bool) -> None:
    names = [source(1, "A"), *(source(10 + n, f"Paper {n}") for n in range(1, papers))]
    document = an_edition(
        carried(1, headline="Singer and dancer part", said=Said(section=section), sources=tuple(names)),
        carried(2, headline="news", said=Said(section="World"), sources=(source(2, "A"), source(3, "B"))),
        selection=Selection(),
    )

    assert (headlines(document)[0] == "Singer and dancer part") is leads


def test_a_topic_of_which_no_title_says_what_happened_is_soft() -> None:
    names = tuple(source(10 + n, f"Paper {n}") for n in range(3))
    document = an_edition(
        carried(10, article_id="article-10", headline="10 reasons to love the sea", sources=names),
        carried(2, headline="news", sources=(source(2, "A"), source(3, "B"))),
    )

    assert headlines(document)[0] == "news"


def test_urgent_news_that_is_stale_waits_for_its_witnesses() -> None:
    document = an_edition(
        carried(1, sources=(source(1, "A"), source(7, "B"))),
        carried(2, headline="urgent", said=Said(urgency=1), received_at=CLOSED - STALE_AFTER),
    )
    assert headlines(document)[1] == "urgent"


def test_a_publication_time_after_the_close_does_not_lead_the_edition() -> None:
    document = an_edition(
        carried(1, headline="from the future", published_at=CLOSED + timedelta(days=90), received_at=RECEIVED),
        carried(2, headline="of this morning", received_at=RECEIVED + timedelta(minutes=1)),
    )

    assert headlines(document) == ["of this morning", "from the future"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param(["A", "B"], 2, id="two"),
        pytest.param(["A", "a ", "A"], 1, id="one in three spellings"),
        pytest.param(["North  Wire", "north wire"], 1, id="spacing"),
        pytest.param(["A", None], 1, id="a nameless copy adds nothing"),
        pytest.param([None, "", None], 1, id="nameless copies are one"),
        pytest.param([], 1, id="never none"),
    ],
)
def test_witnesses_are_counted_by_name(names: list[str | None], expected: int) -> None:
    assert witnesses([carried(sources=tuple(source(n, name) for n, name in enumerate(names)))]) == expected


def test_an_agency_s_copies_count_once_on_however_many_sites() -> None:
    copies = carried(1, sources=(source(1, "A", agency="Reuters"), source(2, "B"), source(3, "C", agency="Reuters")))
    own = carried(2, sources=(source(4, "D"),))

    assert witnesses([copies]) == 1
    assert witnesses([copies, own]) == 2
    assert witnesses([copies, carried(3, sources=(source(5, "Reuters"),))]) == 1


def weight(one: Carried) -> int:
    return -rank([one], CLOSED)[1]


def test_a_report_loses_its_freshness_within_a_day_and_gains_by_its_length() -> None:
    old = carried(1, published_at=CLOSED - STALE_AFTER)
    older = carried(2, published_at=CLOSED - 5 * STALE_AFTER)
    new = carried(3, published_at=CLOSED)

    assert weight(old) == weight(older) == 0
    assert weight(new) > weight(carried(4, published_at=CLOSED - timedelta(hours=6))) > 0
    assert weight(carried(5, published_at=CLOSED - STALE_AFTER, body="x" * LONG_COVERAGE)) == weight(new)
    assert weight(carried(6, published_at=CLOSED, body="x" * 9 * LONG_COVERAGE)) == 2 * weight(new)


def test_no_length_and_no_freshness_outweighs_one_more_witness() -> None:
    long = carried(1, published_at=CLOSED, body="x" * LONG_COVERAGE)
    two = carried(2, published_at=CLOSED - 9 * STALE_AFTER, sources=(source(2, "A"), source(3, "B")))

    assert sorted([[long], [two]], key=lambda topic: rank(topic, CLOSED)) == [[two], [long]]
