"""One GET of a foreign address: whatever the server does, it ends in time, takes little memory, and asks no private
network.

urllib3's connections are used without its pools, so that the connection goes to the very address that was checked; the
name is for the Host header and the certificate.
"""

import contextlib
import http.client
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from importlib.metadata import version
from typing import Final
from urllib.parse import urljoin

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    IncompleteRead,
    LocationParseError,
    NewConnectionError,
    ReadTimeoutError,
)
from urllib3.util import Url, make_headers, parse_url

from producers.feeds.answer import Answer
from producers.feeds.guard import WEB_PORTS, Allowed, FetchError, addresses
from producers.terminal import printable

#: Seconds for one GET with its redirects; a feed that takes longer is asked again later.
MOST_SECONDS: Final = 20.0
#: Bytes of an answer, unpacked. The largest real feeds have 3 MB.
MOST_BYTES: Final = 10_000_000
#: Bytes of an answer that is no 200: enough to see why.
MOST_BYTES_OF_ERRORS: Final = 100_000
MOST_REDIRECTS: Final = 5
#: Addresses of one host that are tried, and the seconds that each of several may take to connect.
MOST_ADDRESSES: Final = 3
CONNECT_SECONDS: Final = 6.0

_PIECE: Final = 65_536
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PERMANENT: Final = frozenset({301, 308})
_PORTS: Final = {"http": 80, "https": 443}


#: Gives a host its turn: a context that is entered when the host may be asked.
Turn = Callable[[str], AbstractContextManager[None]]


def agent() -> str:
    """Return the User-Agent."""
    return f"wiredesk/{version('wiredesk')}"


def get(
    url: str,
    headers: Mapping[str, str],
    *,
    allowed: Allowed,
    turn: Turn = lambda host: nullcontext(),
    seconds: float = MOST_SECONDS,
    most_bytes: int = MOST_BYTES,
) -> Answer:
    """Return the answer to a GET of `url` with `headers`, after at most MOST_REDIRECTS redirects.

    A user and password in `url` are sent to its own host alone. Of a body only what is within `most_bytes`, unpacked,
    is taken. Raises FetchError if there is no answer within `seconds` (waiting for the turn is not counted), if the
    body is larger, and if the address, or any that it redirects to, may not be asked.
    """
    first = _parsed(url)
    current, moved_to, is_permanent = url, "", True
    until = time.monotonic() + seconds
    for _ in range(MOST_REDIRECTS + 1):
        parts = _parsed(current)
        if _port(parts) not in WEB_PORTS | {_port(first)}:
            raise FetchError(f"it redirects to port {_port(parts)}, which is none of the web's")
        own = make_headers(basic_auth=parts.auth) if parts.auth and _origin(parts) == _origin(first) else {}
        before = time.monotonic()
        with turn(parts.host or ""):
            until += time.monotonic() - before
            answer = _asked(current, parts, {**headers, **own}, allowed, until, most_bytes)
        location = answer.headers.get("location", "")
        if answer.status not in _REDIRECTS or not location:
            return Answer(
                status=answer.status, url=current, headers=answer.headers, body=answer.body, moved_to=moved_to
            )
        current = _target(current, location)
        is_permanent = is_permanent and answer.status in _PERMANENT
        if is_permanent:
            # A permanent redirect from https to http is not kept: anybody on the way could have made it.
            moved_to = "" if first.scheme == "https" and _parsed(current).scheme == "http" else current
    raise FetchError(f"it redirects more than {MOST_REDIRECTS} times")


def _parsed(url: str) -> Url:
    try:
        parts = parse_url(url)
        host = parts.host.encode("idna").decode() if parts.host and not parts.host.isascii() else parts.host
    except (LocationParseError, UnicodeError):
        raise FetchError(f"{printable(url)[:200]} is no address that can be asked") from None
    if parts.scheme not in _PORTS or not host:
        raise FetchError(f"{printable(url)[:200]} is no address of the web (http or https)")
    return parts._replace(host=host)


def _port(parts: Url) -> int:
    return parts.port or _PORTS[parts.scheme or ""]


def _origin(parts: Url) -> tuple[str | None, str | None, int]:
    return parts.scheme, parts.host, _port(parts)


def _target(url: str, location: str) -> str:
    # http.client reads headers as Latin-1, and servers write UTF-8.
    with contextlib.suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")
    try:
        return urljoin(url, location.strip()).partition("#")[0]
    except ValueError:
        raise FetchError(f"it redirects to {printable(location)[:200]}, which is no address") from None


