"""Files written whole or not at all, and locks that end with their process; by processes that are killed."""

import errno
import fcntl
import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from producers.errors import ConfigurationError
from producers.files import LockHeldError, NoLocksError, atomic_write, locked

#: The user id of nobody on every system.
NOBODY = 65534
#: Writes the file in its argument half, and waits for its end.
WRITES_HALF = """
import sys, time
from pathlib import Path
from producers.files import atomic_write
def parts():
    yield b"new" * 100_000
    print("half", flush=True)
    time.sleep(600)
atomic_write(Path(sys.argv[1]), parts(), sole_writer=True)
"""
#: Locks the file in its argument until its input ends.
HOLDS = """
import sys
from pathlib import Path
from producers.files import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""
#: Writes the file in its argument often, all bytes the same.
WRITES_OFTEN = """
import os, sys
from pathlib import Path
from producers.files import atomic_write
while True:
    atomic_write(Path(sys.argv[1]), os.urandom(1) * 300_000, durable=False)
"""


class Process:
    """A process that runs `code` on `path`."""

    def __init__(self, code: str, path: Path) -> None:
        command = [sys.executable, "-c", code, str(path)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.pid = self._process.pid

    def says(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        """Close its input, at which it ends by itself."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def kill(self) -> None:
        with self._process:
            self._process.kill()


@pytest.fixture
def start() -> Iterator[type[Process]]:
    """Processes that are killed at the end."""
    started: list[Process] = []

    class Started(Process):
        def __init__(self, code: str, path: Path) -> None:
            super().__init__(code, path)
            started.append(self)

    yield Started
    for process in started:
        process.kill()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


class TestAtomicWrite:
    def test_a_file_is_replaced_with_the_rights_that_are_asked_for_less_the_umask(self, tmp_path: Path) -> None:
        file = tmp_path / "a.json"
        atomic_write(file, b"old", mode=0o600)
        assert file.stat().st_mode & 0o777 == 0o600
        umask = os.umask(0o027)
        try:
            atomic_write(file, [b"n", b"ew"])
        finally:
            os.umask(umask)
        assert file.read_bytes() == b"new"
        assert file.stat().st_mode & 0o777 == 0o640
        assert names(tmp_path) == ["a.json"]

    def test_without_overwriting_the_first_writer_wins(self, tmp_path: Path) -> None:
        atomic_write(tmp_path / "token", b"first", overwrite=False)
        with pytest.raises(FileExistsError):
            atomic_write(tmp_path / "token", b"second", overwrite=False)
        assert (tmp_path / "token").read_bytes() == b"first"
        assert names(tmp_path) == ["token"]

    def test_a_writer_that_is_killed_in_the_middle_leaves_the_old_file_and_the_next_write_tidies_up(
        self, tmp_path: Path, start: type[Process]
    ) -> None:
        file = tmp_path / "latest.md"
        file.write_bytes(b"old")
        writer = start(WRITES_HALF, file)
        assert writer.says() == "half"
        writer.kill()
        assert file.read_bytes() == b"old"
        assert len(names(tmp_path)) == 2
        atomic_write(file, b"newer", sole_writer=True)
        assert file.read_bytes() == b"newer"
        assert names(tmp_path) == ["latest.md"]

    def test_a_reader_beside_two_writers_always_sees_one_whole_file(self, tmp_path: Path, start: type[Process]) -> None:
        file = tmp_path / "a.bin"
        atomic_write(file, b"0" * 300_000)
        writers = [start(WRITES_OFTEN, file) for _ in range(2)]
        seen = set()
        deadline = time.monotonic() + 60
        while len(seen) < 20:
            assert time.monotonic() < deadline, "the writers do not write"
            content = file.read_bytes()
            assert content == content[:1] * 300_000
            seen.add(content[:1])
        assert all(writer.runs for writer in writers)

    def test_an_error_of_what_is_written_leaves_the_old_file_alone(self, tmp_path: Path) -> None:
        def parts() -> Iterator[bytes]:
            yield b"new"
            raise KeyboardInterrupt

        atomic_write(tmp_path / "a", b"old")
        with pytest.raises(KeyboardInterrupt):
            atomic_write(tmp_path / "a", parts())
        assert (tmp_path / "a").read_bytes() == b"old"
        assert names(tmp_path) == ["a"]

    def test_a_link_under_the_temporary_name_leads_no_write_elsewhere(self, tmp_path: Path) -> None:
        victim = tmp_path / "victim"
        victim.write_bytes(b"keep")
        (tmp_path / ".a.tmp").symlink_to(victim)
        atomic_write(tmp_path / "a", b"new", sole_writer=True)
        assert victim.read_bytes() == b"keep"
        assert not (tmp_path / "a").is_symlink()

    def test_a_write_beneath_an_open_folder_follows_the_folder_and_not_its_name(self, tmp_path: Path) -> None:
        (tmp_path / "editions").mkdir()
        folder = os.open(tmp_path / "editions", os.O_RDONLY | os.O_DIRECTORY)
        try:
            (tmp_path / "editions").rename(tmp_path / "moved")
            (tmp_path / "elsewhere").mkdir()
            (tmp_path / "editions").symlink_to("elsewhere")
            atomic_write(Path("latest.md"), b"new", dir_fd=folder)
            with locked(Path(".lock"), dir_fd=folder):
                pass
        finally:
            os.close(folder)
        assert names(tmp_path / "moved") == [".lock", "latest.md"]
        assert names(tmp_path / "elsewhere") == []

    def test_a_name_of_the_greatest_length_can_be_written(self, tmp_path: Path) -> None:
        atomic_write(tmp_path / ("a" * 255), b"new")
        assert names(tmp_path) == ["a" * 255]


