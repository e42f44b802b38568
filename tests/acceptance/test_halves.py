"""Two halves of a desk that share one Redis and one PostgreSQL: `up --no-inbox` works, `watch` brings."""

import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.desks import WIREDESK, Folders, rows, until
from tests.chaos import news
from tests.rig import NO_MODEL
from worker.store import connect
from worker.store.contents import counts

#: Articles that are dropped before the two halves are started.
DROPPED = 40


@pytest.fixture
def variables(redis_url: str, store_url: str) -> dict[str, str]:
    """The settings that both halves are given."""
    return {**os.environ, **NO_MODEL, "WIREDESK_REDIS_URL": redis_url, "WIREDESK_STORE_URL": store_url}


@pytest.fixture
def halves(variables: dict[str, str], tmp_path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The two halves, each with a data folder of its own."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for number in range(DROPPED):
        (inbox / f"{number}.txt").write_text(news.text(number))
    commands = (
        ["up", "--no-inbox", "--workers", "1", "--data", tmp_path / "workers"],
        ["watch", inbox, "--data", tmp_path / "producers"],
    )
    with (tmp_path / "output").open("ab") as out:
        running = [subprocess.Popen([WIREDESK, *one], env=variables, stdout=out, stderr=out) for one in commands]
    yield running
    for process in running:
        process.kill()
        process.wait()


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_what_one_half_watches_the_other_works_on(
    halves: list[subprocess.Popen[bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    folders = Folders(tmp_path)
    until(lambda: not folders.waiting(), "every file is settled")
    store = connect(variables["WIREDESK_STORE_URL"])
    until(lambda: counts(store).digested == DROPPED, "every article has its digest")
    store.close()
    for name in ("WIREDESK_REDIS_URL", "WIREDESK_STORE_URL"):
        monkeypatch.setenv(name, variables[name])
    assert Counter(row["uri"] for row in rows("export", "articles")) == Counter(f"{n}.txt" for n in range(DROPPED))
    assert len(folders.settled(".done")) == DROPPED
    for process in halves:
        process.terminate()
        assert process.wait(60) == 0
    assert not (tmp_path / "workers" / "redis").exists()
    assert not (tmp_path / "workers" / "wiredesk.db").exists()
