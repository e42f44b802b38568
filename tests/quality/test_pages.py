"""Floors of the page reader on pages of our own. Lowering one is a decision that the changelog explains."""

from datetime import UTC, datetime

import pytest

from tests.quality.pages import PARAGRAPHS, TITLE, URL, Case, cases, cleaned, compared, f1

#: Least F1 of all pages and of each, and fewest pages.
LEAST_F1, LEAST_F1_OF_A_PAGE, FEWEST_PAGES = 0.995, 0.95, 40

PAGES = list(cases())


def test_the_bodies_of_all_pages_hold_their_floor() -> None:
    assert len(PAGES) >= FEWEST_PAGES
    assert f1([compared("\n".join(case.gold), cleaned(case).body) for case in PAGES]) >= LEAST_F1


@pytest.mark.parametrize("case", PAGES, ids=lambda case: case.name)
def test_a_page_gives_its_article_and_what_it_states_about_it(case: Case) -> None:
    article = cleaned(case)

    assert f1([compared("\n".join(case.gold), article.body)]) >= LEAST_F1_OF_A_PAGE
    assert (article.title, article.url) == (TITLE, URL)
    assert article.byline == ("Ida Fennel" if case.states else None)
    assert article.published_at == (datetime(2026, 11, 19, 6, 30, tzinfo=UTC) if case.states else None)


def test_the_measure_counts_what_is_lost_and_what_is_added() -> None:
    gold = "\n".join(PARAGRAPHS)

    assert compared(gold, gold) == (1, 1)
    assert compared(gold, "\n".join(PARAGRAPHS[:4]))[1] < 0.7
    assert compared("\n".join(PARAGRAPHS[:4]), gold)[0] < 0.7
