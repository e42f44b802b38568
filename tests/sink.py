"""A mail server that keeps what it accepts: in this process, or as `python -m tests.sink FOLDER PORT`."""

import asyncio
import sys
import time
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "desk", "hunter2"
ACCEPTED = "250 OK"


class Sink:
    """Accepts every message and keeps it in `folder`, unless `script` says something else.

    `script` is called with the command (RCPT, or DATA when the whole message is there) and how many such there were,
    and returns the answer; "" lets the client wait for ever.
    """

    def __init__(self, folder: Path, script: Callable[[str, int], str] = lambda _command, _number: ACCEPTED) -> None:
        self.folder = folder
        self.seen = {"RCPT": 0, "DATA": 0}
        self._script = script
        folder.mkdir(exist_ok=True)

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = await self._answer("RCPT")
        if answer == ACCEPTED:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await self._answer("DATA")
        if answer == ACCEPTED:
            content = envelope.content
            assert isinstance(content, bytes)
            head = f"X-Envelope: {envelope.mail_from} {' '.join(envelope.rcpt_tos)}\r\n".encode()
            temporary = self.folder / ".incoming"
            temporary.write_bytes(head + content)
            temporary.rename(self.folder / f"{time.time_ns()}-{uuid.uuid4()}.eml")
        return answer

    async def _answer(self, command: str) -> str:
        number = self.seen[command]
        self.seen[command] += 1
        answer = self._script(command, number)
        while not answer:
            await asyncio.sleep(60)
        return answer


def kept(folder: Path) -> list[EmailMessage]:
    """Return the messages in `folder`, oldest first."""
    return [message_from_bytes(path.read_bytes(), policy=default) for path in sorted(folder.glob("*.eml"))]


@contextmanager
def serving(sink: Sink, port: int, **options: Any) -> Iterator[None]:
    """Run `sink` on loopback; `options` are those of aiosmtpd's Controller and SMTP."""
    controller = Controller(sink, hostname="127.0.0.1", port=port, **options)
    with warnings.catch_warnings():
        # Of a login without TLS, at each connection: it is loopback.
        warnings.simplefilter("ignore", UserWarning)
        try:
            controller.start()
            yield
        finally:
            controller.stop(no_assert=True)


def authenticator(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: LoginPassword
) -> AuthResult:
    """Let USER in with PASSWORD."""
    return AuthResult(success=(login.login, login.password) == (USER.encode(), PASSWORD.encode()), handled=False)


if __name__ == "__main__":
    with serving(Sink(Path(sys.argv[1])), int(sys.argv[2])):
        print("ready", flush=True)
        sys.stdin.read()
