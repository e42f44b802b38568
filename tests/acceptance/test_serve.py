"""The pages as a user starts them: with a desk, and beside one."""

import contextlib
import html
import json
import resource
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.desks import WIREDESK, Desk, Folders, running, until, wiredesk
from tests.rig import NO_MODEL
from tests.servers import free_port

SCHEMATHESIS = WIREDESK.with_name("schemathesis")
TOKEN = "the-token-of-these-tests"
#: Connections that say nothing.
SILENT = 1_000
SETTINGS = """
web_port = {port}
web_token = "{token}"

[profiles.morning]
keywords = ["harbour"]
"""


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def desk(port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folders = Folders(tmp_path_factory.mktemp("desk"))
    (folders.root / "wiredesk.toml").write_text(SETTINGS.format(port=port, token=TOKEN), encoding="utf-8")
    with running(folders, "--workers", "1", "--serve", **NO_MODEL) as desk:
        desk.wait_for(f"The reading room: http://127.0.0.1:{port}/")
        until(lambda: page(port, "/healthz"), "the pages answer")
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

    until(lambda: all(f"<td>{role}</td>" in page(port, "/desk") for role in roles), "all roles are seen")


def test_a_desk_serves_the_profiles_of_its_settings(desk: Desk, port: int) -> None:
    until(lambda: "No edition yet" in page(port, "/profiles/morning/"), "the profile has a page")

    assert page(port, "/profiles/evening/") == ""


def test_no_request_breaks_the_interface_and_no_accepted_article_is_lost(desk: Desk, port: int, tmp_path: Path) -> None:
    url, report = f"http://127.0.0.1:{port}", tmp_path / "requests.har"
    # Of a text nothing but emptiness is wrong, so what schemathesis takes for bad Markdown is good.
    flags = ["--exclude-checks", "negative_data_rejection", "--report", "har", "--report-har-path", report]
    flags += ["--generation-deterministic", "--max-examples", "15", "--no-color"]

    fuzzed = subprocess.run(
        [SCHEMATHESIS, "run", f"{url}/openapi.json", "--header", f"Authorization: Bearer {TOKEN}", *flags],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert fuzzed.returncode == 0, fuzzed.stdout + fuzzed.stderr
    answers = [entry["response"] for entry in json.loads(report.read_bytes())["log"]["entries"]]
    accepted = {name for one in answers if one["status"] == 202 for name in json.loads(one["content"]["text"])["ids"]}
    assert len(accepted) > 20
    until(lambda: "<dd>0</dd>" in page(port, "/desk").partition("raw articles in the journal")[2][:20], "settled")
    standings = {json.loads(page(port, f"/articles/{name}"))["standing"] for name in accepted}
    assert standings <= {"stored", "failed"}


def test_pages_beside_a_desk_end_well_when_they_are_asked_to(desk: Desk) -> None:
    port = free_port()
    process = subprocess.Popen(
        [WIREDESK, "serve", "--port", str(port), "--data", desk.folders.data], stdout=subprocess.PIPE, text=True
    )
    try:
        until(lambda: "raw articles in the journal" in page(port, "/desk"), "the desk page is there")
    finally:
        process.terminate()
        output, _ = process.communicate(timeout=60)

    assert process.returncode == 0
    assert f"http://127.0.0.1:{port}/" in output
    token = desk.folders.data / "web-token"
    assert token.stat().st_mode & 0o777 == 0o600
    assert len(token.read_text()) == 32


def test_a_reader_beside_a_thousand_silent_connections_is_answered_within_a_second(desk: Desk, port: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(4 * SILENT, hard)), hard))
    try:
        with contextlib.ExitStack() as stack:
            for _ in range(SILENT):
                stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            started = time.monotonic()
            answers = [page(port, path) for path in ("/", "/healthz", "/readyz")]
            seconds = time.monotonic() - started
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert all(answers)
    assert seconds < len(answers)


def test_a_server_with_few_open_files_goes_on_beside_more_connections_than_that(desk: Desk) -> None:
    port, limit = free_port(), 64
    command = ["sh", "-c", f'ulimit -n {limit} && exec "$@"', "sh"]
    process = subprocess.Popen(
        [*command, WIREDESK, "serve", "--port", str(port), "--data", desk.folders.data],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        until(lambda: page(port, "/healthz"), "the pages answer")
        with contextlib.ExitStack() as stack:
            for _ in range(4 * limit):
                stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            answers = [page(port, path) for path in ("/", "/desk", "/healthz", "/readyz")]
    finally:
        process.terminate()
        output, _ = process.communicate(timeout=60)

    assert all(answers)
    assert (process.returncode, "Too many open files" in output) == (0, False)


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

    assert (done.returncode, "give --serve or --once, not both" in done.stderr) == (1, True)
    assert not (tmp_path / "data").exists()


def test_a_data_folder_without_a_store_is_one_clear_sentence(tmp_path: Path) -> None:
    done = wiredesk("serve", "--data", tmp_path / "nowhere")

    assert (done.returncode, "There is no store" in done.stderr) == (1, True)
