"""JSON and JSON Lines."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producers.article import Record, Revision, Signal, Status, Subject, raw_article
from producers.formats import articles, read
from producers.formats.json_files import MAX_LINE_BYTES, wrapped
from producers.formats.times import read_time

TEXT = "The bridge at Aldermoor stays shut for two weeks."


def load(value: Any, name: str = "a.json") -> list[Record]:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return list(read(io.BytesIO(data), name))


def only(value: Any) -> Record:
    (record,) = load(value)
    return record


NEWS = {
    "@context": "https://schema.org",
    "@type": ["NewsArticle", "ReportageNewsArticle"],
    "@id": "https://moor.example/bridge#article",
    "headline": "Bridge shut",
    "articleBody": TEXT,
    "datePublished": "2026-11-22T08:00:00Z",
    "dateModified": "2026-11-22T09:30:00+01:00",
    "author": [{"@type": "Person", "name": "Ilse Marten"}, {"@type": "Person", "givenName": "Tom", "familyName": "Ok"}],
    "publisher": {"@type": "Organization", "name": "Moor Courier", "logo": {"url": "https://moor.example/l.png"}},
    "inLanguage": "en-GB",
    "mainEntityOfPage": {"@type": "WebPage", "@id": "https://moor.example/bridge"},
    "articleSection": "Local",
    "keywords": ["bridge", "traffic"],
    "isAccessibleForFree": True,
}


def test_a_news_article_of_schema_org_gives_all_its_fields() -> None:
    record = only(NEWS)
    assert record == Record(
        raw=json.dumps(NEWS).encode(),
        text=TEXT,
        title="Bridge shut",
        uri="https://moor.example/bridge",
        url="https://moor.example/bridge",
        item="https://moor.example/bridge#article",
        revision=Revision(datetime(2026, 11, 22, 8, 30, tzinfo=UTC)),
        published_at=datetime(2026, 11, 22, 8, tzinfo=UTC),
        language="en-GB",
        byline="Ilse Marten, Tom Ok",
        publisher="Moor Courier",
        section="Local",
        subjects=(Subject(name="bridge"), Subject(name="traffic")),
        metadata={
            "@type": "NewsArticle, ReportageNewsArticle",
            "isAccessibleForFree": "yes",
            "modified_at": "2026-11-22T09:30:00+01:00",
            "charset": "utf-8",
        },
    )


def test_a_plain_object_gives_all_its_fields() -> None:
    record = only(
        {
            "id": 17,
            "title": "Bridge shut",
            "text": TEXT,
            "url": "https://moor.example/b",
            "published_at": "2026-11-22T08:00:00+01:00",
            "language": "en",
            "author": "Ilse Marten",
            "site_name": "Moor Courier",
            "text_length": 49,
        }
    )
    assert record.text == TEXT
    assert record.uri == "https://moor.example/b"
    assert record.published_at == datetime(2026, 11, 22, 7, tzinfo=UTC)
    assert (record.language, record.byline, record.publisher) == ("en", "Ilse Marten", "Moor Courier")
    assert record.metadata == {"id": "17", "text_length": "49", "charset": "utf-8"}


@pytest.mark.parametrize("name", ["text", "body", "content", "articleBody", "content_text", "Body"])
def test_the_text_is_found_under_its_usual_names(name: str) -> None:
    assert only({name: TEXT}).text == TEXT


@pytest.mark.parametrize("name", ["articleBodyHtml", "body_html", "content_html", "html"])
def test_markup_under_the_usual_names_is_html(name: str) -> None:
    record = only({name: "Shut.<p>More."})
    assert (record.text, record.media_type) == ("Shut.<p>More.", "text/html")


def test_markup_in_a_text_field_is_html_and_prose_with_a_bracket_is_not() -> None:
    assert only({"content": f"<p>{TEXT}</p>"}).media_type == "text/html"
    assert only({"content": "<pending> the bridge is shut"}).media_type == "text/plain"


def test_a_list_of_paragraphs_is_a_text() -> None:
    assert only({"body": ["One.", "Two."]}).text == "One.\n\nTwo."


def test_a_graph_gives_its_articles_and_resolves_who_they_refer_to() -> None:
    graph = [
        {"@type": "WebPage", "@id": "https://moor.example/bridge", "name": "Page"},
        {"@type": "Organization", "@id": "#org", "name": "Moor Courier"},
        {"@type": "Person", "@id": "#ilse", "name": "Ilse Marten"},
        {
            "@type": "NewsArticle",
            "headline": "Bridge shut",
            "articleBody": TEXT,
            "publisher": {"@id": "#org"},
            "author": [{"@id": "#ilse"}],
            "mainEntityOfPage": {"@id": "https://moor.example/bridge"},
        },
    ]
    record = only({"@context": "https://schema.org", "@graph": graph})
    assert (record.title, record.publisher, record.byline) == ("Bridge shut", "Moor Courier", "Ilse Marten")
    assert record.uri == "https://moor.example/bridge"
    assert only(graph).text == TEXT


@pytest.mark.parametrize(
    "collect",
    [list, lambda a: {"articles": a}, lambda a: {"items": a, "title": "Feed"}, lambda a: [a[:1], a[1:]]],
)
def test_a_collection_gives_a_record_an_article(collect: Any) -> None:
    given = [{"id": "1", "text": "One."}, {"id": "2"}, 17, {"id": "4", "text": "Four."}]
    found = load(collect(given))
    assert [record.text for record in found] == ["One.", "", "", "Four."]
    assert [record.uri for record in found] == ["1", "2", None, "4"]
    assert found[1].refused is not None
    assert "has no text" in found[1].refused
    assert found[2].refused is not None
    assert "a number" in found[2].refused
    assert len({record.raw for record in found}) == 4


def test_an_article_in_a_list_keeps_its_bytes_when_its_neighbours_change() -> None:
    one, two = {"text": "One.", "n": 1.50}, {"text": "Two."}
    assert load([one, two])[0].raw == load([one])[0].raw.strip(b"[]").replace(b": ", b":").replace(b", ", b",")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"title": "No text"}, 'no text: it is expected in a field "text"'),
        ({"text": ""}, 'the field "text" is empty'),
        ({"text": " \n"}, 'the field "text" is only white space'),
        ({"text": 42}, 'the field "text" is a number'),
        ({"body": None}, 'the field "body" is null'),
        ({"articleBody": {"a": 1}}, 'the field "articleBody" is an object'),
        ({"body": ["One.", 2]}, 'the field "body" is a list'),
        ([], "no article in it"),
        ({"articles": []}, "no article in it"),
        ("a text", "this is a text"),
        (17, "this is a number"),
        (None, "this is null"),
        (True, "this is true or false"),
        ({"@graph": [{"@type": "Organization", "name": "X"}]}, "no text"),
    ],
)
def test_what_holds_no_article_is_one_refused_record(value: Any, reason: str) -> None:
    record = only(value)
    assert record.text == ""
    assert reason in (record.refused or "")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"text": "cut', "not valid JSON"),
        (b"{'text': 'single quotes'}", "not valid JSON"),
        (b'{"text": "one"} {"text": "two"}', "not valid JSON"),
        (b"[" + b"{}," * 300_000 + b"{}]", "objects and lists"),
        (b"[" * 100_000, "nested deeper"),
        (b'{"a":' * 100_000, "nested deeper"),
        (b"[" * 100_000 + b"]" * 100_000, "nested deeper"),
    ],
)
def test_broken_json_is_refused_with_the_place(data: bytes, reason: str) -> None:
    assert reason in (only(data).refused or "")


def test_deep_but_readable_json_does_not_end_the_reader() -> None:
    for depth in range(100, 1000, 50):
        (first, *_) = load(b'[{"text": "x", "a": ' + b"[" * depth + b"]" * depth + b'}, {"text": "y"}]')
        assert first.refused is None or "nested" in first.refused
        (first, *_) = load(b"[" * depth + b'{"text": "x"}' + b"]" * depth)
        assert first.refused is None or "nested" in first.refused


def test_numbers_that_python_refuses_do_no_harm() -> None:
    record = only(b'{"text": "x", "a": NaN, "b": -Infinity, "c": 1e999, "id": ' + b"9" * 10_000 + b', "date": 1e400}')
    assert record.text == "x"
    assert record.refused is None
    assert record.published_at is None


def test_lone_surrogates_become_replacement_characters_in_the_article() -> None:
    data = b'[{"text": "y"}, {"text": "a\\ud800b", "title": "\\udfff", "x\\ud800": "\\ud800", "url": "urn:x:\\ud800"}]'
    _, first = articles(io.BytesIO(data), "a.json", "inbox")
    assert first.text == "a\ufffdb"
    assert first.title == "\ufffd"
    first.packed()


def test_other_names_for_the_same_thing_go_to_the_metadata() -> None:
    record = only({"text": TEXT, "body": "short", "title": "A", "headline": "B", "long": "x" * 2001, "extra": {"a": 1}})
    assert record.text == "short" or record.metadata["body"] == "short"
    assert record.title == "B"
    assert record.metadata["title"] == "A"
    assert record.metadata["extra"] == '{"a":1}'
    assert "long" not in record.metadata
    assert record.metadata["left_out"] == "long"


def test_an_article_of_schema_org_says_what_may_be_done_with_it() -> None:
    record = only(
        {
            **NEWS,
            "version": 3,
            "correction": {"@type": "CorrectionComment", "text": "The bridge was closed on Sunday."},
            "copyrightNotice": "Copyright 2026 Moor Courier",
            "copyrightHolder": {"@type": "Organization", "name": "Moor Courier"},
            "usageInfo": "https://moor.example/terms",
            "license": "CC BY 4.0",
            "expires": "2026-12-31",
            "about": [{"@type": "Thing", "name": "Traffic"}],
            "locationCreated": {"@type": "Place", "name": "Aldermoor"},
            "image": {"@type": "ImageObject", "url": "https://moor.example/p.jpg", "caption": "The pier."},
            "isAccessibleForFree": False,
        }
    )
    assert record.revision == Revision(datetime(2026, 11, 22, 8, 30, tzinfo=UTC), 3)
    assert (record.signal, record.note) == (Signal.CORRECTION, "The bridge was closed on Sunday.")
    assert record.copyright == "Copyright 2026 Moor Courier"
    assert record.usage == "https://moor.example/terms · CC BY 4.0 · Expires 2026-12-31"
    assert (record.status, record.embargo) == (Status.USABLE, None)
    assert record.subjects == (Subject(name="Traffic"), Subject(name="bridge"), Subject(name="traffic"))
    assert (record.located, record.captions) == ("Aldermoor", ("The pier.",))
    assert record.metadata["isAccessibleForFree"] == "no"


@pytest.mark.parametrize(
    ("field", "status", "embargo"),
    [
        ({"status": "ok"}, Status.USABLE, None),
        ({"status": 200}, Status.USABLE, None),
        ({"status": "published"}, Status.USABLE, None),
        ({"status": "draft"}, Status.WITHHELD, None),
        ({"draft": True}, Status.WITHHELD, None),
        ({"draft": False}, Status.USABLE, None),
        ({"pubstatus": "usable", "status": "killed"}, Status.CANCELED, None),
        ({"pub_status": "Cancelled"}, Status.CANCELED, None),
        ({"status": "embargoed"}, Status.USABLE, "unknown"),
        ({"status": "embargoed", "embargo": "2031-01-01T06:00Z"}, Status.USABLE, datetime(2031, 1, 1, 6, tzinfo=UTC)),
        ({"embargo": "2031-01-01T06:00:00Z"}, Status.USABLE, datetime(2031, 1, 1, 6, tzinfo=UTC)),
        ({"embargo_until": "2031-01-01T06:00:00Z"}, Status.USABLE, datetime(2031, 1, 1, 6, tzinfo=UTC)),
        ({"embargoedUntil": "2031-01-01T06:00:00Z", "embargo": ""}, Status.USABLE, "unknown"),
        ({"embargo": True}, Status.USABLE, "unknown"),
        ({"embargo": ""}, Status.USABLE, "unknown"),
        ({"embargo": False}, Status.USABLE, None),
        ({"embargo": None}, Status.USABLE, None),
    ],
)
def test_a_plain_record_says_its_status_and_its_embargo(field: dict[str, Any], status: Status, embargo: object) -> None:
    record = only({"id": "urn:x-moor:17", "title": "Bridge shut", "text": TEXT, **field})
    assert (record.status, record.embargo, record.refused) == (status, embargo, None)


def test_a_plain_record_gives_every_field_of_an_item() -> None:
    record = only(
        {
            "text": TEXT,
            "guid": "moor-17",
            "version": "4",
            "slug": "moor-bridge",
            "editorial_note": "Adds the mayor.",
            "priority": "2",
            "category": ["Local", "Traffic"],
            "tags": "bridge; river, mayor",
            "rights": "Moor Courier",
            "signal": "update",
            "dateline": "ALDERMOOR",
        }
    )
    assert (record.item, record.revision) == ("moor-17", Revision(None, 4))
    assert (record.slug, record.note, record.urgency) == ("moor-bridge", "Adds the mayor.", 2)
    assert (record.section, record.copyright, record.located) == ("Local", "Moor Courier", "ALDERMOOR")
    assert [subject.name for subject in record.subjects] == ["bridge", "river", "mayor", "Local", "Traffic"]
    assert record.signal is Signal.UPDATE


def test_a_version_that_is_no_number_and_an_unknown_signal_go_to_the_metadata() -> None:
    record = only({"text": TEXT, "version": "4b", "signals": ["newscontent"], "urgency": "flash"})
    assert (record.revision, record.signal, record.urgency) == (None, None, None)
    assert (record.metadata["version"], record.metadata["signals"]) == ("4b", "newscontent")
    assert record.metadata["urgency"] == "flash"


@pytest.mark.parametrize(
    ("fields", "uri", "url", "item"),
    [
        ({"uri": "urn:x-moor:17", "url": "https://moor.example/17"}, "https://moor.example/17",
         "https://moor.example/17", "urn:x-moor:17"),
        ({"id": 17, "link": "https://moor.example/17"}, "https://moor.example/17", "https://moor.example/17", None),
        ({"id": 17}, "17", None, None),
        ({"guid": "moor-17"}, "moor-17", None, "moor-17"),
        ({"@id": "#article", "canonical": "https://moor.example/17"}, "https://moor.example/17",
         "https://moor.example/17", None),
        ({"identifier": {"@type": "PropertyValue", "value": "m17"}}, "m17", None, "m17"),
        ({"mainEntityOfPage": {"@id": "https://moor.example/17"}}, "https://moor.example/17",
         "https://moor.example/17", None),
        ({"mainEntityOfPage": "https://moor.example/", "id": "17"}, "17", None, None),
        ({"external_url": "https://else.example/a", "url": "https://moor.example/17"}, "https://moor.example/17",
         "https://moor.example/17", None),
    ],
)  # fmt: skip
def test_the_address_of_an_article_is_not_its_name(
    fields: dict[str, Any], uri: str | None, url: str | None, item: str | None
) -> None:
    record = only({"text": TEXT, **fields})
    assert (record.uri, record.url, record.item) == (uri, url, item)


def test_a_name_that_comes_twice_in_two_spellings_is_not_lost_silently() -> None:
    record = only({"text": TEXT, "published_at": "2026-11-22", "publishedAt": "2026-11-23"})
    assert record.published_at == datetime(2026, 11, 22, tzinfo=UTC)
    assert record.metadata["left_out"] == "publishedAt"


@pytest.mark.parametrize(
    ("value", "signal", "note"),
    [
        (True, Signal.CORRECTION, None),
        ("The sum was wrong.", Signal.CORRECTION, "The sum was wrong."),
        ([{"text": "One."}, "Two."], Signal.CORRECTION, "One. Two."),
        (False, None, None),
        ("", None, None),
        ([[], 3, {}], None, None),
    ],
)
def test_a_correction_is_marked_and_its_words_are_the_note(value: object, signal: object, note: str | None) -> None:
    record = only({"text": TEXT, "correction": value})
    assert (record.signal, record.note) == (signal, note)


def test_more_fields_than_the_metadata_takes_are_named_there() -> None:
    record = only({"text": TEXT, **{f"x{number}": number for number in range(100)}})
    assert len(record.metadata) <= 50
    assert record.metadata["x0"] == "0"
    assert "x99" in record.metadata["left_out"]


def test_a_bare_id_is_kept_where_there_is_no_address() -> None:
    assert only({"text": "x", "guid": "abc-1"}).uri == "abc-1"
    assert only({"text": "x", "id": "abc-1", "link": "/rel"}).uri == "/rel"
    assert only({"text": "x", "id": "urn:newsml:moor:17", "link": "/rel"}).uri == "urn:newsml:moor:17"
    assert only({"text": "x", "url": "https://a.example/with space", "id": True}).uri == "https://a.example/with space"
    assert only({"text": "x", "url": "#top", "@id": "_:b0", "id": "a\nb"}).uri is None


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("2026-11-22T08:00:00Z", "2026-11-22T08:00:00+00:00"),
        ("2026-11-22T08:00:00.123+05:30", "2026-11-22T08:00:00.123000+05:30"),
        ("2026-11-22 08:00:00 +0200", "2026-11-22T08:00:00+02:00"),
        ("2026-11-22 08:00 UTC", "2026-11-22T08:00:00+00:00"),
        ("Sun, 22 Nov 2026 08:00:00 GMT", "2026-11-22T08:00:00+00:00"),
        ("Sun, 22 Nov 2026 08:00:00 -0500", "2026-11-22T08:00:00-05:00"),
        (1_795_334_400, "2026-11-22T08:00:00+00:00"),
        ("1795334400", "2026-11-22T08:00:00+00:00"),
        (1_795_334_400_000, "2026-11-22T08:00:00+00:00"),
    ],
)
def test_a_time_is_read_in_the_usual_forms(value: object, at: str) -> None:
    found = read_time(value)
    assert found is not None
    assert (found.at.isoformat(), found.assumed_utc) == (datetime.fromisoformat(at).isoformat(), False)


@pytest.mark.parametrize("value", ["2026-11-22T08:00:00", "2026-11-22", "22 November 2026", "November 22, 2026"])
def test_a_time_without_a_timezone_is_taken_as_utc_and_noted(value: str) -> None:
    record = only({"text": "x", "date": value})
    assert record.published_at is not None
    assert record.published_at.date().isoformat() == "2026-11-22"
    assert record.published_at.tzinfo is UTC
    assert record.metadata["published_at_assumed"] == "UTC"


@pytest.mark.parametrize("value", ["yesterday", "2026-13-40", "0001-01-01T00:00:00+14:00", 1e30, -1e30, "9" * 200])
def test_an_unreadable_time_is_dropped_and_noted(value: object) -> None:
    record = only({"text": "x", "published": value})
    assert record.published_at is None
    assert record.refused is None
    assert record.metadata["published_at_unreadable"] == str(value)


def test_a_second_date_serves_where_the_first_is_unreadable() -> None:
    record = only({"text": "x", "datePublished": "soon", "date": "2026-11-22T08:00:00Z"})
    assert record.published_at == datetime(2026, 11, 22, 8, tzinfo=UTC)


def test_json_lines_are_read_one_by_one_and_a_bad_one_is_refused_by_its_number() -> None:
    data = b'\xef\xbb\xbf{"text": "one"}\n\n  \r\n{"text": \n{"title": "no text"}\n17\n{"text": "six"}\r\n\x00\x01\x02'
    found = load(data, "a.jsonl")
    assert [record.text for record in found] == ["one", "", "", "", "six", ""]
    assert [(record.refused or "").split(":")[0] for record in found] == [
        "",
        "line 4",
        "line 5",
        "line 6",
        "",
        "line 8",
    ]
    assert found[1].raw == b'{"text":'
    assert found[4].raw == b'{"text": "six"}'


def test_json_lines_in_another_charset_are_read() -> None:
    lines = '{"text": "Grün"}\n{"text": "мост"}\n'
    for charset in ("utf-16", "utf-32"):
        assert [record.text for record in load(lines.encode(charset), "a.jsonl")] == ["Grün", "мост"]


def test_a_line_beyond_the_cap_is_refused_and_the_next_one_is_read() -> None:
    long = b'{"text": "' + b"a" * (MAX_LINE_BYTES + 1_000_000) + b'"}\n'
    found = load(b'{"text": "one"}\n' + long + b'{"text": "three"}\n', "a.jsonl")
    assert [record.text for record in found] == ["one", "", "three"]
    assert "line 2: the record is longer than 20 MB" in (found[1].refused or "")
    assert len(found[1].raw) < 100_000


def test_one_json_document_named_as_json_lines_is_refused_once() -> None:
    for value in ({"text": "x"}, [{"text": "x"}]):
        (record,) = load(json.dumps(value, indent=1).encode(), "a.jsonl")
        assert "name it .json" in (record.refused or "")


def test_json_lines_are_streamed() -> None:
    read_so_far = 0

    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            nonlocal read_so_far
            read_so_far += size
            return (b'{"text": "x"}\n' * (size // 14 + 1))[: size // 14 * 14]

    found = read(Endless(), "a.jsonl")  # type: ignore[arg-type]
    assert [next(found).text for _ in range(3)] == ["x", "x", "x"]
    assert read_so_far < 2_000_000


@pytest.mark.parametrize("raw", [b'{"title": "no text", "n": NaN}', b'{"text": "cut', b"\x80\x81 no text", b"\xff"])
def test_a_record_written_for_a_failure_is_read_as_that_record(raw: bytes) -> None:
    line = kept(raw)
    assert line.endswith(b"\n")
    assert json.loads(line)["reason"] == "because"
    (again,) = load(line, "a.jsonl")
    (first,) = load(raw, "b.jsonl")
    assert again.refused is not None
    assert (again.title, again.text) == (first.title, first.text)


def test_a_corrected_record_of_a_failure_is_an_article() -> None:
    assert only_line(kept(b'{"text": "mended"}')).text == "mended"


def test_an_article_that_was_no_json_is_read_with_all_that_its_source_said() -> None:
    item = (
        '<?xml version="1.0"?><nitf><head><docdata management-status="usable"><doc-id id-string="npa-1"/>'
        '<date.release norm="20311128T000100+0100"/><urgency ed-urg="3"/></docdata></head><body><body.head>'
        f"<hedline><hl1>Bridge shut</hl1></hedline></body.head><body.content><p>{TEXT}</p></body.content></body></nitf>"
    ).encode()
    (first,) = load(item, "a.xml")
    assert (first.text, first.urgency) == (TEXT, 3)
    assert first.embargo is not None
    again = only_line(kept(item, "a.xml"))
    assert replace(again, raw=b"", uri=None) == replace(first, raw=b"", uri=None)


@pytest.mark.parametrize("article", [None, [], {}, {"text": 5}, {"text": "x", "embargo": "soon"}, "x" * 99])
def test_an_article_of_a_failure_that_is_no_article_any_more_is_refused_in_its_line(article: Any) -> None:
    line = json.dumps({"article": article, "reason": "because", "stage": "clean"}).encode()
    refused = only_line(line + b"\n").refused or ""
    assert "line 1: the field " in refused
    assert refused.isprintable()


def kept(data: bytes, name: str = "b.jsonl") -> bytes:
    """Return the line that the watched folder writes for the one record of a file."""
    (record,) = load(data, name)
    return wrapped(
        record, raw_article(record, source="s", filename=name, number=3), stage="read", reason="because", number=3
    )


def only_line(line: bytes) -> Record:
    (record,) = load(line, "a.jsonl")
    return record


FIELDS = [
    *("text", "url", "author", "date", "@type", "@id", "@graph", "name", "uri", "items", "data", "title", "status"),
    *("pubstatus", "embargoed", "bodies", "headlines", "associations", "subject", "content", "rendered", "version"),
    *("image", "correction", "signal", "fields", "webTitle", "webUrl", "headline", "main", "draft", "keywords"),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(FIELDS) | st.text(),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_any_json_gives_at_least_one_article_that_can_be_packed(value: Any) -> None:
    found = list(articles(io.BytesIO(json.dumps(value).encode()), "a.json", "inbox"))
    assert found
    for raw in found:
        assert raw.refused or raw.text or raw.status is not Status.USABLE
        raw.packed()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.md", "a.html", "a.json", "a.jsonl", "a.txt.gz", "a"]))
def test_any_bytes_give_at_least_one_article_that_can_be_packed(data: bytes, name: str) -> None:
    found = list(articles(io.BytesIO(data), name, "inbox"))
    assert found
    for raw in found:
        assert raw.refused or raw.text
        raw.packed()
