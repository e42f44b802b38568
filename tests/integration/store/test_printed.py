"""A printed story that is held or killed is nowhere, whatever happens afterwards, and nothing else is lost: editions,
files, feeds, mail, and all else that anybody without the token sees.
"""

import dataclasses
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from producers.article import Status
from tests.integration.store.test_editions import at, close
from tests.integration.store.test_outbox import ANNA
from tests.integration.store.test_withdrawals import MONDAY, TUESDAY, files, put, say
from worker.edition.feeds import MOST_EDITIONS
from worker.edition.render import FEEDS
from worker.edition.revising import revise
from worker.errors import ConfigurationError
from worker.pipeline import deliver_edition
from worker.schedule.closings import clear_files, deliver_pending
from worker.schedule.mailing import queue_pending
from worker.settings import WorkerSettings
from worker.store import Store, by_hand, contents, editions, failures, outbox, pages_queries, search, stories
from worker.store.activity import activity
from worker.store.tables import articles
from worker.store.tables import editions as edition_rows

#: What stands in the story that is to vanish, and in no other.
SECRET = "xanthic"
KEPT = "Headline of kept"


def printed(store: Store, settings: WorkerSettings) -> None:
    """Print the story and one that stays in an edition of Monday, with its files and a message that waits."""
    put(store, "a", at(MONDAY, 5), body=f"The {SECRET} report of the day.", title=f"The {SECRET} title")
    put(store, "kept", at(MONDAY, 5), body="The report that stays.")
    edition = close(store, MONDAY, at(MONDAY))
    deliver_edition(store, edition, settings.editions, ("md", "html", "eml", "feeds"))
    outbox.queue(store, edition.id, [ANNA])


HIDES: dict[str, Callable[[Store], object]] = {
    "kill": lambda store: say(store, "a", status=Status.CANCELED),
    "withhold": lambda store: say(store, "a", status=Status.WITHHELD),
    "embargo": lambda store: say(store, "a", embargo=datetime.now(UTC) + timedelta(days=2)),
    "by hand": lambda store: by_hand.withdraw(store, "a", "a reason", revise),
}


def forced(store: Store) -> None:
    put(store, "later", at(MONDAY, 8), body="What came later.")
    close(store, MONDAY, at(MONDAY, 9))


def next_day(store: Store) -> None:
    close(store, TUESDAY, at(TUESDAY))


def profile_added(store: Store) -> None:
    close(store, TUESDAY, at(TUESDAY), "evening")


def pruned(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(
            sa.update(articles).where(articles.c.id == "a").values(stored_at=datetime.now(UTC) - timedelta(days=30))
        )
        connection.execute(sa.update(edition_rows).values(closed_at=datetime.now(UTC) - timedelta(days=30)))
    contents.prune(store, 10)


THEN: dict[str, Callable[[Store], object]] = {
    "nothing": lambda _store: None,
    "the same again": lambda store: say(store, "a", 2, status=Status.CANCELED),
    "a forced edition": forced,
    "the next day": next_day,
    "a profile added": profile_added,
    "prune": pruned,
}


def surfaces(store: Store, settings: WorkerSettings) -> dict[str, str]:
    """Return all that anybody without the token sees, by its name."""
    seen = {f"file {name}": content for name, content in files(settings).items()}
    for edition in editions.listed(store):
        seen[f"edition {edition.profile} {edition.date} {edition.revision}"] = json.dumps(edition.document)
    recent = editions.recent(store, "daily", MOST_EDITIONS)
    if recent:
        seen |= {name: make(recent).decode() for name, make in FEEDS.items()}
    hits = [search.find(store, search.Query(words=word), most=9, skip=0) for word in (SECRET, "report")]
    seen["search"] = str(hits)
    seen["publishers"] = str(search.publishers(store, 99)).replace("Paper of kept", "")
    seen["export articles"] = str(list(contents.export_articles(store)))
    seen["export stories"] = str(list(contents.export_stories(store)))
    seen["pages"] = str([pages_queries.article(store, name) for name in ("a", "a2")])
    for name in ("a", "a2"):
        try:
            seen[f"story {name}"] = str(stories.show(store, name))
        except ConfigurationError as error:
            seen[f"story {name}"] = str(error)
    seen["failures"] = str(failures.listed(store, 99, raw=False))
    seen["counts"] = str(dataclasses.asdict(contents.counts(store)))
    seen["activity"] = str(activity(store))
    while (letter := outbox.take(store)) is not None:
        seen[f"mail {letter.key}"] = str(letter.content)
        assert outbox.begin(store, letter.token)
        outbox.accepted(store, letter.token)
    return seen


@pytest.mark.parametrize(
    ("hide", "then"),
    [
        *(("kill", then) for then in THEN),
        *((hide, "nothing") for hide in ("withhold", "embargo", "by hand")),
    ],
)
def test_what_may_not_be_shown_is_nowhere_and_nothing_else_is_lost(
    store: Store, tmp_path: Path, hide: str, then: str
) -> None:
    settings = WorkerSettings(data=tmp_path, timezone="UTC")
    printed(store, settings)
    shown = surfaces(store, settings)
    assert SECRET in shown["search"]
    assert SECRET in shown["export articles"]
    assert SECRET in shown["pages"]
    assert "Headline of a" in str(shown)
    HIDES[hide](store)
    THEN[then](store)
    deliver_pending(settings, store)
    clear_files(settings, store)
    queue_pending(settings, store)
    seen = surfaces(store, settings)
    for surface, content in seen.items():
        for word in (SECRET, 'Headline of a"', "Headline of a ", "Headline of a<", "Paper of a"):
            assert word not in content, f"{hide}, then {then}: {surface} shows {word}"
    assert KEPT in seen["file 2026/2026-11-23.md"]
    assert "Title of kept" in seen["export articles"]
