"""The stages on a real server and a real store: every step may run twice, and a crash anywhere loses nothing."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace

import pytest

from producers.article import RawArticle
from producers.journal import JOURNAL, NAMES, Journal, Outcome, Standing
from tests.articles import digest, incoming, raw
from worker import pipeline
from worker.article import Article, Digest, Failed
from worker.errors import StoreUnavailableError
from worker.store import Store, across, connect, failures, leases
from worker.store.articles import take_in
from worker.store.contents import export_articles
from worker.summarize import multilingual

NEWS = (
    "The harbour of Osterby was closed for six hours on Sunday after a crane fell into the water, the port authority "
    "said. Nobody was hurt. Three ferries had to wait outside the breakwater until the evening."
)
STORED = Outcome(Standing.STORED)


def states(store: Store) -> dict[str, str]:
    return {row["id"]: row["state"] for row in export_articles(store)}


def pushed(journal: Journal, *raws: RawArticle) -> list[str]:
    journal.admit(raws)
    return [str(one.id) for one in raws]


class TestIngest:
    """journal -> clean -> story -> store -> settle."""

    def test_an_article_goes_from_the_journal_into_the_store_and_is_settled(
        self, journal: Journal, store: Store
    ) -> None:
        one = raw(NEWS)
        assert pipeline.ingest(pushed(journal, one), journal, store) == pipeline.Ingested(ready=1)
        assert states(store) == {str(one.id): "ready"}
        assert journal.outcomes([one.id]) == [STORED]
        assert journal.pending() == 0

    def test_a_message_that_comes_twice_finds_the_work_done(self, journal: Journal, store: Store) -> None:
        ids = pushed(journal, raw(NEWS))
        pipeline.ingest(ids, journal, store)
        assert pipeline.ingest(ids, journal, store) == pipeline.Ingested()
        assert len(states(store)) == 1

    def test_a_crash_between_store_and_settling_is_settled_by_the_next_message(
        self, journal: Journal, store: Store
    ) -> None:
        one = raw(NEWS)
        ids = pushed(journal, one)
        entry = journal.entries(ids)[0]
        pipeline.ingest(ids, journal, store)
        journal.redis.hset(JOURNAL, ids[0], entry)
        assert pipeline.ingest(ids, journal, store).ready == 0
        assert journal.outcomes([one.id]) == [STORED]
        assert journal.pending() == 0

    def test_a_bad_article_fails_alone_with_its_reason(self, journal: Journal, store: Store) -> None:
        good, refused = raw(NEWS), raw("", refused="The file is empty: nothing was read.")
        pipeline.ingest(pushed(journal, good, refused), journal, store)
        assert journal.outcomes([good.id, refused.id]) == [
            STORED,
            Outcome(Standing.FAILED, "read", "The file is empty: nothing was read."),
        ]
        (failure,) = failures.listed(store)
        assert failure.raw is not None
        assert RawArticle.unpacked(failure.raw) == refused

    def test_a_journal_entry_that_cannot_be_read_is_a_failure(self, journal: Journal, store: Store) -> None:
        journal.redis.hset(JOURNAL, "broken", b"no article")
        pipeline.ingest(["broken"], journal, store)
        (failure,) = failures.listed(store)
        assert "not an article that this version understands" in failure.reason
        assert journal.pending() == 0

    def test_an_entry_that_holds_another_article_is_a_failure_of_its_own(self, journal: Journal, store: Store) -> None:
        name = str(raw("One thing.").id)
        journal.redis.hset(JOURNAL, name, raw(NEWS).packed())
        pipeline.ingest([name], journal, store)
        (failure,) = failures.listed(store)
        assert (failure.article_id, journal.pending()) == (name, 0)
        assert "holds another article" in failure.reason

    def test_what_was_begun_before_is_sent_on_to_travel_alone(self, journal: Journal, store: Store) -> None:
        first, second = raw(NEWS), raw("The council of Veldhaven chose a new mayor on Monday, the town clerk said.")
        ids = pushed(journal, first, second)
        journal.begin({ids[0]: 1})
        assert pipeline.ingest(ids, journal, store) == pipeline.Ingested(ready=1, alone=(ids[0],))
        assert journal.pending() == 1
        assert pipeline.ingest([ids[0]], journal, store).ready == 1

    def test_the_attempts_of_a_message_are_noted_before_any_article_is_cleaned(
        self, journal: Journal, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Should one article end its worker, each of them travels alone the next time, and the others succeed."""
        ids = pushed(journal, raw(NEWS), raw("The council of Veldhaven chose a new mayor on Monday, the clerk said."))
        noted: list[list[int]] = []
        honest = pipeline.clean

        def clean(one: RawArticle) -> Article:
            noted.append(journal.attempts(ids))
            return honest(one)

        monkeypatch.setattr(pipeline, "clean", clean)
        assert pipeline.ingest(ids, journal, store).ready == 2
        assert noted == [[1, 1], [1, 1]]

    def test_an_article_that_ended_three_workers_is_not_worked_on_again(self, journal: Journal, store: Store) -> None:
        one = raw(NEWS)
        (name,) = pushed(journal, one)
        journal.begin({name: pipeline.MAX_ATTEMPTS})
        pipeline.ingest([name], journal, store)
        assert states(store) == {name: "failed"}
        (failure,) = failures.listed(store)
        assert "ended its worker" in failure.reason
        assert (failure.uri, failure.attempts) == (one.uri, 3)

    def test_an_article_whose_last_opening_is_killed_too_fails_under_its_own_name(
        self, journal: Journal, store: Store
    ) -> None:
        one = raw(NEWS, source="north")
        (name,) = pushed(journal, one)
        journal.begin({name: pipeline.MAX_ATTEMPTS + 1})
        pipeline.ingest([name], journal, store)
        (failure,) = failures.listed(store)
        assert "ended its worker" in failure.reason
        assert (failure.source, failure.uri, failure.filename) == ("north", one.uri, "article.txt")
        assert journal.redis.exists(NAMES) == 0

    @pytest.mark.parametrize("note", [None, b"", b"[1]", b'{"uri": 5}', b"\xff", b"[" * 90_000])
    def test_an_article_whose_name_is_not_known_fails_under_its_id(
        self, journal: Journal, store: Store, note: bytes | None
    ) -> None:
        (name,) = pushed(journal, raw(NEWS))
        journal.redis.delete(NAMES)
        if note is not None:
            journal.redis.hset(NAMES, name, note)
        journal.begin({name: pipeline.MAX_ATTEMPTS + 1})
        pipeline.ingest([name], journal, store)
        (failure,) = failures.listed(store)
        assert (failure.source, failure.uri, failure.filename) == ("unknown", name, "")

    def test_an_article_that_the_store_refuses_fails_alone(
        self, journal: Journal, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Cleaning lets no such text through; should a later rule do so, nothing must loop.
        bad, good = raw("It is a very bad text. " * 20), raw(NEWS)
        honest = pipeline.clean

        def clean(one: RawArticle) -> Article:
            made = honest(one)
            return replace(made, byline="\ud800") if one.id == bad.id else made

        monkeypatch.setattr(pipeline, "clean", clean)
        pipeline.ingest(pushed(journal, bad, good), journal, store)
        assert states(store) == {str(bad.id): "failed", str(good.id): "ready"}
        (failure,) = failures.listed(store)
        assert failure.reason.startswith("The store refused it (UnicodeEncodeError")
        assert journal.pending() == 0

    def test_a_store_that_is_away_takes_the_attempt_back_and_keeps_the_journal(
        self, journal: Journal, tmp_path: object
    ) -> None:
        away = connect("sqlite:////nonexistent/folder/wiredesk.db")
        ids = pushed(journal, raw(NEWS))
        with pytest.raises(StoreUnavailableError):
            pipeline.ingest(ids, journal, away)
        assert journal.attempts(ids) == [0]
        assert journal.pending() == 1
        away.close()

    def test_an_exact_copy_becomes_a_reprint(self, journal: Journal, store: Store) -> None:
        one, copy = raw(NEWS, uri="one"), raw(NEWS, uri="two", source="elsewhere")
        assert pipeline.ingest(pushed(journal, one, copy), journal, store).ready == 1
        assert sorted(states(store).values()) == ["ready", "reprint"]


class Scripted:
    """An engine that does what each article's body says; failures of a real model cannot be provoked at will."""

    name = "scripted"
    model = "none"

    def summarize(self, articles: Sequence[Article]) -> list[Digest | Failed]:
        if any(one.body == "raise" for one in articles):
            raise RuntimeError("out of memory")
        return [
            Failed(article_id=one.id, reason="It has no sentence.") if one.body == "fail" else digest(one.id)
            for one in articles
        ]


class TestSummarize:
    """lease -> summarise -> store."""

    def summarize(self, store: Store) -> pipeline.Summarized:
        return pipeline.summarize(store, Scripted(), lambda _token, _ends: nullcontext())

    def test_a_batch_becomes_digests(self, store: Store) -> None:
        take_in(store, [incoming("a"), incoming("b", "fail")])
        assert self.summarize(store) == pipeline.Summarized(written=2, more=False)
        assert states(store) == {"a": "digested", "b": "failed"}

    def test_nothing_waits_nothing_happens(self, store: Store) -> None:
        assert self.summarize(store) == pipeline.Summarized(written=0, more=False)

    def test_more_than_a_batch_asks_for_one_more_wake_up(self, store: Store) -> None:
        take_in(store, [incoming(f"{i:02}") for i in range(leases.BATCH + 1)])
        assert self.summarize(store) == pipeline.Summarized(written=leases.BATCH, more=True)
        assert self.summarize(store) == pipeline.Summarized(written=1, more=False)

    def test_once_a_process_has_met_another_language_the_digests_before_become_comparable(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(multilingual, "is_loaded", lambda: False)
        take_in(store, [incoming("a")])
        self.summarize(store)
        assert across.lacking(store, {"en"}, 9)
        monkeypatch.setattr(multilingual, "is_loaded", lambda: True)
        take_in(store, [incoming("b")])
        self.summarize(store)
        assert across.lacking(store, {"en"}, 9) == []

    def test_an_article_that_breaks_its_batch_fails_alone(self, store: Store) -> None:
        take_in(store, [incoming("a"), incoming("b", "raise"), incoming("c")])
        assert self.summarize(store) == pipeline.Summarized(written=0, more=True)
        for _ in range(3):
            self.summarize(store)
        assert states(store) == {"a": "digested", "b": "failed", "c": "digested"}
        assert "RuntimeError: out of memory" in failures.listed(store)[0].reason
