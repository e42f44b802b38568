"""Items: what a source, a person and the desk decide about them, who leads a story then, and what is shown."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from producers.article import UNKNOWN, Revision, Signal, Status, Subject
from tests.articles import digest, incoming
from tests.quality.reprints import prose
from worker.errors import ConfigurationError
from worker.items.ruling import Act, Decider, Standing
from worker.store import Store, by_hand, items, leases, releasing, stories
from worker.store.articles import Incoming, take_in
from worker.store.connect import current_time
from worker.store.contents import counts, export_articles, export_stories, prune
from worker.store.tables import articles, digests, rulings
from worker.store.tables import items as items_table
from worker.store.tables import stories as stories_table

URN = "urn:newsml:npa.example:1"
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
NEVER = datetime(2999, 1, 1, tzinfo=UTC)
TEXT, OTHER, THIRD = (prose(random.Random(name), 8) for name in ("text", "other", "third"))


def version(name: str, number: int = 1, body: str = TEXT, item: str | None = URN, **fields: Any) -> Incoming:
    """Return the version `number` of the item, received in the minute `number` after NOON unless `fields` say else."""
    values = {
        "item": item,
        "revision": Revision(NOON + timedelta(minutes=number), number) if item else None,
        "publisher": "NPA",
        "received_at": NOON + timedelta(minutes=number),
        **fields,
    }
    return incoming(name, body, **values)


def near(item: Incoming, joins: str) -> Incoming:
    return Incoming(item.article, item.text_key, joins, 0.9)


def states(store: Store, *, held: bool = True) -> dict[str, str]:
    return {row["id"]: row["state"] for row in export_articles(store, held=held)}


def canonical(store: Store, story: str) -> str | None:
    with store.reading() as connection:
        return connection.scalar(sa.select(stories_table.c.canonical_id).where(stories_table.c.id == story))


def story(store: Store, name: str) -> str:
    with store.reading() as connection:
        return str(connection.scalar(sa.select(articles.c.story_id).where(articles.c.id == name)))


def summarize(store: Store) -> list[str]:
    made: list[str] = []
    while (lease := leases.lease(store)).articles:
        leases.finish(store, lease.token, [digest(article.id) for article in lease.articles])
        made += [article.id for article in lease.articles]
    return made


def end_embargoes(store: Store) -> None:
    """Let every embargo have ended a second ago, by the store's own clock."""
    with store.writing() as connection:
        past = current_time(connection) - timedelta(seconds=1)
        connection.execute(sa.update(items_table).where(items_table.c.embargo < NEVER).values(embargo=past))


def release_due(store: Store) -> int:
    return sum(releasing.release(store, item, releasing.arrival(store, item), None) for item in releasing.due(store))


def acts(store: Store) -> list[tuple[str, str]]:
    with store.reading() as connection:
        rows = connection.execute(sa.select(rulings).order_by(rulings.c.id))
        return [(row.act, row.decided_by) for row in rows]


SOON = NEVER - timedelta(days=300_000)


