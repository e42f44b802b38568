"""Names that are taken before they are used."""

import os
from pathlib import Path

import pytest

from producers.files import atomic_write
from producers.folder.moving import numbered, reserve, write_apart


@pytest.mark.parametrize(
    ("name", "number", "tail", "result"),
    [
        ("a.txt", 0, "", "a.txt"),
        ("a.txt", 1, "", "a-1.txt"),
        ("a.b.txt", 2, "", "a.b-2.txt"),
        ("a.jsonl.gz", 1, "", "a-1.jsonl.gz"),
        ("a.txt", 1, ".reason.json", "a-1.txt.reason.json"),
        ("a", 1, "", "a-1"),
        ("a." + "x" * 50, 1, "", "a." + "x" * 50 + "-1"),
    ],
)
def test_a_number_stands_before_the_ending(name: str, number: int, tail: str, result: str) -> None:
    assert numbered(name, number, tail) == result


@pytest.mark.parametrize("letter", ["a", "ü", "桥"])
def test_a_name_is_cut_to_the_longest_a_file_may_have_between_characters(letter: str) -> None:
    name = (letter * 255).encode()[:247].decode(errors="ignore") + ".txt"
    cut = numbered(name, 12, ".reason.json")
    assert 252 <= len(os.fsencode(cut)) <= 255
    assert cut.endswith("-12.txt.reason.json")
    assert set(cut.removesuffix("-12.txt.reason.json")) == {letter}


def test_a_name_of_bytes_that_are_no_text_is_kept(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    (path,) = reserve(tmp_path, name)
    assert os.fsencode(path.name) == b"caf\xe9.txt"


def test_a_taken_name_is_never_taken_again(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("keep")
    (tmp_path / "a-1.txt.reason.json").mkdir()
    (tmp_path / "a-2.txt").symlink_to("nowhere")
    assert [path.name for path in reserve(tmp_path, "a.txt", ("", ".reason.json"))] == [
        "a-3.txt",
        "a-3.txt.reason.json",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("a-1.txt.reason.json", "a-2.txt", "a-3.txt", "a-3.txt.reason.json", "a.txt")
    ]
    assert (tmp_path / "a.txt").read_text() == "keep"


def test_a_reservation_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="Not a directory"):
        reserve(tmp_path, "a.txt", ("", "/no/such/folder"))
    assert list(tmp_path.iterdir()) == []


def test_what_is_written_replaces_its_reservation_with_the_rights_of_any_file(tmp_path: Path) -> None:
    (path,) = reserve(tmp_path, "a.json")
    rights = path.stat().st_mode
    atomic_write(path, [b"one\n", b"two\n"])
    assert path.read_bytes() == b"one\ntwo\n"
    assert path.stat().st_mode == rights
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    (path,) = reserve(tmp_path, "a.json")

    def lines() -> object:
        yield b"one"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        atomic_write(path, lines())  # type: ignore[arg-type]
    assert path.read_bytes() == b""
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_the_same_content_is_not_written_twice_and_other_content_gets_a_number(tmp_path: Path) -> None:
    first = write_apart(tmp_path, "a.jsonl", ".records.jsonl", [b"one\n"])
    assert first.name == "a.jsonl.records.jsonl"
    assert write_apart(tmp_path, "a.jsonl", ".records.jsonl", [b"one\n"]) == first
    other = write_apart(tmp_path, "a.jsonl", ".records.jsonl", [b"two\n"])
    assert other.name == "a-1.jsonl.records.jsonl"
    assert write_apart(tmp_path, "a.jsonl", ".records.jsonl", [b"two\n"]) == other
    assert len(list(tmp_path.iterdir())) == 2
