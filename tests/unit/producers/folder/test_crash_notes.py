"""Which file a killed reader was reading."""

from pathlib import Path

from producers.folder.crash_notes import CrashNotes
from producers.folder.scan import Signature

A, CHANGED = Signature(1, 10, 100), Signature(1, 11, 200)


def killed_while_reading(folder: Path, path: str, signature: Signature = A) -> int:
    note = CrashNotes(folder).note(path, signature)
    note.put()
    return note.starts


def test_a_read_that_comes_back_is_not_counted(tmp_path: Path) -> None:
    for _ in range(5):
        note = CrashNotes(tmp_path / ".reading").note("a.txt", A)
        assert note.starts == 1
        note.put()
        note.lift()
    assert list((tmp_path / ".reading").iterdir()) == []


def test_a_read_whose_process_was_killed_is_counted(tmp_path: Path) -> None:
    assert [killed_while_reading(tmp_path, "a.txt") for _ in range(4)] == [1, 2, 3, 4]
    assert killed_while_reading(tmp_path, "b.txt") == 1


def test_other_content_is_counted_anew(tmp_path: Path) -> None:
    killed_while_reading(tmp_path, "a.txt")
    assert killed_while_reading(tmp_path, "a.txt", CHANGED) == 1


def test_a_spoilt_note_counts_nothing(tmp_path: Path) -> None:
    killed_while_reading(tmp_path, "a.txt")
    (note,) = tmp_path.iterdir()
    for spoilt in (b"", b"[1]", b"\xff", b'{"signature": [1, 10, 100], "starts": "x"}'):
        note.write_bytes(spoilt)
        assert CrashNotes(tmp_path).note("a.txt", A).starts == 1


def test_notes_of_files_that_are_gone_are_removed(tmp_path: Path) -> None:
    (tmp_path / "here.txt").write_text("x")
    folder = tmp_path / ".reading"
    for name in ("here.txt", "gone.txt"):
        killed_while_reading(folder, name)
    (folder / "spoilt.json").write_text("{")
    CrashNotes(folder).forget_absent(tmp_path)
    assert len(list(folder.iterdir())) == 1
    assert CrashNotes(folder).note("here.txt", A).starts == 2
