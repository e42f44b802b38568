"""Stories in the store: who joins, who takes over, what a person decided, and what the claims are rebuilt from."""

import random
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.articles import digest, incoming
from tests.quality.reprints import prose
from worker.edition import closing
from worker.errors import ConfigurationError
from worker.store import Store, leases, stories
from worker.store.articles import Incoming, take_in
from worker.store.connect import insert_new
from worker.store.contents import counts, export_articles, export_stories, prune
from worker.store.failures import work_again
from worker.store.tables import articles, decisions
from worker.store.tables import stories as stories_table

STUB = prose(random.Random("stub"), 5)
FULL = STUB + "\n\n" + prose(random.Random("full"), 12)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = "https://courier.example/ferry"


def rows(store: Store) -> dict[str, tuple[str, str, str | None, str | None]]:
    """Return for each article its state, story, rule and the article that it was compared with."""
    with store.reading() as connection:
        found = connection.execute(sa.select(articles))
        return {row.id: (row.state, row.story_id, row.rule, row.matched_id) for row in found}


def joining(name: str, body: str, joins: str, containment: float = 0.9, **fields: object) -> Incoming:
    made = incoming(name, body, **fields)
    return Incoming(made.article, made.text_key, joins, containment)


def canonical(store: Store, story: str) -> str | None:
    with store.reading() as connection:
        return connection.scalar(sa.select(stories_table.c.canonical_id).where(stories_table.c.id == story))


def summarize(store: Store) -> None:
    while (lease := leases.lease(store)).articles:
        leases.finish(store, lease.token, [digest(one.id) for one in lease.articles])


class TestFollowingAClaim:
    """Redis proposes, the store decides."""

    def test_an_article_joins_the_story_of_the_article_that_its_claim_names(self, store: Store) -> None:
        take_in(store, [incoming("a")])
        assert take_in(store, [joining("b", "Nearly the same report.", "a")]) == 0
        assert rows(store)["b"] == ("reprint", "a", "near", "a")
        assert [row["containment"] for row in export_articles(store)] == [None, 0.9]

    def test_a_claim_may_name_a_reprint(self, store: Store) -> None:
        take_in(store, [incoming("a", STUB), incoming("b", STUB), joining("c", "Other words.", "b")])
        assert rows(store)["c"] == ("reprint", "a", "near", "b")

    def test_a_claim_that_names_an_article_under_way_makes_its_story_and_leads_it(self, store: Store) -> None:
        assert take_in(store, [joining("b", STUB, "a")]) == 1
        assert take_in(store, [incoming("a", STUB + " One more line of it.")]) == 0
        assert rows(store) == {"a": ("reprint", "a", "near", "b"), "b": ("ready", "a", "near", "a")}
        assert canonical(store, "a") == "b"

    def test_the_exact_text_is_followed_before_the_claim(self, store: Store) -> None:
        take_in(store, [incoming("a", STUB), incoming("b")])
        take_in(store, [joining("c", STUB.upper(), "b")])
        assert rows(store)["c"] == ("reprint", "a", "exact", "a")

    def test_a_copy_of_a_failed_canonical_leads_the_story(self, store: Store) -> None:
        take_in(store, [incoming("a")])
        with store.writing() as connection:
            connection.execute(sa.update(articles).values(state="failed"))
        assert take_in(store, [joining("b", "Nearly the same report.", "a")]) == 1
        assert canonical(store, "a") == "b"

    def test_a_retried_canonical_whose_story_went_on_becomes_a_reprint(self, store: Store) -> None:
        take_in(store, [incoming("a", STUB)])
        with store.writing() as connection:
            connection.execute(sa.update(articles).values(state="failed"))
        take_in(store, [joining("b", STUB + " More.", "a")])
        assert work_again(store, ["a"]) == 1
        assert rows(store)["a"][0] == "reprint"
        assert next(row for row in export_articles(store) if row["id"] == "a")["containment"] == 1.0


