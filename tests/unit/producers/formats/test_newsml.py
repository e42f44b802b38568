"""NewsML-G2 and NewsML 1: what real files do beyond the samples."""

import io

import pytest

from producers.article import Record, Signal, Status
from producers.formats import read

TEXT = "<inlineXML><html><body><p>The bridge at Aldermoor stays shut.</p></body></html></inlineXML>"


def g2(
    *, meta: str = "", content: str = "", text: str = TEXT, kind: str = "ninat:text", root: str = "newsItem"
) -> Record:
    page = (
        f'<{root} guid="tag:npa.example,2026:1" version="7"><itemMeta><itemClass qcode="{kind}"/>{meta}</itemMeta>'
        f"<contentMeta>{content}</contentMeta><contentSet>{text}</contentSet></{root}>"
    )
    (record,) = read(io.BytesIO(page.encode()), "a.xml")
    return record


def newsml(management: str = "", component: str = "<DataContent><p>The bridge stays shut.</p></DataContent>") -> Record:
    page = (
        "<NewsML><NewsItem><Identification><NewsIdentifier><ProviderId>npa.example</ProviderId><DateId>20261127</DateId>"
        "<NewsItemId>o1</NewsItemId><RevisionId>2</RevisionId></NewsIdentifier></Identification>"
        f"<NewsManagement>{management}</NewsManagement><NewsComponent><NewsLines><HeadLine>Bridge shut</HeadLine>"
        f"</NewsLines><ContentItem>{component}</ContentItem></NewsComponent></NewsItem></NewsML>"
    )
    (record,) = read(io.BytesIO(page.encode()), "a.xml")
    return record


@pytest.mark.parametrize(
    ("meta", "status", "embargo"),
    [
        ("", Status.USABLE, None),
        ('<pubStatus qcode="stat:usable"/>', Status.USABLE, None),
        ('<pubStatus qcode="stat:withheld"/>', Status.WITHHELD, None),
        ('<pubStatus uri="http://cv.iptc.org/newscodes/pubstatusg2/canceled"/>', Status.CANCELED, None),
        ('<pubStatus qcode="stat:odd"/>', Status.WITHHELD, None),
        ("<embargoed/>", Status.USABLE, "unknown"),
        ("<embargoed>Next Monday</embargoed>", Status.USABLE, "unknown"),
    ],
)
def test_g2_says_whether_an_item_may_be_shown(meta: str, status: Status, embargo: str | None) -> None:
    record = g2(meta=meta)
    assert (record.status, record.embargo) == (status, embargo)


@pytest.mark.parametrize(
    ("code", "signal"),
    [
        ("sig:correction", Signal.CORRECTION),
        ("edStat:C", Signal.CORRECTION),
        ("edStat:U", Signal.UPDATE),
        ("x:y", None),
    ],
)
def test_g2_signals_say_what_a_version_is(code: str, signal: Signal | None) -> None:
    assert g2(meta=f'<signal qcode="{code}"/>').signal is signal


@pytest.mark.parametrize(
    ("kind", "root", "text", "says"),
    [
        ("ninat:picture", "newsItem", TEXT, "the item is a picture"),
        ("icls:video", "newsItem", TEXT, "the item is a video"),
        ("ninat:composite", "packageItem", "", "the package only lists other items"),
        ("cinat:concept", "conceptItem", "", "there is no news item"),
        ("ninat:text", "newsItem", "", "the item is a stub"),
        ("ninat:text", "newsItem", "<inlineXML><!-- later --></inlineXML>", "the item is a stub"),
        ("ninat:text", "newsItem", '<remoteContent href="a.html"/>', "files that lie elsewhere"),
    ],
)
def test_what_is_no_article_in_g2_is_refused_as_what_it_is(kind: str, root: str, text: str, says: str) -> None:
    assert says in (g2(kind=kind, root=root, text=text).refused or "")


def test_a_stub_of_an_item_is_refused_as_one() -> None:
    (record,) = read(
        io.BytesIO(b'<newsMessage><itemSet><newsItem guid="N1">...</newsItem></itemSet></newsMessage>'), "a.xml"
    )
    assert (record.refused or "").startswith("the item is a stub, with neither headline nor text")


