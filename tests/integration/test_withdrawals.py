"""A kill of a printed story that dies before any line, on both stores: all of it or nothing.

As in tests/integration/test_crashes.py a child process is killed before one line of our code. Then the kill comes again
and the schedule ticks: no edition, file or message has the story, and its readers have one notice.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

import worker
from tests.crashes import dies_before, lines
from tests.integration.store.test_editions import at, close, headlines
from tests.integration.store.test_outbox import ANNA, BERT
from tests.integration.store.test_withdrawals import MONDAY, files, kill, put, texts
from worker.edition.document import Notice
from worker.pipeline import deliver_edition
from worker.schedule.closings import clear_files, deliver_pending
from worker.schedule.mailing import queue_pending
from worker.settings import WorkerSettings
from worker.store import Store, connect, editions, outbox
from worker.store.tables import outbox as table

pytestmark = pytest.mark.timeout(600)

#: The rooms whose lines are stepped through.
ROOMS = [
    Path(worker.__file__).with_name("store") / "revisions.py",
    Path(worker.__file__).with_name("edition") / "revising.py",
    Path(worker.__file__).with_name("schedule") / "mailing.py",
]


class Desk:
    """A store with a printed story each time anew, its files and its readers."""

    def __init__(self, store: Store, store_url: str, folder: Path) -> None:
        self.store = store
        self.settings = WorkerSettings(data=folder, timezone="UTC")
        self._url = store_url
        self._number = 0

    def print_story(self) -> str:
        """Print a new story, with one that stays, in an edition of its own; send it to ANNA, not yet to BERT."""
        self._number += 1
        name = f"gone{self._number}x"
        day = MONDAY - timedelta(days=1_000 - self._number)
        put(self.store, name, at(day, 5))
        put(self.store, f"kept{self._number}", at(day, 6))
        edition = close(self.store, day, at(day))
        deliver_edition(self.store, edition, self.settings.editions)
        outbox.queue(self.store, edition.id, [ANNA])
        letter = outbox.take(self.store)
        assert letter is not None
        assert outbox.begin(self.store, letter.token)
        outbox.accepted(self.store, letter.token)
        self.add_waiting(edition.id)
        return name

    def add_waiting(self, edition: int) -> None:
        with self.store.writing() as connection:
            row = connection.execute(sa.select(table).where(table.c.edition_id == edition)).one()
            waiting = {**row._mapping, "key": f"bert-{edition}", "recipient": BERT, "state": "waiting", "begun": False}
            connection.execute(sa.insert(table).values(waiting))

    def kills(self, name: str) -> Callable[[], object]:
        """Return a kill and the tick that follows, as a process of its own does them."""

        def step() -> None:
            store = connect(self._url)
            kill(store, name)
            self.tick(store)

        return step

    def tick(self, store: Store) -> None:
        deliver_pending(self.settings, store)
        clear_files(self.settings, store)
        queue_pending(self.settings, store)

    def sent(self) -> list[tuple[str, bool]]:
        """Send what waits; return to whom, and whether it is a notice."""
        letters = []
        while (letter := outbox.take(self.store)) is not None:
            assert outbox.begin(self.store, letter.token)
            outbox.accepted(self.store, letter.token)
            letters.append((letter.recipient, isinstance(letter.content, Notice)))
            assert f"Headline of gone{self._number}x" not in str(letter.content)
        return sorted(letters)


def test_a_kill_that_dies_before_any_line_takes_the_story_out_once_it_is_done_again(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    desk = Desk(store, store_url, tmp_path)
    crashes = lines(desk.kills(desk.print_story()), ROOMS)
    assert {file for file, _ in crashes} == {room.name for room in ROOMS}
    desk.sent()
    for line in crashes:
        name = desk.print_story()
        dies_before(line, desk.kills(name), ROOMS)
        stored = editions.listed(store)[0]
        is_there = f"Headline of {name}" in texts(store)
        assert is_there is (f"Headline of {name}" in str(headlines(stored))), f"killed before {line}: half of it"
        kill(store, name)
        desk.tick(store)
        assert desk.sent() == [(ANNA, True), (BERT, False)], f"killed before {line}"
        assert f"Headline of {name}" not in texts(store), f"killed before {line}"
        for file, content in files(desk.settings).items():
            assert f"Headline of {name}" not in content, f"killed before {line}: {file}"