class TestHeld:
    """Withheld, or embargoed."""

    @pytest.mark.parametrize(
        "fields",
        [{"status": Status.WITHHELD}, {"embargo": SOON}, {"embargo": UNKNOWN}, {"embargo": SOON, "item": None}],
    )
    def test_it_is_stored_placed_and_digested_ahead_and_shown_nowhere(
        self, store: Store, fields: dict[str, Any]
    ) -> None:
        take_in(store, [version("a", **fields)])
        assert (states(store), states(store, held=False)) == ({"a": "held"}, {})
        assert (counts(store).held, counts(store).open_stories, counts(store).ready) == (1, 0, 0)
        assert summarize(store) == ["a"]
        assert list(export_stories(store)) == []
        assert [row["headline"] for row in export_stories(store, held=True)] == ["Headline of a"]

    def test_an_embargo_that_is_over_holds_nothing(self, store: Store) -> None:
        take_in(store, [version("a", embargo=NOON)])
        assert states(store) == {"a": "ready"}
        assert acts(store) == []

    def test_an_embargo_that_a_later_version_sets_holds_all_versions(self, store: Store) -> None:
        take_in(store, [version("a")])
        take_in(store, [version("b", 2, OTHER, embargo=SOON)])
        assert states(store) == {"a": "held", "b": "held"}
        assert canonical(store, "a") == "b"

    @pytest.mark.parametrize("body", [TEXT, OTHER])
    def test_a_newer_version_without_embargo_lifts_it(self, store: Store, body: str) -> None:
        take_in(store, [version("a", embargo=SOON)])
        take_in(store, [version("b", 2, body)])
        assert states(store) == {"a": "reprint", "b": "ready"}
        assert acts(store) == [("hold", "source"), ("release", "source")]

    def test_an_older_version_changes_nothing(self, store: Store) -> None:
        take_in(store, [version("b", 2, embargo=SOON)])
        take_in(store, [version("a", 1, OTHER)])
        assert states(store) == {"a": "held", "b": "held"}
        assert canonical(store, "b") == "b"

    def test_a_usable_report_leads_before_a_held_one(self, store: Store) -> None:
        take_in(store, [version("a", embargo=SOON)])
        summarize(store)
        take_in(store, [near(version("b", 1, TEXT + " More.", "urn:x:2", publisher="Courier"), "a")])
        assert (canonical(store, "a"), states(store)) == ("b", {"a": "held", "b": "ready"})

    def test_a_held_report_takes_no_story_from_a_usable_one(self, store: Store) -> None:
        take_in(store, [version("b", 1, TEXT, "urn:x:2", publisher="Courier")])
        take_in(store, [near(version("a", 1, TEXT + "\n\n" + OTHER + THIRD, embargo=SOON), "b")])
        assert canonical(store, "b") == "b"

    def test_a_story_that_is_left_with_held_reports_is_led_by_the_best_of_them(self, store: Store) -> None:
        take_in(store, [version("a", embargo=SOON)])
        take_in(store, [near(version("b", 1, TEXT + " More.", "urn:x:2", publisher="Courier"), "a")])
        with store.writing() as connection:
            connection.execute(sa.update(articles).where(articles.c.id == "b").values(state="failed", state_at=NOON))
        assert leases.adopt_orphans(store) == 1
        assert canonical(store, "a") == "a"
        assert counts(store).open_stories == 0


class TestRelease:
    """The end of an embargo is an arrival."""

    def test_it_is_released_when_its_embargo_is_over(self, store: Store) -> None:
        take_in(store, [version("a", embargo=SOON)])
        summarize(store)
        assert release_due(store) == 0
        end_embargoes(store)
        assert release_due(store) == 1
        assert states(store, held=False) == {"a": "digested"}
        assert release_due(store) == 0
        with store.reading() as connection:
            ended = connection.scalar(sa.select(rulings.c.at).where(rulings.c.act == Act.RELEASE))
            opened = connection.scalar(sa.select(stories_table.c.opened_at))
            made = connection.scalar(sa.select(digests.c.made_at))
        assert ended is not None
        assert made is not None
        # The digest counts as made at the embargo's end, a second before the release.
        assert timedelta(seconds=0.9) < ended - made < timedelta(seconds=60)
        assert opened == ended

    @pytest.mark.parametrize("fields", [{"embargo": UNKNOWN}, {"status": Status.WITHHELD, "embargo": SOON}])
    def test_what_has_no_time_or_is_withheld_waits_for_a_decision(self, store: Store, fields: dict[str, Any]) -> None:
        take_in(store, [version("a", **fields)])
        end_embargoes(store)
        assert release_due(store) == 0

    def test_it_joins_the_story_that_its_claim_names_now(self, store: Store) -> None:
        take_in(store, [version("a", embargo=SOON)])
        summarize(store)
        take_in(store, [version("b", 1, OTHER, "urn:x:2", publisher="Courier")])
        end_embargoes(store)
        arrival = releasing.arrival(store, items_of(store, "a"))
        assert arrival is not None
        assert releasing.release(store, items_of(store, "a"), near(arrival, "b"), None)
        assert (story(store, "a"), states(store)["a"]) == ("b", "reprint")
        assert list(export_stories(store)) != []
        assert {row["id"] for row in export_stories(store, held=True)} == {"b"}

    def test_a_report_that_led_meanwhile_goes_on_leading(self, store: Store) -> None:
        take_in(store, [version("a", embargo=SOON)])
        take_in(store, [near(version("b", 1, TEXT + " More.", "urn:x:2", publisher="Courier"), "a")])
        summarize(store)
        end_embargoes(store)
        assert release_due(store) == 1
        assert (canonical(store, "a"), states(store)) == ("b", {"a": "reprint", "b": "digested"})

    def test_the_versions_before_it_are_its_history(self, store: Store) -> None:
        take_in(store, [version("a")])
        take_in(store, [version("b", 2, OTHER, embargo=SOON)])
        summarize(store)
        end_embargoes(store)
        release_due(store)
        assert states(store) == {"a": "reprint", "b": "digested"}
        assert canonical(store, story(store, "b")) == "b"


