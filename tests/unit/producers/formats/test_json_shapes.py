"""The shapes in which services and tools export articles: a record of our own in each."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from producers.article import Record, Revision, Subject
from producers.formats import read
from producers.formats.json_shapes import SHAPES, fields_of

TEXT = "The lock at Oda stays shut for two weeks, the harbour office said. Eleven ships wait in the roads."
HTML = "<p>The lock at Oda stays shut for two weeks, the harbour office said.</p><p>Eleven ships wait in the roads.</p>"
TITLE = "Lock at Oda shut"
LINK = "https://odapost.example/lock"
EIGHT = datetime(2026, 11, 24, 8, tzinfo=UTC)
NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)

WORDPRESS = {
    "id": 17,
    "date": "2026-11-24T09:00:00",
    "date_gmt": "2026-11-24T08:00:00",
    "guid": {"rendered": "https://odapost.example/?p=17"},
    "modified": "2026-11-24T10:00:00",
    "modified_gmt": "2026-11-24T09:00:00",
    "slug": "lock",
    "status": "publish",
    "type": "post",
    "link": LINK,
    "title": {"rendered": "Lock at <em>Oda</em> &#8211; shut"},
    "content": {"rendered": HTML, "protected": False},
    "excerpt": {"rendered": "<p>Eleven ships wait.</p>"},
    "author": 3,
    "categories": [4, 9],
    "_embedded": {"author": [{"id": 3, "name": "Ode Marr"}], "wp:term": [[{"name": "Harbour"}], [{"name": "lock"}]]},
}
GUARDIAN = {
    "id": "world/2026/nov/24/lock",
    "type": "article",
    "sectionId": "world",
    "sectionName": "World news",
    "webPublicationDate": "2026-11-24T08:00:00Z",
    "webTitle": TITLE,
    "webUrl": LINK,
    "apiUrl": "https://content.odapost.example/lock",
    "fields": {"bodyText": TEXT, "body": HTML, "byline": "Ode Marr", "publication": "odapost.example"},
    "tags": [{"id": "world/harbours", "type": "keyword", "webTitle": "Harbours"}],
}
NYT = {
    "_id": "nyt://article/17",
    "uri": "nyt://article/17",
    "web_url": LINK,
    "headline": {"main": TITLE, "kicker": None, "print_headline": "Lock shut"},
    "abstract": "The lock at Oda stays shut.",
    "lead_paragraph": TEXT,
    "pub_date": "2026-11-24T08:00:00+0000",
    "source": "The Oda Post",
    "section_name": "World",
    "byline": {"original": "By Ode Marr", "person": []},
    "keywords": [{"name": "subject", "value": "Harbours", "rank": 1}],
}
NEWS_API = {
    "source": {"id": None, "name": "Oda Post"},
    "author": "Ode Marr",
    "title": TITLE,
    "description": "The lock stays shut.",
    "url": LINK,
    "urlToImage": None,
    "publishedAt": "2026-11-24T08:00:00Z",
    "content": f"{TEXT[:60]}… [+1234 chars]",
}
#: Name, the record in its wrapping, and what of TITLE, text, LINK, EIGHT, byline and publisher it gives.
SAMPLES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "wordpress": ([WORDPRESS], ("Lock at Oda – shut", HTML, LINK, EIGHT, "Ode Marr", None)),
    "guardian": (
        {"response": {"status": "ok", "results": [GUARDIAN]}},
        (TITLE, HTML, LINK, EIGHT, "Ode Marr", "odapost.example"),
    ),
    "guardian, one": (
        {"response": {"status": "ok", "content": {**GUARDIAN, "fields": {"bodyText": TEXT}}}},
        (TITLE, TEXT, LINK, EIGHT, None, None),
    ),
    "nyt": (
        {"status": "OK", "copyright": "(c)", "response": {"docs": [NYT], "meta": {"hits": 1}}},
        (TITLE, TEXT, LINK, EIGHT, "By Ode Marr", "The Oda Post"),
    ),
    "news api": (
        {"status": "ok", "totalResults": 1, "articles": [NEWS_API]},
        (TITLE, NEWS_API["content"], LINK, EIGHT, "Ode Marr", "Oda Post"),
    ),
    "news api, without content": (
        {"status": "ok", "articles": [{**NEWS_API, "content": None, "description": TEXT}]},
        (TITLE, TEXT, LINK, EIGHT, "Ode Marr", "Oda Post"),
    ),
    "gnews": (
        {"totalArticles": 1, "articles": [{**NEWS_API, "content": TEXT, "source": {"name": "Oda Post", "url": "u"}}]},
        (TITLE, TEXT, LINK, EIGHT, "Ode Marr", "Oda Post"),
    ),
    "mediastack": (
        {
            "pagination": {"total": 1},
            "data": [
                {"author": None, "title": TITLE, "description": TEXT, "url": LINK, "source": "Oda Post",
                 "category": "general", "language": "en", "published_at": "2026-11-24T08:00:00+00:00"}
            ],
        },
        (TITLE, TEXT, LINK, EIGHT, None, "Oda Post"),
    ),
    "newsdata": (
        {
            "status": "success",
            "results": [
                {"article_id": "a17", "title": TITLE, "link": LINK, "description": TEXT, "content": "PAID PLANS ONLY",
                 "pubDate": "2026-11-24 08:00:00", "source_id": "odapost", "source_name": "Oda Post",
                 "creator": ["Ode Marr"], "language": "english"}
            ],
        },
        (TITLE, TEXT, LINK, EIGHT, "Ode Marr", "Oda Post"),
    ),
    "newscatcher": (
        {
            "articles": [
                {"title": TITLE, "author": "Ode Marr", "published_date": "2026-11-24 08:00:00", "link": LINK,
                 "clean_url": "odapost.example", "summary": TEXT, "excerpt": "Shut.", "rights": "odapost.example"}
            ]
        },
        (TITLE, TEXT, LINK, EIGHT, "Ode Marr", "odapost.example"),
    ),
    "news-please": (
        {"title": TITLE, "maintext": TEXT, "url": LINK, "date_publish": "2026-11-24 08:00:00", "authors": ["Ode Marr"],
         "source_domain": "odapost.example", "filename": "x.json"},
        (TITLE, TEXT, LINK, EIGHT, "Ode Marr", "odapost.example"),
    ),
    "gdelt": (
        {
            "articles": [
                {"url": LINK, "title": TITLE, "seendate": "20261124T080000Z", "domain": "odapost.example",
                 "language": "English", "sourcecountry": "Norway", "text": TEXT}
            ]
        },
        (TITLE, TEXT, LINK, EIGHT, None, "odapost.example"),
    ),
    "event registry": (
        {
            "articles": {
                "results": [
                    {"uri": "8123", "title": TITLE, "body": TEXT, "url": LINK, "dateTimePub": "2026-11-24T08:00:00Z",
                     "source": {"uri": "odapost.example", "title": "Oda Post"}, "authors": [{"name": "Ode Marr"}]}
                ]
            }
        },
        (TITLE, TEXT, LINK, EIGHT, "Ode Marr", "Oda Post"),
    ),
    "bing": (
        {"value": [{"name": TITLE, "url": LINK, "description": TEXT, "datePublished": "2026-11-24T08:00:00Z",
                    "provider": [{"name": "Oda Post"}]}]},
        (TITLE, TEXT, LINK, EIGHT, None, "Oda Post"),
    ),
    "aylien": (
        {"stories": [{"id": 1, "title": TITLE, "body": TEXT, "links": {"permalink": LINK}, "author": "Ode Marr",
                      "published_at": "2026-11-24T08:00:00Z", "source": {"name": "Oda Post"}}]},
        (TITLE, TEXT, LINK, EIGHT, "Ode Marr", "Oda Post"),
    ),
    "fundus": (
        {"title": TITLE, "authors": ["Ode Marr"], "publishing_date": "2026-11-24 08:00:00+00:00",
         "publisher": "Oda Post", "body": {"summary": ["Shut."],
                                           "sections": [{"headline": [], "paragraphs": ["One.", "Two."]},
                                                      {"headline": ["x"], "paragraphs": ["Three."]}]}},
        (TITLE, "One.\n\nTwo.\n\nThree.", None, EIGHT, "Ode Marr", "Oda Post"),
    ),
    "trafilatura": (
        {"title": TITLE, "author": "Ode Marr", "hostname": "odapost.example", "date": "2026-11-24T08:00:00Z",
         "text": TEXT, "source": LINK, "source-hostname": "Oda Post", "excerpt": "Shut."},
        (TITLE, TEXT, LINK, EIGHT, "Ode Marr", "odapost.example"),
    ),
    "readability": (
        {"title": TITLE, "byline": "Ode Marr", "content": HTML, "textContent": TEXT, "excerpt": "Shut.", "url": LINK,
         "siteName": "Oda Post", "publishedTime": "2026-11-24T08:00:00Z"},
        (TITLE, HTML, LINK, EIGHT, "Ode Marr", "Oda Post"),
    ),
    "feedparser": (
        {"entries": [{"title": TITLE, "link": LINK, "author": "Ode Marr", "summary": "Shut.",
                      "content": [{"type": "text/html", "value": HTML}],
                      "published": "Tue, 24 Nov 2026 08:00:00 GMT"}]},
        (TITLE, HTML, LINK, EIGHT, "Ode Marr", None),
    ),
    "google reader": (
        {"items": [{"id": "tag:google.com,2005:reader/item/1", "title": TITLE, "published": 1795507200,
                    "alternate": [{"href": LINK}], "summary": {"content": HTML}, "origin": {"title": "Oda Post"},
                    "author": "Ode Marr"}]},
        (TITLE, HTML, LINK, EIGHT, "Ode Marr", "Oda Post"),
    ),
    "drupal": (
        {"data": [{"type": "node--article", "id": "7f9d", "attributes": {
            "title": TITLE, "created": "2026-11-24T08:00:00Z", "body": {"value": HTML, "processed": HTML}}}]},
        (TITLE, HTML, None, EIGHT, None, None),
    ),
    "elasticsearch": (
        {"hits": {"total": 1, "hits": [{"_id": "1", "_source": {"title": TITLE, "text": TEXT, "url": LINK,
                                                                 "date": "2026-11-24T08:00:00Z"}}]}},
        (TITLE, TEXT, LINK, EIGHT, None, None),
    ),
}  # fmt: skip
FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "The Oda Post",
    "home_page_url": "https://odapost.example/",
    "feed_url": "https://odapost.example/feed.json",
    "language": "nb",
    "authors": [{"name": "The desk"}],
    "items": [
        {
            "id": "17",
            "url": LINK,
            "external_url": "https://else.example/source",
            "title": TITLE,
            "content_text": TEXT,
            "date_published": "2026-11-24T08:00:00Z",
            "date_modified": "2026-11-24T09:00:00Z",
            "authors": [{"name": "Ode Marr"}],
            "tags": ["harbour"],
            "attachments": [{"url": "https://odapost.example/a.mp3", "mime_type": "audio/mpeg"}],
        },
        {"id": "https://odapost.example/two", "content_html": HTML, "language": "en"},
        {"id": 18, "summary": "Only a summary."},
    ],
}


def load(value: Any) -> list[Record]:
    return list(read(io.BytesIO(json.dumps(value).encode()), "a.json"))


@pytest.mark.parametrize("name", SAMPLES)
def test_an_article_of_each_shape_gives_its_fields(name: str) -> None:
    value, wanted = SAMPLES[name]
    (record,) = load(value)
    assert record.refused is None
    given = (record.title, record.text, record.url, record.published_at, record.byline, record.publisher)
    assert given == wanted


def test_every_row_of_the_table_has_a_sample_here() -> None:
    texts = json.dumps([value for value, _ in SAMPLES.values()])
    for shape in SHAPES:
        for mark in shape.marks:
            assert all(f'"{key}"' in texts for key in mark.split(".")), shape.name


def test_a_post_of_wordpress_is_an_item_with_a_revision() -> None:
    (record,) = load([WORDPRESS])
    assert (record.item, record.revision, record.slug) == ("https://odapost.example/?p=17", Revision(NINE), "lock")
    assert record.subjects[:2] == (Subject(name="Harbour"), Subject(name="lock"))
    assert "published_at_assumed" not in record.metadata
    (record,) = load([{**WORDPRESS, "status": "trash", "content": {"rendered": ""}}])
    assert (record.refused, record.status.value) == (None, "canceled")


def test_items_of_the_guardian_and_the_new_york_times_have_a_name() -> None:
    (record,) = load({"response": {"results": [GUARDIAN]}})
    assert (record.item, record.section) == ("world/2026/nov/24/lock", "World news")
    assert record.subjects == (Subject("world/harbours", "Harbours"),)
    (record,) = load({"response": {"docs": [NYT]}})
    assert (record.item, record.section) == ("nyt://article/17", "World")
    assert record.subjects == (Subject(name="Harbours"),)


def test_a_text_that_is_only_the_beginning_says_so() -> None:
    (record,) = load({"response": {"docs": [NYT]}})
    assert record.metadata["teaser"] == "lead_paragraph"
    (record,) = load({"articles": [NEWS_API]})
    assert "teaser" not in record.metadata
    assert record.metadata["description"] == "The lock stays shut."


def test_an_export_without_texts_is_refused_with_what_it_has() -> None:
    (record,) = load({"articles": [{"url": LINK, "title": TITLE, "seendate": "20261124T080000Z"}]})
    assert "no text: it is expected" in (record.refused or "")
    (record,) = load({"title": TITLE, "url": LINK, "description": TEXT})
    assert 'no text, only a "description"' in (record.refused or "")


def test_a_json_feed_gives_what_feed_and_items_say() -> None:
    first, second, third = load(FEED)
    assert (first.title, first.text, first.byline, first.publisher) == (TITLE, TEXT, "Ode Marr", "The Oda Post")
    assert (first.url, first.item) == (LINK, "https://odapost.example/feed.json 17")
    assert (first.published_at, first.revision, first.language) == (EIGHT, Revision(NINE), "nb")
    assert first.subjects == (Subject(name="harbour"),)
    assert first.metadata["external_url"] == "https://else.example/source"
    assert (second.title, second.text, second.media_type) == (None, HTML, "text/html")
    assert (second.byline, second.language) == ("The desk", "en")
    assert (second.item, second.url) == ("https://odapost.example/two", "https://odapost.example/two")
    assert 'only a "summary"' in (third.refused or "")


def test_two_feeds_that_both_count_from_1_have_different_items() -> None:
    other = {**FEED, "feed_url": "https://moor.example/feed.json"}
    assert load(FEED)[0].item != load(other)[0].item


@pytest.mark.parametrize("wrong", [None, 7, "", [], {}, [[], {}, None], {"rendered": {"main": [1]}}, ["x", {"y": 2}]])
def test_values_of_the_wrong_kind_do_no_harm(wrong: object) -> None:
    for sample in (WORDPRESS, GUARDIAN, NYT, NEWS_API):
        for name in sample:
            assert load([{**sample, name: wrong}])


def test_a_wide_object_is_laid_out_in_time() -> None:
    fields = fields_of({**WORDPRESS, "_embedded": {"wp:term": [[{"name": "x"}] * 100] * 1000}, "x": ["y"] * 100_000})
    assert fields["headline"]


@pytest.mark.parametrize("name", ["title", "content", "body", "headline", "fields", "byline", "origin", "attributes"])
def test_lists_as_deep_as_json_allows_do_no_harm(name: str) -> None:
    for depth in range(850, 1000):
        deep = "[" * depth + "]" * depth
        others = f'"webTitle": {deep}, "embargoed": {deep}'
        text = f'{{"text": "x", "{name}": {deep}, {others}}}'
        assert list(read(io.BytesIO(text.encode()), "a.json"))
