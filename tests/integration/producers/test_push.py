"""Pushing on a real server: the journal first, then messages of ids."""

import base64
import json

import pytest

from producers.article import Record, raw_article
from producers.errors import RetryableError
from producers.push import MESSAGE_IDS, Queue, messages, push_all
from producers.redis_client import KEY_PREFIX, QueueFullError
from tests.articles import raw


def sent(queue: Queue, name: str = "ingest") -> list[list[str]]:
    """Return the ids of each message that waits, in the order in which they will be taken."""
    bodies = [json.loads(message)["body"] for message in queue.journal.redis.lrange(KEY_PREFIX + name, 0, -1)]
    return [json.loads(base64.b64decode(body))[0][0] for body in reversed(bodies)]


def give_up(error: RetryableError) -> None:
    raise error


def test_a_message_carries_up_to_32_ids(queue: Queue) -> None:
    raws = [raw(f"Article {i}.") for i in range(MESSAGE_IDS + 1)]
    assert list(push_all(queue, raws, give_up)) == [one.id for one in raws]
    assert sent(queue) == [[str(one.id) for one in raws[:-1]], [str(raws[-1].id)]]


def test_a_message_stands_for_at_most_256_kb_of_text(queue: Queue) -> None:
    raws = [raw(f"{i}" * 100_000) for i in range(4)]
    list(push_all(queue, raws, give_up))
    assert [len(ids) for ids in sent(queue)] == [2, 2]


def test_html_travels_alone(queue: Queue) -> None:
    page = raw("<p>A page.</p>", media_type="text/html")
    raws = [raw("One."), page, raw("Two.")]
    list(push_all(queue, raws, give_up))
    assert [str(page.id)] in sent(queue)
    assert [len(ids) for ids in sent(queue)] == [1, 1, 1]


def test_every_key_has_the_prefix_of_the_desk(queue: Queue) -> None:
    queue.push([raw("One.")])
    queue.wake_summarizers()
    keys = queue.journal.redis.keys("*")
    assert keys
    assert [key for key in keys if not key.startswith(KEY_PREFIX.encode())] == []


def test_a_refused_push_is_tried_again_until_it_is_taken(redis_url: str) -> None:
    queue = Queue.connect(redis_url, max_pending=1)
    first, second = raw("First."), raw("Second.")
    refusals = []

    def make_room(error: RetryableError) -> None:
        refusals.append(error)
        queue.journal.redis.delete(KEY_PREFIX + "journal")

    assert list(push_all(queue, [first, second], make_room)) == [first.id, second.id]
    assert [type(error) for error in refusals] == [QueueFullError]
    queue.close()


def test_giving_up_ends_the_push_with_the_reason(redis_url: str) -> None:
    queue = Queue.connect(redis_url, max_pending=1)
    with pytest.raises(QueueFullError):
        list(push_all(queue, [raw("First."), raw("Second.")], give_up))
    queue.close()


def test_a_lost_message_does_not_lose_its_article(queue: Queue) -> None:
    pushed = raw("Still there.")
    queue.push([pushed])
    queue.journal.redis.delete(KEY_PREFIX + "ingest")
    queue.send_again([[str(pushed.id)]])
    assert sent(queue) == [[str(pushed.id)]]


def test_the_same_record_has_one_id_whoever_pushes_it_and_whenever() -> None:
    record = Record(raw=b"bytes", text="text")
    ids = {raw_article(record, source="inbox", filename="a.txt", number=None).id for _ in range(2)}
    others = {
        raw_article(record, source="desk", filename="a.txt", number=None).id,
        raw_article(record, source="inbox", filename="b.txt", number=None).id,
        raw_article(Record(raw=b"other", text="text"), source="inbox", filename="a.txt", number=None).id,
    }
    assert len(ids) == 1
    assert len(others | ids) == 4


def test_messages_keep_the_order_and_lose_nothing() -> None:
    items = [(f"id{i}", 10_000, i % 7 == 0) for i in range(100)]
    assert [name for ids in messages(items) for name in ids] == [name for name, _, _ in items]


def test_at_the_memory_limit_messages_are_refused_as_a_full_queue_is(queue: Queue) -> None:
    queue.wake_summarizers()
    queue.journal.redis.config_set("maxmemory", 1)
    for _ in range(3):
        with pytest.raises(QueueFullError):
            queue.wake_summarizers(3)
    queue.journal.redis.config_set("maxmemory", 0)
    queue.wake_summarizers()
    assert queue.journal.queue_length("summarize") == 2


def test_the_way_onto_a_wiped_server_needs_no_restart(queue: Queue) -> None:
    queue.wake_summarizers()
    queue.journal.redis.flushall()
    queue.wake_summarizers(2)
    assert queue.journal.queue_length("summarize") == 2
