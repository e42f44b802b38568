"""The outbox: a message is taken by one sender, sent once, or not known to be sent."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.integration.store.test_editions import at, close, digested
from worker.store import Store, connect, outbox
from worker.store.contents import prune
from worker.store.outbox import Delivery, OutboxMessage
from worker.store.tables import editions
from worker.store.tables import outbox as table

MONDAY = date(2026, 11, 23)
ANNA, BERT = "anna@example.org", "bert@example.org"


def queued(store: Store, *recipients: str, day: date = MONDAY) -> int:
    """Close an edition, put it into the outbox and return its id."""
    edition = close(store, day, at(day))
    outbox.queue(store, edition.id, recipients)
    return edition.id


def taken(store: Store) -> OutboxMessage:
    letter = outbox.take(store)
    assert letter is not None
    return letter


def row(store: Store, recipient: str = ANNA) -> Delivery:
    """Return the last row of `recipient`."""
    return [one for rows in outbox.deliveries(store).values() for one in rows if one.recipient == recipient][-1]


def states(store: Store) -> dict[str, str]:
    return {one.recipient: one.state for rows in outbox.deliveries(store).values() for one in rows}


def later(store: Store, seconds: float) -> None:
    """Let everything in the outbox have happened `seconds` earlier."""
    with store.writing() as connection:
        for found in connection.execute(sa.select(table)).all():
            moments = {
                name: value - timedelta(seconds=seconds)
                for name in ("state_at", "queued_at", "due_at", "lease_until")
                if (value := getattr(found, name)) is not None
            }
            mine = table.c.edition_id == found.edition_id, table.c.recipient == found.recipient
            connection.execute(sa.update(table).where(*mine).values(**moments))


class TestQueue:
    """An edition stands in the outbox once, with a row for each recipient."""

    def test_each_recipient_has_one_row_however_often_it_is_queued(self, store: Store) -> None:
        edition = queued(store, ANNA, BERT, ANNA)
        outbox.queue(store, edition, [ANNA, BERT, "new@example.org"])
        assert states(store) == {ANNA: "waiting", BERT: "waiting"}
        assert outbox.unqueued(store) == []

    def test_an_edition_that_is_not_mailed_is_done_with(self, store: Store) -> None:
        edition = close(store, MONDAY, at(MONDAY))
        assert [one[0] for one in outbox.unqueued(store)] == [edition.id]
        queued(store)
        assert outbox.unqueued(store) == []
        assert states(store) == {}

    def test_a_key_is_that_of_the_edition_and_the_recipient(self, store: Store) -> None:
        queued(store, ANNA, BERT)
        queued(store, ANNA, day=MONDAY + timedelta(days=1))
        keys = [one.key for rows in outbox.deliveries(store).values() for one in rows]
        assert len(set(keys)) == 3

    def test_a_pruned_edition_takes_its_rows_with_it(self, store: Store) -> None:
        queued(store, ANNA)
        with store.writing() as connection:
            connection.execute(sa.update(editions).values(closed_at=datetime.now(UTC) - timedelta(days=30)))
        assert prune(store, 10)["editions"] == 1
        assert outbox.deliveries(store) == {}


class TestRevisions:
    """A reader gets another message on a day only for another content, and as an answer to the first."""

    def revise(self, store: Store, *names: str) -> int:
        if names:
            digested(store, *names, made_at=at(MONDAY, 8))
        edition = close(store, MONDAY, at(MONDAY, 9))
        outbox.queue(store, edition.id, [ANNA])
        return edition.id

    def test_one_with_the_same_stories_is_not_sent_again(self, store: Store) -> None:
        queued(store, ANNA)
        outbox.accepted(store, taken(store).token)
        self.revise(store)
        assert outbox.take(store) is None

    def test_it_is_compared_once_for_all_readers_while_others_write(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        readers = [f"{number}@example.org" for number in range(50)]
        queued(store, *readers)
        for _ in readers:
            outbox.accepted(store, taken(store).token)
        digested(store, "a", made_at=at(MONDAY, 8))
        edition = close(store, MONDAY, at(MONDAY, 9))
        read: list[str] = []
        statements: list[str] = []
        loads = json.loads

        def reading(document: str) -> object:
            read.append(document)
            with store.writing() as connection:
                connection.execute(sa.update(editions).values(delivered_at=at(MONDAY, 9)))
            return loads(document)

        monkeypatch.setattr(outbox.json, "loads", reading)  # type: ignore[attr-defined]
        sa.event.listen(store.engine, "before_cursor_execute", lambda *sent: statements.append(sent[2]))
        assert outbox.queue(store, edition.id, readers) == len(readers)
        assert len(read) == len(set(read)) == 2
        assert len(statements) < len(readers)

    def test_one_with_another_story_follows_the_message_before(self, store: Store) -> None:
        queued(store, ANNA)
        first = taken(store)
        outbox.accepted(store, first.token)
        self.revise(store, "a")
        second = taken(store)
        assert second.earlier == (first.key,)
        assert second.key != first.key

    def test_one_takes_the_place_of_what_still_waits(self, store: Store) -> None:
        queued(store, ANNA)
        edition = self.revise(store)
        letter = taken(store)
        assert letter.earlier == ()
        assert letter.content["edition"]["revision"] == 2
        assert list(outbox.deliveries(store)) == [edition]

    def test_one_is_sent_to_whom_the_earlier_one_could_not_be_sent(self, store: Store) -> None:
        queued(store, ANNA)
        outbox.refused(store, taken(store).token, "550 no")
        self.revise(store)
        assert taken(store).earlier == ()

    def test_one_that_is_queued_after_a_newer_one_is_not_sent(self, store: Store) -> None:
        first, second = close(store, MONDAY, at(MONDAY)), close(store, MONDAY, at(MONDAY, 9))
        outbox.queue(store, second.id, [ANNA])
        assert outbox.queue(store, first.id, [ANNA]) == 0
        assert list(outbox.deliveries(store)) == [second.id]


class TestTaking:
    """A row is taken by one, for the time of its lease."""

    def test_many_senders_take_each_message_once(self, store: Store, store_url: str) -> None:
        recipients = [f"reader{n}@example.org" for n in range(12)]
        queued(store, *recipients)

        def all_of(_sender: int) -> list[str]:
            own = connect(store_url)
            found = []
            while letter := outbox.take(own):
                found.append(letter.recipient)
            own.close()
            return found

        with ThreadPoolExecutor(4) as threads:
            found = [one for some in threads.map(all_of, range(4)) for one in some]
        assert sorted(found) == sorted(recipients)

    def test_what_a_dead_sender_had_not_begun_waits_again(self, store: Store) -> None:
        queued(store, ANNA)
        dead = taken(store)
        assert outbox.take(store) is None
        later(store, outbox.LEASE_SECONDS + 1)
        again = taken(store)
        assert again.key == dead.key
        # The dead one comes back, and finds that it may not send.
        assert not outbox.begin(store, dead.token)
        assert outbox.begin(store, again.token)

    def test_what_a_dead_sender_had_begun_is_unknown_and_not_taken_again(self, store: Store) -> None:
        queued(store, ANNA)
        assert outbox.begin(store, taken(store).token)
        later(store, outbox.LEASE_SECONDS + 1)
        assert outbox.take(store) is None
        assert row(store).state == "unknown"
        assert "ended, or hung" in str(row(store).reason)

    def test_a_sender_whose_lease_is_over_may_not_begin(self, store: Store) -> None:
        queued(store, ANNA)
        slow = taken(store)
        later(store, outbox.LEASE_SECONDS + 1)
        assert not outbox.begin(store, slow.token)

    @pytest.mark.parametrize(
        ("end", "state"), [(outbox.accepted, "sent"), (outbox.put_back, "waiting"), (outbox.refused, "failed")]
    )
    def test_a_slow_sender_may_still_say_what_became_of_an_unknown_one(
        self, store: Store, end: Callable[..., None], state: str
    ) -> None:
        queued(store, ANNA)
        slow = taken(store)
        outbox.begin(store, slow.token)
        later(store, outbox.LEASE_SECONDS + 1)
        outbox.take(store)
        end(store, slow.token, *([] if state == "sent" else ["said the server"]))
        assert row(store).state == state


class TestWaiting:
    """What was not accepted is tried again, longer and longer, and at last given up."""

    def test_the_pause_doubles_up_to_an_hour(self) -> None:
        assert [outbox.back_off(n) for n in (1, 2, 3, 6, 7, 100)] == [60, 120, 240, 1920, 3600, 3600]

    def test_a_message_that_is_put_back_is_due_after_its_pause(self, store: Store) -> None:
        queued(store, ANNA)
        outbox.put_back(store, taken(store).token, "451 later")
        assert (row(store).state, row(store).reason, row(store).attempts) == ("waiting", "451 later", 1)
        later(store, 55)
        assert outbox.take(store) is None
        later(store, 6)
        assert taken(store).recipient == ANNA

    def test_a_server_that_is_away_lets_all_wait(self, store: Store) -> None:
        queued(store, ANNA, BERT)
        outbox.put_all_back(store, taken(store).token, "away")
        assert outbox.take(store) is None
        later(store, 61)
        assert {taken(store).recipient, taken(store).recipient} == {ANNA, BERT}

    def test_after_two_days_it_has_failed(self, store: Store) -> None:
        queued(store, ANNA)
        later(store, 2 * 24 * 3600)
        outbox.put_back(store, taken(store).token, "451 later")
        assert (row(store).state, row(store).reason) == ("failed", "Given up after 2 days. At last: 451 later")


class TestSendNow:
    """A person sends what waits at once, and decides about what failed or is unknown."""

    def ended(self, store: Store, how: str) -> int:
        edition = queued(store, ANNA)
        letter = taken(store)
        outbox.begin(store, letter.token)
        end = {"sent": outbox.accepted, "failed": outbox.refused, "unknown": outbox.lost}.get(how)
        if end is not None:
            end(store, letter.token, *([] if how == "sent" else ["why"]))
        assert row(store).state == how
        return edition

    @pytest.mark.parametrize("state", ["failed", "unknown"])
    def test_what_failed_or_is_unknown_is_sent_again_only_when_asked(self, store: Store, state: str) -> None:
        edition = self.ended(store, state)
        key = row(store).key
        assert outbox.send_now(store, edition, [ANNA], resend=False) == 0
        assert row(store).state == state
        assert outbox.send_now(store, edition, [ANNA], resend=True) == 1
        assert taken(store).key == key

    @pytest.mark.parametrize("state", ["sent", "sending"])
    def test_what_was_sent_or_is_being_sent_is_never_touched(self, store: Store, state: str) -> None:
        edition = self.ended(store, state)
        assert outbox.send_now(store, edition, [ANNA], resend=True) == 0
        assert row(store).state == state

    def test_what_waits_need_wait_no_longer(self, store: Store) -> None:
        edition = queued(store, ANNA, BERT)
        outbox.put_all_back(store, taken(store).token, "away")
        assert outbox.send_now(store, edition, [ANNA, BERT], resend=False) == 2
        assert {taken(store).recipient, taken(store).recipient} == {ANNA, BERT}

    def test_who_has_no_row_gets_one(self, store: Store) -> None:
        edition = queued(store)
        assert outbox.send_now(store, edition, [ANNA], resend=False) == 1
        assert taken(store).recipient == ANNA

    def test_of_a_day_it_is_the_last_message_that_is_sent_again(self, store: Store) -> None:
        self.ended(store, "unknown")
        second = close(store, MONDAY, at(MONDAY, 9))
        outbox.queue(store, second.id, [ANNA])
        # The second revision tells nothing new, so the unknown message of the first is this day's.
        assert outbox.send_now(store, second.id, [ANNA], resend=True) == 1
        assert taken(store).content["edition"]["revision"] == 1
