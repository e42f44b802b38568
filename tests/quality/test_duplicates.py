"""Floors of duplicates on the generated stream and on the data sets. Lowering one is a decision for the changelog."""

import gzip
import itertools
import json
import random
from pathlib import Path

import pytest

from producers.redis_client import connect
from tests.quality.duplicates import BATCH, DATA, Desk, Score, footer_attack, judged, pairs, read
from tests.quality.reprints import CUTS, EDITS, original, reprint, stream

#: Originals and reprints of each kind: the issue's 2,000 originals; half the reprints of a full run, to be short.
ORIGINALS, REPRINTS = 2000, 100
#: The issue asks for 0.94 and 0.97; the floors stand a little below what is reached (0.994, 1.0).
LEAST_F1, LEAST_CUT_RECALL = 0.98, 0.98

#: Share of the pairs that another order of all kinds of copies may change; under 0.006 is reached.
MOST_CHANGED = 0.01

MCCORMICK = DATA / "mccormick2500.jsonl.gz"


@pytest.fixture
def score(redis_url: str) -> Score:
    return judged(stream(ORIGINALS, REPRINTS), connect(redis_url))


def test_the_generated_stream_holds_its_floors(score: Score) -> None:
    assert score.f1 >= LEAST_F1
    assert {kind: recall for kind, recall in score.recall.items() if kind in CUTS and recall < LEAST_CUT_RECALL} == {}
    assert (score.wrong, score.merged) == (0, 0)


def test_the_footer_attack_merges_nothing(redis_url: str) -> None:
    assert footer_attack(connect(redis_url)) == 0


@pytest.mark.parametrize("first", ["originals", "copies", "any"])
def test_the_order_of_originals_and_copies_changes_few_pairs_and_merges_nothing(redis_url: str, first: str) -> None:
    client = connect(redis_url)
    originals = [(f"{n}/original", original(n)) for n in range(REPRINTS)]
    copies = [(f"{n}/{kind}", reprint(n, kind)) for n in range(REPRINTS) for kind in EDITS]
    parts = {"originals": [originals, copies], "copies": [copies, originals], "any": [originals + copies]}[first]

    def told(seed: int) -> set[frozenset[str]]:
        client.flushall()
        desk = Desk(client)
        for part in parts:
            items = random.Random(seed).sample(part, len(part))
            for at in range(0, len(items), BATCH):
                desk.take(items[at : at + BATCH], lambda _body: "en")
        stories: dict[str, list[str]] = {}
        for name, story in desk.story.items():
            stories.setdefault(story, []).append(name)
        assert [names for names in stories.values() if len({name.split("/")[0] for name in names}) > 1] == []
        return {frozenset(two) for names in stories.values() for two in itertools.combinations(names, 2)}

    one, other = told(1), told(2)
    assert len(one ^ other) <= MOST_CHANGED * len(one | other)


@pytest.mark.skipif(not MCCORMICK.exists(), reason="the data sets are not part of the repository")
def test_the_20_pairs_of_mccormick_are_found_and_no_other(redis_url: str) -> None:
    articles = read(MCCORMICK)
    stories: dict[str, list[str]] = {}
    for article in articles:
        stories.setdefault(article["story"], []).append(article["id"])
    expected = {frozenset(pair) for ids in stories.values() for pair in itertools.combinations(ids, 2)}
    assert len(expected) == 20
    assert {frozenset((found["a"], found["b"])) for found in pairs(articles, connect(redis_url))} == expected


def test_articles_published_long_apart_are_two_stories(redis_url: str) -> None:
    body = stream(1, 0)[0].body
    articles = [
        {"id": name, "text": body, "published_at": day}
        for name, day in (
            ("late", "2026-11-30T00:00:00Z"),
            ("copy", "2026-11-02T12:00:00+01:00"),
            ("first", "2026-11-02"),
        )
    ]
    assert [(pair["a"], pair["b"], pair["containment"]) for pair in pairs(articles, connect(redis_url))] == [
        ("first", "copy", 1.0)
    ]


def test_a_gzipped_file_is_read_like_a_plain_one(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.jsonl", tmp_path / "a.jsonl.gz"
    plain.write_text(json.dumps({"id": "1"}) + "\n\n")
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read(plain) == read(packed) == [{"id": "1"}]
