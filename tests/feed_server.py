"""A web server of the tests' own, which plays the habits of real feeds: right, wrong, slow, moved, gone and hostile."""

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Play = Callable[["Request"], None]


@dataclass
class Request:
    """One request: its headers in small letters, how many came to its path before, and the ways to answer it."""

    handler: BaseHTTPRequestHandler
    headers: Mapping[str, str]
    before: int

    def answer(self, body: bytes = b"", status: int = 200, **headers: str) -> None:
        """Send an answer; `content_type` is the header Content-Type."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        self.raw(status, {"Content-Length": str(len(body)), **named}, body)

    def raw(self, status: int, headers: Mapping[str, str], *pieces: bytes) -> None:
        """Send exactly these headers and pieces."""
        self.handler.send_response_only(status)
        for name, value in headers.items():
            self.handler.send_header(name, value)
        self.handler.end_headers()
        for piece in pieces:
            self.handler.wfile.write(piece)
            self.handler.wfile.flush()


@dataclass
class FeedServer:
    """The running server: `plays` says what a path answers, `requests` lists what was asked."""

    url: str
    plays: dict[str, Play] = field(default_factory=dict)
    requests: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    busiest: int = 0
    busy: int = 0
    guard: threading.Lock = field(default_factory=threading.Lock)

    def play(self, path: str, play: Play) -> str:
        """Let `path` answer as `play`, and return its URL."""
        self.plays[path] = play
        return f"{self.url}{path}"

    def serve(self, path: str, body: bytes, **headers: str) -> str:
        """Let `path` answer 200 with `body`, and return its URL."""
        return self.play(path, lambda request: request.answer(body, **headers))


@contextlib.contextmanager
def feed_server(host: str = "127.0.0.1") -> Iterator[FeedServer]:
    """Run a server on the address `host`, loopback's, while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def do_GET(self) -> None:
            with server.guard:
                before = sum(path == self.path for path, _ in server.requests)
                headers = {name.lower(): value for name, value in self.headers.items()}
                server.requests.append((self.path, headers))
                server.busy += 1
                server.busiest = max(server.busiest, server.busy)
            try:
                play = server.plays.get(self.path, lambda request: request.answer(status=404))
                # A client that has had enough goes away.
                with contextlib.suppress(OSError):
                    play(Request(self, headers, before))
            finally:
                with server.guard:
                    server.busy -= 1
            self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    listener = ThreadingHTTPServer((host, 0), Handler)
    listener.daemon_threads = True
    listener.block_on_close = False
    server = FeedServer(f"http://127.0.0.1:{listener.server_port}")
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


def rss(*items: str, channel: str = "") -> bytes:
    """Return an RSS feed of these items."""
    inner = f"<title>Courier</title>{channel}{''.join(items)}"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{inner}</channel></rss>'.encode()


def item(
    name: str, *, guid: str | None = None, link: str | None = None, text: str | None = None, more: str = ""
) -> str:
    """Return an item of RSS that is called `name`; "" for a part leaves it out."""
    guid = f"tag:courier.example,2026:{name}" if guid is None else guid
    link = f"https://courier.example/{name}" if link is None else link
    text = f"The council of Heron Quay has decided on {name}. The vote was close." if text is None else text
    parts = {"title": f"Council decides on {name}", "guid": guid, "link": link, "description": text}
    return "<item>" + "".join(f"<{tag}>{value}</{tag}>" for tag, value in parts.items() if value) + more + "</item>"
