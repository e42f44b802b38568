"""The ledger of an article: why it is in an edition or in none, by the reasons of the rooms that decided."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from producers import logs
from producers.article import Status
from producers.push import Queue
from tests import postgres as servers
from tests.articles import digest, incoming, raw
from worker.article import Dropped, Failed
from worker.cli.main import app
from worker.edition import closing
from worker.edition.profile import Profile, Selection
from worker.edition.revising import revise
from worker.errors import ConfigurationError
from worker.operations import ledger
from worker.store import Store, by_hand, leases, sqlite_url, stories
from worker.store.articles import Incoming, IncomingFailure, take_in
from worker.store.ledger import MOST_MATCHES, matching

MONDAY = date(2026, 11, 23)
SOON = datetime(2999, 1, 1, 12, tzinfo=UTC)
#: The reports are about things that no two of them share, so that each is a topic.
EVENTS = {
    "a": "The ferry Sunniva ran aground off Osterby on Friday with 212 people on board.",
    "b": "A bakery of Lindmar has won the national prize for rye bread for the third time.",
    "c": "Astronomers at Kestrel Hill photographed a comet that nobody had seen since 1911.",
    "d": "The council of Oda will plant four thousand limes along the ring road next spring.",
}
#: What asks the store itself runs on both kinds; what only puts its answers into words on one.
BOTH = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)
PROFILES = {"daily": Profile(timezone="UTC", edition_time="07:00")}


@pytest.fixture(params=["sqlite"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        template = request.getfixturevalue("postgres_template")
        return servers.database(request.getfixturevalue("postgres"), "store", template)
    file = tmp_path / "wiredesk.db"
    file.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
    return sqlite_url(file)


def report(name: str, body: str = "", **fields: Any) -> Incoming:
    return incoming(name, body or EVENTS[name], **{"title": f"Title of {name}", **fields})


def summarised(store: Store, *articles: Incoming) -> None:
    """Take in `articles`, and give all that wait a digest."""
    take_in(store, list(articles))
    while (lease := leases.lease(store)).articles:
        leases.finish(store, lease.token, [digest(one.id) for one in lease.articles])


def close(store: Store, profile: str = "daily", day: date = MONDAY, **selection: Any) -> None:
    closing.close(store, profile=profile, timezone="UTC", date=day, at=None, selection=Selection(**selection))


def traced(store: Store, article: str, profiles: dict[str, Profile] = PROFILES) -> ledger.Ledger:
    entry = ledger.trace(store, article, profiles)
    assert entry is not None
    json.dumps(ledger.record(entry))
    assert all(sentence in ledger.text(entry, 8) for sentence in entry.answer)
    return entry


def answer(store: Store, article: str, profiles: dict[str, Profile] = PROFILES) -> str:
    return " ".join(traced(store, article, profiles).answer)


@BOTH
def test_an_article_that_an_edition_carries_is_in_it(store: Store) -> None:
    summarised(store, report("a"))
    close(store)
    assert answer(store, "a") == "The edition daily of 2026-11-23 carries the story in full."
    (edition,) = traced(store, "a").editions
    assert (edition.place, edition.is_named, edition.left_out_by) == ("full", True, None)


@pytest.mark.parametrize(
    ("selection", "reason"),
    [
        ({"length": 1}, "the edition had as many topics as the profile's `length` allows"),
        ({"per_publisher": 1}, "its publisher told as many topics as the profile's `per_publisher` allows"),
        ({"keywords": ("nothing",)}, "the profile's filter `keywords` does not let it pass"),
        ({"not_sources": ("inbox",)}, "the profile's filter `not_sources` does not let it pass"),
        ({"words": 1}, "its topic ranked too low for the edition's budget of words"),
    ],
)
def test_an_article_that_an_edition_leaves_out_has_the_reason(
    store: Store, selection: dict[str, Any], reason: str
) -> None:
    summarised(store, *(report(name, publisher="Northern Wire") for name in "abcd"))
    close(store, **selection)
    sentence = f"The edition daily of 2026-11-23 leaves the story out: {reason}."
    left_out = [name for name in "abcd" if answer(store, name) == sentence]
    assert len(left_out) == (4 if "filter" in reason else 3)


@BOTH
def test_a_later_revision_of_the_day_corrects_the_reason(store: Store) -> None:
    summarised(store, report("a"), report("b"))
    close(store, length=1)
    summarised(store, report("c"))
    close(store)
    for name in "abc":
        assert answer(store, name).startswith("The edition daily of 2026-11-23 carries the story")


def test_another_report_of_a_topic_is_beneath_the_article_that_tells_it(store: Store) -> None:
    body = f"{EVENTS['a']} Nobody was hurt."
    other = "All 212 people on board the ferry Sunniva, which ran aground off Osterby on Friday, are safe on land."
    summarised(store, report("a", body, title="Ferry Sunniva runs aground"))
    summarised(store, report("b", other, title="Ferry Sunniva aground off Osterby"))
    close(store)
    beneath = [name for name in "ab" if "beneath" in answer(store, name)]
    assert len(beneath) == 1
    (teller,) = set("ab") - set(beneath)
    assert answer(store, beneath[0]) == (
        f"The edition daily of 2026-11-23 names the story beneath the article {teller}, which tells the topic."
    )
    assert traced(store, beneath[0]).editions[0].is_named


@BOTH
def test_a_reprint_names_the_article_that_leads_and_says_whether_the_edition_has_it(store: Store) -> None:
    summarised(store, report("a"), report("copy", EVENTS["a"], source="papers"))
    close(store)
    summarised(store, report("late", EVENTS["a"], source="papers"))
    early, late = answer(store, "copy"), answer(store, "late")
    assert early.startswith("The article a leads its story, so the digest is made from that. The edition daily of")
    assert "closed before it came" not in early
    assert late.endswith("An edition that does not name it closed before it came.")
    assert ledger.reason(traced(store, "copy").way, 8) == "has the same words as a"


def test_an_article_that_waits_says_for_what(store: Store) -> None:
    take_in(store, [report("a")])
    assert "Its story has no digest yet" in answer(store, "a")
    close(store)
    summarised(store)
    coming = answer(store, "a")
    assert re.fullmatch(r"The next edition daily looks at it; it closes 20\d\d-\d\d-\d\d 07:00 UTC\.", coming)


def test_a_profile_that_came_later_does_not_look_at_what_was_there_before(store: Store) -> None:
    summarised(store, report("a"))
    close(store)
    close(store, "evening")
    assert "leaves the story out: its digest is older than the profile." in answer(store, "a")


def test_a_digest_whose_story_another_article_leads_by_now_says_so(store: Store) -> None:
    summarised(store, report("a"), report("b"))
    stories.join(store, "b", "a")
    close(store)
    reasons = {edition.article: edition.reason for edition in traced(store, "b").editions}
    assert reasons == {"a": None, "b": "another article led its story when the edition closed"}


def test_what_an_edition_passed_over_before_reasons_were_kept_has_none(store: Store) -> None:
    summarised(store, report("a"))
    close(store, keywords=("nothing",))
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE edition_digests SET left_out_by = NULL")
    assert "the edition closed before reasons were kept" in answer(store, "a")


def test_a_failure_has_its_reason_and_what_to_do(store: Store) -> None:
    failure = IncomingFailure(
        id="f", source="wire", uri="f.txt", media_type="text/plain", filename="f.txt", title=None, publisher=None,
        published_at=None, received_at=None, stage="clean", reason="There is no text in it.", attempts=1, raw=b"",
    )  # fmt: skip
    take_in(store, [report("a")], [failure])
    lease = leases.lease(store)
    leases.finish(store, lease.token, [Failed(article_id="a", reason="The model gave up.")])
    cleaning, summarising = answer(store, "f"), answer(store, "a")
    assert cleaning == (
        "It failed at the stage clean after 1 attempt: There is no text in it. Correct the file and drop it again, or "
        "run `wiredesk failed retry f`."
    )
    assert "at the stage summarize" in summarising


@BOTH
def test_what_is_held_or_killed_says_until_when_and_why(store: Store) -> None:
    item = "urn:newsml:npa.example:{}"
    held = report("a", item=item.format("a"), embargo=SOON, note="Check against delivery.")
    take_in(store, [held, report("b", item=item.format("b"), status=Status.CANCELED), report("c")])
    by_hand.withdraw(store, "c", "A wrong name.", revise)
    assert answer(store, "a").startswith(
        "It is held until 2999-01-01 12:00 UTC, when its embargo ends. The reason: Check"
    )
    assert answer(store, "b").startswith("It was withdrawn by its source.")
    assert answer(store, "c").startswith(
        "It was withdrawn by hand. The reason: A wrong name. `wiredesk story release c`"
    )


def test_an_edition_from_which_an_article_was_withdrawn_is_not_named(store: Store) -> None:
    summarised(store, report("a", item="urn:newsml:npa.example:a"))
    close(store)
    by_hand.withdraw(store, "a", "A wrong name.", revise)
    assert traced(store, "a").editions == ()


def test_the_removed_lines_and_the_notes_of_cleaning_are_there(store: Store) -> None:
    take_in(
        store, [report("a", dropped=(Dropped("(Reporting by A. Pen)", "credit"),), notes=("Its year is a guess.",))]
    )
    lines = ledger.text(traced(store, "a"), 8)
    assert "cleaned   - (Reporting by A. Pen)  [credit]" in lines
    assert "cleaned   Its year is a guess." in lines


@pytest.mark.parametrize("name", ["story.txt", "papers/2026/story.txt", "/home/desk/inbox/papers/2026/story.txt"])
def test_a_file_is_found_with_or_without_its_folders(store: Store, name: str) -> None:
    fields = {"source": "papers", "filename": "papers/2026/story.txt" if "2026" in name else "papers/story.txt"}
    take_in(store, [report("a", **fields), report("b", filename="other.txt")])
    assert [match.id for match in matching(store, name)] == ["a"]


NAMED = {
    "id": "0b1c2d3e-0000-5000-8000-000000000001",
    "uri": "https://news.example/ferry",
    "filename": "wire.jsonl",
    "url": "https://news.example/ferry",
}


@pytest.mark.parametrize(
    "name",
    [
        NAMED["id"],
        NAMED["id"][:8],
        NAMED["id"].upper(),
        "https://news.example/ferry",
        "https://news.example/ferry/",
        " https://news.example/ferry#comments ",
        "wire.jsonl",
    ],
)
def test_an_article_is_found_by_what_a_person_calls_it(store: Store, name: str) -> None:
    take_in(store, [incoming(NAMED["id"], EVENTS["a"], **{k: v for k, v in NAMED.items() if k != "id"}), report("b")])
    assert [match.id for match in matching(store, name)] == [NAMED["id"]]


@BOTH
@pytest.mark.parametrize("name", ["urn:newsml:npa.example:a", "npa-17", "https://www.news.example/a", "wire.jsonl#3"])
def test_an_article_is_found_by_its_items_name_its_link_and_its_record(store: Store, name: str) -> None:
    own: dict[str, dict[str, str]] = {
        "urn:newsml:npa.example:a": {"uri": name},
        "npa-17": {"item": name},
        "wire.jsonl#3": {"uri": f"Agency/{name}"},
    }
    fields = own.get(name, {"uri": "tag:a", "url": name})
    take_in(store, [report("a", source="Agency", filename="Agency/wire.jsonl", **fields)])
    take_in(store, [report("b", uri="Agency/wire.jsonl#4", filename="Agency/wire.jsonl"), report("c", source="Other")])
    assert [match.id for match in matching(store, name)] == ["a"]


@pytest.mark.parametrize("name", ["", "  ", "nothing.txt", "https://news.example/other", "ffffffff", "#", "%"])
def test_a_name_that_nothing_has_finds_nothing(store: Store, name: str) -> None:
    take_in(store, [report("a")])
    assert matching(store, name) == []
    assert ledger.trace(store, name, PROFILES) is None


def test_a_file_of_many_articles_names_the_newest_of_them(store: Store) -> None:
    names = [f"n{number:02}" for number in range(MOST_MATCHES + 5)]
    take_in(store, [incoming(name, f"Report {name} is about {name}.", filename="many.jsonl") for name in names])
    assert len(matching(store, "many.jsonl")) == MOST_MATCHES


def show(capsys: pytest.CaptureFixture[str], data: Path, *arguments: str) -> str:
    """Run the command and return what it prints."""
    app(["article", "show", *arguments, "--data", str(data)], standalone_mode=False)
    return capsys.readouterr().out


def test_the_command_answers_by_address_and_says_what_to_do_about_a_name_that_is_unclear(
    store: Store, queue: Queue, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    # The logs of this process are those of all tests.
    monkeypatch.setattr(logs, "configure", lambda _level: None)
    monkeypatch.setenv("WIREDESK_REDIS_URL", redis_url)
    shared = {"item": "npa-17", "filename": "wire.jsonl"}
    take_in(store, [report("a", **shared)])
    take_in(store, [report("b", EVENTS["a"] + " It is afloat again.", **shared), report("c", filename="wire.jsonl")])

    entry = json.loads(show(capsys, tmp_path, "npa-17", "--json"))
    assert {entry["id"], *entry["earlier_versions"]} == {"a", "b"}
    assert f"article   {entry['id']}" in show(capsys, tmp_path, "npa-17")
    with pytest.raises(
        ConfigurationError, match=r"^3 articles are meant by 'wire.jsonl': give the id of one of them\.$"
    ):
        show(capsys, tmp_path, "wire.jsonl")
    assert "inbox: Title of c" in capsys.readouterr().out
    with pytest.raises(
        ConfigurationError, match=r"No stored article has .* 'nothing.txt', and nothing waits in the queue"
    ):
        show(capsys, tmp_path, "nothing.txt")

    waiting = raw("The report that waits.")
    queue.push([waiting])
    with pytest.raises(ConfigurationError, match=r"'nothing.txt'; 1 raw article waits in the queue: ask again"):
        show(capsys, tmp_path, "nothing.txt")
    with pytest.raises(ConfigurationError, match=f"^The article {waiting.id} waits in the queue for an ingest worker"):
        show(capsys, tmp_path, str(waiting.id))
    monkeypatch.setenv("WIREDESK_REDIS_URL", "redis://127.0.0.1:1/0")
    with pytest.raises(ConfigurationError, match="Redis does not answer: it may wait in the queue"):
        show(capsys, tmp_path, "nothing.txt")
