"""Lists of other readers come in, and ours go out."""

from pathlib import Path

import pytest

from producers.errors import ConfigurationError
from producers.feeds import listing, opml
from producers.feeds.listing import Feed

LIST = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>Mine</title></head><body>
<outline text="News"><outline text="Courier &amp; Post" type="rss" xmlUrl="https://courier.example/feed?a=1&amp;b=2"/>
  <outline title="Ånd" text="x" xmlUrl=" https://and.example/ "/><outline text="A page" htmlUrl="https://p.example/"/></outline>
<outline text="Courier &amp; Post" xmlurl="http://other.example/feed"/>
<outline xmlUrl="https://www.nameless.example/feed"/>
<outline text="Courier &amp; Post" xmlUrl="https://courier.example/feed?a=1&amp;b=2"/>
<outline text="inbox" xmlUrl="https://inbox.example/feed"/>
<outline text="Script" xmlUrl="javascript:alert(1)"/>
</body></opml>"""


def test_the_feeds_of_another_reader_are_added_once_each_under_a_name_of_its_own(tmp_path: Path) -> None:
    for _ in range(2):
        result = listing.add_all(tmp_path, opml.read(LIST.encode()))

    assert [(feed.name, feed.url) for feed in listing.read(tmp_path)] == [
        ("Courier & Post", "https://courier.example/feed?a=1&b=2"),
        ("Ånd", "https://and.example/"),
        ("Courier & Post 2", "http://other.example/feed"),
        ("nameless.example", "https://www.nameless.example/feed"),
        ("inbox 2", "https://inbox.example/feed"),
    ]
    assert (len(result.added), len(result.known), len(result.refused)) == (0, 6, 1)
    assert "javascript" in result.refused[0]


@pytest.mark.parametrize("content", [b"", b"hello", b"<rss/>", b"<html><body/></html>"])
def test_what_is_no_opml_is_refused(content: bytes) -> None:
    with pytest.raises(ConfigurationError, match="no list of feeds"):
        opml.read(content)


def test_a_list_with_a_stray_ampersand_is_read() -> None:
    text = '<opml><body><outline text="Arts & Ends" xmlUrl="https://a.example/f?a=1&b=2"/></body></opml>'

    assert opml.read(text.encode()) == [("Arts & Ends", "https://a.example/f?a=1&b=2")]


def test_an_exported_list_can_be_imported_and_holds_no_login() -> None:
    feeds = [
        Feed(name='A "B" <C>', url="https://reader:secret@a.example/?a=1&b=2"),
        Feed(name="D", url="http://d.example/"),
    ]

    content = opml.written(feeds)

    assert b"secret" not in content
    assert opml.read(content) == [('A "B" <C>', "https://a.example/?a=1&b=2"), ("D", "http://d.example/")]
