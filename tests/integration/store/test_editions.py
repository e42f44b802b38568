"""Closing editions: every digest is carried once, in the first edition that closes after it was made."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests import edition_schema
from tests.articles import digest, incoming
from tests.unit.edition.examples import STORM
from worker.edition import closing
from worker.edition.profile import Profile, Selection
from worker.edition.select import select
from worker.errors import StoreUnavailableError
from worker.store import Store, editions, leases
from worker.store.articles import take_in
from worker.store.contents import prune
from worker.store.editions import Edition
from worker.store.tables import articles, digests, stories

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def digested(store: Store, *names: str, made_at: datetime) -> None:
    """Put articles and their digests into the store, all of them at `made_at`."""
    take_in(store, [incoming(name) for name in names])
    lease = leases.lease(store)
    leases.finish(store, lease.token, [digest(name) for name in names])
    with store.writing() as connection:
        connection.execute(sa.update(digests).where(digests.c.article_id.in_(names)).values(made_at=made_at))
        connection.execute(sa.update(articles).where(articles.c.id.in_(names)).values(stored_at=made_at))


def at(day: date, hour: int = 7) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def close(store: Store, day: date, moment: datetime | None = None, profile: str = "daily") -> Edition:
    edition = closing.close(store, profile=profile, timezone="UTC", date=day, at=moment)
    edition_schema.check(edition.document)
    return edition


def headlines(edition: Edition) -> list[str]:
    return sorted(d["headline"] for topic in edition.document["topics"] for d in topic["digests"])


def test_an_edition_carries_what_was_made_before_its_close(store: Store) -> None:
    digested(store, "a", made_at=at(MONDAY, 6))
    digested(store, "b", made_at=at(MONDAY, 8))
    edition = close(store, MONDAY, at(MONDAY))
    assert headlines(edition) == ["Headline of a"]
    assert edition.revision == 1
    assert edition.document["edition"]["counts"] == {
        "received": 1,
        "reprints": 0,
        "failed": 0,
        "digests": 1,
        "articles": 1,
        "topics": 1,
        "several": 0,
        "left_out": 0,
        "filtered": 0,
    }


def test_the_next_edition_carries_the_rest_and_nothing_twice(store: Store) -> None:
    digested(store, "a", made_at=at(MONDAY, 6))
    close(store, MONDAY, at(MONDAY))
    digested(store, "b", made_at=at(MONDAY, 8))
    assert headlines(close(store, TUESDAY, at(TUESDAY))) == ["Headline of b"]


def test_a_digest_that_was_committed_late_is_in_the_next_edition(store: Store) -> None:
    close(store, MONDAY, at(MONDAY))
    digested(store, "late", made_at=at(MONDAY, 6))
    assert headlines(close(store, TUESDAY, at(TUESDAY))) == ["Headline of late"]


def test_closing_the_same_moment_twice_gives_the_same_edition(store: Store) -> None:
    digested(store, "a", made_at=at(MONDAY, 6))
    first = close(store, MONDAY, at(MONDAY))
    digested(store, "b", made_at=at(MONDAY, 6))
    again = close(store, MONDAY, at(MONDAY))
    assert (again.id, again.document) == (first.id, first.document)


def test_a_close_after_a_forced_one_is_the_next_revision_with_all_of_the_day(store: Store) -> None:
    digested(store, "a", made_at=at(MONDAY, 4))
    forced = close(store, MONDAY, at(MONDAY, 5))
    digested(store, "b", made_at=at(MONDAY, 6))
    scheduled = close(store, MONDAY, at(MONDAY))
    assert (forced.revision, scheduled.revision) == (1, 2)
    assert headlines(scheduled) == ["Headline of a", "Headline of b"]
    assert headlines(close(store, TUESDAY, at(TUESDAY))) == []


def test_closing_now_without_anything_new_keeps_the_edition(store: Store) -> None:
    digested(store, "a", made_at=at(MONDAY, 4))
    assert close(store, MONDAY).id == close(store, MONDAY).id


def test_an_empty_day_has_an_edition_too(store: Store) -> None:
    assert headlines(close(store, MONDAY, at(MONDAY))) == []


def test_each_profile_meets_every_digest(store: Store) -> None:
    for profile in ("daily", "evening"):
        editions.begin(store, profile)
    digested(store, "a", made_at=at(MONDAY, 6))
    assert headlines(close(store, MONDAY, at(MONDAY), "daily")) == ["Headline of a"]
    assert headlines(close(store, MONDAY, at(MONDAY), "evening")) == ["Headline of a"]


def test_a_profile_that_comes_later_carries_what_is_digested_from_then_on(store: Store) -> None:
    digested(store, "a", made_at=at(MONDAY, 6))
    close(store, MONDAY, at(MONDAY))

    editions.begin(store, "evening")
    since = editions.last_closed(store, "evening")[1]
    assert since is not None
    digested(store, "b", made_at=since + timedelta(seconds=1))
    edition = close(store, since.date(), since + timedelta(hours=1), "evening")

    assert headlines(edition) == ["Headline of b"]
    assert headlines(close(store, TUESDAY, since + timedelta(hours=1))) == ["Headline of b"]


def test_a_profile_s_filters_leave_out_what_no_later_edition_brings(store: Store) -> None:
    wanted = Selection(keywords=("Headline of a",))
    digested(store, "a", "b", made_at=at(MONDAY, 6))

    def closed(day: date, selection: Selection) -> Edition:
        return closing.close(store, profile="x", timezone="UTC", date=day, at=at(day), selection=selection)

    edition = closed(MONDAY, wanted)
    assert headlines(edition) == ["Headline of a"]
    assert edition.document["edition"]["counts"]["filtered"] == 1
    assert headlines(closed(TUESDAY, Selection())) == []


def test_what_changes_while_an_edition_is_grouped_is_in_it_or_in_the_next(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    digested(store, "a", made_at=at(MONDAY, 5))
    late = iter(["b", "c"])

    def slow(*args: Any, **options: Any) -> Any:
        if name := next(late, None):
            digested(store, name, made_at=at(MONDAY, 6))
        return select(*args, **options)

    monkeypatch.setattr(closing, "select", slow)

    assert headlines(close(store, MONDAY, at(MONDAY))) == [f"Headline of {name}" for name in "abc"]


def test_two_processes_that_close_at_once_make_one_edition(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    digested(store, "a", made_at=at(MONDAY, 5))
    other: list[Edition] = []

    def slow(*args: Any, **options: Any) -> Any:
        monkeypatch.setattr(closing, "select", select)
        other.append(close(store, MONDAY, at(MONDAY)))
        return select(*args, **options)

    monkeypatch.setattr(closing, "select", slow)

    assert close(store, MONDAY, at(MONDAY)) == other[0]
    assert len(editions.listed(store)) == 1


def test_an_edition_whose_digests_never_rest_is_tried_again_later(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*args: Any, **options: Any) -> Any:
        digested(store, uuid.uuid4().hex, made_at=at(MONDAY, 6))
        return select(*args, **options)

    monkeypatch.setattr(closing, "select", slow)

    with pytest.raises(StoreUnavailableError, match="It will be tried again"):
        close(store, MONDAY, at(MONDAY))
    assert editions.listed(store) == []


def test_reprints_are_named_as_sources_of_their_story(store: Store) -> None:
    take_in(store, [incoming("a", "The same words."), incoming("b", "The same words!", publisher="Elm Gazette")])
    leases.finish(store, leases.lease(store).token, [digest("a")])
    (topic,) = close(store, MONDAY).document["topics"]
    assert [(s["article_id"], s["containment"]) for s in topic["digests"][0]["sources"]] == [("a", None), ("b", 1.0)]


@pytest.fixture
def taken_over(store: Store) -> Store:
    """A story that Monday's edition carried with article a, and that article b has taken over since."""
    digested(store, "a", made_at=at(MONDAY, 6))
    close(store, MONDAY, at(MONDAY))
    digested(store, "b", made_at=at(MONDAY, 8))
    with store.writing() as connection:
        connection.execute(sa.update(articles).where(articles.c.id == "b").values(story_id="a"))
        connection.execute(sa.update(digests).where(digests.c.article_id == "b").values(story_id="a"))
        connection.execute(sa.update(stories).where(stories.c.id == "a").values(canonical_id="b"))
        connection.execute(sa.update(articles).where(articles.c.id == "a").values(state="reprint", containment=0.9))
    return store


