"""What arrives as a message: believed only where it has the form of one of ours.

Whoever can write to Redis can write anything into its lists. kombu and Celery take a message apart before a task sees
it, and an error there ends the worker; so does a packed body that unpacks to gigabytes.
"""

import base64
import json
import uuid
from typing import Any, Final

import kombu.transport.redis
import structlog

from producers.article import is_id
from producers.push import INGEST_TASK, SUMMARIZE_TASK

logger = structlog.get_logger(__name__)

#: Ids that one message may carry; ours carry producers.push.MESSAGE_IDS.
MOST_IDS: Final = 1_000
#: Characters of a message that are read. One of ours has less than 3,000.
_MOST_CHARACTERS: Final = 1_000_000


def check_messages() -> None:
    """Let kombu read every message from Redis by `envelope`, in this process and those forked from it.

    kombu's Redis transport offers no hook before it parses and believes a message, so the name by which it parses is
    replaced; a test fails when kombu no longer reads by that name.
    """
    vars(kombu.transport.redis)["loads"] = envelope


def article_ids(arguments: tuple[object, ...]) -> list[str]:
    """Return the article ids that a message's `arguments` carry: one list of them.

    What is no id is left out and logged; so is everything where `arguments` are not one list of at most MOST_IDS.
    """
    given = arguments[0] if len(arguments) == 1 and isinstance(arguments[0], list) else None
    if given is None or len(given) > MOST_IDS:
        logger.warning("message_refused", reason="it does not carry one list of article ids")
        return []
    ids = [name for name in given if isinstance(name, str) and is_id(name)]
    if len(ids) < len(given):
        logger.warning(
            "message_refused", reason="it carries something that is not an article id", others=len(given) - len(ids)
        )
    return list(dict.fromkeys(ids))


def envelope(text: str) -> Any:
    """Return the message (or kombu's note of one: a list with its exchange and key) in `text`, made anew from what of
    it our tasks need; in place of what is none of ours, an empty message, which Celery logs and acknowledges.

    What Celery would do at a message's bidding is left out: delays, expiry, time limits, callbacks, unpacking.
    """
    try:
        found = json.loads(text) if len(text) <= _MOST_CHARACTERS else None
        if isinstance(found, list):
            message, exchange, key = found
            return [_ours(message), str(exchange), str(key)]
        return _ours(found)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        logger.warning("message_refused", reason="it is not one of our messages", characters=len(text))
        return _message({}, "", {"exchange": "", "routing_key": ""})


def _ours(found: Any) -> dict[str, Any]:
    """Return `found` made anew; raises one of the errors that `envelope` expects where it is no message of ours."""
    headers, told = found["headers"], found["properties"]["delivery_info"]
    if headers["task"] not in (INGEST_TASK, SUMMARIZE_TASK) or found["content-type"] != "application/json":
        raise ValueError(headers["task"])
    body = found["body"]
    arguments = json.loads(base64.b64decode(body) if found["properties"].get("body_encoding") == "base64" else body)[0]
    name = str(uuid.UUID(headers["id"]))
    kept = {"lang": "py", "task": headers["task"], "id": name, "root_id": name, "argsrepr": "", "kwargsrepr": ""}
    redelivered = {"redelivered": True} if headers.get("redelivered") or told.get("redelivered") else {}
    return _message(
        {**kept, "ignore_result": True, **redelivered},
        json.dumps([list(arguments), {}, {}]),
        {"exchange": str(told["exchange"]), "routing_key": str(told["routing_key"]), **redelivered},
        tag=str(uuid.UUID(found["properties"]["delivery_tag"])),
    )


def _message(headers: dict[str, Any], body: str, told: dict[str, Any], tag: str = "") -> dict[str, Any]:
    return {
        "body": base64.b64encode(body.encode()).decode(),
        "content-type": "application/json",
        "content-encoding": "utf-8",
        "headers": headers,
        "properties": {
            "body_encoding": "base64",
            "delivery_tag": tag or str(uuid.uuid4()),
            "delivery_info": told,
            "delivery_mode": 2,
            "priority": 0,
        },
    }
