"""Articles by HTTP: taken whole or not at all, by programs that know the token; what becomes of each."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from producers.article import RawArticle
from producers.formats import articles
from producers.journal import Outcome, Standing
from producers.push import Queue
from tests.articles import incoming
from tests.integration.web.test_pages import failed
from tests.pages import TOKEN, Answer, Pages, serving
from worker.settings import WorkerSettings
from worker.store import Store
from worker.store.articles import take_in
from worker.web.api import FILES, MOST_ARTICLES, MOST_BYTES, MOST_SOURCE, OPENAPI
from worker.web.rate import RateLimit
from worker.web.site import Site

NEWS = {"url": "https://courier.example/ferry", "title": "Ferry aground", "text": "The ferry ran aground on Friday."}


@pytest.fixture
def here(store: Store, redis_url: str, tmp_path: Path) -> Site:
    wanted = WorkerSettings(data=tmp_path, redis_url=redis_url, max_pending=2_000)  # type: ignore[arg-type]
    return Site(wanted, store, TOKEN)


@pytest.fixture
def pages(here: Site) -> Iterator[Pages]:
    with serving(here) as pages:
        yield pages


def push(pages: Pages, body: object, kind: str = "application/json", path: str = "/articles") -> Answer:
    """Push `body`, as JSON unless it is bytes, with the token."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return pages.ask("POST", path, content, content_type=kind, authorization=f"Bearer {TOKEN}")


def told(answer: Answer) -> Any:
    assert answer.headers["content-type"] == "application/json"
    return json.loads(answer.body)


@pytest.mark.parametrize(
    ("body", "kind", "count"),
    [
        (NEWS, "application/json", 1),
        ([NEWS, {**NEWS, "url": "https://courier.example/2"}], "application/json; charset=utf-8", 2),
        (b"\n".join(json.dumps({**NEWS, "id": str(n)}).encode() for n in range(40)), "application/x-ndjson", 40),
        (b"A plain text about a ferry.", "text/plain", 1),
        (b"# Ferry\n\nA text.", "text/markdown", 1),
        (b"<html><body><p>A page.</p></body></html>", "text/html", 1),
    ],
)
def test_articles_are_in_the_journal_when_the_answer_comes(
    pages: Pages, queue: Queue, body: object, kind: str, count: int
) -> None:
    answer = push(pages, body, kind)

    assert answer.status == 202
    ids = told(answer)["ids"]
    assert len(ids) == len(set(ids)) == queue.journal.pending() == count
    assert told(push(pages, body, kind))["ids"] == ids
    assert queue.journal.pending() == count


def test_front_matter_is_read_by_http_as_from_a_folder(pages: Pages, queue: Queue) -> None:
    text = "---\ntitle: 'Council''s vote'\nauthors: [{name: Maren Hale}]\nlanguage: no\n---\nA ferry ran aground."
    (name,) = told(push(pages, text.encode(), "text/markdown"))["ids"]

    (entry,) = queue.journal.entries([name])
    assert entry
    pushed = RawArticle.unpacked(entry)
    (from_folder,) = articles(io.BytesIO(text.encode()), "ferry.md", "inbox")
    for raw in (pushed, from_folder):
        assert (raw.title, raw.byline, raw.language) == ("Council's vote", "Maren Hale", "no")
        assert raw.text == "A ferry ran aground."


def test_the_source_is_named_in_the_address(pages: Pages, queue: Queue) -> None:
    assert told(push(pages, NEWS))["ids"] != told(push(pages, NEWS, path="/articles?source=wire"))["ids"]


def test_what_became_of_an_article_is_told_while_it_waits_and_when_it_is_settled(
    pages: Pages, store: Store, queue: Queue
) -> None:
    (name,) = told(push(pages, NEWS))["ids"]
    assert told(pages.get(f"/articles/{name}")) == {"id": name, "standing": "waiting"}

    queue.journal.settle({name: Outcome(Standing.FAILED, "clean", "no prose")})
    assert told(pages.get(f"/articles/{name}")) == {
        "id": name,
        "standing": "failed",
        "stage": "clean",
        "reason": "no prose",
    }


def test_what_redis_has_forgotten_the_store_tells(pages: Pages, store: Store, queue: Queue) -> None:
    name = "00000000-0000-5000-8000-000000000001"
    assert pages.get(f"/articles/{name}").status == 404
    take_in(store, [incoming(name)])
    assert told(pages.get(f"/articles/{name}"))["standing"] == "stored"
    lost = failed(store, queue)
    found = told(pages.get(f"/articles/{lost}"))
    assert (found["standing"], found["reason"]) == ("failed", "the page holds no article"), found