def items_of(store: Store, name: str) -> str:
    with store.reading() as connection:
        return str(connection.scalar(sa.select(articles.c.item_id).where(articles.c.id == name)))


class TestKilled:
    """Taken back by the source."""

    @pytest.mark.parametrize("body", ["", "KILL. The report is false. A kill is mandatory, the agency says.", TEXT])
    def test_a_kill_with_or_without_a_text_takes_its_item_back(self, store: Store, body: str) -> None:
        take_in(store, [version("a")])
        summarize(store)
        made = version("k", 2, "x", status=Status.CANCELED, title="KILL")
        take_in(store, [Incoming(made.article.__class__(**{**fields_of(made), "body": body}), made.text_key)])
        assert states(store) == {"a": "killed", "k": "killed"}
        assert (canonical(store, "a"), counts(store).open_stories, summarize(store)) == (None, 0, [])

    def test_a_kill_comes_before_its_story(self, store: Store) -> None:
        take_in(store, [version("k", 2, status=Status.CANCELED)])
        take_in(store, [version("a", 1, OTHER)])
        assert states(store) == {"a": "killed", "k": "killed"}
        assert summarize(store) == []
        assert leases.adopt_orphans(store) == 0

    def test_a_newer_usable_version_lifts_the_kill(self, store: Store) -> None:
        take_in(store, [version("a")])
        take_in(store, [version("k", 2, "", status=Status.CANCELED)])
        take_in(store, [version("c", 3, OTHER)])
        assert states(store) == {"a": "reprint", "c": "ready", "k": "killed"}
        assert acts(store) == [("kill", "source"), ("release", "source")]

    def test_its_story_goes_to_the_best_usable_report(self, store: Store) -> None:
        take_in(store, [version("b", 0, TEXT, "urn:x:2", publisher="Courier")])
        take_in(store, [near(version("a", 1, TEXT + "\n\n" + OTHER), "b")])
        summarize(store)
        assert canonical(store, "b") == "a"
        take_in(store, [version("k", 2, "", status=Status.CANCELED)])
        assert (canonical(store, "b"), states(store)["b"]) == ("b", "ready")

    def test_a_worker_that_summarises_it_writes_nothing(self, store: Store) -> None:
        take_in(store, [version("a")])
        lease = leases.lease(store)
        take_in(store, [version("k", 2, "", status=Status.CANCELED)])
        assert leases.finish(store, lease.token, [digest("a")]) == 0


def fields_of(item: Incoming) -> dict[str, Any]:
    return {name: getattr(item.article, name) for name in item.article.__dataclass_fields__}


class TestOrder:
    """An older version never wins."""

    def test_an_older_version_with_more_text_stays_history(self, store: Store) -> None:
        take_in(store, [version("c", 3, TEXT)])
        take_in(store, [version("a", 1, TEXT + "\n\n" + OTHER)])
        take_in(store, [version("b", 2, OTHER)])
        assert (canonical(store, "c"), states(store)) == ("c", {"a": "reprint", "b": "reprint", "c": "ready"})

    def test_an_older_version_leads_only_if_all_newer_ones_failed(self, store: Store) -> None:
        take_in(store, [version("a", 1, TEXT + "\n\n" + OTHER)])
        take_in(store, [version("b", 2, OTHER)])
        take_in(store, [version("c", 3, THIRD)])
        for failed, leads in (("c", "b"), ("b", "a")):
            with store.writing() as connection:
                connection.execute(
                    sa.update(articles).where(articles.c.id == failed).values(state="failed", state_at=NOON)
                )
            assert leases.adopt_orphans(store) == 1
            assert canonical(store, "a") == leads

    def test_a_correction_of_the_headline_alone_takes_the_story_over(self, store: Store) -> None:
        take_in(store, [version("a", title="The wrong headline")])
        summarize(store)
        take_in(store, [version("b", 2, title="The right headline")])
        assert (canonical(store, "a"), states(store)) == ("b", {"a": "reprint", "b": "ready"})

    def test_a_version_that_comes_three_days_later_opens_a_story_of_its_own(self, store: Store) -> None:
        take_in(store, [version("a")])
        with store.writing() as connection:
            past = current_time(connection) - timedelta(hours=73)
            connection.execute(sa.update(articles).values(stored_at=past))
            connection.execute(sa.update(stories_table).values(opened_at=past))
        take_in(store, [version("b", 2, TEXT)])
        assert story(store, "b") == "b"

    def test_an_older_version_that_comes_after_the_newest_was_pruned_leads_nothing(self, store: Store) -> None:
        take_in(store, [version("b", 2)])
        summarize(store)
        with store.writing() as connection:
            connection.execute(sa.update(articles).values(stored_at=NOON - timedelta(days=90)))
        prune(store, 30)
        take_in(store, [version("a", 1, OTHER)])
        assert (summarize(store), leases.adopt_orphans(store), counts(store).open_stories) == ([], 0, 0)


