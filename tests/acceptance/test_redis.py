"""A Redis that can never serve a desk is refused at the start, by every command that needs one, in one sentence."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import rig
from tests.rig import WIREDESK
from tests.servers import free_port, redis_server
from worker.process.endings import MISCONFIGURED
from worker.store import sqlite_url

COMMANDS = (["push", "a.txt"], ["watch", "in"], ["worker", "ingest"], ["worker", "summarize"], ["schedule"], ["up"])


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server in cluster mode."""
    with redis_server(free_port(), tmp_path_factory.mktemp("cluster"), options=["--cluster-enabled", "yes"]) as url:
        yield url


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_cluster_mode_is_refused(command: list[str], cluster: str, tmp_path: Path) -> None:
    assert "This Redis is in cluster mode" in refusal(command, cluster, tmp_path)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_unknown_database_is_refused(command: list[str], redis_url: str, tmp_path: Path) -> None:
    said = refusal(command, redis_url.replace("/0", "/99"), tmp_path)
    assert "This Redis has no database of the number in WIREDESK_REDIS_URL" in said


def refusal(command: list[str], url: str, folder: Path) -> str:
    """Return what `command` says before it ends with the exit code of a refusal; fail if it does not end, or
    shows a traceback.
    """
    (folder / "a.txt").write_text("The ferry came in late.")
    environment = rig.settings(url, sqlite_url(folder / "wiredesk.db"), folder / "data")
    ended = subprocess.run(
        [WIREDESK, *command], env=environment, cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == (MISCONFIGURED if command[0] == "worker" else 1), ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stderr
