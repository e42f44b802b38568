"""The heartbeat: which process writes it, how old it may be, and what `wiredesk health` says of it."""

import os
import time
from pathlib import Path

import pytest

from producers.processes import BEAT_SECONDS, LIMITS, WAITS, WAITS_SECONDS, Heartbeat, check, waits
from tests.acceptance.desks import wiredesk
from worker.queue.lease_keeper import BATCH_SECONDS
from worker.queue.tasks import INGEST_SECONDS
from worker.schedule.tick import TICK_SECONDS


def aged(file: Path, seconds: float) -> None:
    """Make the last touch of `file` so many seconds old."""
    moment = time.time() - seconds
    os.utime(file, (moment, moment))


def test_a_role_that_has_just_beaten_is_alive(tmp_path: Path) -> None:
    Heartbeat(tmp_path / "beats", "ingest").beat()

    assert check(tmp_path / "beats", "ingest") == (True, "ingest is alive; its last heartbeat is 0 s old.")


def test_a_role_that_has_never_beaten_is_not_alive(tmp_path: Path) -> None:
    alive, sentence = check(tmp_path, "watch")

    assert not alive
    assert sentence == f"watch has written no heartbeat yet ({tmp_path / 'watch'}: No such file or directory)."


@pytest.mark.parametrize("role", LIMITS)
def test_a_role_is_alive_up_to_its_limit_and_not_beyond(role: str, tmp_path: Path) -> None:
    Heartbeat(tmp_path, role).beat()

    aged(tmp_path / role, LIMITS[role] - 10)
    assert check(tmp_path, role)[0]

    aged(tmp_path / role, LIMITS[role] + 10)
    assert check(tmp_path, role)[0] is False


def test_no_limit_is_shorter_than_what_its_role_may_do_in_one_go() -> None:
    assert LIMITS["summarize"] > BATCH_SECONDS + 2 * BEAT_SECONDS
    assert LIMITS["ingest"] > INGEST_SECONDS + 2 * BEAT_SECONDS
    assert LIMITS["schedule"] > 2 * TICK_SECONDS


def test_a_heart_touches_its_file_no_oftener_than_it_must(tmp_path: Path) -> None:
    heart = Heartbeat(tmp_path, "schedule")
    heart.beat()
    aged(tmp_path / "schedule", 100)

    heart.beat()

    assert time.time() - (tmp_path / "schedule").stat().st_mtime > 90


def test_a_heart_without_a_folder_touches_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    Heartbeat(None, "watch").beat()

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_ends_no_work_and_shows_as_a_missing_heartbeat(tmp_path: Path) -> None:
    (tmp_path / "beats").write_text("a file is in the way")

    Heartbeat(tmp_path / "beats", "watch").beat()

    assert check(tmp_path / "beats", "watch")[0] is False


def test_health_ends_with_0_for_a_role_that_is_alive_and_with_1_for_one_that_is_not(tmp_path: Path) -> None:
    Heartbeat(tmp_path, "schedule").beat()

    alive = wiredesk("health", "schedule", WIREDESK_HEARTBEAT=str(tmp_path))
    silent = wiredesk("health", "ingest", WIREDESK_HEARTBEAT=str(tmp_path))

    assert (alive.returncode, silent.returncode) == (0, 1)
    assert alive.stdout.startswith("schedule is alive")
    assert silent.stdout.startswith("ingest has written no heartbeat yet")


def test_health_says_that_a_folder_must_be_named_where_none_is() -> None:
    asked = wiredesk("health", "ingest")

    assert asked.returncode == 1
    assert "set WIREDESK_HEARTBEAT" in asked.stderr


def test_a_heartbeat_follows_no_link(tmp_path: Path) -> None:
    (tmp_path / "beats").mkdir()
    (tmp_path / "beats/watch").symlink_to(tmp_path / "planted")
    (tmp_path / "old").touch()
    aged(tmp_path / "old", 10_000)
    (tmp_path / "beats/ingest").symlink_to(tmp_path / "old")

    for role in ("watch", "ingest"):
        Heartbeat(tmp_path / "beats", role).beat()

    assert not (tmp_path / "planted").exists()
    assert check(tmp_path / "beats", "ingest")[0] is False


READ_ONLY = "This Redis is a read-only replica: set WIREDESK_REDIS_URL to the primary."


def test_why_a_process_waits_can_be_read_until_it_goes_on(tmp_path: Path) -> None:
    heart = Heartbeat(None, "watch", data=tmp_path)
    heart.wait("queue", READ_ONLY)
    heart.wait("a.txt", "a.txt: it cannot be moved: correct the folder's rights.")
    assert waits(tmp_path) == [f"watch: {READ_ONLY}", "watch: a.txt: it cannot be moved: correct the folder's rights."]

    heart.wait("queue", "")
    heart.wait("a.txt", "")

    assert waits(tmp_path) == []
    assert list((tmp_path / WAITS).iterdir()) == []


def test_what_several_processes_wait_for_is_said_once(tmp_path: Path) -> None:
    for role in ("watch", "ingest"):
        Heartbeat(None, role, data=tmp_path).wait("work", READ_ONLY)

    assert waits(tmp_path) == [f"ingest and watch: {READ_ONLY}"]


def test_a_process_that_ended_as_it_waited_waits_no_more_and_one_that_beats_still_does(tmp_path: Path) -> None:
    ended, beats = Heartbeat(None, "ingest", data=tmp_path), Heartbeat(None, "watch", data=tmp_path)
    for heart in (ended, beats):
        heart.wait("work", READ_ONLY)
    for file in (tmp_path / WAITS).iterdir():
        aged(file, WAITS_SECONDS + 1)

    beats.beat()

    assert waits(tmp_path) == [f"watch: {READ_ONLY}"]


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'"text"'])
def test_a_file_that_no_process_wrote_is_passed_over(content: bytes, tmp_path: Path) -> None:
    Heartbeat(None, "watch", data=tmp_path).wait("queue", READ_ONLY)
    (tmp_path / WAITS / "stray").write_bytes(content)

    assert waits(tmp_path) == [f"watch: {READ_ONLY}"]


def test_a_disk_that_takes_nothing_ends_no_process_that_waits(tmp_path: Path) -> None:
    (tmp_path / WAITS).write_text("This is no folder.")

    Heartbeat(None, "watch", data=tmp_path).wait("queue", READ_ONLY)

    assert waits(tmp_path) == []