class TestLocked:
    def test_a_lock_that_another_process_holds_is_refused_with_its_process_id(
        self, tmp_path: Path, start: type[Process]
    ) -> None:
        holder = start(HOLDS, tmp_path / "lock")
        assert holder.says() == "held"
        with pytest.raises(LockHeldError, match=f"locked by process {holder.pid}: stop") as refused:
            locked(tmp_path / "lock")
        assert refused.value.holder == str(holder.pid)
        assert isinstance(refused.value, ConfigurationError)

    def test_a_lock_whose_holder_was_killed_is_free_again(self, tmp_path: Path, start: type[Process]) -> None:
        holder = start(HOLDS, tmp_path / "lock")
        assert holder.says() == "held"
        holder.kill()
        with locked(tmp_path / "lock"):
            assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"

    @pytest.mark.parametrize("wait", [60.0, math.inf])
    def test_a_lock_that_is_released_in_time_is_taken(self, tmp_path: Path, start: type[Process], wait: float) -> None:
        holder = start(HOLDS, tmp_path / "lock")
        assert holder.says() == "held"
        threading.Timer(0.3, holder.end).start()
        with locked(tmp_path / "lock", wait=wait):
            assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"

    def test_waiting_for_a_lock_ends_in_time(self, tmp_path: Path) -> None:
        with locked(tmp_path / "lock"):
            asked = time.monotonic()
            with pytest.raises(LockHeldError):
                locked(tmp_path / "lock", wait=0.2)
            assert 0.2 <= time.monotonic() - asked < 30

    @pytest.mark.parametrize("mode", [None, 0o644, 0o666])
    def test_no_other_user_can_open_a_lock(self, tmp_path: Path, mode: int | None) -> None:
        if mode is not None:
            (tmp_path / "lock").touch()
            (tmp_path / "lock").chmod(mode)
        umask = os.umask(0)
        try:
            locked(tmp_path / "lock").close()
        finally:
            os.umask(umask)
        assert (tmp_path / "lock").stat().st_mode & 0o777 == 0o600

    @pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="only root on Linux can be another user")
    def test_a_lock_that_another_user_holds_names_that_process_whatever_the_file_says(self) -> None:
        # Not a folder of pytest's, which other users may not enter.
        with tempfile.TemporaryDirectory() as folder:
            lock = Path(folder, "lock")
            lock.write_text("1\n")
            lock.chmod(0o644)
            Path(folder).chmod(0o755)
            command = ["flock", str(lock), "sh", "-c", "echo held; exec sleep 600"]
            with subprocess.Popen(command, user=NOBODY, stdout=subprocess.PIPE, process_group=0) as holder:
                assert holder.stdout is not None
                assert holder.stdout.readline() == b"held\n"
                with pytest.raises(LockHeldError, match=rf"{holder.pid} of another user \(uid {NOBODY}\)"):
                    locked(lock)
                os.killpg(holder.pid, signal.SIGKILL)
            locked(lock, wait=10.0).close()
            assert subprocess.run(["flock", "-n", lock, "true"], user=NOBODY, stderr=subprocess.DEVNULL).returncode

    def test_a_lock_without_a_name_in_it_is_held_by_an_unknown_process(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("producers.files._LOCKS", tmp_path / "no table of locks")
        with locked(tmp_path / "lock"):
            (tmp_path / "lock").write_bytes(b"")
            with pytest.raises(LockHeldError) as refused:
                locked(tmp_path / "lock")
        assert refused.value.holder == "unknown"

    def test_a_file_system_without_locks_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> None:
            raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

        monkeypatch.setattr(fcntl, "flock", refuse)
        with pytest.raises(NoLocksError, match=r"lock cannot be locked \(No locks available\): put its folder on"):
            locked(tmp_path / "lock")

    def test_a_folder_that_is_missing_is_an_error_of_the_system(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            locked(tmp_path / "none" / "lock")
