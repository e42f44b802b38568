"""Which server program is run, on which port, and what is known of a server that is not there."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from producers.servers.embedded import HOST, ServerFile, embedded_url, process_started, server_file
from worker.desk import server


def program(folder: Path, name: str, answer: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{answer}'\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_a_redis_server_on_the_path_is_run(on_path: Path) -> None:
    redis = program(on_path, "redis-server", "Redis server v=7.0.15 sha=0:0 malloc=libc bits=64")
    assert server.find_program() == server.Program(redis)


def test_a_server_older_than_version_7_is_passed_over_and_that_is_told(on_path: Path) -> None:
    program(on_path, "redis-server", "Redis server v=6.2.14 sha=0:0")
    valkey = program(on_path, "valkey-server", "Valkey server v=8.1.0 sha=0:0")
    found = server.find_program()
    assert found.path == valkey
    assert [s for s in found.skipped if "redis-server" in s and "version is 6" in s]


def test_a_program_that_cannot_be_run_is_passed_over(on_path: Path) -> None:
    (on_path / "redis-server").write_bytes(b"\x00not a program")
    (on_path / "redis-server").chmod(0o755)
    found = server.find_program()
    assert found.path.parent != on_path
    assert "cannot be run" in found.skipped[0]


def test_without_a_server_on_the_path_the_bundled_one_is_run(on_path: Path) -> None:
    found = server.find_program()
    assert found.path.name == "valkey-server"
    assert found.path.parent != on_path


def test_the_program_that_wrote_the_data_is_run_again_though_another_came_onto_the_path(
    on_path: Path, tmp_path: Path
) -> None:
    program(on_path, "redis-server", "Redis server v=7.0.15")
    previous = program(tmp_path / "elsewhere", "valkey-server", "Valkey server v=9.1.2")
    assert server.find_program(str(previous)).path == previous


def test_a_program_that_wrote_the_data_and_is_gone_is_replaced(on_path: Path, tmp_path: Path) -> None:
    redis = program(on_path, "redis-server", "Redis server v=7.0.15")
    assert server.find_program(str(tmp_path / "gone" / "valkey-server")).path == redis


def test_the_same_port_is_taken_again_when_it_is_free() -> None:
    port = server.free_port()
    assert port in server.PORTS
    assert server.free_port(port) == port


def test_a_port_on_which_a_stranger_listens_is_not_taken() -> None:
    with socket.socket() as stranger:
        stranger.bind((HOST, server.free_port()))
        stranger.listen()
        port = stranger.getsockname()[1]
        assert server.free_port(port) != port


def test_a_path_with_quotes_and_blanks_is_quoted_for_the_configuration() -> None:
    assert server._quoted('/da ta/"x"\\y') == '"/da ta/\\"x\\"\\\\y"'


def test_a_large_log_is_put_aside_and_a_small_one_is_kept(tmp_path: Path) -> None:
    large, small = tmp_path / "large.log", tmp_path / "small.log"
    large.write_bytes(b"x" * (server.LARGE_LOG_BYTES + 1))
    small.write_bytes(b"x")
    for log in (large, small, tmp_path / "absent.log"):
        server.put_aside(log)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["large.log.1", "small.log"]


def test_a_note_about_another_process_with_the_same_pid_gives_no_url(tmp_path: Path) -> None:
    server_file(tmp_path).parent.mkdir()
    pid = os.getpid()
    ServerFile(port=21000, password="secret", pid=pid, started="another day").write(tmp_path)
    assert embedded_url(tmp_path) is None
    ServerFile(port=21000, password="secret", pid=pid, started=process_started(pid) or "").write(tmp_path)
    assert embedded_url(tmp_path) == "redis://:secret@127.0.0.1:21000/0"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"port": 1}', '{"port": 1, "password": "x", "colour": "red"}'])
def test_a_note_that_cannot_be_used_gives_no_url(tmp_path: Path, text: str) -> None:
    server_file(tmp_path).parent.mkdir()
    server_file(tmp_path).write_text(text)
    assert embedded_url(tmp_path) is None


def test_the_note_about_the_server_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    server_file(tmp_path).parent.mkdir()
    ServerFile(port=1, password="secret").write(tmp_path)
    assert server_file(tmp_path).stat().st_mode & 0o777 == 0o600


def test_a_process_that_ended_but_was_not_waited_for_counts_as_gone() -> None:
    process = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    assert process_started(process.pid) is not None
    process.terminate()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert process_started(process.pid) is None
    process.communicate()
    assert process_started(process.pid) is None
