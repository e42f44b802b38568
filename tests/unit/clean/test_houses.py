"""The table of well-known publishers is whole."""

from collections import Counter

import pytest

from worker.clean.houses import house_at, house_named, key, rows
from worker.clean.names import AGENCIES
from worker.clean.publishers import identity

ROWS = list(rows())


def test_every_house_is_listed_once_and_so_is_every_domain() -> None:
    assert [name for name, times in Counter(house.name for house, _, _ in ROWS).items() if times > 1] == []
    assert [name for name, times in Counter(d for _, domains, _ in ROWS for d in domains).items() if times > 1] == []


def test_every_house_is_known_by_its_own_name_and_by_its_domains() -> None:
    assert [house.name for house, _, _ in ROWS if house_named(house.name) != house] == []
    assert [
        d for house, domains, _ in ROWS for d in domains if identity(None, f"https://www.{d}/a") != house.name
    ] == []


def test_every_agency_that_cleaning_knows_has_the_same_name_here() -> None:
    assert {short: name for short, name in AGENCIES.items() if identity(short) != name} == {}


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("The Oda Post", "ODA POST"),
        ("OdaPost.com", "Oda-Post"),
        ("Göteborgs-Posten", "Goteborgs Posten"),
        ("Oda & Hollin", "Oda and Hollin"),
        ("Straße", "strasse"),
    ],
)
def test_spellings_of_one_name_have_one_key(a: str, b: str) -> None:
    assert key(a) == key(b)


@pytest.mark.parametrize(("a", "b"), [("Oda Post", "Oda Times"), ("ガ", "カ"), ("!!!", "???"), ("", "a")])
def test_other_names_have_other_keys(a: str, b: str) -> None:
    assert key(a) != key(b)


def test_a_host_that_only_ends_like_a_domain_is_another() -> None:
    assert house_at("notbbc.com") is None
    assert house_at("com") is None
