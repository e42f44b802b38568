"""When a desk that waits gives up: only without progress, and only if it is asked to end by itself."""

from collections.abc import Callable

import pytest

from worker.desk.display import Counts
from worker.desk.supervision import Progress
from worker.errors import GaveUpError

REASON = "ingest: Redis is a read-only replica; waiting."


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let seconds pass."""
    now = [1_000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])

    def pass_by(seconds: float) -> None:
        now[0] += seconds

    return pass_by


@pytest.mark.parametrize("counts", [None, Counts(journal=3)], ids=["nothing answers", "something waits"])
def test_a_wait_without_progress_ends_with_its_reason(wait: Callable[[float], None], counts: Counts | None) -> None:
    progress = Progress(60.0)
    progress.note(counts, "")
    for _ in range(6):
        progress.note(counts, REASON)
        wait(10.0)

    with pytest.raises(GaveUpError, match=f"{REASON} After 60 s without progress"):
        progress.note(counts, REASON)


def test_progress_or_the_end_of_the_wait_begins_the_time_anew(wait: Callable[[float], None]) -> None:
    progress = Progress(60.0)
    for journal in range(5):
        progress.note(Counts(journal=journal), REASON)
        wait(50.0)
        progress.note(None, REASON)
        wait(9.0)
    for _ in range(5):
        progress.note(Counts(), "")
        wait(50.0)
        progress.note(Counts(), REASON)
        wait(50.0)


def test_a_desk_that_is_to_go_on_waits_for_ever(wait: Callable[[float], None]) -> None:
    progress = Progress(None)
    for _ in range(100):
        progress.note(None, REASON)
        wait(1e6)
