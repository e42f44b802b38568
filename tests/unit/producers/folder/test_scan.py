"""What lies in the inbox, and what of it is complete."""

import os
from pathlib import Path

import pytest

from producers.folder.scan import Signature, Tracker, ignored, scan

A, B, GROWN = Signature(1, 10, 100), Signature(2, 10, 50), Signature(1, 20, 200)


def test_a_file_is_complete_when_two_scans_see_it_alike_over_the_settling_time() -> None:
    tracker = Tracker(2.0)
    assert tracker.observe(0.0, [("a", A)]) == []
    assert tracker.observe(1.9, [("a", A)]) == []
    assert tracker.observe(2.0, [("a", A)]) == [("a", A)]


def test_one_scan_is_never_enough() -> None:
    tracker = Tracker(0.0)
    assert tracker.observe(1000.0, [("a", A)]) == []
    assert tracker.observe(1000.0, [("a", A)]) == [("a", A)]


@pytest.mark.parametrize("other", [GROWN, A._replace(size=11), A._replace(mtime_ns=101), A._replace(inode=9)])
def test_any_change_begins_the_settling_time_again(other: Signature) -> None:
    tracker = Tracker(2.0)
    tracker.observe(0.0, [("a", A)])
    assert tracker.observe(1.5, [("a", other)]) == []
    assert tracker.observe(3.4, [("a", other)]) == []
    assert tracker.observe(3.5, [("a", other)]) == [("a", other)]


def test_a_file_that_was_away_for_a_scan_is_new() -> None:
    tracker = Tracker(2.0)
    tracker.observe(0.0, [("a", A)])
    tracker.observe(1.0, [])
    assert tracker.waiting == 0
    assert tracker.observe(2.0, [("a", A)]) == []


def test_a_file_is_given_out_once_until_it_is_released() -> None:
    tracker = Tracker(1.0)
    tracker.observe(0.0, [("a", A)])
    assert tracker.observe(1.0, [("a", A)]) == [("a", A)]
    assert tracker.observe(5.0, [("a", GROWN)]) == []
    tracker.release("a")
    assert tracker.observe(6.0, [("a", GROWN)]) == []
    assert tracker.observe(7.0, [("a", GROWN)]) == [("a", GROWN)]


def test_the_oldest_file_comes_first() -> None:
    tracker = Tracker(0.0)
    seen = [("a", A), ("c", B), ("b", B)]
    tracker.observe(0.0, seen)
    assert [path for path, _ in tracker.observe(1.0, seen)] == ["b", "c", "a"]


def test_the_tracker_says_when_another_scan_is_worth_it() -> None:
    tracker = Tracker(2.0)
    assert tracker.due() is None
    tracker.observe(1.0, [("a", A)])
    tracker.observe(2.0, [("a", A), ("b", B)])
    assert tracker.due() == 3.0
    tracker.observe(3.0, [("a", A), ("b", B)])
    assert tracker.due() == 4.0


@pytest.mark.parametrize(
    "name",
    [
        *(".hidden", "._a.txt", ".DS_Store", "~$draft.txt", "a.txt~", "a.tmp", "a.txt.part", "a.partial", "a.swp"),
        *("a.crdownload", "A.TMP", "desktop.ini", "Thumbs.db", "thumbs.DB", ".stfolder", ".stversions", "@eaDir"),
        *("__MACOSX", ".Trashes", ".done", ".failed", ".reading", ".lock"),
    ],
)
def test_temporary_names_and_litter_are_ignored(name: str) -> None:
    assert ignored(name)


@pytest.mark.parametrize("name", ["a.txt", "a.tmp.txt", "part", "template.md", "a.party", "no ending", "@home.txt"])
def test_other_names_are_not(name: str) -> None:
    assert not ignored(name)


def test_a_scan_walks_folders_and_names_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "north" / "deep").mkdir(parents=True)
    (tmp_path / ".done").mkdir()
    (tmp_path / "__MACOSX").mkdir()
    for name in ("a.txt", "north/b.txt", "north/deep/c.txt", ".done/d.txt", "__MACOSX/e.txt", "north/f.tmp"):
        (tmp_path / name).write_text(name)
    os.link(tmp_path / "a.txt", tmp_path / "hard.txt")
    (tmp_path / "link.txt").symlink_to("a.txt")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "north" / "pipe")
    left: dict[str, str] = {}

    found = dict(scan(tmp_path, left.__setitem__))

    assert found.keys() == {"a.txt", "hard.txt", "north/b.txt", "north/deep/c.txt"}
    assert found["a.txt"] == Signature.of((tmp_path / "a.txt").stat())
    assert left.keys() == {"link.txt", "loop", "north/pipe"}
    assert "symbolic link" in left["link.txt"]
    assert "no regular file" in left["north/pipe"]


def test_a_missing_inbox_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(scan(tmp_path / "gone", lambda *_: None))


def test_a_link_that_takes_a_folders_place_during_the_scan_is_not_followed(tmp_path: Path) -> None:
    inbox, outside = tmp_path / "inbox", tmp_path / "outside"
    for path in (inbox / "a.txt", inbox / "north/b.txt", outside / "secret.txt"):
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    walk = scan(inbox, lambda path, reason: None)
    assert next(walk)[0] == "a.txt"
    (inbox / "north").rename(tmp_path / "away")
    (inbox / "north").symlink_to(outside)
    assert list(walk) == []


def test_a_folder_that_is_moved_out_during_the_scan_takes_the_scan_nowhere_else(tmp_path: Path) -> None:
    inbox, outside = tmp_path / "inbox", tmp_path / "outside"
    for name in ("b", "c"):
        (inbox / "a" / name).mkdir(parents=True)
        (inbox / "a" / name / f"{name}.txt").write_text("x")
        (outside / name).mkdir(parents=True)
        (outside / name / "secret.txt").write_text("x")
    walk = scan(inbox, lambda path, reason: None)
    first = Path(next(walk)[0])
    (inbox / first.parent).rename(outside / "moved")
    rest = [path for path, _ in walk]
    assert {str(first), *rest} == {"a/b/b.txt", "a/c/c.txt"}
