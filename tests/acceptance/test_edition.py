"""An edition in a real browser: it can be read by everyone, in light and in dark, on a desk and on a telephone."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import chromium, needs_chromium
from tests.unit.edition.examples import an_edition, carried, full, source
from worker.edition.document import Document
from worker.edition.email import email
from worker.edition.render import render_html

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = needs_chromium

WIDTHS = {"desk": 1280, "tablet": 768, "telephone": 360}


def long() -> Document:
    """An edition with every section, some of its words very long."""
    stories = (
        carried(
            n,
            headline=f"Headline {n} " + "Donaudampfschifffahrtsgesellschaftskapitänswitwe" * (n % 3),
            sources=(source(n, f"Paper {n}"), source(n + 500, "Other")) if n % 2 else (source(n),),
        )
        for n in range(1, 61)
    )
    return an_edition(*stories)


PAGES = {
    "full": lambda: render_html(full()).decode(),
    "empty": lambda: render_html(an_edition()).decode(),
    "long": lambda: render_html(long()).decode(),
    "mail": lambda: email(full()).html,
}


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with chromium() as running:
        yield running


@pytest.fixture(params=[*product(PAGES, WIDTHS, ["light", "dark"])], ids="-".join)
def page(request: pytest.FixtureRequest, browser: "Browser", tmp_path: Path) -> Iterator["Page"]:
    name, width, scheme = request.param
    file = tmp_path / "page.html"
    file.write_text(PAGES[name](), encoding="utf-8")
    tab = browser.new_page(viewport={"width": WIDTHS[width], "height": 900}, color_scheme=scheme, bypass_csp=True)
    tab.goto(file.as_uri())
    yield tab
    tab.close()


def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(page: "Page") -> None:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
