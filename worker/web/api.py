"""Articles in by HTTP, through the same door as every producer's, and what became of each. For programs: JSON only."""

import io
import json
from itertools import islice
from typing import Any, Final
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
#: Articles of a request: it is taken whole or not at all, so it must fit into the journal at once.
MOST_ARTICLES: Final = 1_000
#: Characters of a source's name.
MOST_SOURCE: Final = 200
#: Refused records that an answer names.
MOST_NAMED: Final = 20
#: Seconds after which one who was refused for lack of room may come again.
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
        told = f"{error} Some may have been taken; sending all again does no harm."
        return _problem(503, told, {"Retry-After": str(RETRY_SECONDS)})
    return JSONResponse({"ids": [str(raw.id) for raw in raws]}, 202)


def _outcome(here: Site, name: UUID) -> Response:
    found = Outcome(Standing.UNKNOWN)
    try:
        (found,) = here.queue().outcomes([name])
    except (QueueUnavailableError, ConfigurationError) as error:
        told = str(error)
    else:
        told = ""
    if found.standing is Standing.UNKNOWN:
        # Redis forgets an outcome after a day; the store does not.
        failure = next(iter(failures.matching(here.store, str(name))), None)
        if failure is not None:
            found = Outcome(Standing.FAILED, failure.stage, failure.reason)
        elif str(name) in standing(here.store, [str(name)]):
            found = Outcome(Standing.STORED)
        elif told:
            return _problem(503, told)
        else:
            return _problem(404, "The desk knows no article of this id.")
    row = {"id": str(name), "standing": found.standing, "stage": found.stage, "reason": found.reason}
    return JSONResponse({key: value for key, value in row.items() if value})


def _problem(status: int, detail: str, headers: dict[str, str] | None = None, **more: object) -> JSONResponse:
    return JSONResponse({"detail": detail, **more}, status, headers)


def openapi(_request: Request) -> Response:
    """Return the description of this interface, OpenAPI 3.1."""
    return Response(json.dumps(DESCRIPTION), media_type="application/json")


def _says(text: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


#: A character of a text, and a text: some letter, digit or sign, and no control character but line ends and tabs.
_CHARACTER: Final = r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_TEXT: Final = {"type": "string", "pattern": rf"^{_CHARACTER}*[^\s\x00-\x1f\x7f]{_CHARACTER}*$"}

_PROBLEM: Final = {
    "type": "object",
    "required": ["detail"],
    "properties": {
        "detail": {"type": "string"},
        "records": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["record", "reason"],
                "properties": {"record": {"type": "integer"}, "reason": {"type": "string"}},
            },
        },
    },
}
_ARTICLE: Final = {
    "type": "object",
    "required": ["text"],
    "properties": {
        "id": {"type": "string"},
        "url": {"type": "string"},
        "title": {"type": "string"},
        "text": _TEXT,
        "publisher": {"type": "string"},
        "author": {"type": "string"},
        "language": {"type": "string"},
        "published_at": {"type": "string"},
    },
}
_IDS: Final = {
    "type": "object",
    "required": ["ids"],
    "properties": {"ids": {"type": "array", "items": {"type": "string", "format": "uuid"}}},
}
_OUTCOME: Final = {
    "type": "object",
    "required": ["id", "standing"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "standing": {"enum": [one.value for one in Standing]},
        "stage": {"type": "string"},
        "reason": {"type": "string"},
    },
}

DESCRIPTION: Final[dict[str, Any]] = {
    "openapi": "3.1.0",
    "info": {"title": "Wiredesk: articles by HTTP", "version": "1"},
    "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    "paths": {
        "/articles": {
            "post": {
                "operationId": "push",
                "summary": "Push articles: all of the request are taken, or none",
                "security": [{"token": []}],
                "parameters": [
                    {"name": "source", "in": "query", "schema": {"type": "string", "maxLength": MOST_SOURCE}}
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        kind: {
                            "schema": {"anyOf": [_ARTICLE, {"type": "array", "items": _ARTICLE, "minItems": 1}]}
                            if kind == "application/json"
                            else _TEXT
                        }
                        for kind in FILES
                    },
                },
                "responses": {
                    "202": _says("Redis has all of them", _IDS)
                    | {"links": {"first": {"operationId": "outcome", "parameters": {"id": "$response.body#/ids/0"}}}},
                    "401": _says("The token is missing or wrong", _PROBLEM),
                    "413": _says("Too long, or too many", _PROBLEM),
                    "415": _says("Of no known media type", _PROBLEM),
                    "422": _says("These records cannot be read", _PROBLEM),
                    "429": _says("There is no room now", _PROBLEM),
                    "503": _says("Redis is away", _PROBLEM),
                },
            }
        },
        "/articles/{id}": {
            "get": {
                "operationId": "outcome",
                "summary": "What became of a pushed article",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
                ],
                "responses": {
                    "200": _says("Where it stands", _OUTCOME),
                    "404": _says("It is not known", _PROBLEM),
                    "422": _says("This is no id", _PROBLEM),
                    "503": _says("Redis is away", _PROBLEM),
                },
            }
        },
    },
}
