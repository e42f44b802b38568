"""RawArticle: which URIs name one thing everywhere."""

import pytest

from producers.article import is_absolute


@pytest.mark.parametrize("uri", ["https://courier.example/a/1", "urn:newsml:npa.example:1", "tag:npa.example,2026:7"])
def test_urls_urns_and_tags_are_absolute(uri: str) -> None:
    assert is_absolute(uri)


@pytest.mark.parametrize("uri", ["wire.txt", "wire.jsonl#3", "4711", "C:\\wire.txt", "urn:", "https://", "file:a"])
def test_file_names_and_bare_ids_are_not(uri: str) -> None:
    assert not is_absolute(uri)
