"""How many requests are in work, and that the probes are answered beside any number of them."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Requests in work: 40 threads make pages, and the others wait for a thread.
MOST_IN_WORK: Final = 200
#: Seconds after which a client may come again that was refused for lack of room.
RETRY_SECONDS: Final = 5
#: What supervisors and Prometheus ask for; it does not count as work.
PROBES: Final = frozenset({"/healthz", "/readyz", "/metrics"})

#: The threads of the probes: pages that wait for a store never have them. Four probes that hang leave the next to wait
#: for one of these, so that a store which hangs for hours costs four threads.
_THREADS: Final = ThreadPoolExecutor(4, "probe")


class InWork:
    """Refuses requests beyond MOST_IN_WORK, except probes.

    A request is in work if the next step is ours. One that waits for its own body is not: any number of clients may
    send slowly, and their deadlines and the limit on connections (worker.web.connections) are what bounds them.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._working: set[object] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, or with 503."""
        if scope["type"] != "http" or scope["path"] in PROBES:
            await self._app(scope, receive, send)
            return
        if len(self._working) >= MOST_IN_WORK:
            busy = "Too many requests are in work; try again in a few seconds.\n"
            await PlainTextResponse(busy, 503, {"Retry-After": str(RETRY_SECONDS)})(scope, receive, send)
            return

        request = object()

        async def receiving() -> Message:
            self._working.discard(request)
            message = await receive()
            # A client that has left asks for no work.
            if message["type"] != "http.disconnect":
                self._working.add(request)
            return message

        self._working.add(request)
        try:
            await self._app(scope, receiving, send)
        finally:
            self._working.discard(request)


def probe(seconds: float) -> Callable[[Callable[[Request], Response]], Callable[[Request], Awaitable[Response]]]:
    """Return a decorator for a page that is made on a thread of the probes, or answered with 503 after `seconds`."""

    def decorated(look: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
        async def looked(request: Request) -> Response:
            looking = asyncio.get_running_loop().run_in_executor(_THREADS, look, request)
            try:
                return await asyncio.wait_for(looking, seconds)
            except TimeoutError:
                reason = f"The store or Redis does not answer within {seconds:g} seconds.\n"
                return PlainTextResponse(reason, 503, {"Retry-After": str(RETRY_SECONDS)})

        return looked

    return decorated
