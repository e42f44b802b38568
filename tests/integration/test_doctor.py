"""The doctor writes for real: it finds what can only be read."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

import tests.postgres
from tests.servers import free_port, redis_server
from worker.operations.doctor import CHECKS, Finding, examine
from worker.settings import WorkerSettings
from worker.store import Store, connect, contents, migrate


def found(settings: WorkerSettings, part: str, monkeypatch: pytest.MonkeyPatch) -> Finding:
    """Return what the doctor says of `part`."""
    monkeypatch.setattr("worker.operations.doctor.CHECKS", {part: CHECKS[part]})
    (finding,) = examine(settings)
    return finding


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    return {"inbox": tmp_path / "inbox", "data": tmp_path / "data"}


def test_before_the_first_up_it_says_what_is_normal_and_makes_nothing(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The model is the same before and after, and takes its time.
    monkeypatch.setattr(
        "worker.operations.doctor.CHECKS", {part: check for part, check in CHECKS.items() if part != "model"}
    )

    findings = {finding.part: finding for finding in examine(WorkerSettings(**folders))}

    assert [finding.text for finding in findings.values() if not finding.ok] == []
    assert findings["redis"].text.startswith("none yet: `wiredesk up` starts its own")
    assert findings["store"].text.startswith("no store yet: `wiredesk up` makes it")
    assert not folders["data"].exists()


def test_a_redis_that_takes_writes_is_well_and_nothing_is_left_in_it(
    redis_url: str, folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = found(WorkerSettings(redis_url=redis_url, **folders), "redis", monkeypatch)

    assert finding.ok
    with redis.Redis.from_url(redis_url) as client:
        assert client.keys() == []


def test_a_read_only_replica_is_found(
    redis_url: str, folders: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    primary = redis_url.rpartition(":")[2].removesuffix("/0")
    with redis_server(free_port(), tmp_path, options=["--replicaof", "127.0.0.1", primary]) as url:
        finding = found(WorkerSettings(redis_url=url, **folders), "redis", monkeypatch)

    assert (finding.ok, finding.text[:37]) == (False, "This Redis is a read-only replica: se")


@pytest.mark.parametrize("command", ["set", "del", "hset", "hdel", "zadd", "zrem", "sadd", "srem", "lpush", "rpop"])
def test_a_missing_right_to_write_is_named_by_its_command(
    command: str, redis_url: str, folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with redis.Redis.from_url(redis_url) as admin:
        admin.execute_command("ACL", "SETUSER", "few", "reset", "on", ">secret", "~wiredesk:*", "+@all", f"-{command}")
    url = redis_url.replace("redis://", "redis://few:secret@")

    finding = found(WorkerSettings(redis_url=url, **folders), "redis", monkeypatch)

    assert not finding.ok
    assert f"+{command};" in finding.text


def test_a_redis_without_info_is_well_and_it_is_said(
    folders: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with redis_server(free_port(), tmp_path, options=["--rename-command", "INFO", ""]) as url:
        finding = found(WorkerSettings(redis_url=url, **folders), "redis", monkeypatch)

    assert (finding.ok, "INFO is refused" in finding.text) == (True, True)


def test_a_trial_row_leaves_nothing_in_the_store(store: Store) -> None:
    before = contents.desk_id(store)

    contents.try_writing(store)

    assert contents.desk_id(store) == before


def test_a_read_only_database_is_found(
    postgres: str, folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = tests.postgres.database(postgres, "doctor")
    made = connect(url)
    migrate(made)
    made.close()
    with_option = f"{url}{'&' if '?' in url else '?'}options=-cdefault_transaction_read_only%3Don"

    finding = found(WorkerSettings(store_url=with_option, **folders), "store", monkeypatch)

    assert not finding.ok
    assert "read-only" in finding.text


@contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """Put a file system of a few pages, all of them taken, in the place of `folder`."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "full", str(folder)], check=False)
    if mounted.returncode:
        assert not os.environ.get("CI"), "CI must be able to mount a file system"
        pytest.skip("it needs the right to mount a file system")
    try:
        with pytest.raises(OSError, match="No space"):
            (folder / "rest").write_bytes(bytes(1 << 20))
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("part", ["inbox", "data"])
def test_a_folder_that_may_be_written_to_and_takes_nothing_is_found(
    part: str, folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("mount") is None:
        pytest.skip("it needs mount")
    folders[part].mkdir()
    with full_disk(folders[part]):
        finding = found(WorkerSettings(**folders), part, monkeypatch)

    assert not finding.ok
    assert "No space left on device" in finding.text


@pytest.mark.parametrize("part", ["inbox", "data"])
def test_a_look_at_a_folder_leaves_nothing_in_it(
    part: str, folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folders[part].mkdir()

    assert found(WorkerSettings(**folders), part, monkeypatch).ok
    assert list(folders[part].iterdir()) == []
