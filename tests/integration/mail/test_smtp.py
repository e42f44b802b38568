"""The mail server's answers: accepted, not now, never, and the one silence that nobody can explain."""

import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from tests.servers import free_port
from tests.sink import ACCEPTED, PASSWORD, USER, Sink, authenticator, kept, serving
from worker.errors import MailDeferredError, MailRefusedError, MailServerError, MailUnknownError
from worker.mail.server import Server, server
from worker.mail.smtp import Session

MESSAGE = b"Subject: News\r\n\r\nOne line.\r\n.Another, with a point.\r\n"
FROM, TO = "desk@news.example", "anna@example.org"


def plain(port: int) -> Server:
    return replace(server(f"smtp+plain://127.0.0.1:{port}"), answer_seconds=60, accept_seconds=60)


def send(to: Server, recipient: str = TO, begin: Callable[[], bool] = lambda: True) -> bool:
    session = Session(to)
    try:
        return session.send(FROM, recipient, MESSAGE, begin)
    finally:
        session.close()


@contextmanager
def scripted(folder: Path, script: Callable[[str, int], str]) -> Iterator[Server]:
    port = free_port()
    with serving(Sink(folder / "mail", script), port):
        yield plain(port)


def test_a_message_arrives_as_it_was_handed_over(tmp_path: Path) -> None:
    with scripted(tmp_path, lambda _command, _number: ACCEPTED) as to:
        assert send(to)
    (message,) = kept(tmp_path / "mail")
    assert message["X-Envelope"] == f"{FROM} {TO}"
    assert message.get_content() == "One line.\r\n.Another, with a point.\r\n"


def test_many_messages_go_over_one_connection_and_a_refused_one_harms_no_other(tmp_path: Path) -> None:
    def script(command: str, number: int) -> str:
        return "550 5.1.1 no such reader" if (command, number) == ("RCPT", 1) else ACCEPTED

    with scripted(tmp_path, script) as to:
        session = Session(to)
        assert session.send(FROM, TO, MESSAGE, lambda: True)
        with pytest.raises(MailRefusedError, match=r"550 5\.1\.1 no such reader"):
            session.send(FROM, "nobody@example.org", MESSAGE, lambda: True)
        assert session.send(FROM, "bert@example.org", MESSAGE, lambda: True)
        session.close()
    assert [message["X-Envelope"].split()[1] for message in kept(tmp_path / "mail")] == [TO, "bert@example.org"]


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("451 4.7.1 greylisted, come back", MailDeferredError),
        ("554 5.7.1 not wanted", MailRefusedError),
        ("421 4.3.2 closing", MailServerError),
    ],
)
def test_what_the_server_says_decides(tmp_path: Path, command: str, answer: str, error: type[Exception]) -> None:
    with (
        scripted(tmp_path, lambda here, _number: answer if here == command else ACCEPTED) as to,
        pytest.raises(error, match=answer),
    ):
        send(to)
    assert kept(tmp_path / "mail") == []


def test_a_message_that_may_not_begin_is_not_sent(tmp_path: Path) -> None:
    with scripted(tmp_path, lambda _command, _number: ACCEPTED) as to:
        assert not send(to, begin=lambda: False)
        assert send(to)
    assert len(kept(tmp_path / "mail")) == 1


def test_a_server_that_never_answers_the_whole_message_leaves_it_unknown(tmp_path: Path) -> None:
    with (
        scripted(tmp_path, lambda command, _number: "" if command == "DATA" else ACCEPTED) as to,
        pytest.raises(MailUnknownError, match="had the whole message and did not answer"),
    ):
        send(replace(to, accept_seconds=0.2))


def test_a_server_that_hangs_before_leaves_nothing_unknown(tmp_path: Path) -> None:
    with (
        scripted(tmp_path, lambda command, _number: "" if command == "RCPT" else ACCEPTED) as to,
        pytest.raises(MailServerError, match="did not answer in time"),
    ):
        send(replace(to, answer_seconds=0.2))


def test_nobody_at_the_port_is_told_in_a_sentence() -> None:
    with pytest.raises(MailServerError, match=r"127\.0\.0\.1:\d+ cannot be used now"):
        send(plain(free_port()))


class Talking(socketserver.StreamRequestHandler):
    """Says what a test lets it say, and listens to nothing."""

    says: bytes = b""
    every: float | None = None

    def handle(self) -> None:
        ended = threading.Event()
        try:
            while not ended.wait(self.every or 0):
                self.wfile.write(self.says)
                if self.every is None:
                    self.rfile.read()
                    return
        except OSError:
            return


