"""Editions by mail, with real schedules in processes of their own, a real mail server, and kills between them."""

import json
import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.acceptance.desks import WIREDESK, until
from tests.integration.store.test_editions import digested
from tests.integration.store.test_outbox import ANNA, BERT, later, states
from tests.rig import NO_MODEL
from tests.servers import free_port
from tests.sink import ACCEPTED, PASSWORD, USER, Sink, authenticator, kept, serving
from worker.edition import closing
from worker.store import Store, editions, outbox

#: For what no store has a part in. What becomes of the rows of a store, tests/integration/store says for both kinds.
on_one_store = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
PROFILE = f"""
[profiles.daily]
recipients = ["{ANNA}", "{BERT}"]
"""


@dataclass
class MailDesk:
    """The store, Redis and settings of a desk that mails its editions, and what its mail server has accepted."""

    store: Store
    folder: Path
    port: int
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def close_edition(self, *names: str) -> editions.Edition:
        """Close today's edition, with the digests `names`."""
        now = datetime.now(UTC)
        if names:
            digested(self.store, *names, made_at=now)
        return closing.close(self.store, profile="daily", timezone="UTC", date=now.date(), at=None)

    def schedule(self) -> subprocess.Popen[bytes]:
        """Start a schedule."""
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [WIREDESK, "schedule"], cwd=self.folder, env=self.environment, stdout=log, stderr=log
            )
        self.processes.append(process)
        return process

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [WIREDESK, *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )

    @contextmanager
    def server(self, answer: str = ACCEPTED) -> Iterator[None]:
        """Run the mail server, which gives `answer` to every whole message."""
        sink = Sink(self.folder / "mail", lambda command, _number: answer if command == "DATA" else ACCEPTED)
        options = {"authenticator": authenticator, "auth_required": True, "auth_require_tls": False}
        with serving(sink, self.port, **options):
            yield

    def arrived(self) -> Counter[str]:
        return Counter(message["X-Envelope"].split()[1] for message in kept(self.folder / "mail"))

    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")


@pytest.fixture
def desk(store: Store, store_url: str, redis_url: str, tmp_path: Path) -> Iterator[MailDesk]:
    port = free_port()
    (tmp_path / "wiredesk.toml").write_text(PROFILE, encoding="utf-8")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "wiredesk_smtp_password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    environment = {
        **os.environ,
        **NO_MODEL,
        "WIREDESK_REDIS_URL": redis_url,
        "WIREDESK_STORE_URL": store_url,
        "WIREDESK_DATA": str(tmp_path / "data"),
        "WIREDESK_SMTP_URL": f"smtp+plain://{USER}@127.0.0.1:{port}",
        "WIREDESK_MAIL_FROM": "The Desk <desk@news.example>",
        "WIREDESK_SECRETS": str(tmp_path / "secrets"),
    }
    made = MailDesk(store, tmp_path, port, environment)
    yield made
    for process in made.processes:
        process.kill()
        process.wait()


def test_two_schedules_at_once_send_each_reader_one_message(desk: MailDesk) -> None:
    desk.close_edition("a")
    with desk.server():
        desk.schedule()
        desk.schedule()
        until(lambda: set(states(desk.store).values()) == {"sent"}, "all is sent")
        for process in desk.processes:
            process.terminate()
        assert [process.wait(120) for process in desk.processes] == [0, 0]
    assert desk.arrived() == {ANNA: 1, BERT: 1}
    assert (desk.folder / "data" / "editions" / "latest.md").exists()


def test_a_schedule_that_is_killed_while_the_server_keeps_silent_leaves_a_row_that_says_so(desk: MailDesk) -> None:
    edition = desk.close_edition("a")

    # Given a server that has a whole message and does not answer, a schedule that is killed then,
    with desk.server(""):
        killed = desk.schedule()
        until(lambda: "sending" in states(desk.store).values() and begun(desk.store), "a message is under way")
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    later(desk.store, outbox.LEASE_SECONDS + 1)

    # when another goes on, then the other reader has his message, and nobody says that this one was sent.
    with desk.server():
        desk.schedule()
        until(lambda: sorted(states(desk.store).values()) == ["sent", "unknown"], "all but one is sent")
        assert desk.arrived() == {BERT: 1}
        listed = desk.command("edition", "list")
        assert f"unknown  {ANNA}: The process that was sending it ended" in listed.stdout
        assert "mail: 1 of 2 sent" in listed.stdout

        # It is sent again when a person says so, and not before; the other is never sent again.
        done = desk.command("edition", "send")
        assert (done.returncode, desk.arrived()) == (1, {BERT: 1})
        assert f"unknown  {ANNA}" in done.stdout
        done = desk.command("edition", "send", "--date", edition.date.isoformat(), "--resend", "--json")
        assert done.returncode == 0, done.stderr
        assert [one["state"] for one in json.loads(done.stdout)["mail"]] == ["sent", "sent"]
    assert desk.arrived() == {ANNA: 1, BERT: 1}