class TestTakingOver:
    """The full story after a stub, and updates."""

    def test_a_much_longer_text_that_contains_the_canonical_takes_the_story_over(self, store: Store) -> None:
        take_in(store, [incoming("stub", STUB)])
        assert take_in(store, [joining("full", FULL, "stub")]) == 1
        assert rows(store) == {
            "full": ("ready", "stub", "full", "stub"),
            "stub": ("reprint", "stub", "overtaken", "full"),
        }
        assert {row["id"]: row["containment"] for row in export_articles(store)} == {"full": None, "stub": 1.0}

    @pytest.mark.parametrize(
        ("body", "why"),
        [(STUB + " A few words more.", "it is hardly longer"), (FULL[len(STUB) // 2 :], "it holds half of it")],
    )
    def test_another_copy_takes_nothing_over(self, store: Store, body: str, why: str) -> None:
        take_in(store, [incoming("stub", STUB)])
        assert take_in(store, [joining("copy", body, "stub")]) == 0, why

    def test_whoever_summarises_the_stub_has_lost_its_lease(self, store: Store) -> None:
        take_in(store, [incoming("stub", STUB)])
        lease = leases.lease(store)
        take_in(store, [joining("full", FULL, "stub")])
        assert leases.finish(store, lease.token, [digest("stub")]) == 0
        assert rows(store)["stub"][0] == "reprint"

    def test_the_story_is_open_again_until_the_full_story_has_its_digest(self, store: Store) -> None:
        take_in(store, [incoming("stub", STUB)])
        summarize(store)
        assert counts(store).open_stories == 0
        take_in(store, [joining("full", FULL, "stub")])
        assert counts(store).open_stories == 1
        summarize(store)
        assert counts(store).open_stories == 0

    @pytest.mark.parametrize("story", ["near", "unlike"])
    def test_new_text_under_the_same_source_and_url_is_an_update(self, store: Store, story: str) -> None:
        later = {"near": STUB + " Later it was confirmed.", "unlike": prose(random.Random("later"), 6)}[story]
        take_in(store, [incoming("old", STUB, uri=URL, published_at=NOON)])
        assert take_in(store, [incoming("new", later, uri=URL, published_at=NOON + timedelta(hours=1))]) == 1
        assert rows(store) == {
            "new": ("ready", "old", "update", "old"),
            "old": ("reprint", "old", "overtaken", "new"),
        }

    def test_an_older_version_that_comes_late_becomes_a_reprint(self, store: Store) -> None:
        take_in(store, [incoming("new", STUB, uri=URL, published_at=NOON)])
        assert take_in(store, [incoming("old", FULL, uri=URL, published_at=NOON - timedelta(hours=1))]) == 0
        assert rows(store)["old"][:3] == ("reprint", "new", "older")

    def test_without_a_time_of_publication_the_later_received_is_the_newer(self, store: Store) -> None:
        take_in(store, [incoming("old", STUB, uri=URL, received_at=NOON)])
        assert take_in(store, [incoming("new", FULL, uri=URL, received_at=NOON + timedelta(minutes=1))]) == 1

    @pytest.mark.parametrize(
        ("uri", "source"), [("ferry.txt", "inbox"), ("4711", "inbox"), (URL, "another"), (URL + "/2", "inbox")]
    )
    def test_a_file_name_a_bare_id_and_another_source_make_no_update(self, store: Store, uri: str, source: str) -> None:
        take_in(store, [incoming("old", STUB, uri=uri if uri != URL + "/2" else URL, received_at=NOON)])
        later = incoming("new", prose(random.Random(1), 5), uri=uri, source=source, received_at=NOON)
        assert take_in(store, [later]) == 1
        assert rows(store)["new"][1] == "new"

    def test_the_version_of_a_story_long_past_opens_a_new_one(self, store: Store) -> None:
        take_in(store, [incoming("old", STUB, uri=URL)])
        with store.writing() as connection:
            connection.execute(sa.update(articles).values(stored_at=datetime.now(UTC) - timedelta(hours=73)))
        take_in(store, [incoming("new", FULL, uri=URL)])
        assert rows(store)["new"][1:3] == ("new", "opened")

    @pytest.mark.parametrize(("publisher", "taken"), [("NPA", True), ("npa", True), ("Courier", False)])
    def test_a_copy_that_calls_itself_an_update_takes_over_from_its_own_publisher(
        self, store: Store, publisher: str, taken: bool
    ) -> None:
        take_in(store, [incoming("old", STUB, publisher="NPA", received_at=NOON)])
        made = joining("new", STUB + " More.", "old", publisher=publisher, received_at=NOON + timedelta(hours=1))
        marked = Incoming(made.article, made.text_key, made.joins, made.containment, update=True)
        assert take_in(store, [marked]) == int(taken)
        assert rows(store)["new"][2] == ("update" if taken else "near")


class TestByHand:
    """Explained and undone."""

    def copies(self, store: Store) -> None:
        take_in(store, [incoming("a1", STUB), incoming("b1", STUB), incoming("c1", STUB), incoming("d1")])
        summarize(store)

    def test_a_story_tells_why_each_article_is_in_it(self, store: Store) -> None:
        self.copies(store)
        found = stories.show(store, "b1")
        assert (found["id"], found["canonical_id"], found["headline"]) == ("a1", "a1", "Headline of a1")
        assert [(one["id"], one["canonical"], one["rule"], one["matched_id"]) for one in found["articles"]] == [
            ("a1", True, "opened", None),
            ("b1", False, "exact", "a1"),
            ("c1", False, "exact", "a1"),
        ]
        assert all(one["joined_at"] for one in found["articles"])

    def test_a_split_article_gets_a_story_and_a_digest_of_its_own(self, store: Store) -> None:
        self.copies(store)
        assert stories.split(store, "b1") == "b1"
        assert rows(store)["b1"] == ("ready", "b1", "split", "a1")
        summarize(store)
        assert counts(store).open_stories == 0
        assert stories.show(store, "b1")["headline"] == "Headline of b1"

    def test_a_split_opener_leaves_its_story_to_the_best_reprint(self, store: Store) -> None:
        self.copies(store)
        fresh = stories.split(store, "a1")
        assert fresh not in ("a1", "b1", "c1")
        assert rows(store)["a1"] == ("digested", fresh, "split", "a1")
        assert canonical(store, "a1") == "b1"
        assert rows(store)["b1"][0] == "ready"
        assert {row["story_id"] for row in export_articles(store) if row["id"] in ("b1", "c1")} == {"a1"}

    def test_a_split_article_never_rejoins_that_story_by_itself(self, store: Store) -> None:
        self.copies(store)
        stories.split(store, "b1")
        with store.writing() as connection:
            connection.execute(sa.update(articles).where(articles.c.id == "b1").values(state="failed"))
        take_in(store, [joining("b1", STUB, "a1")])
        assert rows(store)["b1"][:2] == ("ready", "b1")

    def test_an_article_alone_cannot_be_split(self, store: Store) -> None:
        self.copies(store)
        with pytest.raises(ConfigurationError, match="only one of its story"):
            stories.split(store, "d1")

    def test_a_joined_article_becomes_a_reprint_with_its_whole_story(self, store: Store) -> None:
        self.copies(store)
        assert stories.join(store, "a1", "d1") == "d1"
        assert {name: row[:3] for name, row in rows(store).items()} == {
            "a1": ("reprint", "d1", "joined"),
            "b1": ("reprint", "d1", "joined"),
            "c1": ("reprint", "d1", "joined"),
            "d1": ("digested", "d1", "opened"),
        }
        assert [row["id"] for row in export_stories(store)] == ["d1"]

    def test_what_a_claim_names_is_followed_to_the_story_that_it_was_joined_to(self, store: Store) -> None:
        self.copies(store)
        stories.join(store, "a1", "d1")
        take_in(store, [joining("e1", "Nearly the same.", "a1")])
        assert rows(store)["e1"][1] == "d1"

    def test_a_joined_reprint_comes_alone(self, store: Store) -> None:
        self.copies(store)
        stories.join(store, "b1", "d1")
        assert {name: row[1] for name, row in rows(store).items()} == {"a1": "a1", "b1": "d1", "c1": "a1", "d1": "d1"}

    def test_a_join_is_remembered_and_a_split_undoes_it(self, store: Store) -> None:
        self.copies(store)
        stories.join(store, "b1", "d1")
        assert [one["decision"] for one in stories.show(store, "d1")["decisions"]] == ["split", "joined"]
        stories.split(store, "b1")
        stories.join(store, "b1", "a1")
        assert rows(store)["b1"][:3] == ("reprint", "a1", "joined")

    def test_a_joined_story_is_told_once_by_an_edition(self, store: Store) -> None:

        self.copies(store)
        stories.join(store, "a1", "d1")
        closed = closing.close(store, profile="default", timezone="UTC", date=NOON.date(), at=None)
        carried = [one["story_id"] for topic in closed.document["topics"] for one in topic["digests"]]
        assert carried == ["d1"]

    @pytest.mark.parametrize("prefix", ["x", ""])
    def test_an_id_that_is_unknown_or_meant_twice_is_refused(self, store: Store, prefix: str) -> None:
        self.copies(store)
        with pytest.raises(ConfigurationError):
            stories.split(store, prefix)
        with pytest.raises(ConfigurationError):
            stories.show(store, prefix)

    def test_joining_the_story_that_it_is_in_is_refused(self, store: Store) -> None:
        self.copies(store)
        with pytest.raises(ConfigurationError, match="already"):
            stories.join(store, "b1", "c1")

    def test_decisions_go_with_what_is_pruned(self, store: Store) -> None:
        self.copies(store)
        stories.split(store, "b1")
        with store.writing() as connection:
            connection.execute(sa.update(decisions).values(decided_at=NOON - timedelta(days=999)))
        prune(store, 30)
        with store.reading() as connection:
            assert connection.scalar(sa.select(sa.func.count()).select_from(decisions)) == 0


class TestTexts:
    """What the claims are rebuilt from."""

    def test_the_texts_are_those_that_opened_or_lead_a_story_oldest_first(self, store: Store) -> None:
        take_in(store, [incoming("stub", STUB)])
        take_in(store, [joining("copy", STUB + " Copied.", "stub"), incoming("exact", STUB)])
        take_in(
            store, [joining("full", FULL, "stub"), incoming("other"), incoming("german", FULL[:500], language="de")]
        )
        found = list(stories.texts(store, "en"))
        assert [(one.article, one.joined) for one in found] == [("stub", None), ("full", "stub"), ("other", None)]
        assert [one.article for one in stories.texts(store, "en", "stub")] == ["full", "other"]
        assert [one.article for one in stories.texts(store, "de")] == ["german"]
        assert all(0 <= one.age < 60 for one in found)

    def test_a_reprint_that_leads_a_story_under_way_is_one(self, store: Store) -> None:
        take_in(store, [joining("b", STUB, "a")])
        assert [one.article for one in stories.texts(store, "en")] == ["b"]

    def test_what_is_older_than_the_memory_is_none(self, store: Store) -> None:
        take_in(store, [incoming("a")])
        with store.writing() as connection:
            connection.execute(sa.update(articles).values(stored_at=datetime.now(UTC) - timedelta(hours=73)))
        assert list(stories.texts(store, "en")) == []

    def test_many_texts_come_page_by_page(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(stories, "_PAGE", 2)
        take_in(store, [incoming(name) for name in "abcde"])
        assert [one.article for one in stories.texts(store, "en")] == list("abcde")


def test_an_export_of_stories_says_who_reported_and_why(store: Store) -> None:
    take_in(store, [incoming("a", STUB), incoming("b", STUB, publisher="Courier")])
    (story,) = export_stories(store)
    assert story["articles"] == ["a", "b"]
    assert [(one["publisher"], one["rule"], one["containment"]) for one in story["sources"]] == [
        (None, "opened", None),
        ("Courier", "exact", 1.0),
    ]


def test_inserting_what_is_new_tells_whether_it_was(store: Store) -> None:
    row = {"id": "s", "canonical_id": None, "opened_at": NOON}
    with store.writing() as connection:
        assert insert_new(connection, stories_table, row)
        assert not insert_new(connection, stories_table, row)
