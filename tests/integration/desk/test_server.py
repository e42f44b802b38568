"""The embedded server as a real process: what it keeps, what it survives, and whom it obeys."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from producers.servers.embedded import HOST, ServerFile, embedded_url, server_file
from tests.rig import until
from worker.desk import server
from worker.process.parent import DESK_PID

STAYS = (
    "import sys; from pathlib import Path; from worker.desk import server; "
    "from worker.process.parent import die_with_desk; "
)
BECOME = STAYS + "die_with_desk(server.signal.SIGTERM); server.serve(Path(sys.argv[1]), 64)"
WATCH = STAYS + "server.serve(Path(sys.argv[1]), 64, become=False)"


class Started:
    """A server process for one data folder, and whatever was started for it before."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.processes: list[subprocess.Popen[bytes]] = []

    def __call__(self, code: str = BECOME) -> redis.Redis:
        before = ServerFile.read(self.data)
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(self.data)], env={**os.environ, DESK_PID: str(os.getpid())}
        )
        self.processes.append(process)
        url = server.wait_ready(self.data, before, lambda: process.poll() is None)
        return redis.Redis.from_url(url)

    def end(self, signum: int = signal.SIGTERM) -> int:
        self.processes[-1].send_signal(signum)
        return self.processes[-1].wait(60)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Started]:
    started = Started(tmp_path / 'a "data" folder')
    yield started
    for process in started.processes:
        process.kill()
        process.communicate()
    server.stop_leftover(started.data)


def test_it_asks_for_its_password_and_listens_on_loopback_only(start: Started) -> None:
    with start() as client:
        assert client.config_get("bind") == {"bind": HOST}
        port = client.connection_pool.connection_kwargs["port"]
    with redis.Redis(host=HOST, port=port) as stranger, pytest.raises(redis.exceptions.AuthenticationError):
        stranger.ping()


def test_its_password_is_in_no_command_line_and_its_files_are_readable_by_their_owner_only(start: Started) -> None:
    with start():
        noted = ServerFile.read(start.data)
        assert noted is not None
        assert noted.password.encode() not in Path(f"/proc/{noted.pid}/cmdline").read_bytes()
    folder = server_file(start.data).parent
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {p.name for p in folder.iterdir() if p.is_file() and p.stat().st_mode & 0o077} == set()


def test_it_refuses_writes_at_its_memory_limit_and_evicts_nothing(start: Started) -> None:
    with start() as client:
        assert client.info("memory")["maxmemory"] == 64 << 20
        client.set("kept", "1")
        with pytest.raises(redis.exceptions.OutOfMemoryError):
            fill(client)
        assert client.get("large 0") is not None
        assert client.get("kept") == b"1"


def test_what_it_acknowledged_survives_sigterm_and_sigkill_and_its_port_and_password_stay(start: Started) -> None:
    urls = []
    for n, signum in enumerate([signal.SIGTERM, signal.SIGKILL, signal.SIGTERM]):
        with start() as client:
            assert client.dbsize() == n
            client.set(f"key {n}", "kept")
            urls.append(embedded_url(start.data))
        start.end(signum)
        assert embedded_url(start.data) is None
    assert len(set(urls)) == 1


def test_it_moves_to_another_port_when_a_stranger_took_its_own(start: Started) -> None:
    with start() as client:
        client.set("key", "kept")
    start.end()
    before = ServerFile.read(start.data)
    assert before is not None
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind((HOST, before.port))
        stranger.listen()
        with start() as client:
            assert client.get("key") == b"kept"
    after = ServerFile.read(start.data)
    assert after is not None
    assert after.port != before.port
    assert after.password == before.password


def test_a_server_that_a_killed_desk_left_behind_is_stopped_before_another_starts(start: Started) -> None:
    orphaned = BECOME.replace("die_with_desk(server.signal.SIGTERM); ", "")
    with start(orphaned) as client:
        client.set("key", "kept")
    left = start.processes[-1]
    with start() as client:
        assert left.wait(60) == 0
        assert client.get("key") == b"kept"


def test_a_left_over_server_that_ignores_sigterm_is_killed(start: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    with start():
        pass
    left = start.processes[-1]
    left.send_signal(signal.SIGSTOP)
    monkeypatch.setattr(server, "LEFTOVER_SECONDS", 0.5)
    server.stop_leftover(start.data)
    assert left.wait(60) == -signal.SIGKILL


def test_a_process_that_merely_has_the_noted_pid_is_left_alone(start: Started) -> None:
    with start():
        pass
    start.end()
    noted = ServerFile.read(start.data)
    assert noted is not None
    with subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE) as bystander:
        ServerFile(noted.port, noted.password, bystander.pid, noted.started).write(start.data)
        server.stop_leftover(start.data)
        assert bystander.poll() is None


def test_half_a_command_at_the_end_of_its_file_does_not_keep_it_from_starting(start: Started) -> None:
    with start() as client:
        client.set("whole", "kept")
        client.set("half", "x" * 100)
    start.end(signal.SIGKILL)
    (written,) = server_file(start.data).parent.glob("appendonlydir/*.incr.aof")
    os.truncate(written, written.stat().st_size - 20)
    with start() as client:
        assert client.get("whole") == b"kept"
        assert client.get("half") is None


def test_it_is_ready_only_when_it_has_loaded_its_data(start: Started) -> None:
    with start() as client:
        pipe = client.pipeline(transaction=False)
        for n in range(50_000):
            pipe.set(f"key {n}", "x" * 100)
        pipe.execute()
    start.end(signal.SIGKILL)
    with start() as client:
        assert client.dbsize() == 50_000


def test_a_server_that_cannot_start_is_reported_with_the_end_of_its_log(start: Started) -> None:
    with start() as client:
        client.set("key", "x" * 1000)
        client.set("key", "y" * 1000)
    start.end()
    (written,) = server_file(start.data).parent.glob("appendonlydir/*.incr.aof")
    whole = written.read_bytes()
    written.write_bytes(whole[:200] + b"garbage" + whole[207:600] + b"garbage" + whole[1300:])
    with pytest.raises(server.ServerError, match=r"server\.log ends: .*AOF"):
        start()


def test_it_ends_with_the_process_that_started_it(start: Started) -> None:
    desk = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"""
import os, subprocess, sys
from worker.process.parent import DESK_PID
subprocess.Popen([sys.executable, "-c", {BECOME!r}, sys.argv[1]], env={{**os.environ, DESK_PID: str(os.getpid())}})
sys.stdin.read()
""",
            str(start.data),
        ],
        stdin=subprocess.PIPE,
    )
    start.processes.append(desk)
    server.wait_ready(start.data, None, lambda: desk.poll() is None)
    noted = ServerFile.read(start.data)
    assert noted is not None
    start.end(signal.SIGKILL)
    wait_until_gone(noted)


def test_a_process_that_stays_beside_its_server_passes_sigterm_on(start: Started) -> None:
    with start(WATCH) as client:
        client.set("key", "kept")
    noted = ServerFile.read(start.data)
    assert noted is not None
    assert noted.pid != start.processes[-1].pid
    assert start.end() == 0
    wait_until_gone(noted)


def fill(client: redis.Redis) -> None:
    for n in range(100):
        client.set(f"large {n}", b"x" * (1 << 20))


def wait_until_gone(noted: ServerFile) -> None:
    until(lambda: not noted.alive, f"process {noted.pid} is gone")
