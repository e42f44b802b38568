import json
import random
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.edition.document import KEYS, Carried, Counts, Document, Source, encode, publishers
from worker.errors import ConfigurationError

from .examples import CLOSED, RECEIVED, STORM, an_edition, carried, full, source


def headlines(document: Document) -> list[str]:
    return [digest["headline"] for topic in document["topics"] for digest in topic["digests"]]


def digests(document: Document) -> list[Document]:
    return [digest for topic in document["topics"] for digest in topic["digests"]]


def test_the_document_has_the_shape_of_the_contract() -> None:
    document = an_edition(
        carried(1, published_at=datetime(2026, 11, 22, 7, tzinfo=UTC)),
        counts=Counts(received=9, reprints=2, failed=1, digests=1),
    )

    assert document == {
        "schema": 1,
        "edition": {
            "profile": "daily",
            "date": "2026-11-22",
            "timezone": "Europe/Berlin",
            "revision": 1,
            "closed_at": "2026-11-22T06:00:00Z",
            "counts": {"received": 9, "reprints": 2, "failed": 1, "digests": 1},
        },
        "topics": [
            {
                "title": "Headline 1",
                "digests": [
                    {
                        "story_id": "story-001",
                        "headline": "Headline 1",
                        "summary": "The summary of story 1.",
                        "language": "en",
                        "published_at": "2026-11-22T07:00:00Z",
                        "late": False,
                        "update": False,
                        "sources": [
                            {
                                "publisher": None,
                                "title": "A title",
                                "uri": "https://news.example/1",
                                "article_id": "article-1",
                                "containment": None,
                            }
                        ],
                        "engine": "extractive",
                        "model": "all-MiniLM-L6-v2",
                        "supported": True,
                    }
                ],
            }
        ],
    }


def test_stories_with_more_independent_publishers_come_first_then_the_most_recent_then_by_id() -> None:
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


def test_stories_of_one_event_are_a_topic_named_by_its_lead() -> None:
    document = an_edition(
        carried(1, headline="Short", body=STORM[2]), carried(2, headline="Long", body=STORM[0]), carried(3)
    )

    assert [(topic["title"], [one["headline"] for one in topic["digests"]]) for topic in document["topics"]] == [
        ("Long", ["Long", "Short"]),
        ("Headline 3", ["Headline 3"]),
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param({}, {"body": STORM[0] + " More."}, id="the longest body"),
        pytest.param({"published_at": RECEIVED}, {"published_at": RECEIVED - timedelta(hours=1)}, id="the earliest"),
        pytest.param({"story_id": "b"}, {"story_id": "a"}, id="the lowest id"),
    ],
)
def test_the_second_of_these_leads_its_topic(first: dict[str, Any], second: dict[str, Any]) -> None:
    document = an_edition(
        carried(1, **{"headline": "first", "body": STORM[0], **first}),
        carried(2, **{"headline": "second", "body": STORM[0], **second}),
    )

    assert headlines(document) == ["second", "first"]
    assert len(document["topics"]) == 1


def test_a_topic_counts_the_publishers_of_all_its_stories_once() -> None:
    def told(number: int, *names: str, **fields: object) -> Carried:
        sources = tuple(source(number * 10 + n, name) for n, name in enumerate(names))
        return carried(number, article_id=sources[0].article_id, sources=sources, **fields)

    document = an_edition(
        told(1, "A", "B", body=STORM[0]),
        told(2, "A", "C", body=STORM[1]),
        told(3, "a", "B", body=STORM[2]),
        told(4, "A", "B", "C", headline="as many, and newer", received_at=RECEIVED + timedelta(minutes=1)),
        told(5, "A", "B", "C", "D", headline="more"),
    )

    assert [topic["title"] for topic in document["topics"]] == ["more", "as many, and newer", "Headline 1"]
    assert [one["story_id"] for one in document["topics"][2]["digests"]] == ["story-001", "story-002", "story-003"]


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
def test_independent_publishers_are_counted_by_name(names: list[str | None], expected: int) -> None:
    assert publishers([source(n, name) for n, name in enumerate(names)]) == expected


