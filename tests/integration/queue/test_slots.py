"""A message that cannot be given back to Redis takes no slot from its worker."""

import logging
from typing import Any

import kombu.transport.redis
import pytest
import redis

from producers.push import Queue
from tests.articles import raw
from tests.integration.queue.test_envelope import connection, consume
from worker.queue.slots import free_slots


def unreachable(*_: object, **__: object) -> Any:
    raise redis.exceptions.ConnectionError("Connection refused.")


@pytest.mark.parametrize("way", ["ack", "reject", "requeue"])
def test_a_worker_takes_the_next_message_although_redis_was_gone_when_the_last_was_done(
    way: str, queue: Queue, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kombu.transport.redis.Channel, "QoS", kombu.transport.redis.QoS)
    free_slots()
    queue.push([raw("An article.")])
    queue.push([raw("Another article.")])
    with connection(redis_url) as connected:
        channel = connected.default_channel
        channel.qos.prefetch_count = 1
        message = consume(channel)
        assert not channel.qos.can_consume()

        with monkeypatch.context() as gone:
            gone.setattr(kombu.transport.redis.QoS, "_remove_from_indices", unreachable)
            gone.setattr(kombu.transport.redis.QoS, "restore_by_tag", unreachable)
            errors = (redis.exceptions.ConnectionError,)
            if way == "ack":
                message.ack_log_error(logging.getLogger("test"), errors)
            else:
                message.reject_log_error(logging.getLogger("test"), errors, requeue=way == "requeue")

        assert channel.qos.can_consume()
        assert consume(channel).delivery_tag != message.delivery_tag
