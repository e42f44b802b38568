"""WARC: each page of an archive is an article; what is no page is passed over; a cut archive keeps what was read."""

import gzip
import io
import sys
import zlib
from datetime import UTC, datetime

import brotli
import pytest

from producers.article import Record
from producers.formats import read
from producers.formats.streams import MAX_MEMBERS

STORY = "The bridge at Aldermoor stays shut for two weeks, the mayor said on Monday."
PAGE = f"<!doctype html><html><head><title>Bridge</title></head><body><p>{STORY}</p></body></html>"
DATE = "2026-11-27T08:15:00Z"


def entry(block: bytes, kind: str = "response", url: str = "https://npa.example/a", **fields: str) -> bytes:
    """Return a record of an archive."""
    lines = {"WARC-Type": kind, "WARC-Target-URI": url, "WARC-Date": DATE, "Content-Length": str(len(block)), **fields}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"WARC/1.0\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def answer(body: bytes | str = PAGE, status: str = "200 OK", *headers: str, kind: str = "text/html") -> bytes:
    """Return an answer of a web server."""
    lines = [f"HTTP/1.1 {status}", *([f"Content-Type: {kind}"] if kind else []), *headers]
    return "\r\n".join([*lines, "", ""]).encode() + (body.encode() if isinstance(body, str) else body)


def records(data: bytes, name: str = "crawl.warc") -> list[Record]:
    return list(read(io.BytesIO(data), name))


def only(data: bytes) -> Record:
    (record,) = records(data)
    return record


def test_a_page_of_an_archive_is_an_article_with_its_address_and_the_time_of_its_revision() -> None:
    page = only(entry(answer()))
    assert (page.text, page.media_type, page.refused) == (PAGE, "text/html", None)
    assert page.uri == page.url == "https://npa.example/a"
    assert page.revision is not None
    assert page.revision.created == datetime(2026, 11, 27, 8, 15, tzinfo=UTC)
    # When it was fetched is not when it was published.
    assert page.published_at is None


def test_a_page_goes_by_the_address_that_it_gives_itself() -> None:
    link = '<link rel="canonical" href="https://npa.example/bridge">'
    page = only(entry(answer(PAGE.replace("<title>", f"{link}<title>")), url="<https://npa.example/a?utm=1>"))
    assert page.uri == "https://npa.example/bridge"
    assert page.url == "https://npa.example/a?utm=1"


def test_the_same_page_fetched_twice_is_one_article() -> None:
    first, second = records(entry(answer()) + entry(answer(), **{"WARC-Date": "2026-11-28T08:15:00Z"}))
    assert (first.raw, first.uri) == (second.raw, second.uri)


def test_what_is_no_page_is_passed_over() -> None:
    others = [
        entry(b"software: a crawler\r\n", "warcinfo"),
        entry(b"GET / HTTP/1.1\r\n\r\n", "request"),
        entry(answer(status="404 Not Found")),
        entry(answer(b"\xff\xd8\xff", kind="image/jpeg")),
        entry(answer("{}", kind="application/json")),
        entry(answer("")),
        entry(b"ns.example. 300 IN A 192.0.2.1", url="dns:npa.example"),
        entry(b"", "metadata"),
    ]
    page = only(b"".join([*others, entry(answer()), *others]))
    assert page.text == PAGE
    alone = only(b"".join(others))
    assert "holds no web page" in (alone.refused or "")
    assert "1 answers with status 404" in (alone.refused or "")
    assert "1 request records" in (alone.refused or "")


def test_a_resource_of_html_is_a_page() -> None:
    page = only(entry(PAGE.encode(), "resource", **{"Content-Type": "text/html; charset=utf-8"}))
    assert page.text == PAGE
    assert "resources that are no page" in (only(entry(b"{}", "resource")).refused or "")


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (gzip.compress(PAGE.encode()), "Content-Encoding: gzip"),
        (zlib.compress(PAGE.encode()), "Content-Encoding: deflate"),
        (zlib.compress(PAGE.encode())[2:-4], "Content-Encoding: deflate"),
        (brotli.compress(PAGE.encode()), "Content-Encoding: br"),
        (PAGE.encode(), "Content-Encoding: gzip"),
        (b"%x\r\n%b\r\n0\r\n\r\n" % (len(PAGE), PAGE.encode()), "Transfer-Encoding: chunked"),
        (PAGE.encode(), "Transfer-Encoding: chunked"),
    ],
    ids=["gzip", "deflate", "raw deflate", "brotli", "unpacked by the crawler", "chunks", "joined by the crawler"],
)
def test_a_page_is_unpacked_as_its_server_packed_it(body: bytes, header: str) -> None:
    assert only(entry(answer(body, "200 OK", header))).text == PAGE


