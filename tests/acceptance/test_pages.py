"""The reading room and the desk page in a real browser: open, search, read, split a reprint, retry a failure."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from producers.push import Queue
from tests.articles import incoming
from tests.browser import chromium, needs_chromium
from tests.integration.web.test_pages import FERRY, closed, failed, told
from tests.pages import TOKEN, serving
from worker.settings import WorkerSettings
from worker.store import Store, stories
from worker.store.articles import take_in
from worker.web.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = needs_chromium

WIDTHS = {"desk": 1280, "telephone": 360}


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with chromium() as running:
        yield running


@pytest.fixture
def address(store: Store, queue: Queue, redis_url: str, tmp_path: Path) -> Iterator[str]:
    """The address of pages that show a story with a reprint, another story, and a failure."""
    take_in(store, [incoming("a", FERRY, title="Ferry aground", publisher="Harbour Wire")])
    take_in(store, [incoming("b", FERRY, publisher="Elm Gazette"), incoming("c", language="ar")])
    told(store)
    closed(store)
    failed(store, queue)
    settings = WorkerSettings(data=tmp_path, redis_url=redis_url)  # type: ignore[arg-type]
    with serving(Site(settings, store, TOKEN)) as pages:
        yield pages.url


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    tab = browser.new_page()
    tab.set_default_timeout(20_000)
    yield tab
    tab.close()


def test_a_reader_finds_a_story_and_splits_a_reprint_from_it(page: "Page", address: str, store: Store) -> None:
    page.goto(address)
    page.get_by_role("link", name="Search").click()
    page.get_by_label("Words").fill("aground Osterby")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Ferry aground").first.click()
    assert page.locator("mark").first.inner_text() == "Nobody was hurt."

    page.get_by_role("button", name="Split Title of b").click()
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Split").click()

    assert [one["id"] for one in stories.show(store, "a")["articles"]] == ["a"]


def test_the_one_who_runs_the_desk_retries_a_failure(page: "Page", address: str, queue: Queue) -> None:
    page.goto(address)
    page.get_by_role("link", name="Desk").click()
    page.get_by_role("button", name="Retry").first.click()
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Retry").click()

    assert page.url.endswith("/desk")
    assert queue.journal.pending() == 1


@pytest.mark.parametrize(("width", "scheme"), [*product(WIDTHS, ["light", "dark"])])
def test_axe_finds_nothing_on_any_page_and_none_is_wider_than_the_window(
    browser: "Browser", address: str, width: str, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    tab = browser.new_page(
        viewport={"width": WIDTHS[width], "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,
    )
    for path in ("/", "/editions", "/stories/a", "/search", "/search?q=ferry", "/desk", "/nothing"):
        tab.goto(address + path)
        found = Axe().run(tab)
        assert found.violations_count == 0, (path, found.generate_report())
        assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    tab.close()