def begun(store: Store) -> bool:
    from worker.store.tables import outbox as table

    with store.reading() as connection:
        return any(row.begun for row in connection.execute(table.select()))


@on_one_store
def test_an_empty_edition_is_not_mailed_unless_the_profile_says_so(desk: MailDesk) -> None:
    desk.close_edition()
    with desk.server():
        desk.schedule()
        until(lambda: "edition_empty" in desk.log(), "the empty edition is noticed")
        assert "0 digests  daily  empty" in desk.command("edition", "list").stdout
        refused = desk.command("edition", "send", "--to", BERT)
        assert refused.returncode == 1
        assert "has no story; --empty sends it all the same" in refused.stderr
        done = desk.command("edition", "send", "--to", BERT, "--empty")
        assert done.returncode == 0, done.stderr
    assert desk.arrived() == {BERT: 1}


@on_one_store
def test_an_empty_edition_is_mailed_where_the_profile_says_so(desk: MailDesk) -> None:
    (desk.folder / "wiredesk.toml").write_text(f"{PROFILE}send_empty = true\n", encoding="utf-8")
    desk.close_edition()
    with desk.server():
        desk.schedule()
        until(lambda: set(states(desk.store).values()) == {"sent"}, "all is sent")
    assert desk.arrived() == {ANNA: 1, BERT: 1}


@on_one_store
def test_the_doctor_says_what_is_wrong_with_the_mail_server_and_never_the_password(desk: MailDesk) -> None:
    with desk.server():
        assert "accepts the login of desk" in found(desk.command("doctor", "--json"), "mail")
        (desk.folder / "secrets" / "wiredesk_smtp_password").write_text("opensesame", encoding="utf-8")
        wrong = desk.command("doctor", "--json")
    assert "refused the login of desk (535" in found(wrong, "mail")
    assert wrong.returncode == 1
    assert "opensesame" not in wrong.stdout + wrong.stderr


@on_one_store
def test_send_says_what_is_wrong_with_the_mail_server_and_never_the_password(desk: MailDesk) -> None:
    desk.close_edition("a")
    with desk.server():
        (desk.folder / "secrets" / "wiredesk_smtp_password").write_text("opensesame", encoding="utf-8")
        done = desk.command("edition", "send")
        assert done.returncode == 1
        assert f"waiting  {ANNA}: The mail server 127.0.0.1:{desk.port} refused the login" in done.stdout
        shown = desk.command("config").stdout
        assert "WIREDESK_SMTP_PASSWORD" in shown
        assert "opensesame" not in shown + done.stdout + done.stderr
    assert desk.arrived() == {}
    # With the right one it goes out at once.
    (desk.folder / "secrets" / "wiredesk_smtp_password").write_text(PASSWORD, encoding="utf-8")
    with desk.server():
        assert desk.command("edition", "send").returncode == 0
    assert desk.arrived() == {ANNA: 1, BERT: 1}


def found(done: subprocess.CompletedProcess[str], part: str) -> str:
    findings = [json.loads(line) for line in done.stdout.splitlines()]
    return str(next(one["finding"] for one in findings if one["part"] == part))


@on_one_store
def test_sending_without_a_mail_server_says_which_settings_are_missing(desk: MailDesk) -> None:
    desk.close_edition("a")
    del desk.environment["WIREDESK_SMTP_URL"], desk.environment["WIREDESK_MAIL_FROM"]
    done = desk.command("edition", "send")
    assert done.returncode == 1
    assert "set WIREDESK_SMTP_URL and WIREDESK_MAIL_FROM" in done.stderr
