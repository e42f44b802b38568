"""The table of formats: what every format has in common."""

import gzip
import io
import json
import os
import random
import subprocess
import sys
from importlib.abc import MetaPathFinder
from pathlib import Path

import pytest

from producers.article import Record
from producers.errors import PermanentError
from producers.formats import FORMATS, MOST_REFUSED, Format, articles, format_of, read
from producers.formats.streams import MAX_EXPANSION, MAX_MEMBERS

STORY = "The bridge at Aldermoor stays shut for two weeks, the mayor said on Monday.\n"
SAMPLES = {
    ".txt": STORY,
    ".md": f"---\ntitle: Bridge shut\n---\n{STORY}",
    ".html": f"<html><body><p>{STORY}</p></body></html>",
    ".json": f'{{"title": "Bridge shut", "text": "{STORY.strip()}"}}',
    ".jsonl": f'{{"title": "Bridge shut", "text": "{STORY.strip()}"}}\n',
}

#: A module of another package that adds a format.
PLUGIN = """
import re
from producers.article import Record
from producers.formats import Format

def read(stream):
    data = stream.read()
    yield Record(raw=data, text=re.sub("<.*?>", "", data.decode()))

FORMAT = Format(name="RBNews", probe=lambda head: head.root is not None and head.root.name == "RBNews", read=read)
"""
#: The beginning of a file of each format that is known by its content.
CONTENTS = {
    "NITF": "<nitf><body/></nitf>",
    "WordPress export": '<rss xmlns:wp="http://wordpress.org/export/1.2/"/>',
    "RSS and Atom": '<!-- made by hand --><feed xmlns="http://www.w3.org/2005/Atom"/>',
    "sitemap": "<urlset/>",
    "OPML": "<opml version='2.0'><body/></opml>",
    "mbox": "From ada@npa.example Fri Nov 27 08:00:00 2026\nFrom: Ada <ada@npa.example>\nSubject: Lock shut\n\nText.\n",
    "mail": "From: Ada <ada@npa.example>\nTo: desk@npa.example\nSubject: Lock shut\n"
    "Date: Fri, 27 Nov 2026 08:00:00 +0000\nMessage-ID: <1@npa.example>\n\nText.\n",
    "IPTC 7901": "\x01vnp017 3 p 140 vnp 018\r\n\r\nOda-lock/\r\n\x02Lock shut =\r\n",
    "ANPA 1312": "\x16\x16\x01A0101\x1f-----\r\nu i\x13\x11 BC-EU--Oda-Lock     11-27 0120\r\n\x02",
    "NewsML-G2": '<?xml version="1.0"?><newsMessage/>',
    "NewsML 1": "<NewsML/>",
    "Word": "PK\x03\x04\x14\x00",
    "WARC": "WARC/1.1\r\nWARC-Type: warcinfo\r\n",
}


def records(data: bytes, filename: str) -> list[Record]:
    return list(read(io.BytesIO(data), filename))


def only(data: bytes, filename: str) -> Record:
    (record,) = records(data, filename)
    return record


def test_every_row_of_the_table_has_a_sample_here() -> None:
    assert {row.suffixes[0] for row in FORMATS if row.suffixes} == SAMPLES.keys()
    assert {row.name for row in FORMATS if not row.suffixes} == CONTENTS.keys()


@pytest.mark.parametrize("suffix", SAMPLES)
def test_every_format_is_read_plain_and_gzipped_alike(suffix: str) -> None:
    data = SAMPLES[suffix].encode()
    record = only(data, "story" + suffix)
    assert record.refused is None
    assert STORY.strip() in record.text
    assert only(gzip.compress(data), f"story{suffix}.gz") == record


@pytest.mark.parametrize("suffix", [suffix for row in FORMATS for suffix in row.suffixes])
def test_every_ending_is_known_in_any_case(suffix: str) -> None:
    assert format_of("a.b" + suffix.upper()).suffixes.count(suffix) == 1
    assert format_of(f"a{suffix}.GZ") is format_of("a" + suffix)


