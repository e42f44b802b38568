"""Leases: one worker a row, judged by the store's clock, guarded by a token."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.articles import digest, incoming
from tests.leases import run_out
from worker.article import Failed
from worker.store import Store, connect, failures, leases
from worker.store.articles import take_in
from worker.store.contents import export_articles
from worker.store.tables import articles, digests, stories


def states(store: Store) -> dict[str, str]:
    return {row["id"]: row["state"] for row in export_articles(store)}


def set_article(store: Store, name: str, **values: object) -> None:
    with store.writing() as connection:
        connection.execute(sa.update(articles).where(articles.c.id == name).values(**values))


def names(lease: leases.Lease) -> list[str]:
    return [article.id for article in lease.articles]


@pytest.fixture
def filled(store: Store) -> Store:
    take_in(store, [incoming(name) for name in "abcd"])
    return store


def test_a_batch_is_leased_to_one_worker_only(filled: Store) -> None:
    first, second = leases.lease(filled, 3), leases.lease(filled, 3)
    assert names(first) == ["a", "b", "c"]
    assert names(second) == ["d"]
    assert names(leases.lease(filled)) == []


def test_workers_that_lease_at_once_share_the_rows(store_url: str, store: Store) -> None:
    take_in(store, [incoming(f"{i:03}") for i in range(60)])
    workers = [connect(store_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        taken = [name for lease in threads.map(lambda s: [leases.lease(s, 5) for _ in range(3)], workers)
                 for one in lease for name in names(one)]  # fmt: skip
    assert sorted(taken) == [f"{i:03}" for i in range(60)]
    for worker in workers:
        worker.close()


def test_digest_and_state_are_written_together(filled: Store) -> None:
    lease = leases.lease(filled, 1)
    assert leases.finish(filled, lease.token, [digest("a")]) == 1
    assert states(filled)["a"] == "digested"
    with filled.reading() as connection:
        assert connection.execute(sa.select(digests.c.article_id, digests.c.story_id)).all() == [("a", "a")]


def test_a_lease_that_ran_out_goes_to_the_next_worker_and_the_first_writes_nothing(filled: Store) -> None:
    late = leases.lease(filled, 4)
    run_out(filled)
    taken_over = leases.lease(filled, 4)
    assert names(taken_over) == ["a"]
    assert leases.finish(filled, late.token, [digest("a")]) == 0
    assert leases.finish(filled, taken_over.token, [digest("a")]) == 1


def test_a_renewed_lease_does_not_run_out(filled: Store) -> None:
    lease = leases.lease(filled, 4)
    run_out(filled)
    assert leases.renew(filled, lease.token) == 4
    assert names(leases.lease(filled)) == []


def test_a_row_whose_work_was_begun_before_is_leased_alone(filled: Store) -> None:
    set_article(filled, "a", attempts=1)
    assert names(leases.lease(filled)) == ["a"]
    assert names(leases.lease(filled)) == ["b", "c", "d"]


def test_a_fresh_batch_leaves_the_retried_rows_out(filled: Store) -> None:
    set_article(filled, "c", attempts=1)
    assert names(leases.lease(filled)) == ["a", "b", "d"]


def test_a_row_that_ends_its_worker_three_times_fails_with_the_reason(filled: Store) -> None:
    for _ in range(leases.MAX_ATTEMPTS):
        set_article(filled, "a", stored_at=datetime(2026, 1, 1, tzinfo=UTC))
        assert "a" in names(leases.lease(filled, 1))
        run_out(filled)
    leases.lease(filled)
    assert states(filled)["a"] == "failed"
    (failure,) = failures.listed(filled)
    assert failure.stage == "summarize"
    assert "ended the worker 3 times" in failure.reason


def test_a_failed_article_keeps_its_neighbours_unharmed(filled: Store) -> None:
    lease = leases.lease(filled, 2)
    leases.finish(filled, lease.token, [Failed(article_id="a", reason="It has no sentence."), digest("b")])
    assert states(filled) == {"a": "failed", "b": "digested", "c": "ready", "d": "ready"}


def test_a_released_batch_is_ready_again_and_its_attempt_counts(filled: Store) -> None:
    lease = leases.lease(filled)
    leases.release(filled, lease.token)
    assert set(states(filled).values()) == {"ready"}
    with filled.reading() as connection:
        assert set(connection.execute(sa.select(articles.c.attempts)).scalars()) == {1}


def test_waiting_counts_ready_and_expired_rows(filled: Store) -> None:
    leases.lease(filled, 3)
    assert leases.waiting(filled) == 1
    run_out(filled)
    assert leases.waiting(filled) == 4


class TestOrphans:
    """A story whose canonical failed goes to its best reprint."""

    BODY = "The mayor of Osterby resigned on Friday after eleven years in office."

    @pytest.fixture
    def orphan(self, store: Store) -> Store:
        take_in(store, [incoming("a", self.BODY), incoming("b", self.BODY + "\n\n."), incoming("c", self.BODY)])
        lease = leases.lease(store)
        leases.finish(store, lease.token, [Failed(article_id="a", reason="No.")])
        return store

    def test_not_before_a_minute_has_passed(self, orphan: Store) -> None:
        assert leases.adopt_orphans(orphan) == 0

    def test_the_longest_reprint_becomes_the_canonical_and_is_ready(self, orphan: Store) -> None:
        set_article(orphan, "a", state_at=datetime.now(UTC) - timedelta(seconds=61))
        assert leases.adopt_orphans(orphan) == 1
        assert states(orphan) == {"a": "failed", "b": "ready", "c": "reprint"}
        with orphan.reading() as connection:
            assert connection.scalar(sa.select(stories.c.canonical_id)) == "b"
        assert leases.adopt_orphans(orphan) == 0

    def test_schedules_and_a_retry_at_the_same_moment_make_one_article_ready(self, orphan: Store) -> None:
        set_article(orphan, "a", state_at=datetime.now(UTC) - timedelta(seconds=61))
        steps = [lambda: leases.adopt_orphans(orphan)] * 5 + [lambda: failures.work_again(orphan, ["a"])]
        with ThreadPoolExecutor(6) as threads:
            list(threads.map(lambda step: step(), steps))
        assert sorted(states(orphan).values()) == ["ready", "reprint", "reprint"]

    def test_a_drop_that_comes_after_the_retry_takes_nothing(self, orphan: Store) -> None:
        failures.work_again(orphan, ["a"])
        assert failures.drop(orphan, ["a"]) == 0
        assert failures.work_again(orphan, ["a", "b"]) == 0
        assert states(orphan) == {"a": "ready", "b": "reprint", "c": "reprint"}
        with orphan.reading() as connection:
            assert connection.scalar(sa.select(stories.c.canonical_id)) == "a"

    def test_a_retry_of_the_old_canonical_becomes_a_reprint(self, orphan: Store) -> None:
        set_article(orphan, "a", state_at=datetime.now(UTC) - timedelta(seconds=61))
        leases.adopt_orphans(orphan)
        assert failures.work_again(orphan, ["a"]) == 1
        assert states(orphan)["a"] == "reprint"
        assert failures.listed(orphan) == []

    def test_a_retry_before_that_makes_it_the_canonical_again(self, orphan: Store) -> None:
        assert failures.work_again(orphan, ["a"]) == 1
        assert states(orphan)["a"] == "ready"

    def test_a_dropped_canonical_leaves_its_story_to_the_reprints(self, orphan: Store) -> None:
        assert failures.drop(orphan, ["a"]) == 1
        with orphan.writing() as connection:
            connection.execute(sa.update(stories).values(opened_at=datetime.now(UTC) - timedelta(seconds=61)))
        assert leases.adopt_orphans(orphan) == 1
        assert states(orphan) == {"b": "ready", "c": "reprint"}
