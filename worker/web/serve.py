"""`wiredesk serve`: the pages on a port of this machine."""

import asyncio
import errno
import math
import signal
import socket
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
import uvicorn
from starlette.types import ASGIApp

from producers import logs
from producers.processes import BEAT_SECONDS, Heartbeat
from producers.terminal import echo
from worker.addresses import is_loopback
from worker.errors import ConfigurationError
from worker.settings import WorkerSettings
from worker.store import Store
from worker.web.app import LOOPBACK, application
from worker.web.connections import Connection, allow_files, most_accepted
from worker.web.site import Site, token

logger = structlog.get_logger("web")

#: Connections that the system keeps until they are accepted; it may have a lower limit of its own.
QUEUE: Final = 4_096
#: Errors with which asyncio accepts no connection for a second.
NO_ROOM: Final = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
#: Seconds between two log lines that say so.
COMPLAINT_SECONDS: Final = 60
#: Seconds for answers under way when the server is stopped.
GRACE_SECONDS: Final = 5


def serve(settings: WorkerSettings, store: Store, heartbeat: Heartbeat) -> None:
    """Serve the pages until SIGINT or SIGTERM, and beat `heartbeat` meanwhile.

    Raises ConfigurationError if the address or the token cannot be used.
    """
    host, port = settings.web_host, settings.web_port
    site = Site(settings, store, token(settings))
    allow_files()
    listening = _listen(host, port)
    echo(f"The reading room: {address(settings)}")
    if settings.web_token is None:
        echo(f"The token for changes: {settings.web_token_file}")
    if not is_loopback(host):
        echo("Others can read it, too: there is no encryption, so put a proxy with TLS before it.", err=True)
    logs.configure()
    logger.info("serving", host=host, port=port)

    async def beat() -> None:
        # A Redis that does not answer keeps it waiting, and no reader shall wait with it.
        await asyncio.to_thread(heartbeat.beat)

    # uvicorn raises the signal again when all is closed; the end that was asked for is no error.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        Server(configured(application(site, names(host, settings.web_names)), beat)).run(sockets=[listening])
    except KeyboardInterrupt:
        pass
    finally:
        listening.close()
        store.close()


class Server(uvicorn.Server):
    """uvicorn's server, which accepts connections in short turns from a long queue."""

    _complained = -math.inf

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to accept connections of `sockets`."""
        asyncio.get_running_loop().set_exception_handler(self._complain)
        await super().startup(sockets)
        for listening in sockets or ():
            # asyncio has one number for the turn and the queue. A client that meets a full queue waits for a second.
            listening.listen(QUEUE)

    def _complain(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if not (isinstance(error, OSError) and error.errno in NO_ROOM):
            loop.default_exception_handler(context)
        elif loop.time() - self._complained >= COMPLAINT_SECONDS:
            # asyncio tries again after a second, and reports each connection that it could not accept.
            self._complained = loop.time()
            logger.error("no_connection_accepted", reason=f"{error.strerror}: raise the limit of open files or memory")


def configured(app: ASGIApp, beat: Callable[[], Awaitable[None]] | None = None) -> uvicorn.Config:
    """Return how `app` is served; `beat` is called every BEAT_SECONDS."""
    return uvicorn.Config(
        app,
        http=Connection,
        loop="asyncio",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        # A proxy's word on who asks is not needed and not believed.
        proxy_headers=False,
        # How many connections asyncio accepts in one turn of its loop.
        backlog=most_accepted(),
        timeout_graceful_shutdown=GRACE_SECONDS,
        ws="none",
        callback_notify=beat,
        timeout_notify=int(BEAT_SECONDS),
    )


def check(settings: WorkerSettings) -> None:
    """Raise ConfigurationError if `serve` could not use its address or its token."""
    token(settings)
    _listen(settings.web_host, settings.web_port).close()


def address(settings: WorkerSettings) -> str:
    """Return the URL of the pages."""
    host = settings.web_host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.web_port}/"


def names(host: str, proxied: list[str]) -> tuple[str, ...]:
    """Return the names under which the pages answer: on loopback its own and those of `proxied`, elsewhere any."""
    return (*LOOPBACK, *(name.lower() for name in proxied)) if is_loopback(host) or proxied else ("*",)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        raise ConfigurationError(
            f"The address {host}, port {port}, cannot be used ({error.strerror}); choose another by "
            "WIREDESK_WEB_HOST and WIREDESK_WEB_PORT; `wiredesk serve` takes --host and --port, too."
        ) from None
    return listening
