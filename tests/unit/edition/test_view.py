from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.article import LEAD
from worker.edition import view
from worker.edition.profile import Selection
from worker.errors import ConfigurationError

from .examples import STORM, an_edition, carried, full, source


def story(**fields: object) -> view.Block:
    return view.edition(an_edition(carried(1, **fields))).topics[0]


def test_times_are_shown_in_the_time_zone_of_the_edition() -> None:
    published = datetime(2026, 11, 21, 23, 15, tzinfo=UTC)

    berlin = view.edition(an_edition(carried(1, published_at=published)))
    tokyo = view.edition(an_edition(carried(1, published_at=published), timezone="Asia/Tokyo"))

    assert (berlin.topics[0].published, berlin.closed) == ("22 November, 00:15", "22 November 2026, 07:00")
    assert (tokyo.topics[0].published, tokyo.closed) == ("22 November, 08:15", "22 November 2026, 15:00")
    assert berlin.topics[0].published_iso == tokyo.topics[0].published_iso == "2026-11-21T23:15:00Z"


def test_a_time_of_another_year_names_the_year() -> None:
    assert story(published_at=datetime(2025, 12, 30, 12, tzinfo=UTC)).published == "30 December 2025, 13:00"


def test_a_story_without_a_publication_time_shows_none() -> None:
    assert story(published_at=None).published is None


@pytest.mark.parametrize(
    ("profile", "name"),
    [("daily", "Daily edition"), ("world_news", "World news edition"), ("EU-law", "EU law edition")],
)
def test_an_edition_is_called_by_its_profile(profile: str, name: str) -> None:
    assert view.edition(an_edition(profile=profile)).name == name


def test_a_title_is_the_masthead() -> None:
    assert view.edition(an_edition(title="The Harbour Brief")).name == "The Harbour Brief"


def test_each_other_publisher_is_named_once_and_the_canonical_s_own_never() -> None:
    shown = story(sources=(source(1, "North Wire"), source(2, "Post"), source(3, "post "), source(4, "north  wire")))

    assert shown.source.name == "North Wire"
    assert [one.name for one in shown.others] == ["Post"]


def test_the_outlets_of_all_reports_of_a_topic_are_named_beneath_it() -> None:
    document = an_edition(
        carried(1, body=STORM[0], sources=(source(1, "North Wire"), source(11, "Post"))),
        carried(2, body=STORM[1], sources=(source(2, "Island News"), source(12, "North Wire"))),
    )
    (topic,) = view.edition(document).topics

    assert sorted([topic.source.name, *(other.name for other in topic.others)]) == ["Island News", "North Wire", "Post"]


def test_of_many_publishers_some_are_named_and_the_rest_counted() -> None:
    shown = story(sources=(source(1, "A"), *(source(10 + n, f"P{n}") for n in range(10))))

    assert len(shown.others) == view.MOST_NAMED
    assert shown.more == 10 - view.MOST_NAMED


@pytest.mark.parametrize(
    ("publisher", "uri", "expected"),
    [
        ("Post", "https://post.example/a", view.Named("Post", "https://post.example/a")),
        (None, "https://www.post.example/a", view.Named("post.example", "https://www.post.example/a")),
        (" ", "notes/cup.txt#2", view.Named("", None)),
        (None, "urn:post:7", view.Named("", None)),
        ("Post", "javascript:alert(1)", view.Named("Post", None)),
    ],
)
def test_a_source_is_named_by_its_publisher_else_its_host_and_never_by_its_file(
    publisher: str | None, uri: str, expected: view.Named
) -> None:
    assert story(sources=(source(1, publisher, uri=uri),)).source == expected


@pytest.mark.parametrize(
    ("folder", "name"), [("oda-desk", "oda-desk"), ("inbox", ""), ("push", ""), ("http", ""), ("", "")]
)
def test_a_source_that_nobody_knows_has_the_name_of_its_folder_if_it_lay_in_one(folder: str, name: str) -> None:
    assert story(sources=(source(1, uri="oda-desk/cup.txt", source=folder),)).source == view.Named(name, None)


def test_a_source_is_linked_to_its_web_address_although_its_uri_is_another_id() -> None:
    shown = story(sources=(source(1, "Post", uri="urn:post:7", url="https://post.example/a"),))

    assert shown.source == view.Named("Post", "https://post.example/a")


def test_copies_that_nobody_signed_are_not_listed() -> None:
    shown = story(sources=(source(1, "Post"), source(2, uri="a.txt"), source(3, uri="b.txt")))

    assert shown.others == ()


@pytest.mark.parametrize(
    "uri",
    [
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://host.example/x",
        "urn:isbn:1",
        "//host.example/x",
        "story.txt",
        "https:",
        "https://",
        "https:///path",
        "http://[::1",
        "https://user:secret@host.example/",
        "https://post.example@evil.example/",
    ],
)
def test_only_an_http_address_without_a_user_becomes_a_link(uri: str) -> None:
    assert view.link(uri) is None


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("https://post.example/a?b=1&c=%20#d", "https://post.example/a?b=1&c=%20#d"),
        ("HTTP://Post.Example/A", "HTTP://Post.Example/A"),
        (' https://post.example/a b"<>\\`\n ', "https://post.example/a%20b%22%3C%3E%5C%60"),
        ("https://post.example/日本", "https://post.example/日本"),
        ("https://post.example/\u2003x", "https://post.example/%E2%80%83x"),
    ],
)
def test_an_address_keeps_what_is_safe_and_has_the_rest_encoded(uri: str, expected: str) -> None:
    assert view.link(uri) == expected


