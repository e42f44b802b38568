"""Searching: by words, phrases, day and publisher, alike on both kinds of store, and what the articles say now."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.articles import digest, incoming
from worker.store import Store, leases, search
from worker.store.articles import put_failure, take_in
from worker.store.contents import prune
from worker.store.failures import drop, work_again
from worker.store.matching import terms
from worker.store.search import Query, find
from worker.store.tables import articles

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def found(store: Store, words: str = "", **fields: object) -> list[str]:
    return sorted(hit.article_id for hit in find(store, Query(words=words, **fields), most=50).hits)  # type: ignore[arg-type]


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
        ("-ferry", ["café"]),
        ('-courier -"central bank"', ["ferry"]),
        ("-nothing", ["café", "ferry", "rates"]),
        ("", ["café", "ferry", "rates"]),
        ("***", []),
        ("-!!!", []),
        ("NEAR( AND OR ferry*", []),
    ],
)
def test_an_article_is_found_by_its_words(stocked: Store, words: str, ids: list[str]) -> None:
    assert found(stocked, words) == sorted(ids)


#: What articles say in many scripts, and with what words they are found.
SCRIPTS = {
    "chinese": "奥兰港口罢工，货船停运。3月恢复。",
    "japanese": "ガス漏れ、iPhone発売開始。東京タワー",
    "thai": "ท่าเรือโอรานหยุดงาน",
    "korean": "오란 항구에서 파업이 계속되고 있다.",
    "hindi": "बंदरगाह में हिन्दी हड़ताल",
    "persian": "نمی‌خواهم به بندر بروم",
    "german": "Der Hafen\u00adstreik in der Großen Straße",
    "greek": "Απεργία στο λιμάνι: ΌΛΟΣ ο κόσμος",
    "wide": "Ｆｅｒｒｙ　２０２６",
}
#: A question, and which of them it finds.
FOUND = {
    "港口": ["chinese"],
    "港口罢工": ["chinese"],
    "港": ["chinese"],
    "工": ["chinese"],
    "罢工 奥兰": ["chinese"],
    "口港": [],
    "港罢": [],
    "工货": [],
    "3月": ["chinese"],
    "月恢复": ["chinese"],
    '"停运 3月"': ["chinese"],
    "-港口 -파업": ["german", "greek", "hindi", "japanese", "persian", "thai", "wide"],
    "ｶﾞｽ": ["japanese"],
    "カス": [],
    "iphone発売": ["japanese"],
    "IPHONE 発売": ["japanese"],
    "タワー": ["japanese"],
    "เรือ": ["thai"],
    "หยุดงาน": ["thai"],
    "항구": ["korean"],
    "파업": ["korean"],
    "हिन्दी": ["hindi"],
    "हन्दी": [],
    "نمیخواهم": ["persian"],
    "hafenstreik": ["german"],
    "GROSSEN STRASSE": ["german"],
    "straße": ["german"],
    "όλος": ["greek"],
    "ολοσ λιμανι": ["greek"],
    "ferry 2026": ["wide"],
    "ｆｅｒｒｙ　－２０２６": [],
}


def test_words_of_every_script_are_found_alike(store: Store) -> None:
    take_in(store, [incoming(name, text, title=None) for name, text in SCRIPTS.items()])
    assert {words: found(store, words) for words in FOUND} == FOUND


def test_a_question_may_be_narrowed_by_publisher_and_time_of_publication(stocked: Store) -> None:
    assert found(stocked, publisher="courier") == ["café"]
    assert found(stocked, publisher="inb") == ["rates"], "the source stands in where no publisher is named"
    assert found(stocked, publisher="ＣÓURIER") == ["café"], "written in another way"
    assert found(stocked, publisher="%") == []
    assert found(stocked, since=NOON) == ["rates"]
    assert found(stocked, before=NOON) == ["café", "ferry"], "their time of receipt stands in"
    assert found(stocked, "ferry", since=NOON, before=NOON + timedelta(1)) == ["rates"]


def test_a_hit_names_the_story_and_the_headline_where_the_article_leads_it(stocked: Store) -> None:
    while (lease := leases.lease(stocked)).articles:
        leases.finish(stocked, lease.token, [digest(one.id) for one in lease.articles])
    (hit,) = find(stocked, Query(words="osterby"), most=5).hits
    assert (hit.story_id, hit.headline, hit.reprint) == ("ferry", "Headline of ferry", False)


def test_the_newest_come_first_and_are_told_in_pages(stocked: Store) -> None:
    first, second = (find(stocked, Query(), most=2, skip=skip).hits for skip in (0, 2))
    assert [hit.article_id for hit in first + second] == ["rates", "ferry", "café"]


def ranked(store: Store, words: str) -> list[str]:
    """Return the stories that are found, the best first."""
    return [hit.story_id for hit in find(store, Query(words=words), most=50).hits]


def test_the_best_answer_comes_first_and_of_equal_ones_the_newest(store: Store) -> None:
    filler = "The council met on Monday and spoke of roads and schools. " * 8
    texts = {
        "named": (f"{filler} A ferry was mentioned.", "Council meets", 0),
        "older": ("The ferry sailed on time.", "The harbour in spring", 3),
        "newer": ("The ferry sailed on time.", "The harbour in autumn", 1),
        "about": ("The ferry ran aground. The ferry was old.", "Ferry aground", 5),
        "ancient": ("The ferry ran aground. The ferry was old.", "Ferry sinks", 400),
    }
    take_in(
        store,
        [
            incoming(name, f"{text} {name}", title=title, published_at=NOON - timedelta(days=age))
            for name, (text, title, age) in texts.items()
        ],
    )
    order = ranked(store, "ferry")
    assert order[0] == "about", "its title has the word"
    assert order.index("newer") < order.index("older")
    assert order.index("about") < order.index("ancient")
    assert ranked(store, "ancient ferry") == ["ancient"]


def test_a_story_comes_once_and_stories_are_counted_beyond_the_page(store: Store) -> None:
    take_in(store, [incoming(f"n{n}", f"Report {n} on ferries.", title=f"Report {n}") for n in range(7)])
    with store.writing() as connection:
        connection.execute(sa.update(articles).where(articles.c.id.in_(["n1", "n2"])).values(story_id="n0"))
    answer = find(store, Query(words="ferries"), most=2, skip=2)
    assert (len(answer.hits), answer.stories, answer.is_cut) == (2, 5, False)
    assert sorted(ranked(store, "ferries")) == ["n0", "n3", "n4", "n5", "n6"]


def test_of_very_many_articles_the_newest_are_ranked(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST_RANKED", 3)
    take_in(store, [incoming(f"n{n}", f"Report {n}.", published_at=NOON + timedelta(days=n)) for n in range(5)])
    answer = find(store, Query(words="report"), most=9)
    assert (answer.stories, answer.is_cut) == (3, True)
    assert sorted(hit.story_id for hit in answer.hits) == ["n2", "n3", "n4"]


def test_no_phrase_reaches_from_the_title_into_the_text(store: Store) -> None:
    take_in(store, [incoming("a", "Aground off Osterby.", title="A ferry")])
    assert found(store, '"ferry aground"') == []
    assert found(store, '"a ferry"') == found(store, '"aground off"') == found(store, "ferry aground") == ["a"]


def test_what_is_pruned_dropped_or_taken_in_anew_is_found_by_what_the_store_says_now(stocked: Store) -> None:
    with stocked.writing() as connection:
        long_ago = datetime.now(UTC) - timedelta(days=9)
        connection.execute(sa.update(articles).where(articles.c.id == "rates").values(stored_at=long_ago))
        connection.execute(sa.update(articles).where(articles.c.id == "rates").values(state="reprint"))
        for name in ("ferry", "café"):
            connection.execute(sa.update(articles).where(articles.c.id == name).values(state="failed"))
            put_failure(connection, name, stage="s", reason="r", attempts=1, raw=None, failed_at=long_ago)
    assert found(stocked) == ["rates"], "what has failed is not shown"
    prune(stocked, 8)
    drop(stocked, ["café"])
    take_in(stocked, [incoming("ferry", "A bridge.", title="Bridge")])
    assert found(stocked, "ferry") == found(stocked, "zoe") == []
    assert found(stocked, "bridge") == found(stocked) == ["ferry"]
    with stocked.reading() as connection:
        assert left(connection) == {"a", "bridge"}, "the index holds no word of what is gone"


def left(connection: sa.Connection) -> set[str]:
    """Return the words that the index holds."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("CREATE VIRTUAL TABLE temp.held USING fts5vocab('main', 'search_words', 'row')")
        return set(connection.exec_driver_sql("SELECT term FROM held").scalars())
    return set(connection.exec_driver_sql("SELECT word FROM ts_stat('SELECT words FROM search_words')").scalars())


