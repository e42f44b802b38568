"""What the tests of feeds share: a web server that plays the habits of real ones."""

from collections.abc import Iterator

import pytest

from tests.feed_server import FeedServer, feed_server


@pytest.fixture(scope="session")
def _server() -> Iterator[FeedServer]:
    with feed_server() as server:
        yield server


@pytest.fixture
def web(_server: FeedServer) -> FeedServer:
    """A web server on loopback that serves nothing yet."""
    _server.plays.clear()
    _server.requests.clear()
    _server.busiest = 0
    return _server
