"""The poller with a real Redis: every item of a feed is pushed once, whenever the poller is killed."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

import producers.feeds
from producers import files
from producers.feeds import listing, state
from producers.feeds import poll as poller
from producers.feeds.answer import Answer
from producers.feeds.guard import Allowed
from producers.feeds.listing import Feed
from producers.feeds.poll import Event, Kind, PollSettings, poll
from producers.feeds.visit import Visit, visited, visitor
from producers.journal import Journal
from producers.push import Queue
from tests.crashes import dies_before, lines
from tests.feed_server import FeedServer, feed_server, item, rss

ROOM = sorted(Path(producers.feeds.__file__).parent.glob("*.py"))
NAMES = ("harbour", "bridge", "school")


@pytest.fixture
def web() -> Iterator[FeedServer]:
    with feed_server() as server:
        yield server


def settings(visit: object = None, **changes: object) -> PollSettings:
    given = {
        "visit": visit or visitor(Allowed.of(["127.0.0.1"])),
        "interval": 3600.0,
        "stop": threading.Event(),
        "report": lambda event: None,
        "once": True,
        **changes,
    }
    return PollSettings(**given)


def add(data: Path, url: str, name: str = "Courier") -> Feed:
    feed = listing.made(name, url)
    listing.add(data, feed)
    return feed


def titles(queue: Queue) -> list[str]:
    ids = [name.decode() for name in queue.journal.redis.hkeys("wiredesk:journal")]
    from producers.article import RawArticle

    return sorted(RawArticle.unpacked(entry).title or "" for entry in queue.journal.entries(ids) if entry)


def test_a_feed_s_items_are_pushed_under_its_name_and_it_is_not_asked_before_its_time(
    web: FeedServer, queue: Queue, tmp_path: Path
) -> None:
    add(tmp_path, web.serve("/feed", rss(*map(item, NAMES))))

    first, second = (poll(tmp_path, queue, settings()) for _ in range(2))

    assert (first, second, len(web.requests)) == (3, 0, 1)
    assert titles(queue) == sorted(f"Council decides on {name}" for name in NAMES)


def test_a_changed_feed_is_asked_with_its_validators_and_gives_only_what_is_new(
    web: FeedServer, queue: Queue, tmp_path: Path
) -> None:
    feed = add(tmp_path, web.serve("/feed", rss(item("harbour")), etag='W/"a b"', last_modified="Yesterday, as it was"))
    poll(tmp_path, queue, settings())
    web.serve("/feed", rss(item("harbour"), item("bridge")), etag='W/"a b"', last_modified="Today")
    due(tmp_path, feed)

    assert poll(tmp_path, queue, settings()) == 1

    asked = web.requests[-1][1]
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('W/"a b"', "Yesterday, as it was")
    # Both are kept again, though one of them is the same.
    assert state.load(tmp_path, feed).modified == "Today"


def test_one_connection_at_a_time_asks_a_host(web: FeedServer, queue: Queue, tmp_path: Path) -> None:
    for number in range(4):
        web.play(f"/{number}", lambda request: (threading.Event().wait(0.05), request.answer(rss(item("harbour")))))
        add(tmp_path, f"{web.url}/{number}", f"Courier {number}")

    poll(tmp_path, queue, settings())

    assert (web.busiest, len(web.requests)) == (1, 4)


def test_a_server_that_wants_a_pause_is_asked_by_none_of_its_feeds(
    web: FeedServer, queue: Queue, tmp_path: Path
) -> None:
    for number in range(3):
        web.play(f"/{number}", lambda request: request.answer(status=429, retry_after="600"))
        add(tmp_path, f"{web.url}/{number}", f"Courier {number}")

    poll(tmp_path, queue, settings())

    assert len(web.requests) == 1


def test_a_paused_feed_is_not_asked_and_a_feed_that_is_added_later_is(
    web: FeedServer, queue: Queue, tmp_path: Path
) -> None:
    add(tmp_path, web.serve("/paused", rss(item("harbour"))), "Paused")
    listing.pause(tmp_path, "Paused", paused=True)
    read, stop = threading.Event(), threading.Event()

    def report(event: Event) -> None:
        if event.kind is Kind.READ:
            read.set()

    running = threading.Thread(
        target=poll, args=(tmp_path, queue, settings(once=False, stop=stop, report=report)), daemon=True
    )
    running.start()
    add(tmp_path, web.serve("/later", rss(item("bridge"))), "Later")

    assert read.wait(20)
    stop.set()
    running.join(20)
    assert [path for path, _ in web.requests] == ["/later"]


class Inline:
    """A thread that does its work in the thread that starts it, which is the one that is traced."""

    def __init__(self, *, target: Callable[..., object], args: tuple[object, ...], **_: object) -> None:
        self.start = lambda: target(*args)


def test_a_poller_that_is_killed_before_any_line_loses_and_doubles_nothing(
    redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "threading", SimpleNamespace(Thread=Inline))
    document = rss(*map(item, NAMES), item("nameless", guid="", link=""))
    data = tmp_path / "data"

    def ask(_url: str, headers: dict[str, str]) -> Answer:
        if headers.get("If-None-Match") == "v1":
            return Answer(status=304, url=_url)
        return Answer(status=200, url=_url, body=document, headers={"etag": "v1"})

    def visit(feed: Feed, known: state.State) -> Visit:
        return visited(feed, known, ask)

    def step() -> None:
        queue = Queue.connect(redis_url)
        poll(data, queue, settings(visit))

    def begin() -> Journal:
        queue.journal.redis.flushall()
        for file in data.glob("feeds/*"):
            file.unlink()
        return queue.journal

    feed = add(data, "https://courier.example/feed")
    queue = Queue.connect(redis_url)
    begin()
    survey = lines(step, ROOM)
    held = sorted(queue.journal.redis.hkeys("wiredesk:journal"))
    assert len(held) == 4

    for line in survey:
        begin()
        dies_before(line, step, ROOM)
        before = sorted(queue.journal.redis.hkeys("wiredesk:journal"))
        # What the poller remembers as pushed is in the journal.
        assert not state.load(data, feed).seen or before == held, line
        due(data, feed)
        step()
        assert sorted(queue.journal.redis.hkeys("wiredesk:journal")) == held, line
    queue.close()


def due(data: Path, feed: Feed) -> None:
    """Let the time of the next check of `feed` come."""
    from dataclasses import replace

    state.save(data, feed, replace(state.load(data, feed), next_at=0.0))


def test_a_fault_of_ours_in_one_feed_keeps_no_other_from_being_read(
    web: FeedServer, queue: Queue, tmp_path: Path
) -> None:
    real = visitor(Allowed.of(["127.0.0.1"]))
    bad, events = add(tmp_path, "https://bad.example/feed", "Bad"), []
    add(tmp_path, web.serve("/feed", rss(item("harbour"))))

    def visit(feed: Feed, known: state.State) -> Visit:
        if feed.name == "Bad":
            raise RecursionError("too deep")
        return real(feed, known)

    assert poll(tmp_path, queue, settings(visit, report=events.append)) == 1

    assert "fault of wiredesk" in state.load(tmp_path, bad).error
    assert [type(event.error) for event in events if event.kind is Kind.FAULT] == [RecursionError]


def test_a_feed_that_ends_the_poller_is_not_asked_again_and_again(redis_url: str, tmp_path: Path) -> None:
    add(tmp_path, "https://bomb.example/feed")

    def visit(_feed: Feed, _known: state.State) -> Visit:
        os._exit(7)

    def ended() -> int:
        child = os.fork()
        if child:
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        poll(tmp_path, Queue.connect(redis_url), settings(visit))
        os._exit(0)

    assert [ended() for _ in range(5)] == [7, 7, 7, 0, 0]


def test_a_feed_that_is_given_full_text_takes_the_items_that_had_none(
    web: FeedServer, queue: Queue, tmp_path: Path
) -> None:
    page = f"<html><body><p>{'The council has decided on the harbour after a long debate. ' * 9}</p></body></html>"
    link = web.serve("/page", page.encode(), content_type="text/html")
    feed = add(tmp_path, web.serve("/feed", rss(item("harbour", text="", link=link), item("bridge"))))
    assert poll(tmp_path, queue, settings()) == 2
    listing.remove(tmp_path, feed.name)
    listing.add(tmp_path, feed.model_copy(update={"fulltext": True}))
    due(tmp_path, feed)

    assert poll(tmp_path, queue, settings()) == 1


def test_a_check_that_a_stop_cuts_off_counts_as_no_end_of_the_poller(queue: Queue, tmp_path: Path) -> None:
    feed = add(tmp_path, "https://slow.example/feed")
    stop, asked = threading.Event(), threading.Event()

    def visit(_feed: Feed, known: state.State) -> Visit:
        assert state.load(tmp_path, feed).starts == 1
        asked.set()
        threading.Event().wait(2)
        return Visit(feed=feed, state=known, error="late")

    running = threading.Thread(target=poll, args=(tmp_path, queue, settings(visit, once=False, stop=stop)), daemon=True)
    running.start()
    assert asked.wait(20)
    stop.set()
    running.join(20)

    assert state.load(tmp_path, feed) == state.State(url=feed.url)


def test_a_patient_poller_waits_while_another_process_polls(web: FeedServer, queue: Queue, tmp_path: Path) -> None:
    add(tmp_path, web.serve("/feed", rss(item("harbour"))))
    waits, events = threading.Event(), []

    def report(event: Event) -> None:
        events.append(event)
        if event.kind is Kind.WAITING:
            waits.set()

    with files.locked(tmp_path / poller.LOCK):
        running = threading.Thread(
            target=poll, args=(tmp_path, queue, settings(patient=True, report=report)), daemon=True
        )
        running.start()
        assert waits.wait(20)
    running.join(20)

    assert [event.waits for event in events if event.part][-1] == {"lock": ""}
    assert len(titles(queue)) == 1
