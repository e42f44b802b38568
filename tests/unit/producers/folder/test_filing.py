"""A file that is moved to another file system, in the worst moments."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from producers.folder.file import ChangedError, File
from producers.folder.filing import to_done
from producers.folder.scan import Signature

#: Moves a file as if .done were on another file system, in a process that ends at its first call to the system, then
#: in one that ends at its second, and so on; prints "lost" if its content is nowhere after that.
ENDS_AT_EVERY_CALL = """
import errno, os, sys
from pathlib import Path
from producers.folder.file import File
from producers.folder.filing import to_done
from producers.folder.scan import Signature

def move(root, ends_at):
    calls = 0
    def ending(call):
        def counted(*args, **places):
            nonlocal calls
            calls += 1
            if calls == ends_at:
                os._exit(1)
            if call is rename and places["src_dir_fd"] != places["dst_dir_fd"]:
                raise OSError(errno.EXDEV, "another file system")
            return call(*args, **places)
        return counted
    rename = os.rename
    for name in ("open", "rename", "replace", "unlink", "fsync", "utime", "mkdir", "write"):
        setattr(os, name, ending(getattr(os, name)))
    to_done(root, File("a.txt", Signature.of((root / "a.txt").stat()), stored=1), iter(()))

for ends_at in range(1, 200):
    root = Path(sys.argv[1]) / str(ends_at)
    root.mkdir()
    (root / "a.txt").write_text("a story")
    child = os.fork()
    if child == 0:
        move(root, ends_at)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    kept = [p for p in (root / "a.txt", *root.glob(".done/*/a*.txt")) if p.exists() and p.read_text() == "a story"]
    if not kept:
        print("lost at call", ends_at)
    if status == 0:
        print(ends_at, "calls")
        break
"""


def file_of(inbox: Path) -> File:
    (inbox / "a.txt").write_text("a story")
    return File("a.txt", Signature.of((inbox / "a.txt").stat()), stored=1)


def put_on_another_file_system(monkeypatch: pytest.MonkeyPatch, after: Callable[[int], object]) -> None:
    """Let a rename between two folders fail as between two file systems; call `after` with each other one's number."""
    rename, count = os.rename, 0

    def across(source: str, destination: str, *, src_dir_fd: int, dst_dir_fd: int) -> None:
        nonlocal count
        if src_dir_fd != dst_dir_fd:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        rename(source, destination, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)
        count += 1
        after(count)

    monkeypatch.setattr(os, "rename", across)


def files(inbox: Path) -> dict[str, str]:
    return {p.name: p.read_text() for p in inbox.rglob("*") if p.is_file()}


def test_a_crash_at_any_call_of_a_move_to_another_file_system_loses_nothing(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", ENDS_AT_EVERY_CALL, str(tmp_path)], capture_output=True, text=True, timeout=60
    )
    assert ran.stderr == ""
    assert "lost" not in ran.stdout
    assert ran.stdout.endswith(" calls\n")


def test_a_copy_that_a_crash_left_goes_with_the_next_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = file_of(tmp_path)
    put_on_another_file_system(monkeypatch, lambda _: None)
    to_done(tmp_path, file, iter(()))
    (day,) = (tmp_path / ".done").iterdir()
    (day / ".copy.tmp").write_text("half a st")
    to_done(tmp_path, file_of(tmp_path), iter(()))
    assert files(tmp_path) == {"a.txt": "a story", "a-1.txt": "a story"}


def test_a_file_that_changes_while_it_is_copied_stays_and_its_copy_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on_another_file_system(monkeypatch, lambda _: None)
    with pytest.raises(ChangedError):
        to_done(tmp_path, file_of(tmp_path), iter(()), beat=lambda: (tmp_path / "a.txt").write_text("another story"))
    assert files(tmp_path) == {"a.txt": "another story"}


def test_a_file_that_is_replaced_after_it_was_copied_is_put_back_and_the_copy_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replace(renamed: int) -> None:
        # The first rename gives the copy its name; the second takes the file away.
        if renamed == 1:
            (tmp_path / "a.txt").write_text("another story")

    file = file_of(tmp_path)
    put_on_another_file_system(monkeypatch, replace)
    with pytest.raises(ChangedError):
        to_done(tmp_path, file, iter(()))
    assert files(tmp_path) == {"a.txt": "another story"}


def test_a_disk_that_is_full_leaves_the_file_and_no_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    file = file_of(tmp_path)
    put_on_another_file_system(monkeypatch, lambda _: None)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        to_done(tmp_path, file, iter(()))
    assert files(tmp_path) == {"a.txt": "a story"}
