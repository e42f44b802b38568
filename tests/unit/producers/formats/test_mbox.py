"""mbox: many mails in one file."""

import io

import pytest

from producers.article import Record
from producers.formats import mbox
from producers.formats.mbox import is_mbox, read_mbox

ENVELOPE = b"From post@oda.example Fri Nov 27 09:00:00 2026\n"


def mail(number: int, text: str = "The lock stays shut.") -> bytes:
    head = f"From: Desk <d@oda.example>\nSubject: Lock {number}\nMessage-ID: <k{number}@oda.example>\n\n"
    return ENVELOPE + head.encode() + text.encode() + b"\n\n"


def articles(data: bytes) -> list[Record]:
    return list(read_mbox(io.BufferedReader(io.BytesIO(data))))  # type: ignore[arg-type]


def test_each_mail_is_an_article_in_the_order_of_the_file() -> None:
    records = articles(mail(1) + mail(2) + mail(3))
    assert [(record.title, record.uri) for record in records] == [
        (f"Lock {number}", f"k{number}@oda.example") for number in (1, 2, 3)
    ]
    assert [record.text.strip() for record in records] == ["The lock stays shut."] * 3


def test_a_line_that_was_quoted_is_as_its_author_wrote_it() -> None:
    (record,) = articles(mail(1, ">From the start it was shut.\n>>From here on.\n> From a quotation."))
    assert record.text.split("\n")[:3] == ["From the start it was shut.", ">From here on.", "> From a quotation."]


def test_a_line_of_prose_that_begins_with_from_parts_nothing() -> None:
    (record,) = articles(mail(1, "From Monday on it is shut.\n\nFrom Oda Fri Nov 27 on."))
    assert record.text.startswith("From Monday on")


def test_a_mail_that_cannot_be_read_is_refused_in_its_place() -> None:
    empty = ENVELOPE + b"From: Desk <d@oda.example>\nSubject: Nothing\n\n\n"
    records = articles(mail(1) + empty + mail(2))
    assert [record.refused is None for record in records] == [True, False, True]
    assert "no text" in (records[1].refused or "")


def test_a_mail_beyond_the_cap_is_refused_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbox, "MAIL_BYTES", 2_000_000)
    records = articles(mail(1, "a" * 3_000_000) + mail(2))
    assert records[0].refused == "the mail is larger than 2 MB: take what is attached out of it"
    assert records[1].title == "Lock 2"


def test_a_piece_of_a_long_line_is_no_beginning_of_a_mail() -> None:
    (record,) = articles(mail(1, "a" * mbox._LINE_BYTES + ENVELOPE.decode() + "More."))
    assert record.title == "Lock 1"


@pytest.mark.parametrize(
    "envelope",
    [
        ENVELOPE,
        b"From MAILER-DAEMON Fri Nov  7 09:00:00 2026\r\n",
        b"From a@b.example  Fri Nov 27 09:00 CET 2026\n",
        b"From - Fri Nov 27 09:00:00 2026 +0100\n",
    ],
)
def test_an_mbox_is_recognised_by_the_line_above_a_mail(envelope: bytes) -> None:
    assert is_mbox(envelope + b"Subject: Lock\n\nShut.\n")


@pytest.mark.parametrize(
    "head",
    [
        b"From Monday on the lock is shut.\nSubject: Lock\n",
        b"From: a@b.example\nSubject: Lock\n\nShut.",
        ENVELOPE + b"The lock is shut.\n",
        b"---\ntitle: From a\n---\n",
        b'{"from": "a"}',
        b"",
    ],
)
def test_nothing_else_is_taken_for_an_mbox(head: bytes) -> None:
    assert not is_mbox(head)


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "data", [ENVELOPE * 100_000 + mail(1), mail(1, "\nFrom " * 300_000), mail(1, "From a " * 300_000)]
)
def test_a_hostile_file_is_read_soon(data: bytes) -> None:
    assert len(articles(data)) == 1
