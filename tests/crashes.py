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
    """Return the lines of the files `rooms` that `step` comes to, each once, in the order in which it first does."""
    read, write = os.pipe()
    ended = _in_child(step, rooms, lambda line, seen: seen.append(line), write)
    with os.fdopen(read) as told:
        assert ended == 0
        return [(file, number) for file, number in json.load(told)]


def dies_before(line: Line, step: Callable[[], object], rooms: list[Path]) -> None:
    """Run `step` in a child that is killed when it first comes to `line`."""

    def kill(here: Line, _seen: list[Line]) -> None:
        if here == line:
            os.kill(os.getpid(), signal.SIGKILL)

    assert _in_child(step, rooms, kill) == -signal.SIGKILL, f"the step never came to {line}"


def _in_child(
    step: Callable[[], object], rooms: list[Path], at: Callable[[Line, list[Line]], None], report: int | None = None
) -> int:
    child = os.fork()
    if child:
        if report is not None:
            os.close(report)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 1
    # A collection would copy all that the tests have imported.
    gc.disable()
    try:
        seen: list[Line] = []
        sys.settrace(_tracer({str(path) for path in rooms}, lambda line: at(line, seen)))
        step()
        sys.settrace(None)
        if report is not None:
            os.write(report, json.dumps(list(dict.fromkeys(seen))).encode())
        status = 0
    finally:
        # Nothing of pytest may run here.
        os._exit(status)


def _tracer(files: set[str], at: Callable[[Line], None]) -> Callable[[FrameType, str, Any], Any]:
    def trace(frame: FrameType, event: str, _arg: Any) -> Any:
        if frame.f_code.co_filename not in files:
            return None
        if event == "line":
            at((Path(frame.f_code.co_filename).name, frame.f_lineno))
        return trace

    return trace
