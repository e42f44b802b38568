"""The pages on a real port, for tests that ask for them as a browser does."""

import http.client
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.rig import until
from worker.web.app import LOOPBACK, application
from worker.web.serve import Server, configured
from worker.web.site import Site

TOKEN = "the-token-of-these-tests"


@dataclass(frozen=True)
class Answer:
    """What the server answered; the names of its headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """Return its body as text."""
        return self.body.decode()


@dataclass(frozen=True)
class Pages:
    """A running server."""

    port: int

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Return the answer to one request; headers are written with _ for -."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        """Return the page under `path`."""
        return self.ask("GET", path, **headers)

    def form(self, path: str, **fields: str) -> Answer:
        """Return the answer to a form."""
        return self.ask("POST", path, urlencode(fields).encode(), content_type="application/x-www-form-urlencoded")


@contextmanager
def serving(site: Site, names: tuple[str, ...] = LOOPBACK) -> Iterator[Pages]:
    """Serve `site` while the block runs."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    server = Server(configured(application(site, names)))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    until(lambda: server.started or not thread.is_alive(), "the pages are served")
    assert server.started
    try:
        yield Pages(port)
    finally:
        server.should_exit = True
        thread.join()
