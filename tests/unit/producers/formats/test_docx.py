"""Word documents: the text of the paragraphs, and the properties; every other zip archive is refused as what it is."""

import io
import random
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from producers.article import Record, Revision, Subject
from producers.formats import read
from producers.formats.zipped import MOST_MEMBERS

LEAD = "ALDERMOOR (NPA) - The bridge at Aldermoor stays shut for two weeks, the mayor said on Monday."
MORE = "Boats from three harbours took part in the rescue."
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CORE = "http://schemas.openxmlformats.org/package/2006"


def p(text: str, style: str = "") -> str:
    """Return a paragraph."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'


def relations(**targets: str) -> str:
    rows = (
        f'<Relationship Id="{kind}" Type="{_OFFICE}/{kind.replace("_", "-")}" Target="{target}"/>'
        for kind, target in targets.items()
    )
    return f'<Relationships xmlns="{_CORE}/relationships">{"".join(rows)}</Relationships>'


def packed(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    with zipfile.ZipFile(data := io.BytesIO(), "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def members(body: str, properties: str = "", main: str = "word/document.xml") -> dict[str, str | bytes]:
    namespaces = (
        f'xmlns:cp="{_CORE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/"'
    )
    styles = (
        '<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Verzeichnis1"><w:name w:val="toc 1"/></w:style>'
    )
    folder, _, name = main.rpartition("/")
    return {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(officeDocument=main, core_properties="docProps/core.xml"),
        main: f'<?xml version="1.0"?><w:document xmlns:w="{_MAIN}"><w:body>{body}</w:body></w:document>',
        f"{folder}/_rels/{name}.rels": relations(styles="styles.xml"),
        f"{folder}/styles.xml": f'<w:styles xmlns:w="{_MAIN}">{styles}</w:styles>',
        "docProps/core.xml": f"<cp:coreProperties {namespaces}>{properties}</cp:coreProperties>",
    }


def word(body: str, properties: str = "", main: str = "word/document.xml") -> bytes:
    """Return a document with a `body`."""
    return packed(members(body, properties, main))


def only(data: bytes, name: str = "story.docx") -> Record:
    (record,) = read(io.BytesIO(data), name)
    return record


def test_a_document_is_read_with_its_headings_and_properties() -> None:
    properties = (
        "<dc:title>Old title</dc:title><dc:creator>Ada Blom</dc:creator><dc:language>en-GB</dc:language>"
        "<cp:keywords>bridge; transport</cp:keywords><cp:category>Regional</cp:category>"
        "<dcterms:created>2026-11-26T08:00:00Z</dcterms:created><dcterms:modified>2026-11-27T08:15:00Z</dcterms:modified>"
    )
    for name in ("story.docx", "story.txt", "story"):
        record = only(
            word(p("Bridge shut", "Titel") + p(LEAD) + p("Heavy seas", "berschrift1") + p(MORE), properties), name
        )
        assert record.refused is None
        assert record.title == "Bridge shut"
        assert record.text == f"{LEAD}\n\nHeavy seas\n\n{MORE}"
        assert (record.byline, record.language, record.section) == ("Ada Blom", "en-GB", "Regional")
        assert record.published_at == datetime(2026, 11, 26, 8, tzinfo=UTC)
        assert record.revision == Revision(created=datetime(2026, 11, 27, 8, 15, tzinfo=UTC))
        assert record.subjects == (Subject(name="bridge"), Subject(name="transport"))


@pytest.mark.parametrize(
    ("body", "properties", "title", "text"),
    [
        (p("Bridge shut", "berschrift1") + p(LEAD), "<dc:title>Old</dc:title>", "Bridge shut", LEAD),
        (
            p(LEAD) + p("Heavy seas", "Heading1"),
            "<dc:title>Bridge shut</dc:title>",
            "Bridge shut",
            f"{LEAD}\n\nHeavy seas",
        ),
        (p(LEAD), "", None, LEAD),
        (p("NPA", "Kopf") + p("Bridge shut", "Titel") + p(LEAD), "", "Bridge shut", f"NPA\n\n{LEAD}"),
    ],
    ids=["heading above the text", "property", "none", "below a line"],
)
def test_the_title_is_the_one_that_the_document_shows(body: str, properties: str, title: str | None, text: str) -> None:
    record = only(word(body, properties))
    assert (record.title, record.text) == (title, text)


def test_the_author_of_the_file_is_no_byline_beside_the_author_of_the_text() -> None:
    creator = "<dc:creator>The office</dc:creator>"
    assert only(word(p("By Ada Blom") + p(LEAD), creator)).byline is None
    assert only(word(p(LEAD), creator)).byline == "The office"
    assert only(word(p(LEAD), "<dc:creator>Microsoft Office User</dc:creator>")).byline is None


def test_the_date_of_an_old_document_that_was_written_over_is_that_of_its_change() -> None:
    times = "<dcterms:created>{}</dcterms:created><dcterms:modified>2026-11-27T08:15:00Z</dcterms:modified>"
    for created, program in (("2013-12-23T23:15:00Z", ""), ("2026-11-27T08:15:00Z", "")):
        record = only(word(p(LEAD), times.format(created) + program))
        assert record.published_at == datetime(2026, 11, 27, 8, 15, tzinfo=UTC)
    record = only(word(p(LEAD), times.format("2013-12-23T23:15:00Z") + "<dc:creator>python-docx</dc:creator>"))
    assert (record.published_at, record.revision, record.byline) == (None, None, None)


def test_what_is_no_part_of_the_text_is_left_out() -> None:
    body = (
        p("Contents", "Verzeichnis1")
        + "<w:p><w:r><w:t>The bridge </w:t></w:r><w:del><w:r><w:delText>is open</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>stays</w:t><w:tab/><w:t>shut.</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"
        "<w:r><w:instrText>PAGE</w:instrText><w:br/><w:t>So it is</w:t></w:r>"
        f"<w:r><w:drawing><w:txbxContent>{p('A pull quote')}</w:txbxContent></w:drawing></w:r></w:p>"
        f"<w:sdt><w:sdtContent>{p(MORE)}</w:sdtContent></w:sdt>"
        f"<w:tbl><w:tr><w:tc>{p('A cell')}</w:tc></w:tr></w:tbl><w:p/>"
    )
    assert only(word(body)).text == f"The bridge stays shut.\nSo it is\n\n{MORE}"


def test_a_document_that_is_laid_out_by_a_table_is_read_from_it() -> None:
    assert only(word(f"<w:tbl><w:tr><w:tc>{p(LEAD)}{p(MORE)}</w:tc></w:tr></w:tbl>")).text == f"{LEAD}\n\n{MORE}"


def test_the_text_may_lie_under_another_name() -> None:
    assert only(word(p(LEAD), main="word/document2.xml")).text == LEAD


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"_rels/.rels": relations(officeDocument="xl/workbook.xml"), "xl/workbook.xml": ""}, "a spreadsheet (Excel)"),
        ({"_rels/.rels": relations(officeDocument="ppt/p.xml"), "ppt/p.xml": ""}, "a presentation (PowerPoint)"),
        ({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ""}, "a text of OpenDocument (.odt)"),
        ({"mimetype": "application/epub+zip", "META-INF/container.xml": ""}, "a book (EPUB)"),
        ({"datapackage.json": "{}", "archive/a.warc.gz": ""}, "a web archive of pages (WACZ)"),
        ({"story.txt": LEAD}, "a zip archive: unpack it"),
        ({"../../etc/passwd": LEAD}, "a zip archive: unpack it"),
        ({}, "an empty zip archive"),
    ],
    ids=["xlsx", "pptx", "odt", "epub", "wacz", "zip", "paths", "empty"],
)
@pytest.mark.parametrize("name", ["a.docx", "a.zip", "a"])
def test_any_other_zip_archive_is_refused_as_what_it_is(files: Mapping[str, str | bytes], says: str, name: str) -> None:
    refused = only(packed(files), name).refused or ""
    assert says in refused


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (word("<w:p/>"), "has no text"),
        (packed({**members(p(LEAD)), "word/document.xml": "<w:document"}), "not well-formed XML"),
        (
            packed({name: data for name, data in members(p(LEAD)).items() if name != "word/document.xml"}),
            "no text in it",
        ),
        (word(p(LEAD))[:400], "cut short or damaged"),
        (packed(members(p(LEAD)), zipfile.ZIP_LZMA), "packed in a way that is not read"),
        (packed({**members(""), "word/document.xml": bytes(11_000_000)}), "unpacks to more than 10 MB"),
        (packed({f"{n}": "" for n in range(MOST_MEMBERS + 1)}), "more than 2,000 members"),
        (packed({**members(""), "_rels/.rels": relations(officeDocument="../../../../etc/passwd")}), "a zip archive"),
    ],
    ids=["no text", "no XML", "no part", "cut", "lzma", "bomb", "members", "path"],
)
def test_a_broken_document_is_refused_with_its_fault(broken: bytes, says: str) -> None:
    refused = only(broken).refused or ""
    assert says in refused
    assert ": " in refused


def test_a_protected_document_is_refused() -> None:
    data = bytearray(packed(members(p(LEAD)), zipfile.ZIP_STORED))
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    assert "protected by a password" in (only(bytes(data)).refused or "")


def test_an_entity_of_a_document_reads_no_file() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    document = members("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>")
    content = str(document["word/document.xml"]).removeprefix('<?xml version="1.0"?>')
    assert "root:" not in repr(only(packed({**document, "word/document.xml": bomb + content})).refused)


def test_a_damaged_document_is_read_or_refused_and_nothing_else() -> None:
    good = word(p("Bridge shut", "Titel") + p(LEAD) + p(MORE), "<dc:creator>Ada Blom</dc:creator>")
    chance = random.Random(1)
    ends = set()
    for _ in range(300):
        data = bytearray(good)
        for _ in range(3):
            data[chance.randrange(len(data))] = chance.randrange(256)
        record = only(bytes(data))
        ends.add(record.refused is None)
        assert bool(record.text) == (record.refused is None)
    assert ends == {True, False}
