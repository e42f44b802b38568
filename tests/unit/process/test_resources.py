"""The resources of a process, and of those that it forks."""

import os
import time
from pathlib import Path

from producers.processes import LIMITS
from worker.process.resources import Resources
from worker.settings import WorkerSettings


def test_a_forked_process_that_hangs_is_not_hidden_by_its_neighbour(tmp_path: Path) -> None:
    parent = Resources(WorkerSettings(data=tmp_path / "data", heartbeat=tmp_path / "beats"), "summarize", listed=False)
    first, second = parent.forked(1), parent.forked(2)
    assert not first.alive
    first.heartbeat.beat()
    second.heartbeat.beat()
    assert (first.alive, second.alive) == (True, True)
    late = time.time() - LIMITS["summarize"] - 1
    os.utime(tmp_path / "beats" / "summarize-1" / "summarize", (late, late))
    assert (first.alive, second.alive) == (False, True)


def test_without_a_folder_for_heartbeats_every_process_is_taken_to_be_alive(tmp_path: Path) -> None:
    assert Resources(WorkerSettings(data=tmp_path), "summarize").forked(1).alive
