"""Handing a message to a mail server, so that it is known, in all cases but one, whether the server accepted it.

RFC 5321 lets a server accept a message only when the line that ends it has come. So any failure before that line
leaves the message unaccepted. Once the line is out, only the server's answer says whether it was accepted.
"""

import contextlib
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from producers.terminal import printable
from worker.errors import MailDeferredError, MailRefusedError, MailServerError, MailUnknownError
from worker.mail.server import Server

#: Seconds for all of connecting, and for all of one message, however slowly the server drips. Together with
#: ANSWER_SECONDS they must be under the lease (worker.store.outbox).
CONNECT_SECONDS: Final = 120.0
MESSAGE_SECONDS: Final = 900.0

_MOST_WORDS: Final = 300
_DOT: Final = re.compile(rb"^\.", re.MULTILINE)


class Session:
    """A connection to a server, ready for messages; one thread uses it, and closes it."""

    def __init__(self, server: Server) -> None:
        """Connect, secure the connection and log in. Raises MailServerError if any of that fails."""
        self._server = server
        self._used = False
        # A name, not the machine's full one: to find that out may ask the network, without a time limit.
        own = socket.gethostname()
        name = own if "." in own else "[127.0.0.1]"
        context = server.context() if server.security != "plain" else None
        if server.security == "tls":
            self._client: smtplib.SMTP = smtplib.SMTP_SSL(
                local_hostname=name, timeout=server.answer_seconds, context=context
            )
        else:
            self._client = smtplib.SMTP(local_hostname=name, timeout=server.answer_seconds)
        # The name that the certificate is checked for. The constructor would note it if it connected, but that takes
        # no limit in time.
        self._client._host = server.host  # type: ignore[attr-defined]
        try:
            with self._limited(CONNECT_SECONDS):
                self._connect(context)
        except smtplib.SMTPAuthenticationError as error:
            self._client.close()
            raise MailServerError(
                f"The mail server {server.name} refused the login of {printable(server.user)} "
                f"({words(error.smtp_code, error.smtp_error)}): check WIREDESK_SMTP_URL and WIREDESK_SMTP_PASSWORD."
            ) from None
        except ssl.SSLCertVerificationError as error:
            self._client.close()
            raise MailServerError(
                f"The certificate of the mail server {server.name} is not trusted ({error.verify_message}): use the "
                "name it was made for, or name its authority by ?ssl_ca_certs=FILE in WIREDESK_SMTP_URL."
            ) from None
        except OSError as error:
            self._client.close()
            raise MailServerError(f"The mail server {server.name} cannot be used now ({_reason(error)}).") from None

    def _connect(self, context: ssl.SSLContext | None) -> None:
        code, greeting = self._client.connect(self._server.host, self._server.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, greeting)
        # A message and the dot after it are two sends: the second must not wait until the first is acknowledged.
        self._client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # type: ignore[union-attr]
        self._client.ehlo_or_helo_if_needed()
        if self._server.security == "starttls":
            code, answer = self._client.starttls(context=context)
            if code != 220:
                raise smtplib.SMTPResponseException(code, answer)
            self._client.ehlo_or_helo_if_needed()
        if self._server.user:
            self._client.login(self._server.user, self._server.password)

    def send(self, sender: str, recipient: str, message: bytes, begin: Callable[[], bool]) -> bool:
        """Hand `message`, with CRLF line ends, to the server for `recipient`, and return whether it was accepted.

        `begin` is called when the server is ready for it and before any of it goes out; if it returns False,
        nothing is sent, and False is returned. Raises MailDeferredError or MailRefusedError in the server's words,
        MailServerError if the connection broke before the message was out, MailUnknownError if it broke after.
        """
        with self._limited(MESSAGE_SECONDS):
            try:
                if self._used:
                    self._client.rset()
                self._used = True
                options = [f"SIZE={len(message)}"] if self._client.has_extn("size") else []
                self._expect(self._client.mail(sender, options))
                self._expect(self._client.rcpt(recipient))
                if not begin():
                    return False
                code, answer = self._client.docmd("DATA")
                if code != 354:
                    self._expect((code, answer))
                    raise MailServerError(
                        f"The mail server {self._server.name} answered {words(code, answer)} to DATA."
                    )
                self._client.send(_DOT.sub(b"..", message) + (b"" if message.endswith(b"\r\n") else b"\r\n"))
            except OSError as error:
                raise MailServerError(
                    f"The connection to the mail server {self._server.name} broke ({_reason(error)})."
                ) from None
            self._expect(self._last_answer())
        return True

    def close(self) -> None:
        """End the connection, politely if the server still answers."""
        with self._limited(self._server.answer_seconds):
            try:
                if self._client.sock is not None:
                    self._client.quit()
            except OSError:
                # The server is gone or hangs; accepted messages stay accepted.
                self._client.close()

    def _last_answer(self) -> tuple[int, bytes]:
        try:
            if self._client.sock is not None:
                self._client.sock.settimeout(self._server.accept_seconds)
            self._client.send(b".\r\n")
            code, answer = self._client.getreply()
            if self._client.sock is not None:
                self._client.sock.settimeout(self._server.answer_seconds)
        except OSError as error:
            raise MailUnknownError(
                f"The mail server {self._server.name} had the whole message and did not answer ({_reason(error)})."
            ) from None
        if not 200 <= code < 600 or 300 <= code < 400:
            raise MailUnknownError(
                f"The mail server {self._server.name} had the whole message and answered {words(code, answer)}."
            )
        return code, answer

    def _expect(self, answer: tuple[int, bytes]) -> None:
        code, text = answer
        said = f"The mail server {self._server.name} answered {words(code, text)}."
        if code == 421:
            raise MailServerError(said)
        if 400 <= code < 500:
            raise MailDeferredError(said)
        if 500 <= code < 600:
            raise MailRefusedError(said)
        if not 200 <= code < 400:
            raise MailServerError(said)

    @contextmanager
    def _limited(self, seconds: float) -> Iterator[None]:
        """End the connection when the block takes longer than `seconds`: a server may drip bytes for ever."""

        def end() -> None:
            # Makes a read that waits for the server return; the connection may be closed already.
            if (connection := self._client.sock) is not None:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def words(code: int, answer: bytes | str) -> str:
    """Return the server's answer on one line, without control characters."""
    text = answer if isinstance(answer, str) else answer.decode("utf-8", "replace")
    return printable(f"{code} {' '.join(text.split())}".strip())[:_MOST_WORDS]


def _reason(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return words(error.smtp_code, error.smtp_error)
    # smtplib reports the end of its patience as a lost connection.
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "it did not answer in time"
    return printable(" ".join(str(error).split()))[:_MOST_WORDS] or type(error).__name__
