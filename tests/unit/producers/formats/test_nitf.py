"""NITF: what real files do beyond the sample."""

import io

import pytest

from producers.article import Record, Status
from producers.formats import read

TEXT = "<p>The bridge at Aldermoor stays shut for two weeks.</p>"


def nitf(docdata: str = "", head: str = "<hedline><hl1>Bridge shut</hl1></hedline>", content: str = TEXT) -> Record:
    page = (
        f"<nitf><head><title>BRIDGE</title>{docdata}</head>"
        f"<body><body.head>{head}</body.head><body.content>{content}</body.content></body></nitf>"
    )
    (record,) = read(io.BytesIO(page.encode()), "a.xml")
    return record


def test_the_title_stands_in_for_a_headline() -> None:
    assert nitf(head="").title == "BRIDGE"


@pytest.mark.parametrize(
    ("data", "embargo"),
    [
        ('<docdata><date.issue norm="20261127T080000"/><date.release norm="20261127T080000"/></docdata>', None),
        ('<docdata><date.issue norm="20261127T080000Z"/><date.release norm="20261127T090000Z"/></docdata>', "09:00"),
        ('<docdata management-status="embargoed"/>', "unknown"),
        ('<docdata management-status="Embargoed"><date.release norm="soon"/></docdata>', "unknown"),
        ('<docdata management-status="usable"><date.release norm=""/></docdata>', None),
    ],
)
def test_a_release_after_the_issue_is_an_embargo(data: str, embargo: str | None) -> None:
    until = nitf(data).embargo
    assert (until if until is None or isinstance(until, str) else f"{until:%H:%M}") == embargo


@pytest.mark.parametrize(
    ("word", "status"), [("usable", Status.USABLE), ("withheld", Status.WITHHELD), ("canceled", Status.CANCELED)]
)
def test_the_management_status_is_the_status(word: str, status: Status) -> None:
    assert nitf(f'<docdata management-status="{word}"/>').status is status


def test_a_canceled_item_needs_no_text() -> None:
    killed = nitf('<docdata management-status="canceled"><doc-id id-string="npa.1"/></docdata>', content="")
    assert (killed.refused, killed.status, killed.item) == (None, Status.CANCELED, "npa.1")


@pytest.mark.parametrize(
    ("content", "says"),
    [("", "no text"), ("<table><tr><td>1</td></tr></table>", "only tables"), ("<p> </p>", "no text")],
)
def test_an_article_without_prose_is_refused(content: str, says: str) -> None:
    assert says in (nitf(content=content).refused or "")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<p>One <em>word</em>\n and <br/>more.</p>", "One word and more."),
        ("<p>One.<br/><br/>Two.</p>", "One.\n\nTwo."),
        ("<p>A<!-- no --> B &eacute;&#233;&amp;</p>", "A B éé&"),
        ("<pre>1. Home  2\n2. Away  1</pre>", "1. Home 2\n2. Away 1"),
        ("<p><![CDATA[1 < 2 &eacute;]]></p>", "1 < 2 &eacute;"),
        ("text <p>in</p> between", "text\n\nin\n\nbetween"),
        ("<block><block><p>Deep.</p></block></block>", "Deep."),
    ],
)
def test_paragraphs_are_the_blocks_of_the_text(content: str, text: str) -> None:
    assert nitf(content=content).text == text


@pytest.mark.parametrize("declared", ["iso-8859-1", "utf-8", "windows-1252"])
def test_utf_8_is_read_whatever_the_file_declares(declared: str) -> None:
    text = "<nitf><body><body.content><p>Décès à Norrbridge</p></body.content></body></nitf>"
    page = f'<?xml version="1.0" encoding="{declared}"?>{text}'
    (record,) = read(io.BytesIO(page.encode()), "a.xml")
    assert record.text == "Décès à Norrbridge"


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("<nitf><body><body.content><p>Cut", "not well-formed XML"),
        ("<nitf>" + "<b>" * 100_000, "nested deeper"),
        ("<!DOCTYPE nitf [<!ENTITY a 'x'>]><nitf><p>&a;</p></nitf>", 'an entity "a" of its own'),
        ("<!DOCTYPE nitf [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><nitf><p>&a;</p></nitf>", 'an entity "a"'),
        ("<!DOCTYPE nitf [<!ENTITY a 'x'", "document type does not end"),
        ("<nitf>" + "<b/>" * 700_000 + "</nitf>", "600,000 tags"),
    ],
)
def test_xml_that_no_agency_sends_is_refused_in_words(page: str, says: str) -> None:
    (record,) = read(io.BytesIO(page.encode()), "a.xml")
    assert says in (record.refused or "")
