"""Floors of cleaning on the labelled texts. Lowering one is a decision that the changelog explains."""

import pytest

from tests.quality.cleaning import DATA, Result, results

#: The issue asks for 32 of 38 bodies and 36 of 38 titles; the floors stand one case below what is reached.
LEAST_BODIES, LEAST_TITLES, LEAST_DATELINES = 37, 37, 37


@pytest.fixture(scope="module")
def scored() -> list[Result]:
    if not DATA.exists():
        pytest.skip("the labelled texts are not part of the repository")
    return results()


def test_the_bodies_hold_their_floor(scored: list[Result]) -> None:
    assert sum(result.body for result in scored) >= LEAST_BODIES, [r.name for r in scored if not r.body]


def test_the_titles_hold_their_floor(scored: list[Result]) -> None:
    assert sum(result.title for result in scored) >= LEAST_TITLES, [r.name for r in scored if not r.title]


def test_the_datelines_hold_their_floor(scored: list[Result]) -> None:
    assert sum(result.dateline for result in scored) >= LEAST_DATELINES, [r.name for r in scored if not r.dateline]


def test_every_negative_control_keeps_its_text_and_title(scored: list[Result]) -> None:
    controls = [result for result in scored if result.control]

    assert controls
    assert [result.name for result in controls if not (result.body and result.title)] == []
