"""Every transition and every surface of the store: what is held or killed is nowhere, and nothing else is lost."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
import sqlalchemy as sa

from producers.article import UNKNOWN, Revision, Status
from tests.articles import digest, incoming
from worker.edition import closing
from worker.errors import ConfigurationError
from worker.items.ruling import Decider
from worker.store import Store, by_hand, failures, leases, pages_queries, releasing, search, stories
from worker.store.activity import activity
from worker.store.articles import Incoming, take_in
from worker.store.connect import current_time
from worker.store.contents import counts, export_articles, export_stories, prune
from worker.store.failures import work_again
from worker.store.tables import articles, items

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
SOON = datetime(2999, 1, 1, tzinfo=UTC)
#: In the text, title, publisher and digest of what must not be shown, and of what must.
SECRET, NEWS = "zanzibar", "ordinary"


def version(name: str, number: int = 1, *, item: str = "a", mark: str = SECRET, **fields: Any) -> Incoming:
    values = {
        "title": f"The {mark} ferry",
        "publisher": f"The {mark} agency of {item}",
        "item": f"urn:newsml:npa.example:{item}",
        "revision": Revision(NOON + timedelta(minutes=number), number),
        "received_at": NOON + timedelta(minutes=number),
        **fields,
    }
    return incoming(name, f"The {mark} ferry of {name} has sunk, and the harbour of Osterby is closed.", **values)


def summarize(store: Store) -> None:
    while (lease := leases.lease(store)).articles:
        leases.finish(store, lease.token, [digest(article.id) for article in lease.articles])


def close(store: Store) -> str:
    return json.dumps(closing.close(store, profile="daily", timezone="UTC", date=NOON.date(), at=None).document)


def held(store: Store) -> None:
    take_in(store, [version("a1", embargo=SOON)])


def withheld(store: Store) -> None:
    take_in(store, [version("a1"), version("a2", 2, status=Status.WITHHELD)])


def embargo_set_later(store: Store) -> None:
    take_in(store, [version("a1")])
    summarize(store)
    take_in(store, [version("a2", 2, embargo=UNKNOWN)])


def killed(store: Store) -> None:
    take_in(store, [version("a1")])
    summarize(store)
    take_in(store, [version("a2", 2, status=Status.CANCELED)])


def killed_before(store: Store) -> None:
    take_in(store, [version("a2", 2, status=Status.CANCELED), version("a1")])


def older(store: Store) -> None:
    take_in(store, [version("a2", 2, embargo=SOON), version("a1")])


def newer(store: Store) -> None:
    take_in(store, [version("a2", 2, embargo=SOON), version("a3", 3, embargo=SOON)])


def copied(store: Store) -> None:
    killed(store)
    made = version("a1", item="copy", publisher="The zanzibar agency of a")
    copy = version("c1", 5, item="copy", publisher="The zanzibar agency of a")
    take_in(store, [Incoming(copy.article, made.text_key, "a1", 0.95)])


def withdrawn(store: Store) -> None:
    take_in(store, [version("a1")])
    summarize(store)
    by_hand.withdraw(store, "a1", "Why.")


def merged(store: Store) -> None:
    take_in(store, [version("a1", embargo=SOON), version("b1", item="b", embargo=SOON)])
    both = version("c1", item="c", embargo=SOON)
    take_in(store, [Incoming(both.article, both.text_key, "a1", 0.9, opener="a1", proves=("b1",))])


def joined(store: Store) -> None:
    held(store)
    stories.join(store, "a1", "n1")


def split(store: Store) -> None:
    joined(store)
    stories.split(store, "a1")


def failed(store: Store) -> None:
    held(store)
    lease = leases.lease(store)
    with store.writing() as connection:
        connection.execute(sa.update(articles).where(articles.c.id == "a1").values(state="failed", attempts=3))
    del lease


def retried(store: Store) -> None:
    failed(store)
    work_again(store, ["a1"])


def pruned(store: Store) -> None:
    killed(store)
    with store.writing() as connection:
        old = current_time(connection) - timedelta(days=9)
        connection.execute(sa.update(articles).where(articles.c.id != "n1").values(stored_at=old))
    prune(store, 4)
    take_in(store, [version("a1")])


def released_and_held_again(store: Store) -> None:
    held(store)
    with store.reading() as connection:
        item = connection.scalar(sa.select(items.c.id))
    assert item is not None
    releasing.release(store, item, releasing.arrival(store, item), Decider.PERSON)
    take_in(store, [version("a2", 2, embargo=SOON)])


TRANSITIONS: Final[tuple[Callable[[Store], None], ...]] = (
    held, withheld, embargo_set_later, killed, killed_before, older, newer, copied, withdrawn, merged, joined, split,
    failed, retried, pruned, released_and_held_again,
)  # fmt: skip


def pages(store: Store) -> str:
    """Return what the pages show of every article and story, whatever its id."""
    with store.reading() as connection:
        ids = connection.scalars(sa.select(articles.c.id)).all()
    stored = [pages_queries.article(store, name) for name in ids]
    shown = []
    for name in ids:
        try:
            shown.append(stories.show(store, name))
        except ConfigurationError as error:
            shown.append(str(error))
    return str([stored, shown])


SURFACES: Final[dict[str, Callable[[Store], str]]] = {
    "export articles": lambda store: str(list(export_articles(store))),
    "export stories": lambda store: str(list(export_stories(store))),
    "search": lambda store: str(search.find(store, search.Query(words="ferry"), most=50)),
    "publishers": lambda store: str(search.publishers(store, 50)),
    "pages": pages,
    "edition": close,
}


@pytest.mark.parametrize("transition", TRANSITIONS, ids=lambda transition: transition.__name__)
def test_what_may_not_be_shown_is_on_no_surface_and_nothing_else_is_lost(
    store: Store, transition: Callable[[Store], None]
) -> None:
    take_in(store, [version("n1", item="news", mark=NEWS)])
    summarize(store)
    transition(store)
    summarize(store)
    leases.adopt_orphans(store)

    shown = {name: surface(store) for name, surface in SURFACES.items()}
    assert [name for name, text in shown.items() if SECRET in text or "'a1'" in text or "Headline of a" in text] == []
    assert [name for name, text in shown.items() if NEWS not in text] == []
    assert [article.title for article in failures.listed(store) if article.title] == []

    numbers = counts(store)
    assert (numbers.digested, numbers.reprint, numbers.ready, numbers.failed, numbers.open_stories) == (1, 0, 0, 0, 0)
    assert numbers.held + numbers.killed == numbers.articles - 1 > 0
    assert (sum(activity(store).articles), sum(activity(store).digests)) == (1, 1)
    # A leader may be shown, if an article of its story may.
    assert [row["canonical_id"] for row in export_stories(store)] == ["n1"]


def test_a_story_that_goes_on_names_no_earlier_report_that_was_taken_back(store: Store) -> None:
    take_in(store, [version("a1")])
    summarize(store)
    closing.close(store, profile="daily", timezone="UTC", date=NOON.date() - timedelta(days=1), at=None)
    take_in(store, [version("n1", item="news", mark=NEWS)])
    stories.join(store, "n1", "a1")
    take_in(store, [version("a2", 2, status=Status.CANCELED)])
    summarize(store)
    document = close(store)
    assert "Headline of n1" in document
    assert "Headline of a1" not in document
