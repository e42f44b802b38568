"""Feeds: what real ones do beyond the samples."""

import io
import time
from datetime import UTC

import pytest

from producers.article import Record, Status
from producers.formats import read

BODY = "The bridge at Aldermoor stays shut for two weeks."
CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'


def records(data: str | bytes, name: str = "a.xml") -> list[Record]:
    return list(read(io.BytesIO(data.encode() if isinstance(data, str) else data), name))


def rss(*items: str, channel: str = "<title>The Daily Reed</title><link>https://reed.example/</link>") -> str:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0" {CONTENT}><channel>{channel}{inner}</channel></rss>'


def item(inner: str) -> Record:
    (record,) = records(rss(inner))
    return record


def entry(inner: str, feed: str = "") -> Record:
    (record,) = records(f'<feed xmlns="http://www.w3.org/2005/Atom">{feed}<entry>{inner}</entry></feed>')
    return record


@pytest.mark.parametrize(
    ("markup", "text", "media_type"),
    [
        (f"<description>{BODY}</description>", BODY, "text/plain"),
        (f"<description>&lt;p&gt;{BODY}&lt;/p&gt;</description>", f"<p>{BODY}</p>", "text/html"),
        (f"<description><![CDATA[<p>{BODY}</p>]]></description>", f"<p>{BODY}</p>", "text/html"),
        (f"<description>&amp;lt;p&amp;gt;{BODY}&amp;lt;/p&amp;gt;</description>", f"<p>{BODY}</p>", "text/html"),
        (f"<description>{BODY} Caf&amp;eacute; &amp;amp; bar.</description>", f"{BODY} Café & bar.", "text/plain"),
        (f"<description>A &lt; B, and {BODY}</description>", f"A < B, and {BODY}", "text/plain"),
        (f"<description>{BODY}</description><content:encoded> </content:encoded>", BODY, "text/plain"),
        (f"<description>Short.</description><content:encoded>{BODY}</content:encoded>", BODY, "text/plain"),
        (f"<description>{BODY}</description><content:encoded>Short.</content:encoded>", BODY, "text/plain"),
        (f"<fullitem>{BODY}</fullitem>", BODY, "text/plain"),
        (f'<body xmlns="http://www.w3.org/1999/xhtml"><p>{BODY}</p></body>', f"<div><p>{BODY}</p></div>", "text/html"),
    ],
)
def test_the_fullest_text_is_read_however_it_is_escaped(markup: str, text: str, media_type: str) -> None:
    record = item(markup)
    assert (record.text, record.media_type) == (text, media_type)


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (f'<content type="html">&lt;p&gt;{BODY}&lt;/p&gt;</content>', f"<p>{BODY}</p>"),
        (f'<content type="text/plain">{BODY} &lt;p&gt;</content>', f"{BODY} <p>"),
        (f"<summary>Short.</summary><content>{BODY}</content>", BODY),
        (f"<summary>{BODY}</summary>", BODY),
    ],
)
def test_content_and_summary_of_an_entry_are_its_text(inner: str, text: str) -> None:
    assert entry(inner).text == text


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("Bank &amp;amp; bridge", "Bank & bridge"),
        ("<![CDATA[<b>Bridge</b> &#8220;shut&#8221;]]>", "Bridge “shut”"),
        ("Prices &lt; wages", "Prices < wages"),
        ("\n  Bridge\n  shut  ", "Bridge shut"),
    ],
)
def test_a_title_is_one_line_without_tags_and_escapes(title: str, read: str) -> None:
    assert item(f"<title>{title}</title><description>{BODY}</description>").title == read


@pytest.mark.parametrize(
    ("inner", "url"),
    [
        (
            "<link>https://reed.example/1?utm_source=rss&amp;id=2&amp;utm_medium=x#a</link>",
            "https://reed.example/1?id=2#a",
        ),
        ("<link>/1.html?at_medium=RSS&amp;at_campaign=K</link>", "https://reed.example/1.html"),
        ("<guid>https://reed.example/2</guid>", "https://reed.example/2"),
        (
            '<link>https://go.example/x</link><f:origLink xmlns:f="http://rssnamespace.org/feedburner/ext/1.0">'
            "https://reed.example/3</f:origLink>",
            "https://reed.example/3",
        ),
        ("<link>http://[bad</link>", None),
    ],
)
def test_the_address_of_an_item_is_absolute_and_counts_no_readers(inner: str, url: str | None) -> None:
    record = item(f"{inner}<description>{BODY}</description>")
    assert record.url == url


def test_an_id_is_the_name_of_an_item_and_unique_within_its_feed_only() -> None:
    first, second = records(
        rss(f"<guid>7</guid><description>{BODY}</description>", f"<description>{BODY}</description>")
    )
    assert first.item == "https://reed.example/ 7"
    assert second.item is None


def test_an_id_that_several_items_have_names_none_of_them() -> None:
    inner = f"<guid isPermaLink='false'>reed</guid><description>{BODY}</description>"
    assert {record.item for record in records(rss(inner, inner + "<title>Other</title>"))} == {None}


def test_an_item_is_the_same_whatever_its_feed_counts_beside_it() -> None:
    inner = f"<guid>7</guid><link>https://reed.example/1</link><description>{BODY}</description>"
    counters = "<comments>12</comments><x:views xmlns:x='urn:x'>9</x:views>"
    assert item(inner).raw == item(inner + counters).raw


