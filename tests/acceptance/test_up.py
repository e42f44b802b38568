"""The main job, as a user runs it: `wiredesk up --once` on the sample articles."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from producers.servers.embedded import ServerFile
from tests.acceptance.desks import LOOPBACK, Folders, rows, wiredesk

SAMPLES = Path(__file__).parents[1] / "samples"
#: The events that several of the sample articles tell of, in their outlets' own words (tests/samples/README.md).
#: Reports of one event that are one topic. A feature or a follow-up may stay apart.
EVENTS = (
    {"agency-north/NPA-20261113-0512-tarrow-flood.txt", "https://courier.example/news/hollin-flood-families"},
    {"agency-north/npa-ferry-grounding.md", "https://harbourwire.example/sunniva-refloated"},
    {"agency-north/npa_rates_20261119.txt", "https://ledger.example/money/rate-cut-what-it-means"},
)


@dataclass(frozen=True)
class Run:
    """A finished `up --once`, and the store that it left."""

    folders: Folders
    done: subprocess.CompletedProcess[str]
    articles: list[dict[str, Any]]
    refused: str


def up_once(folders: Folders, *flags: str) -> subprocess.CompletedProcess[str]:
    guard = guarded(folders.root / "refused")
    return wiredesk("up", "--once", "--inbox", folders.inbox, "--data", folders.data, *flags, **guard)


def guarded(refused: Path) -> dict[str, str]:
    """Return the environment in which Python refuses all sockets but loopback's, and notes that in `refused`."""
    paths = [str(LOOPBACK), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {"PYTHONPATH": os.pathsep.join(paths), "LOOPBACK_REFUSED": str(refused)}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folders = Folders(tmp_path_factory.mktemp("desk"))
    shutil.copytree(SAMPLES / "inbox", folders.inbox)
    done = up_once(folders)
    refused = folders.root / "refused"
    return Run(
        folders,
        done,
        rows("export", "articles", "--data", folders.data) if done.returncode == 0 else [],
        refused.read_text() if refused.exists() else "",
    )


@pytest.fixture(scope="module")
def expected() -> dict[str, dict[str, int]]:
    expected: dict[str, dict[str, int]] = json.loads((SAMPLES / "expected.json").read_text())
    return expected


def total(expected: dict[str, dict[str, int]], what: str) -> int:
    return sum(file[what] for file in expected.values())


def test_it_ends_well_though_some_articles_failed(run: Run) -> None:
    assert run.done.returncode == 0, run.done.stderr


def test_every_file_is_settled_where_it_belongs(run: Run, expected: dict[str, dict[str, int]]) -> None:
    inbox = run.folders.inbox
    assert run.folders.waiting() == []
    done = {str(Path(*p.relative_to(inbox / ".done").parts[1:])) for p in run.folders.settled(".done")}
    failed = {str(p.relative_to(inbox / ".failed")) for p in run.folders.settled(".failed")}
    assert done == {name for name, file in expected.items() if file["stored"]}
    moved = {name for name, file in expected.items() if file["failed"] and not file["stored"]}
    records = {name for name, file in expected.items() if file["failed"] and file["stored"]}
    assert failed == (moved | {f"{name}.reason.json" for name in moved} | {f"{name}.records.jsonl" for name in records})


def test_every_article_is_in_the_store_once_stored_or_failed_with_a_reason(
    run: Run, expected: dict[str, dict[str, int]]
) -> None:
    states = [row["state"] for row in run.articles]
    assert len({row["id"] for row in run.articles}) == len(states) == total(expected, "articles")
    assert states.count("failed") == total(expected, "failed")
    assert states.count("reprint") == total(expected, "reprints")
    assert states.count("digested") == total(expected, "stored") - total(expected, "reprints")
    assert all(row["error"] for row in run.articles if row["state"] == "failed")


def test_the_edition_is_written_and_counts_every_article(run: Run, expected: dict[str, dict[str, int]]) -> None:
    (path,) = run.folders.data.glob("editions/2*/*.json")
    edition = json.loads(path.read_text())
    assert edition["edition"]["counts"]["articles"] == total(expected, "stored")
    shown = [topic for topic in edition["topics"] if topic["place"] != "left_out"]
    assert all(digest["headline"] and digest["summary"] for topic in shown for digest in topic["digests"])
    assert {p.name for p in (run.folders.data / "editions").glob("latest.*")} >= {
        "latest.md",
        "latest.html",
        "latest.json",
    }


def test_what_several_outlets_told_of_one_event_is_one_topic(run: Run) -> None:
    edition = json.loads((run.folders.data / "editions" / "latest.json").read_text())
    shown = [topic for topic in edition["topics"] if topic["place"] != "left_out"]
    told = [{digest["sources"][0]["uri"] for digest in topic["digests"]} for topic in shown]
    several = [topic for topic in told if len(topic) > 1]
    assert len(several) == len(EVENTS), several
    assert all(any(event <= topic for topic in several) for event in EVENTS), several


def test_it_says_what_failed_and_why_where_the_edition_is_and_at_last_the_rate(
    run: Run, expected: dict[str, dict[str, int]]
) -> None:
    lines = run.done.stdout.splitlines()
    assert lines[0] == f"{total(expected, 'failed')} failed:"
    for row in run.articles:
        if row["error"]:
            assert any(row["error"] in line for line in lines)
    edition = next(line for line in lines if line.startswith("Edition: "))
    assert Path(edition.removeprefix("Edition: ").split(" (")[0]).is_file()
    count, rate = re.fullmatch(r"(\d+) articles in [\d.]+ s: ([\d.]+) articles a second", lines[-1]).groups()  # type: ignore[union-attr]
    assert int(count) == total(expected, "articles")
    assert float(rate) > 0


def test_nothing_tried_to_reach_another_machine(run: Run) -> None:
    assert run.refused == ""


def test_its_server_has_ended(run: Run) -> None:
    noted = ServerFile.read(run.folders.data)
    assert noted is not None
    assert not noted.alive


def test_its_data_are_readable_by_their_owner_only(run: Run) -> None:
    assert run.folders.data.stat().st_mode & 0o077 == 0


def test_a_second_run_does_only_what_is_new_and_strict_tells_of_a_failure(run: Run) -> None:
    run.folders.drop("empty.txt", "")
    done = up_once(run.folders, "--strict", "--workers", "1")
    assert done.returncode == 3, done.stderr
    assert done.stdout.splitlines()[0] == "1 failed:"
    assert done.stdout.splitlines()[-1].startswith("1 article in ")
    assert len(rows("export", "articles", "--data", run.folders.data)) == len(run.articles) + 1


def test_the_guard_refuses_whatever_is_not_loopback(tmp_path: Path) -> None:
    refused = tmp_path / "refused"
    code = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **guarded(refused)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "only loopback may be reached here" in done.stderr
    assert "192.0.2.1" in refused.read_text()
