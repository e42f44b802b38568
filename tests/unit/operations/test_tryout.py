"""Trying a stage on text: the results are ready for JSON and leave nothing out."""

import dataclasses
import json
from pathlib import Path

import pytest

from worker.article import Article
from worker.operations.tryout import clean_file, cleaned_text

TEXT = "The ferry stayed in harbour on Monday.\n\n" + "A crossing is planned for Tuesday, said the harbour master. " * 3


def test_what_cleaning_makes_of_a_file_is_ready_for_json(tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text(TEXT)

    (result,) = clean_file(str(tmp_path / "ferry.txt"))

    assert json.loads(json.dumps(result)) == result
    assert list(result) == [field.name for field in dataclasses.fields(Article)]
    assert "error" not in result
    assert result["body"].startswith("The ferry stayed")
    assert "language      en" in cleaned_text(result)


@pytest.mark.parametrize("content", [b"", b"one word"])
def test_an_article_without_prose_is_named_with_the_reason(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "empty.txt").write_bytes(content)

    (result,) = clean_file(str(tmp_path / "empty.txt"))

    assert result.keys() == {"uri", "error"}
    assert cleaned_text(result).startswith("uri           empty.txt")
