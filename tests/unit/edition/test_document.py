import json
import random
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.edition.document import KEYS, Document, EditionCounts, StorySource, encode
from worker.edition.profile import Selection

from .examples import an_edition, carried, full, source


def digests(document: Document) -> list[Document]:
    return [digest for topic in document["topics"] for digest in topic["digests"]]


def test_the_document_has_the_shape_of_the_contract() -> None:
    document = an_edition(
        carried(1, published_at=datetime(2026, 11, 22, 7, tzinfo=UTC)),
        title="The Harbour Brief",
        counts=EditionCounts(received=9, reprints=2, failed=1, filtered=4),
    )

    assert document == {
        "schema": 1,
        "edition": {
            "profile": "daily",
            "title": "The Harbour Brief",
            "web_url": "",
            "date": "2026-11-22",
            "timezone": "Europe/Berlin",
            "revision": 1,
            "closed_at": "2026-11-22T06:00:00Z",
            "sections": [],
            "counts": {
                "received": 9,
                "reprints": 2,
                "failed": 1,
                "digests": 1,
                "articles": 1,
                "topics": 1,
                "several": 0,
                "left_out": 0,
                "filtered": 4,
            },
        },
        "topics": [
            {
                "place": "full",
                "story_id": "story-001",
                "article_id": "article-1",
                "headline": "Headline 1",
                "headline_from": None,
                "summary": "The summary of story 1.",
                "section": None,
                "continues": None,
                "url": "https://news.example/1",
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
                                "folder": None,
                                "title": "A title",
                                "uri": "https://news.example/1",
                                "url": "https://news.example/1",
                                "article_id": "article-1",
                                "containment": None,
                            }
                        ],
                        "engine": "extractive",
                        "model": "all-MiniLM-L6-v2",
                        "supported": True,
                        "signal": None,
                        "note": None,
                        "revision": None,
                        "located": None,
                        "section": None,
                        "subjects": [],
                        "urgency": None,
                        "captions": [],
                        "usage": None,
                        "copyright": None,
                    }
                ],
            }
        ],
    }


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


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        an_edition(closed_at=datetime(2026, 11, 22))  # noqa: DTZ001


def test_an_unknown_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="is not known"):
        an_edition(timezone="Mars/Olympus")


@settings(deadline=None)
@given(seed=st.randoms(use_true_random=False))
def test_the_order_in_which_the_store_hands_stories_and_sources_over_changes_nothing(seed: random.Random) -> None:
    def stories(shuffle: bool) -> list[Any]:
        made = []
        for n in range(1, 6):
            sources: list[StorySource] = [source(n, "A"), *(source(n * 10 + k, f"P{k % 3}") for k in range(4))]
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
    assert list(document["topics"][0])[:3] == ["place", "story_id", "headline"]
    assert list(document["topics"][0])[-1] == "digests"
    keys = ["publisher", "folder", "title", "url", "uri", "article_id", "containment"]
    assert list(digest["sources"][0]) == keys
    for container in (document["edition"], document["edition"]["counts"], document["topics"][0], digest):
        assert all(KEYS.index(before) < KEYS.index(after) for before, after in pairwise(container))


def test_a_topic_that_is_left_out_keeps_its_headline_address_and_id_and_nothing_else() -> None:
    document = an_edition(carried(1), carried(2), selection=Selection(length=1))

    kept, left_out = document["topics"]
    assert (kept["place"], left_out["place"]) == ("full", "left_out")
    assert (left_out["headline"], left_out["url"], left_out["story_id"]) == (
        *("Headline 2", "https://news.example/2", "story-002"),
    )
    assert (left_out["summary"], left_out["digests"]) == ("", [])
    counts = document["edition"]["counts"]
    assert (counts["topics"], counts["left_out"], counts["digests"]) == (2, 1, 1)


def test_a_topic_counts_as_told_by_several_outlets_once_their_names_differ() -> None:
    document = an_edition(
        carried(1, sources=(source(1, "A"), source(11, "B"))), carried(2, sources=(source(2, "A"), source(12, "a ")))
    )

    counts = document["edition"]["counts"]
    assert (counts["articles"], counts["topics"], counts["several"]) == (4, 2, 1)


def test_an_edition_without_stories_is_an_edition() -> None:
    document = an_edition(date=date(2026, 1, 1))

    assert document["topics"] == []
    assert document["edition"]["date"] == "2026-01-01"