@pytest.mark.parametrize(
    ("published_at", "late"),
    [
        pytest.param(None, False, id="unknown"),
        pytest.param(datetime(2026, 11, 22, 5, tzinfo=UTC), False, id="today"),
        pytest.param(datetime(2026, 11, 20, 23, tzinfo=UTC), False, id="yesterday in Berlin, though not in UTC"),
        pytest.param(datetime(2026, 11, 20, 22, 59, tzinfo=UTC), True, id="the day before yesterday"),
        pytest.param(datetime(2027, 11, 22, tzinfo=UTC), False, id="next year"),
    ],
)
def test_a_digest_is_late_when_its_article_was_published_before_yesterday(
    published_at: datetime | None, late: bool
) -> None:
    assert digests(an_edition(carried(published_at=published_at)))[0]["late"] is late


def test_the_canonical_comes_first_without_containment_then_the_closest_copies() -> None:
    story = carried(
        1,
        sources=(
            source(4, "B", containment=0.8),
            source(3, "C", containment=1.0),
            source(2, "A", containment=0.8),
            source(1, "D", containment=0.9),
        ),
    )

    sources = digests(an_edition(story))[0]["sources"]

    assert [(one["publisher"], one["containment"]) for one in sources] == [
        ("D", None),
        ("C", 1.0),
        ("A", 0.8),
        ("B", 0.8),
    ]


def test_a_story_without_its_canonical_is_refused() -> None:
    with pytest.raises(ValueError, match="story-001 has no source for its canonical"):
        an_edition(carried(1, sources=(source(2),)))


@pytest.mark.parametrize("name", ["published_at", "received_at"])
def test_a_time_without_a_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        an_edition(carried(1, **{name: datetime(2026, 11, 22)}))  # noqa: DTZ001


def test_an_unknown_time_zone_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="is not known"):
        an_edition(timezone="Mars/Olympus")


@settings(deadline=None)
@given(seed=st.randoms(use_true_random=False))
def test_the_order_in_which_the_store_hands_stories_and_sources_over_changes_nothing(seed: random.Random) -> None:
    def stories(shuffle: bool) -> list[Any]:
        made = []
        for n in range(1, 6):
            sources: list[Source] = [source(n, "A"), *(source(n * 10 + k, f"P{k % 3}") for k in range(4))]
            if shuffle:
                seed.shuffle(sources)
            made.append(carried(n, sources=tuple(sources)))
        if shuffle:
            seed.shuffle(made)
        return made

    assert encode(an_edition(*stories(shuffle=True))) == encode(an_edition(*stories(shuffle=False)))


def test_the_file_is_readable_json_with_a_newline_at_its_end() -> None:
    content = encode(an_edition(carried(1, headline="Über „Wörter“ – 🌊")))

    assert json.loads(content) == an_edition(carried(1, headline="Über „Wörter“ – 🌊"))
    assert "Über „Wörter“ – 🌊".encode() in content
    assert content.endswith(b"}\n")


def test_a_document_whose_keys_a_store_has_reordered_gives_the_same_bytes() -> None:
    def backwards(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: backwards(value[key]) for key in sorted(value, reverse=True)}
        return [backwards(one) for one in value] if isinstance(value, list) else value

    assert encode(backwards(full())) == encode(full())


def test_the_file_has_the_keys_in_the_order_of_the_contract_and_unknown_ones_last() -> None:
    document = json.loads(encode({**full(), "extra": {"b": 1, "a": 2}}))
    digest = document["topics"][0]["digests"][0]

    assert list(document) == ["schema", "edition", "topics", "extra"]
    assert list(document["extra"]) == ["a", "b"]
    assert list(document["edition"]["counts"]) == ["received", "reprints", "failed", "digests"]
    assert list(document["topics"][0]) == ["title", "digests"]
    assert list(digest["sources"][0]) == [field.name for field in fields(Source)]
    for container in (document["edition"], digest):
        assert all(KEYS.index(before) < KEYS.index(after) for before, after in pairwise(container))


def test_an_edition_without_stories_is_an_edition() -> None:
    document = an_edition(date=date(2026, 1, 1))

    assert document["topics"] == []
    assert document["edition"]["date"] == "2026-01-01"
