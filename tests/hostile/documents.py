"""Bad documents: texts, character sets, texts that slow rules down, web pages."""

import codecs
import json
from collections.abc import Iterator

from tests.hostile.inputs import End, Input, Prose, file

#: What files begin with that are no text.
_MAGIC = {
    "PDF": b"%PDF-1.7\n",
    "JPEG": b"\xff\xd8\xff\xe0",
    "PNG": b"\x89PNG\r\n\x1a\n",
    "GIF": b"GIF89a",
    "TIFF": b"II*\x00",
    "RIFF": b"RIFF\x00\x00\x00\x00WEBP",
    "MP3": b"ID3\x04",
    "Ogg": b"OggS\x00",
    "zip": b"PK\x03\x04",
    "Word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "RTF": b"{\\rtf1\\ansi ",
    "gzip": b"\x1f\x8b\x08\x00",
    "bzip2": b"BZh91AY&SY",
    "xz": b"\xfd7zXZ\x00",
    "7z": b"7z\xbc\xaf\x27\x1c",
    "rar": b"Rar!\x1a\x07",
    "zstd": b"\x28\xb5\x2f\xfd",
    "ELF": b"\x7fELF\x02\x01",
    "SQLite": b"SQLite format 3\x00",
}
_RUSSIAN = (
    "Совет Заречья решил построить новый мост через реку. Работы начнутся весной, сказал глава города Олег Туманов. "
)
_LANGUAGES = {
    "cp1251": _RUSSIAN * 8,
    "koi8-r": _RUSSIAN * 8,
    "cp866": _RUSSIAN * 8,
    "iso8859-5": _RUSSIAN * 8,
    "cp1252": "Der Hafen von Ostrand bleibt für drei Tage geschlossen, weil die Fähre übergroß ist. So Jörg Müller. "
    * 8,
    "cp1250": "Rada města Zářečí schválila stavbu nového mostu přes řeku. Práce začnou na jaře, řekl Jiří Král. " * 8,
    "gb18030": "新桥将于春天开工。市长说，桥的费用由省里支付，工程需要两年时间，渡轮照常运行。" * 12,
    "big5": "新橋將於春天開工。市長說，橋的費用由省裡支付，工程需要兩年時間，渡輪照常運行。" * 12,
    "shift_jis": "新しい橋の工事は春に始まる。市長によると費用は県が負担し、工事は二年かかるという。" * 12,
    "euc_jp": "新しい橋の工事は春に始まる。市長によると費用は県が負担し、工事は二年かかるという。" * 12,
    "euc_kr": "새 다리 공사는 봄에 시작된다. 시장은 비용을 도가 부담하고 공사에 두 해가 걸린다고 말했다. " * 12,
    "cp1256": "قال رئيس البلدية إن بناء الجسر الجديد سيبدأ في الربيع وإن المقاطعة ستدفع التكاليف كلها. " * 12,
    "cp1253": "Το λιμάνι θα μείνει κλειστό για τρεις μέρες, είπε ο δήμαρχος. Τα έργα αρχίζουν την άνοιξη. " * 12,
    "utf-16": _RUSSIAN * 8,
    "utf-16-le": "The harbour stays shut for three days, the mayor said. Work begins in the spring. " * 20,
    "utf-16-be": "The harbour stays shut for three days, the mayor said. Work begins in the autumn. " * 20,
    "utf-32": _RUSSIAN * 8,
}


#: What stays in a text and is no letter.
_MOSTLY_SIGNS = frozenset(
    {
        "full stops",
        "quotation marks",
        "entities",
        "ampersands",
        "open brackets",
        "brackets",
        "dashes",
        "fractions",
        "link openings",
        "image openings",
        "comments",
        "quotes",
        "headings",
        "rules",
        "tables",
        "backslashes",
    }
)


def texts(prose: Prose) -> Iterator[Input]:
    """Yield texts that are empty, cut, binary, full of controls, too long, or no prose."""
    for suffix in (".txt", ".md", ".html", ".json", ".jsonl", ".htm", ".ndjson"):
        yield Input("empty file", End.REFUSED, file(f"empty{suffix}", b""), "empty")
        yield Input("white space only", End.REFUSED, file(f"white{suffix}", b" \r\n\t\n\x0c\n" * 9))
    yield Input("byte order mark only", End.REFUSED, file("mark.txt", codecs.BOM_UTF8))
    yield Input("zero bytes only", End.REFUSED, file("zeros.txt", bytes(5000)))
    for n in range(8):
        data = (prose.story() + "Ödön félti a Tűzoltóság őrét. " * 20).encode()
        at = next(i for i in range(len(data) - 300 + n, len(data)) if data[i] & 0xC0 == 0x80)
        yield Input("UTF-8 cut within a character", End.STORED, file(f"cut{n}.txt", data[:at]))
    for n in range(12):
        yield Input("random bytes", End.REFUSED, file(f"noise{n}.txt", prose.random.randbytes(400 << n % 6)))
    for name, magic in _MAGIC.items():
        data = magic + prose.random.randbytes(900)
        says = "damaged" if name == "zip" else "holds no text"
        yield Input("another format's bytes", End.REFUSED, file(f"{name}.txt", data), says)
    yield Input("RTF in a JSON Lines name", End.REFUSED, file("rtf.jsonl", b"{\\rtf1\\ansi Hello}"))
    yield Input("PDF in an HTML name", End.REFUSED, file("pdf.html", b"%PDF-1.7\n" + prose.random.randbytes(900)))
    for n, control in enumerate("\x00\x01\x07\x08\x0b\x1b\x7f\x9b"):
        text = prose.story().replace(" ", f" {control}", 3)
        yield Input("stray control characters", End.STORED, file(f"control{n}.txt", text))
    yield Input("controls everywhere", End.REFUSED, file("controls.txt", "a\x00\x07b\x08" * 500), "binary")
    yield Input("escape sequences", End.STORED, file("ansi.txt", f"\x1b[31m\x1b]0;owned\x07{prose.story()}\x1b[2J"))
    bidi = "\u202e" + prose.sentence() + "\u2066\u202d "
    yield Input("bidirectional overrides", End.STORED, file("bidi.txt", f"{bidi}\n\n{bidi * 5}\n\n{prose.story()}"))
    yield Input("lone surrogates in UTF-8", End.STORED, file("wtf8.txt", prose.story() + "\ud800 \udfff end of it."))
    yield Input(
        "overlong UTF-8", End.STORED, file("overlong.txt", prose.story().encode() + b"\xc0\x80\xe0\x80\xaf \xf8\x88")
    )
    yield Input("noncharacters", End.STORED, file("nonchar.txt", prose.story() + "\ufffe\uffff\U0010ffff \ufdd0"))
    yield Input("piled accents", End.STORED, file("zalgo.txt", prose.story() + "Z" + "\u0301\u0336\u0489" * 100))
    yield Input(
        "private and unassigned characters", End.STORED, file("pua.txt", prose.story() + "\ue000\U000e0001" * 200)
    )
    yield Input("old Mac line ends", End.STORED, file("mac.txt", prose.story(6).replace("\n", "\r")))
    yield Input(
        "Unicode line ends", End.STORED, file("uni.txt", prose.story(6).replace("\n\n", "\u2028\u2029\x85\x0c"))
    )
    for name, text in {
        "one word": "Harbour",
        "figures": "12 34 567 8.9 " * 400,
        "marks": "?!... --- *** ;;; " * 300,
        "addresses": "https://example.org/a\n\n" * 50,
        "a label": "Read more:\n\n",
        "sign-offs": "(Reporting by Maren Hale; Editing by Ode Marr)\n\n" * 30,
        "emoji": "😀🚢🌊" * 300,
        "a separator": "-" * 5000,
        "base64": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo0NTY3ODk" * 100,
    }.items():
        yield Input(f"no prose: {name}", End.REFUSED, file("nothing.txt", text), "The article")
    yield Input(
        "5 MB and a byte", End.REFUSED, file("large.txt", lambda: b"word " * 1_000_000 + b"."), "larger than 5 MB"
    )
    yield Input("8 MB", End.REFUSED, file("larger.html", lambda: b"<p>word " * 1_000_000), "larger than 5 MB")
    dump = prose.many(lambda n: f"{n} {prose.sentence()}\n\n", 900_000)
    yield Input("10,000 paragraphs", End.REFUSED, file("dump.txt", dump), "paragraphs")


def charsets(prose: Prose) -> Iterator[Input]:
    """Yield texts in many character sets, with true, missing and lying declarations."""
    for charset, text in _LANGUAGES.items():
        yield Input(
            f"undeclared {charset}", End.STORED, file("text.txt", f"{charset} {text}".encode(charset, "replace"))
        )
    for charset in ("cp1251", "koi8-r", "gb18030", "shift_jis", "euc_kr", "cp1256"):
        body = "".join(f"<p>{charset} {n} {_LANGUAGES[charset]}</p>" for n in range(3))
        page = "<html><head><meta charset='{}'></head><body>{}</body></html>"
        for said in (charset, "utf-8", "utf-16", "no-such-charset", "punycode", "rot13", "utf-7"):
            data = page.format(said, body.replace(charset, f"{charset} {said}")).encode(charset, "replace")
            yield Input(f"{charset} declared as {said}", End.STORED, file("page.html", data))
    good = prose.story().encode()
    yield Input(
        "UTF-8 mark before cp1252", End.STORED, file("a.txt", codecs.BOM_UTF8 + good + "für Gäste".encode("cp1252"))
    )
    yield Input("UTF-16 mark, odd length", End.STORED, file("b.txt", (prose.story()).encode("utf-16") + b"x"))
    yield Input("three byte order marks", End.STORED, file("c.txt", codecs.BOM_UTF8 * 3 + prose.story().encode()))
    yield Input(
        "two charsets in one file",
        End.STORED,
        file("d.txt", good + (prose.story() + "Grüße und Küsse").encode("cp1252") * 2),
    )
    yield Input(
        "UTF-7", End.STORED, file("e.txt", (prose.story() + "+ADw-script+AD4-alert(1)+ADw-/script+AD4-").encode())
    )
    yield Input(
        "iso-2022-jp escapes",
        End.STORED,
        file("f.txt", prose.story().encode() + _LANGUAGES["shift_jis"].encode("iso2022_jp")),
    )


def catastrophes(prose: Prose) -> Iterator[Input]:
    """Yield texts made to slow regular expressions and repairs down; each with an article around it."""
    size = 60_000
    for name, piece in {
        "full stops": ". ",
        "initials": "A. ",
        "quotation marks": "\"'",
        "mojibake": "Ã©Ã¨ ",
        "triple mojibake": "doesnÃƒÂ¢Ã¢â€šÂ¬Ã¢â€žÂ¢t ",
        "entities": "&amp;&lt;",
        "ampersands": "&",
        "soft hyphens": "a\u00ad\n",
        "open brackets": "((",
        "brackets": "() ",
        "dashes": "- ",
        "bylines": "By Maren Hale and ",
        "sign-offs": "(Reporting by Maren Hale; ",
        "addresses": "a.b@c.",
        "at signs": "a@",
        "fractions": "12/34 ",
        "slashes": "A/B ",
        "spaces": "  \t ",
        "indents": "\n \t ",
        "half-width": "ｱ",
        "ligatures": "ﬁﬀ",
        "stars": "*a ",
        "underlines": "_a ",
        "link openings": "[a](",
        "image openings": "![a](",
        "back-ticks": "`a ",
        "angle brackets": "<a ",
        "comments": "<!-- ",
        "quotes": "> ",
        "headings": "# ",
        "rules": "- - - ",
        "tables": "|-",
        "backslashes": "\\* ",
        "keywords": "Keywords: A/",
        "datelines": "ODA, March 5 (",
        "labels": "Read more: ",
        "copyright": "© 2026 all rights ",
        "newsletters": "sign up newsletter inbox ",
    }.items():
        text = f"{prose.story()}\n\n{piece * (size // len(piece))}\n\n{prose.paragraph()}"
        suffix = (
            ".md"
            if name in ("stars", "underlines", "link openings", "image openings", "back-ticks", "quotes")
            else ".txt"
        )
        # What is mostly signs is no prose, however much prose stands beside it.
        end = End.REFUSED if name in _MOSTLY_SIGNS else End.STORED
        yield Input(f"many {name}", end, file(f"many{suffix}", text))
    for name, piece in {
        "contact lines": "a.b@c.d.e tel: +12 (3) ",
        "follow lines": "follow us on twitter ",
        "photo lines": "A. Photo: b (AP Photo/",
        "credit lines": "(Reporting by A. (",
        "space lines": " ",
        "dash lines": "-ab",
    }.items():
        lines = "\n\n".join(f"{n} {(piece * 300)[:240]}x" for n in range(1500))
        end = End.REFUSED if name == "credit lines" else End.STORED
        yield Input(f"1,500 {name}", end, file("lines.txt", f"{prose.story()}\n\n{lines}"), is_heavy=True)
    yield Input(
        "4.9 MB in one line",
        End.STORED,
        file("line.txt", prose.many(lambda _: prose.sentence() + " ", 4_900_000)),
        is_heavy=True,
    )
    yield Input(
        "4.9 MB in one word", End.REFUSED, file("word.txt", lambda: b"a" * 4_900_000), "no prose", is_heavy=True
    )


def pages(prose: Prose) -> Iterator[Input]:
    """Yield web pages that attack parsers, extractors, and whoever reads the edition."""
    p = prose.paragraph

    def page(body: str, head: str = "") -> str:
        story = "".join(f"<p>{p()}</p>" for _ in range(3))
        head = f"<head><title>{prose.sentence(5)}</title>{head}</head>"
        return f"<!doctype html><html>{head}<body>{story}{body}</body></html>"

    small = {
        "billion laughs": '<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        + page("<p>&b;&b;&b;</p>"),
        "an external entity": '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        + page("<p>&x;</p>"),
        "an external DTD": '<!DOCTYPE html SYSTEM "http://127.0.0.1:9/evil.dtd">' + page(""),
        "an XInclude": page('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'),
        "300 nested div": page("<div>" * 300 + p() + "</div>" * 300),
        "100,000 nested div": page("<div>" * 100_000 + p() + "</div>" * 100_000),
        "100,000 nested b": page("<b>" * 100_000 + p()),
        "5,000 nested tables": page("<table><tr><td>" * 5_000 + p()),
        "an unclosed script": page("<script>var a = '" + "if(a<b){c}" * 5_000),
        "an unclosed comment": page("<!-- " + "- <p>x</p> " * 5_000),
        "an unclosed title": f"<html><body><p>{p()}</p><p>{p()}</p><title>" + "a " * 5_000,
        "a huge attribute": page(f'<p title="{"x" * 900_000}">{p()}</p>'),
        "20,000 attributes": page("<p " + " ".join(f"a{n}" for n in range(20_000)) + f">{p()}</p>"),
        "200,000 attributes": page("<p " + " ".join(f"a{n}" for n in range(200_000)) + f">{p()}</p>"),
        "200,000 attributes behind a comment": page(
            "<!-- <i x=' --><p a1=\"' >\" " + " ".join(f"a{n}" for n in range(200_000)) + f">{p()}</p>"
        ),
        "a tag name of 500 KB": page("<" + "a" * 500_000),
        "an unclosed tag": page("<p " + "x" * 500_000),
        "50,000 half tags": page("<a " * 50_000),
        "50,000 closing tags": page("</p>" * 50_000),
        "15,000 options": page("<select>" + "<option>x" * 15_000),
        "NULs": page(f"<p>\x00{p()}\x00</p>"),
        "a script in the title": page("", "<title></title><script>alert(1)</script>"),
        "a javascript address": page(
            "", '<link rel="canonical" href="javascript:alert(1)"><meta property="og:url" content="data:text/html,x">'
        ),
        "a quoted publisher": page("", '<meta property="og:site_name" content="&quot;><script>alert(1)</script>">'),
        "a bidirectional title": page("", '<meta property="og:title" content="\u202eelttil\u2066 title of the page">'),
        "endless JSON-LD": page("", '<script type="application/ld+json">' + "[" * 100_000 + "</script>"),
        "JSON-LD of 100,000 nodes": page(
            "", f'<script type="application/ld+json">[{",".join(["{}"] * 100_000)}]</script>'
        ),
        "JSON-LD and 900 KB of spaces": page(
            "", f'<script type="application/ld+json">{{}} -->{" " * 900_000}x</script>'
        ),
        "JSON-LD of wrong types": page(
            "",
            '<script type="application/ld+json">'
            + json.dumps(
                {"@type": ["NewsArticle", 7, None], "headline": {"a": []}, "author": [[[]]], "datePublished": 1e300}
            )
            + "</script>",
        ),
        "JSON-LD with lone surrogates": page(
            "", '<script type="application/ld+json">{"@type":"NewsArticle","headline":"a \\ud800 b"}</script>'
        ),
        "a date far away": page("", '<meta property="article:published_time" content="99999-99-99T99:99:99+99:99">'),
        "a base address": page('<base href="file:///etc/">'),
        "a frameset": page("<frameset><frame src='file:///etc/passwd'></frameset>"),
        "conditional comments": page("<!--[if IE]><p>x</p><![endif]-->" * 900),
        "CDATA": page("<![CDATA[" + "]]>" * 9 + "<p>" + p()),
        "processing instructions": page("<?php system('id'); ?>" * 900),
        "entities without end": page("<p>" + "&amp;#x;&#99999999;&#xD800;" * 9 + "</p>"),
        "custom elements": page("".join(f"<x-{n}>a</x-{n}>" for n in range(2_000))),
        "SVG and MathML": page(
            "<svg><title><style><img src=x onerror=alert(1)></style></title></svg><math><mtext>" * 50
        ),
        "templates": page("<template><p>x</p></template>" * 900),
        "mixed-up tags": page("<b><p><i></b><table><a></p><tr></i><form>" * 300),
    }
    for name, text in small.items():
        yield Input(f"page with {name}", End.STORED, file("page.html", text))
    for n in range(8):
        text = page(f"<p>{p(9)}</p>")
        yield Input("page cut off", End.STORED, file(f"cut{n}.html", text[: len(text) - 20 - 61 * n]))
    for name, text in {
        "of scripts alone": "<html><body>" + "<script>var a = 1;</script>" * 900,
        "of navigation alone": "<html><body><nav>" + "<a href='/'>Home</a>" * 900,
        "of 200,000 angle brackets": "<html><body><p>" + "<" * 200_000,
        "of nothing": "<html><head></head><body></body></html>",
        "of pictures": "<html><body>" + "<img src='a.jpg'>" * 900,
        "that is one comment": "<!--" + p() + "-->",
    }.items():
        yield Input(f"page {name}", End.REFUSED, file("page.html", text), "The article")
    big = 4_800_000
    for name, piece in {
        "spans": lambda n: f"<span>{_word(n)} sea</span> ",
        "links": lambda n: f'<a href="/{n}">{_word(n)} of {n}</a> ',
        "list links": lambda n: f'<li><a href="/{n}">{_word(n)} of {n}</a></li>',
        "unclosed paragraphs": lambda n: f"<p>{_word(n)} {n}",
        "tables": lambda n: f"<tr><td>{n}</td><td>{_word(n)}</td></tr>",
    }.items():
        yield Input(
            f"4.8 MB of {name}",
            # Only elements within a paragraph leave fewer paragraphs than an article may have.
            End.STORED if name in ("spans", "links") else End.REFUSED,
            file("big.html", f"<html><body>{prose.many(piece, big)}"),
            "" if name in ("spans", "links") else "paragraphs",
            is_heavy=True,
        )
    one = f"<p>{p()}</p>"
    yield Input(
        "4.8 MB of one paragraph",
        End.REFUSED,
        file("big.html", "<html><body>" + one * (big // len(one))),
        "paragraphs",
        is_heavy=True,
    )
    two = [f"<section>{p()}</section>\n" for _ in range(3)]
    yield Input(
        "4.8 MB of three sections in turn",
        End.REFUSED,
        file("big.html", "<html><body>" + prose.many(lambda n: two[n % 3], big)),
        "paragraphs",
        is_heavy=True,
    )
    node = prose.many(lambda _: prose.sentence() + " ", big)
    yield Input("4.8 MB in one text node", End.STORED, file("big.html", f"<html><body><p>{node}</p>"), is_heavy=True)
    many = prose.many(lambda n: f"<p>{n} {p()}</p>", big)
    yield Input(
        "4.8 MB of paragraphs", End.REFUSED, file("big.html", f"<html><body>{many}"), "paragraphs", is_heavy=True
    )


def _word(number: int) -> str:
    return ("harbour", "ferry", "bridge", "council", "storm")[number % 5]
