"""Stories through ingest: whatever is killed, wiped or comes in another order, each story has one canonical."""

import multiprocessing
import os
import random
import signal
from collections.abc import Sequence

import pytest

from producers.article import RawArticle
from producers.journal import Journal
from producers.redis_client import connect
from tests.articles import digest, raw
from tests.quality.reprints import KEEP_LEAD, original, reprint
from worker import pipeline
from worker.store import Store, articles, leases
from worker.store import connect as connect_store
from worker.store.contents import counts, export_articles, export_stories

#: Stories of a stream, and articles in a message.
STORIES, MESSAGE = 24, 8


def news(number: int, kind: str) -> RawArticle:
    body = original(number) if kind == "original" else reprint(number, kind)
    return raw(body, uri=f"{number}/{kind}", source="wire", title=f"Report {number}")


def stream(seed: int) -> list[RawArticle]:
    """Return the originals and a copy of each that keeps its lead, in the order of `seed`."""
    items = [news(n, kind) for n in range(STORIES) for kind in ("original", KEEP_LEAD[n % len(KEEP_LEAD)])]
    random.Random(seed).shuffle(items)
    return items


def ingest(raws: Sequence[RawArticle], journal: Journal, store: Store) -> None:
    for at in range(0, len(raws), MESSAGE):
        some = raws[at : at + MESSAGE]
        journal.admit(some)
        pipeline.ingest([str(one.id) for one in some], journal, store)


def partition(store: Store) -> set[frozenset[str]]:
    """Return the articles of each story, by their URIs."""
    told: dict[str, set[str]] = {}
    for row in export_articles(store):
        told.setdefault(row["story_id"], set()).add(row["uri"])
    return {frozenset(uris) for uris in told.values()}


def killed_between_claim_and_store(redis_url: str, store_url: str, name: str) -> None:
    """Ingest the article `name` and be killed when its claim is made and nothing is stored."""
    articles.take_in = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment, misc]
    pipeline.ingest([name], Journal(connect(redis_url)), connect_store(store_url))


@pytest.fixture
def killed(journal: Journal, redis_url: str, store: Store, store_url: str) -> RawArticle:
    """An article whose worker was killed between its claim and the store."""
    one = news(1, "original")
    journal.admit([one])
    context = multiprocessing.get_context("spawn")
    worker = context.Process(target=killed_between_claim_and_store, args=(redis_url, store_url, str(one.id)))
    worker.start()
    worker.join(120)
    assert worker.exitcode == -signal.SIGKILL
    assert counts(store).articles == 0
    return one


def summarize(store: Store) -> None:
    while (lease := leases.lease(store)).articles:
        leases.finish(store, lease.token, [digest(one.id) for one in lease.articles])


def assert_one_story_with_one_digest(store: Store, number: int) -> None:
    summarize(store)
    (story,) = export_stories(store)
    assert len(story["articles"]) == number
    assert sorted(row["state"] for row in export_articles(store)) == ["digested", *["reprint"] * (number - 1)]


def test_the_redelivered_article_of_a_killed_worker_is_the_canonical(
    journal: Journal, store: Store, killed: RawArticle
) -> None:
    pipeline.ingest([str(killed.id)], journal, store)
    ingest([news(1, "cut to 50 %")], journal, store)
    assert_one_story_with_one_digest(store, 2)
    assert next(export_stories(store))["canonical_id"] == str(killed.id)


def test_a_copy_that_comes_before_the_redelivery_leads_the_story(
    journal: Journal, store: Store, killed: RawArticle
) -> None:
    ingest([news(1, "edit 5 %")], journal, store)
    summarize(store)
    pipeline.ingest([str(killed.id)], journal, store)
    assert_one_story_with_one_digest(store, 2)
    assert next(export_stories(store))["id"] == str(killed.id)


def test_copies_are_one_story_even_if_the_killed_workers_article_never_comes_again(
    journal: Journal, store: Store, killed: RawArticle
) -> None:
    ingest([news(1, "edit 5 %"), news(1, "cut to 50 %"), news(1, "typography")], journal, store)
    assert_one_story_with_one_digest(store, 3)


def test_a_redis_that_is_wiped_in_mid_stream_gives_the_same_stories(journal: Journal, store: Store) -> None:
    items = stream(1)
    half = len(items) // 2
    ingest(items[:half], journal, store)
    journal.redis.flushall()
    ingest(items[half:], journal, store)
    assert partition(store) == {
        frozenset({f"{n}/original", f"{n}/{KEEP_LEAD[n % len(KEEP_LEAD)]}"}) for n in range(STORIES)
    }


def test_another_order_gives_the_same_stories(journal: Journal, store: Store) -> None:
    ingest(stream(2), journal, store)
    assert partition(store) == {
        frozenset({f"{n}/original", f"{n}/{KEEP_LEAD[n % len(KEEP_LEAD)]}"}) for n in range(STORIES)
    }


def test_a_full_server_leaves_the_article_in_the_journal_and_out_of_the_store(journal: Journal, store: Store) -> None:
    one = news(1, "original")
    journal.admit([one])
    journal.redis.config_set("maxmemory", 1)
    with pytest.raises(pipeline.RetryableError):
        pipeline.ingest([str(one.id)], journal, store)
    journal.redis.config_set("maxmemory", 0)
    assert (journal.pending(), journal.attempts([str(one.id)]), counts(store).articles) == (1, [0], 0)
    assert pipeline.ingest([str(one.id)], journal, store).ready == 1


def quake(magnitude: str, place: str, day: str, **fields: object) -> RawArticle:
    """Return a report that a program writes: all but its facts is the same in each."""
    text = (
        f"A magnitude {magnitude} earthquake was reported {day} at 6:12 a.m. two miles from {place}, according to the "
        "National Survey.\n\nIn the last ten days, there have been two earthquakes of magnitude 3.0 or greater centred "
        "nearby.\n\nAn average of 234 earthquakes of such a size occur per year in the country, according to a recent "
        "sample of the survey.\n\nEven if you felt nothing, you never know when the big one is going to strike. Ready "
        "yourself by following our guide in five steps.\n"
    )
    return raw(text, source="wire", **{"uri": place, "title": f"Earthquake shakes {place}", **fields})  # type: ignore[arg-type]


def test_reports_of_one_template_are_stories_of_their_own_even_after_redis_is_wiped(
    journal: Journal, store: Store
) -> None:
    ingest([quake("3.4", "Hollin", "Monday"), quake("3.8", "Brock", "Thursday")], journal, store)
    journal.redis.flushall()
    ingest([quake("4.2", "Grent", "Friday"), quake("3.8", "Brock", "Thursday", uri="copy")], journal, store)
    assert partition(store) == {frozenset({"Hollin"}), frozenset({"Brock", "copy"}), frozenset({"Grent"})}


def test_other_facts_stop_no_update_of_the_same_item(journal: Journal, store: Store) -> None:
    link = "https://wire.example/quake"
    ingest([quake("3.4", "Hollin", "Monday", uri=link)], journal, store)
    ingest([quake("3.8", "Brock", "Thursday", uri=link)], journal, store)
    assert len(list(export_stories(store))) == 1


def test_other_facts_stop_no_text_that_calls_itself_an_update(journal: Journal, store: Store) -> None:
    ingest([quake("3.4", "Hollin", "Monday")], journal, store)
    ingest([quake("3.8", "Brock", "Thursday", title="UPDATE 1-Earthquake was stronger")], journal, store)
    ingest([quake("4.2", "Grent", "Friday")], journal, store)
    assert partition(store) == {frozenset({"Hollin", "Brock"}), frozenset({"Grent"})}