class TestCopies:
    """Copies of what was killed or is embargoed."""

    @pytest.mark.parametrize(
        ("publisher", "received", "body", "state"),
        [
            ("NPA", -5, TEXT, "held"),
            ("npa", 5, TEXT, "held"),
            ("Courier", 5, TEXT, "held"),
            ("Courier", -5, TEXT, "ready"),
            ("NPA", 5, TEXT + " And more of it.", "held"),
            ("Courier", 5, TEXT + " And more of it.", "held"),
            ("Courier", 5, OTHER, "ready"),
        ],
    )
    @pytest.mark.parametrize("after", [False, True])
    def test_a_copy_of_a_killed_text_is_held_by_publisher_and_time(
        self, store: Store, publisher: str, received: int, body: str, state: str, after: bool
    ) -> None:
        copy = version(
            "copy", 1, body, None, source="web", publisher=publisher, received_at=NOON + timedelta(minutes=received)
        )
        copy = near(copy, "a") if body.startswith(TEXT) else copy
        kill = version("k", 9, "", status=Status.CANCELED)
        take_in(store, [version("a")])
        for arrival in (kill, copy) if after else (copy, kill):
            take_in(store, [arrival])
        assert states(store)["copy"] == state
        with store.reading() as connection:
            note = connection.scalar(sa.select(items_table.c.note).where(items_table.c.id == "copy"))
        assert note == ("its source was withdrawn" if state == "held" else None)

    def test_another_text_by_the_publisher_after_the_kill_is_its_substitute(self, store: Store) -> None:
        take_in(store, [version("a")])
        take_in(store, [version("k", 2, "", status=Status.CANCELED)])
        take_in(store, [near(version("b", 9, TEXT + " With the right figures now.", "urn:x:2"), "a")])
        assert states(store)["b"] == "ready"

    @pytest.mark.parametrize(("publisher", "state"), [("NPA", "held"), ("Courier", "ready")])
    @pytest.mark.parametrize("after", [False, True])
    def test_a_copy_of_an_embargoed_text_is_held_by_its_publisher(
        self, store: Store, publisher: str, state: str, after: bool
    ) -> None:
        copy = version("copy", 1, TEXT, None, source="web", publisher=publisher)
        embargoed = version("a", embargo=SOON)
        for arrival in (embargoed, copy) if after else (copy, embargoed):
            take_in(store, [arrival])
        assert states(store) == {"a": "held", "copy": state}
        summarize(store)
        end_embargoes(store)
        assert release_due(store) == (2 if state == "held" else 1)
        summarize(store)
        assert sorted(states(store).values()) == ["digested", "reprint"]
        assert canonical(store, story(store, "a")) == ("a" if state == "held" else "copy")


class TestBySlug:
    """Kills in plain text."""

    def text(self, name: str, minutes: int, slug: str = "BC-Selmere-Bank", **fields: Any) -> Incoming:
        body = fields.pop("body", prose(random.Random(name), 6))
        return version(name, 1, body, None, slug=slug, received_at=NOON + timedelta(minutes=minutes), **fields)

    def kill(self, minutes: int = 60, **fields: Any) -> Incoming:
        return self.text("k", minutes, status=Status.CANCELED, body="", note="Kill the story.", **fields)

    def test_it_holds_every_article_of_its_source_with_the_slug_of_the_last_36_hours(self, store: Store) -> None:
        take_in(store, [self.text("a", 0), self.text("b", 30, "bc-selmere-bank")])
        take_in(store, [self.text("old", -36 * 60), self.text("far", 0, source="web"), self.text("else", 0, "BC-Mill")])
        take_in(store, [self.kill()])
        expected = {"a": "held", "b": "held", "k": "held", "old": "ready", "far": "ready", "else": "ready"}
        assert states(store) == expected
        take_in(store, [self.text("later", 61), self.text("late", 59)])
        assert states(store) == {**expected, "later": "ready", "late": "held"}

    def test_it_holds_until_a_person_decides(self, store: Store) -> None:
        take_in(store, [self.text("a", 0)])
        take_in(store, [self.kill()])
        assert {(item.article_id, item.decided_by) for item in by_hand.listed(store)} == {
            ("a", Decider.DESK),
            ("k", Decider.SOURCE),
        }
        assert releasing.release(store, "a", releasing.arrival(store, "a"), Decider.PERSON)
        assert states(store)["a"] == "ready"


