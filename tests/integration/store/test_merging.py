"""Stories that an article proves to be one: what becomes of their articles, digests, leases, editions and decisions."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from tests.articles import digest, incoming
from tests.integration.store.test_stories import canonical, joining, rows, summarize
from tests.quality.reprints import prose
from worker.article import Failed
from worker.edition import closing
from worker.store import Store, leases, stories
from worker.store.articles import Incoming, take_in
from worker.store.contents import counts, export_stories
from worker.store.tables import stories as stories_table

WHOLE = prose(random.Random("whole"), 18)
FRONT, SCANNED = " ".join(WHOLE.split()[:100]), WHOLE.replace("the", "tha")


def proving(name: str, body: str, joins: str, *proves: str) -> Incoming:
    """Return an article whose claim joins one article and proves the stories of others to be the same."""
    return replace(joining(name, body, joins), proves=proves)


@pytest.fixture
def two(store: Store) -> Store:
    """Two copies of one report, far from each other, in stories of their own."""
    take_in(store, [incoming("front", FRONT), incoming("scan", SCANNED)])
    return store


def test_the_older_story_takes_the_younger_one_in(two: Store) -> None:
    take_in(two, [proving("whole", SCANNED + " And more.", "scan", "front")])
    assert {row[1] for row in rows(two).values()} == {"front"}
    assert rows(two)["front"] == ("ready", "front", "opened", None)
    assert rows(two)["scan"] == ("reprint", "front", "merged", "whole")
    assert canonical(two, "front") == "front"
    assert counts(two).open_stories == 1


def test_the_text_that_contains_the_other_and_is_much_longer_leads(store: Store) -> None:
    take_in(store, [incoming("front", FRONT), incoming("whole", WHOLE)])
    take_in(store, [proving("copy", WHOLE + " Copied.", "whole", "front")])
    assert rows(store)["whole"][:2] == ("ready", "front")
    assert rows(store)["front"] == ("reprint", "front", "merged", "copy")
    assert canonical(store, "front") == "whole"


def test_twice_is_as_good_as_once(two: Store) -> None:
    item = proving("whole", SCANNED + " And more.", "scan", "front")
    take_in(two, [item])
    before = rows(two)
    take_in(two, [item])
    take_in(two, [proving("again", SCANNED + " Once more.", "scan", "front")])
    assert {name: row for name, row in rows(two).items() if name != "again"} == before


def test_whoever_summarises_the_one_that_loses_has_lost_its_lease(two: Store) -> None:
    lease = leases.lease(two)
    assert {one.id for one in lease.articles} == {"front", "scan"}
    take_in(two, [proving("whole", SCANNED + " And more.", "scan", "front")])
    assert leases.finish(two, lease.token, [digest("front"), digest("scan")]) == 1
    assert [row["canonical_id"] for row in export_stories(two)] == ["front"]


def test_a_story_whose_opener_is_under_way_is_merged_beforehand(store: Store) -> None:
    take_in(store, [incoming("scan", SCANNED), proving("whole", SCANNED + " And more.", "scan", "front")])
    take_in(store, [incoming("front", FRONT)])
    assert rows(store)["front"][:3] == ("reprint", "scan", "near")
    take_in(store, [joining("late", FRONT + " Late.", "front")])
    assert rows(store)["late"][1] == "scan"
    assert rows(store)["front"][1] == "scan"


def test_what_names_the_vanished_story_means_the_one_that_is_left(two: Store) -> None:
    take_in(two, [proving("whole", SCANNED + " And more.", "front", "scan")])
    assert stories.show(two, "scan")["id"] == "front"
    take_in(two, [joining("late", SCANNED + " Late.", "scan")])
    assert rows(two)["late"][1] == "front"


def test_three_stories_become_one_in_two_steps(two: Store) -> None:
    take_in(two, [incoming("third", "A third copy of it, by chance with words of its own in every line.")])
    take_in(two, [proving("whole", SCANNED + " And more.", "third", "scan")])
    take_in(two, [proving("again", SCANNED + " And again.", "third", "front")])
    assert {row[1] for row in rows(two).values()} == {"front"}
    assert stories.show(two, "third")["id"] == "front"


def test_stories_that_a_person_split_stay_two(store: Store) -> None:
    take_in(store, [incoming("front", FRONT), joining("scan", SCANNED, "front")])
    apart = stories.split(store, "scan")
    take_in(store, [proving("whole", SCANNED + " And more.", "scan", "front")])
    assert (rows(store)["scan"][1], rows(store)["front"][1]) == (apart, "front")


def test_a_failed_canonical_leaves_the_lead_to_the_other(two: Store) -> None:
    lease = leases.lease(two)
    leases.finish(two, lease.token, [Failed(article_id="front", reason="It is empty."), digest("scan")])
    take_in(two, [proving("whole", SCANNED + " And more.", "scan", "front")])
    assert canonical(two, "front") in {"scan", "whole"}
    assert rows(two)["front"][:2] == ("failed", "front")


def test_a_story_told_by_an_edition_is_not_told_again_after_it_was_merged(two: Store) -> None:
    summarize(two)
    first = closing.close(two, profile="daily", timezone="UTC", date=date(2026, 11, 22), at=None)
    assert first.document["edition"]["counts"]["digests"] == 2
    take_in(two, [proving("whole", SCANNED + " And more.", "scan", "front")])
    summarize(two)
    second = closing.close(
        two, profile="daily", timezone="UTC", date=date(2026, 11, 23), at=datetime(2099, 1, 1, tzinfo=UTC)
    )
    assert second.document["topics"] == []


def test_of_a_merged_story_only_its_canonical_is_told(two: Store) -> None:
    summarize(two)
    take_in(two, [proving("whole", SCANNED + " And more.", "scan", "front")])
    edition = closing.close(two, profile="daily", timezone="UTC", date=date(2026, 11, 22), at=None)
    (told,) = [digest for topic in edition.document["topics"] for digest in topic["digests"]]
    assert {source["article_id"] for source in told["sources"]} == {"front", "scan", "whole"}
    with two.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(stories_table)) == 1
