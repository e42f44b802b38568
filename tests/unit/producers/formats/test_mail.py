"""Mails: headers, parts, attachments, and what hostile ones may cost."""

import base64
import io
from datetime import UTC, datetime

import pytest

from producers.article import Record
from producers.errors import PermanentError
from producers.formats.mail import is_mail, read_mail

TEXT = "The lock at Oda stays shut for two weeks."
FROM = b"From: The Oda Post <post@oda.example>\r\n"
HEAD = FROM + (
    b"To: reader@example.org\r\nSubject: Lock shut\r\nDate: Fri, 27 Nov 2026 07:05:00 +0100\r\n"
    b"Message-ID: <k1@oda.example>\r\nMIME-Version: 1.0\r\n"
)
PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + TEXT.encode() + b"\r\n"
PAGE = f"<html><body><p>{TEXT}</p></body></html>".encode()
HTML = b"Content-Type: text/html; charset=utf-8\r\n\r\n" + PAGE + b"\r\n"


def parts(kind: str, *inner: bytes, boundary: str = "b0") -> bytes:
    mark = f"--{boundary}".encode()
    body = b"".join(mark + b"\r\n" + part + b"\r\n" for part in inner)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode() + body + mark + b"--\r\n"


def attached(name: str, body: bytes, kind: str = "application/octet-stream") -> bytes:
    head = f'Content-Type: {kind}\r\nContent-Disposition: attachment; filename="{name}"\r\n'
    return head.encode() + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(body)


def articles(data: bytes) -> list[Record]:
    return list(read_mail(io.BufferedReader(io.BytesIO(data))))  # type: ignore[arg-type]


def article(data: bytes) -> Record:
    (record,) = articles(data)
    return record


def test_the_headers_say_who_what_and_when_and_are_no_text() -> None:
    data = b"Received: from a (b [1.2.3.4])\r\n\tby c with SMTP\r\n" + HEAD + b"List-Id: Oda <oda.example>\r\n" + PLAIN
    record = article(data)
    assert (record.title, record.publisher) == ("Lock shut", "The Oda Post")
    assert record.uri == record.item == "k1@oda.example"
    assert record.published_at == datetime(2026, 11, 27, 6, 5, tzinfo=UTC)
    assert (record.text.strip(), record.media_type, record.raw) == (TEXT, "text/plain", data)
    assert record.metadata == {"list_id": "Oda <oda.example>", "charset": "utf-8"}


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        (b"=?utf-8?q?Caf=C3=A9_shut?=", "Café shut"),
        (b"=?UTF-8?B?Q2Fmw6k=?= shut", "Café shut"),
        (b"Lock =?utf-8?q?shut_=E2=80?=\r\n =?utf-8?q?=93_again?=", "Lock shut – again"),
        (b"=?iso-8859-1*de?Q?S=FCd?= =?koi8-r?B?7c/T1A==?=", "SüdМост"),
        (b"=?x-unknown?q?Lock_shut?=", "Lock shut"),
        (b"=?utf-8?b?!!!?= Lock", "=?utf-8?b?!!!?= Lock"),
        ("Café shut".encode(), "Café shut"),
        ("Café shut".encode("cp1252"), "Café shut"),
        (b"Fwd: RE[2]: Lock shut", "Lock shut"),
        (b"Lock\r\n shut", "Lock shut"),
        (b"", None),
    ],
)
def test_a_subject_is_decoded(subject: bytes, title: str | None) -> None:
    assert article(FROM + b"Subject: " + subject + b"\r\n" + PLAIN).title == title


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        (b"The Oda Post <post@oda.example>", "The Oda Post"),
        (b'"Post, The \\"Oda\\"" <post@oda.example>', 'Post, The "Oda"'),
        (b"=?utf-8?q?Caf=C3=A9?= <post@oda.example>", "Café"),
        (b"post@oda.example (The Oda Post)", "The Oda Post"),
        (b"post@oda.example", None),
        (b"<post@oda.example>", None),
    ],
)
def test_the_name_of_the_sender_is_the_publisher(sender: bytes, name: str | None) -> None:
    assert article(b"From: " + sender + b"\r\n" + PLAIN).publisher == name


@pytest.mark.parametrize("kind", ["alternative", "mixed"])
def test_of_two_forms_of_a_text_the_page_is_taken_if_they_are_alternatives(kind: str) -> None:
    record = article(HEAD + parts(kind, PLAIN, HTML))
    assert record.media_type == ("text/html" if kind == "alternative" else "text/plain")
    assert TEXT in record.text


