"""A sender that dies before any line of a delivery, on both stores: one message, or none and a row that says so.

As in tests/integration/test_crashes.py a child process is killed before one line of our code, then the schedule goes
on; and so for each line that a delivery comes to. The mail server is a process of its own, and keeps what it accepts.
"""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

import worker
from tests.crashes import Line, dies_before, lines
from tests.integration.store.test_editions import at, close
from tests.integration.store.test_outbox import ANNA, BERT, MONDAY, later, states
from tests.servers import free_port
from tests.sink import kept
from worker.addresses import Sender, mailbox
from worker.mail.post import send_due
from worker.mail.server import Server, server
from worker.store import Store, connect, outbox
from worker.store.tables import outbox as table

# Two hundred processes, one after the other.
pytestmark = pytest.mark.timeout(900)

#: The rooms whose lines are stepped through.
ROOMS = [
    Path(worker.__file__).with_name("store") / "outbox.py",
    Path(worker.__file__).with_name("mail") / "message.py",
    Path(worker.__file__).with_name("mail") / "post.py",
    Path(worker.__file__).with_name("mail") / "smtp.py",
]
SENDER = Sender(mailbox=mailbox("The Desk <desk@news.example>"))


class Post:
    """A store and a mail server, and what a crash leaves of a delivery."""

    def __init__(self, store: Store, store_url: str, to: Server, folder: Path) -> None:
        self.store = store
        self.folder = folder
        self._url = store_url
        self._to = to
        self._days = 0

    def close_edition(self) -> None:
        """Close the edition of the next day, so that it is to be delivered; forget those before."""
        self._days += 1
        with self.store.writing() as connection:
            connection.execute(sa.delete(table))
        # In the past: an edition that lies in the future is not sent.
        day = MONDAY - timedelta(days=1_000 - self._days)
        close(self.store, day, at(day))

    def step(self) -> Callable[[], object]:
        """Return the whole of a delivery, as a process of its own does it."""
        return lambda: self._deliver(connect(self._url))

    def goes_on(self) -> None:
        """Do what the schedules do in the next days."""
        for _ in range(3):
            self._deliver(self.store)
            later(self.store, outbox.LEASE_SECONDS + 1)

    def resend(self) -> None:
        """Do what a person does who knows that a message has not come."""
        newest = max(outbox.deliveries(self.store))
        outbox.send_now(self.store, newest, [ANNA, BERT], resend=True)
        self._deliver(self.store)

    def _deliver(self, store: Store) -> None:
        for edition, _, _ in outbox.unqueued(store):
            outbox.queue(store, edition, [ANNA, BERT])
        send_due(store, self._to, SENDER)

    def arrived(self) -> Counter[str]:
        """Return how many messages came to each recipient since the last call."""
        found = Counter(message["X-Envelope"].split()[1] for message in kept(self.folder))
        for path in self.folder.glob("*.eml"):
            path.unlink()
        return found


@pytest.fixture
def post(store: Store, store_url: str, tmp_path: Path) -> Iterator[Post]:
    port = free_port()
    command = [sys.executable, "-m", "tests.sink", str(tmp_path / "mail"), str(port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield Post(store, store_url, server(f"smtp+plain://127.0.0.1:{port}"), tmp_path / "mail")
        process.communicate()


def steps(post: Post) -> list[Line]:
    post.close_edition()
    found = lines(post.step(), ROOMS)
    assert post.arrived() == {ANNA: 1, BERT: 1}
    assert {file for file, _ in found} == {room.name for room in ROOMS}
    assert len(found) > 100
    return found


def test_each_recipient_has_one_message_or_none_and_an_unknown_row(post: Post) -> None:
    unknown: list[Line] = []
    for line in steps(post):
        post.close_edition()
        dies_before(line, post.step(), ROOMS)
        post.goes_on()
        arrived, rows = post.arrived(), states(post.store)
        for reader in (ANNA, BERT):
            assert arrived[reader] <= 1, f"killed before {line}: twice"
            assert rows[reader] in ("sent", "unknown"), f"killed before {line}: {rows[reader]}"
            assert arrived[reader] == 1 or rows[reader] == "unknown", f"killed before {line}: lost without a word"
        if "unknown" in rows.values():
            unknown.append(line)
            # Only a person sends it again; and only that one.
            post.goes_on()
            assert post.arrived() == {}
            sure = {reader for reader, state in rows.items() if state == "sent"}
            post.resend()
            assert set(post.arrived()) == {ANNA, BERT} - sure, f"killed before {line}"
            assert states(post.store) == {ANNA: "sent", BERT: "sent"}
    # Between the mark on the disk and the server's answer, and nowhere else.
    assert {file for file, _ in unknown} <= {"smtp.py", "post.py", "outbox.py"}
    assert 0 < len(unknown) < 40
