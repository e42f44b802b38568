"""ninjs in its versions 1 to 3."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from producers.article import Record, Revision, Status, Subject
from producers.formats import articles, read

TEXT = "The lock at Oda stays shut for two weeks."
EIGHT = datetime(2026, 11, 27, 8, tzinfo=UTC)
COMMON = {"uri": "urn:newsml:vnp.example:20261127:k1", "type": "text", "version": "2", "language": "en"}
ONE = {
    **COMMON,
    "versioncreated": "2026-11-27T08:00:00Z",
    "pubstatus": "usable",
    "urgency": 3,
    "headline": "Lock shut",
    "byline": "Ode Marr",
    "located": "Oda",
    "slugline": "oda-lock",
    "ednote": "Adds quote.",
    "usageterms": "No archive.",
    "copyrightholder": "VNP",
    "copyrightnotice": "Copyright 2026 VNP",
    "service": [{"code": "r", "name": "Region"}],
    "subject": [{"code": "medtop:04000000", "name": "economy"}],
    "authors": [{"name": "Ode Marr", "role": "writer"}, {"name": "Ivo Sand", "role": "editor"}],
    "body_html": f"<p>{TEXT}</p>",
    "associations": {"p": {"type": "picture", "description_text": "The lock gate."}, "q": {"type": "text"}},
}
TWO = {
    **COMMON,
    "versioncreated": "2026-11-27T08:00:00Z",
    "pubstatus": "usable",
    "by": "Ode Marr",
    "headlines": [{"role": "sub", "value": "Two weeks"}, {"role": "main", "value": "Lock shut"}],
    "bodies": [
        {"role": "teaser", "contenttype": "text/plain", "value": "Shut."},
        {"role": "main", "contenttype": "text/plain", "value": TEXT},
        {"role": "richtext", "contenttype": "application/xhtml+xml", "value": f"<p>{TEXT}</p>"},
    ],
    "subjects": [{"name": "economy", "uri": "http://cv.iptc.org/newscodes/mediatopic/04000000"}],
    "associations": [{"name": "p", "type": "picture", "headlines": [{"role": "main", "value": "The lock gate."}]}],
}
THREE = {
    **COMMON,
    "versionCreated": "2026-11-27T08:00:00Z",
    "contentCreated": "2026-11-26T20:00:00Z",
    "pubStatus": "usable",
    "edNote": "Adds quote.",
    "usageTerms": "No archive.",
    "copyrightHolder": "VNP",
    "by": "Ode Marr",
    "headlines": [{"role": "main", "value": "Lock shut"}],
    "bodies": [{"contentType": "text/html", "value": f"<p>{TEXT}</p>"}],
}


def load(value: Any) -> list[Record]:
    return list(read(io.BytesIO(json.dumps(value).encode()), "a.json"))


def only(value: Any) -> Record:
    (record,) = load(value)
    return record


def test_an_item_of_version_1_gives_all_its_fields() -> None:
    record = only(ONE)
    assert (record.text, record.media_type, record.refused) == (f"<p>{TEXT}</p>", "text/html", None)
    assert (record.title, record.byline, record.publisher) == ("Lock shut", "Ode Marr", "VNP")
    assert (record.item, record.uri, record.url) == (COMMON["uri"], COMMON["uri"], None)
    assert record.revision == Revision(EIGHT, 2)
    assert record.published_at == EIGHT
    assert (record.status, record.embargo, record.urgency) == (Status.USABLE, None, 3)
    assert (record.note, record.slug, record.located) == ("Adds quote.", "oda-lock", "Oda")
    assert (record.section, record.usage, record.copyright) == ("Region", "No archive.", "Copyright 2026 VNP")
    assert record.subjects == (Subject("medtop:04000000", "economy"),)
    assert record.captions == ("The lock gate.",)
    assert "Ivo Sand" in record.metadata["authors"]


def test_an_item_of_version_2_gives_the_headline_and_the_body_of_its_main_role() -> None:
    record = only(TWO)
    assert (record.title, record.text, record.media_type) == ("Lock shut", TEXT, "text/plain")
    assert (record.byline, record.revision) == ("Ode Marr", Revision(EIGHT, 2))
    assert record.subjects == (Subject("medtop:04000000", "economy"),)
    assert record.captions == ("The lock gate.",)
    assert record.metadata["headline_sub"] == "Two weeks"
    assert record.metadata["other_body_teaser"] == "Shut."


def test_an_item_of_version_3_gives_what_its_camel_case_keys_say() -> None:
    record = only(THREE)
    assert (record.title, record.text, record.media_type) == ("Lock shut", f"<p>{TEXT}</p>", "text/html")
    assert (record.published_at, record.revision) == (EIGHT, Revision(EIGHT, 2))
    assert (record.note, record.usage, record.copyright) == ("Adds quote.", "No archive.", "VNP")
    assert record.metadata["contentCreated"] == "2026-11-26T20:00:00Z"


@pytest.mark.parametrize("role", ["body_text", "body_html", "body_xhtml", "body_main", "body_whatever"])
def test_every_body_of_version_1_is_read(role: str) -> None:
    assert only({**COMMON, "headline_main": "Lock shut", role: TEXT}).text == TEXT
    assert only({**COMMON, "headline_main": "Lock shut", role: TEXT}).title == "Lock shut"


def test_a_body_with_paragraphs_is_better_than_one_without_and_an_empty_one_is_none() -> None:
    item = {**COMMON, "pubstatus": "usable", "body_text": TEXT}
    assert only({**item, "body_xhtml": f"<p>{TEXT}</p>"}).media_type == "text/html"
    assert only({**item, "body_xhtml": "<p>&nbsp;</p>"}).text == TEXT


@pytest.mark.parametrize("spelling", ["canceled", "cancelled", "killed"])
@pytest.mark.parametrize("body", [{}, {"body_html": ""}, {"body_html": None}, {"bodies": []}])
def test_a_canceled_item_needs_no_text(spelling: str, body: dict[str, Any]) -> None:
    (raw,) = articles(io.BytesIO(json.dumps({**COMMON, "pubstatus": spelling, **body}).encode()), "k.json", "wire")
    assert (raw.status, raw.text, raw.refused, raw.item) == (Status.CANCELED, "", None, COMMON["uri"])


def test_a_usable_item_without_a_text_is_refused_and_so_is_a_kill_of_nothing() -> None:
    assert "no text" in (only({**COMMON, "pubstatus": "usable"}).refused or "")
    assert "no text" in (only({"pubstatus": "canceled", "headline": "x"}).refused or "")


def test_an_unknown_publication_status_withholds_its_item() -> None:
    record = only({**ONE, "pubstatus": "stat:frozen"})
    assert (record.status, record.metadata["status_unreadable"]) == (Status.WITHHELD, "stat:frozen")
    assert only({**ONE, "pubstatus": ""}).status is Status.USABLE


@pytest.mark.parametrize("name", ["embargoed", "embargoedUntil", "embargoeduntil"])
def test_an_embargo_is_read_or_unknown(name: str) -> None:
    assert only({**ONE, name: "2031-01-01T06:00:00Z"}).embargo == datetime(2031, 1, 1, 6, tzinfo=UTC)
    assert only({**ONE, name: ""}).embargo == "unknown"
    record = only({**ONE, name: "Next Monday"})
    assert (record.embargo, record.metadata["embargo_unreadable"]) == ("unknown", "Next Monday")


@pytest.mark.parametrize("kind", ["picture", "video", "graphic", "audio", "planning", "event"])
def test_what_is_no_article_is_refused_alone_and_passed_over_beside_articles(kind: str) -> None:
    other = {**ONE, "uri": "urn:newsml:vnp.example:20261127:k2", "type": kind}
    assert f"the item is a {kind} and not an article" in (only(other).refused or "")
    assert [record.item for record in load([other, ONE, other])] == [ONE["uri"]]


def test_a_composite_is_an_article_if_it_has_a_body() -> None:
    assert only({**ONE, "type": "composite"}).refused is None
    assert "drop the items themselves" in (only({**COMMON, "type": "composite", "pubstatus": "usable"}).refused or "")


def test_items_in_the_wrapping_of_an_agency_are_read() -> None:
    assert only({"total": 1, "item": [ONE]}).title == "Lock shut"
    record = only({"data": {"meta": {}, "item": {**ONE, "altids": {"itemid": "k1", "etag": "k1_0"}}}})
    assert (record.title, record.item) == ("Lock shut", "k1")


@pytest.mark.parametrize("wrong", [None, 7, True, "", [], {}, [7, None, [[]]], {"a": {"b": []}}, ["x", {"value": 3}]])
def test_values_of_the_wrong_kind_do_no_harm(wrong: object) -> None:
    for item in (ONE, TWO, THREE):
        for name in item:
            for raw in articles(io.BytesIO(json.dumps({**item, name: wrong}).encode()), "a.json", "wire"):
                raw.packed()