def test_an_article_that_failed_and_is_worked_on_again_is_found_again(stocked: Store) -> None:
    with stocked.writing() as connection:
        connection.execute(sa.update(articles).where(articles.c.id == "ferry").values(state="failed"))
        put_failure(connection, "ferry", stage="s", reason="r", attempts=1, raw=None, failed_at=NOON)
    assert found(stocked, "osterby") == []
    work_again(stocked, ["ferry"])
    assert found(stocked, "osterby") == ["ferry"]


def test_an_article_of_any_size_and_script_is_found_by_all_of_it(store: Store) -> None:
    words = " ".join(f"w{n:x}ord" for n in range(400_000))
    take_in(store, [incoming("huge", f"Beginning {words} end"), incoming("long", "x" * 100_000 + " \U00020000 end")])
    assert found(store, "beginning end") == ["huge"]
    assert found(store, "end") == ["huge", "long"]
    assert found(store, "beginning -end") == []
    for first in range(2990, 3010):
        assert found(store, f'"w{first:x}ord w{first + 1:x}ord w{first + 2:x}ord"') == ["huge"], "wherever it stands"
    take_in(store, [incoming("same", "word " * 300_000), incoming("ligatures", "Opening " + "\ufdfa " * 90_000)])
    assert found(store, "opening") == ["ligatures"]
    assert found(store, '"word word word"') == ["same"]


def test_quotes_group_words_and_a_minus_excludes() -> None:
    assert terms('Bank "Central  Bank" -rates -"one two" --- ""') == (
        ["bank", "central bank"],
        ["rates", "one two"],
    )


def test_a_question_has_at_most_twenty_terms_and_a_phrase_fifty_words() -> None:
    wanted, _ = terms(" ".join(f"w{n}" for n in range(30)))
    (phrase,), _ = terms(f'"{"word " * 60}"')
    assert (len(wanted), len(phrase.split())) == (20, 50)
