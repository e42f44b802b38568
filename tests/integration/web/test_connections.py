"""Slow clients: each connection ends at its deadline, and no number of them is in a reader's way."""

import contextlib
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from pathlib import Path

import pytest

from tests.articles import incoming
from tests.pages import TOKEN, Pages, serving
from worker.settings import WorkerSettings
from worker.store import Store, connect, pages_queries, sqlite_url
from worker.store.articles import take_in
from worker.web import connections
from worker.web.connections import CLOSED_OF_WAITING, FILES_PER_CONNECTION
from worker.web.site import Site

#: Seconds of each deadline in these tests, and what a busy machine may add.
SHORT, LATE = 1, 10
#: Bytes of a text that no buffer of the system takes up.
LONG = 8_000_000

FORM = b"POST /changes/split HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
ASKED = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
TEXT = b"GET /texts/long HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    file = tmp_path / "wiredesk.db"
    shutil.copyfile(sqlite_template, file)
    store = connect(sqlite_url(file))
    yield store
    store.close()


@pytest.fixture
def pages(store: Store, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pages]:
    for seconds in ("HEAD_SECONDS", "BODY_SECONDS"):
        monkeypatch.setattr(connections, seconds, SHORT)
    with serving(Site(WorkerSettings(data=tmp_path, redis_url=redis_url), store, TOKEN)) as pages:  # type: ignore[arg-type]
        yield pages


