"""How long a client may take, how many may be connected, and what they may leave unread.

uvicorn closes a connection that is idle after an answer, and has no other limit of time: a client that sends nothing,
a part of a request, or one byte a second keeps its connection for ever, and so does a client that never reads its
answer. `Connection` is uvicorn's own protocol with one deadline for whatever the connection waits for. A deadline is
absolute: a byte now and then does not move it, only bytes at the speed of SLOWEST do.
"""

import asyncio
import resource
from enum import Enum, auto
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

from worker.web.api import MOST_BYTES

#: Seconds for the head of a request, from the opening of the connection or from the last answer. h11 takes heads of
#: 16 KB at most, so a line of 9 kbit/s is fast enough.
HEAD_SECONDS: Final = 15
#: Seconds for the body of a request, beside what its bytes take at the speed of SLOWEST.
BODY_SECONDS: Final = 20
#: Seconds for the work on an answer: pages take less than a second, 1,000 pushed articles a few.
ANSWER_SECONDS: Final = 60
#: Bytes a second of the slowest line that is waited for (256 kbit/s), in both directions. The largest request, 20 MB
#: of articles, may take 645 seconds; a body without end gets no more.
SLOWEST: Final = 32_000
#: Bytes that all clients together may leave unread in the server's memory.
MOST_UNREAD: Final = 64_000_000
#: Open files that the server asks the system for, and uses at most.
FILES: Final = 8_000
#: Clients' connections may take one in so many of the open files: 2,000 of 8,000.
FILES_PER_CONNECTION: Final = 4
#: Connections accepted in one turn of the event loop may take one in so many. Two more turns may pass before the first
#: of them are counted. What is left is for the store, Redis and the logs.
FILES_PER_ACCEPTED: Final = 64
#: One in so many waiting connections is closed when there are too many, so that a flood costs few looks at them all.
CLOSED_OF_WAITING: Final = 10


class Stage(Enum):
    """What a connection waits for."""

    #: The head of a request, or the reading of the last answer.
    HEAD = auto()
    #: The body of a request.
    BODY = auto()
    #: Our answer.
    ANSWER = auto()


def _sentence(status: str, text: str) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(text)}\r\n"
    return f"{head}Cache-Control: no-store\r\nConnection: close\r\n\r\n{text}".encode("ascii")


#: What a client reads whose request is given up, by what its connection waited for.
_GIVEN_UP: Final = {
    Stage.BODY: _sentence("408 Request Timeout", "The request came too slowly; send it again over a faster line.\n"),
    Stage.ANSWER: _sentence("503 Service Unavailable", "The answer takes too long; try again in a few minutes.\n"),
}


class Connection(H11Protocol):
    """A client's connection, which ends when a deadline passes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._since = 0.0
        self._bytes = 0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def stage(self) -> Stage:
        """What the connection waits for."""
        if self.cycle is None or self.cycle.response_complete:
            return Stage.HEAD
        return Stage.BODY if self.cycle.more_body else Stage.ANSWER

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the first deadline, and close others if there are too many."""
        super().connection_made(transport)
        self._start()
        if len(self.connections) > most_connections():
            others = self._others()
            waiting = [other for other in others if other.stage is not Stage.ANSWER] or others
            for other in waiting[: len(waiting) // CLOSED_OF_WAITING + 1]:
                other.end()

    def data_received(self, data: bytes) -> None:
        """Take bytes of a request; a new stage has a new deadline."""
        before = self.cycle, self.stage
        super().data_received(data)
        if (self.cycle, self.stage) != before:
            self._start()
        else:
            self._bytes += len(data)

    def on_response_complete(self) -> None:
        """Wait for the next request; an answer that the client does not take up as it is made is the last one."""
        if self.flow.write_paused:
            # Requests that were sent ahead would each make one more answer that nobody reads.
            self.transport.close()
        super().on_response_complete()
        self._start()
        if self.transport.get_write_buffer_size():
            self._bound_unread()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._stop()
        super().connection_lost(exc)

    def end(self) -> None:
        """Close the connection now, whatever is under way."""
        # It counts no longer: the event loop closes it in its next turn, and may accept others before.
        self.connections.discard(self)
        self.transport.abort()

    def _start(self) -> None:
        self._since = self.loop.time()
        # What the client has not read yet takes time, too.
        self._bytes = self.transport.get_write_buffer_size()
        self._stop()
        self._timer = self.loop.call_at(self._deadline(), self._look)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _deadline(self) -> float:
        # Bytes of a head are few, and those that come during an answer are the next request's.
        seconds = {Stage.HEAD: HEAD_SECONDS, Stage.BODY: BODY_SECONDS, Stage.ANSWER: ANSWER_SECONDS}[self.stage]
        return self._since + seconds + min(self._bytes, MOST_BYTES) / SLOWEST

    def _look(self) -> None:
        if self.loop.time() < (deadline := self._deadline()):
            self._timer = self.loop.call_at(deadline, self._look)
            return
        if self.cycle is not None and not self.cycle.response_started and not self.transport.get_write_buffer_size():
            self.transport.write(_GIVEN_UP[self.stage])
        self.end()

    def _others(self) -> list["Connection"]:
        """Return the other connections, those that have waited longest first."""
        others = [other for other in self.connections if isinstance(other, Connection) and other is not self]
        return sorted(others, key=lambda other: other._since)

    def _bound_unread(self) -> None:
        others = self._others()
        unread = sum(one.transport.get_write_buffer_size() for one in (*others, self))
        for other in others:
            if unread <= MOST_UNREAD:
                return
            if size := other.transport.get_write_buffer_size():
                unread -= size
                other.end()


def allow_files() -> None:
    """Raise this process's limit of open files to FILES, or as far as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(FILES, hard)), hard))


def most_connections() -> int:
    """Return how many connections of clients may be open, by this process's limit of open files."""
    return _files() // FILES_PER_CONNECTION


def most_accepted() -> int:
    """Return how many connections may be accepted before they are counted, by the same limit."""
    return max(1, _files() // FILES_PER_ACCEPTED)


def _files() -> int:
    return min(FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
