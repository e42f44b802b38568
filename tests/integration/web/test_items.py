"""What the pages show of articles that are held or killed: to readers numbers only, with the token the list."""

import html
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from producers.article import UNKNOWN, Revision, Signal, Status, Subject
from tests.articles import incoming
from tests.integration.web.test_pages import FERRY, closed, told
from tests.pages import TOKEN, Pages, serving
from worker.edition.revising import revise
from worker.settings import WorkerSettings
from worker.store import Store
from worker.store.articles import take_in
from worker.web.site import Site


@pytest.fixture
def pages(store: Store, redis_url: str, tmp_path: Path) -> Iterator[Pages]:
    settings = WorkerSettings(data=tmp_path, redis_url=redis_url, timezone="Europe/Berlin")  # type: ignore[arg-type]
    with serving(Site(settings, store, TOKEN)) as pages:
        yield pages


def put(store: Store, name: str, body: str = FERRY, **fields: object) -> None:
    given = {"item": f"item-{name}", "revision": Revision(number=1), "publisher": "NPA", **fields}
    take_in(store, [incoming(name, body, **given)], revise=revise)
    told(store)


def kill(store: Store, name: str) -> None:
    take_in(
        store,
        [incoming(f"{name}-2", "Kill it.", item=f"item-{name}", revision=Revision(number=2), status=Status.CANCELED)],
        revise=revise,
    )


def test_a_killed_story_answers_410_and_is_nowhere(pages: Pages, store: Store) -> None:
    put(store, "ferry")
    put(store, "bank", "The bank of Osterby raised its rates on Friday.")
    closed(store)
    assert pages.get("/stories/ferry").status == 200
    kill(store, "ferry")
    for path in ("/stories/ferry", "/texts/ferry", "/texts/ferry-2"):
        answer = pages.get(path)
        assert answer.status == 410, path
        assert "ferry" not in answer.text.replace(path, "").lower(), path
    for path in ("/", "/editions/2026-11-22", "/digests.atom", "/editions.atom", "/search?q=osterby", "/desk"):
        text = pages.get(path).text
        assert "Headline of ferry" not in text, path
        assert "Sunniva" not in text, path
    assert "A story that stood here was withdrawn by its source on" in pages.get("/").text
    assert "deleted-entry" in pages.get("/digests.atom").text


def test_a_held_story_answers_as_one_that_never_came(pages: Pages, store: Store) -> None:
    put(store, "ferry", embargo=datetime.now(UTC) + timedelta(days=3))
    for path in ("/stories/ferry", "/texts/ferry"):
        answer, unknown = pages.get(path), pages.get(path.replace("ferry", "never"))
        assert answer.status == 404
        assert answer.text.replace("ferry", "never") == unknown.text
    assert "Osterby" not in pages.get("/search?q=sunniva").text


def test_the_desk_page_shows_numbers_and_with_the_token_what_is_held_until_when_and_why(
    pages: Pages, store: Store
) -> None:
    put(store, "ferry", embargo=datetime(2036, 1, 2, 3, 4, tzinfo=UTC), note="Budget speech")
    text = pages.get("/desk").text
    assert "1 held and 0 killed articles are not shown" in text
    assert "Title of ferry" not in text
    for answer in (pages.get("/desk/items"), pages.form("/desk/items", token="wrong" * 8)):
        assert answer.status == 403
        assert "Title of ferry" not in answer.text
    listed = pages.form("/desk/items", token=TOKEN)
    assert listed.status == 200
    for part in ("Title of ferry", "Held until 2036-01-02 04:04", "Budget speech", "decided by the source"):
        assert part in listed.text, part
    assert 'action="/changes/release"' in listed.text
    assert 'action="/changes/withdraw"' in listed.text


def test_a_person_withdraws_a_story_with_a_reason_and_releases_it(pages: Pages, store: Store) -> None:
    put(store, "ferry")
    closed(store)
    asked = pages.form("/changes/withdraw", article="ferry")
    assert (asked.status, "Reason" in asked.text) == (403, True)
    assert pages.form("/changes/withdraw", article="ferry", token=TOKEN).status == 403, "it needs a reason"
    assert pages.get("/stories/ferry").status == 200
    assert pages.form("/changes/withdraw", article="ferry", token=TOKEN, reason="privacy").status == 303
    assert pages.get("/stories/ferry").status == 410
    assert "withdrawn by this desk on" in pages.get("/").text
    listed = html.unescape(pages.form("/desk/items", token=TOKEN).text)
    assert "Killed: <bdi>privacy</bdi>" in listed
    assert pages.form("/changes/release", article="ferry", token=TOKEN).status == 303
    assert pages.get("/stories/ferry").status == 200
    assert pages.form("/changes/release", article="ferry", token=TOKEN).status == 409


def test_a_source_whose_embargo_is_always_empty_is_named(pages: Pages, store: Store) -> None:
    for number in range(6):
        assert "because their embargo gives no time" not in pages.get("/desk").text
        put(store, f"n{number}", f"Report number {number} of the day.", embargo=UNKNOWN, source="scoop")
    assert "6 items of the source scoop are held because their embargo gives no time" in pages.get("/desk").text


def test_a_story_shows_what_its_source_says_of_it(pages: Pages, store: Store) -> None:
    put(
        store,
        "ferry",
        signal=Signal.CORRECTION,
        note="corrects the number of people on board",
        usage="Not for use in Velmora.",
        copyright="© 2026 NPA",
        located="Osterby",
        section="Home news",
        subjects=(Subject("medtop:03000000", "disaster"),),
        urgency=2,
        captions=("The Sunniva off Osterby",),
    )
    text = html.unescape(pages.get("/stories/ferry").text)
    for part in (
        "Corrected",
        "Correction: corrects the number of people on board",
        "© 2026 NPA · Not for use in Velmora.",
        "Located: Osterby",
        "Section: Home news",
        "Subjects: disaster",
        "Urgency: 2 of 9",
        "Revision: 1",
        "Caption: The Sunniva off Osterby",
    ):
        assert part in text, part