def _asked(url: str, parts: Url, headers: Mapping[str, str], allowed: Allowed, until: float, most_bytes: int) -> Answer:
    host = (parts.host or "").strip("[]")
    connection = _connected(host, parts, allowed, until)
    with _ended_at(connection, until) as is_late:
        try:
            name = f"[{host}]" if ":" in host else host
            port = "" if _port(parts) == _PORTS[parts.scheme or ""] else f":{_port(parts)}"
            connection.request(
                "GET",
                parts.request_uri,
                headers={
                    "Host": name + port,
                    "User-Agent": agent(),
                    "Accept-Encoding": _encodings(),
                    "Connection": "close",
                    **headers,
                },
                preload_content=False,
                decode_content=True,
            )
            response = connection.getresponse()
            most = most_bytes if response.status == http.client.OK else MOST_BYTES_OF_ERRORS
            body = b"" if response.status in _REDIRECTS else _body(response, most)
            if response.status == http.client.OK and len(body) > most:
                raise FetchError(f"its answer has more than {most // 1_000_000} MB, unpacked")
        except (HTTPError, http.client.HTTPException, OSError, ValueError) as error:
            raise FetchError("it took too long" if is_late() else _reason(host, error)) from None
        if is_late():
            raise FetchError("it took too long")
    return Answer(
        status=response.status,
        url=url,
        headers={name.lower(): value for name, value in response.headers.items()},
        body=body[:most],
    )


def _connected(host: str, parts: Url, allowed: Allowed, until: float) -> HTTPConnection:
    """Return an open connection to the first address of `host` that accepts it."""
    candidates = addresses(host, _port(parts), allowed)[:MOST_ADDRESSES]
    for number, address in enumerate(candidates, 1):
        left = until - time.monotonic()
        if left <= 0:
            raise FetchError("it took too long")
        timeout = left if number == len(candidates) else min(left, CONNECT_SECONDS)
        if parts.scheme == "https":
            connection: HTTPConnection = HTTPSConnection(
                address, _port(parts), timeout=timeout, server_hostname=host, ssl_context=_tls()
            )
        else:
            connection = HTTPConnection(address, _port(parts), timeout=timeout)
        try:
            with _ended_at(connection, until, keep=True):
                connection.connect()
        except (NewConnectionError, ConnectTimeoutError) as error:
            if number == len(candidates):
                raise FetchError(_reason(host, error)) from None
        except (HTTPError, OSError, ValueError) as error:
            raise FetchError(_reason(host, error)) from None
        else:
            if connection.sock is not None:
                connection.sock.settimeout(max(0.1, until - time.monotonic()))
            return connection
    raise FetchError(f"{host} has no address")


@contextlib.contextmanager
def _ended_at(connection: HTTPConnection, until: float, *, keep: bool = False) -> Iterator[Callable[[], bool]]:
    """Break `connection` off at `until` (monotonic seconds): a server that sends a byte a second meets no timeout.

    Yields a function that says whether that was done. The connection is closed at the end, unless with `keep` all went
    well.
    """
    late = threading.Event()

    def end() -> None:
        late.set()
        if connection.sock is not None:
            with contextlib.suppress(OSError):
                connection.sock.shutdown(2)

    timer = threading.Timer(max(0.0, until - time.monotonic()), end)
    timer.daemon = True
    timer.start()
    try:
        yield late.is_set
    except BaseException:
        connection.close()
        raise
    finally:
        timer.cancel()
    if not keep:
        connection.close()


def _body(response: urllib3.BaseHTTPResponse, most: int) -> bytes:
    """Return the body, at most `most` bytes and a piece of it."""
    pieces, size = [], 0
    while size <= most and (piece := response.read(_PIECE)):
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def _reason(host: str, error: Exception) -> str:
    match error:
        # Of which urllib3 says that it is a timeout, too.
        case NewConnectionError():
            return f"no connection to {host} is possible"
        case ConnectTimeoutError() | ReadTimeoutError() | TimeoutError():
            return "it took too long"
        case ssl.SSLCertVerificationError() | urllib3.exceptions.SSLError():
            return f"the certificate of {host} does not hold: {getattr(error, 'verify_message', '') or error}"
        case ssl.SSLError():
            return f"{host} offers no encryption that is safe"
        case DecodeError():
            return "its answer is packed otherwise than it says"
        case IncompleteRead() | http.client.IncompleteRead():
            return "its answer is cut short"
        case _:
            return f"its answer breaks off, or is no HTTP ({type(error).__name__})"


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@cache
def _encodings() -> str:
    return str(make_headers(accept_encoding=True)["accept-encoding"])
