"""Feeds of editions and digests: valid, complete, the same for the same editions."""

import json
import warnings
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from worker.edition import feeds
from worker.edition.document import Document
from worker.edition.profile import Selection
from worker.edition.render import FEEDS

from .examples import CLOSED, GOLDEN, GOLDEN_EDITIONS, an_edition, carried, full, source

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import feedparser

DAY = date(2026, 11, 22)


def edition(days: int, *numbers: int, **fields: Any) -> Document:
    """The edition `days` after DAY, with the stories `numbers`."""
    later = timedelta(days=days)
    everything = Selection(words=0)
    return an_edition(
        *(carried(n, **fields) for n in numbers), date=DAY + later, closed_at=CLOSED + later, selection=everything
    )


def atom(name: str, documents: Sequence[Document]) -> Any:
    parsed = feedparser.parse(FEEDS[name](documents))
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


@pytest.mark.parametrize("name", GOLDEN_EDITIONS)
@pytest.mark.parametrize("file", FEEDS)
def test_a_feed_has_the_same_bytes_as_ever(name: str, file: str) -> None:
    assert FEEDS[file]([GOLDEN_EDITIONS[name]()]) == (GOLDEN / f"{name}.{file}").read_bytes()


def test_a_feed_of_editions_holds_each_with_all_its_stories() -> None:
    parsed = atom("editions.atom", [full(), edition(-1, 1)])

    assert parsed.feed.title == "Daily edition: editions"
    assert parsed.feed.updated == "2026-11-22T06:00:00Z"
    assert [entry.title for entry in parsed.entries] == [
        "Daily edition: Sunday, 22 November 2026",
        "Daily edition: Saturday, 21 November 2026",
    ]
    for headline in ("Storm closes the Lindmar strait", "Velmora’s parliament", "افتتاح جسر"):
        assert headline in parsed.entries[0].content[0].value


def test_a_feed_of_digests_holds_each_with_its_summary_source_and_link() -> None:
    entry = next(e for e in atom("digests.atom", [full()]).entries if e.title.startswith("Velmora"))

    assert (entry.link, entry.author, entry.published) == (
        *("https://news.example/2", "Velmora Today", "2026-11-22T03:05:00Z"),
    )
    assert [tag.term for tag in entry.tags] == ["Corrected", "Update"]
    assert "the treasury had put it at 2.6 billion" in entry.content[0].value


def test_the_json_feeds_hold_what_the_atom_feeds_hold() -> None:
    documents = [full(), edition(-1, 1, 2)]
    for kind in ("editions", "digests"):
        parsed = atom(f"{kind}.atom", documents)
        found = json.loads(FEEDS[f"{kind}.feed.json"](documents))

        assert found["version"] == "https://jsonfeed.org/version/1.1"
        assert found["title"] == parsed.feed.title
        assert [(item["id"], item["title"]) for item in found["items"]] == [(e.id, e.title) for e in parsed.entries]
        assert all(item["content_html"] and item["date_published"] for item in found["items"])


def test_a_digest_that_a_later_revision_or_edition_carries_again_is_one_entry_and_its_update_another() -> None:
    update = an_edition(
        carried(1, article_id="article-7", sources=(source(7), source(1))),
        date=DAY + timedelta(days=1),
        closed_at=CLOSED + timedelta(days=1),
    )
    first, second = feeds.of_digests([edition(0, 1)]), feeds.of_digests([update, edition(0, 1)])

    assert first.entries[0].id == feeds.of_digests([edition(0, 1)]).entries[0].id
    assert len({entry.id for entry in second.entries}) == len(second.entries) == 2


def test_a_feed_of_digests_holds_whole_editions_and_the_newest_always() -> None:
    many = range(1, feeds.MOST_DIGESTS + 2)

    assert len(feeds.of_digests([edition(1, *many), edition(0, 9999)]).entries) == len(many)
    assert len(feeds.of_digests([edition(1, 9999), edition(0, *many)]).entries) == 1


def test_hostile_text_stays_text_in_a_feed() -> None:
    story = carried(1, headline="<script>alert(1)</script>]]>\x00\x1b", summary="<img src=x onerror=alert(1)> & more")
    (entry,) = atom("digests.atom", [an_edition(story)]).entries

    assert entry.title == "&lt;script&gt;alert(1)&lt;/script&gt;]]&gt;" or entry.title.startswith("<script>")
    assert "<img" not in entry.content[0].value
