"""Keeping a lease: renewed while the work goes on, and an end to a process that hangs."""

import os
import time
from datetime import datetime

import pytest
import sqlalchemy as sa

from tests.articles import incoming
from worker.queue import lease_keeper as keeper
from worker.store import Store, connect, leases
from worker.store.articles import take_in
from worker.store.tables import articles


@pytest.fixture
def token(store: Store) -> str:
    """The token of a batch that was leased just now."""
    take_in(store, [incoming("a"), incoming("b")])
    return leases.lease(store).token


def lease_until(store: Store) -> datetime:
    with store.reading() as connection:
        until = connection.scalar(sa.select(sa.func.min(articles.c.lease_until)))
    assert isinstance(until, datetime)
    return until


def test_a_lease_is_renewed_as_long_as_the_batch_takes(
    store: Store, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "RENEW_SECONDS", 0.02)
    before = lease_until(store)
    with keeper.renewing(store, token):
        deadline = time.monotonic() + 60
        while lease_until(store) == before and time.monotonic() < deadline:
            time.sleep(0.02)
        assert lease_until(store) > before


def test_a_process_whose_batch_outlives_its_limit_ends_itself(store_url: str, store: Store, token: str) -> None:
    child = os.fork()
    if not child:
        try:
            with keeper.renewing(connect(store_url), token, limit=0.3):
                time.sleep(60)
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == keeper.EXIT_HUNG


def test_a_store_that_is_away_ends_no_batch(store: Store, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "RENEW_SECONDS", 0.01)
    away = connect("sqlite:////nonexistent/folder/wiredesk.db")
    with keeper.renewing(away, token):
        time.sleep(0.2)
    away.close()
    assert leases.renew(store, token) == 2
