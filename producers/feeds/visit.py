"""One check of one feed: ask, read, push, remember; in this order, so that a crash anywhere costs a repeat.

`visited` waits for the network and changes nothing, so threads may do it; `pushed` and then `after` are the poller's.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import Final

from producers.article import RawArticle, Record
from producers.errors import PermanentError
from producers.feeds import items, schedule
from producers.feeds.answer import Answer
from producers.feeds.fetch import get
from producers.feeds.guard import Allowed, FetchError
from producers.feeds.hosts import Hosts
from producers.feeds.listing import Feed
from producers.feeds.pages import Pages
from producers.feeds.state import State

ACCEPT: Final = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)
#: Answers in words that say what to do; any other is named by its number.
_REASONS: Final[dict[int, str]] = {
    HTTPStatus.UNAUTHORIZED: "its server wants a login (401): put it into the address, https://USER:PASSWORD@HOST/...",
    HTTPStatus.FORBIDDEN: "its server refuses us (403)",
    HTTPStatus.NOT_FOUND: "its server does not have it (404): check the address",
    HTTPStatus.GONE: "its server says that it is gone for good (410)",
    HTTPStatus.TOO_MANY_REQUESTS: "its server was asked too often (429)",
}
_NO_TEXT: Final = (
    "the feed {name!r} gives no text for the item, only a title: write fulltext = true beneath it in feeds.toml"
)

Ask = Callable[[str, dict[str, str]], Answer]
#: Makes an item of a feed complete by its page; None if it is better taken later.
Complete = Callable[[Record], Record | None]

#: New items of a feed with full text that one check takes: half a minute of a page a second.
MOST_PAGES: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a check came to. `raws` are the new articles; `digests` are of all items that are pushed once these are.

    `error` says why it failed, "" if it did not. `rest`: there are more new items, which the next check takes;
    `later`: there are some whose page was not available.
    """

    feed: Feed
    state: State
    answer: Answer | None = None
    error: str = ""
    raws: tuple[RawArticle, ...] = ()
    digests: tuple[str, ...] = ()
    ttl: float = 0.0
    note: str = ""
    rest: bool = False
    later: bool = False


def visitor(allowed: Allowed) -> Callable[[Feed, State], Visit]:
    """Return `visited` for the real network, of whose private parts `allowed` may be asked; threads may share it."""
    hosts = Hosts()

    def ask(url: str, headers: dict[str, str]) -> Answer:
        return get(url, headers, allowed=allowed, turn=hosts.turn)

    def ask_page(url: str, headers: dict[str, str], *, gap: float, most_bytes: int) -> Answer:
        turn = partial(hosts.turn, gap=gap)
        return get(url, headers, allowed=allowed, turn=turn, most_bytes=most_bytes)

    pages = Pages(ask_page)
    return lambda feed, state: visited(feed, state, ask, pages.complete if feed.fulltext else None)


def visited(feed: Feed, state: State, ask: Ask, complete: Complete | None = None) -> Visit:
    """Ask for `feed` and return what came of it; raises nothing that a server may cause.

    `complete` is for feeds with `fulltext`, of which at most MOST_PAGES new items are taken.
    """
    headers = {"Accept": ACCEPT}
    if state.etag:
        headers["If-None-Match"] = state.etag
    if state.modified:
        headers["If-Modified-Since"] = state.modified
    answer = None
    try:
        answer = ask(state.address, headers)
        if answer.status == HTTPStatus.NOT_MODIFIED:
            return Visit(feed=feed, state=state, answer=answer)
        if answer.status != HTTPStatus.OK:
            return Visit(feed=feed, state=state, answer=answer, error=_refusal(answer.status))
        contents = items.read(answer)
    except (FetchError, PermanentError) as error:
        return Visit(feed=feed, state=state, answer=answer, error=str(error))
    by_digest = {items.digest(record, by_page=complete is not None): record for record in contents.records}
    new = [key for key in by_digest if key not in state.seen]
    taken = new[:MOST_PAGES] if complete else new
    whole = {key: complete(by_digest[key]) if complete else by_digest[key] for key in taken}
    missing = {key for key, record in whole.items() if record is None}
    left = missing.union(new[len(taken) :])
    return Visit(
        feed=feed,
        state=state,
        answer=answer,
        raws=tuple(items.article(_advised(record, feed), feed.name) for record in whole.values() if record),
        digests=tuple(key for key in by_digest if key not in left),
        ttl=contents.ttl,
        note=contents.note,
        rest=len(taken) < len(new),
        later=bool(missing),
    )


def after(visit: Visit, now: float, interval: float) -> State:
    """Return the state of the feed after `visit`, whose articles are all in the journal."""
    if visit.error or visit.answer is None:
        return schedule.failed(visit.state, visit.error, now, interval, visit.answer)
    state = schedule.read_well(visit.state, visit.answer, now, interval, visit.ttl)
    if visit.answer.status == HTTPStatus.NOT_MODIFIED:
        return state
    state = replace(state, note=visit.note, seen=items.remembered(state.seen, visit.digests, now))
    if visit.rest or visit.later or visit.note:
        # Without validators, or the next answer would be that nothing has changed, and what is missing would stay so.
        state = replace(state, etag="", modified="")
    return replace(state, next_at=now + schedule.REST_SECONDS) if visit.rest else state


def _refusal(status: int) -> str:
    return _REASONS.get(status, f"its server answers {status}")


def _advised(record: Record, feed: Feed) -> Record:
    """Return an item whose reason for having no text says what to do about its feed."""
    if record.refused and not record.text and not feed.fulltext:
        return replace(record, refused=_NO_TEXT.format(name=feed.name))
    return record
