"""Pruning deletes what lies in `.done`, and nothing elsewhere."""

import time
from pathlib import Path
from typing import Any, cast

import pytest

from worker.errors import ConfigurationError
from worker.operations.prune import prune
from worker.settings import WorkerSettings
from worker.store import Store, contents


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WorkerSettings:
    def nothing(*_: Any) -> dict[str, int]:
        return {}

    monkeypatch.setattr(contents, "prune", nothing)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    return WorkerSettings(inbox=inbox, data=tmp_path / "data")


def pruned(settings: WorkerSettings, days: int) -> int:
    # The time of an entry's last change cannot be set: it must lie before "now" by the file system's clock.
    time.sleep(0.05)
    return prune(settings, cast(Store, None), days)["files"]


def test_old_files_and_the_folders_that_they_leave_empty_go(settings: WorkerSettings) -> None:
    (settings.inbox / ".done/2026-01-01/north").mkdir(parents=True)
    (settings.inbox / ".done/2026-01-01/north/a.txt").touch()
    assert pruned(settings, 1) == 0
    assert pruned(settings, 0) == 1
    assert list((settings.inbox / ".done").iterdir()) == []


def test_an_inbox_without_a_done_folder_has_nothing_to_prune(settings: WorkerSettings) -> None:
    assert pruned(settings, 0) == 0


def test_a_link_goes_and_what_it_leads_to_stays(settings: WorkerSettings, tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious/a.txt").touch()
    (settings.inbox / ".done/2026-01-01").mkdir(parents=True)
    (settings.inbox / ".done/2026-01-01/north").symlink_to(tmp_path / "precious")
    assert pruned(settings, 0) == 1
    assert (tmp_path / "precious/a.txt").exists()
    assert list((settings.inbox / ".done").iterdir()) == []


def test_a_done_folder_that_is_a_link_is_refused_and_not_followed(settings: WorkerSettings, tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious/a.txt").touch()
    (settings.inbox / ".done").symlink_to(tmp_path / "precious")
    with pytest.raises(ConfigurationError, match=r"/\.done is a symbolic link.*: remove it"):
        pruned(settings, 0)
    assert (tmp_path / "precious/a.txt").exists()
