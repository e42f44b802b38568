"""How long to wait before another try, and how to install what is missing."""

import json
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from producers.errors import installing, pause_after


@pytest.mark.parametrize(
    ("tries", "seconds"), [(1, 1.0), (2, 2.0), (4, 8.0), (9, 256.0), (10, 300.0), (100_000, 300.0)]
)
def test_the_pause_doubles_with_every_try_up_to_its_bound_for_ever(tries: int, seconds: float) -> None:
    assert pause_after(tries, 1.0, 300.0) == seconds


def command(monkeypatch: pytest.MonkeyPatch, noted: dict[str, Any] | None) -> str:
    """Return what to run if pip noted this of where wiredesk came from."""

    class Installed:
        def read_text(self, name: str) -> str | None:
            assert name == "direct_url.json"
            return None if noted is None else json.dumps(noted)

    monkeypatch.setattr(metadata, "distribution", lambda name: Installed())
    return installing("worker").removeprefix(f"{sys.executable} -m ")


def clone(folder: Path, *files: str) -> Path:
    folder.mkdir()
    for name in files:
        (folder / name).touch()
    return folder


def test_what_came_from_an_index_is_completed_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert command(monkeypatch, None) == "pip install 'wiredesk[worker]'"


def test_what_came_from_a_clone_is_completed_from_it_by_the_tested_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = clone(tmp_path / "my wire", "pyproject.toml", "constraints.txt")
    noted = {"url": folder.as_uri(), "dir_info": {}}

    assert command(monkeypatch, noted) == f"pip install -c '{folder}/constraints.txt' '{folder}[worker]'"
    noted["dir_info"] = {"editable": True}
    assert command(monkeypatch, noted) == f"pip install -c '{folder}/constraints.txt' -e '{folder}[worker]'"


def test_what_came_from_a_clone_without_pins_or_that_is_gone_has_a_command_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bare, gone = clone(tmp_path / "bare", "pyproject.toml"), tmp_path / "gone"

    assert command(monkeypatch, {"url": bare.as_uri(), "dir_info": {}}) == f"pip install '{bare}[worker]'"
    said = command(monkeypatch, {"url": gone.as_uri(), "dir_info": {}})
    assert said == "pip install -c constraints.txt '.[worker]' in a clone of wiredesk"


def test_what_came_from_a_file_or_a_repository_is_completed_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = {"url": "file:///srv/wiredesk-0.1.0-py3-none-any.whl", "archive_info": {}}
    git = {"url": "https://git.example/wiredesk", "vcs_info": {"vcs": "git", "commit_id": "abc"}}

    assert command(monkeypatch, wheel) == f"pip install 'wiredesk[worker] @ {wheel['url']}'"
    assert command(monkeypatch, git) == "pip install 'wiredesk[worker] @ git+https://git.example/wiredesk@abc'"


def test_what_was_never_installed_names_the_command_of_a_clone(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)

    assert installing("web") == "pip install -c constraints.txt '.[web]' in a clone of wiredesk"
