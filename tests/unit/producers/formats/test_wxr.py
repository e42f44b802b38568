"""Exports of WordPress: which posts are articles, and how their source is read."""

import io

import pytest

from producers.article import Record
from producers.formats import read

BODY = "The bridge at Aldermoor stays shut for two weeks."
SPACES = (
    'xmlns:wp="http://wordpress.org/export/1.2/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
)


def post(text: str = BODY, extra: str = "", **wp: str) -> str:
    given = {"post_type": "post", "status": "publish", **wp}
    fields = "".join(f"<wp:{name}>{value}</wp:{name}>" for name, value in given.items())
    return f"<item><title>T</title>{fields}{extra}<content:encoded><![CDATA[{text}]]></content:encoded></item>"


def records(*posts: str, channel: str = "") -> list[Record]:
    data = f'<rss version="2.0" {SPACES}><channel><title>Reed</title>{channel}{"".join(posts)}</channel></rss>'
    return list(read(io.BytesIO(data.encode()), "export.xml"))


@pytest.mark.parametrize("kind", ["post", "article", "press_release", "news"])
def test_posts_and_the_news_types_of_plugins_are_articles(kind: str) -> None:
    (record,) = records(post(post_type=kind))
    assert record.text == f"<p>{BODY}</p>"


@pytest.mark.parametrize(
    ("wp", "seen"),
    [
        ({"status": "draft"}, "1 with the status draft"),
        ({"status": "future"}, "1 with the status future"),
        ({"post_type": "page"}, "1 of the type page"),
        ({"post_type": "attachment", "status": "inherit"}, "1 of the type attachment"),
        ({"post_type": "nav_menu_item"}, "1 of the type nav_menu_item"),
        ({"post_password": "x"}, "1 behind a password"),
    ],
)
def test_what_is_no_published_post_is_passed_over_and_named_if_there_is_nothing_else(
    wp: dict[str, str], seen: str
) -> None:
    (only,) = records(post(**wp))
    assert f"has no published post: it holds {seen}" in (only.refused or "")
    (record,) = records(post(**wp), post())
    assert record.text == f"<p>{BODY}</p>"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>"),
        ("One.\r\nTwo.", "<p>One.<br>\nTwo.</p>"),
        ("<p>One.\n\nTwo.</p>", "<p>One.</p>\n<p>Two.</p>"),
        ("<!-- wp:heading --><h2>Head</h2><!-- /wp:heading -->\n\nOne.", "<h2>\nHead\n</h2>\n<p>One.</p>"),
        ("<ul>\n<li>One</li>\n</ul>", "<ul>\n<li>\nOne\n</li>\n</ul>"),
        ('One <a\nhref="x">two</a>.', '<p>One <a href="x">two</a>.</p>'),
        ("[vc_row][vc_column width='1/2']One.[/vc_column][/vc_row]", "<p>One.</p>"),
        ('One.\n\n[gallery ids="1,2"]\n\nTwo.', "<p>One.</p>\n<p>Two.</p>"),
        ("One.\n\n[embed]https://film.example/1[/embed]", "<p>One.</p>"),
        ("[gallery]One. [audio src='a.mp3']Two [sic] of [the] two.", "<p>One. Two [sic] of [the] two.</p>"),
    ],
)  # fmt: skip
def test_the_source_of_a_post_is_read_as_wordpress_shows_it(source: str, shown: str) -> None:
    (record,) = records(post(source))
    assert record.text == shown


def test_times_are_those_in_utc_and_a_date_of_zeros_is_none() -> None:
    extra = "<pubDate>Fri, 27 Nov 2026 09:00:00 +0100</pubDate>"
    (record,) = records(post(extra=extra, post_date_gmt="2026-11-27 08:30:00", post_modified_gmt="0000-00-00 00:00:00"))
    assert record.published_at is not None
    assert record.published_at.isoformat() == "2026-11-27T08:30:00+00:00"
    (record,) = records(post(extra=extra, post_date_gmt="0000-00-00 00:00:00"))
    assert record.published_at is not None
    assert record.published_at.isoformat() == "2026-11-27T09:00:00+01:00"


def test_an_account_gives_way_to_the_name_of_its_author() -> None:
    account = "<wp:author><wp:author_login>ab</wp:author_login><wp:author_first_name>Ada</wp:author_first_name>"
    account += "<wp:author_last_name>Blom</wp:author_last_name></wp:author>"
    creator = "<dc:creator>ab</dc:creator>"
    assert [record.byline for record in records(post(extra=creator), channel=account)] == ["Ada Blom"]


def test_a_post_without_words_is_refused_in_its_place() -> None:
    empty, whole = records(post("<img src='a.jpg'>[gallery]"), post())
    assert "the item has no text" in (empty.refused or "")
    assert whole.refused is None
