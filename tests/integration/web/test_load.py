"""Requests in work: a limit, that slow clients do not use up, and probes that are answered beside any number."""

import contextlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.integration.web.test_connections import FORM, Held, opened
from tests.pages import TOKEN, Pages, serving
from worker.settings import WorkerSettings
from worker.store import Store, pages_queries
from worker.web import health, load
from worker.web.site import Site

#: What stands for MOST_IN_WORK in these tests.
FEW = 3


@pytest.fixture
def pages(store: Store, redis_url: str, tmp_path: Path) -> Iterator[Pages]:
    with serving(Site(WorkerSettings(data=tmp_path, redis_url=redis_url), store, TOKEN)) as pages:  # type: ignore[arg-type]
        yield pages


@pytest.fixture
def in_hand(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    held = Held(pages_queries.days)
    monkeypatch.setattr(pages_queries, "days", held)
    yield held
    held.free.set()


def test_requests_beyond_the_limit_are_asked_to_come_again_and_probes_are_not(
    pages: Pages, in_hand: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "MOST_IN_WORK", FEW)
    with ThreadPoolExecutor(FEW) as readers:
        working = [readers.submit(pages.get, "/editions") for _ in range(FEW)]
        assert all(in_hand.entered.acquire(timeout=30) for _ in range(FEW))
        refused = pages.get("/nowhere")
        probes = [pages.get(path).status for path in sorted(load.PROBES)]
        in_hand.free.set()
        answers = [answer.result().status for answer in working]

    assert refused.text == "Too many requests are in work; try again in a few seconds.\n"
    assert (refused.status, refused.headers["retry-after"]) == (503, "5")
    assert refused.headers["x-content-type-options"] == "nosniff"
    assert probes == [200] * len(load.PROBES)
    assert answers == [200] * FEW
    assert pages.get("/nowhere").status == 404


def test_unfinished_forms_are_not_in_work(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "MOST_IN_WORK", FEW)
    with contextlib.ExitStack() as stack:
        for _ in range(3 * FEW):
            client = stack.enter_context(opened(pages))
            client.sendall(FORM + b"Content-Length: 40\r\nExpect: 100-continue\r\n\r\n")
            assert client.recv(100).startswith(b"HTTP/1.1 100 ")
        assert pages.get("/editions").status == 200

        # The form of each comes to its end, and is counted.
        client.sendall(b"x" * 40)
        assert client.recv(100).startswith(b"HTTP/1.1 422 ")
    assert [pages.get("/editions").status for _ in range(3 * FEW)] == [200] * (3 * FEW)


def test_probes_are_answered_while_every_page_waits_for_the_store(
    store: Store, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    if store.engine.dialect.name == "sqlite":
        pytest.skip("its readers wait for nobody")
    with ThreadPoolExecutor(60) as readers:
        with store.engine.connect() as other, other.begin():
            tables = ", ".join(sa.inspect(other).get_table_names())
            other.exec_driver_sql(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")
            waiting = [readers.submit(pages.get, "/editions") for _ in range(60)]
            time.sleep(1)
            started = time.monotonic()
            alive, ready = pages.get("/healthz"), pages.get("/readyz")
            seconds = time.monotonic() - started
            figures = pages.get("/metrics")
            assert not any(answer.done() for answer in waiting)
        assert {answer.result().status for answer in waiting} == {200}

    assert alive.status == 200
    assert (ready.status, figures.status) == (503, 503)
    assert ready.text == "The store or Redis does not answer within 3 seconds.\n"
    assert seconds < health.READY_SECONDS + 2
    assert pages.get("/readyz").status == pages.get("/metrics").status == 200