@pytest.fixture
def text(store: Store) -> str:
    """A text as long as LONG, in the store under the name "long"."""
    body = "The ferry ran aground on Friday. " * (LONG // 33)
    take_in(store, [incoming("long", body)])
    return body


class Held:
    """A page of the archive that is not ready before it is let go."""

    def __init__(self, page: Callable[..., object]) -> None:
        self.entered, self.free, self._page = threading.Semaphore(0), threading.Event(), page

    def __call__(self, *arguments: object) -> object:
        self.entered.release()
        assert self.free.wait(60)
        return self._page(*arguments)


@pytest.fixture
def in_hand(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    held = Held(pages_queries.days)
    monkeypatch.setattr(pages_queries, "days", held)
    yield held
    held.free.set()


def opened(pages: Pages) -> socket.socket:
    return socket.create_connection(("127.0.0.1", pages.port), timeout=30)


def reading_little(pages: Pages) -> socket.socket:
    """Return a connection whose own end keeps 4 KB or so."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(30)
    client.connect(("127.0.0.1", pages.port))
    return client


def read(client: socket.socket) -> bytes:
    """Return what comes until the server closes."""
    received = bytearray()
    with contextlib.suppress(ConnectionResetError):
        while chunk := client.recv(1 << 16):
            received += chunk
    return bytes(received)


def closed_after(client: socket.socket, later: Iterator[bytes]) -> tuple[float, bytes]:
    """Return the seconds until the server closes and what it says; `later` is sent meanwhile, a piece each 0.1 s."""
    started, received = time.monotonic(), bytearray()
    client.settimeout(0.1)
    while time.monotonic() - started < 30:
        try:
            if piece := next(later):
                client.sendall(piece)
            chunk = client.recv(1 << 16)
        except TimeoutError:
            continue
        except (ConnectionResetError, BrokenPipeError):
            break
        if not chunk:
            break
        received += chunk
    return time.monotonic() - started, bytes(received)


@pytest.mark.parametrize(
    ("first", "later", "answer"),
    [
        (b"", b"", b""),
        (b"GET / HT", b"", b""),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nAcc", b"", b""),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept: ", b"x", b""),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"A: b\r\n", b""),
        (FORM + b"Content-Length: 40\r\n\r\n", b"", b"HTTP/1.1 408"),
        (FORM + b"Content-Length: 4000\r\n\r\n", b"x", b"HTTP/1.1 408"),
        (FORM + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", b"HTTP/1.1 408"),
        (FORM + b"Expect: 100-continue\r\nContent-Length: 40\r\n\r\n", b"", b"HTTP/1.1 100"),
        (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000\r\n\r\n", b"x", b"HTTP/1.1 200"),
        (b"POST /articles HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000\r\n\r\n", b"x", b"HTTP/1.1 401"),
        (ASKED, b"", b"HTTP/1.1 200"),
        (ASKED + b"GET / HT", b"", b"HTTP/1.1 200"),
        (ASKED * 3 + FORM + b"Content-Length: 9\r\n\r\n", b"", b"HTTP/1.1 200"),
    ],
    ids=[
        "silent", "half a request line", "half a header", "a dripping header", "a header after another",
        "a form that never comes", "a dripping form", "a dripping form in chunks", "a form that is asked for",
        "a dripping body that no page wants", "a dripping body that is refused", "idle after an answer",
        "half a request line after an answer", "an unfinished form behind pipelined requests",
    ],
)  # fmt: skip
def test_a_connection_that_keeps_the_server_waiting_is_closed(
    pages: Pages, first: bytes, later: bytes, answer: bytes
) -> None:
    with opened(pages) as client:
        client.sendall(first)
        seconds, received = closed_after(client, repeat(later))

    assert received.startswith(answer)
    assert bool(received) == bool(answer)
    assert SHORT / 2 < seconds < SHORT + LATE


def test_a_form_that_is_too_slow_is_told_so(pages: Pages) -> None:
    with opened(pages) as client:
        client.sendall(FORM + b"Content-Length: 40\r\n\r\narticle=")
        received = read(client)

    assert b"Connection: close\r\n" in received
    assert received.endswith(b"\r\n\r\nThe request came too slowly; send it again over a faster line.\n")


def test_articles_that_come_slowly_but_steadily_are_taken(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "SLOWEST", 10_000)
    head = f"POST /articles HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n"
    piece = b"The ferry ran aground on Friday. " * 60
    with opened(pages) as client:
        client.sendall(f"{head}Content-Type: text/plain\r\nContent-Length: {40 * len(piece)}\r\n\r\n".encode())
        seconds, received = closed_after(client, chain(repeat(piece, 40), repeat(b"")))

    assert received.startswith(b"HTTP/1.1 202")
    assert seconds > 3 * SHORT


def test_a_body_without_end_ends(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "SLOWEST", 10_000)
    monkeypatch.setattr(connections, "MOST_BYTES", 10_000)
    with opened(pages) as client:
        client.sendall(ASKED.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n"))
        seconds, _ = closed_after(client, repeat(b"1000\r\n" + b"x" * 4096 + b"\r\n"))

    assert seconds < 2 * SHORT + LATE


def test_an_answer_that_is_never_read_is_given_up(pages: Pages, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "SLOWEST", LONG)
    with reading_little(pages) as client:
        client.sendall(TEXT)
        assert client.recv(100)
        time.sleep(2 * SHORT + 2)
        received = read(client)

    assert 0 < len(received) < len(text)


def test_an_answer_that_is_read_slowly_but_steadily_comes_whole(
    pages: Pages, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "SLOWEST", 1_000_000)
    started = time.monotonic()
    with reading_little(pages) as client:
        client.sendall(TEXT)
        received = bytearray()
        while chunk := client.recv(1 << 16):
            received += chunk
            time.sleep(max(0.0, started + len(received) / 2_000_000 - time.monotonic()))

    assert time.monotonic() - started > 2 * SHORT
    assert received.partition(b"\r\n\r\n")[2].decode() == text.strip() + "\n"


def test_requests_sent_ahead_are_all_answered(pages: Pages) -> None:
    with opened(pages) as client:
        client.sendall((ASKED + ASKED.replace(b"healthz", b"nowhere")) * 50)
        _, received = closed_after(client, repeat(b""))

    assert received.count(b"HTTP/1.1 200") == received.count(b"HTTP/1.1 404") == 50


def test_no_further_answer_is_made_for_a_client_that_does_not_read(pages: Pages, text: str) -> None:
    with reading_little(pages) as client:
        client.sendall(TEXT * 20)
        received = read(client)

    assert received.count(b"HTTP/1.1 200") == 1


def test_what_clients_leave_unread_is_bounded(pages: Pages, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST_UNREAD", LONG)
    with reading_little(pages) as first:
        first.sendall(TEXT)
        assert first.recv(100)
        with reading_little(pages) as second:
            second.sendall(TEXT)
            assert second.recv(100)
            whole, kept = len(read(second)), len(read(first))

    assert kept < len(text) < whole + 100


def test_beyond_the_bound_those_that_have_waited_longest_are_closed(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 20
    monkeypatch.setattr(connections, "HEAD_SECONDS", 60)
    monkeypatch.setattr(connections, "FILES", most * FILES_PER_CONNECTION)
    with contextlib.ExitStack() as stack:
        clients = []
        for _ in range(3 * most):
            clients.append(stack.enter_context(opened(pages)))
            # The server counts them in its own order, so that the next has to come later.
            time.sleep(0.01)
        assert pages.get("/healthz").status == 200
        time.sleep(0.5)
        shut = [_shut(client) for client in clients]

    assert shut == sorted(shut, reverse=True)
    assert most - most // CLOSED_OF_WAITING - 1 <= shut.count(False) <= most


def _shut(client: socket.socket) -> bool:
    client.setblocking(False)
    try:
        return client.recv(1) == b""
    except BlockingIOError:
        return False


def test_a_request_in_work_is_not_closed_to_make_room(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, in_hand: Held
) -> None:
    monkeypatch.setattr(connections, "FILES", 10 * FILES_PER_CONNECTION)
    answered: list[int] = []
    reader = threading.Thread(target=lambda: answered.append(pages.get("/editions").status))
    reader.start()
    assert in_hand.entered.acquire(timeout=30)
    with contextlib.ExitStack() as stack:
        for _ in range(40):
            stack.enter_context(opened(pages))
        in_hand.free.set()
        reader.join(30)

    assert answered == [200]


def test_work_that_does_not_end_is_given_up_with_a_sentence(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, in_hand: Held
) -> None:
    monkeypatch.setattr(connections, "ANSWER_SECONDS", SHORT)
    answer = pages.get("/editions")

    assert (answer.status, answer.text) == (503, "The answer takes too long; try again in a few minutes.\n")


def test_a_client_that_leaves_in_the_middle_of_a_form_is_no_fault_of_ours(
    pages: Pages, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(pages) as client:
        client.sendall(FORM + b"Content-Length: 40\r\n\r\narticle=")
        time.sleep(0.2)
    assert pages.get("/healthz").status == 200

    assert "Exception" not in caplog.text
