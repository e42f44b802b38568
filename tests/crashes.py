"""Killing a step before any of its lines: the step runs in a child process, which is traced."""

import gc
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

Line = tuple[str, int]


def lines(step: Callable[[], object], rooms: list[Path]) -> list[Line]:
    """Return the lines of the files `rooms` that `step` comes to, each once, in the order in which it first does.

    A line is left out if `step` came to it straight from another new line and nothing was called between them: a crash
    before either leaves the same behind.
    """
    read, write = os.pipe()
    survey = _Survey()

    def report() -> None:
        os.write(write, json.dumps(survey.crashes).encode())

    ended = _in_child(step, rooms, survey.line, survey.call, report)
    os.close(write)
    with os.fdopen(read) as reported:
        assert ended == 0
        return [(file, number) for file, number in json.load(reported)]


def dies_before(line: Line, step: Callable[[], object], rooms: list[Path]) -> None:
    """Run `step` in a child that is killed when it first comes to `line`."""

    def kill(here: Line) -> None:
        if here == line:
            os.kill(os.getpid(), signal.SIGKILL)

    assert _in_child(step, rooms, kill) == -signal.SIGKILL, f"the step never came to {line}"


class _Survey:
    """The lines before which a crash can leave something behind that no other crash does."""

    def __init__(self) -> None:
        self.crashes: list[Line] = []
        self._seen: set[Line] = set()
        self._is_called = True
        self._was_new = False

    def line(self, line: Line) -> None:
        is_new = line not in self._seen
        if is_new and (self._is_called or not self._was_new):
            self.crashes.append(line)
        self._seen.add(line)
        self._is_called, self._was_new = False, is_new

    def call(self) -> None:
        self._is_called = True


def _in_child(
    step: Callable[[], object],
    rooms: list[Path],
    at: Callable[[Line], None],
    called: Callable[[], None] | None = None,
    report: Callable[[], None] = lambda: None,
) -> int:
    """Return the exit status of a child that runs `step` and calls `at` before each line of `rooms`, `called` at each
    call in them, and in the end `report`.
    """
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 1
    # A collection would copy all that the tests have imported.
    gc.disable()
    try:
        files = {str(path) for path in rooms}
        if called:
            sys.setprofile(_calls_of_c(files, called))
        sys.settrace(_tracer(files, at, called))
        step()
        sys.settrace(None)
        sys.setprofile(None)
        report()
        status = 0
    finally:
        # Nothing of pytest may run here.
        os._exit(status)


def _tracer(
    files: set[str], at: Callable[[Line], None], called: Callable[[], None] | None
) -> Callable[[FrameType, str, Any], Any]:
    def trace(frame: FrameType, event: str, _arg: Any) -> Any:
        if frame.f_code.co_filename not in files:
            if called:
                called()
            return None
        if event == "line":
            at((Path(frame.f_code.co_filename).name, frame.f_lineno))
        return trace

    return trace


def _calls_of_c(files: set[str], called: Callable[[], None]) -> Callable[[FrameType, str, Any], None]:
    def profile(frame: FrameType, event: str, _arg: Any) -> None:
        if event == "c_call" and frame.f_code.co_filename in files:
            called()

    return profile
