"""Redis Sentinel: a desk finds the primary, and a failover loses no article that was acknowledged."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

import tests.sentinel
from producers.errors import ConfigurationError, RetryableError
from producers.journal import Standing
from producers.push import Queue, push_all
from producers.redis_client import connect
from tests import rig
from tests.articles import raw
from tests.rig import until
from tests.sentinel import Group
from tests.servers import free_port
from worker.store import sqlite_url


@pytest.fixture
def group(tmp_path: Path) -> Iterator[Group]:
    with tests.sentinel.group(tmp_path) as running:
        yield running


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

    assert group.failed_over
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


def test_sentinels_that_do_not_answer_are_named_in_a_sentence_without_the_inside_of_a_library() -> None:
    url = f"sentinel://127.0.0.1:{free_port()},127.0.0.1:{free_port()}/0?master=news"
    queue = Queue.connect(url)
    for ask in (queue.journal.pending, queue.wake_summarizers):
        with pytest.raises(RetryableError) as waits:
            ask()
        assert str(waits.value) == (
            "No sentinel answers with a primary called 'news': look whether the sentinels run, and whether their "
            "addresses, their password and the name of the primary in WIREDESK_REDIS_URL are right."
        )
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
