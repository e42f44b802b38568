"""The page that says why an article is in an edition or in none, as a browser asks for it."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from producers.article import Revision, Status
from producers.push import Queue
from tests.articles import incoming
from tests.integration.web.test_pages import FERRY, closed, failed, told
from tests.pages import TOKEN, Pages, serving
from worker.article import Dropped
from worker.edition.revising import revise
from worker.settings import WorkerSettings
from worker.store import Store, sqlite_url
from worker.store.articles import take_in
from worker.web.site import Site

ADDRESS = "https://news.example/ferry?page=2&lang=en"


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """One kind of store: tests/integration/operations/test_ledger.py asks both."""
    return sqlite_url(tmp_path / "wiredesk.db")


@pytest.fixture
def pages(store: Store, redis_url: str, tmp_path: Path) -> Iterator[Pages]:
    settings = WorkerSettings(data=tmp_path, redis_url=redis_url, timezone="Europe/Berlin")  # type: ignore[arg-type]
    with serving(Site(settings, store, TOKEN)) as pages:
        yield pages


def text(pages: Pages, path: str, status: int = 200, **headers: str) -> str:
    answer = pages.get(path, **headers)
    assert answer.status == status, path
    return html.unescape(answer.text)


def links(page: str) -> list[str]:
    return re.findall(r'href="([^"]+)"', page)


def test_an_address_leads_to_the_way_of_its_article(pages: Pages, store: Store) -> None:
    credit = Dropped("(Reporting by A. Pen)", "credit")
    take_in(store, [incoming("ferry", FERRY, url=ADDRESS, dropped=(credit,)), incoming("copy", FERRY)])
    told(store, checks=("It names nobody.",))
    closed(store)
    answer = pages.get("/why?article=https%3A%2F%2Fnews.example%2Fferry%3Fpage%3D2%26lang%3Den%23top")
    assert (answer.status, answer.headers["location"]) == (302, "/why/ferry")
    page = text(pages, "/why/ferry")
    assert "The edition daily of 2026-11-22 carries the story in full." in page
    assert "(Reporting by A. Pen)" in page
    assert "The checks say: It names nobody." in page
    assert {"/stories/ferry", "/editions/2026-11-22", ADDRESS} <= set(links(page))
    assert {"/why/ferry", "/why/copy"} <= set(links(text(pages, "/stories/ferry")))
    assert "The article ferry leads its story" in text(pages, "/why/copy")


def test_a_failure_leads_to_its_reason_and_what_to_do(pages: Pages, store: Store, queue: Queue) -> None:
    name = failed(store, queue)
    (href,) = [href for href in links(text(pages, "/desk")) if href.startswith("/why/")]
    assert href == f"/why/{name}"
    assert f"`wiredesk failed retry {name}`" in text(pages, href)


def test_a_name_that_several_articles_have_lists_them_and_one_that_none_has_says_so(pages: Pages, store: Store) -> None:
    bodies = ("The ferry sank on Friday.", "The bank raised its rates.")
    take_in(store, [incoming(name, body, filename="w.jsonl") for name, body in zip("ab", bodies, strict=True)])
    assert [href for href in links(text(pages, "/why?article=w.jsonl")) if "/why/" in href] == ["/why/a", "/why/b"]
    assert "No stored article has the address" in text(pages, "/why?article=%3Cscript%3E")
    assert "<script" not in pages.get("/why?article=%3Cscript%3E").text
    assert "No stored article" not in text(pages, "/why")
    text(pages, "/why/nothing", 404)
    text(pages, "/why/%2e%2e", 404)


def test_of_what_may_not_be_shown_a_reader_learns_nothing_and_the_desk_all(pages: Pages, store: Store) -> None:
    take_in(store, [incoming("held", FERRY, item="npa-1", status=Status.WITHHELD, note="Check the ferry.")])
    take_in(store, [incoming("dead", "The bank of Osterby raised its rates.", item="npa-2")])
    kill = incoming("kill", "Kill it.", item="npa-2", revision=Revision(number=2), status=Status.CANCELED)
    take_in(store, [kill], revise=revise)
    assert "Title of" not in text(pages, "/why/held", 404) + text(pages, "/why/dead", 410)
    unknown = text(pages, "/why?article=npa-3")
    for name in ("npa-1", "npa-2"):
        assert text(pages, f"/why?article={name}") == unknown.replace("npa-3", name)

    kept = pages.form("/sign-in", token=TOKEN).headers["set-cookie"].partition(";")[0]
    assert "The reason: Check the ferry." in text(pages, "/why/held", cookie=kept)
    assert "It was withdrawn by its source." in text(pages, "/why/dead", cookie=kept)
    assert pages.get("/why?article=npa-1", cookie=kept).headers["location"] == "/why/held"