@pytest.mark.parametrize("format_name", CONTENTS)
@pytest.mark.parametrize("name", ["a", "a.xml", "a.tst", "a.txt", "a.dat.gz", "tag_agency.example_version_10"])
def test_a_format_is_known_by_its_content_whatever_its_name(format_name: str, name: str) -> None:
    assert format_of(name, CONTENTS[format_name].encode("latin-1")).name == format_name


@pytest.mark.parametrize("suffix", SAMPLES)
def test_an_empty_file_is_refused_as_empty(suffix: str) -> None:
    for data in (b"", b"\xef\xbb\xbf", b" \n\t\r\n"):
        record = only(data, "story" + suffix)
        assert "the file is empty" in (record.refused or "")
        assert record.text == ""
    assert "the file is empty" in (only(gzip.compress(b""), f"story{suffix}.gz").refused or "")


@pytest.mark.parametrize("name", ["story.docx", "story.exe.gz", "story", "story.", "no.ending.here", ".gz"])
def test_an_unknown_ending_is_refused_and_the_known_ones_are_named(name: str) -> None:
    reason = only(b"whatever", name).refused or ""
    assert "not known" in reason
    assert ".txt .text .md" in reason
    assert ".gz" in reason


def test_two_unreadable_files_of_one_name_have_different_ids() -> None:
    first, second = (next(articles(io.BytesIO(data), "story.docx", "inbox")).id for data in (b"one", b"two"))
    assert first != second


@pytest.mark.parametrize("suffix", SAMPLES)
@pytest.mark.parametrize(
    "junk",
    [
        b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj",
        b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(200),
        b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml",
        b"{\\rtf1\\ansi Some text}",
        gzip.compress(b"x" * 100),
        random.Random(1).randbytes(5000),
    ],
    ids=["pdf", "jpeg", "office", "rtf", "gzip", "noise"],
)
def test_a_binary_file_under_a_text_name_is_refused(suffix: str, junk: bytes) -> None:
    (record,) = records(junk, "story" + suffix)
    assert record.refused is not None
    assert record.text == ""
    assert "text" in record.refused


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".json"])
def test_a_document_above_its_cap_is_refused_with_the_cap(suffix: str) -> None:
    reason = only(b"a" * 5_000_001, "story" + suffix).refused or ""
    assert "larger than 5 MB" in reason


def test_a_document_at_its_cap_is_read() -> None:
    assert len(only(b"a" * 5_000_000, "story.txt").text) == 5_000_000


def test_a_gzip_bomb_is_refused_before_it_fills_the_memory() -> None:
    bomb = gzip.compress(b"\n" * 50_000_000)
    assert len(bomb) < 60_000
    reason = only(bomb, "story.jsonl.gz").refused or ""
    assert f"more than {MAX_EXPANSION} times" in reason


def test_a_small_repetitive_gzip_file_is_no_bomb() -> None:
    data = gzip.compress(b"so it goes. " * 50_000)
    assert 600_000 / len(data) > MAX_EXPANSION
    assert only(data, "story.txt.gz").refused is None


def test_a_gzip_file_of_several_members_is_read_whole() -> None:
    data = gzip.compress(b'{"text": "one"}\n') + gzip.compress(b'{"text": "two"}\n')
    assert [record.text for record in records(data, "a.jsonl.gz")] == ["one", "two"]


