"""Withdrawals: what a source or a person takes back leaves every edition, its files and the mail, and nothing else."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from producers.article import Revision, Status
from tests import edition_schema
from tests.articles import digest, incoming
from tests.integration.store.test_editions import at, close, headlines
from tests.integration.store.test_outbox import ANNA, BERT, states
from worker.addresses import Sender, mailbox
from worker.edition.budget import Place
from worker.edition.document import Notice
from worker.edition.revising import revise
from worker.edition.view import day_name
from worker.mail.message import compose
from worker.pipeline import deliver_edition
from worker.schedule.closings import clear_files, deliver_pending
from worker.schedule.mailing import queue_pending
from worker.settings import WorkerSettings
from worker.store import Store, editions, leases, outbox
from worker.store.articles import take_in
from worker.store.contents import prune
from worker.store.editions import Edition
from worker.store.states import MessageState
from worker.store.tables import articles, digests, stories
from worker.store.tables import editions as table

MONDAY, TUESDAY, WEDNESDAY = (date(2026, 11, 23) + timedelta(days=n) for n in range(3))
SENDER = Sender(mailbox=mailbox("The Desk <desk@news.example>"))


def put(store: Store, name: str, made_at: datetime, number: int = 1, **fields: object) -> None:
    """Store the article `name`, its digest and, if its `item` is known already, what follows."""
    given = {"item": f"item-{name}", "revision": Revision(number=number), "publisher": f"Paper of {name}", **fields}
    take_in(store, [incoming(name, **given)], revise=revise)
    lease = leases.lease(store)
    leases.finish(store, lease.token, [digest(one.id) for one in lease.articles])
    with store.writing() as connection:
        connection.execute(sa.update(digests).where(digests.c.article_id == name).values(made_at=made_at))


def say(store: Store, name: str, number: int = 2, **fields: object) -> None:
    """Let the source of the article `name` say something newer of its item."""
    given = {"item": f"item-{name}", "revision": Revision(number=number), **fields}
    take_in(store, [incoming(f"{name}{number}", f"Word {number} on {name}.", **given)], revise=revise)


def kill(store: Store, name: str) -> None:
    say(store, name, status=Status.CANCELED)


def joined(store: Store, name: str, story: str) -> None:
    """Let `name` be a reprint in the story of `story`."""
    take_in(store, [incoming(name, item=f"item-{name}", uri=f"https://{name}.example/", publisher=f"Paper of {name}")])
    with store.writing() as connection:
        connection.execute(sa.delete(stories).where(stories.c.id == name))
        connection.execute(
            sa.update(articles)
            .where(articles.c.id == name)
            .values(story_id=story, state="reprint", containment=0.9, rule="near")
        )


def stored(store: Store) -> list[tuple[str, str, int]]:
    """Return profile, day and revision of every edition, oldest first; each must be what its schema says."""
    rows = editions.listed(store)
    for row in rows:
        edition_schema.check(row.document)
    return sorted((row.profile, row.date.isoformat(), row.revision) for row in rows)


def texts(store: Store) -> str:
    with store.reading() as connection:
        return "\n".join(connection.scalars(sa.select(table.c.document)))


def last(store: Store, day: date = MONDAY, profile: str = "daily") -> Edition:
    edition = editions.find(store, profile, day)
    assert edition is not None
    return edition


@pytest.fixture
def settings(tmp_path: Path) -> WorkerSettings:
    return WorkerSettings(data=tmp_path / "data", timezone="UTC")


def files(settings: WorkerSettings) -> dict[str, str]:
    root = settings.editions
    paths = (path for path in sorted(root.rglob("*")) if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(root)): path.read_text() for path in paths}


def test_a_kill_makes_a_revision_of_the_same_close_without_the_story(store: Store) -> None:
    put(store, "a", at(MONDAY, 5))
    put(store, "b", at(MONDAY, 6))
    before = close(store, MONDAY, at(MONDAY))
    closed = editions.last_closed(store, "daily")
    kill(store, "a")
    after = last(store)
    assert (after.revision, after.closed_at) == (2, before.closed_at)
    assert headlines(after) == ["Headline of b"]
    assert after.document["edition"]["counts"]["digests"] == 1
    places = [topic["summary"] for topic in after.document["topics"] if topic["place"] == Place.WITHDRAWN]
    day = day_name(datetime.now(UTC).date())
    assert places == [f"A story that stood here was withdrawn by its source on {day}"]
    assert editions.last_closed(store, "daily") == closed
    assert "Headline of a" not in texts(store)
    assert "Paper of a" not in texts(store)
    assert stored(store) == [("daily", "2026-11-23", 1), ("daily", "2026-11-23", 2)]


def test_a_story_of_three_editions_and_two_profiles_leaves_all_of_them(store: Store) -> None:
    for profile in ("daily", "evening"):
        editions.begin(store, profile)
    put(store, "a", at(MONDAY, 6))
    for profile in ("daily", "evening"):
        close(store, MONDAY, at(MONDAY), profile)
    put(store, "a-2", at(TUESDAY, 6), 2, item="item-a", body="This is the second report of a, with more.")
    close(store, TUESDAY, at(TUESDAY))
    assert headlines(last(store, TUESDAY)) == ["Headline of a-2"]
    assert last(store, TUESDAY).document["topics"][0]["digests"][0]["update"]
    say(store, "a", 3, status=Status.CANCELED)
    assert "Headline of" not in texts(store)
    assert "Paper of" not in texts(store)
    assert [row for row in stored(store) if row[2] == 2] == [
        ("daily", "2026-11-23", 2),
        ("daily", "2026-11-24", 2),
        ("evening", "2026-11-23", 2),
    ]


def test_all_stored_revisions_of_a_day_are_blanked_and_the_day_has_one_new_one(store: Store) -> None:
    put(store, "a", at(MONDAY, 4))
    close(store, MONDAY, at(MONDAY, 5))
    put(store, "b", at(MONDAY, 6))
    close(store, MONDAY, at(MONDAY))
    kill(store, "a")
    assert "Headline of a" not in texts(store)
    assert [row[2] for row in stored(store)] == [1, 2, 3]
    assert headlines(last(store)) == ["Headline of b"]


def test_a_reprint_that_is_withdrawn_leaves_the_line_of_other_outlets_only(store: Store) -> None:
    put(store, "a", at(MONDAY, 5))
    joined(store, "r", "a")
    before = close(store, MONDAY, at(MONDAY))
    assert len(before.document["topics"][0]["digests"][0]["sources"]) == 2
    kill(store, "r")
    after = last(store)
    assert after.revision == 2
    assert headlines(after) == ["Headline of a"]
    assert [source["article_id"] for source in after.document["topics"][0]["digests"][0]["sources"]] == ["a"]
    assert "Paper of r" not in texts(store)
    assert "r.example" not in texts(store)


def test_a_second_tick_or_a_repeated_kill_changes_nothing(store: Store) -> None:
    put(store, "a", at(MONDAY, 5))
    close(store, MONDAY, at(MONDAY))
    kill(store, "a")
    before = texts(store)
    kill(store, "a")
    say(store, "a", 3, status=Status.CANCELED)
    assert texts(store) == before


def test_a_later_revision_of_the_day_keeps_the_place_of_what_was_withdrawn(store: Store) -> None:
    put(store, "a", at(MONDAY, 3))
    close(store, MONDAY, at(MONDAY, 4))
    kill(store, "a")
    put(store, "b", at(MONDAY, 5))
    after = close(store, MONDAY, at(MONDAY))
    assert after.revision == 3
    assert [bool(topic["digests"]) for topic in after.document["topics"]] == [False, True]
    assert [gone["article_id"] for gone in after.document["withdrawn"]] == ["a"]


def test_what_was_withdrawn_and_is_usable_again_comes_in_the_next_edition_as_news(store: Store) -> None:
    put(store, "a", at(MONDAY, 5))
    close(store, MONDAY, at(MONDAY))
    say(store, "a", 2, status=Status.WITHHELD)
    assert headlines(last(store)) == []
    assert headlines(close(store, TUESDAY, at(TUESDAY))) == []
    put(store, "a-3", at(WEDNESDAY, 5), 3, item="item-a", body="This is what a says now, the third time.")
    after = close(store, WEDNESDAY, at(WEDNESDAY))
    assert headlines(after) == ["Headline of a-3"]
    assert not any(told["update"] for topic in after.document["topics"] for told in topic["digests"])


def test_an_edition_that_closes_while_its_story_is_killed_is_drafted_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "a", at(MONDAY, 5))
    joined(store, "r", "a")
    written, killed = editions.write, []

    def write(*args: object) -> object:
        if not killed:
            killed.append(True)
            kill(store, "r")
        return written(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(editions, "write", write)
    edition = close(store, MONDAY, at(MONDAY))
    assert [source["article_id"] for source in edition.document["topics"][0]["digests"][0]["sources"]] == ["a"]
    assert edition.revision == 1


class TestFiles:
    """The files of an edition, of every format it ever had."""

    def test_every_file_and_feed_is_written_again_without_the_story(
        self, store: Store, settings: WorkerSettings
    ) -> None:
        put(store, "a", at(MONDAY, 5))
        put(store, "b", at(MONDAY, 6))
        edition = close(store, MONDAY, at(MONDAY))
        deliver_edition(store, edition, settings.editions, ("md", "html", "eml", "feeds"))
        before = files(settings)
        assert all("Headline of a" in text for text in before.values())
        kill(store, "a")
        assert deliver_pending(settings, store) == 1
        after = files(settings)
        # The profile writes no .eml any more: that of the day is written again, latest.eml goes.
        assert set(after) == set(before) - {"latest.eml"}
        for name, text in after.items():
            assert "Headline of a" not in text, name
            assert "Paper of a" not in text, name
            assert "Headline of b" in text, name
            assert name.startswith("digests") or "withdrawn" in text, name
        assert "deleted-entry" in after["digests.atom"]

    def test_an_edition_of_an_older_day_leaves_the_latest_files_alone(
        self, store: Store, settings: WorkerSettings
    ) -> None:
        put(store, "a", at(MONDAY, 5))
        deliver_edition(store, close(store, MONDAY, at(MONDAY)), settings.editions)
        put(store, "b", at(TUESDAY, 5))
        deliver_edition(store, close(store, TUESDAY, at(TUESDAY)), settings.editions)
        before = files(settings)
        kill(store, "a")
        deliver_pending(settings, store)
        after = files(settings)
        assert not any("Headline of a" in text for text in after.values())
        assert {name: after[name] == text for name, text in before.items() if name.startswith("latest")} == {
            "latest.html": True,
            "latest.json": True,
            "latest.md": True,
        }

    def test_an_edition_that_prune_took_from_the_store_is_revised_from_its_file(
        self, store: Store, settings: WorkerSettings
    ) -> None:
        put(store, "a", at(MONDAY, 5))
        put(store, "b", at(MONDAY, 6))
        deliver_edition(store, close(store, MONDAY, at(MONDAY)), settings.editions, ("md", "html", "eml", "feeds"))
        with store.writing() as connection:
            connection.execute(sa.update(table).values(closed_at=datetime.now(UTC) - timedelta(days=30)))
        assert prune(store, 10)["editions"] == 1
        kill(store, "a")
        assert clear_files(settings, store) == 1
        after = files(settings)
        assert "2026/2026-11-23.eml" in after
        for name, text in after.items():
            assert "Headline of a" not in text, name
            assert "Headline of b" in text, name
        document = json.loads(after["latest.json"])
        assert document["edition"]["revision"] == 2
        assert clear_files(settings, store) == 0


class TestMail:
    """A reader who has the story is told once; nobody else is."""

    def sent(self, store: Store, *readers: str, day: date = MONDAY) -> int:
        edition = close(store, day, at(day))
        outbox.queue(store, edition.id, readers)
        for _ in readers:
            letter = outbox.take(store)
            assert letter is not None
            assert outbox.begin(store, letter.token)
            outbox.accepted(store, letter.token)
        return edition.id

    def notices(self, store: Store, settings: WorkerSettings) -> list[outbox.OutboxMessage]:
        """Return what a tick makes the mailer send."""
        queue_pending(settings, store)
        letters = []
        while (letter := outbox.take(store)) is not None:
            assert outbox.begin(store, letter.token)
            outbox.accepted(store, letter.token)
            letters.append(letter)
        return letters

    def test_one_notice_for_all_withdrawals_of_a_tick_goes_to_each_who_has_them(
        self, store: Store, settings: WorkerSettings
    ) -> None:
        put(store, "a", at(MONDAY, 5))
        self.sent(store, ANNA, BERT)
        put(store, "b", at(TUESDAY, 5))
        self.sent(store, ANNA, day=TUESDAY)
        kill(store, "a")
        kill(store, "b")
        letters = self.notices(store, settings)
        assert [letter.recipient for letter in letters] == [ANNA, BERT]
        anna, bert = (letter.content for letter in letters)
        assert isinstance(anna, Notice)
        assert isinstance(bert, Notice)
        assert [story.date for story in anna.stories] == ["2026-11-23", "2026-11-24"]
        assert [story.date for story in bert.stories] == ["2026-11-23"]
        for letter in letters:
            message = compose(
                letter.content,
                sender=SENDER,
                recipient=letter.recipient,
                key=letter.key,
                earlier=letter.earlier,
                at=letter.at,
                late=False,
            ).decode()
            assert "Headline" not in message
            assert "Paper of" not in message
            assert "withdrawn" in message
            assert "References" in message
        assert self.notices(store, settings) == []

    def test_an_embargo_that_comes_after_printing_takes_the_story_out_without_a_notice(
        self, store: Store, settings: WorkerSettings
    ) -> None:
        put(store, "a", at(MONDAY, 5))
        self.sent(store, ANNA)
        say(store, "a", embargo=datetime.now(UTC) + timedelta(days=3))
        assert headlines(last(store)) == []
        assert self.notices(store, settings) == []

    def test_a_kill_after_a_hold_is_told_to_those_who_had_the_story_before_the_hold(
        self, store: Store, settings: WorkerSettings
    ) -> None:
        put(store, "a", at(MONDAY, 5))
        self.sent(store, ANNA)
        say(store, "a", status=Status.WITHHELD)
        assert self.notices(store, settings) == []
        say(store, "a", 3, status=Status.CANCELED)
        assert [letter.recipient for letter in self.notices(store, settings)] == [ANNA]

    @pytest.mark.parametrize("state", [MessageState.SENDING, MessageState.UNKNOWN])
    def test_a_reader_who_may_have_it_is_told_too(
        self, store: Store, settings: WorkerSettings, state: MessageState
    ) -> None:
        put(store, "a", at(MONDAY, 5))
        edition = close(store, MONDAY, at(MONDAY))
        outbox.queue(store, edition.id, [ANNA])
        letter = outbox.take(store)
        assert letter is not None
        assert outbox.begin(store, letter.token)
        if state is MessageState.UNKNOWN:
            outbox.lost(store, letter.token, "no answer")
        kill(store, "a")
        assert [letter.recipient for letter in self.notices(store, settings)] == [ANNA]

    def test_a_message_that_waits_is_replaced_and_one_on_its_way_is_refused(
        self, store: Store, settings: WorkerSettings
    ) -> None:
        put(store, "a", at(MONDAY, 5))
        put(store, "b", at(MONDAY, 6))
        edition = close(store, MONDAY, at(MONDAY))
        outbox.queue(store, edition.id, [ANNA, BERT])
        on_its_way = outbox.take(store)
        assert on_its_way is not None
        kill(store, "a")
        assert not outbox.begin(store, on_its_way.token)
        letters = self.notices(store, settings)
        assert [letter.recipient for letter in letters] == [ANNA, BERT]
        for letter in letters:
            assert not isinstance(letter.content, Notice)
            assert letter.content["edition"]["revision"] == 2
            assert "Headline of a" not in json.dumps(letter.content)
            assert "Headline of b" in json.dumps(letter.content)

    def test_a_message_of_an_edition_that_is_empty_now_is_not_sent(
        self, store: Store, settings: WorkerSettings
    ) -> None:
        put(store, "a", at(MONDAY, 5))
        edition = close(store, MONDAY, at(MONDAY))
        outbox.queue(store, edition.id, [ANNA])
        kill(store, "a")
        assert self.notices(store, settings) == []
        assert states(store) == {}
