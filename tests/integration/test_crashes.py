"""A crash before any line of any step, on both stores: nothing is lost, nothing is done twice.

Each step runs in a child process that is killed before one line of our code, then as the desk itself would go on:
producers push again what they hold, the reaper sends again what the journal holds, a lease runs out. That is repeated
for each line that the step comes to.
"""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import producers
import worker
from producers.article import RawArticle
from producers.journal import Journal, Standing
from producers.push import Queue
from tests.articles import digest, raw
from tests.chaos import news
from tests.chaos.storm import audit
from tests.crashes import Line, dies_before, lines
from tests.leases import run_out
from worker import pipeline
from worker.store import Store, connect, failures, leases
from worker.store.articles import standing

# Hundreds of processes, one after the other.
pytestmark = pytest.mark.timeout(900)

#: The rooms whose lines are stepped through: those that hand an article on. The others compute.
ROOMS = [
    Path(producers.__file__).with_name("journal.py"),
    Path(producers.__file__).with_name("push.py"),
    Path(worker.__file__).with_name("pipeline.py"),
    Path(worker.__file__).with_name("store") / "articles.py",
    Path(worker.__file__).with_name("store") / "leases.py",
]

Step = Callable[[Queue, Store], object]


class Desk:
    """A queue, a store, and what a crash leaves of them; each child has connections of its own."""

    def __init__(self, redis_url: str, store_url: str, store: Store, queue: Queue) -> None:
        self.urls = redis_url, store_url
        self.store = store
        self.queue = queue

    def lines(self, step: Step) -> list[Line]:
        """Return the lines that `step` comes to, each once, in the order in which it first does."""
        return lines(self._fresh(step), ROOMS)

    def dies_before(self, line: Line, step: Step) -> None:
        """Run `step` in a child that is killed when it first comes to `line`."""
        dies_before(line, self._fresh(step), ROOMS)

    def _fresh(self, step: Step) -> Callable[[], object]:
        # A child's connections are its own.
        return lambda: step(Queue.connect(self.urls[0]), connect(self.urls[1]))

    def goes_on(self) -> None:
        """Do what reaper, workers and time do, until nothing is left to do."""
        for _ in range(pipeline.MAX_ATTEMPTS + 1):
            for name in self.queue.journal.overdue(0, 100):
                pipeline.ingest([name], self.queue.journal, self.store)
            if not self.queue.journal.pending():
                break
        assert self.queue.journal.pending() == 0
        for _ in range(leases.MAX_ATTEMPTS + 1):
            while summarize(self.queue, self.store).more:
                pass
            if not run_out(self.store):
                break
        assert not run_out(self.store)

    def digest_writes(self) -> Counter[str]:
        """Return how often a digest of each article was ever written."""
        with self.store.reading() as connection:
            return Counter(connection.execute(sa.text("SELECT article_id FROM digest_writes")).scalars())

    def states(self, raws: list[RawArticle]) -> list[str | None]:
        """Return the state of each of `raws`, None where the store has no such article."""
        names = [str(one.id) for one in raws]
        states = standing(self.store, names)
        return [states.get(name) for name in names]


class Prompt:
    """An engine without a model."""

    name = "prompt"
    model = "none"

    def summarize(self, batch: Any) -> list[Any]:
        return [digest(one.id) for one in batch]


def summarize(_queue: Queue, store: Store) -> pipeline.Summarized:
    return pipeline.summarize(store, Prompt(), lambda _token, _ends: nullcontext())


@pytest.fixture
def desk(redis_url: str, store_url: str, store: Store, queue: Queue) -> Desk:
    audit(store)
    # The first article of a language has the claims rebuilt; its lines are not those of every day.
    pipeline.ingest(pushed(queue.journal, fresh(-1)), queue.journal, store)
    summarize(queue, store)
    return Desk(redis_url, store_url, store, queue)


