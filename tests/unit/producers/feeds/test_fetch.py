"""One GET: its certificate, its login, its turns and its memory. What servers do is in test_habits.py."""

import resource
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from producers.feeds import fetch
from producers.feeds.answer import Answer
from producers.feeds.fetch import FetchError, get
from producers.feeds.guard import Allowed
from producers.feeds.hosts import Hosts
from tests.feed_server import FeedServer, item, rss

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
LOCAL = Allowed.of(["127.0.0.1", "::1"])


def ask(url: str) -> Answer:
    return get(url, {}, allowed=LOCAL, seconds=5)


@contextmanager
def tls_server(certificate: trustme.LeafCert, answer: bytes = OK) -> Iterator[int]:
    """Serve `answer` over TLS with this certificate, and give the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    client = listener.accept()[0]
                except OSError:
                    return
                try:
                    with context.wrap_socket(client, server_side=True) as secure:
                        secure.recv(4096)
                        secure.sendall(answer)
                except OSError:
                    client.close()

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[trustme.CA]:
    """The only authority that this process trusts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    fetch._tls.cache_clear()
    yield authority
    fetch._tls.cache_clear()


def test_a_certificate_must_name_the_host_of_the_address_and_not_the_address_connected_to(
    authority: trustme.CA,
) -> None:
    with tls_server(authority.issue_cert("localhost")) as port:
        assert ask(f"https://localhost:{port}/").body == b"ok"
        with pytest.raises(FetchError, match="certificate"):
            ask(f"https://127.0.0.1:{port}/")


def test_a_certificate_of_an_unknown_authority_does_not_hold(authority: trustme.CA) -> None:
    assert authority
    with tls_server(trustme.CA().issue_cert("localhost")) as port, pytest.raises(FetchError, match="certificate"):
        ask(f"https://localhost:{port}/")


def test_a_login_goes_to_its_own_host_and_to_no_other(web: FeedServer) -> None:
    port = web.url.rpartition(":")[2]
    web.play("/feed", lambda request: request.answer(status=302, location="/here"))
    web.play("/here", lambda request: request.answer(status=302, location=f"http://localhost:{port}/there"))
    web.serve("/there", b"ok")

    assert ask(f"http://reader:secret@127.0.0.1:{port}/feed").status == 200

    assert ["authorization" in headers for _, headers in web.requests] == [True, True, False]


def test_a_request_says_who_asks_and_whom(web: FeedServer) -> None:
    ask(web.serve("/feed?a=b&c=%20", b"ok") + "#part")

    path, headers = web.requests[0]
    assert path == "/feed?a=b&c=%20"
    assert headers["host"] == web.url.removeprefix("http://")
    assert headers["user-agent"].startswith("wiredesk/")


@pytest.mark.parametrize(
    "url", ["ftp://news.example/", "news.example", "http://", "http://[::1", "http://a b/", "http://\x00/"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(FetchError):
        ask(url)


def test_no_connection_is_an_error_that_names_the_host() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(FetchError, match=r"no connection to 127\.0\.0\.1"):
        ask(f"http://127.0.0.1:{port}/")


def test_an_answer_beyond_the_limit_is_not_held(web: FeedServer) -> None:
    url = web.play("/feed", lambda request: request.raw(200, {}, *[b" " * 1_000_000] * 200))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(FetchError, match="more than 10 MB"):
        ask(url)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000


def test_a_turn_waits_for_the_last_one_of_its_host_only() -> None:
    hosts, order = Hosts(), []
    held = threading.Event()

    def second() -> None:
        with hosts.turn("a.example"):
            order.append("second")

    with hosts.turn("a.example"):
        waiting = threading.Thread(target=second)
        waiting.start()
        with hosts.turn("b.example"):
            order.append("other")
        held.wait(0.05)
        order.append("first")
    waiting.join()

    assert order == ["other", "first", "second"]


def test_the_wait_for_a_turn_takes_nothing_of_the_time_for_the_answer(web: FeedServer) -> None:
    @contextmanager
    def late(_host: str) -> Iterator[None]:
        time.sleep(1.2)
        yield

    assert get(web.serve("/feed", rss(item("a"))), {}, allowed=LOCAL, turn=late, seconds=1).status == 200


def test_a_connection_goes_to_the_address_that_was_checked(web: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve, resolved = socket.getaddrinfo, []

    def rebinding(host: str, port: int, *rest: Any, **named: Any) -> Any:
        # A name server that gives another address at each question.
        resolved.append(host)
        address = {"rebinding.example": "127.0.0.1" if resolved.count(host) == 1 else "127.0.0.2"}.get(host, host)
        return resolve(address, port, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    port = web.url.rpartition(":")[2]
    web.serve("/feed", b"ok")

    assert ask(f"http://rebinding.example:{port}/feed").body == b"ok"
    assert resolved.count("rebinding.example") == 1
    assert web.requests[0][1]["host"] == f"rebinding.example:{port}"


def test_an_address_that_does_not_answer_gives_way_to_the_next(
    web: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve = socket.getaddrinfo

    def two(host: str, port: int, *rest: Any, **named: Any) -> Any:
        hosts = ["::1", "127.0.0.1"] if host == "two.example" else [host]
        return [answer for name in hosts for answer in resolve(name, port, *rest, **named)]

    monkeypatch.setattr(socket, "getaddrinfo", two)
    port = web.url.rpartition(":")[2]
    web.serve("/feed", b"ok")

    assert ask(f"http://two.example:{port}/feed").body == b"ok"


def test_a_permanent_redirect_from_https_to_http_is_not_kept(web: FeedServer, authority: trustme.CA) -> None:
    target = web.serve("/plain", b"ok")
    redirect = f"HTTP/1.1 301 Moved\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()
    with tls_server(authority.issue_cert("localhost"), redirect) as port:
        web_port = int(web.url.rpartition(":")[2])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(fetch, "WEB_PORTS", fetch.WEB_PORTS | {web_port})
            answer = ask(f"https://localhost:{port}/")

    assert (answer.body, answer.url, answer.moved_to) == (b"ok", target, "")
