"""Bad files of every format, through the door of the formats: each is read or refused as declared, soon and in little
memory.

`python -m tests.hostile.formats [--seed N] [--count N]` prints what became of each kind of file.
"""

import argparse
import base64
import gzip
import html
import io
import random
import re
import struct
import sys
import time
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import brotli

from producers.formats import articles
from tests.hostile.run import JARGON

#: Most CPU seconds and MB of memory, beyond what the process has already, that a file may take.
MOST_SECONDS, MOST_MB = 5.0, 300
#: Longest reason, in characters.
LONGEST_REASON = 700

STORY = "The harbour of Alder Vale stays shut for three days after a storm, the port office said on Monday."
_SAMPLES = Path(__file__).parents[1] / "samples"
_LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 9}">' for n in range(1, 12))


class End(StrEnum):
    """How a file ends."""

    READ = "read"
    REFUSED = "refused"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Bad:
    """A bad file, and how it must end; `says` must occur in one of its reasons if it is refused."""

    kind: str
    name: str
    data: bytes
    end: End
    says: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a file: CPU seconds, MB of memory above those before, and what is wrong, "" if all is well."""

    bad: Bad
    ended: End
    reason: str
    seconds: float
    megabytes: int
    wrong: str


def generate(seed: int, count: int) -> Iterator[Bad]:
    """Yield `count` bad files that follow from `seed`: every family in its turn, each file with sizes of its own."""
    chance = random.Random(seed)
    makers = [xml, feeds, mails, wires, packages, archives, packed, documents, damaged, damaged, damaged]
    families = [maker(random.Random(chance.random())) for maker in makers]
    for number in range(count):
        yield next(families[number % len(families)])


def judge(bad: Bad) -> Judged:
    """Read a bad file as a producer does, and say what became of it."""
    before = _memory("VmRSS", reset=True)
    began = time.process_time()
    reasons, texts = [], 0
    for article in articles(io.BytesIO(bad.data), bad.name, "hostile"):
        if article.refused:
            reasons.append(article.refused)
        else:
            texts += 1
    seconds = time.process_time() - began
    megabytes = max(0, _memory("VmHWM") - before)
    ended = End.READ if texts else End.REFUSED
    odd = [reason for reason in reasons if _is_odd(reason)]
    faults = {
        f"declared {bad.end}": bad.end not in (ended, End.EITHER),
        f"it does not say {bad.says!r}": ended is End.REFUSED and not any(bad.says in reason for reason in reasons),
        f"no sentence for a person: {odd[:1]}": bool(odd),
        f"{seconds:.1f} s": seconds > MOST_SECONDS,
        f"{megabytes} MB": megabytes > MOST_MB,
    }
    wrong = "; ".join(fault for fault, is_there in faults.items() if is_there)
    return Judged(bad, ended, reasons[0] if reasons else "", seconds, megabytes, wrong)


def _gzipped(data: bytes, level: int = 9) -> bytes:
    """Return `data` gzipped without the time, so that the same seed gives the same bytes."""
    return gzip.compress(data, level, mtime=0)


def _is_odd(reason: str) -> bool:
    return bool(JARGON.search(reason)) or not reason.isprintable() or len(reason) > LONGEST_REASON


def _memory(field: str, *, reset: bool = False) -> int:
    """Return a size of this process in MB; 0 if the system does not tell. `reset` begins its peak anew."""
    try:
        if reset:
            Path("/proc/self/clear_refs").write_text("5")
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    size = re.search(rf"{field}:\s+(\d+) kB", status)
    return int(size[1]) >> 10 if size else 0


def nitf(body: str, prolog: str = "") -> str:
    """Return an article in NITF whose text is `body`."""
    return (
        f'{prolog}<nitf><head><docdata><doc-id id-string="a1"/></docdata></head><body><body.head><hedline><hl1>Storm'
        f"</hl1></hedline></body.head><body.content>{body}</body.content></body></nitf>"
    )


def newsml_g2(body: str, prolog: str = "") -> str:
    """Return an item of NewsML-G2 whose text is `body`."""
    return (
        f'{prolog}<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:a:1" version="1"><itemMeta>'
        '<itemClass qcode="ninat:text"/><pubStatus qcode="stat:usable"/></itemMeta><contentMeta><headline>Storm'
        f'</headline></contentMeta><contentSet><inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><body>{body}'
        "</body></html></inlineXML></contentSet></newsItem>"
    )


def newsml_1(body: str, prolog: str = "") -> str:
    """Return an item of NewsML 1 whose text is `body`."""
    return (
        f"{prolog}<NewsML><NewsItem><NewsComponent><NewsLines><HeadLine>Storm</HeadLine></NewsLines><ContentItem>"
        f"<DataContent>{body}</DataContent></ContentItem></NewsComponent></NewsItem></NewsML>"
    )


def xml(chance: random.Random) -> Iterator[Bad]:
    """Yield articles in XML with entities, depth, attributes, names, references and cuts that attack their parser."""
    good = f"<p>{STORY}</p>"
    while True:
        tags = nitf(good + '<a b=""/>' * 490_000)
        yield Bad("XML: tags and attributes at the cap", "a.xml", tags.encode(), End.READ)
        for build in (nitf, newsml_g2, newsml_1):
            name = chance.choice(("a.xml", "a", "a.txt", "a.nitf.gz"))

            def made(kind: str, text: str, end: End, says: str = "", name: str = name) -> Bad:
                data = text.encode("utf-8", "surrogatepass")
                return Bad(f"XML: {kind}", name, _gzipped(data, 1) if name.endswith(".gz") else data, end, says)

            many = chance.choice((300, 3_000, 50_000))
            yield made("entities in entities", build("<p>&b11;</p>", _LAUGHS + "]>"), End.REFUSED, "entity")
            big = f'<!DOCTYPE x [<!ENTITY a "{"x" * many}">]>'
            yield made("one large entity", build(f"<p>{'&a;' * many}</p>", big), End.REFUSED, "entity")
            outside = chance.choice(("file:///etc/passwd", "http://127.0.0.1:9/a", "/dev/zero", "php://filter"))
            entity = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{outside}">]>'
            yield made("an external entity", build("<p>&a;</p>", entity), End.REFUSED, "entity")
            yield made("an external document type", build(good, f'<!DOCTYPE x SYSTEM "{outside}">'), End.READ)
            parameter = f'<!DOCTYPE x [<!ENTITY % a SYSTEM "{outside}"> %a; <!ENTITY b "c">]>'
            yield made("a parameter entity", build(good, parameter), End.READ)
            yield made("a document type without end", f'<!DOCTYPE nitf [<!ENTITY a "{"x" * many}', End.REFUSED)
            included = f'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="{outside}" parse="text"/>'
            yield made("an inclusion", build(good + included), End.READ)
            yield made("depth", build("<div>" * many + good + "</div>" * many), End.REFUSED, "nested deeper")
            yield made("depth that articles have", build("<div>" * 90 + good + "</div>" * 90), End.READ)
            yield made("open elements", build("<div>" * many + good), End.REFUSED)
            attributes = " ".join(f'a{n}="b"' for n in range(many))
            yield made("attributes", build(f"<p {attributes}>{STORY}</p>"), End.READ)
            spaces = " ".join(f'xmlns:a{n}="urn:{n}"' for n in range(many // 10))
            yield made("namespaces", build(f"<p {spaces}>{STORY}</p>"), End.READ)
            yield made("an attribute given twice", build(f'<p a="1" a="2">{STORY}</p>'), End.REFUSED, "well-formed")
            yield made("a long attribute", build(f'<p a="{"x" * 18 * many}">{STORY}</p>'), End.READ)
            yield made("a long name", build(f"<{'x' * many}/>{good}"), End.EITHER)
            yield made("comments", build(f"{'<!-- -->' * many}{good}"), End.READ)
            yield made("instructions", build(f"{'<?a b?>' * many}{good}"), End.READ)
            yield made("CDATA", build(f"{'<![CDATA[<b>]]>' * many}{good}"), End.EITHER)
            yield made(
                "characters that are none", build(f"<p>{STORY}&#0;&#xD800;&#x110000;\x00\x0b\ud800</p>"), End.READ
            )
            yield made("references", build(f"<p>{STORY}{'&amp;&eacute;' * many}</p>"), End.READ)
            yield made("paragraphs", build(f"<p>{STORY}</p><p/>" * (many // 10)), End.READ)
            text = build(good * 9)
            yield made("a cut", text[: chance.randrange(60, len(text) - 9)], End.REFUSED)
            yield made("a charset that lies", f'<?xml version="1.0" encoding="utf-16"?>{build(good)}', End.READ)
            yield made("no text", build(""), End.REFUSED)
        dialect = f'<?xml version="1.0"?><{"x" * chance.randrange(1, 3_000)}/>'
        yield Bad("XML: a dialect", "a.xml", dialect.encode(), End.REFUSED, "a dialect that is not read")


_CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/"'


def rss(item: str, prolog: str = "", root: str = "") -> str:
    """Return a feed in RSS 2.0 with the `item`, and with attributes of its `root`."""
    return f"{prolog}<rss {root}><channel><title>Reed</title><item>{item}</item></channel></rss>"


def atom(item: str, prolog: str = "", root: str = "") -> str:
    """Return a feed in Atom."""
    return f'{prolog}<feed xmlns="http://www.w3.org/2005/Atom" {root}><entry>{item}</entry></feed>'


def rdf(item: str, prolog: str = "", root: str = "") -> str:
    """Return a feed in RSS 1.0."""
    spaces = 'xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
    return f"{prolog}<r:RDF {spaces} {root}><channel/><item>{item}</item></r:RDF>"


def export(item: str, prolog: str = "", root: str = "") -> str:
    """Return an export of WordPress with one post, whose text is the description of `item`."""
    post = item.replace("<description>", "<content:encoded>").replace("</description>", "</content:encoded>")
    return rss(post, prolog, f"{_CONTENT} {root}")


def feeds(chance: random.Random) -> Iterator[Bad]:
    """Yield feeds and exports with markup, names, lists and faults that attack their readers."""
    good = f"<description>{STORY}</description>"

    def text(inner: str) -> str:
        return f"<description>{inner}</description>"

    while True:
        for build in (rss, atom, rdf, export):
            # An entry's text is its summary.
            def made(kind: str, data: str, end: End, says: str = "", build: object = build) -> Bad:
                given = data.replace("description>", "summary>") if build is atom else data
                name = chance.choice(("a.xml", "a", "a.rss"))
                return Bad(f"feed: {kind}", name, given.encode("utf-8", "surrogatepass"), end, says)

            many = chance.choice((300, 3_000, 50_000))
            outside = chance.choice(("file:///etc/passwd", "http://127.0.0.1:9/a", "/dev/zero"))
            entity = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{outside}">]>'
            attributes = " ".join(f'a{n}="b"' for n in range(many))
            yield made("entities in entities", build(text(f"&b11; {STORY}"), _LAUGHS + "]>"), End.READ)
            yield made("an external entity", build(text(f"&a; {STORY}"), entity), End.READ)
            yield made("depth", build(text("<b>" * many + STORY + "</b>" * many)), End.EITHER)
            yield made("attributes of the root", build(good, "", attributes * 9), End.REFUSED, "attributes")
            yield made("attributes", build(f"<x {attributes}/>{good}"), End.READ)
            yield made("escaped tags", build(text("&lt;b&gt;" * many + STORY)), End.READ)
            yield made("half escaped tags", build(text("&lt;" * many + STORY)), End.READ)
            yield made("a title of signs", build(f"<title>{'&lt;b ' * many}</title>{good}"), End.READ)
            yield made("categories", build(f"{'<category>a</category>' * (many // 2)}{good}"), End.READ)
            yield made("authors", build(f"{'<author>a@b.example (A B)</author>' * (many // 4)}{good}"), End.READ)
            yield made("links", build("<link href='/a'/>" * (many // 2) + good), End.READ)
            yield made("a long link", build(f"<link>https://a.example/?{'utm_a=1&amp;' * many}</link>{good}"), End.READ)
            yield made("texts", build(good * (many // 20)), End.READ)
            yield made("items in items", build(good + "<item>" * many), End.EITHER)
            yield made("items", build(f"{good}</item><item>" * (many // 40) + good), End.EITHER)
            yield made("a CDATA without end", build(f"<description><![CDATA[{'<p>' * many}"), End.REFUSED)
            yield made("undeclared prefixes", build(f"{'<x:a/>' * many}{good}"), End.READ)
            yield made("bare ampersands", build(text(STORY + " & " * many)), End.READ)
            yield made("a base", build(good, "", f'xml:base="{"http://[" * (many // 300)}"'), End.READ)
            codes = chance.choice(("[caption ", "[caption]", "[a]", "[a b=", "[/a]", "<!--", "[gallery][/gallery "))
            yield made("codes of WordPress", build(text(html.escape(codes) * many + STORY)), End.EITHER)
            whole = build(good)
            yield made("a cut", whole[: chance.randrange(60, len(whole) - 9)], End.EITHER)


_HEADERS = "From: Ada <ada@npa.example>\nTo: desk@npa.example\nDate: Fri, 27 Nov 2026 08:00:00 +0000\n"


def mails(chance: random.Random) -> Iterator[Bad]:
    """Yield mails and mboxes with headers, parts and encodings that attack their reader."""

    def mail(headers: str = "", body: str = STORY) -> str:
        return f"{_HEADERS}Message-ID: <1@npa.example>\n{headers}\n{body}\n"

    def parts(boundary: str, *bodies: str, kind: str = "mixed") -> tuple[str, str]:
        lines = "".join(f"--{boundary}\n{body}\n" for body in bodies)
        return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n', f"{lines}--{boundary}--\n"

    plain = f"Content-Type: text/plain\n\n{STORY}"
    while True:
        many = chance.choice((400, 2_000, 16_000))
        name = chance.choice(("a.eml", "a.txt", "a"))

        def made(kind: str, text: str, end: End, says: str = "", name: str = name) -> Bad:
            return Bad(f"mail: {kind}", name, text.encode("utf-8", "surrogateescape"), end, says)

        words = " ".join("=?utf-8?q?=41?=" for _ in range(many))
        yield made("encoded words", mail(f"Subject: {words}\n"), End.EITHER)
        yield made("half encoded words", mail(f"Subject: {'=?utf-8?q?' * (many // 10)}\n"), End.EITHER)
        yield made(
            "addresses", mail("Cc: " + ", ".join(f"a{n} <a{n}@b.example>" for n in range(many)) + "\n"), End.EITHER
        )
        parameters = "".join(f'; a*{n}="b"' for n in range(many))
        yield made("parameters", mail(f"Content-Type: text/plain{parameters}\n"), End.EITHER)
        yield made("headers", mail("".join(f"X-{n}: a\n" for n in range(many))), End.EITHER)
        yield made("folds", mail("Subject: a" + "\n b" * many + "\n"), End.EITHER)
        yield made("headers without end", _HEADERS + "X: a\n" * 30_000, End.REFUSED)
        body, headers = plain, ""
        for depth in range(chance.randrange(12, 300)):
            headers, body = parts(f"b{depth}", (f"{headers}\n" if headers else "") + body)
        yield made("nested parts", mail(headers, body), End.REFUSED, "deep")
        within = "Content-Type: message/rfc822\n\n"
        yield made("mails in mails", mail(within[:-1], (within + _HEADERS[:-1] + "\n") * 40 + STORY), End.EITHER)
        many_parts = parts("b", *[plain] * chance.randrange(600, 20_000))
        yield made("parts", mail(*many_parts), End.REFUSED, "parts")
        odd = chance.choice((".*+?(a+)+", "(" * 70, "\\", "=" * 70, "[a-"))
        yield made("a boundary of signs", mail(*parts(odd, plain)), End.READ)
        yield made("a boundary that never comes", mail('Content-Type: multipart/mixed; boundary="b"\n'), End.READ)
        yield made("boundaries", mail('Content-Type: multipart/mixed; boundary="b"\n', "--b\n" * many), End.REFUSED)
        half = "Content-Transfer-Encoding: base64\nContent-Type: text/plain\n"
        yield made("half base64", mail(half, base64.b64encode(STORY.encode()).decode()[:-3] + "*\x00"), End.EITHER)
        yield made("an unknown charset", mail("Content-Type: text/plain; charset=rot13\n"), End.READ)
        path = 'Content-Disposition: attachment; filename="../../../etc/passwd.txt"\n' + plain
        yield made("an attachment with a path", mail(*parts("b", plain, path)), End.READ)
        packed = f"Content-Type: application/zip\nContent-Transfer-Encoding: base64\n\n{'A' * 40 * many}"
        yield made("an attachment alone", mail(*parts("b", packed)), End.REFUSED, "no text")
        yield made("lone bytes", mail("Subject: \udcff\udcfe\n", STORY + "\udcff\udcfe" * 9), End.READ)
        yield made("a date", mail(f"Date: {'9' * chance.randrange(1, 5_000)}\n"), End.READ)
        envelope = "From ada@npa.example Fri Nov 27 08:00:00 2026\n"
        yield made("mbox of envelopes", f"{envelope}{mail()}\n" + envelope * many, End.READ)
        yield made("mbox of empty mails", f"{envelope}{_HEADERS}\n\n" * (many // 20), End.REFUSED, "no text")
        yield made("mbox with a line", f"{envelope}{mail(body='a' * 100 * many)}", End.READ)


def wires(chance: random.Random) -> Iterator[Bad]:
    """Yield wire copy of IPTC 7901 and ANPA 1312 whose frame is broken."""
    iptc = (
        "\x01vnp017 3 p 140 vnp 018\r\n\r\nOda-storm/\r\n\x02Storm shuts harbour =\r\n\r\n"
        f"{STORY}\r\n\r\n\x03vnp 131137 GMT Nov 26"
    )
    anpa = (
        "\x16\x16\x01A0101\x1f-----\r\nu i\x13\x11 BC-EU--Oda-Storm     11-27 0120\r\n\x02^Storm shuts harbour<\r\n"
        f"\t{STORY}\r\n\x03\r\nAP-WF-11-27-26 0130GMT\r\n\x04"
    )
    while True:
        many = chance.choice((50, 5_000, 50_000))
        for kind, text in (("IPTC 7901", iptc), ("ANPA 1312", anpa)):
            at = chance.randrange(30, len(text))
            for what, data, end in (
                ("cut", text[:at], End.EITHER),
                ("frames", text + "\x02" * many, End.EITHER),
                ("begun and not ended", text[: text.index("\x02")] * min(many, 5_000), End.EITHER),
                ("stories", text * (many // 40), End.READ),
                ("a headline without end", text.replace("harbour", "harbour " * many, 1), End.EITHER),
                ("controls", text.replace(" ", chance.choice("\x11\x12\x13\x1f\x7f"), many), End.EITHER),
                ("lines", text.replace(STORY, "\r\n\t" * many + STORY), End.READ),
            ):
                yield Bad(f"{kind}: {what}", chance.choice(("a.tst", "a")), data[:4_900_000].encode("latin-1"), end)


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"


def packages(chance: random.Random) -> Iterator[Bad]:
    """Yield Word documents and zip archives that are bombs, lie about their members, or hold hostile XML."""

    def zipped(members: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
        with zipfile.ZipFile(data := io.BytesIO(), "w", method) as archive:
            for name, content in members.items():
                archive.writestr(zipfile.ZipInfo(name), content, method)
        return data.getvalue()

    def members(body: str, prolog: str = "", target: str = "word/document.xml") -> dict[str, bytes | str]:
        rels = f'<Relationships><Relationship Type="{_OFFICE}" Target="{target}"/></Relationships>'
        text = f'{prolog}<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
        return {"_rels/.rels": rels, "word/document.xml": text}

    good = f"<w:p><w:r><w:t>{STORY}</w:t></w:r></w:p>"
    while True:
        many = chance.choice((300, 3_000, 20_000))
        laughs = members("<w:p><w:r><w:t>&b11;</w:t></w:r></w:p>", _LAUGHS + "]>")
        attributes = " ".join(f'a{n}="b"' for n in range(many))
        main, core = "word/document.xml", "docProps/core.xml"
        stored = zipped(members(good), zipfile.ZIP_STORED)
        bomb = zipped({**members(""), main: bytes(chance.randrange(11_000_000, 20_000_000))})
        lies = zipped(members(good)).replace(struct.pack("<H", 8), struct.pack("<H", chance.randrange(2, 99)))
        entity = members("<w:p><w:t>&a;</w:t></w:p>", '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>')
        external = members(good, target="word/document.xml").copy()
        external["_rels/.rels"] = str(external["_rels/.rels"]).replace("Target=", 'TargetMode="External" Target=')
        for kind, data, end, says in (
            ("a bomb", bomb, End.REFUSED, "unpacks to more"),
            ("members", zipped({f"{n}": "" for n in range(chance.randrange(2_001, 4_000))}), End.REFUSED, "members"),
            ("lzma", zipped(members(good), zipfile.ZIP_LZMA), End.REFUSED, "packed in a way"),
            ("bzip2", zipped(members(good), zipfile.ZIP_BZIP2), End.REFUSED, "packed in a way"),
            ("an unknown method", lies, End.REFUSED, ""),
            ("paths", zipped({"../../a.txt": STORY, "/etc/passwd": STORY, "C:\\a": STORY}), End.REFUSED, "zip archive"),
            ("a path to its text", zipped(members(good, target="../../../etc/passwd")), End.REFUSED, "zip archive"),
            ("a text outside", zipped(external), End.REFUSED, ""),
            ("a text that is its list", zipped(members(good, target="word/../_rels/.rels")), End.REFUSED, ""),
            ("entities in entities", zipped(laughs), End.REFUSED, "entity"),
            ("an external entity", zipped(entity), End.REFUSED, "entity"),
            ("depth", zipped(members("<w:tbl>" * many + good)), End.REFUSED, ""),
            ("nested tables", zipped(members("<w:tbl>" * 90 + good + "</w:tbl>" * 90)), End.READ, ""),
            ("attributes", zipped(members(f"{good}<w:p {attributes}/>")), End.READ, ""),
            ("empty paragraphs", zipped(members(good + "<w:p/>" * 5 * many)), End.READ, ""),
            ("paragraphs in paragraphs", zipped(members("<w:p>" * 100 + good + "</w:p>" * 100)), End.READ, ""),
            ("properties that are no XML", zipped({**members(good), core: "<a"}), End.EITHER, ""),
            ("a cut", stored[: chance.randrange(30, len(stored) - 1)], End.REFUSED, ""),
            ("a name in the wrong format", zipped({"xl/workbook.xml": "", "a" * 60_000: ""}), End.REFUSED, "Excel"),
        ):
            yield Bad(f"zip: {kind}", chance.choice(("a.docx", "a.zip", "a.txt")), data, end, says)


def archives(chance: random.Random) -> Iterator[Bad]:
    """Yield WARC archives whose lengths, headers, chunks and packings lie."""

    def entry(block: bytes, **fields: str) -> bytes:
        lines = {"WARC-Type": "response", "WARC-Target-URI": "https://a.example/", "Content-Length": str(len(block))}
        head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in {**lines, **fields}.items())
        return f"WARC/1.0\r\n{head}\r\n".encode("utf-8", "replace") + block + b"\r\n\r\n"

    def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
        return "\r\n".join([f"HTTP/1.1 {status}", "Content-Type: text/html", *headers, "", ""]).encode() + body

    page = f"<html><body><p>{STORY}</p></body></html>".encode()
    good = entry(answer(page))
    while True:
        many = chance.choice((300, 3_000, 100_000))
        name = chance.choice(("a.warc", "a.warc.gz", "a"))
        length = chance.choice(("-1", "", "x", "5000000000", "9223372036854775807", "9" * 99, "1e3", "0x10", "+5", " "))
        zeros = bytes(chance.randrange(6_000_000, 12_000_000))
        chunks = chance.choice(
            (b"ffffffffffffffff\r\n", b"-5\r\n", b"0" * many, b"1\r\na\r\n" * many, b"5;" + b"a" * many)
        )
        bombs = {"gzip": _gzipped(zeros, 1), "deflate": zlib.compress(zeros, 1)}
        if many == 300:
            bombs["br"] = brotli.compress(zeros, quality=1)
        for kind, data, end, says in (
            ("a length", good + entry(answer(page), Content_Length=length), End.READ, ""),
            ("a length alone", entry(answer(page), Content_Length=length), End.REFUSED, "damaged"),
            ("a length given twice", good + entry(answer(page), content_length="9"), End.READ, ""),
            ("headers", good + b"WARC/1.0\r\n" + b"X: a\r\n" * many, End.READ, ""),
            ("a long header", good + b"WARC/1.0\r\nX: " + b"a" * 10 * many, End.READ, ""),
            ("headers of the answer", good + entry(answer(page, *["X: a"] * many)), End.READ, ""),
            ("chunks", good + entry(answer(chunks, "Transfer-Encoding: chunked")), End.READ, ""),
            ("packings", entry(answer(page, "Content-Encoding: " + "gzip, " * 99 + "gzip")), End.REFUSED, "packed by"),
            *(
                (
                    f"a bomb of {packing}",
                    entry(answer(bomb, f"Content-Encoding: {packing}")),
                    End.REFUSED,
                    "larger than",
                )
                for packing, bomb in bombs.items()
            ),
            ("records of nothing", entry(b"", WARC_Type="request") * (many // 10) + good, End.READ, ""),
            ("lines of nothing", b"WARC/1.0\r\n\r\n" + b"\r\n" * many + good, End.EITHER, ""),
            ("a status", entry(answer(page, status=chance.choice(("9" * 99, "", "OK", "-1 A")))), End.EITHER, ""),
            ("an address", entry(answer(page), WARC_Target_URI="javascript:" + "a" * min(many, 50_000)), End.READ, ""),
            ("a date", entry(answer(page), WARC_Date=chance.choice(("0000-00-00", "9" * 99, "")) + "T"), End.READ, ""),
            ("a cut", (good * 3)[: chance.randrange(len(good) + 20, 3 * len(good) - 9)], End.READ, ""),
            ("a picture that is a page", entry(answer(b"\xff\xd8\xff\xe0" + zeros[:9_000])), End.REFUSED, "page"),
        ):
            packed = _gzipped(data, 1) if name.endswith(".gz") else data
            # A bomb within gzip is one of gzip, too.
            ends = End.EITHER if name.endswith(".gz") and len(data) > 1_000_000 else end
            yield Bad(f"WARC: {kind}", name, packed, ends, says if ends is end else "")


def packed(chance: random.Random) -> Iterator[Bad]:
    """Yield gzip files of every format's name that are bombs, cut, or damaged."""
    while True:
        for name in ("a.txt", "a.html", "a.json", "a.jsonl", "a.md", "a.xml", "a.warc", "a.docx", "a.mbox"):
            zeros = b"\0 \n"[chance.randrange(3) :][:1] * chance.randrange(2_000_000, 9_000_000)
            text = _gzipped(chance.randbytes(3_000).hex().encode())
            yield Bad("gzip: a bomb", f"{name}.gz", _gzipped(zeros), End.REFUSED)
            yield Bad("gzip: a cut", f"{name}.gz", text[: chance.randrange(1, len(text) - 1)], End.REFUSED)
            parts = _gzipped(b"") * chance.randrange(50_001, 60_000)
            yield Bad("gzip: empty parts", f"{name}.gz", parts, End.REFUSED)
            yield Bad("gzip: no gzip", f"{name}.gz", chance.randbytes(900), End.REFUSED)


