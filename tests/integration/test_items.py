"""Items through the desk's own doors: the journal, the tick, an edition, and a crash before any line of a decision."""

import json
import zlib
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import worker
from producers.article import UNKNOWN, RawArticle, Revision, Status
from producers.journal import JOURNAL, Outcome, Standing
from producers.push import Queue
from tests.articles import digest, raw
from tests.chaos import news
from tests.crashes import Line, dies_before, lines
from worker import pipeline
from worker.schedule import closings, tick
from worker.settings import WorkerSettings
from worker.store import Store, by_hand, connect, releasing
from worker.store.connect import current_time
from worker.store.contents import counts, export_articles
from worker.store.tables import items as items_table
from worker.store.tables import rulings

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
SOON = datetime(2999, 1, 1, tzinfo=UTC)
#: The rooms in which a decision passes from one transaction, or server, to the next.
ROOMS = [
    Path(worker.__file__).with_name("pipeline.py"),
    Path(worker.__file__).with_name("store") / "releasing.py",
]


class Prompt:
    """An engine without a model."""

    name = "prompt"
    model = "none"

    def summarize(self, batch: Any) -> list[Any]:
        return [digest(article.id) for article in batch]


def version(number: int, of: int = 0, body: int | None = None, **fields: Any) -> RawArticle:
    """Return the version `number` of the item `of`, with the text `body` of the chaos news (None: that of the item)."""
    said = {
        "uri": f"urn:newsml:npa.example:{of}:{number}",
        "item": f"urn:newsml:npa.example:{of}",
        "revision": Revision(NOON + timedelta(minutes=number), number),
        "publisher": "NPA",
        **fields,
    }
    return raw(news.body(of if body is None else body), **said)


def ingest(queue: Queue, store: Store, *raws: RawArticle, **options: Any) -> None:
    queue.journal.admit(raws)
    pipeline.ingest([str(article.id) for article in raws], queue.journal, store, **options)


def summarize(store: Store) -> None:
    while pipeline.summarize(store, Prompt(), lambda _token, _ends: nullcontext()).more:
        pass


def states(store: Store) -> dict[str, str]:
    return {row["id"]: row["state"] for row in export_articles(store, held=True)}


def end_embargoes(store: Store) -> None:
    """Let every embargo have ended a second ago, by the store's own clock."""
    with store.writing() as connection:
        past = current_time(connection) - timedelta(seconds=1)
        connection.execute(sa.update(items_table).where(items_table.c.embargo.is_not(None)).values(embargo=past))


@pytest.fixture
def settings(tmp_path: Path, redis_url: str) -> WorkerSettings:
    return WorkerSettings(data=tmp_path / "data", edition_time="00:00", redis_url=redis_url)  # type: ignore[arg-type]


def carried(settings: WorkerSettings, store: Store) -> list[str]:
    """Return the articles that today's edition shows when it closes now."""
    edition = closings.close_now(settings, store, "daily")
    return [
        source["article_id"]
        for topic in edition.document["topics"]
        for article in topic["digests"]
        for source in article["sources"]
    ]


def test_a_kill_and_a_held_article_settle_as_stored(queue: Queue, store: Store) -> None:
    held, kill = version(1, embargo=SOON), version(1, 1, status=Status.CANCELED)
    ingest(queue, store, held, kill)
    assert queue.journal.outcomes([held.id, kill.id]) == [Outcome(Standing.STORED)] * 2
    assert states(store) == {str(held.id): "held", str(kill.id): "killed"}


def test_a_kill_without_a_text_is_stored(queue: Queue, store: Store) -> None:
    story = version(1)
    kill = version(2, status=Status.CANCELED).model_copy(update={"text": ""})
    ingest(queue, store, story, kill)
    assert states(store) == {str(story.id): "killed", str(kill.id): "killed"}


