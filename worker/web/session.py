"""Signing in: who has given the token needs not give it with every change.

The browser keeps a cookie that no script reads and that no other site can send (HttpOnly, SameSite=Strict). It holds a
time, a random number and their signature by the token, never the token itself: with another token it is worth nothing.
Ports of one machine share their cookies, so a change needs the key, too, which is in our forms only.
"""

import hashlib
import hmac
import secrets
import time
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from worker.web.site import Site

COOKIE: Final = "wiredesk"
#: Seconds until the token is asked for again: a working day.
SECONDS: Final = 12 * 3600

_MOST_CHARACTERS: Final = 200


def session(request: Request) -> str:
    """Return the session of the request, "" if there is none, it is over, or it is not signed by the token."""
    site: Site = request.app.state.site
    kept = request.cookies.get(COOKIE, "")
    until, _, rest = kept.partition(".")
    if len(kept) > _MOST_CHARACTERS or not (until.isascii() and until.isdigit()) or int(until) < time.time():
        return ""
    nonce, _, signature = rest.partition(".")
    return kept if _equal(signature, _signed(site, f"session {until}.{nonce}")) else ""


def key(request: Request) -> str:
    """Return the key that our forms carry in the session of the request, "" without a session."""
    kept = session(request)
    return _signed(request.app.state.site, f"form {kept}") if kept else ""


def has_key(request: Request, given: str) -> bool:
    """Return whether the request comes from a form of our own in a session."""
    own = key(request)
    return bool(own) and _equal(given, own)


def opened(request: Request) -> str:
    """Return a new session."""
    head = f"{int(time.time()) + SECONDS}.{secrets.token_urlsafe(16)}"
    return f"{head}.{_signed(request.app.state.site, f'session {head}')}"


def keep(answer: Response, new: str, *, is_secure: bool) -> None:
    """Let the browser keep the session; `is_secure`: it is sent over TLS only."""
    answer.set_cookie(COOKIE, new, max_age=SECONDS, httponly=True, samesite="strict", secure=is_secure)


def forget(answer: Response) -> None:
    """Let the browser forget the session."""
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")


def _signed(site: Site, text: str) -> str:
    return hmac.new(site.token.encode(), text.encode(), hashlib.sha256).hexdigest()


def _equal(given: str, own: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), own.encode())
