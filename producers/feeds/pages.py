"""The full text of a feed's items: their pages, as far as robots.txt and the publisher let anybody read them."""

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Final, Protocol
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from producers.article import Record
from producers.errors import PermanentError
from producers.feeds import prose
from producers.feeds.answer import Answer
from producers.feeds.guard import FetchError
from producers.formats import DOCUMENT_BYTES
from producers.formats.encoding import decoded

#: Seconds between two pages of one host; as many as its robots.txt asks for, up to the second number.
GAP_SECONDS, MOST_GAP_SECONDS = 1.0, 10.0
#: Seconds for which a robots.txt holds (RFC 9309, 2.4), and for which a host that fails is not asked for pages.
ROBOTS_SECONDS, DOWN_SECONDS = 24 * 3600.0, 600.0
#: Bytes of a robots.txt that count (RFC 9309, 2.5).
ROBOTS_BYTES: Final = 500_000
#: By what name a robots.txt speaks of us.
AGENT: Final = "wiredesk"
#: Hosts whose robots.txt is remembered.
_MOST_ROBOTS: Final = 5_000

_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
#: Answers after which the same page may be there later.
_LATER: Final = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)


class AskPage(Protocol):
    """How a page is asked for: raises FetchError, waits `gap` seconds after the last page of its host."""

    def __call__(self, url: str, headers: dict[str, str], *, gap: float, most_bytes: int) -> Answer:
        """Return the answer of `url`, of at most `most_bytes`."""


class _LaterError(Exception):
    """The page cannot be read just now; the text says why."""


class _UnusableError(Exception):
    """The page is of no use; the text says why, in words that follow "its page"."""


class Pages:
    """The pages of all feeds; threads share it."""

    def __init__(self, ask: AskPage) -> None:
        self._ask = ask
        self._guard = threading.Lock()
        #: Origin -> its robots.txt, and until when it holds (monotonic seconds).
        self._robots: dict[str, tuple[RobotFileParser, float]] = {}
        #: Host -> until when it is not asked (monotonic seconds).
        self._down: dict[str, float] = {}

    def complete(self, record: Record) -> Record | None:
        """Return an item of a feed with the text of its page, or as it is if its own text is longer or all there is.

        An item that has no text either way is refused, with the reason. None: the page is not available just now, and
        the item has no text of its own, so it is better taken later.
        """
        if not record.url:
            return record
        try:
            page = self._page(record.url)
            if prose.letters(page) < _own_letters(record):
                raise _UnusableError("shows less than the feed")
        except _LaterError as error:
            return _with_note(record, str(error)) if record.text else None
        except _UnusableError as error:
            return _with_note(record, str(error))
        said = {name: value for name, value in record.metadata.items() if name != "teaser"}
        return replace(
            record, text=page, media_type="text/html", refused=None, metadata={**said, "full_text": record.url}
        )

    def _page(self, url: str) -> str:
        host = urlsplit(url).hostname or ""
        if time.monotonic() < self._down.get(host, 0.0):
            raise _LaterError("its host did not answer a few minutes ago")
        try:
            answer = self._asked(url)
            if answer.status in _LATER:
                raise _LaterError(f"is not available just now ({answer.status})")
        except (FetchError, _LaterError) as error:
            self._down[host] = time.monotonic() + DOWN_SECONDS
            raise _LaterError(str(error)) from None
        return _text(url, answer)

    def _asked(self, url: str) -> Answer:
        robots = self._robots_of(url)
        if not robots.can_fetch(AGENT, url):
            raise _UnusableError("may not be read by programs (robots.txt)")
        answer = self._ask(url, {"Accept": "text/html"}, gap=_gap(robots), most_bytes=DOCUMENT_BYTES)
        if answer.url != url and not self._robots_of(answer.url).can_fetch(AGENT, answer.url):
            raise _UnusableError("leads to a page that programs may not read (robots.txt)")
        return answer

    def _robots_of(self, url: str) -> RobotFileParser:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        with self._guard:
            known = self._robots.get(origin)
        if known and time.monotonic() < known[1]:
            return known[0]
        parser = RobotFileParser()
        answer = self._ask(f"{origin}/robots.txt", {}, gap=0.0, most_bytes=10 * ROBOTS_BYTES)
        if answer.status == HTTPStatus.OK:
            parser.parse(answer.body[:ROBOTS_BYTES].decode("utf-8", "replace").splitlines())
        elif answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            parser.parse(["User-agent: *", "Disallow: /"])
        elif answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status in _LATER:
            raise _LaterError(f"may not be read while robots.txt is not available ({answer.status})")
        else:
            parser.parse([])
        with self._guard:
            if len(self._robots) >= _MOST_ROBOTS:
                self._robots.clear()
            self._robots[origin] = (parser, time.monotonic() + ROBOTS_SECONDS)
        return parser


def _text(url: str, answer: Answer) -> str:
    """Return the markup of a page. Raises _UnusableError if it is no article that anybody may read."""
    if is_challenge(answer.headers):
        raise _UnusableError("only asks whether a person reads it")
    if answer.status != HTTPStatus.OK:
        raise _UnusableError(f"cannot be read ({answer.status})")
    if answer.media_type not in _HTML:
        raise _UnusableError(f"is no page but {answer.media_type or 'of no type'}")
    if urlsplit(answer.url).path in ("", "/") and urlsplit(url).path not in ("", "/"):
        raise _UnusableError("leads to the front page")
    try:
        page = decoded(answer.body, markup=True, charset=answer.charset).text
    except PermanentError as error:
        raise _UnusableError(f"cannot be read: {error}") from None
    if fault := prose.fault(page):
        raise _UnusableError(fault)
    return page


def is_challenge(headers: Mapping[str, str]) -> bool:
    """Return whether an answer is a check for robots, as its own headers say."""
    return headers.get("cf-mitigated", "").lower() == "challenge" or "captcha" in headers.get("x-amzn-waf-action", "")


def _gap(robots: RobotFileParser) -> float:
    delay = robots.crawl_delay(AGENT)
    return min(max(GAP_SECONDS, float(delay or 0)), MOST_GAP_SECONDS)


def _own_letters(record: Record) -> int:
    return prose.letters(record.text) if record.media_type == "text/html" else len(record.text)


def _with_note(record: Record, why: str) -> Record:
    """Return an item whose page is of no use: as it is, or refused with the reason if it has no text."""
    if record.text:
        return replace(record, metadata={**record.metadata, "full_text_missing": f"its page {why}"})
    return replace(record, refused=f"the feed gives no text for the item, and its page {why}")
