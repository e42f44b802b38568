"""docs/edition.schema.json: what it promises to readers of editions, and that editions keep it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema_rs import ValidationError
from pydantic import TypeAdapter

from tests import edition_schema
from worker.edition.document import Document

from .examples import GOLDEN_EDITIONS, an_edition, carried, full


def test_the_schema_is_that_of_the_code() -> None:
    assert edition_schema.FILE.read_text(encoding="utf-8") == edition_schema.text(), "run `make reference`"


def test_every_part_and_every_key_is_described() -> None:
    schema = json.loads(edition_schema.text())
    for part in (schema, *schema["$defs"].values()):
        assert part["title"]
        assert part["description"]
        assert [key for key, value in part["properties"].items() if not value.keys() & {"description", "$ref"}] == []


@pytest.mark.parametrize("name", GOLDEN_EDITIONS)
def test_the_schema_describes_an_edition(name: str) -> None:
    edition_schema.check(GOLDEN_EDITIONS[name]())


@pytest.mark.parametrize("name", GOLDEN_EDITIONS)
def test_the_types_describe_an_edition(name: str) -> None:
    document = GOLDEN_EDITIONS[name]()
    assert TypeAdapter(Document).validate_python(document, strict=True) == document


def test_the_schema_describes_a_revision_that_closed_between_two_seconds() -> None:
    at = datetime(2026, 11, 22, 6, 0, 0, 123456, tzinfo=UTC)
    edition_schema.check(an_edition(carried(published_at=at), revision=2, closed_at=at))


def test_a_reader_of_the_schema_takes_a_key_that_came_later() -> None:
    document: dict[str, Any] = {**full(), "later": 1}
    document["topics"][0]["digests"][0]["later"] = {"more": None}

    edition_schema.published().validate(document)
    with pytest.raises(ValidationError, match="later"):
        edition_schema.check(document)  # type: ignore[arg-type]


def _without(*path: str | int) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        del document[path[-1]]

    return change


def _with(value: object, *path: str | int) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = value

    return change


DIGEST = ("topics", 0, "digests", 0)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (_without("topics"), "topics"),
        (_without("edition", "counts", "received"), "received"),
        (_without(*DIGEST, "supported"), "supported"),
        (_with(2, "schema"), "1"),
        (_with("22 November 2026", "edition", "date"), "date"),
        (_with("2026-11-22T07:00:00+01:00", "edition", "closed_at"), "Z"),
        (_with("2026-11-22 06:00Z", "edition", "closed_at"), "date-time"),
        (_with(0, "edition", "revision"), "minimum"),
        (_with(-1, "edition", "counts", "failed"), "minimum"),
        (_with(None, *DIGEST, "headline"), "string"),
        (_with([], *DIGEST, "sources"), "item"),
        (_with(1.5, *DIGEST, "sources", 0, "containment"), "anyOf"),
        (_with("long", "topics", 0, "place"), "long"),
    ],
)
def test_the_schema_refuses_what_is_no_edition(change: Callable[[Any], None], named: str) -> None:
    document = full()
    edition_schema.published().validate(document)
    change(document)

    with pytest.raises(ValidationError, match=named):
        edition_schema.published().validate(document)
