"""`wiredesk serve`, as a user starts it: beside a running desk whose processes its page shows."""

import html
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.desks import WIREDESK, Desk, Folders, running, until, wiredesk
from tests.servers import free_port


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with running(Folders(tmp_path_factory.mktemp("desk")), "--workers", "1") as desk:
        desk.wait_for("The desk is up")
        yield desk


def test_the_desk_page_shows_every_process_of_a_running_desk(desk: Desk) -> None:
    port = free_port()
    process = subprocess.Popen(
        [WIREDESK, "serve", "--port", str(port), "--data", desk.folders.data], stdout=subprocess.PIPE, text=True
    )

    def page() -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/desk", timeout=10) as answer:
                return html.unescape(answer.read().decode())
        except OSError:
            return ""

    try:
        roles = ("ingest", "summarize", "schedule", "watch")
        until(lambda: all(f"<td>{role}</td>" in page() for role in roles), "all roles are seen", 60)
        token = desk.folders.data / "web-token"
        assert token.stat().st_mode & 0o777 == 0o600
        assert len(token.read_text()) == 32
    finally:
        process.terminate()
        output, _ = process.communicate(timeout=20)
    assert process.returncode in (0, -15)
    assert f"http://127.0.0.1:{port}/" in output


def test_a_port_that_is_taken_is_one_clear_sentence(desk: Desk) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = wiredesk("serve", "--port", taken.getsockname()[1], "--data", desk.folders.data)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "choose another by --host and --port" in done.stderr


def test_a_data_folder_without_a_store_is_one_clear_sentence(tmp_path: Path) -> None:
    done = wiredesk("serve", "--data", tmp_path / "nowhere")
    assert (done.returncode, "There is no store" in done.stderr) == (1, True)