def test_the_page_is_found_among_its_pictures_and_an_empty_one_is_none() -> None:
    picture = b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n"
    related = parts("related", HTML, picture, boundary="b1")
    assert article(HEAD + parts("alternative", PLAIN, related)).media_type == "text/html"
    empty = b"Content-Type: text/html\r\n\r\n \r\n"
    assert article(HEAD + parts("alternative", PLAIN, empty)).media_type == "text/plain"


def test_a_text_in_several_parts_is_one_and_the_footer_of_a_list_is_not_of_a_page() -> None:
    assert article(HEAD + parts("mixed", PLAIN, PLAIN)).text.count(TEXT) == 2
    assert article(HEAD + parts("mixed", HTML, PLAIN)).text.strip().encode() == PAGE


@pytest.mark.parametrize(
    ("header", "body", "text"),
    [
        (b'Content-Type: text/plain; charset="iso-8859-1"\r\n', b"S\xfcd", "Süd"),
        (b"Content-Type: text/plain; charset=koi8-r\r\n", "Мост".encode("koi8-r"), "Мост"),
        (b"Content-Transfer-Encoding: quoted-printable\r\n", b"S=C3=BCd is =\r\nshut", "Süd is shut"),
        (b"Content-Transfer-Encoding: base64\r\n", b"U8O8ZA", "Süd"),
        (b"Content-Type: text/plain; format=flowed\r\n", b"It is \r\nshut.\r\nTwo.", "It is shut.\nTwo.\n"),
        (b"Content-Type: text/plain; format=flowed; delsp=yes\r\n", b"It i \r\ns shut.", "It is shut.\n"),
        (b"Content-Type: multipart/mixed\r\n", b"Lock shut.", "Lock shut."),
        (b"", b"Lock shut.\r\n-- \r\nOde Marr\r\nTel. 1234", "Lock shut.\n"),
    ],
)
def test_a_text_is_decoded_as_its_headers_say(header: bytes, body: bytes, text: str) -> None:
    assert article(FROM + header + b"\r\n" + body).text == text


def test_attached_texts_pages_and_mails_are_articles_of_their_own() -> None:
    forwarded = b"Content-Type: message/rfc822\r\n\r\n" + HEAD.replace(b"k1@", b"k2@") + PLAIN
    other = HEAD.replace(b"k1@", b"k3@") + PLAIN
    files = (attached("a.txt", b"A text."), attached("b.HTML", PAGE), attached("c.eml", other), forwarded)
    records = articles(HEAD + parts("mixed", PLAIN, *files))
    assert [(record.uri, record.title, record.media_type) for record in records] == [
        ("k1@oda.example", "Lock shut", "text/plain"),
        ("k1@oda.example#1", None, "text/plain"),
        ("k1@oda.example#2", None, "text/html"),
        ("k3@oda.example", "Lock shut", "text/plain"),
        ("k2@oda.example", "Lock shut", "text/plain"),
    ]
    assert [record.text for record in records[1:3]] == ["A text.", PAGE.decode()]
    assert len({record.raw for record in records}) == 5


def test_an_attachment_that_cannot_be_read_is_refused_in_its_place_and_others_are_named() -> None:
    files = (
        attached("a.txt", bytes(range(32)) * 9),
        attached("b.pdf", b"%PDF-1.7"),
        attached("c.png", b"", "image/png"),
    )
    first, second = articles(HEAD + parts("mixed", PLAIN, *files))
    assert first.metadata["attachments_left_out"] == "b.pdf"
    assert (second.refused or "").startswith("the attachment a.txt: the file holds binary data")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (HEAD + b"\r\n", "has no text"),
        (HEAD + parts("mixed", attached("b.pdf", b"%PDF-1.7")), "has no text"),
        (HEAD + parts("report", PLAIN), "report of the delivery"),
    ],
)
def test_a_mail_without_an_article_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(PermanentError, match=reason):
        articles(data)


def test_a_date_that_cannot_be_read_is_noted() -> None:
    record = article(FROM + b"Date: yesterday\r\n" + PLAIN)
    assert record.published_at is None
    assert record.metadata["published_at_unreadable"] == "yesterday"


