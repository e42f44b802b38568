"""The published JSON Schema of an edition, made from the types of worker/edition/document.py.

`python -m tests.reference` (or `make reference`) writes it; a test compares the two.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator
from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from worker.edition.document import SCHEMA, Document

FILE = Path(__file__).parent.parent / "docs" / "edition.schema.json"


class _WithoutTitlesOfKeys(GenerateJsonSchema):
    """A key's title would only repeat the key in capitals."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def text() -> str:
    """Return the schema, draft 2020-12, as its file holds it."""
    made = TypeAdapter(Document).json_schema(schema_generator=_WithoutTitlesOfKeys)
    first = {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": f"urn:wiredesk:schema:edition:{SCHEMA}",
        "title": made.pop("title"),
        "description": made.pop("description"),
    }
    last = {"$defs": made.pop("$defs")}
    return json.dumps({**first, **made, **last}, indent=2, ensure_ascii=False) + "\n"


def write() -> None:
    FILE.write_text(text(), encoding="utf-8")


@cache
def published() -> Draft202012Validator:
    """Return what checks a document as a reader of the published schema does."""
    return Draft202012Validator(json.loads(FILE.read_bytes()), validate_formats=True)


@cache
def _closed() -> Draft202012Validator:
    schema = json.loads(FILE.read_bytes())
    for part in (schema, *schema["$defs"].values()):
        part["additionalProperties"] = False
    return Draft202012Validator(schema, validate_formats=True)


def check(document: Document) -> None:
    """Raise jsonschema_rs.ValidationError if the schema does not describe `document`, or does not know a key of it."""
    _closed().validate(json.loads(json.dumps(document)))
