"""Redis as people have it: users with few rights, renamed commands, cluster mode, replicas."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from producers.errors import ConfigurationError
from producers.journal import Journal
from producers.push import Queue
from producers.redis_client import QueueFullError, QueueUnavailableError, connect
from tests.articles import raw
from tests.rig import until
from tests.servers import free_port, redis_server


@pytest.fixture
def replica(redis_url: str, tmp_path: Path) -> Iterator[redis.Redis]:
    """A client of a replica of the session's server that has all its data; the replica can be written to by no one."""
    primary = redis.Redis.from_url(redis_url)
    port = int(redis_url.rpartition(":")[2].partition("/")[0])
    primary.config_set("repl-diskless-sync-delay", 0)
    with redis_server(free_port(), tmp_path, options=["--replicaof", "127.0.0.1", str(port)]) as url:
        client = redis.Redis.from_url(url)
        until(lambda: primary.info("replication").get("slave0", {}).get("state") == "online", "the replica is online")
        yield client
        client.close()
    until(lambda: primary.info("replication")["connected_slaves"] == 0, "the replica is gone")
    primary.close()


def user_url(redis_url: str, *rights: str) -> str:
    """Return the URL of `redis_url` for a new user with `rights` (acl rules)."""
    with redis.Redis.from_url(redis_url) as admin:
        admin.execute_command("ACL", "SETUSER", "desk", "reset", "on", ">secret", *rights)
    return redis_url.replace("redis://", "redis://desk:secret@")


@pytest.mark.parametrize("rights", [["~wiredesk:*", "+@all", "-@dangerous"], ["~wiredesk:*", "+@all", "-info"]])
def test_a_user_who_may_not_ask_for_info_pushes(redis_url: str, rights: list[str]) -> None:
    queue = Queue.connect(user_url(redis_url, *rights))

    queue.push([raw("Rain is expected.")])

    assert queue.journal.pending() == 1
    queue.close()


def test_a_server_whose_info_is_renamed_takes_articles_and_still_says_that_its_memory_is_full(tmp_path: Path) -> None:
    with redis_server(free_port(), tmp_path, options=["--rename-command", "INFO", ""]) as url:
        queue = Queue.connect(url)
        queue.push([raw("Rain is expected.")])
        queue.journal.redis.config_set("maxmemory", 1)

        with pytest.raises(QueueFullError, match="memory limit"):
            queue.push([raw("More rain.")])

        queue.close()


@pytest.mark.parametrize(
    ("rights", "advice"),
    [
        (["~wiredesk:*", "+@all", "-hlen"], r"'hlen'.*: allow it with ACL SETUSER NAME \+hlen;"),
        (["~elsewhere:*", "+@all"], r": allow the desk's keys with ACL SETUSER NAME ~wiredesk:\*;"),
    ],
)
def test_a_missing_right_is_named_with_what_to_allow(redis_url: str, rights: list[str], advice: str) -> None:
    journal = Journal(connect(user_url(redis_url, *rights)))

    with pytest.raises(ConfigurationError, match=advice) as refused:
        journal.pending()

    assert "password" not in str(refused.value)


@pytest.mark.parametrize("rights", [["~wiredesk:*", "+@all", "-hset"], ["~wiredesk:journal", "+@all"]])
def test_a_right_that_only_a_script_lacks_is_a_missing_right_too(redis_url: str, rights: list[str]) -> None:
    journal = Journal(connect(user_url(redis_url, *rights)))

    with pytest.raises(ConfigurationError, match=r"ACL SETUSER NAME.*docs/scaling\.md"):
        journal.admit([raw("Rain is expected.")])


def test_a_wrong_password_is_still_the_logins(redis_url: str) -> None:
    journal = Journal(connect(user_url(redis_url, "+@all").replace("secret", "wrong")))

    with pytest.raises(ConfigurationError, match="check the user and password"):
        journal.pending()


@pytest.mark.parametrize("slots", [True, False])
def test_cluster_mode_is_refused_in_one_sentence(tmp_path: Path, slots: bool) -> None:
    with redis_server(free_port(), tmp_path, options=["--cluster-enabled", "yes"]) as url:
        journal = Journal(connect(url))
        if slots:
            journal.redis.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
            until(lambda: b"cluster_state:ok" in journal.redis.execute_command("CLUSTER", "INFO"), "it serves")

        with pytest.raises(ConfigurationError, match="This Redis is in cluster mode"):
            journal.check_server()
        with pytest.raises(ConfigurationError, match="This Redis is in cluster mode"):
            journal.admit([raw("Rain is expected.")])


def test_an_unknown_database_is_refused_in_one_sentence(redis_url: str) -> None:
    journal = Journal(connect(redis_url.replace("/0", "/99")))

    with pytest.raises(
        ConfigurationError, match=r"no database of the number in WIREDESK_REDIS_URL: end the URL with /0"
    ):
        journal.check_server()


def test_a_read_only_replica_is_waited_for_and_named(replica: redis.Redis) -> None:
    with pytest.raises(QueueUnavailableError, match="read-only replica: set WIREDESK_REDIS_URL to the primary"):
        Journal(replica).admit([raw("Rain is expected.")])


def test_a_push_returns_when_a_replica_has_the_article(journal: Journal, replica: redis.Redis) -> None:
    for number in range(20):
        journal.admit([raw(f"Article {number}.")])
        assert replica.hlen("wiredesk:journal") == number + 1


def test_a_push_that_no_replica_acknowledges_is_refused_in_time_and_may_be_repeated(
    journal: Journal, replica: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("producers.journal.REPLICA_SECONDS", 0.2)
    pushed = raw("Rain is expected.")
    process = replica.info("server")["process_id"]
    os.kill(process, signal.SIGSTOP)
    try:
        with pytest.raises(QueueUnavailableError, match="None of Redis' 1 replicas has acknowledged"):
            journal.admit([pushed])
    finally:
        os.kill(process, signal.SIGCONT)

    until(lambda: replica.hlen("wiredesk:journal") == 1, "the replica has the article")
    journal.admit([pushed])
    assert journal.pending() == 1


@pytest.mark.parametrize("option", ["foo=bar", "ssl_ca_cert=x"])
def test_an_option_that_no_connection_has_is_refused_before_anything_connects(option: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^The Redis URL has an option that is not known") as caught:
        connect(f"redis://:secret@localhost:1/0?{option}")
    assert f"(one of: {option.partition('=')[0]})" in str(caught.value)
    assert "secret" not in str(caught.value)
