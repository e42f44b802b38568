"""What the desk's own articles prove about its publishers."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.clean.outlets import Outlets, Pair

#: As they lie in a store: domain, publisher as it was cleaned, articles.
PAIRS: list[Pair] = [
    ("oda-post.example", "oda-post.example", 5),
    ("oda-post.example", "The Oda Post", 2),
    ("oda-post.example", "Oda Post Online", 1),
    ("oda-post.co.uk", "oda-post.co.uk", 1),
    (None, "Oda Post", 1),
    ("hollin.example", "hollin.example", 4),
    ("hollin.example", "Morning Herald", 2),
    ("brae.example", "brae.example", 4),
    ("brae.example", "Once Only", 1),
    ("newsnow.example", "News", 3),
    ("newsday.example", "News", 3),
    ("msn.com", "Foo Herald", 9),
    ("msn.com", "MSN", 9),
    (None, "vardaily.example", 1),
    (None, "Var Daily", 1),
]


@pytest.mark.parametrize(
    ("publisher", "url", "expected"),
    [
        (None, "https://www.oda-post.example/1", "The Oda Post"),
        ("oda-post.example", None, "The Oda Post"),
        ("ODA POST", None, "The Oda Post"),
        ("Oda Post Online", "https://oda-post.example/1", "The Oda Post"),
        (None, "https://www.oda-post.co.uk/1", "The Oda Post"),
        (None, "https://hollin.example/1", "Morning Herald"),
        ("vardaily.example", None, "Var Daily"),
        ("Unheard Of", None, "Unheard Of"),
        (None, None, None),
    ],
)
def test_what_an_article_proves_holds_for_all(publisher: str | None, url: str | None, expected: str | None) -> None:
    assert Outlets(PAIRS).name(publisher, url) == expected


@pytest.mark.parametrize(
    ("publisher", "url", "expected"),
    [
        # One article with another name is no proof.
        (None, "https://brae.example/1", "brae.example"),
        # A name on several domains is nobody's.
        (None, "https://newsnow.example/1", "newsnow.example"),
        (None, "https://newsday.example/1", "newsday.example"),
        # A site that carries the texts of others is none of them.
        (None, "https://msn.com/1", "MSN"),
        ("Foo Herald", "https://msn.com/1", "Foo Herald"),
    ],
)
def test_what_proves_nothing_joins_nothing(publisher: str | None, url: str, expected: str) -> None:
    assert Outlets(PAIRS).name(publisher, url) == expected


def test_all_spellings_of_a_publisher_are_known() -> None:
    assert Outlets(PAIRS).spellings("oda post") == [
        "Oda Post",
        "Oda Post Online",
        "The Oda Post",
        "oda-post.co.uk",
        "oda-post.example",
    ]
    assert Outlets(PAIRS).spellings("Unheard Of") == []


def test_a_desk_without_articles_knows_the_table() -> None:
    assert Outlets().name("bbc.co.uk") == "BBC News"


def test_an_unlisted_domain_that_calls_itself_by_a_house_s_name_is_that_house() -> None:
    known = Outlets([("spiegel.example", "Der Spiegel", 1)])

    assert known.name(None, "https://www.spiegel.example/a") == "Der Spiegel"


def test_an_agency_s_copies_on_a_site_do_not_make_the_site_the_agency() -> None:
    known = Outlets(
        [("odapost.example", "odapost.example", 1), ("odapost.example", "Reuters", 9), (None, "Reuters", 9)]
    )

    assert known.name(None, "https://odapost.example/a") == "odapost.example"


_SITES = st.sampled_from([None, "oda.example", "odapost.example", "hollin.example", "msn.com", "bbc.com"])
_NAMES = st.sampled_from(
    ["Oda", "Oda Post", "The Oda Post", "News", "oda.example", "hollin.example", "BBC", "AP", "Hollin"]
)
_PAIRS = st.lists(st.tuples(_SITES, _NAMES, st.integers(1, 5)), max_size=12)


@given(_PAIRS, st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_the_order_of_the_articles_does_not_matter_and_a_name_names_itself(
    pairs: list[Pair], order: random.Random
) -> None:
    known, shuffled = Outlets(pairs), Outlets(order.sample(pairs, len(pairs)))
    for site, publisher, _ in pairs:
        url = f"https://www.{site}/a" if site else None
        once = known.name(publisher, url)

        assert shuffled.name(publisher, url) == once
        assert known.name(once, url) == once
