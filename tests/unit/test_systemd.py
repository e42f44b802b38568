"""The systemd units: each runs a command that exists, writes its heartbeat, and may finish its work."""

import configparser
import re
from pathlib import Path

import pytest

from producers.processes import LIMITS
from tests.unit.test_docs import COMMANDS, leaves
from worker.queue.lease_keeper import BATCH_SECONDS
from worker.queue.tasks import INGEST_SECONDS

FOLDER = Path(__file__).parent.parent.parent / "deploy" / "systemd"
ROLES = {path.name.removeprefix("wiredesk-").split("@")[0].split(".")[0]: path for path in FOLDER.glob("*.service")}


def service(role: str) -> configparser.SectionProxy:
    """Return the section [Service] of the unit of `role`."""
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str
    unit.read(ROLES[role], encoding="utf-8")
    return unit["Service"]


def test_there_is_a_unit_for_every_role() -> None:
    assert set(ROLES) == set(LIMITS)


@pytest.mark.parametrize("role", LIMITS)
def test_a_unit_runs_the_command_of_its_role_as_a_user_of_its_own(role: str) -> None:
    program, *command = service(role)["ExecStart"].split()

    assert program == "/opt/wiredesk/bin/wiredesk"
    assert role in command
    assert f"wiredesk {' '.join(command)}".startswith(tuple(leaves(COMMANDS)))
    assert service(role)["User"] == "wiredesk"


@pytest.mark.parametrize("role", LIMITS)
def test_a_unit_writes_its_heartbeat_into_a_folder_of_its_own(role: str) -> None:
    folder = service(role)["RuntimeDirectory"]

    assert service(role)["Environment"] == f"WIREDESK_HEARTBEAT=%t/{folder}"
    assert ("%i" in folder) == ("@" in ROLES[role].name)


def test_a_unit_may_take_longer_to_stop_than_its_longest_work() -> None:
    assert int(service("summarize")["TimeoutStopSec"]) > BATCH_SECONDS + 30
    assert int(service("ingest")["TimeoutStopSec"]) > INGEST_SECONDS + 15


@pytest.mark.parametrize("role", LIMITS)
def test_a_unit_starts_again_whatever_ended_it(role: str) -> None:
    assert service(role)["Restart"] == "always"


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_no_unit_holds_a_secret_that_somebody_might_leave_in_use(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert set(re.findall(r"://[^\s@/]*:([^\s@]+)@", text) + re.findall(r"PASSWORD=(\S+)", text)) <= {"PASSWORD"}
