"""What is due is sent, once, whatever the mail server says, and whoever else sends."""

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.integration.mail.test_crashes import SENDER
from tests.integration.store.test_editions import at, close, digested
from tests.integration.store.test_outbox import ANNA, BERT, MONDAY, later, queued, row, states
from tests.servers import free_port
from tests.sink import ACCEPTED, Sink, kept, serving
from worker.mail.message import message_id
from worker.mail.post import send_due
from worker.mail.server import Server, server
from worker.store import Store, connect, outbox


@contextmanager
def scripted(folder: Path, script: Callable[[str, int], str] = lambda _command, _number: ACCEPTED) -> Iterator[Server]:
    """Run a mail server that answers as `script` says and keeps what it accepts in `folder`."""
    port = free_port()
    with serving(Sink(folder, script), port):
        yield replace(server(f"smtp+plain://127.0.0.1:{port}"), answer_seconds=60, accept_seconds=60)


def arrived(folder: Path) -> Counter[str]:
    return Counter(message["X-Envelope"].split()[1] for message in kept(folder))


def test_each_reader_has_a_message_of_his_own_with_the_editions_identity(store: Store, tmp_path: Path) -> None:
    queued(store, ANNA, BERT)
    with scripted(tmp_path / "mail") as to:
        assert send_due(store, to, SENDER) == 2
        assert send_due(store, to, SENDER) == 0
    messages = kept(tmp_path / "mail")
    assert [message["To"] for message in messages] == [ANNA, BERT]
    assert [message["Message-ID"] for message in messages] == [
        message_id(row(store, reader).key, SENDER) for reader in (ANNA, BERT)
    ]
    assert states(store) == {ANNA: "sent", BERT: "sent"}


def test_a_server_that_says_later_has_the_message_once_it_takes_it(store: Store, tmp_path: Path) -> None:
    queued(store, ANNA, BERT)

    def script(command: str, number: int) -> str:
        return "451 4.7.1 greylisted" if (command, number) in (("RCPT", 0), ("DATA", 1)) else ACCEPTED

    with scripted(tmp_path / "mail", script) as to:
        assert send_due(store, to, SENDER) == 1
        assert (row(store).state, states(store)[BERT]) == ("waiting", "sent")
        assert "451 4.7.1 greylisted" in str(row(store).reason)
        assert send_due(store, to, SENDER) == 0
        for _ in range(2):
            later(store, 3600)
            send_due(store, to, SENDER)
    assert arrived(tmp_path / "mail") == {ANNA: 1, BERT: 1}
    assert row(store).attempts == 3


def test_a_server_that_says_never_is_not_asked_again(store: Store, tmp_path: Path) -> None:
    queued(store, ANNA, BERT)

    def script(command: str, number: int) -> str:
        return "550 5.1.1 no such reader" if (command, number) == ("RCPT", 0) else ACCEPTED

    with scripted(tmp_path / "mail", script) as to:
        assert send_due(store, to, SENDER) == 1
        later(store, 24 * 3600)
        assert send_due(store, to, SENDER) == 0
    assert states(store) == {ANNA: "failed", BERT: "sent"}
    assert "550 5.1.1 no such reader" in str(row(store).reason)
    assert arrived(tmp_path / "mail") == {BERT: 1}


def test_a_server_that_never_answers_leaves_the_message_unknown_and_the_others_waiting(
    store: Store, tmp_path: Path
) -> None:
    queued(store, ANNA, BERT)
    with scripted(
        tmp_path / "mail", lambda command, number: "" if (command, number) == ("DATA", 0) else ACCEPTED
    ) as to:
        assert send_due(store, replace(to, accept_seconds=1), SENDER) == 0
        assert states(store) == {ANNA: "unknown", BERT: "waiting"}
        later(store, 24 * 3600)
        assert send_due(store, to, SENDER) == 1
    assert states(store) == {ANNA: "unknown", BERT: "sent"}
    assert "did not answer" in str(row(store).reason)


def test_a_server_that_is_away_is_tried_once_for_all(store: Store) -> None:
    queued(store, ANNA, BERT)
    nobody = server(f"smtp+plain://127.0.0.1:{free_port()}")
    assert send_due(store, nobody, SENDER) == 0
    assert [row(store, reader).attempts for reader in (ANNA, BERT)] == [1, 0]
    assert outbox.take(store) is None


def test_a_message_that_cannot_be_made_keeps_no_other(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued(store, "no address", ANNA)
    with scripted(tmp_path / "mail") as to:
        assert send_due(store, to, SENDER) == 1
    assert states(store) == {"no address": "waiting", ANNA: "sent"}
    assert "cannot be made" in str(row(store, "no address").reason)


def test_who_is_asked_to_stop_begins_no_further_message(store: Store, tmp_path: Path) -> None:
    queued(store, ANNA, BERT)
    with scripted(tmp_path / "mail") as to:
        assert send_due(store, to, SENDER, stop=lambda: len(kept(tmp_path / "mail")) == 1) == 1
    assert states(store) == {ANNA: "sent", BERT: "waiting"}


def test_a_revision_answers_the_message_before_it(store: Store, tmp_path: Path) -> None:
    queued(store, ANNA)
    with scripted(tmp_path / "mail") as to:
        send_due(store, to, SENDER)
        digested(store, "a", made_at=at(MONDAY, 8))
        outbox.queue(store, close(store, MONDAY, at(MONDAY, 9)).id, [ANNA])
        send_due(store, to, SENDER)
    first, second = kept(tmp_path / "mail")
    assert second["References"] == second["In-Reply-To"] == first["Message-ID"]
    assert second["Message-ID"] != first["Message-ID"]


def test_an_edition_is_late_in_its_subject_an_hour_after_its_close(store: Store, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    queued(store, ANNA)
    outbox.queue(store, close(store, now.date(), now).id, [BERT])
    with scripted(tmp_path / "mail") as to:
        send_due(store, to, SENDER)
    late = {message["To"]: message["Subject"].startswith("Late: ") for message in kept(tmp_path / "mail")}
    assert late == {ANNA: True, BERT: False}


def _sender(store_url: str, port: int, ready: "multiprocessing.synchronize.Barrier") -> None:
    store = connect(store_url)
    ready.wait(120)
    for _ in range(3):
        send_due(store, server(f"smtp+plain://127.0.0.1:{port}"), SENDER)
    store.close()


def test_four_senders_at_once_send_each_message_once(store: Store, store_url: str, tmp_path: Path) -> None:
    readers = [f"reader{n}@example.org" for n in range(24)]
    queued(store, *readers)
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Barrier(4)
    with scripted(tmp_path / "mail") as to:
        processes = [spawn.Process(target=_sender, args=(store_url, to.port, ready)) for _ in range(4)]
        for process in processes:
            process.start()
        for process in processes:
            process.join(120)
            assert process.exitcode == 0
    assert arrived(tmp_path / "mail") == dict.fromkeys(readers, 1)
    assert set(states(store).values()) == {"sent"}
