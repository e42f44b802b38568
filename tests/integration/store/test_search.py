"""Searching: by words, phrases, day and publisher, alike on both kinds of store, and what the articles say now."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.articles import digest, incoming
from worker.store import Store, leases
from worker.store.articles import take_in
from worker.store.search import Query, find, terms
from worker.store.tables import articles

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def found(store: Store, words: str = "", **fields: object) -> list[str]:
    return sorted(hit.article_id for hit in find(store, Query(words=words, **fields), most=50))  # type: ignore[arg-type]


@pytest.fixture
def stocked(store: Store) -> Store:
    take_in(
        store,
        [
            incoming(
                "ferry", "The ferry to Osterby was late. It's 3.5 metres deep.", title="Ferry late", publisher="NPA"
            ),
            incoming("café", "Le café-théâtre de Zoë ferme; see www.courier.example/zoe.", publisher="The Courier"),
            incoming("rates", "The central bank raised rates, and the ferry fare follows.", published_at=NOON),
        ],
    )
    return store


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("ferry", ["ferry", "rates"]),
        ("FERRY late", ["ferry"]),
        ("ferry -osterby", ["rates"]),
        ('"central bank"', ["rates"]),
        ('"bank central"', []),
        ('"ferry fare', ["rates"]),
        ("cafe zoe", ["café"]),
        ("café-theatre", ["café"]),
        ("courier.example", ["café"]),
        ("it's 3.5", ["ferry"]),
        ("nothing", []),
        ("-ferry", []),
        ("***", ["café", "ferry", "rates"]),
        ("NEAR( AND OR ferry*", []),
    ],
)
def test_an_article_is_found_by_its_words(stocked: Store, words: str, ids: list[str]) -> None:
    assert found(stocked, words) == sorted(ids)


def test_a_question_may_be_narrowed_by_publisher_and_time_of_publication(stocked: Store) -> None:
    assert found(stocked, publisher="courier") == ["café"]
    assert found(stocked, publisher="inb") == ["rates"], "the source stands in where no publisher is named"
    assert found(stocked, publisher="%") == []
    assert found(stocked, since=NOON) == ["rates"]
    assert found(stocked, before=NOON) == ["café", "ferry"], "their time of receipt stands in"
    assert found(stocked, "ferry", since=NOON, before=NOON + timedelta(1)) == ["rates"]


def test_a_hit_names_the_story_and_the_headline_where_the_article_leads_it(stocked: Store) -> None:
    while (lease := leases.lease(stocked)).articles:
        leases.finish(stocked, lease.token, [digest(one.id) for one in lease.articles])
    (hit,) = find(stocked, Query(words="osterby"), most=5)
    assert (hit.story_id, hit.headline, hit.reprint) == ("ferry", "Headline of ferry", False)


def test_the_newest_come_first_and_are_told_in_pages(stocked: Store) -> None:
    first, second = (find(stocked, Query(), most=2, skip=skip) for skip in (0, 2))
    assert [hit.article_id for hit in first + second] == ["rates", "café", "ferry"]


def test_what_an_article_no_longer_says_is_not_found(stocked: Store) -> None:
    with stocked.writing() as connection:
        connection.execute(sa.update(articles).where(articles.c.id == "ferry").values(body="A bridge.", title="Bridge"))
        connection.execute(sa.delete(articles).where(articles.c.id == "rates"))
    assert found(stocked, "ferry") == []
    assert found(stocked, "bridge") == ["ferry"]


def test_articles_that_were_there_before_the_index_are_found(store_url: str) -> None:
    from alembic import command
    from alembic.config import Config

    from tests.integration.store.test_migrations import _OF_0001
    from worker.store import connect, migrate, migrations

    store = connect(store_url)
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    with store.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in _OF_0001:
            connection.exec_driver_sql(statement)
    migrate(store)
    assert found(store, "body") == ["a", "b"]
    store.close()


def test_an_article_of_any_size_and_script_is_stored_and_found(store: Store) -> None:
    words = " ".join(f"w{n:x}ord" for n in range(400_000))
    take_in(store, [incoming("huge", f"Beginning {words}"), incoming("long", "x" * 100_000 + " \U00020000 end")])
    assert found(store, "beginning") == ["huge"]
    take_in(store, [incoming("ligatures", "Opening " + "\ufdfa " * 90_000)])
    assert found(store, "opening") == ["ligatures"]
    assert found(store, "end") == (["long"] if store.engine.dialect.name == "sqlite" else [])


def test_quotes_group_words_and_a_minus_excludes() -> None:
    assert terms('Bank "Central  Bank" -rates -"one two" --- ""') == (
        ["bank", "central bank"],
        ["rates", "one two"],
    )
