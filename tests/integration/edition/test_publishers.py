"""The publishers of an edition: each by one name, whatever the order in which its articles came."""

import random
from datetime import UTC, datetime

import pytest

from tests.articles import digest, raw
from worker.clean import clean
from worker.dedup import text_key
from worker.edition import closing
from worker.edition.document import Document
from worker.edition.profile import EVERYTHING, Selection
from worker.edition.render import RENDERERS
from worker.store import Store, leases
from worker.store.articles import Incoming, take_in

STORY = (
    "The harbour of Oda stays closed until Monday, the port authority said. Engineers found a crack in the northern "
    "lock on Saturday. Some 40 ships are waiting outside the breakwater, and three ferries were sent to Hollin."
)
OTHER = "The council of Brae has voted for a tram line to the airport. Work begins in spring and ends in four years."

#: The text, and what its source says of it: address, publisher.
ARTICLES = (
    (STORY, "https://www.odapost.example/harbour", None),
    (STORY, "https://odapost.example/harbour?again", "The Oda Post"),
    (STORY, "https://amp.odapost.example/harbour", "odapost"),
    (STORY, None, "ODA POST"),
    (STORY, "https://www.bbc.co.uk/news/1", None),
    (STORY, None, "BBC World Service"),
    (STORY, None, None),
    (OTHER, "https://www.odapost.example/tram", None),
)


def closed(store: Store, order: int = 0, selection: Selection = EVERYTHING) -> Document:
    """Return the edition of ARTICLES, which came in another order for each `order`."""
    chosen = list(enumerate(ARTICLES))
    random.Random(order).shuffle(chosen)
    for number, (text, url, publisher) in chosen:
        article = clean(raw(text, uri=url or f"file-{number}.txt", publisher=publisher))
        take_in(store, [Incoming(article, text_key(article.body))])
    lease = leases.lease(store)
    leases.finish(store, lease.token, [digest(article.id) for article in lease.articles])
    today = datetime.now(UTC).date()
    return closing.close(store, profile="daily", timezone="UTC", date=today, at=None, selection=selection).document


def publishers(document: Document) -> list[str]:
    return sorted(
        source["publisher"] or ""
        for topic in document["topics"]
        for told in topic["digests"]
        for source in told["sources"]
    )


@pytest.mark.parametrize("order", [1, 2, 3])
def test_one_publisher_has_one_name_in_whatever_order_its_articles_came(store: Store, order: int) -> None:
    assert publishers(closed(store, order)) == ["", "BBC News", "BBC News", *["The Oda Post"] * 5]


def test_no_outlet_is_listed_beside_itself_and_no_file_is_named(store: Store) -> None:
    text = RENDERERS["md"](closed(store)).decode()

    assert text.count("Also: ") == 1
    assert text.count("BBC News") == 1
    assert "[odapost.example]" not in text
    assert "file-" not in text
    assert "inbox" not in text


def test_every_source_with_a_web_address_has_it_in_the_document(store: Store) -> None:
    sources = [s for topic in closed(store)["topics"] for told in topic["digests"] for s in told["sources"]]

    assert sorted(s["url"] for s in sources if s["url"]) == sorted(url for _, url, _ in ARTICLES if url)


def test_a_profile_may_write_a_publisher_in_any_of_its_ways(store: Store) -> None:
    (topic,) = closed(store, selection=Selection(publishers=("bbc.com",)))["topics"]

    assert "BBC News" in {source["publisher"] for source in topic["digests"][0]["sources"]}


def test_a_profile_without_a_publisher_is_without_it_however_it_is_written(store: Store) -> None:
    topics = closed(store, selection=Selection(not_publishers=("Oda Post",)))["topics"]

    assert {topic["digests"][0]["sources"][0]["publisher"] for topic in topics} <= {None, "BBC News"}