@pytest.mark.parametrize(
    ("content", "byline"),
    [
        ("<by>By Ada Blom</by><creator><name>Ivo Brandt</name></creator>", "By Ada Blom"),
        ("<creator><name>Ada Blom</name></creator><creator><name>Ivo Brandt</name></creator>", "Ada Blom, Ivo Brandt"),
        ("<creator><name>VRG</name></creator>", None),
        ('<creator literal="Agency News Desk"/>', None),
    ],
)
def test_a_creator_signs_if_it_is_a_name(content: str, byline: str | None) -> None:
    assert g2(content=content).byline == byline


@pytest.mark.parametrize(
    ("inline", "text", "media_type"),
    [
        ("<inlineData>Plain text.\n\nMore of it.</inlineData>", "Plain text.\n\nMore of it.", "text/plain"),
        (
            "<inlineData>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</inlineData>",
            "<p>One.</p><p>Two.</p>",
            "text/html",
        ),
        ("<inlineData><![CDATA[<p>\nOne &amp; two\n  lines.</p>]]></inlineData>", "One & two\n  lines.", "text/plain"),
        ("<inlineData>1 &lt; 2 and 3 &gt; 2</inlineData>", "1 < 2 and 3 > 2", "text/plain"),
        (
            "<inlineXML><nitf><body><body.content><p>In NITF.</p></body.content></body></nitf></inlineXML>",
            "In NITF.",
            "text/plain",
        ),
        (
            "<inlineXML><h:html xmlns:h='x'><h:body><h:p>Prefixed.</h:p></h:body></h:html></inlineXML>",
            "Prefixed.",
            "text/plain",
        ),
        (
            "<inlineXML><html><body><header><p>All there is.</p></header></body></html></inlineXML>",
            "All there is.",
            "text/plain",
        ),
        (f"<inlineData>Short.</inlineData>{TEXT}", "The bridge at Aldermoor stays shut.", "text/plain"),
    ],
)
def test_g2_text_is_read_in_each_form(inline: str, text: str, media_type: str) -> None:
    record = g2(text=inline)
    assert (record.text, record.media_type) == (text, media_type)


def test_a_headline_is_not_the_first_paragraph_as_well() -> None:
    text = "<inlineXML><html><body><h1>Bridge  shut</h1><p>It stays shut.</p></body></html></inlineXML>"
    assert g2(content="<headline>Bridge shut</headline>", text=text).text == "It stays shut."


@pytest.mark.parametrize(
    ("management", "status", "embargo"),
    [
        ('<Status FormalName="Usable"/>', Status.USABLE, None),
        ('<Status FormalName="Canceled"/>', Status.CANCELED, None),
        ('<Status FormalName="Embargoed"/>', Status.USABLE, "unknown"),
        ('<Status FormalName="Embargoed"/><StatusWillChange/>', Status.USABLE, "unknown"),
        (
            '<Status FormalName="Usable"/><StatusWillChange><DateAndTime>20310101T060000Z</DateAndTime></StatusWillChange>',  # noqa: E501
            Status.USABLE,
            None,
        ),
    ],
)
def test_newsml_1_says_whether_an_item_may_be_shown(management: str, status: Status, embargo: str | None) -> None:
    record = newsml(management)
    assert (record.status, record.embargo) == (status, embargo)


def test_the_revision_of_newsml_1_is_no_part_of_its_item() -> None:
    record = newsml()
    assert record.item == "urn:newsml:npa.example:20261127:o1"
    assert record.revision is not None
    assert record.revision.number == 2


@pytest.mark.parametrize(
    ("component", "says"),
    [
        ('<MediaType FormalName="Photo"/><DataContent>iVBORw0KGgo=</DataContent>', "the item is a picture"),
        ("", "no text in its DataContent"),
    ],
)
def test_what_is_no_article_in_newsml_1_is_refused_as_what_it_is(component: str, says: str) -> None:
    assert says in (newsml(component=component).refused or "")


def test_a_canceled_item_of_newsml_1_needs_no_text() -> None:
    killed = newsml('<Status FormalName="Canceled"/>', "")
    assert (killed.refused, killed.status) == (None, Status.CANCELED)
