"""Every command, as a user types it, against one running desk."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from uuid import UUID

import pytest

from producers.servers.embedded import process_started
from tests.acceptance.desks import WIREDESK, Desk, Folders, held, rows, running, until, wiredesk
from tests.feed_server import feed_server, item, rss
from tests.rig import NO_MODEL
from worker.edition.text import COLUMNS

WIRE = r"""Ferry company \'sorry\' after night at sea, minister says

OSTERBY, Nov 20 (NPA) - The ferry company Elmlinje apologised on Friday after 212 passengers spent a night at sea
because the harbour of Osterby could not be entered.

205/219

\"We should have turned back at noon,\" managing director Karin Holt told reporters at the quay. The transport minister
asked for a report by Monday.

Waves of six metres were measured outside the breakwater, the weather service said. Nobody was seriously hurt.

Read More:

Storm closes two bridges

Fishing fleet stays in port
"""
NEWS = "The library of Hollin opens on Sundays again from January, the town council decided on Thursday evening. {}."


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A running desk with an empty inbox."""
    allowed = {"WIREDESK_FEEDS_PRIVATE": '["127.0.0.1"]'}
    with running(Folders(tmp_path_factory.mktemp("desk")), "--workers", "1", **allowed) as desk:
        desk.wait_for("The desk is up")
        yield desk


def data(desk: Desk) -> tuple[str, Path]:
    return "--data", desk.folders.data


def states(desk: Desk) -> dict[str, str]:
    return {row["uri"]: row["state"] for row in rows("export", "articles", *data(desk))}


