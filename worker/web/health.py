"""Whether the server lives, and whether it can do its work: for supervisors and load balancers."""

from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from worker.errors import ConfigurationError, RetryableError
from worker.store import contents
from worker.web.load import probe
from worker.web.pages import site

#: Seconds for the store and Redis to answer.
READY_SECONDS: Final = 3


async def alive(_request: Request) -> Response:
    """Answer 200: the server answers."""
    return PlainTextResponse("alive\n")


@probe(READY_SECONDS)
def ready(request: Request) -> Response:
    """Answer 200 if the store and Redis answer, else 503 with what does not."""
    here = site(request)
    try:
        contents.desk_id(here.store)
        here.journal().pending()
    except (ConfigurationError, RetryableError) as error:
        return PlainTextResponse(f"{error}\n", 503, {"Retry-After": "5"})
    return PlainTextResponse("ready\n")