class TestByHand:
    """A person withdraws and releases."""

    def test_a_withdrawn_story_is_shown_nowhere_until_a_person_releases_it(self, store: Store) -> None:
        take_in(store, [version("a1"), version("b1", 1, TEXT, "urn:x:2", publisher="Courier")])
        summarize(store)
        assert len(by_hand.withdraw(store, "b1", "A publisher asked.")) == 2
        assert states(store) == {"a1": "killed", "b1": "killed"}
        take_in(store, [version("c1", 2, OTHER)])
        assert states(store)["c1"] == "killed"
        listed = by_hand.listed(store, Standing.KILLED)
        assert {(item.note, item.newer) for item in listed} == {
            ("A publisher asked.", True),
            ("A publisher asked.", False),
        }
        for item in by_hand.held_of(store, "a1"):
            assert releasing.release(store, item, releasing.arrival(store, item), Decider.PERSON)
        assert "killed" not in states(store).values()
        assert summarize(store) == ["c1"]
        assert states(store)["c1"] == "digested"

    def test_a_persons_release_holds_until_the_source_sends_a_newer_version(self, store: Store) -> None:
        take_in(store, [version("a", embargo=UNKNOWN)])
        (item,) = by_hand.held_of(store, "a")
        releasing.release(store, item, releasing.arrival(store, item), Decider.PERSON)
        take_in(store, [version("z", 0, OTHER, embargo=UNKNOWN)])
        assert states(store) == {"a": "ready", "z": "reprint"}
        take_in(store, [version("b", 2, embargo=UNKNOWN)])
        assert states(store)["a"] == "held"

    def test_an_item_that_nobody_knows_is_refused(self, store: Store) -> None:
        with pytest.raises(ConfigurationError, match="No story"):
            by_hand.withdraw(store, "x", "Why.")


class TestRevising:
    """What the editions' side is given."""

    def test_a_decision_is_listed_until_it_is_carried_out(self, store: Store) -> None:
        seen: list[list[items.Withdrawal]] = []

        def revise(connection: sa.Connection) -> None:
            seen.append(items.withdrawn(connection))
            items.mark_revised(connection, [decision.ruling for decision in seen[-1]], current_time(connection))

        take_in(store, [version("a"), version("new", 1, OTHER, "urn:x:2", embargo=SOON)], revise=revise)
        take_in(store, [version("k", 2, "", status=Status.CANCELED, note="It is false.")], revise=revise)
        take_in(store, [version("other", 1, THIRD, "urn:x:3")], revise=revise)
        assert [[(decision.act, decision.note, decision.articles) for decision in each] for each in seen] == [
            [],
            [(Act.KILL, "It is false.", ("a", "k"))],
            [],
        ]


def test_split_join_and_retry_never_touch_an_item(store: Store) -> None:
    take_in(store, [version("a1", embargo=SOON), version("b1", 1, TEXT, "urn:x:2", publisher="Courier")])
    take_in(store, [version("c1", 1, OTHER, "urn:x:3")])
    stories.join(store, "a1", "c1")
    stories.split(store, "a1")
    assert states(store)["a1"] == "held"
    stories.join(store, "a1", "c1")
    assert canonical(store, "c1") == "c1"
    end_embargoes(store)
    assert release_due(store) == 1
    assert states(store)["a1"] == "reprint"


def test_what_a_source_says_of_an_article_is_kept_and_exported(store: Store) -> None:
    made = version(
        "a",
        url="https://npa.example/a",
        teaser=True,
        embargo=UNKNOWN,
        signal=Signal.CORRECTION,
        note="Corrects the figures.",
        slug="BC-Ferry",
        urgency=2,
        subjects=(Subject("medtop:04000000", "economy"), Subject(None, "ferries")),
        section="Business",
        usage="No archive.",
        copyright="NPA",
        located="Osterby",
        captions=("The ferry.",),
        received_at=NOON,
        revision=Revision(NOON, 2**70),
    )
    take_in(store, [made])
    (leased,) = leases.lease(store).articles
    assert replace(leased, revision=made.article.revision) == made.article
    (row,) = export_articles(store, held=True)
    assert (row["embargo"], row["signal"], row["note"], row["revision_number"]) == (
        UNKNOWN,
        "correction",
        "Corrects the figures.",
        2**63 - 1,
    )
    assert row["subjects"] == [
        {"code": "medtop:04000000", "name": "economy"},
        {"code": None, "name": "ferries"},
    ]
    assert row["captions"] == ["The ferry."]
