"""The application: every address, what stands around every answer, and how errors are answered."""

import contextlib
from collections.abc import AsyncIterator
from typing import Final

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from worker.edition.render import FEEDS
from worker.errors import ConfigurationError, RetryableError
from worker.web import api, changes, health, metrics, pages, why
from worker.web.load import InWork
from worker.web.site import Site

logger = structlog.get_logger("web")

#: Nothing but our own style sheet is loaded, no script runs, nobody frames a page, and forms come back to us only.
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
#: The names of this machine. Where only they may be asked for, no page of a stranger reads ours by a name of its own
#: that it lets point here.
LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")


def application(site: Site, names: tuple[str, ...] = LOOPBACK) -> ASGIApp:
    """Return the application of `site`, which answers to `names` only; "*" is any."""
    of_a_profile = [
        Route("/", pages.latest),
        Route("/editions", pages.archive),
        Route("/editions/{date}", pages.edition),
        Route("/editions/{date}/more", pages.rest),
        *(Route(f"/{name}", pages.feed) for name in FEEDS),
    ]
    routes = [
        *of_a_profile,
        Mount("/profiles/{profile}", routes=of_a_profile),
        Route("/stories/{story}", pages.story),
        Route("/texts/{article}", pages.text),
        Route("/why", why.ask),
        Route("/why/{article}", why.why),
        Route("/search", pages.find),
        Route("/desk", pages.desk),
        Route("/desk/items", changes.items, methods=["GET", "POST"]),
        Route("/sign-in", changes.sign_in, methods=["GET", "POST"]),
        Route("/sign-out", changes.sign_out, methods=["POST"]),
        Route("/style.css", pages.css),
        Route("/articles", api.push, methods=["POST"]),
        Route("/articles/{id}", api.outcome),
        Route("/openapi.json", api.openapi),
        Route("/healthz", health.alive),
        Route("/readyz", health.ready),
        Route("/metrics", metrics.metrics),
        Route("/changes/{change}", changes.change, methods=["POST"]),
    ]

    @contextlib.asynccontextmanager
    async def open_site(_: Starlette) -> AsyncIterator[None]:
        yield
        site.close()

    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=list(names), www_redirect=False),
        ],
        exception_handlers={
            HTTPException: _answered,
            RetryableError: _away,
            ConfigurationError: _away,
            ClientDisconnect: _left,
        },
        lifespan=open_site,
    )
    app.state.site = site
    # Around everything, so that what tells of an error of our own has the headers, too.
    return SafeHeaders(InWork(app))


class SafeHeaders:
    """Puts the headers of safety on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with the headers; what may be kept says so itself."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message["headers"], *_HEADERS]
                if not any(name.lower() == b"cache-control" for name, _ in headers):
                    headers.append((b"cache-control", b"no-store"))
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)


def _answered(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    reason = error.detail if isinstance(error, HTTPException) else ""
    answer = pages.page(request, "error.html", {"status": status, "reason": reason}, status)
    if isinstance(error, HTTPException) and error.headers:
        answer.headers.update(error.headers)
    return answer


def _away(request: Request, error: Exception) -> Response:
    logger.warning("page_waits", path=request.url.path, reason=str(error))
    return pages.page(request, "error.html", {"status": 503, "reason": str(error)}, 503)


def _left(_request: Request, _error: Exception) -> Response:
    # Nobody reads it, but without an answer the server takes a client that left for a fault of its own, and logs it.
    return Response(status_code=400)
