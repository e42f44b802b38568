"""Unit tests are quick enough to run while working: they load no model, start no server and no browser."""

import os
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any

import pytest

#: Modules that a unit test must not import and programs that it must not start, except to ask for their --version.
HEAVY = {"torch", "transformers", "playwright", "redis-server", "valkey-server", "initdb", "pg_ctl", "postgres"}

_is_guarded = False


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Fail the unit test that imports or starts something of HEAVY: a hook for Python's audit events."""
    if not _is_guarded:
        return
    if event == "import":
        names = {arguments[0]}
    elif event == "subprocess.Popen" and "--version" not in arguments[1]:
        names = {PurePath(os.fsdecode(word)).name for word in arguments[1]}
    else:
        return
    for name in HEAVY & names:
        pytest.fail(f"a unit test loads or starts {name}: move the test to tests/integration")


sys.addaudithook(_refuse)


@contextmanager
def _guarded() -> Iterator[None]:
    global _is_guarded
    _is_guarded = True
    try:
        yield
    finally:
        _is_guarded = False


# pytest calls the hooks of this file for what lies in its folder only. A teardown is not guarded: the last test of a
# whole run may be a unit test, and stops the servers of all the others.
@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    with _guarded():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    with _guarded():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    with _guarded():
        return (yield)