def fresh(number: int) -> list[RawArticle]:
    """Return a few articles that no other number gives: two reports, a reprint of the second, and a refused one."""
    reports = [news.body(2 * number), news.body(2 * number + 1)]
    return [
        *(raw(text, uri=f"{number}-{n}") for n, text in enumerate(reports)),
        raw(reports[1], uri=f"{number}-copy", source="elsewhere"),
        raw("", uri=f"{number}-refused", refused="The file is empty."),
    ]


def pushed(journal: Journal, raws: list[RawArticle]) -> list[str]:
    journal.admit(raws)
    return [str(one.id) for one in raws]


def numbered(lines: list[Line]) -> Iterator[tuple[int, Line]]:
    assert len(lines) > 10
    yield from enumerate(lines, 1)


def ends_well(desk: Desk, raws: list[RawArticle], where: str) -> None:
    """Assert that each of `raws` came to its one end."""
    assert sorted(desk.states(raws), key=str) == ["digested", "digested", "failed", "reprint"], where
    standings = [outcome.standing for outcome in desk.queue.outcomes([one.id for one in raws])]
    assert standings == [Standing.STORED] * 3 + [Standing.FAILED], where
    assert set(desk.digest_writes().values()) == {1}, where


def test_a_producer_that_dies_before_any_line_of_a_push_pushes_again_and_nothing_comes_twice(desk: Desk) -> None:
    def step(raws: list[RawArticle]) -> Step:
        return lambda queue, _store: queue.push(raws)

    for number, line in numbered(desk.lines(step(fresh(0)))):
        raws = fresh(number)
        desk.dies_before(line, step(raws))
        desk.queue.push(raws)
        desk.goes_on()
        ends_well(desk, raws, f"killed before {line}")


def test_an_ingest_worker_that_dies_before_any_line_loses_nothing_and_stores_nothing_twice(desk: Desk) -> None:
    def step(ids: list[str]) -> Step:
        return lambda queue, store: pipeline.ingest(ids, queue.journal, store)

    for number, line in numbered(desk.lines(step(pushed(desk.queue.journal, fresh(0))))):
        raws = fresh(number)
        desk.dies_before(line, step(pushed(desk.queue.journal, raws)))
        desk.goes_on()
        ends_well(desk, raws, f"killed before {line}")


def test_a_summarize_worker_that_dies_before_any_line_loses_nothing_and_writes_no_digest_twice(desk: Desk) -> None:
    def ready(number: int) -> list[RawArticle]:
        raws = fresh(number)
        pipeline.ingest(pushed(desk.queue.journal, raws), desk.queue.journal, desk.store)
        return raws

    ready(0)
    for number, line in numbered(desk.lines(summarize)):
        raws = ready(number)
        desk.dies_before(line, summarize)
        desk.goes_on()
        ends_well(desk, raws, f"killed before {line}")


def test_a_failure_is_there_until_the_very_transaction_that_stores_its_successor(desk: Desk) -> None:
    def step(ids: list[str]) -> Step:
        return lambda queue, store: pipeline.ingest(ids, queue.journal, store)

    def failed(number: int) -> RawArticle:
        one = raw(news.body(number), uri=f"retried-{number}", source=str(uuid.uuid4()))
        (name,) = pushed(desk.queue.journal, [one])
        desk.queue.journal.begin({name: pipeline.MAX_ATTEMPTS})
        pipeline.ingest([name], desk.queue.journal, desk.store)
        assert desk.states([one]) == ["failed"]
        desk.queue.journal.admit([one])
        return one

    for number, line in numbered(desk.lines(step([str(failed(0).id)]))):
        one = failed(number)
        desk.dies_before(line, step([str(one.id)]))
        kept = {failure.article_id for failure in failures.listed(desk.store)}
        assert (desk.states([one]) == ["failed"]) == (str(one.id) in kept), f"killed before {line}"
        desk.goes_on()
        assert desk.states([one]) == ["digested"], f"killed before {line}"
        assert failures.matching(desk.store, str(one.id)) == []
    assert set(desk.digest_writes().values()) == {1}