@contextmanager
def talking(says: bytes, every: float | None = None) -> Iterator[Server]:
    handler = type("Handler", (Talking,), {"says": says, "every": every})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as there:
        there.daemon_threads = True
        thread = threading.Thread(target=there.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield plain(there.server_address[1])
        there.shutdown()
        thread.join()


def test_a_server_that_says_nothing_is_left_in_time() -> None:
    with talking(b"") as to, pytest.raises(MailServerError, match="did not answer in time"):
        Session(replace(to, answer_seconds=0.2))


def test_a_server_that_drips_for_ever_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worker.mail.smtp.CONNECT_SECONDS", 0.5)
    with talking(b"220-wait\r\n", every=0.02) as to, pytest.raises(MailServerError):
        Session(to)


@pytest.mark.parametrize("greeting", [b"554 go away\r\n", b"\xff\x00\x1b[2J\r\n", b"no number\r\n"])
def test_a_strange_greeting_is_told_and_cannot_speak_to_the_terminal(greeting: bytes) -> None:
    with talking(greeting) as to, pytest.raises(MailServerError) as caught:
        Session(to)
    assert str(caught.value).isprintable()


class TestLogin:
    """A server that asks for a login gets it; a wrong one is a matter of the settings, not of a message."""

    @pytest.fixture
    def port(self, tmp_path: Path) -> Iterator[int]:
        port = free_port()
        options = {"authenticator": authenticator, "auth_required": True, "auth_require_tls": False}
        with serving(Sink(tmp_path / "mail"), port, **options):
            yield port

    def test_the_right_password_is_let_in(self, tmp_path: Path, port: int) -> None:
        assert send(server(f"smtp+plain://{USER}:{PASSWORD}@127.0.0.1:{port}"))
        assert len(kept(tmp_path / "mail")) == 1

    def test_a_password_of_its_own_takes_the_place_of_the_one_in_the_url(self, port: int) -> None:
        assert send(server(f"smtp+plain://{USER}:wrong@127.0.0.1:{port}", PASSWORD))

    def test_a_wrong_one_is_told_without_it(self, port: int) -> None:
        with pytest.raises(MailServerError, match=r"refused the login of desk .535") as caught:
            send(server(f"smtp+plain://{USER}:opensesame@127.0.0.1:{port}"))
        assert "opensesame" not in str(caught.value)

    def test_no_login_where_one_is_needed_is_told_in_the_servers_words(self, port: int) -> None:
        with pytest.raises((MailRefusedError, MailServerError), match="530"):
            send(plain(port))

    def test_a_server_without_logins_is_told(self, tmp_path: Path) -> None:
        port = free_port()
        with serving(Sink(tmp_path / "other"), port), pytest.raises(MailServerError, match="AUTH"):
            send(server(f"smtp+plain://{USER}:{PASSWORD}@127.0.0.1:{port}"))


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path) -> Path:
    """The file with the authority's certificate."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return tmp_path / "ca.pem"


def context(authority: trustme.CA, name: str) -> ssl.SSLContext:
    """Return what a server called `name` shows."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    return context


class TestTls:
    """Over a network mail is never readable, and the server's certificate is checked."""

    def test_starttls_comes_before_login_and_message(
        self, authority: trustme.CA, trusted: Path, tmp_path: Path
    ) -> None:
        port = free_port()
        options = {"tls_context": context(authority, "localhost"), "require_starttls": True}
        options |= {"authenticator": authenticator, "auth_required": True}
        with serving(Sink(tmp_path / "mail"), port, **options):
            assert send(server(f"smtp://{USER}:{PASSWORD}@localhost:{port}?ssl_ca_certs={trusted}"))
        assert len(kept(tmp_path / "mail")) == 1

    def test_a_server_without_starttls_gets_nothing(self, trusted: Path, tmp_path: Path) -> None:
        port = free_port()
        with serving(Sink(tmp_path / "mail"), port), pytest.raises(MailServerError, match="STARTTLS"):
            send(server(f"smtp://{USER}:{PASSWORD}@localhost:{port}?ssl_ca_certs={trusted}"))
        assert kept(tmp_path / "mail") == []

    def test_tls_from_the_first_byte(self, authority: trustme.CA, trusted: Path, tmp_path: Path) -> None:
        port = free_port()
        with serving(Sink(tmp_path / "mail"), port, ssl_context=context(authority, "localhost")):
            assert send(server(f"smtps://localhost:{port}?ssl_ca_certs={trusted}"))
        assert len(kept(tmp_path / "mail")) == 1

    @pytest.mark.parametrize("scheme", ["smtp", "smtps"])
    def test_a_certificate_of_an_unknown_authority_is_refused(
        self, authority: trustme.CA, tmp_path: Path, scheme: str
    ) -> None:
        port = free_port()
        option = {"smtp": "tls_context", "smtps": "ssl_context"}[scheme]
        with (
            serving(Sink(tmp_path / "mail"), port, **{option: context(authority, "localhost")}),
            pytest.raises(MailServerError, match=r"certificate .* is not trusted"),
        ):
            send(server(f"{scheme}://localhost:{port}"))
        assert kept(tmp_path / "mail") == []

    def test_a_certificate_for_another_name_is_refused(
        self, authority: trustme.CA, trusted: Path, tmp_path: Path
    ) -> None:
        port = free_port()
        with (
            serving(Sink(tmp_path / "mail"), port, ssl_context=context(authority, "mail.example.org")),
            pytest.raises(MailServerError, match="use the name it was made for"),
        ):
            send(server(f"smtps://localhost:{port}?ssl_ca_certs={trusted}"))