def documents(chance: random.Random) -> Iterator[Bad]:
    """Yield text, Markdown, pages and JSON that attack their readers."""
    while True:
        many = chance.choice((300, 5_000, 100_000))
        deep = chance.choice(("[", '{"a":', '[{"text":'))
        ninjs = '{"uri":"urn:a:1","type":"text","versioncreated":"2026-11-27T08:00:00Z","headline":"Storm",'
        wrong = chance.choice(("null", "5", "[]", "{}", '"x"', "[[[1]]]", "1e999", "true", "NaN", '"\\ud800"'))
        field = chance.choice(
            ("embargoed", "version", "urgency", "subject", "located", "byline", "associations", "pubstatus", "language")
        )
        body = f'"body_text":"{STORY}"'
        for kind, name, text, end in (
            ("JSON: depth", "a.json", deep * many, End.REFUSED),
            ("JSON Lines: depth", "a.jsonl", f'{{"text":"{STORY}"}}\n' + deep * many, End.READ),
            ("JSON: a wrong type", "a.json", f'{ninjs}"{field}":{wrong},{body}}}', End.EITHER),
            (
                "JSON: subjects",
                "a.json",
                ninjs + '"subject":[' + '{"code":"a"},' * (many // 10) + f"{{}}],{body}}}",
                End.READ,
            ),
            ("JSON: digits", "a.json", f'{ninjs}"version":{"9" * many},{body}}}', End.EITHER),
            ("JSON: keys", "a.json", ninjs + "".join(f'"k{n}":1,' for n in range(many)) + body + "}", End.READ),
            ("JSON: texts in lists", "a.json", '{"text":' + "[" * 90 + f'"{STORY}"' + "]" * 90 + "}", End.EITHER),
            ("Markdown: anchors", "a.md", "---\na: &a [x,x]\n" + "b: [*a,*a]\n" * 900 + f"---\n{STORY}", End.READ),
            ("Markdown: front matter", "a.md", f"---\n{'a' * many}: {'[' * many}\n---\n{STORY}", End.READ),
            (
                "Markdown: an object",
                "a.md",
                f"---\ntitle: !!python/object/apply:os.system [id]\n---\n{STORY}",
                End.READ,
            ),
            ("HTML: links", "a.html", '<link rel="canonical" ' * many + STORY, End.READ),
            ("HTML: attributes", "a.html", "<p " + 'a="b" ' * many + f">{STORY}", End.READ),
            ("text: addresses", "a.txt", "URL: https://a.example/ \n" * many + STORY, End.READ),
            ("text: colons", "a.txt", "a" * 70 + ": \n" + "From: \n" * many + STORY, End.EITHER),
            ("text: a mail's beginning", "a.txt", "From: a@b.example\n" * many, End.EITHER),
            ("text: brackets", "a.txt", "<!--" * many + "<?" * many, End.READ),
        ):
            yield Bad(kind, name, text[:4_900_000].encode("utf-8", "surrogatepass"), end)


def damaged(chance: random.Random) -> Iterator[Bad]:
    """Yield our own samples of every format, with pieces cut out, put in, moved and overwritten."""
    paths = [*(_SAMPLES / "formats").iterdir(), *(p for p in (_SAMPLES / "inbox").rglob("*") if p.is_file())]
    samples = [(path.name, path.read_bytes()) for path in sorted(paths)]
    pieces = (b"\0", b"\r\n\r\n", b"<", b">", b"&", b'"', b"\xff\xfe", b"]]>", b"-1", b"9" * 30, b"\x01\x02\x03", b"{[")
    while True:
        name, data = chance.choice(samples)
        broken = bytearray(data)
        for _ in range(chance.randrange(1, 9)):
            at, length = chance.randrange(len(broken) + 1), chance.randrange(1, 40)
            match chance.randrange(5):
                case 0:
                    broken[at : at + length] = chance.randbytes(length)
                case 1:
                    del broken[at : at + length]
                case 2:
                    broken[at:at] = chance.choice(pieces) * chance.choice((1, 1, 50))
                case 3:
                    broken[at:at] = broken[at : at + length] * 30
                case _:
                    del broken[at + (len(broken) - at) // 2 :]
        yield Bad("damaged", name, bytes(broken), End.EITHER)


def main() -> int:
    """Judge many files; 0 if each ended as declared."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    parser.add_argument("--count", type=int, default=10_000)
    options = parser.parse_args()
    kinds: dict[str, list[Judged]] = defaultdict(list)
    for bad in generate(options.seed, options.count):
        kinds[bad.kind].append(judged := judge(bad))
        if judged.wrong:
            print(f"WRONG  {bad.kind} ({bad.name}, {len(bad.data):,} bytes): {judged.wrong}  [{judged.reason}]")
    print(f"{'kind':<42}{'files':>7}{'read':>7}{'worst s':>9}{'MB':>6}")
    for kind, all_of_it in sorted(kinds.items()):
        count = sum(judged.ended is End.READ for judged in all_of_it)
        seconds, megabytes = max(j.seconds for j in all_of_it), max(j.megabytes for j in all_of_it)
        print(f"{kind:<42}{len(all_of_it):>7}{count:>7}{seconds:>9.2f}{megabytes:>6}")
    wrong = sum(bool(judged.wrong) for all_of_it in kinds.values() for judged in all_of_it)
    print(f"seed {options.seed}: {options.count - wrong:,} of {options.count:,} ended as declared")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