def test_a_truncated_gzip_file_gives_what_came_before_and_a_refusal() -> None:
    lines = b"".join(b'{"text": "%s"}\n' % random.Random(n).randbytes(3000).hex().encode() for n in range(500))
    data = gzip.compress(lines)
    *good, last = records(data[: len(data) // 2], "a.jsonl.gz")
    assert len(good) > 100
    assert all(record.refused is None for record in good)
    assert "cut short" in (last.refused or "")


@pytest.mark.parametrize("data", [b"\x1f\x8b\x08\x00" + b"\xff" * 50])
def test_a_damaged_gzip_file_is_refused(data: bytes) -> None:
    assert "damaged" in (only(data, "a.txt.gz").refused or "")


def test_a_plain_file_with_a_gzip_name_is_told_how_to_be_named() -> None:
    assert "take .gz off its name" in (only(b"not gzip at all", "a.txt.gz").refused or "")


def test_what_follows_a_gzip_file_is_padding_or_damage() -> None:
    packed = gzip.compress(STORY.encode())
    assert only(packed + bytes(9_000), "a.txt.gz").text == STORY
    assert "damaged" in (only(packed + b"rubbish", "a.txt.gz").refused or "")
    assert "damaged" in (only(packed[:-4] + b"\xff\xff\xff\xff", "a.txt.gz").refused or "")


def test_a_gzip_file_of_endless_empty_members_is_refused() -> None:
    empty = gzip.compress(b"")
    assert only(empty * 900 + gzip.compress(STORY.encode()), "a.txt.gz").text == STORY
    assert "parts" in (only(empty * (MAX_MEMBERS + 1), "a.txt.gz").refused or "")


def test_a_file_that_is_one_article_is_named_by_the_file() -> None:
    (raw,) = articles(io.BytesIO(STORY.encode()), "north/story.txt", "north")
    assert (raw.uri, raw.filename, raw.source) == ("north/story.txt", "north/story.txt", "north")
    (raw,) = articles(io.BytesIO(b'{"text": "one"}'), "a.json", "inbox")
    assert raw.uri == "a.json"


def test_the_records_of_a_collection_are_numbered_from_1() -> None:
    for name, data in (("a.json", b'[{"text": "one"}, {"text": "two"}, {"text": "three"}]'),):
        assert [raw.uri for raw in articles(io.BytesIO(data), name, "inbox")] == [f"{name}#{n}" for n in (1, 2, 3)]
    (raw,) = articles(io.BytesIO(b'{"text": "one"}\n'), "a.jsonl", "inbox")
    assert raw.uri == "a.jsonl#1"


def test_the_same_bytes_give_the_same_ids_and_other_bytes_others() -> None:
    data = b'[{"text": "one"}, {"text": "two"}]'

    def ids(data: bytes, source: str = "inbox") -> list[object]:
        return [raw.id for raw in articles(io.BytesIO(data), "a.json", source)]

    assert ids(data) == ids(data)
    assert len({*ids(data), *ids(data, "north"), *ids(data.replace(b"one", b"1st"))}) == 5


def test_a_text_beyond_the_cap_within_a_larger_file_is_refused_by_its_own_reason() -> None:
    data = b'{"text": "%s"}\n{"text": "short"}\n' % (b"a" * 5_000_001)
    long, short = articles(io.BytesIO(data), "a.jsonl", "inbox")
    assert "at most 5,000,000" in (long.refused or "")
    assert short.refused is None


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_a_file_that_is_no_list_of_articles_is_given_up(name: str) -> None:
    given = [{"text": "first"}, *[{}] * 5_000]
    data = json.dumps(given).encode() if name == "a.json" else b"\n".join(json.dumps(one).encode() for one in given)
    found = records(data, name)
    assert len(found) == 1 + MOST_REFUSED + 1
    assert "the rest is not read" in (found[-1].refused or "")
    half = ([{}] * (MOST_REFUSED - 1) + [{"text": "x"}]) * 3
    assert len(records(json.dumps(half).encode(), "a.json")) == len(half)


def test_a_fault_of_the_disk_is_no_fault_of_the_file() -> None:
    class Broken(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        list(read(Broken(), "a.txt"))


@pytest.mark.parametrize(
    "prolog",
    [
        "",
        "\ufeff",
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        "<?xml version='1.0'?>\n<!-- > <rss> -->\n<?xml-stylesheet href='a'?>\n\n",
        f"<!--{'an export ' * 900}-->",
        '<!DOCTYPE nitf SYSTEM "nitf-3-6.dtd">',
        '<!DOCTYPE nitf [<!ENTITY a "]>"> <!-- ]> -->]>',
        f'<!DOCTYPE nitf [<!ENTITY a "{"a" * 70_000}">]>',
    ],
)
@pytest.mark.parametrize("root", ["<nitf>", "<NITF>", '<n:nitf xmlns:n="urn:n">', "<nitf/>"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_the_root_of_xml_is_found_behind_any_prolog(prolog: str, root: str, charset: str) -> None:
    assert format_of("a", f"{prolog}{root}".encode(charset)[:65_536]).name == "NITF"


@pytest.mark.parametrize("name", ["a.xml", "a", "a.txt", "a.html", "a.xml.gz"])
def test_an_unknown_dialect_of_xml_is_refused_by_the_name_of_its_root(name: str) -> None:
    with pytest.raises(PermanentError, match=r"XML with the root RBNews: a dialect that is not read.*NITF"):
        format_of(name, b'<?xml version="1.0"?><RBNews><headline>x</headline></RBNews>')


@pytest.mark.parametrize("text", ["<p>A page's beginning.</p>", "<b>Bold</b> words", "<3 from Aldermoor"])
def test_markup_that_declares_nothing_is_read_by_its_ending(text: str) -> None:
    assert format_of("a.html", text.encode()).name == "HTML"
    assert format_of("a.txt", text.encode()).name == "text"


def test_a_picture_is_refused_as_what_it_is() -> None:
    with pytest.raises(PermanentError, match="it is a JPEG picture"):
        format_of("a.xml", b"\xff\xd8\xff\xe0")


def test_a_missing_library_is_named_with_the_extra_that_brings_it() -> None:
    row = Format(name="Z", read="producers.formats.of_a_test:read")

    class Missing(MetaPathFinder):
        def find_spec(self, name: str, *_: object) -> None:
            if name == "producers.formats.of_a_test":
                raise ModuleNotFoundError("No module named 'zlibrary'", name="zlibrary")

    sys.meta_path.insert(0, finder := Missing())
    try:
        with pytest.raises(PermanentError, match=r"reading Z needs the package zlibrary.*'wiredesk\[formats\]'"):
            list(row.records(io.BufferedReader(io.BytesIO(b""))))
    finally:
        sys.meta_path.remove(finder)


def test_a_package_adds_a_format_by_its_entry_point(tmp_path: Path) -> None:
    (tmp_path / "rb_news.py").write_text(PLUGIN)
    info = tmp_path / "rb_news-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: rb-news\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[wiredesk.formats]\nrb_news = rb_news:FORMAT\n")
    code = (
        "import io; from producers.formats import read; "
        "print([r.text for r in read(io.BytesIO(b'<?xml version=\"1.0\"?><RBNews>The text.</RBNews>'), 'a.xml')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
    )
    assert done.stdout.strip() == "['The text.']"


def test_a_base_install_imports_no_reader_that_needs_more() -> None:
    code = "import sys, producers.formats; print({'lxml', 'fastwarc'} & sys.modules.keys() or None)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "None"


def test_a_list_of_feeds_is_refused_with_what_to_do() -> None:
    assert only(b"<opml version='2.0'><body/></opml>", "subscriptions.xml").refused == (
        "this is OPML, a list of feeds, and holds no article: `wiredesk feeds import` polls the feeds that it names"
    )


@pytest.mark.parametrize("name", ["page.html", "page.xml", "page", "page.txt", "page.xml.gz"])
@pytest.mark.parametrize("beginning", ['<?xml version="1.0"?>\n', "<!DOCTYPE html>\n", "<!-- saved -->", ""])
def test_a_page_is_a_page_whatever_its_name_and_its_declaration(beginning: str, name: str) -> None:
    page = f'{beginning}<html xmlns="http://www.w3.org/1999/xhtml"><body><p>{STORY}</p></body></html>'.encode()
    record = only(gzip.compress(page) if name.endswith(".gz") else page, name)
    assert (record.media_type, record.refused) == ("text/html", None)
