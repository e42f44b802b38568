"""Titles of one article, and addresses of one page."""

import pytest

from worker.clean.html.likeness import alike, is_home, same_page


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ("Storm shuts the harbour", "Storm shuts harbour of Alder Vale | Vane News", True),
        ("港が嵐で閉鎖", "港が嵐で閉鎖 - 塩見新聞", True),
        ("Storm shuts the harbour", "Storm leaves 300 homes dark", False),
        ("Council votes on a tram line to the airport", "Murderers get life for killing at the airport", False),
        ("Vane News", "Storm shuts the harbour", False),
        ("", "Storm", False),
        ("---", "---", False),
    ],
)
def test_titles_are_alike_if_most_letters_of_one_are_in_the_other(one: str, other: str, is_alike: bool) -> None:
    assert alike(one, other) is alike(other, one) is is_alike


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("https://www.vane.example/a/storm/", "http://vane.example/a/storm?utm_source=x#top", True),
        ("https://vane.example/story?id=1", "https://vane.example/story?id=2", False),
        ("https://vane.example/?p=17", "https://www.vane.example/?p=17", True),
        ("https://vane.example/", "https://vane.example", False),
        ("https://vane.example/a", "https://oda.example/a", False),
        ("http://[oda", "http://[oda", False),
    ],
)
def test_addresses_are_of_one_page_if_host_and_path_are_the_same(one: str, other: str, is_same: bool) -> None:
    assert same_page(one, other) is same_page(other, one) is is_same


def test_a_home_page_is_no_page_of_an_article() -> None:
    assert is_home("https://vane.example/")
    assert is_home("vane.example")
    assert not is_home("https://vane.example/?p=17")
