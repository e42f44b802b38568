"""The pages as a user starts them: with a desk, and beside one."""

import html
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.desks import WIREDESK, Desk, Folders, running, until, wiredesk
from tests.servers import free_port

SETTINGS = """
web_port = {port}

[profiles.morning]
keywords = ["harbour"]
"""


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def desk(port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folders = Folders(tmp_path_factory.mktemp("desk"))
    (folders.root / "wiredesk.toml").write_text(SETTINGS.format(port=port), encoding="utf-8")
    with running(folders, "--workers", "1", "--serve") as desk:
        desk.wait_for(f"The reading room: http://127.0.0.1:{port}/")
        yield desk


def page(port: int, path: str) -> str:
    """Return a page, or nothing where nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return html.unescape(answer.read().decode())
    except OSError:
        return ""


def test_a_desk_shows_every_process_of_its_own_on_its_page(desk: Desk, port: int) -> None:
    roles = ("ingest", "summarize", "schedule", "watch", "serve")

    until(lambda: all(f"<td>{role}</td>" in page(port, "/desk") for role in roles), "all roles are seen", 60)

    token = desk.folders.data / "web-token"
    assert token.stat().st_mode & 0o777 == 0o600
    assert len(token.read_text()) == 32


def test_a_desk_serves_the_profiles_of_its_settings(desk: Desk, port: int) -> None:
    until(lambda: "No edition yet" in page(port, "/profiles/morning/"), "the profile has a page", 60)

    assert page(port, "/profiles/evening/") == ""


def test_pages_beside_a_desk_end_well_when_they_are_asked_to(desk: Desk) -> None:
    port = free_port()
    process = subprocess.Popen(
        [WIREDESK, "serve", "--port", str(port), "--data", desk.folders.data], stdout=subprocess.PIPE, text=True
    )
    try:
        until(lambda: "raw articles in the journal" in page(port, "/desk"), "the desk page is there", 60)
    finally:
        process.terminate()
        output, _ = process.communicate(timeout=20)

    assert process.returncode == 0
    assert f"http://127.0.0.1:{port}/" in output


@pytest.mark.parametrize("command", [["serve"], ["up", "--serve", "--no-inbox"]], ids=" ".join)
def test_a_port_that_is_taken_is_one_clear_sentence(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "wiredesk.db").touch()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = wiredesk(*command, "--data", tmp_path, WIREDESK_WEB_PORT=str(taken.getsockname()[1]))

    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "choose another by WIREDESK_WEB_HOST and WIREDESK_WEB_PORT" in done.stderr


def test_a_desk_that_ends_by_itself_serves_no_pages(tmp_path: Path) -> None:
    done = wiredesk("up", "--once", "--serve", "--data", tmp_path / "data", "--inbox", tmp_path / "inbox")

    assert (done.returncode, "leave out --serve" in done.stderr) == (1, True)
    assert not (tmp_path / "data").exists()


def test_a_data_folder_without_a_store_is_one_clear_sentence(tmp_path: Path) -> None:
    done = wiredesk("serve", "--data", tmp_path / "nowhere")

    assert (done.returncode, "There is no store" in done.stderr) == (1, True)
