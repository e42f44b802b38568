import json
import os
import resource
import signal
import stat
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from worker.edition.deliver import write
from worker.edition.document import Document
from worker.edition.profile import DEFAULT_OUTPUTS, profile_name
from worker.edition.render import FEEDS, RENDERERS
from worker.errors import ConfigurationError, RetryableError

from .examples import CLOSED, an_edition, carried, full

DAY = date(2026, 11, 22)
FEEDS_OF_A_PROFILE = sorted(FEEDS)
#: What is written of an edition where its profile names no outputs.
WRITTEN = {suffix: render for suffix, render in RENDERERS.items() if suffix in (*DEFAULT_OUTPUTS, "json")}


def on(day: date, revision: int = 1, *, hours: int = 0, **fields: object) -> Document:
    closed_at = CLOSED + (day - DAY) + timedelta(hours=hours)
    return an_edition(carried(revision), date=day, revision=revision, closed_at=closed_at, **fields)


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def edition(path: Path) -> tuple[str, int]:
    head = json.loads(path.read_bytes())["edition"]
    return head["date"], head["revision"]


def test_an_edition_goes_into_files_of_its_day_and_the_latest(tmp_path: Path) -> None:
    written = write(full(), tmp_path)

    assert names(tmp_path) == [
        *(".lock", "2026/2026-11-22.html", "2026/2026-11-22.json", "2026/2026-11-22.md", *FEEDS_OF_A_PROFILE),
        *("latest.html", "latest.json", "latest.md"),
    ]
    assert {str(path.relative_to(tmp_path)) for path in written} == {*names(tmp_path)[1:]} - {*FEEDS_OF_A_PROFILE}
    for path in written:
        assert path.read_bytes() == RENDERERS[path.suffix[1:]](full())


def test_a_profile_has_the_outputs_that_it_names_and_the_json(tmp_path: Path) -> None:
    write(full(), tmp_path, ("eml",))

    assert names(tmp_path) == [
        *(".lock", "2026/2026-11-22.eml", "2026/2026-11-22.json", "latest.eml", "latest.json"),
    ]


def test_the_feeds_hold_the_recent_editions_even_where_an_older_one_is_written_again(tmp_path: Path) -> None:
    documents = [on(DAY), on(DAY - timedelta(days=1))]

    write(documents[1], tmp_path, ("feeds",), lambda: documents)

    for name, make in FEEDS.items():
        assert (tmp_path / name).read_bytes() == make(documents)


def test_the_folder_is_made_where_it_is_missing(tmp_path: Path) -> None:
    assert write(full(), tmp_path / "a" / "b")[0].is_file()


def test_another_profile_has_a_folder_of_its_own(tmp_path: Path) -> None:
    write(an_edition(profile="sport"), tmp_path)

    assert names(tmp_path) == [
        *("sport/.lock", "sport/2026/2026-11-22.html", "sport/2026/2026-11-22.json", "sport/2026/2026-11-22.md"),
        *(f"sport/{name}" for name in FEEDS_OF_A_PROFILE),
        *("sport/latest.html", "sport/latest.json", "sport/latest.md"),
    ]


def test_writing_again_changes_nothing_and_touches_nothing(tmp_path: Path) -> None:
    before = [
        (path, path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) for path in write(full(), tmp_path)
    ]

    again = write(full(), tmp_path)

    assert [(path, path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) for path in again] == before


def test_a_file_that_was_changed_by_hand_is_restored(tmp_path: Path) -> None:
    path = write(full(), tmp_path)[0]
    path.write_bytes(b"scribble")

    write(full(), tmp_path)

    assert path.read_bytes() == RENDERERS["md"](full())


def test_the_latest_files_move_forward_only(tmp_path: Path) -> None:
    write(on(DAY), tmp_path)

    written = write(on(DAY - timedelta(days=1)), tmp_path)

    assert edition(tmp_path / "latest.json") == ("2026-11-22", 1)
    assert edition(tmp_path / "2026/2026-11-21.json") == ("2026-11-21", 1)
    assert {path.stem for path in written} == {"2026-11-21"}


def test_the_next_day_becomes_the_latest(tmp_path: Path) -> None:
    write(on(DAY), tmp_path)
    write(on(DAY + timedelta(days=1)), tmp_path)

    assert edition(tmp_path / "latest.json") == ("2026-11-23", 1)
    assert edition(tmp_path / "2026/2026-11-22.json") == ("2026-11-22", 1)


