"""Our own files of each format, as a person reads them: tests/samples/formats and its expected.json."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from producers.article import RawArticle
from producers.formats import articles

SAMPLES = Path(__file__).parents[3] / "samples" / "formats"
EXPECTED: dict[str, list[dict[str, Any]]] = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))


def said(raw: RawArticle, names: set[str]) -> dict[str, Any]:
    """Return what `raw` says under `names`; a refusal is there whether it is asked for or not."""
    given = raw.model_dump(mode="json", exclude_defaults=True)
    return {name: given[name] for name in names | {"refused"} if name in given}


def read(name: str, data: bytes) -> list[dict[str, Any]]:
    raws = list(articles(io.BytesIO(data), name, "agency"))
    assert len(raws) == len(EXPECTED[name.removesuffix(".gz")]), [raw.refused for raw in raws]
    return [said(raw, set(row)) for raw, row in zip(raws, EXPECTED[name.removesuffix(".gz")], strict=True)]


def test_every_sample_is_in_the_table() -> None:
    assert {path.name for path in SAMPLES.iterdir()} - {"expected.json"} == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_is_read_as_a_person_reads_it(name: str) -> None:
    assert read(name, (SAMPLES / name).read_bytes()) == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_is_read_alike_if_it_is_gzipped(name: str) -> None:
    assert read(f"{name}.gz", gzip.compress((SAMPLES / name).read_bytes())) == EXPECTED[name]
