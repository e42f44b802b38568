"""The message: its headers, its two parts, and that it is the same at every try."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from tests.unit.edition.examples import CLOSED, an_edition, carried
from worker.addresses import Sender, mailbox
from worker.mail.message import compose
from worker.mail.post import LATE, is_late

KEY, BEFORE = "8a0f6f9e-0000-5000-8000-000000000001", "8a0f6f9e-0000-5000-8000-000000000000"
SENDER = Sender(mailbox=mailbox("Grüße aus der Redaktion <desk@news.example>"))


def composed(*stories: Any, sender: Sender = SENDER, **fields: Any) -> bytes:
    values: dict[str, Any] = {
        "sender": sender,
        "recipient": "anna@example.org",
        "key": KEY,
        "earlier": (),
        "at": CLOSED,
        "late": False,
    }
    return compose(an_edition(*stories or (carried(),)), **{**values, **fields})


def read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=default)


def test_the_headers_are_those_of_a_mailing_list_that_nobody_answers_by_itself() -> None:
    message = read(composed())
    assert message["From"].addresses[0].display_name == "Grüße aus der Redaktion"
    assert message["From"].addresses[0].addr_spec == "desk@news.example"
    assert message["To"] == "anna@example.org"
    assert message["Date"].datetime == CLOSED
    assert message["Message-ID"] == f"<wiredesk.{KEY}@news.example>"
    assert message["List-Id"] == "<daily.wiredesk.news.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Precedence"] == "list"
    assert [name for name in ("Reply-To", "References", "In-Reply-To", "List-Unsubscribe") if name in message] == []


def test_answers_and_farewells_go_where_the_settings_say() -> None:
    sender = Sender(
        mailbox=SENDER.mailbox, reply_to=mailbox("editor@news.example"), unsubscribe=mailbox("off+daily@news.example")
    )
    message = read(composed(sender=sender))
    assert message["Reply-To"] == "editor@news.example"
    assert message["List-Unsubscribe"] == "<mailto:off%2Bdaily@news.example?subject=unsubscribe%20daily>"
    # One click needs an https address of its own (RFC 8058), and nobody answers one.
    assert "List-Unsubscribe-Post" not in message


def test_a_long_domain_leaves_what_programs_read_as_it_is() -> None:
    domain = "a-very-long-domain.of-a-publisher.with-many-labels.and-more-of-them.example.org"
    desk = mailbox(f"desk@{domain}")
    raw = composed(sender=Sender(mailbox=desk, unsubscribe=desk), earlier=(BEFORE, KEY))
    assert b"=?" not in raw.partition(b"MIME-Version")[0]
    message = read(raw)
    assert message["References"].split() == [f"<wiredesk.{BEFORE}@{domain}>", f"<wiredesk.{KEY}@{domain}>"]
    assert message["List-Unsubscribe"] == f"<mailto:desk@{domain}?subject=unsubscribe%20daily>"


def test_the_text_comes_first_then_the_html_and_both_are_whole() -> None:
    message = read(composed(carried(headline="Zürich – «ein» 雨 headline")))
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    for part in (text, html):
        assert part.get_content_charset() == "utf-8"
        assert "Zürich – «ein» 雨 headline" in part.get_content()


def test_a_message_is_the_same_at_every_try() -> None:
    assert composed() == composed()


def test_it_passes_every_server_seven_bits_and_short_lines() -> None:
    raw = composed(carried(summary="Größe " * 2000))
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("headline", ["A\r\nBcc: x@example.org", "A\nB", "\u2028Bcc: x"])
def test_no_article_writes_a_header(headline: str) -> None:
    message = read(composed(carried(headline=headline)))
    assert "Bcc" not in message
    assert len(message.get_all("Subject", [])) == 1


def test_a_revision_names_the_messages_that_it_follows() -> None:
    message = read(composed(earlier=(BEFORE,)))
    assert message["References"] == message["In-Reply-To"] == f"<wiredesk.{BEFORE}@news.example>"


def test_an_edition_is_late_an_hour_after_its_close() -> None:
    assert not is_late(CLOSED, CLOSED + LATE)
    assert is_late(CLOSED, CLOSED + LATE + timedelta(seconds=1))
    assert not is_late(CLOSED, datetime(2020, 1, 1, tzinfo=UTC))
    assert read(composed(late=True))["Subject"] == f"Late: {read(composed())['Subject']}"