def test_a_kill_in_plain_text_holds_the_story_of_its_slug(queue: Queue, store: Store) -> None:
    story = raw(f"BC-Osterby-Mill\n{news.title(0)}\n\n{news.body(0)}", uri="1.txt")
    kill = raw(
        "BC-Osterby-Mill, KILL\n\nEDITORS: Kill the story slugged BC-Osterby-Mill. The report is false.", uri="2.txt"
    )
    ingest(queue, store, story)
    ingest(queue, store, kill)
    assert states(store) == {str(story.id): "held", str(kill.id): "held"}
    assert queue.journal.outcomes([kill.id]) == [Outcome(Standing.STORED)]


def test_an_edition_carries_what_is_released_before_it_closes(
    queue: Queue, store: Store, settings: WorkerSettings
) -> None:
    article = version(1, embargo=SOON)
    ingest(queue, store, article)
    summarize(store)
    assert carried(settings, store) == []
    end_embargoes(store)
    assert carried(settings, store) == [str(article.id)]


def test_a_tick_releases_before_it_closes_and_files_the_decision(
    queue: Queue, store: Store, settings: WorkerSettings
) -> None:
    settings.data.mkdir()
    ingest(queue, store, version(1, embargo=SOON))
    end_embargoes(store)
    tick.tick(settings, store, queue)
    assert counts(store).held == 0
    lines = [json.loads(line) for line in settings.withdrawn_file.read_text().splitlines()]
    assert [line["act"] for line in lines] == ["hold", "release"]


def test_nothing_is_released_by_a_clock_that_was_set(queue: Queue, store: Store, settings: WorkerSettings) -> None:
    ingest(queue, store, version(1, embargo=SOON))
    end_embargoes(store)
    before = tick.Reading(datetime.now(UTC) - timedelta(days=3), tick.read_clocks().steady)
    with pytest.raises(Exception, match="clock was set forward"):
        tick._release(store, queue, tick.read_clocks(), before)
    assert counts(store).held == 1


def test_a_released_article_joins_the_story_that_was_told_meanwhile(queue: Queue, store: Store) -> None:
    held = version(1, embargo=SOON)
    ingest(queue, store, held)
    summarize(store)
    # The memory of stories is shorter than the embargo, and another agency reports the same.
    queue.journal.redis.flushall()
    with store.writing() as connection:
        long_ago = current_time(connection) - timedelta(days=9)
        connection.exec_driver_sql(f"UPDATE articles SET stored_at = '{long_ago:%Y-%m-%d %H:%M:%S}'")  # noqa: S608
        connection.exec_driver_sql(f"UPDATE stories SET opened_at = '{long_ago:%Y-%m-%d %H:%M:%S}'")  # noqa: S608
    other = raw(news.body(0, "The mayor said more."), uri="other", publisher="Courier")
    ingest(queue, store, other)
    summarize(store)
    end_embargoes(store)
    assert pipeline.release_due(store, pipeline.claims_of(queue.journal.redis, store)) == 1
    rows = {row["id"]: (row["state"], row["story_id"]) for row in export_articles(store)}
    assert rows == {str(held.id): ("reprint", str(other.id)), str(other.id): ("digested", str(other.id))}


def test_a_message_of_an_unknown_version_stays_in_the_journal(queue: Queue, store: Store) -> None:
    newer, known = version(1), version(1, 1)
    queue.journal.admit([newer, known])
    fields = {**json.loads(zlib.decompress(newer.packed())), "version": 3, "mood": "sour"}
    queue.journal.redis.hset(JOURNAL, str(newer.id), zlib.compress(json.dumps(fields).encode()))
    for _ in range(pipeline.MAX_ATTEMPTS + 2):
        pipeline.ingest([str(newer.id), str(known.id)], queue.journal, store)
    assert (queue.journal.pending(), queue.journal.attempts([str(newer.id)])) == (1, [0])
    assert list(states(store)) == [str(known.id)]


