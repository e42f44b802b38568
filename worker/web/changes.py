"""What a person may do on the pages with the desk's token: split a story, take it out of all that is shown or release
it, see what is held, try a failure again, drop it.

Its buttons are on the pages of a person who has signed in (`worker.web.session`). A form with neither a key nor the
token is answered with what it would do and the question for the token.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from worker.edition import view as edition_view
from worker.edition.revising import revise
from worker.errors import ConfigurationError, RetryableError
from worker.operations.retry import Retried, retry
from worker.pipeline import release_by_hand
from worker.schedule.closings import claims_at
from worker.store import by_hand, failures, stories
from worker.waiting import within
from worker.web import session
from worker.web.pages import page, site
from worker.web.site import Site
from worker.web.topics import story_href
from worker.web.view import hidden

#: Bytes of a form: an id and a token.
FORM_BYTES: Final = 4096
#: Characters of a reason.
REASON: Final = 500
#: Items that the page lists; the rest are counted.
ITEMS: Final = 200
#: Seconds that a retry may wait for the store. A button retries one failure; `wiredesk failed retry --all` takes all.
RETRY_SECONDS: Final = 10.0
NOT_FAILED: Final = "This article has not failed, or not any more."
_OWN_PAGE: Final = re.compile(r"/(desk(/items)?|stories/[0-9A-Za-z-]{1,36})")
_BEARER: Final = "Bearer "


@dataclass(frozen=True, slots=True)
class Change:
    """A change: what it would do, for people, and what does it, of an article's id and a reason, and returns where to
    go. `is_final`: who is signed in is asked once more.
    """

    says: str
    button: str
    done: Callable[[Site, str, str], str]
    asks_reason: bool = False
    is_final: bool = False


async def change(request: Request) -> Response:
    """Make the change that the address names, of the article that the form names, where the token is right."""
    here, made = site(request), CHANGES.get(request.path_params["change"])
    if made is None:
        raise HTTPException(404, "There is nothing under this address.")
    fields = await form(request)
    article, given = fields.get("article", ""), bearer(request) or fields.get("token", "")
    if not article or len(article) > 36:
        raise HTTPException(422, "The form names no article.")
    reason = edition_view.plain(fields.get("reason", ""))[:REASON]
    has_token, has_key = here.allows(given), session.has_key(request, fields.get("key", ""))
    lacks_reason = made.asks_reason and not reason
    if not (has_token or has_key) or lacks_reason or (made.is_final and not has_token and "sure" not in fields):
        wrong = bool(given) and not has_token
        values = {"change": made, "article": article, "wrong": wrong, "is_known": has_key, "then": ""}
        return page(request, "token.html", values, status=200 if has_key else 403)
    try:
        where = await run_in_threadpool(made.done, here, article, reason)
    except ConfigurationError as error:
        raise HTTPException(409, str(error)) from None
    return RedirectResponse(where, 303)


async def items(request: Request) -> Response:
    """List what may not be shown, until when and why, if the token is right."""
    here = site(request)
    fields = await form(request) if request.method == "POST" else {}
    given = bearer(request) or fields.get("token", "")
    if not (here.allows(given) or session.session(request)):
        return _ask(request, LIST, wrong=bool(given))
    rows = await run_in_threadpool(by_hand.listed, here.store)
    shown = [hidden(row, here.zone) for row in rows[:ITEMS]]
    return page(request, "items.html", {"items": shown, "more": len(rows) - len(shown)})


async def sign_in(request: Request) -> Response:
    """Open a session if the token is right, and go back to the page that the form names."""
    here = site(request)
    fields = await form(request) if request.method == "POST" else dict(request.query_params)
    then = fields.get("then", "")
    then = then if _OWN_PAGE.fullmatch(then) else "/desk"
    given = fields.get("token", "") if request.method == "POST" else ""
    if not here.allows(given):
        return _ask(request, SIGN_IN, wrong=bool(given), then=then, status=403 if given else 200)
    answer = RedirectResponse(then, 303)
    is_secure = here.settings.web_url.startswith("https:")
    session.keep(answer, session.opened(request), is_secure=is_secure)
    return answer


async def sign_out(_request: Request) -> Response:
    """Let the browser forget its session."""
    answer = RedirectResponse("/desk", 303)
    session.forget(answer)
    return answer


def _ask(request: Request, change: Change, *, wrong: bool, then: str = "", status: int = 403) -> Response:
    values = {"change": change, "article": "", "wrong": wrong, "is_known": False, "then": then}
    return page(request, "token.html", values, status=status)


async def form(request: Request) -> dict[str, str]:
    """Return the fields of a form; raises 413 for one beyond FORM_BYTES, 415 for anything else."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(415, "Send a form as application/x-www-form-urlencoded.")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES:
            raise HTTPException(413, f"A form has at most {FORM_BYTES:,} bytes.")
    try:
        return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=10, errors="strict"))
    except ValueError:
        raise HTTPException(422, "The form cannot be read.") from None


def bearer(request: Request) -> str:
    """Return the token in the header of a program's request; "" where there is none."""
    header = request.headers.get("authorization", "")
    return header.removeprefix(_BEARER) if header.startswith(_BEARER) else ""


def _withdraw(here: Site, article: str, reason: str) -> str:
    by_hand.withdraw(here.store, article, reason, revise)
    return "/desk"


def _release(here: Site, article: str, _reason: str) -> str:
    if not release_by_hand(here.store, claims_at(here.settings, here.store), article):
        raise ConfigurationError("Nothing of this story is held, or not any more.")
    return "/desk"


def _split(here: Site, article: str, _reason: str) -> str:
    return story_href(stories.split(here.store, article))


def _retry(here: Site, article: str, _reason: str) -> str:
    """Retry one failure. A page never waits for room in the queue: it answers 503 with the reason."""

    def give_up(error: RetryableError) -> None:
        raise error

    with within(RETRY_SECONDS):
        (result,) = retry(here.settings, here.store, [article], give_up)
    if result is Retried.GONE:
        raise ConfigurationError(NOT_FAILED)
    if result is Retried.UNREADABLE:
        raise ConfigurationError("This version cannot read the raw article that the failure kept: drop its file again.")
    return "/desk"


def _drop(here: Site, article: str, _reason: str) -> str:
    if not failures.drop(here.store, [article]):
        raise ConfigurationError(NOT_FAILED)
    return "/desk"


#: What a person asks for who wants to see what may not be shown.
SIGN_IN: Final = Change(
    "Split, withdraw and release stories, see what is held, and retry or drop failures",
    "Sign in",
    lambda _here, _article, _reason: "/desk",
)
LIST: Final = Change("What may not be shown, until when, and why", "Show", lambda _here, _article, _reason: "/desk")
CHANGES: Final = {
    "split": Change("Take this article out of its story, for good", "Split", _split, is_final=True),
    "withdraw": Change(
        "Take this story, with every version of its articles, out of all that is shown",
        "Withdraw",
        _withdraw,
        asks_reason=True,
    ),
    "release": Change("Let this story be shown; the next edition may carry it", "Release", _release),
    "retry": Change("Process this failed article again", "Retry", _retry),
    "drop": Change("Delete this failed article, for good", "Drop", _drop, is_final=True),
}
