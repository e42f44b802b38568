"""Weather over a desk: slow lines, stores that hang, clocks ahead, links in the inbox, clients that say nothing."""

import asyncio
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg

from tests.servers import free_port

#: Seconds for which a store hangs, and for which the line to Redis is slow.
STORE_HANGS, REDIS_SLOW = 40.0, 60.0
#: Seconds that each part of a slow line's talk takes, in each direction.
LATENCY = 2.0
#: Where the servers' own connections to each other come from: they have a line of their own, which is never slow.
SERVERS = "127.0.0.2"
#: Seconds for which processes with a clock ahead run beside the desk, and the days by which it is ahead, from and to.
CLOCK_AHEAD = 25.0
DAYS_AHEAD = (400, 4000)
#: Seconds in which a replica takes the place of its primary that is gone.
FAILOVER = 60.0
#: Seconds for which folders of the inbox are links to elsewhere.
LINKED = 15.0
#: Connections to the pages that never say anything, and seconds in which a reader beside them has an answer.
SILENT, READER = 200, 15.0
#: The folders that the desk makes in its inbox.
OWN = (".reading", ".done", ".failed")


class Line:
    """A line to the port `target` of loopback, and how long each part of the talk takes on it, in seconds."""

    def __init__(self, target: int) -> None:
        self.port = free_port()
        self.seconds = 0.0
        self._target = target

    async def serve(self) -> None:
        """Take connections until this is cancelled."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        async with server:
            await server.serve_forever()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        slow = writer.get_extra_info("peername")[0] != SERVERS
        with suppress(OSError):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
            await asyncio.gather(self._carry(reader, far_writer, slow), self._carry(far_reader, writer, slow))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, slow: bool) -> None:
        """Carry one direction: every part arrives `seconds` after it was sent, however many are on their way."""
        parts: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while True:
                due, part = await parts.get()
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                if not part:
                    writer.close()
                    return
                writer.write(part)

        delivery = asyncio.create_task(deliver())
        part = b"-"
        while part:
            try:
                part = await reader.read(65536)
            except OSError:
                part = b""
            parts.put_nowait((time.monotonic() + (self.seconds if slow else 0.0), part))
        with suppress(OSError):
            await delivery


@contextmanager
def line(target: int) -> Iterator[Line]:
    """Open a line to the port `target` while the block runs."""
    made = Line(target)
    loop = asyncio.new_event_loop()

    def run() -> None:
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(serving)

    serving = loop.create_task(made.serve())
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(serving.cancel)
        thread.join(10)


def lock(url: str, mode: str) -> None:
    """Hold a lock of `mode` on the store's articles for STORE_HANGS seconds, as REINDEX or a dump does."""
    with psycopg.connect(url.replace("+psycopg", "")) as holder:
        holder.execute(f"LOCK TABLE articles IN {mode} MODE")
        time.sleep(STORE_HANGS)


@contextmanager
def links(inbox: Path, elsewhere: Path) -> Iterator[None]:
    """Put links to the folder `elsewhere` in place of the inbox's own folders, and drop one to a file in it."""
    article = inbox / "link.txt"
    article.symlink_to(elsewhere / "precious.txt")
    for name in OWN:
        own = inbox / name
        with suppress(FileNotFoundError):
            own.rename(away(own))
        own.symlink_to(elsewhere)
    try:
        yield
    finally:
        article.unlink(missing_ok=True)
        for name in OWN:
            own = inbox / name
            if own.is_symlink():
                own.unlink()
                with suppress(FileNotFoundError):
                    away(own).rename(own)


def away(folder: Path) -> Path:
    """Return where `folder` lies while a link has its name."""
    return folder.with_name(f"{folder.name}-away")


@contextmanager
def silence(port: int) -> Iterator[None]:
    """Hold SILENT connections to the pages at `port` that say nothing."""
    with ExitStack() as stack:
        # A desk that has ended refuses them; the account says so.
        with suppress(ConnectionRefusedError):
            for _ in range(SILENT):
                stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        yield


def answers(port: int) -> bool:
    """Return whether a reader has an answer of the pages at `port` within READER seconds, however often asked."""
    deadline = time.monotonic() + READER
    while (left := deadline - time.monotonic()) > 0:
        with (
            suppress(OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=left) as answer,
        ):
            return bool(answer.status == 200)
        time.sleep(0.2)
    return False
