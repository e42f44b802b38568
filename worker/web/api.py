"""Articles in by HTTP, through the same door as every producer's, and what became of each. For programs: JSON only."""

import io
from itertools import islice
from pathlib import Path
from typing import Final
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from producers.formats import articles
from producers.journal import Outcome, Standing
from producers.redis_client import QueueFullError, QueueUnavailableError
from worker.errors import ConfigurationError
from worker.store import failures
from worker.store.articles import standing
from worker.web.changes import bearer
from worker.web.pages import site
from worker.web.site import Site

#: Bytes of a request: four documents of the largest size, or a few thousand articles.
MOST_BYTES: Final = 20_000_000
#: Articles of a request: it is taken whole or not at all, so all of it must fit into the journal.
MOST_ARTICLES: Final = 1_000
#: Characters of a source's name.
MOST_SOURCE: Final = 200
#: Refused records that an answer names.
MOST_NAMED: Final = 20
#: Seconds after which a program that was refused for lack of room may try again.
RETRY_SECONDS: Final = 5

#: Media type -> the name of a file of that kind: formats are known by their endings.
FILES: Final = {
    "application/json": "http.json",
    "application/jsonl": "http.jsonl",
    "application/x-ndjson": "http.jsonl",
    "application/xhtml+xml": "http.xhtml",
    "text/html": "http.html",
    "text/markdown": "http.md",
    "text/plain": "http.txt",
}
#: The description of this interface, for programs.
OPENAPI: Final = Path(__file__).with_name("openapi.json")


async def push(request: Request) -> Response:
    """Take the articles of a request: 202 with their ids when Redis has all of them, else none and the reason."""
    here = site(request)
    if not here.allows(bearer(request)):
        return _problem(401, "Send the desk's token: Authorization: Bearer TOKEN.", {"WWW-Authenticate": "Bearer"})
    if not here.pushes.allows():
        return _problem(429, "Too many requests; put more articles into each.", {"Retry-After": "1"})
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in FILES:
        return _problem(415, f"Send one of {', '.join(FILES)}.")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return _problem(413, f"A request has at most {MOST_BYTES:,} bytes.")
    source = request.query_params.get("source", "").strip() or "http"
    if len(source) > MOST_SOURCE:
        return _problem(422, f"The source's name has at most {MOST_SOURCE} characters.")
    return await run_in_threadpool(_pushed, here, body, FILES[kind], source)


async def outcome(request: Request) -> Response:
    """Return what became of a pushed article."""
    try:
        name = UUID(request.path_params["id"])
    except ValueError:
        return _problem(422, "This is no id of an article: it is a UUID, as the answer to a push gave it.")
    return await run_in_threadpool(_outcome, site(request), name)


def _pushed(here: Site, body: bytes, filename: str, source: str) -> Response:
    raws = list(islice(articles(io.BytesIO(body), filename, source), MOST_ARTICLES + 1))
    if len(raws) > MOST_ARTICLES:
        return _problem(413, f"A request has at most {MOST_ARTICLES:,} articles.")
    refused = [{"record": n, "reason": raw.refused} for n, raw in enumerate(raws, 1) if raw.refused]
    if refused:
        return _problem(422, "Nothing was taken: correct these records.", records=refused[:MOST_NAMED])
    try:
        here.queue().push(raws)
    except QueueFullError as error:
        return _problem(429, str(error), {"Retry-After": str(RETRY_SECONDS)})
    except (QueueUnavailableError, ConfigurationError) as error:
        detail = f"{error} Some may have been taken; sending all again does no harm."
        return _problem(503, detail, {"Retry-After": str(RETRY_SECONDS)})
    return JSONResponse({"ids": [str(raw.id) for raw in raws]}, 202)


def _outcome(here: Site, name: UUID) -> Response:
    unavailable = ""
    outcome = Outcome(Standing.UNKNOWN)
    try:
        (outcome,) = here.queue().outcomes([name])
    except (QueueUnavailableError, ConfigurationError) as error:
        unavailable = str(error)
    if outcome.standing is Standing.UNKNOWN:
        # Redis forgets an outcome after a day; the store does not.
        outcome = _stored_outcome(here, str(name))
    if outcome.standing is Standing.UNKNOWN:
        return _problem(503, unavailable) if unavailable else _problem(404, "The desk knows no article of this id.")
    row = {"id": str(name), "standing": outcome.standing, "stage": outcome.stage, "reason": outcome.reason}
    return JSONResponse({key: value for key, value in row.items() if value})


def _stored_outcome(here: Site, name: str) -> Outcome:
    failure = next(iter(failures.matching(here.store, name)), None)
    if failure is not None:
        return Outcome(Standing.FAILED, failure.stage, failure.reason)
    return Outcome(Standing.STORED if name in standing(here.store, [name]) else Standing.UNKNOWN)


def _problem(status: int, detail: str, headers: dict[str, str] | None = None, **more: object) -> JSONResponse:
    return JSONResponse({"detail": detail, **more}, status, headers)


def openapi(_request: Request) -> Response:
    """Return the description of this interface, OpenAPI 3.1."""
    return Response(OPENAPI.read_bytes(), media_type="application/json")
