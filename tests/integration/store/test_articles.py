"""Taking articles in: each once, each into its story."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.articles import digest, incoming
from worker.store import Store, leases
from worker.store.articles import STORY_HOURS, IncomingFailure, standing, take_in
from worker.store.contents import counts, export_articles
from worker.store.failures import listed
from worker.store.tables import articles, stories

BODY = "The bridge over the Elm was closed on Sunday after a crack was found in a pillar."


def failure(name: str, reason: str = "It has no text.") -> IncomingFailure:
    return IncomingFailure(
        id=name,
        source="inbox",
        uri=f"{name}.txt",
        media_type="text/plain",
        filename=f"{name}.txt",
        title=None,
        publisher=None,
        published_at=None,
        received_at=datetime(2026, 11, 22, tzinfo=UTC),
        stage="clean",
        reason=reason,
        attempts=1,
        raw=b"packed",
    )


def exported(store: Store) -> dict[str, tuple[str, str | None, float | None]]:
    return {row["id"]: (row["state"], row["story_id"], row["containment"]) for row in export_articles(store)}


def test_a_new_text_opens_a_story_and_is_ready_for_its_digest(store: Store) -> None:
    assert take_in(store, [incoming("a", BODY)]) == 1
    assert exported(store) == {"a": ("ready", "a", None)}


def test_the_same_words_join_the_story_as_a_reprint(store: Store) -> None:
    take_in(store, [incoming("a", BODY)])
    assert take_in(store, [incoming("b", BODY.upper().replace(" ", "\n") + "!!")]) == 0
    assert exported(store)["b"] == ("reprint", "a", 1.0)


def test_the_same_words_in_one_message_are_one_story(store: Store) -> None:
    assert take_in(store, [incoming("a", BODY), incoming("b", BODY)]) == 1
    assert [state for state, _, _ in exported(store).values()] == ["ready", "reprint"]


def test_other_words_are_another_story(store: Store) -> None:
    assert take_in(store, [incoming("a", BODY), incoming("b", BODY.replace("Sunday", "Monday"))]) == 2


def test_an_article_that_is_there_is_left_as_it_is(store: Store) -> None:
    take_in(store, [incoming("a", BODY)])
    lease = leases.lease(store)
    leases.finish(store, lease.token, [digest("a")])
    assert take_in(store, [incoming("a", "Another text.")]) == 0
    assert exported(store) == {"a": ("digested", "a", None)}


@pytest.mark.parametrize(("hours", "state"), [(STORY_HOURS - 1, "reprint"), (STORY_HOURS + 1, "ready")])
def test_a_story_is_remembered_for_72_hours(store: Store, hours: int, state: str) -> None:
    take_in(store, [incoming("a", BODY)])
    with store.writing() as connection:
        connection.execute(sa.update(stories).values(opened_at=datetime.now(UTC) - timedelta(hours=hours)))
    take_in(store, [incoming("b", BODY)])
    assert exported(store)["b"][0] == state


def test_a_failure_is_a_row_with_its_reason_and_the_raw_article(store: Store) -> None:
    take_in(store, [incoming("a", BODY)], [failure("f")])
    (found,) = listed(store)
    assert (found.article_id, found.stage, found.reason, found.raw) == ("f", "clean", "It has no text.", b"packed")
    assert exported(store)["f"] == ("failed", None, None)
    assert standing(store, ["a", "f", "x"]) == {"a": "ready", "f": "failed"}


def test_a_retry_that_succeeds_takes_the_failure_away_with_it(store: Store) -> None:
    take_in(store, [], [failure("f")])
    assert take_in(store, [incoming("f", BODY)]) == 1
    assert listed(store) == []
    assert exported(store) == {"f": ("ready", "f", None)}


def test_a_retry_that_fails_again_keeps_the_newest_reason(store: Store) -> None:
    take_in(store, [], [failure("f")])
    take_in(store, [], [failure("f", "It is still empty.")])
    assert [one.reason for one in listed(store)] == ["It is still empty."]


def test_a_failure_never_overwrites_a_stored_article(store: Store) -> None:
    take_in(store, [incoming("a", BODY)])
    take_in(store, [], [failure("a")])
    assert exported(store)["a"][0] == "ready"
    assert listed(store) == []


def test_a_copy_of_a_failed_canonical_becomes_the_canonical(store: Store) -> None:
    take_in(store, [incoming("a", BODY)])
    with store.writing() as connection:
        connection.execute(sa.update(articles).values(state="failed"))
    assert take_in(store, [incoming("b", BODY)]) == 1
    assert exported(store)["b"] == ("ready", "a", None)


def test_the_counts_say_what_is_open(store: Store) -> None:
    take_in(store, [incoming("a", BODY), incoming("b", BODY), incoming("c")], [failure("f")])
    found = counts(store)
    assert (found.articles, found.ready, found.reprint, found.failed, found.open_stories) == (4, 2, 1, 1, 2)
    lease = leases.lease(store)
    leases.finish(store, lease.token, [digest("a"), digest("c")])
    assert counts(store).open_stories == 0
