"""What arrives as a message is believed only where it has the form of one of ours."""

import base64
import json
import uuid
from typing import Any

import pytest

from worker.queue.envelope import MOST_IDS, article_ids, envelope

ID = "6d9da9ec-7c83-4e08-a863-3bf7508e859f"
TAG = str(uuid.uuid4())
TOLD = {"exchange": "", "routing_key": "ingest"}
PROPERTIES: dict[str, Any] = {"delivery_tag": TAG, "delivery_info": TOLD, "body_encoding": "base64"}
HEADERS: dict[str, Any] = {"task": "wiredesk.ingest", "id": ID}


def body(*parts: object) -> str:
    return base64.b64encode(json.dumps(parts).encode()).decode()


MESSAGE: dict[str, Any] = {
    "body": body([[ID]], {}, {}),
    "content-type": "application/json",
    "content-encoding": "utf-8",
    "headers": HEADERS,
    "properties": PROPERTIES,
}


def test_a_message_carries_one_list_of_article_ids() -> None:
    assert article_ids(([ID, ID],)) == [ID]


@pytest.mark.parametrize(
    "arguments",
    [(), (ID,), (None,), ({ID: 1},), ([ID], [ID]), ([],), ([ID] * (MOST_IDS + 1),), (7,)],
)
def test_whatever_else_it_carries_is_refused(arguments: tuple[object, ...]) -> None:
    assert article_ids(arguments) == []


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", ID.upper(), ID + "\n", "{" + ID + "}", 7, None, [ID], {"a": 1}]
)
def test_what_is_no_id_is_left_out(name: object) -> None:
    assert article_ids(([name, ID],)) == [ID]


def read(message: object) -> Any:
    return envelope(json.dumps(message))


def test_a_message_and_a_note_of_one_keep_their_task_arguments_tag_and_place() -> None:
    found = read(MESSAGE)
    assert (found["headers"]["task"], found["headers"]["id"]) == ("wiredesk.ingest", ID)
    assert json.loads(base64.b64decode(found["body"])) == [[[ID]], {}, {}]
    assert (found["properties"]["delivery_tag"], found["properties"]["delivery_info"]) == (TAG, TOLD)
    assert read([MESSAGE, "", "ingest"]) == [found, "", "ingest"]


def test_what_a_message_bids_celery_to_do_is_left_out() -> None:
    bidding = {
        "eta": "2099-01-01",
        "expires": 1,
        "timelimit": [0, 0],
        "compression": "application/x-gzip",
        "retries": 9,
    }
    embedded = {"callbacks": [{"task": "wiredesk.ingest"}], "chain": [], "chord": None}
    found = read({**MESSAGE, "headers": {**HEADERS, **bidding}, "body": body([[ID]], {"a": 1}, embedded)})
    assert not bidding.keys() & found["headers"].keys()
    assert json.loads(base64.b64decode(found["body"])) == [[[ID]], {}, {}]


def test_what_was_delivered_before_says_so_still() -> None:
    for again in (
        {"headers": {**HEADERS, "redelivered": True}},
        {"properties": {**PROPERTIES, "delivery_info": {**TOLD, "redelivered": True}}},
    ):
        found = read({**MESSAGE, **again})
        assert found["headers"]["redelivered"]
        assert found["properties"]["delivery_info"]["redelivered"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rubbish",
        "null",
        "[]",
        "{}",
        "[1,2,3]",
        "[" * 200_000,
        "1" * 5_000,
        *(
            json.dumps({**MESSAGE, **changed})
            for changed in (
                {"properties": {}},
                {"properties": None},
                {"properties": {**PROPERTIES, "delivery_tag": {}}},
                {"headers": []},
                {"headers": {**HEADERS, "id": {}}},
                {"headers": {**HEADERS, "task": "celery.chain"}},
                {"headers": {**HEADERS, "task": ["wiredesk.ingest"]}},
                {"content-type": "application/x-python-serialize"},
                {"body": "not base64"},
                {"body": body(5)},
                {"body": body()},
                {"body": "x" * 2_000_000},
            )
        ),
    ],
)
def test_what_is_no_message_of_ours_becomes_an_empty_one(text: str) -> None:
    found = envelope(text)
    assert (found["body"], found["headers"]) == ("", {})
    assert found["properties"]["delivery_tag"]