def test_a_pushed_file_is_stored_when_push_waits(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "library.txt"
    file.write_text(NEWS.format("It costs 40,000 a year"), encoding="utf-8")
    done = wiredesk("push", file, "--wait", *data(desk))
    assert (done.returncode, done.stdout) == (0, "1 article pushed, 1 stored, 0 failed.\n")
    assert "library.txt" in states(desk)


def test_json_lines_are_pushed_from_standard_input_and_a_bad_line_fails_alone(desk: Desk) -> None:
    lines = [
        json.dumps({"title": "Bridge", "text": NEWS.format("A bridge follows"), "url": "https://hollin.example/b"})
    ]
    done = subprocess.run(
        [WIREDESK, "push", "-", "--wait", "--json", *map(str, data(desk))],
        input="\n".join([*lines, "{broken"]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert sorted(json.loads(line)["standing"] for line in done.stdout.splitlines()) == ["failed", "stored"]


def test_a_file_that_is_not_there_is_one_clear_sentence(desk: Desk) -> None:
    done = wiredesk("push", "/nowhere/at-all.txt", *data(desk))
    assert (done.returncode, done.stderr) == (1, "wiredesk: There is no file /nowhere/at-all.txt; check the name.\n")


def test_a_failure_is_listed_shown_with_its_raw_article_retried_and_dropped(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "nothing.txt"
    file.write_text("\n\n", encoding="utf-8")
    assert wiredesk("push", file, "--wait", *data(desk)).returncode == 1
    (failure,) = [row for row in rows("failed", "list", "--json", *data(desk)) if row["uri"] == "nothing.txt"]
    UUID(failure["id"])
    assert failure["reason"]
    shown = json.loads(wiredesk("failed", "show", failure["id"][:12], "--json", *data(desk)).stdout)
    assert shown["raw"]["filename"] == "nothing.txt"
    assert wiredesk("failed", "retry", failure["id"], *data(desk)).stdout.startswith("1 of 1 ")
    until(
        lambda: [r for r in rows("failed", "list", "--json", *data(desk)) if r["failed_at"] > failure["failed_at"]],
        "the retry fails again",
    )
    assert wiredesk("failed", "drop", failure["id"], *data(desk)).stdout == "1 failure dropped.\n"
    assert "nothing.txt" not in states(desk)


def test_a_failure_that_is_not_there_is_one_clear_sentence(desk: Desk) -> None:
    done = wiredesk("failed", "show", "ffffffff", *data(desk))
    assert (done.returncode, done.stderr) == (1, "wiredesk: No failure has an id that begins with 'ffffffff'.\n")


def test_wire_copy_becomes_its_headline_dateline_and_a_summary_of_the_story_only(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "ferry.txt"
    file.write_text(WIRE, encoding="utf-8")
    assert wiredesk("push", file, "--wait", *data(desk)).returncode == 0
    until(lambda: not held(desk.folders).open_stories, "the digest is made")
    (article,) = [row for row in rows("export", "articles", *data(desk)) if row["uri"] == "ferry.txt"]
    assert article["state"] == "digested"
    (story,) = [row for row in rows("export", "stories", *data(desk)) if row["id"] == article["story_id"]]
    assert story["headline"] == "Ferry company 'sorry' after night at sea, minister says"
    assert article["dateline"] == "OSTERBY, Nov 20 (NPA)"
    assert "Elmlinje" in story["summary"]
    assert [noise for noise in ("205/219", "Read More", "Storm closes", "(NPA)") if noise in story["summary"]] == []


def test_the_edition_is_closed_by_force_shown_and_listed(desk: Desk) -> None:
    until(lambda: not held(desk.folders).open_stories, "all are digested")
    assert json.loads(wiredesk("status", "--json", *data(desk)).stdout)["open_stories"] == 0
    built = json.loads(wiredesk("edition", "build", "--force", "--json", *data(desk)).stdout)
    files = [Path(file) for file in built["files"]]
    assert [file.suffix for file in files if file.exists()].count(".html") == 2
    text = wiredesk("edition", "show", *data(desk)).stdout
    assert max(len(line) for line in text.splitlines() if "://" not in line) <= COLUMNS
    shown = wiredesk("edition", "show", "--markdown", *data(desk)).stdout
    assert shown.encode() == (desk.folders.data / "editions" / "latest.md").read_bytes()
    (listed,) = rows("edition", "list", "--json", *data(desk))[:1]
    assert listed["digests"] == built["edition"]["counts"]["digests"] > 0


def test_a_profile_has_editions_of_its_own(desk: Desk) -> None:
    sport = {"WIREDESK_PROFILES": json.dumps({"sport": {"keywords": ["the cup final"]}})}
    built = json.loads(
        wiredesk("edition", "build", "--force", "--profile", "sport", "--json", *data(desk), **sport).stdout
    )
    folder = desk.folders.data / "editions" / "sport"
    assert built["edition"]["profile"] == "sport"
    assert {Path(file).parent for file in built["files"]} == {folder, folder / built["edition"]["date"][:4]}
    assert (
        f"edition   sport: {built['edition']['date']}, revision 1, " in wiredesk("status", *data(desk), **sport).stdout
    )
    shown = wiredesk("edition", "show", "--profile", "sport", "--markdown", *data(desk)).stdout
    assert shown.encode() == (folder / "latest.md").read_bytes()
    assert {row["profile"] for row in rows("edition", "list", "--profile", "sport", "--json", *data(desk))} == {"sport"}
    refused = wiredesk("edition", "build", "--force", "--profile", "weekly", *data(desk), **sport)
    assert refused.returncode == 1
    assert "There is no profile 'weekly': name one of daily, sport" in refused.stderr


def test_status_tells_a_machine_and_a_person_the_same(desk: Desk) -> None:
    found = json.loads(wiredesk("status", "--json", *data(desk)).stdout)
    assert found["articles"]["all"] == len(states(desk))
    assert f"articles  {found['articles']['all']}" in wiredesk("status", *data(desk)).stdout


def test_a_worker_takes_no_module_from_the_folder_in_which_it_is_started(desk: Desk, tmp_path: Path) -> None:
    for name in ("worker", "producers", "email", "redis", "structlog"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('a module of somebody else')\n", encoding="utf-8")
    log = tmp_path / "log"
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [WIREDESK, "worker", "ingest", *data(desk)], cwd=tmp_path, stdout=output, stderr=output
        )
    try:
        until(lambda: "worker_ready" in log.read_text() or worker.poll() is not None, "the worker is ready")
        assert "worker_ready" in log.read_text()
    finally:
        worker.terminate()
        worker.wait(30)


@pytest.mark.parametrize("role", ["ingest", "summarize"])
def test_a_worker_started_by_hand_outlives_its_shell(desk: Desk, tmp_path: Path, role: str) -> None:
    log = tmp_path / "log"
    script = '"$0" "$@" >"$LOG" 2>&1 </dev/null & echo $!; read line'
    command = ["sh", "-c", script, *map(str, [WIREDESK, "worker", role, *data(desk)])]
    shell = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **NO_MODEL, "LOG": str(log)},
    )
    assert shell.stdout is not None
    pid = int(shell.stdout.readline())
    started = process_started(pid)
    try:
        until(lambda: log.exists() and "worker_ready" in log.read_text(), "the worker is ready")
        shell.communicate("\n")
        time.sleep(0.5)
        assert process_started(pid) == started
    finally:
        if process_started(pid) == started:
            os.kill(pid, signal.SIGKILL)


def test_the_version_is_that_of_the_package() -> None:
    assert wiredesk("--version").stdout == f"wiredesk {version('wiredesk')}\n"


def test_the_doctor_finds_a_running_desk_well(desk: Desk) -> None:
    done = wiredesk("doctor", "--data", desk.folders.data)
    assert done.returncode == 0, done.stdout
    assert [line.split()[1] for line in done.stdout.splitlines()] == [
        "redis", "store", "inbox", "data", "disk", "model", "clock", "stamps", "mail", "waits",
    ]  # fmt: skip


def test_the_doctor_says_what_to_do_if_a_desk_that_has_run_does_not(tmp_path: Path) -> None:
    (tmp_path / "wiredesk.db").touch()
    done = wiredesk("doctor", "--data", tmp_path, **NO_MODEL)
    assert done.returncode == 1
    assert re.search(r"BAD +redis .*start `wiredesk up --data .*` or set WIREDESK_REDIS_URL", done.stdout)


def test_the_doctor_says_what_to_do_where_redis_and_the_store_are_away(tmp_path: Path) -> None:
    away = {"WIREDESK_REDIS_URL": "redis://127.0.0.1:1/0", "WIREDESK_STORE_URL": "postgresql+psycopg://a@127.0.0.1:1/x"}
    done = wiredesk("doctor", "--data", tmp_path, **away, **NO_MODEL)
    said = {line.split()[1]: line for line in done.stdout.splitlines()}
    assert "look whether it runs and whether WIREDESK_REDIS_URL is right" in said["redis"]
    assert "check its server, its disk and WIREDESK_STORE_URL" in said["store"]


def test_no_command_tells_a_secret(desk: Desk) -> None:
    password = json.loads((desk.folders.data / "redis" / "server.json").read_text(encoding="utf-8"))["password"]
    secret = {"WIREDESK_REDIS_URL": "redis://:s3cr3t-redis@127.0.0.1:1/0", "WIREDESK_STORE_URL": "sqlite:///s3cr3t.db"}
    said = [wiredesk("config", **secret), wiredesk("config", "--json", **secret), wiredesk("status", *data(desk))]
    said.append(wiredesk("doctor", *data(desk), **NO_MODEL, WIREDESK_REDIS_URL=secret["WIREDESK_REDIS_URL"]))
    logs = [log.read_text(encoding="utf-8", errors="replace") for log in (desk.folders.data / "logs").iterdir()]
    told = "".join([one.stdout + one.stderr for one in said] + logs + [p.command for p in desk.family()])
    assert "s3cr3t" not in told
    assert password not in told


def test_config_tells_where_each_value_comes_from(tmp_path: Path) -> None:
    (tmp_path / "wiredesk.toml").write_text('timezone = "Europe/Oslo"\n', encoding="utf-8")
    (tmp_path / ".env").write_text("WIREDESK_EDITION_TIME=06:30\n", encoding="utf-8")
    done = subprocess.run(
        [WIREDESK, "config", "--json", "--data", "elsewhere"],
        cwd=tmp_path,
        env={**os.environ, "WIREDESK_SUMMARY_WORDS": "60"},
        capture_output=True,
        text=True,
        check=True,
    )
    found = {row["name"]: (row["value"], row["origin"]) for row in map(json.loads, done.stdout.splitlines())}
    assert found["data"] == ("elsewhere", "flag")
    assert found["summary_words"] == (60, "environment")
    assert found["edition_time"] == ("06:30", ".env")
    assert found["timezone"] == ("Europe/Oslo", "wiredesk.toml")
    assert found["engine"] == ("extractive", "default")


@pytest.mark.parametrize(
    ("name", "value"),
    [("WIREDESK_TIMEZONE", "Mars/Base"), ("WIREDESK_EDITION_TIME", "25:00"), ("WIREDESK_MAX_PENDING", "none")],
)
def test_a_wrong_setting_is_one_clear_sentence(name: str, value: str) -> None:
    done = wiredesk("config", **{name: value})
    assert done.returncode == 1
    assert done.stderr.startswith("wiredesk: ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('edtion_time = "06:30"', "'edtion_time', which is no setting"),
        ('WIREDESK_TIMEZONE = "Europe/Oslo"', "write names in lower case without WIREDESK_"),
        ('[profiles.a]\nlength = 3\nmail_from = "a@b.example"', "profiles.a.mail_from: there is no such field"),
        ('[profiles.a]\nrecipients = ["anna"]', "profiles.a.recipients.0: 'anna' is not one mail address"),
    ],
)
def test_a_line_of_the_settings_file_that_would_have_no_effect_is_refused(
    tmp_path: Path, lines: str, told: str
) -> None:
    (tmp_path / "wiredesk.toml").write_text(f"{lines}\n", encoding="utf-8")
    done = subprocess.run([WIREDESK, "config"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert told in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("WIREDESK_WEB_NAMES", "desk.example", 'it must be a list of names, such as ["desk.example"]'),
        ("WIREDESK_WEB_TOKEN", "short", "it needs 16 characters or more"),
        ("WIREDESK_SECRETS", "nosuch", "There is no folder nosuch"),
    ],
)
def test_a_wrong_variable_is_named_with_how_to_write_it(name: str, value: str, told: str) -> None:
    done = wiredesk("config", **{name: value})
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert name in done.stderr
    assert told in done.stderr


def test_clean_shows_each_removed_line_with_its_rule(tmp_path: Path) -> None:
    file = tmp_path / "ferry.txt"
    file.write_text(WIRE, encoding="utf-8")
    (found,) = rows("clean", file, "--json")
    assert found["title"] == "Ferry company 'sorry' after night at sea, minister says"
    assert {"205/219", "Storm closes two bridges"} <= {dropped["line"] for dropped in found["dropped"]}
    assert "205/219" in wiredesk("clean", file).stdout


def test_summarize_reads_json_lines_and_plain_text(tmp_path: Path) -> None:
    file = tmp_path / "some.jsonl"
    text = NEWS.format("It costs 40,000 a year")
    file.write_text(json.dumps({"id": "one", "title": "Library", "text": text}) + "\n", encoding="utf-8")
    (found,) = rows("summarize", file)
    assert (found["id"], found["headline"], found["engine"], found["supported"]) == (
        "one",
        "Library",
        "extractive",
        True,
    )
    assert found["summary"]
    done = subprocess.run([WIREDESK, "summarize"], input=text, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["summary"] == found["summary"]


def test_pruning_needs_to_be_told_how_much_to_keep(desk: Desk) -> None:
    done = wiredesk("prune", *data(desk))
    assert (done.returncode, "WIREDESK_KEEP_DAYS" in done.stderr) == (1, True)
    assert json.loads(wiredesk("prune", "--days", 30, "--json", *data(desk)).stdout)["articles"] == 0


@pytest.mark.parametrize("command", [("export", "articles"), ("status",), ("doctor",)])
def test_a_mistyped_data_folder_is_not_made(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = wiredesk(*command, "--data", tmp_path / "typo", **NO_MODEL)
    assert done.returncode == 1
    assert not (tmp_path / "typo").exists()


def test_a_watcher_refuses_an_inbox_that_holds_the_data_folder(tmp_path: Path) -> None:
    done = wiredesk("watch", tmp_path, "--data", tmp_path / "wiredesk-data")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "choose another by --data or WIREDESK_DATA" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_profile_is_told_apart_from_one_without_an_edition(desk: Desk) -> None:
    done = wiredesk("edition", "show", "--profile", "typo", *data(desk))
    assert (done.returncode, "There is no profile 'typo'" in done.stderr) == (1, True)


def test_one_pass_over_an_inbox_that_is_not_there_is_refused_and_makes_nothing(tmp_path: Path) -> None:
    done = wiredesk("up", "--once", "--inbox", tmp_path / "inbx", "--data", tmp_path / "data")

    assert done.returncode == 1
    assert f"There is no folder {tmp_path / 'inbx'}" in done.stderr
    assert not (tmp_path / "inbx").exists()


def test_a_watched_folder_and_none_are_not_asked_for_together(tmp_path: Path) -> None:
    done = wiredesk("up", "--once", "--inbox", tmp_path, "--no-inbox", "--data", tmp_path / "data")

    assert done.returncode == 1
    assert "give one of them" in done.stderr


def test_a_running_desk_polls_the_first_feed_that_is_added_and_stores_its_items_under_its_name(desk: Desk) -> None:
    with feed_server() as web:
        url = web.serve("/feed", rss(item("harbour", text=NEWS.format("The harbour stays shut"))))
        assert wiredesk("feeds", "add", url, "--name", "Courier", *data(desk)).returncode == 0

        until(lambda: "https://courier.example/harbour" in states(desk), "the item is stored")

        (article,) = [row for row in rows("export", "articles", *data(desk)) if row["source"] == "Courier"]
        assert article["title"] == "Council decides on harbour"
        assert len(desk.members("feeds")) == 1
