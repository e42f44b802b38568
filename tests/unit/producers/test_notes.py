"""What tells which file a killed reader was reading."""

from pathlib import Path

from producers.notes import Notes
from producers.scan import Signature

A, CHANGED = Signature(1, 10, 100), Signature(1, 11, 200)


def test_a_read_that_ends_in_order_is_not_counted(tmp_path: Path) -> None:
    notes = Notes(tmp_path / ".reading")
    for _ in range(5):
        assert notes.begin("a.txt", A) == 1
        notes.close()
    assert list((tmp_path / ".reading").iterdir()) == []


def test_a_read_whose_process_was_killed_is_counted(tmp_path: Path) -> None:
    assert [Notes(tmp_path / ".reading").begin("a.txt", A) for _ in range(4)] == [1, 2, 3, 4]
    assert Notes(tmp_path / ".reading").begin("b.txt", A) == 1


def test_other_content_is_counted_anew(tmp_path: Path) -> None:
    Notes(tmp_path).begin("a.txt", A)
    assert Notes(tmp_path).begin("a.txt", CHANGED) == 1


def test_a_reader_that_is_killed_while_it_waits_for_redis_is_not_counted(tmp_path: Path) -> None:
    notes = Notes(tmp_path)
    notes.begin("a.txt", A)
    notes.lift()
    assert Notes(tmp_path).begin("a.txt", A) == 1
    notes.put_back()
    assert Notes(tmp_path).begin("a.txt", A) == 2


def test_a_spoilt_note_counts_nothing(tmp_path: Path) -> None:
    Notes(tmp_path).begin("a.txt", A)
    (note,) = tmp_path.iterdir()
    for spoilt in (b"", b"[1]", b"\xff", b'{"signature": [1, 10, 100], "starts": "x"}'):
        note.write_bytes(spoilt)
        assert Notes(tmp_path).begin("a.txt", A) == 1


def test_notes_of_files_that_are_gone_are_removed(tmp_path: Path) -> None:
    (tmp_path / "here.txt").write_text("x")
    folder = tmp_path / ".reading"
    for name in ("here.txt", "gone.txt"):
        Notes(folder).begin(name, A)
    (folder / "spoilt.json").write_text("{")
    Notes(folder).forget_absent(tmp_path)
    assert len(list(folder.iterdir())) == 1
    assert Notes(folder).begin("here.txt", A) == 2
