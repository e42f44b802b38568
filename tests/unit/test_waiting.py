"""Waiting for what is unavailable."""

import pytest
from structlog.testing import CapturingLogger

from producers.errors import PermanentError, RetryableError
from worker import waiting
from worker.waiting import StoppedError, wait_out


class Step:
    """A step that raises the errors of a list, and then returns 7."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)

    def __call__(self) -> int:
        if self.errors:
            raise self.errors.pop(0)
        return 7


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "RETRY_SECONDS", 0.001)


def test_a_step_is_tried_until_it_succeeds_and_each_reason_is_reported_once_in_a_row() -> None:
    away, full = RetryableError("The store is unavailable."), RetryableError("The disk is full.")
    reports: list[str] = []
    assert wait_out(Step(away, away, full, away), report=reports.append) == 7
    assert reports == ["The store is unavailable.", "The disk is full.", "The store is unavailable."]


def test_without_another_report_the_reason_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    # Where a log goes hangs on the tests that were before.
    log = CapturingLogger()
    monkeypatch.setattr(waiting, "logger", log)
    assert wait_out(Step(RetryableError("The store is unavailable."))) == 7
    assert [(call.method_name, call.kwargs["reason"]) for call in log.calls] == [
        ("warning", "The store is unavailable.")
    ]


def test_any_other_error_ends_the_wait() -> None:
    with pytest.raises(PermanentError):
        wait_out(Step(RetryableError("later"), PermanentError("never")), report=lambda _: None)


def test_a_wait_that_is_to_stop_ends_after_the_try_under_way() -> None:
    answers = iter([False, False, True])
    step = Step(*[RetryableError("later")] * 9)
    with pytest.raises(StoppedError):
        wait_out(step, stop=lambda: next(answers), report=lambda _: None)
    assert len(step.errors) == 6


def test_a_step_that_succeeds_is_done_although_the_process_is_to_stop() -> None:
    assert wait_out(Step(), stop=lambda: True) == 7