def test_what_is_refused_of_a_feed_can_be_corrected_and_dropped_again_as_json() -> None:
    record = item(f"<title>Bridge shut</title><guid>7</guid><description>{BODY}</description>")
    (again,) = records(record.raw, "a.json")
    assert (again.title, again.text, again.item) == (record.title, record.text, record.item)


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("<author>ada@reed.example (Ada Blom)</author>", "Ada Blom"),
        ("<author>Ada Blom &lt;ada@reed.example&gt;</author>", "Ada Blom"),
        ("<author>ada@reed.example</author>", None),
        ("<author>admin</author>", None),
    ],
)
def test_an_author_is_a_name_and_no_address_or_account(author: str, name: str | None) -> None:
    assert item(f"{author}<description>{BODY}</description>").byline == name


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("<pubDate>Fri, 27 Nov 2026 08:00:00 GMT</pubDate>", "2026-11-27T08:00"),
        ("<pubDate>2026-11-27T08:00:00Z</pubDate>", "2026-11-27T08:00"),
        ("<pubdate>Fri, 27 Nov 26 08:00 EST</pubdate>", "2026-11-27T13:00"),
        ('<dc:date xmlns:dc="http://purl.org/dc/elements/1.1/">2026-11-27</dc:date>', "2026-11-27T00:00"),
        ("<pubDate>soon</pubDate>", None),
    ],
)
def test_dates_are_read_in_the_spellings_of_feeds(date: str, at: str | None) -> None:
    published = item(f"{date}<description>{BODY}</description>").published_at
    assert (published.astimezone(tz=UTC).isoformat()[:16] if published else None) == at


def test_an_entry_under_control_of_its_editor_as_a_draft_is_withheld() -> None:
    control = '<app:control xmlns:app="http://www.w3.org/2007/app"><app:draft>yes</app:draft></app:control>'
    assert entry(f"<content>{BODY}</content>{control}").status is Status.WITHHELD


def test_the_authors_of_a_feed_are_those_of_its_entries_unless_they_are_the_house() -> None:
    feed = "<title>The Daily Reed</title><author><name>The Daily Reed</name></author><author><name>Ada</name></author>"
    assert entry(f"<content>{BODY}</content>", feed).byline == "Ada"


def test_prefixes_that_are_declared_nowhere_are_read_all_the_same() -> None:
    text = f"<content:encoded>{BODY}</content:encoded>"
    (record,) = records(f"<rss><channel><item><dc:creator>Ada</dc:creator>{text}</item></channel></rss>")
    assert (record.byline, record.text) == ("Ada", BODY)
    assert "not well-formed" in record.metadata["xml_mended"]


def test_an_item_that_is_cut_short_is_refused_and_those_before_it_are_read() -> None:
    whole = rss(
        f"<title>One</title><description>{BODY}</description>", f"<title>Two</title><description>{BODY}</description>"
    )
    one, two = records(whole[: whole.rindex("shut for")])
    assert (one.text, two.text) == (BODY, "")
    assert "cut short" in (two.refused or "")


def test_a_feed_that_ends_between_two_items_says_so() -> None:
    one, rest = records(rss(f"<description>{BODY}</description>").replace("</channel></rss>", ""))
    assert one.text == BODY
    assert "the feed is cut short after its last item here" in (rest.refused or "")


def test_what_stands_behind_a_feed_is_no_fault() -> None:
    (record,) = records(rss(f"<description>{BODY}</description>") + "<!-- 0.2 s --><script>track()</script>")
    assert record.text == BODY


def test_items_that_mending_a_feed_loses_are_counted() -> None:
    deep = f"<description>{'<b>' * 3000}</description>"
    *_, last = records(rss(f"<title>One</title>{deep}", f"<description>{BODY}</description>"))
    assert (last.refused or "").startswith("1 more item of the feed cannot be read: the XML is nested deeper")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("<rss><channel><title>Reed</title></channel></rss>", "the feed has no items"),
        ("<rss><channel><itunes:subtitle>Reed</itunes:subtitle></channel></rss>", "the feed has no items"),
        ("<rss version='2.0'>\n<channel>", "not well-formed XML"),
        ('<RDF xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><Work/></RDF>', "the feed has no items"),
        (rss("<title>Bridge shut</title>"), "the item has no text, only a title"),
        (rss("<description> <![CDATA[<img src='a'>]]> </description>"), "the item has no text"),
        ('<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">'
         "<at:deleted-entry/></feed>", "does not say which"),
        ('<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>', "this is a sitemap"),
        ('<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>', "this is a sitemap"),
        ('<opml version="2.0"/>', "this is OPML, a list of feeds"),
    ],
)  # fmt: skip
def test_what_holds_no_article_is_refused_with_what_it_is(data: str, reason: str) -> None:
    (record,) = records(data)
    assert reason in (record.refused or "")


@pytest.mark.parametrize(
    "data",
    [
        rss("<title>x</title>").replace("<item>", "<item " + " ".join(f'a{n}="1"' for n in range(90_000)) + ">"),
        "<rss " + " ".join(f'a{n}="1"' for n in range(90_000)) + "></rss>",
        "<rss " + " ".join(f'xmlns:a{n}="urn:{n}"' for n in range(90_000)) + "></rss>",
        "<rss " + "a " * 500_000,
        rss("<item>" * 90_000),
        rss("<description>" + "&lt;" * 300_000 + "</description>"),
        rss("<title>" + "&lt;b " * 100_000 + "</title>"),
    ],
)  # fmt: skip
def test_a_hostile_feed_ends_in_a_sentence_and_soon(data: str) -> None:
    start = time.process_time()
    assert all(record.refused or record.text for record in records(data))
    assert time.process_time() - start < 5