def test_the_files_of_a_day_carry_its_newest_revision(tmp_path: Path) -> None:
    write(on(DAY, 1), tmp_path)
    write(on(DAY, 2, hours=1), tmp_path)

    overtaken = write(on(DAY, 1), tmp_path)

    assert overtaken == []
    assert edition(tmp_path / "2026/2026-11-22.json") == ("2026-11-22", 2)
    assert edition(tmp_path / "latest.json") == ("2026-11-22", 2)
    assert b"Headline 2" in (tmp_path / "latest.md").read_bytes()


def test_a_revision_is_written_although_the_clock_was_set_back(tmp_path: Path) -> None:
    write(on(DAY, 1), tmp_path)
    write(on(DAY, 2, hours=-1), tmp_path)

    assert edition(tmp_path / "2026/2026-11-22.json") == ("2026-11-22", 2)


def test_the_first_revision_of_a_new_store_replaces_a_later_one_of_the_old(tmp_path: Path) -> None:
    write(on(DAY, 2), tmp_path)
    write(on(DAY, 1, hours=1), tmp_path)

    assert edition(tmp_path / "2026/2026-11-22.json") == ("2026-11-22", 1)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"edition": null}', b'{"edition": {"date": 7}}', b"\xff"])
def test_a_latest_file_that_is_no_edition_makes_way(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "latest.json").write_bytes(content)

    write(full(), tmp_path)

    assert edition(tmp_path / "latest.json") == ("2026-11-22", 1)


def test_what_a_crash_left_half_written_is_gone_after_the_next_write(tmp_path: Path) -> None:
    (tmp_path / ".latest.md.tmp").write_bytes(b"half of an ed")

    write(full(), tmp_path)

    assert not list(tmp_path.rglob("*.tmp"))
    assert (tmp_path / "latest.md").read_bytes() == RENDERERS["md"](full())


def test_the_files_have_the_permissions_that_the_user_s_umask_gives(tmp_path: Path) -> None:
    umask = os.umask(0o027)
    try:
        written = write(full(), tmp_path / "editions")
    finally:
        os.umask(umask)

    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o640}


def test_a_full_disk_is_a_retryable_error_and_leaves_the_old_files_whole(tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in write(on(DAY, 1), tmp_path)}

    with (
        files_of_at_most(1000),
        pytest.raises(RetryableError, match=r"^The edition of 2026-11-22 cannot be written to .*"),
    ):
        write(an_edition(*map(carried, range(1, 50)), revision=2), tmp_path)

    assert {path: path.read_bytes() for path in before} == before
    assert not list(tmp_path.rglob("*.tmp"))


def test_a_folder_that_cannot_be_made_is_a_retryable_error_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(RetryableError) as caught:
        write(full(), tmp_path / "file" / "editions")

    assert str(caught.value).endswith("make it writable, and it will be written at the next try.")
    assert "Not a directory" in str(caught.value)


def test_writers_at_the_same_time_leave_whole_files_of_the_newest_edition(tmp_path: Path) -> None:
    script = textwrap.dedent("""
        import sys
        from datetime import timedelta
        from pathlib import Path
        from tests.unit.edition.test_deliver import DAY, on, write
        sys.stdin.readline()
        for n in range(20):
            write(on(DAY + timedelta(days=(n * int(sys.argv[2])) % 4)), Path(sys.argv[1]))
    """)
    root = Path(__file__).parents[3]
    writers = [
        subprocess.Popen([sys.executable, "-c", script, tmp_path, str(n)], stdin=subprocess.PIPE, cwd=root)
        for n in (1, 3, 5, 7)
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write(b"go\n")
        writer.stdin.close()

    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0, 0]
    for n in range(4):
        day = DAY + timedelta(days=n)
        for suffix, render in WRITTEN.items():
            assert (tmp_path / f"2026/{day}.{suffix}").read_bytes() == render(on(day))
    for suffix, render in WRITTEN.items():
        assert (tmp_path / f"latest.{suffix}").read_bytes() == render(on(DAY + timedelta(days=3)))
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.parametrize("name", ["daily", "Sport", "a", "eu-law_2"])
def test_a_profile_is_named_by_letters_digits_hyphens_and_underscores(name: str) -> None:
    assert profile_name(name) == name


@pytest.mark.parametrize("name", ["", "..", "a/b", ".hidden", "2026", "-x", "a b", "zürich", "a\n", "x" * 65])
def test_a_profile_that_cannot_name_a_folder_is_refused_in_one_sentence(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^The profile .* has no usable name: take a letter"):
        write(an_edition(profile=name), tmp_path)

    assert names(tmp_path) == []


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let no file grow beyond `size` bytes: writes fail with an OSError as they do on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