@pytest.mark.parametrize(
    ("unreadable", "sources", "state"),
    [("", ["inbox"], "ready"), ("", ["scoop"], "held"), ("Next Monday", ["inbox"], "held"), (None, ["inbox"], "held")],
)
def test_an_empty_embargo_is_ignored_of_the_sources_that_the_setting_names(
    queue: Queue, store: Store, unreadable: str | None, sources: list[str], state: str
) -> None:
    metadata = {} if unreadable is None else {"embargo_unreadable": unreadable}
    ingest(queue, store, version(1, embargo=UNKNOWN, metadata=metadata), ignore_empty_embargo=sources)
    assert list(states(store).values()) == [state]


class Desk:
    """A queue and a store, whose decisions are killed before any of their lines and then taken up again."""

    def __init__(self, redis_url: str, store_url: str, store: Store, queue: Queue) -> None:
        self.urls = redis_url, store_url
        self.store, self.queue = store, queue

    def crashes(self, step: Callable[[Queue, Store], object]) -> Callable[[], object]:
        return lambda: step(Queue.connect(self.urls[0]), connect(self.urls[1]))

    def goes_on(self) -> None:
        """Do what the reaper does: send again what the journal holds."""
        for name in self.queue.journal.overdue(0, 1000):
            pipeline.ingest([name], self.queue.journal, self.store)

    def each_line(self, step: Callable[[int], Callable[[Queue, Store], object]]) -> list[tuple[int, Line]]:
        """Return the lines that `step` of the number 0 comes to, numbered from 1."""
        return list(enumerate(lines(self.crashes(step(0)), ROOMS), 1))


@pytest.fixture
def desk(redis_url: str, store_url: str, store: Store, queue: Queue) -> Desk:
    # The first article of a language has the claims rebuilt; its lines are not those of every day.
    ingest(queue, store, version(1, 999))
    summarize(store)
    return Desk(redis_url, store_url, store, queue)


@pytest.mark.timeout(300)
def test_a_kill_that_dies_before_any_line_kills_all_the_same(desk: Desk) -> None:
    def kill(number: int) -> RawArticle:
        article = version(2, number, status=Status.CANCELED)
        desk.queue.journal.admit([article])
        return article

    def step(number: int) -> Callable[[Queue, Store], object]:
        name = str(kill(number).id)
        return lambda queue, store: pipeline.ingest([name], queue.journal, store)

    ingest(desk.queue, desk.store, version(1, 0))
    steps = desk.each_line(step)
    versions = [version(1, number) for number, _ in steps]
    ingest(desk.queue, desk.store, *versions)
    summarize(desk.store)
    for number, line in steps:
        dies_before(line, desk.crashes(step(number)), ROOMS)
        assert states(desk.store)[str(versions[number - 1].id)] in ("digested", "killed"), f"killed before {line}"
    desk.goes_on()
    after = states(desk.store)
    assert {after[str(article.id)] for article in versions} == {"killed"}
    assert list(after.values()).count("killed") == 2 * (len(versions) + 1)
    assert counts(desk.store).open_stories == 0
    assert desk.queue.journal.pending() == 0


@pytest.mark.timeout(300)
def test_a_release_that_dies_before_any_line_releases_once(desk: Desk) -> None:
    def release(queue: Queue, store: Store) -> int:
        return pipeline.release_due(store, pipeline.claims_of(queue.journal.redis, store))

    def due(*numbers: int) -> None:
        ingest(desk.queue, desk.store, *(version(1, number, embargo=SOON) for number in numbers))
        end_embargoes(desk.store)

    due(0)
    steps = desk.each_line(lambda _number: release)
    release(desk.queue, desk.store)
    for number, line in steps:
        due(number)
        dies_before(line, desk.crashes(release), ROOMS)
        release(desk.queue, desk.store)
        assert releasing.due(desk.store) == [], f"killed before {line}"
    summarize(desk.store)
    assert set(states(desk.store).values()) == {"digested"}
    with desk.store.reading() as connection:
        released = connection.scalars(sa.select(rulings.c.item_id).where(rulings.c.act == "release")).all()
    assert len(released) == len(set(released)) == len(steps) + 1
    assert by_hand.listed(desk.store) == []