@pytest.mark.parametrize(
    "head",
    [
        HEAD + PLAIN,
        b" " * 255 + b"\r\n" + HEAD + PLAIN,
        b"\xef\xbb\xbf" + HEAD + PLAIN,
        b"Received: from a by b\r\n\twith SMTP\r\nX-One: 1\r\nX-Two: 2\r\n" + b"X-Long: " + b"a" * 5_000,
        b"From: a@b.example\nSubject: Lock\nContent-Type: text/plain\n\nShut.",
    ],
)
def test_a_mail_is_recognised_by_its_headers(head: bytes) -> None:
    assert is_mail(head[:4_096])


@pytest.mark.parametrize(
    "head",
    [
        b"---\ntitle: Lock shut\nfrom: a@b.example\ndate: 2026-11-27\nsubject: Oda\n---\n\nShut.",
        b"title: Lock shut\nauthor: Ode Marr\ndate: 2026-11-27\n\nShut.",
        b"From: Press office\nTo: Editors\nDate: 27 November\nSubject: Lock\n\nShut.",
        b"Received: 27 November\nDate: 28 November\nSubject: Lock\n\nShut.",
        b"Dear editors,\nFrom: a@b.example\nTo: c\nSubject: d\n\nShut.",
        b'{"from": "a@b.example",\n "subject": "Lock"}',
        b"ODA (VNP) - The lock stays shut for two weeks: barges wait.",
        b"From: a@b.example\nThe lock stays shut.\nSubject: Lock\nDate: today\n\nShut.",
        b"HTTP/1.1 200 OK\r\nDate: x\r\nContent-Type: text/html\r\nReceived: from a\r\n\r\n",
        b"",
        b"\r\n\r\n",
    ],
)
def test_nothing_else_is_taken_for_a_mail(head: bytes) -> None:
    assert not is_mail(head)


def nested(depth: int) -> bytes:
    heads = (f'Content-Type: multipart/mixed; boundary="n{n}"\r\n\r\n--n{n}\r\n' for n in range(depth))
    return HEAD + "".join(heads).encode() + PLAIN


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (nested(3_000), "10 deep"),
        (HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 3_000 + PLAIN, "10 deep"),
        (HEAD + parts("mixed", *[PLAIN] * 3_000), "more than 500 parts"),
        (FROM + b"Subject:" + b" =?utf-8?q?a?=" * 5_000 + b"\r\n" + PLAIN, "header subject has more than 10,000"),
        (FROM + b"Subject:" + b" =?utf-8?q?a?=" * 16_000 + b"\r\n" + PLAIN, "128 KB of headers"),
        (b"From:" + b" a <a@b.example>," * 16_000 + b"\r\n" + PLAIN, "128 KB of headers"),
        (HEAD + b"X-A: b\r\n" * 3_000 + PLAIN, "500 headers"),
    ],
)
def test_a_hostile_mail_is_refused_soon(data: bytes, reason: str) -> None:
    with pytest.raises(PermanentError, match=reason):
        articles(data)


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "data",
    [
        FROM + b"Subject: " + b"=?a?q?b" * 1_400 + b"\r\n" + PLAIN,
        FROM + b"Subject: " + b"=?a?q?b?=" * 1_100 + b"\r\n" + PLAIN,
        b"From: " + b"(" * 9_000 + b"\r\n" + PLAIN,
        FROM + b"Content-Type: text/plain; " + b"; a=b" * 16_000 + b"\r\n\r\n" + TEXT.encode(),
        FROM + b"Content-Type: text/plain; a*" + b"9" * 1_900 + b"*=b\r\n\r\n" + TEXT.encode(),
        FROM + b"Content-Type: text/plain; charset*=x''%00%ff\r\n\r\n" + TEXT.encode(),
        FROM + b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a-" * 500_000,
        FROM + b'Content-Type: multipart/mixed; boundary="' + b"[" * 900 + b'"\r\n\r\n' + TEXT.encode(),
        FROM + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\n" + PLAIN + b"--a " * 300_000,
        FROM + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"YWJj\n" * 500_000,
        FROM + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"a==" * 500_000,
        FROM + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"a \r\n" * 500_000,
        FROM + b"\r\n" + b"-- \r\n-" * 300_000 + b"a",
    ],
)
def test_a_hostile_mail_within_the_caps_is_read_soon(data: bytes) -> None:
    try:
        records = articles(data)
    except PermanentError as error:
        assert "has no text" in str(error)  # noqa: PT017 (either end is right)
    else:
        assert all(record.text or record.refused for record in records)
