"""The file of decisions: what a restored store must not forget."""

import json
from pathlib import Path

import pytest

from producers.article import UNKNOWN, Status
from tests.integration.store.test_items import TEXT, items_of, states, version
from worker.items.ruling import Decider
from worker.schedule.withdrawn import apply_decisions, file_decisions
from worker.store import Store, by_hand, connect, migrate, releasing, sqlite_url
from worker.store.articles import take_in


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "withdrawn.jsonl"


@pytest.fixture
def restored(tmp_path: Path) -> Store:
    """A store of the backup, which has none of what came later."""
    store = connect(sqlite_url(tmp_path / "restored.db"))
    migrate(store)
    return store


def test_every_decision_is_filed_once(store: Store, file: Path) -> None:
    take_in(store, [version("a"), version("k", 2, "", status=Status.CANCELED, note="It is false.")])
    assert (file_decisions(file, store), file_decisions(file, store)) == (1, 0)
    by_hand.withdraw(store, "a", "A person asked.")
    take_in(store, [version("b", 1, TEXT + " It is long.", "urn:x:2", embargo=UNKNOWN)])
    assert file_decisions(file, store) == 1
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(line["act"], line["note"]) for line in lines] == [("kill", "It is false."), ("hold", None)]
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_restored_store_forgets_no_kill_and_no_release(store: Store, restored: Store, file: Path) -> None:
    take_in(restored, [version("a"), version("b", 1, "Another report of the ferry.", "urn:x:2", embargo=UNKNOWN)])
    take_in(store, [version("a"), version("b", 1, "Another report of the ferry.", "urn:x:2", embargo=UNKNOWN)])
    take_in(store, [version("k", 2, "", status=Status.CANCELED)])
    item = items_of(store, "b")
    releasing.release(store, item, releasing.arrival(store, item), Decider.PERSON)
    file_decisions(file, store)
    assert apply_decisions(file, restored) == 3
    assert states(restored) == {"a": "killed", "b": "ready"}
    assert apply_decisions(file, restored) == 0


def test_a_kill_holds_for_what_the_restored_store_has_yet_to_take_in(store: Store, restored: Store, file: Path) -> None:
    take_in(store, [version("a"), version("plain", 1, "The plain report of the ferry.", None)])
    take_in(store, [version("k", 2, "", status=Status.CANCELED)])
    by_hand.withdraw(store, "plain", "A person asked.")
    file_decisions(file, store)
    apply_decisions(file, restored)
    take_in(restored, [version("a"), version("plain", 1, "The plain report of the ferry.", None)])
    take_in(restored, [version("copy", 5, TEXT, None, source="web")])
    assert states(restored) == {"a": "killed", "plain": "killed", "copy": "held"}


def test_a_line_that_a_crash_has_cut_takes_no_other_with_it(store: Store, restored: Store, file: Path) -> None:
    file.write_text('{"item": "cut')
    take_in(store, [version("k", 2, "", status=Status.CANCELED)])
    file_decisions(file, store)
    assert apply_decisions(file, restored) == 1
    take_in(restored, [version("a")])
    assert states(restored) == {"a": "killed"}
