"""Whole desks on the samples and on damaged copies of invented articles: neither order nor workers decide."""

import itertools
import random
import shutil
from pathlib import Path

import pytest

from tests.acceptance.desks import Folders, rows, wiredesk
from tests.quality.reprints import EDITS, KEEP_LEAD, original, reprint
from tests.rig import NO_MODEL

SAMPLES = Path(__file__).parent.parent / "samples" / "inbox"
#: Originals that are dropped with a reprint of each kind.
ORIGINALS = 12
#: Share of the pairs of damaged copies that another order and more workers may change.
MOST_CHANGED = 0.01

Pairs = set[frozenset[str]]


def dropped(folders: Folders, seed: int) -> None:
    """Drop the samples, and originals and reprints whose names, and so their turns, `seed` says."""
    shutil.copytree(SAMPLES, folders.inbox)
    everything = [(n, kind) for n in range(ORIGINALS) for kind in ("original", *EDITS)]
    random.Random(seed).shuffle(everything)
    for place, (number, kind) in enumerate(everything):
        body = original(number) if kind == "original" else reprint(number, kind)
        folders.drop(f"wire/{place:03}-{number}-{slug(kind)}.txt", f"Report {number}\n\n{body}\n")


def slug(kind: str) -> str:
    return kind.replace(" ", "_").replace("%", "")


def pairs(folders: Folders) -> Pairs:
    """Return the pairs of articles that are one story, by what does not depend on the order of the files."""
    stories: dict[str, set[str]] = {}
    for row in rows("export", "articles", "--data", folders.data):
        if row["story_id"]:
            ours = row["source"] == "wire"
            name = row["uri"].rsplit("/", 1)[-1].split("-", 1)[1] if ours else row["uri"]
            stories.setdefault(row["story_id"], set()).add(name)
    return {frozenset(pair) for names in stories.values() for pair in itertools.combinations(sorted(names), 2)}


def run(folders: Folders, seed: int, workers: int) -> Pairs:
    """Return the pairs that a desk with so many ingest workers finds; those that summarise find none."""
    dropped(folders, seed)
    done = wiredesk(
        "up", "--once", "--inbox", folders.inbox, "--data", folders.data, "--workers", 1,
        **NO_MODEL, WIREDESK_INGEST_PROCESSES=str(workers),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return pairs(folders)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> tuple[Folders, Pairs]:
    folders = Folders(tmp_path_factory.mktemp("one"))
    return folders, run(folders, 1, 1)


def test_another_order_and_four_workers_give_the_same_stories(alone: tuple[Folders, Pairs], tmp_path: Path) -> None:
    _, one = alone
    kinds = [slug(kind) for kind in ("original", *KEEP_LEAD)]
    stories = {
        frozenset(f"{n}-{kind}.txt" for kind in two)
        for n in range(ORIGINALS)
        for two in itertools.combinations(kinds, 2)
    }
    assert one >= stories
    other = run(Folders(tmp_path), 2, 4)
    assert other >= stories
    assert len(one ^ other) <= MOST_CHANGED * len(one | other)


def test_a_story_is_shown_split_and_joined_by_the_ids_that_the_export_names(alone: tuple[Folders, Pairs]) -> None:
    folders, _ = alone
    story = max(rows("export", "stories", "--data", folders.data), key=lambda row: len(row["articles"]))
    copy = next(one for one in story["sources"] if one["state"] == "reprint")["article_id"]

    shown = wiredesk("story", "show", copy, "--data", folders.data)
    assert shown.returncode == 0, shown.stderr
    assert "shares" in shown.stdout
    assert story["id"] in shown.stdout

    assert wiredesk("story", "split", copy, "--data", folders.data).returncode == 0
    (found,) = rows("story", "show", copy, "--json", "--data", folders.data)
    assert [one["id"] for one in found["articles"]] == [copy]
    refused = wiredesk("story", "split", copy, "--data", folders.data)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)

    assert wiredesk("story", "join", copy, story["id"], "--data", folders.data).returncode == 0
    (found,) = rows("story", "show", story["id"], "--json", "--data", folders.data)
    assert copy in {one["id"] for one in found["articles"]}
