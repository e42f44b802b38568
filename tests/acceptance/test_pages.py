"""The reading room and the desk page in a real browser: open, search, read, split a reprint, retry a failure."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import uuid4

import pytest

from producers.push import Queue
from tests.articles import article, incoming
from tests.browser import chromium, needs_chromium
from tests.integration.web.test_pages import FERRY, closed, failed, told
from tests.pages import TOKEN, serving
from worker.dedup import text_key
from worker.settings import WorkerSettings
from worker.store import Store, connect, migrate, sqlite_url, stories
from worker.store.articles import Incoming, IncomingFailure, take_in
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
def store_url(tmp_path: Path) -> str:
    """One kind of store: that the pages are the same on both is shown in tests/integration/web."""
    return sqlite_url(tmp_path / "wiredesk.db")


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


def sign_in(page: "Page", address: str) -> None:
    """Give the token on the desk page."""
    page.goto(address + "/desk")
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Sign in").click()


def test_a_reader_finds_a_story_and_splits_a_reprint_from_it(page: "Page", address: str, store: Store) -> None:
    page.goto(address)
    page.get_by_role("link", name="Search").click()
    page.get_by_label("Words").fill("aground Osterby")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Ferry aground").first.click()
    assert page.locator("mark").first.inner_text() == "Nobody was hurt."

    assert not page.get_by_role("button", name="Split").count()
    story = page.url
    sign_in(page, address)
    page.goto(story)
    page.get_by_role("button", name="Split Title of b").click()
    page.get_by_role("button", name="Split").click()

    assert [one["id"] for one in stories.show(store, "a")["articles"]] == ["a"]


def test_the_one_who_runs_the_desk_retries_a_failure(page: "Page", address: str, queue: Queue) -> None:
    page.goto(address)
    sign_in(page, address)
    page.get_by_role("button", name="Retry").first.click()

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
    paths = [
        "/",
        "/editions",
        "/editions/2026-11-22/more",
        "/stories/a",
        "/search",
        "/search?q=ferry",
        "/desk",
        "/sign-in",
    ]
    for path in (*paths, "/nothing", None, "/stories/a", "/desk", "/desk/items"):
        if path is None:
            sign_in(tab, address)
            continue
        tab.goto(address + path)
        found = Axe().run(tab)
        assert found.violations_count == 0, (path, found.generate_report())
        assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    tab.close()


#: What a stranger may write into any field: it would set a mark, ask for a resource, or turn the text around it.
HOSTILE = (
    "</p></title><script>window.hostile = 1; alert(1)</script><img src=https://evil.example/x onerror=hostile=1>"
    "<svg onload=hostile=1><style>body { display: none }</style><base href=https://evil.example/>"
    "<iframe srcdoc='<script>top.hostile=1</script>'></iframe><form action=https://evil.example>"
    "<a href=javascript:alert(2)>"
    '\u202e\u2066\u200f\x07 {{ 7777*7777 }} {% raw %} " \' onmouseover=hostile=1 autofocus onfocus=hostile=1 x="'
)
#: Bytes of a page, whatever the article: some seconds on a slow line.
MOST_BYTES = 200_000


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of pages full of what strangers wrote."""
    folder = tmp_path_factory.mktemp("hostile")
    store = connect(sqlite_url(folder / "wiredesk.db"))
    migrate(store)
    bad = article(
        "bad", f"{HOSTILE} said somebody.\n\n{HOSTILE}", title=HOSTILE, publisher=HOSTILE, byline=HOSTILE,
        source=HOSTILE, uri="javascript:alert(3)//https://evil.example", language="en' onclick='hostile=1",
    )  # fmt: skip
    reprint = replace(bad, id="reprint", publisher=f"Another {HOSTILE}", uri="data:text/html,<script>alert(4)</script>")
    huge = article("huge", "word " * 1_000_000, title="Title " * 2000)
    many = article("many", "\n\n".join(f"Paragraph {n} says a word." for n in range(10_000)))
    solid = article("solid", "x" * 5_000_000, title="x" * 20_000, publisher="x" * 20_000)
    take_in(store, [Incoming(one, text_key(one.body)) for one in (bad, reprint, huge, many, solid)])
    told(store, f"{HOSTILE} said somebody.", headline=HOSTILE, engine=HOSTILE, model=HOSTILE, checks=(HOSTILE,))
    closed(store)
    failure = IncomingFailure(
        id=str(uuid4()), source=HOSTILE, uri=HOSTILE, media_type=HOSTILE, filename=HOSTILE, title=HOSTILE,
        publisher=HOSTILE, published_at=None, received_at=None, stage="clean", reason=HOSTILE, attempts=3, raw=b"",
    )  # fmt: skip
    take_in(store, [], [failure, replace(failure, id=str(uuid4()), title="x" * 20_000, reason="x" * 20_000)])
    with serving(Site(WorkerSettings(data=folder), store, TOKEN)) as pages:
        yield pages.url
    store.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "path",
    [
        "/", "/editions/2026-11-22", "/stories/bad", "/stories/huge", "/stories/many", "/stories/solid",
        "/search?q=somebody", "/search?q=word", "/search?publisher=x", f"/search?q={quote(HOSTILE)}", "/desk",
        "/texts/bad", "/texts/huge", "/texts/many",
    ],
)  # fmt: skip
def test_what_strangers_write_runs_nothing_asks_for_nothing_and_breaks_no_page(
    browser: "Browser", hostile: str, path: str, width: str
) -> None:
    # Given a browser that is told to ignore our policy, so that the pages alone must be harmless,
    tab = browser.new_page(viewport={"width": WIDTHS[width], "height": 900}, bypass_csp=True)
    asked: list[str] = []
    dialogs: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))

    # when a reader opens the page, and moves and clicks about,
    answer = tab.goto(hostile + path)
    assert answer is not None
    body = answer.body()
    tab.mouse.move(100, 100)
    tab.mouse.move(150, 300)
    tab.keyboard.press("Tab")

    # then nothing ran, nothing was asked for elsewhere,
    assert answer.status == 200
    assert dialogs == []
    assert tab.evaluate("window.hostile") is None
    assert [url for url in asked if not url.startswith(hostile)] == []
    assert not tab.locator("iframe, img, script, base, object, embed, [onload], [onclick], [onmouseover]").count()
    assert not tab.locator("a[href^='javascript'], a[href^='data'], form[action^='http']").count()
    # no text turns what stands around it or is taken for a template,
    shown = tab.locator("body").inner_text()
    assert not set(shown) & set("\u202e\u2066\x07")
    assert "60481729" not in shown
    # and the page is there, of a bounded weight and no wider than the window.
    if not path.startswith("/texts"):
        assert tab.locator("nav").is_visible()
        assert len(body) < MOST_BYTES
        assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    tab.close()
