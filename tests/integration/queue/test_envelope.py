"""kombu reads every message through our check, by whichever way it takes it out of Redis."""

from collections.abc import Callable
from typing import Any

import kombu.transport.redis
import pytest
from celery import Celery
from kombu import Connection, Consumer
from kombu import Queue as KombuQueue

from producers.push import INGEST_QUEUE, Queue, celery_settings
from tests.articles import raw
from worker.queue.envelope import check_messages, envelope


def connection(redis_url: str) -> Connection:
    app = Celery("test", set_as_current=False)
    app.conf.update(celery_settings(redis_url))
    return app.connection_for_read()


def consume(channel: Any) -> Any:
    """Take one message as a worker does, by BRPOP."""
    taken: list[Any] = []
    with Consumer(channel, [KombuQueue(INGEST_QUEUE)], on_message=taken.append, accept=["json"]):
        channel.connection.client.drain_events(timeout=10)
    return taken[0]


def get(channel: Any) -> Any:
    """Take one message by RPOP."""
    return channel.basic_get(INGEST_QUEUE)


def restore(channel: Any) -> None:
    """Take a message and give it back, as a worker does at its end."""
    channel._restore(consume(channel))


def restore_by_tag(channel: Any) -> None:
    """Take a message and let another worker give it back, as after the visibility timeout."""
    channel.qos.restore_by_tag(consume(channel).delivery_tag)


@pytest.mark.parametrize(("way", "times"), [(consume, 1), (get, 1), (restore, 2), (restore_by_tag, 2)])
def test_every_way_by_which_kombu_takes_a_message_goes_through_the_check(
    way: Callable[[Any], object], times: int, queue: Queue, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def checking(text: str) -> Any:
        read.append(text)
        return envelope(text)

    monkeypatch.setitem(vars(kombu.transport.redis), "loads", checking)
    queue.push([raw("An article.")])

    with connection(redis_url) as connected:
        way(connected.default_channel)
        # At its end the connection gives back what was taken, which would be one more.
        taken = len(read)

    assert taken == times


def test_a_worker_puts_the_check_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(kombu.transport.redis), "loads", None)

    check_messages()

    assert vars(kombu.transport.redis)["loads"] is envelope
