"""RawArticle: which URIs name one thing everywhere, and what a message of each version holds."""

import json
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest

from producers.article import RawArticle, Record, Revision, Signal, Status, Subject, is_absolute, raw_article


@pytest.mark.parametrize("uri", ["https://courier.example/a/1", "urn:newsml:npa.example:1", "tag:npa.example,2026:7"])
def test_urls_urns_and_tags_are_absolute(uri: str) -> None:
    assert is_absolute(uri)


@pytest.mark.parametrize("uri", ["wire.txt", "wire.jsonl#3", "4711", "C:\\wire.txt", "urn:", "https://", "file:a"])
def test_file_names_and_bare_ids_are_not(uri: str) -> None:
    assert not is_absolute(uri)


def test_a_message_of_version_1_is_read() -> None:
    message = {
        "id": "6f2b7c52-2a4e-5d0e-9a64-9a1f0f6d1c0b",
        "source": "inbox",
        "uri": "mill.txt",
        "text": "The mill burnt down.",
        "received_at": "2026-11-27T08:00:00Z",
    }
    article = RawArticle.unpacked(zlib.compress(json.dumps(message).encode()))
    assert (article.version, article.status, article.item) == (1, Status.USABLE, None)


def test_a_message_carries_what_the_source_says_of_the_item() -> None:
    record = Record(
        raw=b"1",
        text="",
        uri="https://npa.example/1",
        item="urn:newsml:npa.example:1",
        revision=Revision(datetime(2026, 11, 27, 8, tzinfo=UTC), 3),
        status=Status.CANCELED,
        embargo="unknown",
        signal=Signal.CORRECTION,
        subjects=(Subject("medtop:04000000", "economy"), Subject()),
        urgency=2,
    )
    article = RawArticle.unpacked(raw_article(record, source="npa", filename="1.json", number=None).packed())
    assert article.version == 2
    assert (article.item, article.revision, article.status) == (record.item, record.revision, Status.CANCELED)
    assert (article.embargo, article.signal, article.urgency) == ("unknown", Signal.CORRECTION, 2)
    assert article.subjects == (Subject("medtop:04000000", "economy"),)
    assert article.url == "https://npa.example/1"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"urgency": 12}, {"urgency": None}),
        ({"item": "x" * 5_000}, {"item": None}),
        ({"url": "javascript:alert(1)"}, {"url": None}),
        ({"captions": ("  ", "The mill.")}, {"captions": ("The mill.",)}),
        (
            {"subjects": tuple(Subject(str(n)) for n in range(90))},
            {"subjects": tuple(map(Subject, map(str, range(50))))},
        ),
    ],
)
def test_what_a_message_cannot_carry_is_left_out(given: dict[str, Any], kept: dict[str, Any]) -> None:
    article = raw_article(Record(raw=b"1", text="A text.", **given), source="npa", filename="1.txt", number=None)
    assert {name: getattr(article, name) for name in kept} == kept
