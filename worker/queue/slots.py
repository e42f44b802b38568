"""The slots of a worker: each message that it has taken holds one until Redis knows that the message is done."""

from typing import Any

import kombu.transport.redis


class Slots(kombu.transport.redis.QoS):
    """kombu's slots, of which none stays taken if Redis cannot be reached when a message is done.

    Celery logs that error and goes on, and kombu keeps the slot. A worker without a free slot takes no message and asks
    Redis nothing, so it would wait for ever. The message itself is not lost: Redis gives it to another worker after
    the visibility timeout, and the reaper sends its articles again before that.
    """

    def ack(self, delivery_tag: Any) -> None:
        """Let Redis forget the message. Raises the errors of redis-py."""
        try:
            super().ack(delivery_tag)  # type: ignore[no-untyped-call]
        finally:
            self._quick_ack(delivery_tag)

    def reject(self, delivery_tag: Any, requeue: bool = False) -> None:
        """Give the message back to its queue, or let Redis forget it. Raises the errors of redis-py."""
        try:
            super().reject(delivery_tag, requeue)  # type: ignore[no-untyped-call]
        finally:
            self._quick_ack(delivery_tag)


def free_slots() -> None:
    """Let kombu's Redis transport use Slots, in this process and those forked from it."""
    kombu.transport.redis.Channel.QoS = Slots
