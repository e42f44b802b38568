"""Items on a whole desk: what is held and killed is nowhere, what a person decides holds, and the desk says so."""

import json
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from pathlib import Path

import pytest

from tests.acceptance.desks import Folders, rows, wiredesk
from tests.chaos import news
from tests.rig import NO_MODEL


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path)


def ninjs(number: int, **said: object) -> str:
    """Return article `number` as ninjs 3 with `said` of it."""
    return json.dumps(
        {
            "uri": f"urn:newsml:npa.example:{number}",
            "type": "text",
            "version": 1,
            "versionCreated": "2026-11-27T08:00:00Z",
            "pubStatus": "usable",
            "provider": "NPA",
            "headlines": [{"role": "main", "value": news.title(number)}],
            "bodies": [{"role": "main", "contentType": "text/plain", "value": news.body(number)}],
            **said,
        }
    )


def up(folders: Folders) -> str:
    done = wiredesk("up", "--once", "--inbox", folders.inbox, "--data", folders.data, "--workers", 1, **NO_MODEL)
    assert done.returncode == 0, done.stderr
    return done.stdout


def edition(folders: Folders) -> str:
    return "".join(path.read_text() for path in sorted(folders.data.glob("editions/**/*")) if path.is_file())


def test_what_is_held_and_killed_is_in_no_file_until_a_person_releases_it(folders: Folders) -> None:
    until = datetime.now(UTC) + timedelta(days=400)
    folders.drop("1.json", ninjs(1, embargoedUntil=f"{until:%Y-%m-%dT%H:%M:%SZ}"))
    folders.drop("2.json", ninjs(2, pubStatus="canceled"))
    folders.drop("3.json", ninjs(3))
    folders.drop("4.json", ninjs(4, embargoed=""))
    said = up(folders)
    assert f"2 articles are held: the next is released at {until:%Y-%m-%d %H:%M} UTC" in said
    assert [title in edition(folders) for title in map(news.title, (1, 2, 3))] == [False, False, True]
    states = {row["title"]: row["state"] for row in rows("export", "articles", "--held", "--data", folders.data)}
    assert states == {
        news.title(1): "held",
        news.title(2): "killed",
        news.title(3): "digested",
        news.title(4): "held",
    }
    assert [row["title"] for row in rows("export", "articles", "--data", folders.data)] == [news.title(3)]

    held, unread = sorted(rows("items", "list", "--held", "--json", "--data", folders.data), key=itemgetter("title"))
    assert (held["title"], held["decided_by"], held["endless"]) == (news.title(1), "source", False)
    assert (unread["title"], unread["endless"]) == (news.title(4), True)
    listed = wiredesk("items", "list", "--data", folders.data).stdout
    assert f"held until {until:%Y-%m-%d %H:%M} UTC  NPA: {news.title(1)}" in listed
    assert f"  killed  NPA: {news.title(2)}" in listed
    assert "its embargo gives no time; release it, or ignore the empty embargoes of its source" in listed
    explained = wiredesk("story", "show", held["story_id"], "--data", folders.data).stdout
    assert "held" in explained.splitlines()[2]
    assert wiredesk("story", "release", held["story_id"], "--data", folders.data).returncode == 0
    (shown,) = [row for row in rows("export", "stories", "--data", folders.data) if row["id"] == held["story_id"]]
    assert shown["headline"]
    assert "1 article is held: `wiredesk items list --held` says why." in up(folders)
    assert [title in edition(folders) for title in map(news.title, (1, 4))] == [True, False]

    withdrawn = wiredesk("story", "withdraw", held["story_id"], "--reason", "An error.", "--data", folders.data)
    assert withdrawn.stdout.startswith("1 item was withdrawn")
    assert {row["note"] for row in rows("items", "list", "--killed", "--json", "--data", folders.data)} >= {"An error."}
    again = wiredesk("story", "release", "0000", "--data", folders.data)
    assert (again.returncode, len(again.stderr.splitlines())) == (1, 1)
    lines = (folders.data / "withdrawn.jsonl").read_text().splitlines()
    assert "release" in {json.loads(line)["act"] for line in lines}