@settings(deadline=None)
@given(st.text(), st.sampled_from(["https://post.example/", "http://", ""]))
def test_no_address_can_leave_its_quotes_or_brackets(tail: str, head: str) -> None:
    href = view.link(head + tail)

    assert href is None or not set(href) & set('"<>\\` \t\r\n\x00')


@pytest.mark.parametrize(
    ("language", "tag", "direction"),
    [
        ("en", "en", None),
        ("ar", "ar", "rtl"),
        ("he", "he", "rtl"),
        ("fa-IR", "fa-IR", "rtl"),
        ("und", None, "auto"),
        ('en" onload="x', None, "auto"),
    ],
)
def test_a_story_says_its_language_and_direction(language: str, tag: str | None, direction: str | None) -> None:
    shown = story(language=language)

    assert (shown.language, shown.direction) == (tag, direction)


@pytest.mark.parametrize(
    ("fields", "note"),
    [
        ({"engine": "extractive"}, None),
        ({"engine": "extractive", "model": LEAD}, view.FIRST_SENTENCES),
        ({"engine": "seq2seq", "model": "org/name"}, view.GENERATED.format(model="name")),
        ({"engine": "causal", "model": "/srv/models/name/"}, view.GENERATED.format(model="name")),
        ({"engine": "extractive", "supported": False}, view.UNSUPPORTED),
        ({"engine": "causal", "supported": False}, view.UNSUPPORTED),
    ],
)
def test_a_summary_that_is_not_a_plain_extract_says_so(fields: dict[str, Any], note: str | None) -> None:
    assert story(**fields).note == note


def test_a_mark_that_most_topics_would_have_is_on_none_and_the_overview_counts_them() -> None:
    old = {"published_at": datetime(2026, 11, 20, tzinfo=UTC)}

    def marked(late: int, count: int) -> tuple[int, str]:
        topics = [carried(n, **old) if n < late else carried(n, published_at=None) for n in range(count)]
        seen = view.edition(an_edition(*topics))
        return [block.marks for part in seen.sections for block in part.topics].count(("Late report",)), seen.overview

    assert marked(4, 5)[0] == 0
    assert "4 late" in marked(4, 5)[1]
    assert marked(2, 5)[0] == 2
    assert marked(3, 4)[0] == 3


def test_updates_and_late_reports_are_marked() -> None:
    old = datetime(2026, 11, 2, tzinfo=UTC)

    assert story(update=True, published_at=old).marks == ("Update", "Late report")
    assert story().marks == ()


def test_text_for_readers_has_one_line_and_no_controls() -> None:
    assert view.plain(" a\x00b\r\n\tc\u2028d \x85 e\ud800\ufffe\uffff\U0001ffff  ") == "a b c d e"
    assert view.plain("100\u00a0000 km") == "100\u00a0000 km"


def test_numbers_and_nouns_agree() -> None:
    one, many = view.edition(an_edition(carried(1))), view.edition(full())

    assert (one.overview, one.reading_time) == ("1 article, 1 topic.", "1 minute to read")
    assert one.totals == ("1 article received", "1 topic", "0 reprints", "0 failed")
    assert many.overview == "22 articles, 7 topics, 2 reported by several outlets, 1 updated, 2 late."
    assert many.totals == ("1,204 articles received", "7 topics", "31 reprints", "2 failed")


def test_an_edition_says_how_many_topics_it_does_not_show_and_where_they_are() -> None:
    document = an_edition(*(carried(n) for n in range(1, 6)), selection=Selection(length=2))

    assert view.edition(document).rest == "3 more in the JSON."
    assert view.edition(document, page=str).rest == "3 more in the reading room."
    assert view.edition(document).totals[-1] == "3 topics not shown"
    assert view.edition(an_edition(carried(1))).rest == ""


def test_a_headline_leads_to_the_page_of_its_story_if_there_is_one_else_to_the_article() -> None:
    linked, unlinked = carried(1), carried(2, sources=(source(2, "Post", uri="mill.txt"),))
    topics = view.edition(an_edition(linked, unlinked), page="/stories/{}".format).topics

    assert [topic.href for topic in topics] == ["/stories/story-001", "/stories/story-002"]
    assert [topic.href for topic in view.edition(an_edition(linked, unlinked)).topics] == [
        "https://news.example/1",
        None,
    ]


def test_on_a_desk_with_a_site_mail_and_files_lead_there() -> None:
    linked, unlinked = carried(1), carried(2, sources=(source(2, "Post", uri="mill.txt"),))
    shown = view.edition(an_edition(linked, unlinked, web_url="https://desk.example"))

    assert [topic.href for topic in shown.topics] == [
        "https://news.example/1",
        "https://desk.example/stories/story-002",
    ]
    assert shown.address == "https://desk.example/profiles/daily/editions/2026-11-22"
    assert view.edition(an_edition(linked)).address is None


def test_an_edition_of_a_time_zone_that_this_machine_does_not_know_is_refused_in_one_sentence() -> None:
    document = an_edition(carried(1))
    document["edition"]["timezone"] = "Mars/Base"

    with pytest.raises(ConfigurationError, match=r"^The edition of 2026-11-22 .* 'Mars/Base': install the newest tz"):
        view.edition(document)
