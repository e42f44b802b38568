"""The mail server's URL: what it may say, and that a wrong one is never quoted."""

import pytest

from worker.mail import smtp
from worker.mail.server import ACCEPT_SECONDS, ANSWER_SECONDS, server
from worker.store import outbox

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("url", "host", "port", "security"),
    [
        ("smtp://mail.example.org", "mail.example.org", 587, "starttls"),
        ("smtps://mail.example.org", "mail.example.org", 465, "tls"),
        ("smtps://mail.example.org:4650/", "mail.example.org", 4650, "tls"),
        ("smtp+plain://localhost", "localhost", 25, "plain"),
        ("smtp+plain://127.0.0.1:2525", "127.0.0.1", 2525, "plain"),
        ("smtp+plain://[::1]", "::1", 25, "plain"),
    ],
)
def test_the_scheme_says_how_the_connection_is_secured(url: str, host: str, port: int, security: str) -> None:
    found = server(url)
    assert (found.host, found.port, found.security) == (host, port, security)
    assert (found.user, found.password) == ("", "")


def test_user_and_password_may_hold_any_sign() -> None:
    found = server("smtp://desk%40news.example:p%40%2F%3A%25@mail.example.org")
    assert (found.user, found.password) == ("desk@news.example", "p@/:%")


def test_the_password_may_come_from_elsewhere() -> None:
    assert server("smtp://desk@mail.example.org", SECRET).password == SECRET


def test_mail_in_the_clear_goes_to_this_machine_only() -> None:
    with pytest.raises(ValueError, match="on this machine only"):
        server("smtp+plain://mail.example.org")


@pytest.mark.parametrize(
    "url",
    [
        f"smtp://desk:{SECRET}/x@mail.example.org",
        f"smtp://mail.example.org:{SECRET}",
        f"http://desk:{SECRET}@mail.example.org",
        f"smtp://desk:{SECRET}@mail.example.org/inbox",
        f"smtp://desk:{SECRET}@mail.example.org?tls={SECRET}",
        f"smtp://desk:{SECRET}@mail.example.org?{SECRET}",
        f"smtp://desk:{SECRET}@[::1",
        f"smtp://desk:{SECRET}@",
        f"smtp://:{SECRET}@mail.example.org",
        SECRET,
        "",
    ],
)
def test_a_wrong_url_is_refused_without_being_quoted(url: str) -> None:
    with pytest.raises(ValueError, match=r"WIREDESK_SMTP_URL|user and password") as caught:
        server(url)
    assert SECRET not in str(caught.value)


def test_no_representation_shows_the_password() -> None:
    assert SECRET not in repr(server(f"smtp://desk:{SECRET}@mail.example.org"))


def test_a_message_is_over_before_its_lease() -> None:
    assert smtp.CONNECT_SECONDS + smtp.MESSAGE_SECONDS + ANSWER_SECONDS < outbox.LEASE_SECONDS
    assert ACCEPT_SECONDS < smtp.MESSAGE_SECONDS