def test_a_carried_story_returns_as_an_update_with_another_canonical(taken_over: Store) -> None:
    (topic,) = close(taken_over, TUESDAY, at(TUESDAY)).document["topics"]
    assert [(d["headline"], d["update"]) for d in topic["digests"]] == [("Headline of b", True)]


def test_a_story_is_told_once_in_the_revisions_of_a_day(taken_over: Store) -> None:
    assert headlines(close(taken_over, MONDAY, at(MONDAY, 12))) == ["Headline of b"]


def test_a_digest_that_lost_its_story_is_met_and_passed_over(store: Store) -> None:
    digested(store, "a", made_at=at(MONDAY, 5))
    with store.writing() as connection:
        connection.execute(sa.update(stories).values(canonical_id="other"))
    assert headlines(close(store, MONDAY, at(MONDAY))) == []
    with store.writing() as connection:
        connection.execute(sa.update(stories).values(canonical_id="a"))
    assert headlines(close(store, TUESDAY, at(TUESDAY))) == []


def test_an_edition_is_undelivered_until_its_files_are_written(store: Store) -> None:
    edition = close(store, MONDAY, at(MONDAY))
    assert [one.id for one in editions.undelivered(store)] == [edition.id]
    editions.mark_delivered(store, edition.id)
    assert editions.undelivered(store) == []


