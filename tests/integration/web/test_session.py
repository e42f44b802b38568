"""Signing in: the buttons are there with the token only, and no other site can press them."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from producers.push import Queue
from tests.articles import incoming
from tests.integration.web.test_pages import FERRY, failed, told
from tests.pages import TOKEN, Answer, Pages, serving
from worker.settings import WorkerSettings
from worker.store import Store, failures, sqlite_url
from worker.store.articles import take_in
from worker.web import session
from worker.web.site import Site


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """One kind of store: signing in asks none."""
    return sqlite_url(tmp_path / "wiredesk.db")


@pytest.fixture
def pages(store: Store, redis_url: str, tmp_path: Path) -> Iterator[Pages]:
    settings = WorkerSettings(data=tmp_path, redis_url=redis_url)  # type: ignore[arg-type]
    with serving(Site(settings, store, TOKEN)) as pages:
        yield pages


def cookie(answer: Answer) -> str:
    """Return what the browser would send back."""
    return answer.headers["set-cookie"].partition(";")[0]


def key(text: str) -> str:
    """Return the key in the forms of a page."""
    return re.findall(r'name="key" value="([^"]+)"', text)[0]


def press(pages: Pages, change: str, kept: str, **fields: str) -> Answer:
    """Return the answer to a form that is sent with the cookie `kept`."""
    body = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
    kind = "application/x-www-form-urlencoded"
    return pages.ask("POST", f"/changes/{change}", body, content_type=kind, cookie=kept)


def test_buttons_are_there_after_the_token_was_given_only(pages: Pages, store: Store, queue: Queue) -> None:
    take_in(store, [incoming("ferry", FERRY), incoming("again", FERRY)])
    told(store)
    failed(store, queue)
    kept = cookie(pages.form("/sign-in", token=TOKEN))
    for path, changes in (("/desk", ("retry", "drop")), ("/stories/ferry", ("split", "withdraw"))):
        for given, is_there in (({}, False), ({"cookie": "wiredesk=1.2.3"}, False), ({"cookie": kept}, True)):
            text = pages.get(path, **given).text
            assert [f'action="/changes/{change}"' in text for change in changes] == [is_there] * 2, (path, given)
            assert ("Sign out" in text) is is_there
    assert pages.get("/desk/items").status == 403
    assert pages.get("/desk/items", cookie=kept).status == 200


def test_the_cookie_is_for_this_site_alone_and_does_not_hold_the_token(pages: Pages) -> None:
    answer = pages.form("/sign-in", token=TOKEN, then="/stories/ferry")
    assert (answer.status, answer.headers["location"]) == (303, "/stories/ferry")
    attributes = answer.headers["set-cookie"].lower()
    for part in ("httponly", "samesite=strict", "path=/", f"max-age={session.SECONDS}"):
        assert part in attributes
    assert TOKEN not in attributes
    assert "secure" not in attributes, "the pages are served without TLS here"


def test_over_tls_the_cookie_travels_over_tls_only(store: Store, redis_url: str, tmp_path: Path) -> None:
    settings = WorkerSettings(data=tmp_path, redis_url=redis_url, web_url="https://desk.example")  # type: ignore[arg-type]
    with serving(Site(settings, store, TOKEN)) as pages:
        assert "; secure" in pages.form("/sign-in", token=TOKEN).headers["set-cookie"].lower()


def test_a_wrong_token_opens_nothing(pages: Pages) -> None:
    assert pages.get("/sign-in").status == 200
    for given in ("wrong", "", "w\u00e4hrung"):
        answer = pages.form("/sign-in", token=given)
        assert "set-cookie" not in answer.headers
        assert answer.status == (403 if given else 200)


@pytest.mark.parametrize("then", ["//evil.example", "https://evil.example", "/\\evil.example", "/changes/drop", ""])
def test_signing_in_leads_to_pages_of_the_desk_only(pages: Pages, then: str) -> None:
    assert pages.form("/sign-in", token=TOKEN, then=then).headers["location"] == "/desk"


def test_a_change_needs_the_cookie_and_the_key_of_its_own_forms(pages: Pages, store: Store, queue: Queue) -> None:
    name = failed(store, queue)
    kept, other = (cookie(pages.form("/sign-in", token=TOKEN)) for _ in range(2))
    own = key(pages.get("/desk", cookie=kept).text)
    foreign = key(pages.get("/desk", cookie=other).text)
    for given, sent in ((kept, ""), (kept, "wrong"), (kept, foreign), ("", own), (other, own)):
        assert press(pages, "drop", given, article=name, key=sent, sure="yes").status == 403
    asked = press(pages, "drop", kept, article=name, key=own)
    assert (asked.status, "for good" in asked.text, 'name="token"' in asked.text) == (200, True, False)
    assert len(failures.listed(store, 9, raw=False)) == 1
    assert press(pages, "drop", kept, article=name, key=own, sure="yes").status == 303
    assert failures.listed(store, 9, raw=False) == []


def test_a_withdrawal_asks_the_reason(pages: Pages, store: Store) -> None:
    take_in(store, [incoming("ferry", FERRY)])
    kept = cookie(pages.form("/sign-in", token=TOKEN))
    own = key(pages.get("/stories/ferry", cookie=kept).text)
    asked = press(pages, "withdraw", kept, article="ferry", key=own)
    assert (asked.status, 'name="reason"' in asked.text) == (200, True)
    assert press(pages, "withdraw", kept, article="ferry", key=own, reason="privacy").status == 303
    assert pages.get("/stories/ferry").status == 410


def test_a_session_ends_after_its_time_and_with_its_token(
    pages: Pages, store: Store, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = cookie(pages.form("/sign-in", token=TOKEN))
    assert pages.get("/desk/items", cookie=kept).status == 200
    later = time.time() + session.SECONDS + 1
    with monkeypatch.context() as patch:
        patch.setattr(session.time, "time", lambda: later)
        assert pages.get("/desk/items", cookie=kept).status == 403
    longer = kept.replace("wiredesk=", "wiredesk=9")
    assert pages.get("/desk/items", cookie=longer).status == 403
    settings = WorkerSettings(data=tmp_path, redis_url=redis_url)  # type: ignore[arg-type]
    with serving(Site(settings, store, "another-token-of-these-tests")) as others:
        assert others.get("/desk/items", cookie=kept).status == 403


def test_signing_out_lets_the_browser_forget(pages: Pages) -> None:
    answer = pages.form("/sign-out")
    assert (answer.status, "max-age=0" in answer.headers["set-cookie"].lower()) == (303, True)