def test_the_charset_of_the_answer_counts() -> None:
    page = PAGE.replace("mayor", "мэр").encode("koi8-r")
    assert "мэр" in only(entry(answer(page, kind="text/html; charset=koi8-r"))).text


@pytest.mark.parametrize("size", [5_000_001, 6_000_000, 8_500_000, 30_000_000])
@pytest.mark.parametrize("packing", ["gzip", "deflate", "br"])
def test_a_bomb_is_refused_in_its_place_before_it_fills_the_memory(packing: str, size: int) -> None:
    zeros = bytes(size)
    packed = {"gzip": gzip.compress, "deflate": zlib.compress, "br": lambda data: brotli.compress(data, quality=1)}
    bomb = packed[packing](zeros)
    bad, good = records(entry(answer(bomb, "200 OK", f"Content-Encoding: {packing}")) + entry(answer()))
    assert "larger than 5 MB" in (bad.refused or "")
    assert "https://npa.example/a" in (bad.refused or "")
    assert good.text == PAGE


def test_a_page_that_cannot_be_read_is_refused_in_its_place() -> None:
    for body, header, says in (
        (b"\x1f\x8brubbish", "Content-Encoding: gzip", "damaged"),
        (b"rubbish", "Content-Encoding: br", "damaged"),
        (b"rubbish", "Content-Encoding: zstd", "packed by zstd"),
        (b"a" * 6_000_000, "A: b", "larger than 5 MB"),
        (bytes(range(32)) * 90, "A: b", "binary"),
    ):
        bad, good = records(entry(answer(body, "200 OK", header)) + entry(answer()))
        assert says in (bad.refused or "")
        assert good.text == PAGE


def test_a_video_of_many_megabytes_is_passed_over() -> None:
    assert only(entry(answer(bytes(20_000_000), kind="video/mp4")) + entry(answer())).text == PAGE


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz"])
@pytest.mark.parametrize("left", [0.4, 0.6, 0.9])
def test_a_cut_archive_keeps_what_was_read_and_says_so(name: str, left: float) -> None:
    entries = [entry(answer()), entry(b"GET / HTTP/1.1\r\n\r\n" + b"A: b\r\n" * 90, "request")]
    packed = [gzip.compress(part) if name.endswith(".gz") else part for part in entries]
    for last in packed:
        *good, cut = records(packed[0] + last[: int(len(last) * left)], name)
        assert [page.text for page in good] == [PAGE]
        assert "cut short" in (cut.refused or "")


def test_a_damaged_archive_keeps_what_was_read_and_says_so() -> None:
    for damage in (b"rubbish\r\n" * 9, entry(answer(), **{"Content-Length": "7"}), b"WARC/1.0\r\nA: " + b"b" * 99_999):
        good, *_, damaged = records(entry(answer()) + damage + entry(answer()))
        assert good.text == PAGE
        assert "damaged" in (damaged.refused or "")


@pytest.mark.parametrize("length", ["-5", "", "x", "5000000000", "9223372036854775807", "999999999999999999999"])
def test_a_length_that_lies_ends_the_archive_with_a_sentence(length: str) -> None:
    good, bad = records(entry(answer()) + entry(answer(), **{"Content-Length": length}))
    assert good.text == PAGE
    assert "cut short or damaged in its record 2" in (bad.refused or "")


def test_an_archive_may_have_more_parts_than_other_gzip_files() -> None:
    count = MAX_MEMBERS // 100
    part = gzip.compress(entry(answer(), **{"X-Filler": "a" * 900}), 1) + gzip.compress(b"") * 100
    assert "small parts" in (records(part * (count + 2), "a.warc.gz")[-1].refused or "")
    assert len(records(gzip.compress(entry(answer()), 1) * 500, "a.warc.gz")) == 500


def test_a_fault_of_the_disk_is_no_fault_of_the_archive() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 300_000:
                raise OSError(5, "Input/output error")
            return super().read(size)

    with pytest.raises(OSError, match="Input/output"):
        list(read(Broken(entry(answer()) * 4_000), "crawl.warc"))


def test_a_missing_library_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastwarc.warc", None)
    refused = only(entry(answer())).refused or ""
    assert "WARC needs the package fastwarc, which is not installed" in refused
    assert "pip install 'wiredesk[formats]'" in refused
