"""Text, Markdown, HTML."""

import io
from datetime import UTC, datetime

import pytest

from producers.article import Record
from producers.formats import front_matter, read
from producers.formats.documents import own_address, stated_address


def only(text: str, filename: str) -> Record:
    (record,) = read(io.BytesIO(text.encode()), filename)
    return record


def test_a_text_is_decoded_and_nothing_else() -> None:
    text = "HEADLINE \r\n\r\nA line.\x00\t \\'quoted\\' &amp; so on\r\n"
    record = only(text, "a.txt")
    assert record.text == text
    assert (record.media_type, record.uri, record.title) == ("text/plain", None, None)


def test_front_matter_gives_fields_and_is_no_part_of_the_text() -> None:
    text = """---
# a comment
title: "Bridge: shut for weeks"
date: 2026-11-22T08:00:00+02:00
authors:
  - Ilse Marten
  - Tom Okray
url: https://moor.example/bridge
language: en_GB
section: Local
nested:
    deep: 1
a line that is no field
---

# Bridge shut

---
Not front matter: this is text.
"""
    record = only(text, "a.md")
    assert record.raw == text.encode()
    assert record.text == "\n# Bridge shut\n\n---\nNot front matter: this is text.\n"
    assert record.media_type == "text/markdown"
    assert record.title == "Bridge: shut for weeks"
    assert record.published_at == datetime(2026, 11, 22, 6, tzinfo=UTC)
    assert record.byline == "Ilse Marten, Tom Okray"
    assert record.uri == "https://moor.example/bridge"
    assert record.language == "en-GB"
    assert record.section == "Local"
    assert "Not front matter" not in record.metadata


def test_front_matter_may_hold_text_of_several_lines() -> None:
    folded, kept = ">-\n  Beekeeper beats two parties\n  to become mayor", "|\n  One.\n\n  Two."
    text = f"---\ntitle: {folded}\nsummary: {kept}\ndate: 2026-11-15\n---\n"
    assert front_matter.read(text).fields == {
        "title": "Beekeeper beats two parties to become mayor", "summary": "One. Two.", "date": "2026-11-15",
    }  # fmt: skip
    assert front_matter.read("---\ntitle: >\nauthor: Maren Hale\n---\n").fields == {"title": "", "author": "Maren Hale"}


def test_front_matter_that_never_ends_is_text() -> None:
    assert front_matter.read("---\ntitle: x\n" + "line\n" * 200 + "---\n").fields == {}
    assert front_matter.read("title: x\n---\n").fields == {}
    assert front_matter.read("---\ntags: [one, 'two']\n...\n").fields == {"tags": ["one", "two"]}


def test_a_bare_id_in_front_matter_does_not_name_the_article() -> None:
    assert only("---\nid: 17\n---\ntext", "a.md").uri is None


def test_a_page_is_kept_as_markup_with_its_own_address() -> None:
    page = (
        '<html><head><meta property="og:url" content="https://moor.example/og">'
        "<link href='https://moor.example/bridge?a=1&amp;b=2' rel='canonical'></head><body><p>Shut.</p></body></html>"
    )
    record = only(page, "a.html")
    assert (record.text, record.media_type) == (page, "text/html")
    assert record.uri == "https://moor.example/bridge?a=1&b=2"


def test_only_an_absolute_address_of_the_page_itself_counts() -> None:
    assert own_address('<link rel="canonical" href="/bridge"><link rel="icon" href="https://moor.example/i">') is None
    assert own_address('<meta property=og:url content="https://moor.example/og">') == "https://moor.example/og"
    assert own_address('<link rel="canonical" href="javascript:alert(1)">') is None
    assert own_address(" " * 70_000 + '<link rel="canonical" href="https://moor.example/late">') is None


def test_the_address_of_a_hostile_page_is_looked_for_in_linear_time() -> None:
    for page in ("<link " * 200_000, "<meta " + "a" * 1_000_000, "<link rel=" * 100_000, "<meta charset" * 100_000):
        assert own_address(page) is None
        assert only(page, "a.html").uri is None


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("Lock shut\nBy Ode Marr\nURL: https://moor.example/lock\n\nIt was loud.", "https://moor.example/lock"),
        ("\ufefflink: <https://moor.example/lock>\nLock shut", "https://moor.example/lock"),
        ("Lock shut\n\nThe ferry sails. URL: https://moor.example/lock", None),
        ("URL: https://moor.example/lock or call us\nLock shut", None),
        ("https://moor.example/lock\nLock shut", None),
        ("URL: https://moor.example/a\nLink: https://moor.example/b\nLock shut", None),
        ("Lock shut\n" * 9 + "URL: https://moor.example/lock", None),
        ("URL: moor.example/lock\nLock shut", None),
    ],
)
def test_a_plain_text_may_state_its_address_above_it(text: str, url: str | None) -> None:
    record = only(text, "a.txt")
    assert (record.url, record.uri) == (url, None)
    assert record.text == text.removeprefix("\ufeff")


def test_the_stated_address_of_a_hostile_text_is_looked_for_in_linear_time() -> None:
    for text in ("URL: " * 1_000_000, "url:" + " " * 3_000_000, "URL: https://" + "a" * 3_000_000, "\n" * 3_000_000):
        assert stated_address(text) is None
