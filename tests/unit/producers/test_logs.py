"""Logs on a terminal and elsewhere: each event is one line, and trouble that passes brings no traceback."""

import io
import json
import logging
import re
import sys
from collections.abc import Iterator

import pytest
import structlog

from producers import logs


class Stream(io.StringIO):
    """Standard error, on a terminal or not."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.fixture(params=[True, False], ids=["terminal", "file"])
def stream(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stream]:
    """The stream to which a configured process logs."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = Stream(request.param)
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure()
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def fail() -> None:
    raise ConnectionError("Redis does not answer")


def test_an_event_is_one_line_and_on_a_terminal_one_for_a_person(stream: Stream) -> None:
    structlog.get_logger("watch").info("file_failed", path="a\x1b.txt", articles_failed=2, reason="It is empty.")

    (line,) = stream.getvalue().splitlines()
    if stream.terminal:
        assert re.fullmatch(r"\d\d:\d\d:\d\d file failed: a\\u001b\.txt, articles failed 2: It is empty\.", line)
    else:
        event = json.loads(line)
        assert (event["event"], event["path"], event["reason"]) == ("file_failed", "a\x1b.txt", "It is empty.")


def test_a_warning_says_its_level_and_its_error_and_brings_no_traceback(stream: Stream) -> None:
    try:
        fail()
    except ConnectionError:
        logging.getLogger("library").warning("The connection is lost:\nit is made again", exc_info=True)

    (line,) = stream.getvalue().splitlines()
    if stream.terminal:
        assert line[8:] == " warning: The connection is lost: it is made again: Redis does not answer"
    else:
        assert json.loads(line)["reason"] == "Redis does not answer"


def test_a_fault_keeps_its_traceback(stream: Stream) -> None:
    try:
        fail()
    except ConnectionError:
        structlog.get_logger("worker").exception("worker_start_failed")

    text = stream.getvalue() if stream.terminal else json.loads(stream.getvalue())["exception"]
    assert "in fail" in text
    assert text.rstrip().endswith("ConnectionError: Redis does not answer")