def test_a_request_with_one_bad_record_is_taken_not_at_all_and_names_it(pages: Pages, queue: Queue) -> None:
    answer = push(pages, [NEWS, {"title": "No text"}, 7])

    assert answer.status == 422
    assert [one["record"] for one in told(answer)["records"]] == [2, 3]
    assert "text" in told(answer)["records"][0]["reason"]
    assert queue.journal.pending() == 0


def test_a_source_whose_name_is_too_long_is_refused(pages: Pages) -> None:
    assert push(pages, NEWS, path=f"/articles?source={'x' * 201}").status == 422


@pytest.mark.parametrize("token", [None, "Bearer wrong", "Bearer ", f"Basic {TOKEN}", TOKEN])
def test_who_does_not_know_the_token_brings_nothing_in(pages: Pages, queue: Queue, token: str | None) -> None:
    headers = {"authorization": token} if token else {}
    answer = pages.ask("POST", "/articles", json.dumps(NEWS).encode(), content_type="application/json", **headers)

    assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert queue.journal.pending() == 0


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"x", "application/pdf", 415),
        (b"x", "", 415),
        (b" " * (MOST_BYTES + 1), "text/plain", 413),
        (b"\n".join([json.dumps(NEWS).encode()] * (MOST_ARTICLES + 1)), "application/x-ndjson", 413),
        (b"x" * 5_000_001, "text/plain", 422),
        (b"", "application/json", 422),
        (b"[", "application/json", 422),
        (b"[" * 100_000, "application/json", 422),
    ],
)
def test_what_cannot_be_taken_is_refused_with_the_reason(
    pages: Pages, queue: Queue, body: bytes, kind: str, status: int
) -> None:
    answer = push(pages, body, kind)

    assert answer.status == status
    assert told(answer)["detail"].endswith(".")
    assert queue.journal.pending() == 0


def test_a_full_journal_asks_to_come_again_and_takes_nothing(pages: Pages, queue: Queue) -> None:
    many = [{**NEWS, "url": f"https://courier.example/{n}"} for n in range(1, MOST_ARTICLES)]
    assert [push(pages, many, path=f"/articles?source={n}").status for n in range(3)] == [202, 202, 429]
    answer = push(pages, many, path="/articles?source=2")
    assert int(answer.headers["retry-after"]) > 0
    assert queue.journal.pending() == 2 * len(many)


def test_too_many_requests_are_slowed_down(here: Site) -> None:
    with serving(Site(here.settings, here.store, TOKEN, pushes=RateLimit(0.001, 2))) as pages:
        assert [push(pages, NEWS).status for _ in range(3)] == [202, 202, 429]


def test_a_rate_lets_through_what_it_says() -> None:
    now = [0.0]
    rate = RateLimit(2.0, 3, clock=lambda: now[0])

    assert [rate.allows() for _ in range(4)] == [True, True, True, False]
    now[0] += 1.0
    assert [rate.allows() for _ in range(3)] == [True, True, False]


def test_a_desk_without_redis_says_so_and_that_sending_again_does_no_harm(store: Store, tmp_path: Path) -> None:
    wanted = WorkerSettings(data=tmp_path, redis_url="redis://127.0.0.1:1/0")  # type: ignore[arg-type]
    with serving(Site(wanted, store, TOKEN)) as pages:
        answer = push(pages, NEWS)
        assert answer.status == 503
        assert "sending all again does no harm" in told(answer)["detail"]
        assert pages.get("/healthz").status == 200
        assert pages.get("/readyz").status == 503


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300) | st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20) | st.just("text"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["text", "title", "url", "id", "published_at", "author", "language", "@type"]), inner
    ),
    max_leaves=12,
).map(lambda value: json.dumps(value).encode()), kind=st.sampled_from(sorted(FILES)))  # fmt: skip
def test_no_body_is_an_error_of_ours_and_no_accepted_article_is_lost(
    pages: Pages, here: Site, queue: Queue, body: bytes, kind: str
) -> None:
    here.pushes._left = 10.0
    answer = push(pages, body, kind)

    assert answer.status in (202, 422)
    for name in told(answer).get("ids", []):
        assert told(pages.get(f"/articles/{name}"))["standing"] == "waiting"


def test_the_description_is_served_and_is_that_of_the_code(pages: Pages) -> None:
    description = told(pages.get("/openapi.json"))

    assert description == json.loads(OPENAPI.read_bytes())
    push = description["paths"]["/articles"]["post"]
    assert set(push["requestBody"]["content"]) == set(FILES)
    assert [parameter["schema"]["maxLength"] for parameter in push["parameters"]] == [MOST_SOURCE]
    assert description["components"]["schemas"]["Outcome"]["properties"]["standing"]["enum"] == list(Standing)
