"""A desk whose users of Redis and PostgreSQL have the rights that docs/scaling.md gives them, and no others."""

import re
import subprocess
import time
from pathlib import Path

import psycopg
import pytest
import redis
import sqlalchemy as sa

from producers.journal import Standing
from producers.push import Queue
from tests import rig
from tests.articles import raw
from tests.rig import WIREDESK, until
from worker.store import connect, sqlite_url
from worker.store.contents import counts

DOCUMENT = Path(__file__).parents[2] / "docs" / "scaling.md"
#: Celery looks for messages that a dead worker held every 10 s (unacked_restore_interval in producers.push).
RESTORE_SECONDS = 12

#: Where redis-py says its name and version, and goes on if it may not. Redis 7.0 knows no such right.
NOT_NEEDED = {"client|setinfo"}


USER, STRANGER, PASSWORD = "rights", "stranger", "of-the-database"


#: What more a user could do: run programs, read and write files, become others, change the server.
BEYOND = [
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "COPY (SELECT 1) TO '/tmp/wiredesk-rights'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('/')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT rolpassword FROM pg_authid",
    "CREATE FUNCTION shell(cstring) RETURNS int LANGUAGE c AS 'libc.so.6', 'system'",
    "CREATE EXTENSION file_fdw",
    "CREATE ROLE another LOGIN",
    "CREATE DATABASE another",
    f"ALTER ROLE {USER} SUPERUSER",
    f"SET ROLE {STRANGER}",
    f"DROP DATABASE {STRANGER}",
    "ALTER SYSTEM SET log_statement = 'all'",
]


def statements(user: str) -> list[str]:
    """Return the statements in docs/scaling.md that make the user of PostgreSQL, for one of another name."""
    (block,) = re.findall(r"^```sql\n(.+?)```", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL)
    named = block.replace("wiredesk", user).replace("'PASSWORD'", f"'{PASSWORD}'")
    return [statement for statement in map(str.strip, named.split(";")) if statement]


@pytest.fixture(scope="module")
def database(postgres: str) -> str:
    """The URL by which the documented user reaches its database; beside it there is another user with one."""
    with psycopg.connect(postgres.replace("+psycopg", ""), autocommit=True) as admin:
        for user in (USER, STRANGER):
            admin.execute(f"DROP DATABASE IF EXISTS {user} WITH (FORCE)")
            admin.execute(f"DROP ROLE IF EXISTS {user}")
            for statement in statements(user):
                admin.execute(statement)
    url = sa.make_url(postgres).set(username=USER, password=PASSWORD, database=USER)
    return url.render_as_string(hide_password=False)


def test_a_desk_does_all_its_work_with_the_documented_user_of_postgresql(database: str, tmp_path: Path) -> None:
    environment = {**rig.settings("", database, tmp_path / "data"), "WIREDESK_INBOX": str(tmp_path / "inbox")}
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "news.txt").write_text("The harbour was closed for six hours on Sunday, an official said.")
    (inbox / "nothing.txt").write_text("")
    commands = [
        ["up", "--once", "--workers", "1"],
        ["failed", "drop", "--all"],
        ["edition", "build", "--force"],
        ["prune", "--days", "4"],
    ]
    for command in commands:
        done = subprocess.run([WIREDESK, *command], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stderr}"
    store = connect(database)
    assert counts(store).digested == 1
    store.close()


def test_the_documented_user_of_postgresql_can_do_no_more(database: str) -> None:
    with psycopg.connect(database.replace("+psycopg", ""), autocommit=True) as own:
        for statement in BEYOND:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                own.execute(statement)


def test_the_documented_user_of_postgresql_and_a_stranger_do_not_reach_each_others_database(database: str) -> None:
    others = sa.make_url(database.replace("+psycopg", ""))
    for url in (others.set(database=STRANGER), others.set(username=STRANGER)):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(url.render_as_string(hide_password=False))


def documented() -> list[str]:
    """Return the rules of the user in docs/scaling.md."""
    (rules,) = re.findall(r"^ACL SETUSER wiredesk on >PASSWORD ([^`]+)```", DOCUMENT.read_text(), re.MULTILINE)
    return rules.split()


def test_a_desk_does_all_its_work_with_the_documented_rights(redis_url: str, tmp_path: Path) -> None:
    admin = redis.Redis.from_url(redis_url)
    admin.execute_command("ACL", "SETUSER", "rights", "reset", "on", ">secret", *documented())
    admin.execute_command("ACL", "LOG", "RESET")
    url = redis_url.replace("redis://", "redis://rights:secret@")
    environment = rig.settings(url, sqlite_url(tmp_path / "wiredesk.db"), tmp_path)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    roles = {
        "ingest": ["worker", "ingest"],
        "summarize": ["worker", "summarize"],
        "schedule": ["schedule"],
        "watch": ["watch", str(inbox)],
    }
    queue = Queue.connect(url)
    with rig.processes(roles, environment, tmp_path) as running:
        until(lambda: rig.ready(tmp_path, "ingest"), "the worker is ready")
        began = time.monotonic()
        (inbox / "news.txt").write_text("The harbour was closed for six hours on Sunday, an official said.")
        raws = [
            raw(f"The ferry number {n} was late on Sunday, the harbour office said. Nobody was hurt.") for n in "ab"
        ]
        queue.push(raws)
        until(
            lambda: {one.standing for one in queue.outcomes([article.id for article in raws])} == {Standing.STORED},
            "the pushed articles are stored",
        )
        until(lambda: list((inbox / ".done").rglob("news.txt")), "the file is filed away")
        until(lambda: not digestless(environment), "every story has its digest")
        time.sleep(max(0.0, RESTORE_SECONDS - (time.monotonic() - began)))
        for process in running.values():
            process.terminate()
        assert {name: process.wait(60) for name, process in running.items()} == dict.fromkeys(roles, 0)
    queue.close()

    refused = {entry["object"] for entry in admin.acl_log()}
    admin.close()
    assert refused <= NOT_NEEDED


def digestless(environment: dict[str, str]) -> bool:
    """Return whether `wiredesk status` says that an article waits for its digest."""
    shown = subprocess.run([WIREDESK, "status"], env=environment, capture_output=True, text=True, check=True).stdout
    return " 0 wait for a digest" not in shown