def test_the_newest_revision_of_a_day_is_found(store: Store) -> None:
    digested(store, "a", made_at=at(MONDAY, 4))
    close(store, MONDAY, at(MONDAY, 5))
    close(store, MONDAY, at(MONDAY))
    close(store, TUESDAY, at(TUESDAY))
    found, newest = editions.find(store, "daily", MONDAY), editions.find(store, "daily")
    assert found is not None
    assert newest is not None
    assert (found.revision, newest.date) == (2, TUESDAY)
    assert editions.find(store, "weekly") is None
    assert [(one.date, one.revision) for one in editions.listed(store)] == [(TUESDAY, 1), (MONDAY, 2), (MONDAY, 1)]


def test_the_last_close_and_the_first_article_tell_what_is_due(store: Store) -> None:
    assert editions.last_closed(store, "daily") == (None, None)
    digested(store, "a", made_at=at(MONDAY, 5))
    close(store, MONDAY, at(MONDAY))
    assert editions.last_closed(store, "daily") == (at(MONDAY), at(MONDAY, 5))


def test_pruning_forgets_what_is_old_and_brings_nothing_back(store: Store) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=30)
    digested(store, "old", made_at=long_ago)
    close(store, long_ago.date(), long_ago)
    with store.writing() as connection:
        connection.execute(sa.update(stories).values(opened_at=long_ago))
    digested(store, "new", made_at=datetime.now(UTC) - timedelta(minutes=1))
    assert prune(store, 7) == {"articles": 1, "failures": 0, "stories": 1, "editions": 1}
    assert headlines(close(store, datetime.now(UTC).date())) == ["Headline of new"]


def test_a_topic_that_goes_on_names_the_day_and_the_headline_that_told_it_before(store: Store) -> None:
    digested(store, "a", made_at=at(MONDAY, 6))
    close(store, MONDAY, at(MONDAY))
    digested(store, "b", made_at=at(MONDAY, 8))
    with store.writing() as connection:
        # The same event in other words is a story of its own.
        connection.execute(sa.update(articles).values(body=STORM[0]))

    (topic,) = close(store, TUESDAY, at(TUESDAY)).document["topics"]

    past = topic["continues"]
    assert past is not None
    assert (past["date"], past["headline"], past["story_id"]) == ("2026-11-23", "Headline of a", "a")


def test_a_topic_of_more_than_a_week_ago_is_not_named(store: Store) -> None:
    digested(store, "a", made_at=at(MONDAY, 6))
    close(store, MONDAY, at(MONDAY))
    later = MONDAY + timedelta(days=8)
    digested(store, "b", made_at=at(later, 6))
    with store.writing() as connection:
        connection.execute(sa.update(articles).values(body=STORM[0]))

    (topic,) = close(store, later, at(later)).document["topics"]

    assert topic["continues"] is None


def test_a_report_that_told_nothing_yesterday_may_tell_today_s_next_revision(store: Store) -> None:
    digested(store, "a", "b", made_at=at(MONDAY, 5))
    short = Selection(length=1)

    def closed(hour: int, selection: Selection) -> Edition:
        return closing.close(
            store, profile="daily", timezone="UTC", date=MONDAY, at=at(MONDAY, hour), selection=selection
        )

    assert closed(7, short).document["edition"]["counts"]["left_out"] == 1
    digested(store, "c", made_at=at(MONDAY, 8))
    assert headlines(closed(9, Selection())) == ["Headline of a", "Headline of b", "Headline of c"]


def test_a_preview_shows_the_last_day_whatever_was_met_and_stores_nothing(store: Store) -> None:
    now = datetime.now(UTC)
    digested(store, "a", made_at=now - timedelta(hours=3))
    digested(store, "old", made_at=now - timedelta(hours=30))
    close(store, now.date())

    whole = closing.preview(store, "sport", Profile(timezone="UTC", title="The Sport"))

    assert [topic["headline"] for topic in whole["topics"]] == ["Headline of a"]
    assert (whole["edition"]["title"], whole["edition"]["profile"]) == ("The Sport", "sport")
    assert [edition.profile for edition in editions.listed(store)] == ["daily"]
    edition_schema.check(whole)
