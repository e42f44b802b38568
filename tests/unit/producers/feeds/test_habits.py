"""The habits of real feeds and their servers, played by a server of our own: what a check gives, and what is kept."""

import gzip
import json
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

import pytest

from producers.feeds.answer import Answer
from producers.feeds.fetch import get
from producers.feeds.guard import Allowed
from producers.feeds.listing import Feed
from producers.feeds.state import State
from producers.feeds.visit import Visit, after, visited
from tests.feed_server import FeedServer, Play, Request, item, rss

HOUR, DAY = 3600.0, 86_400.0
#: When the first check is, seconds since 1970.
NOW = 1_800_000_000.0
ONE = rss(item("harbour"))
TWO = rss(item("harbour"), item("bridge"))
LONG = "The council of Heron Quay has decided on the harbour after a debate of nine hours and two votes. " * 4


@dataclass(frozen=True)
class Habit:
    """How a server answers (`play`), how often it is asked, with `pause` seconds between two checks; what comes of it.

    `items` counts the articles of all checks. `error` is a part of what the last check says, "" if it went well.
    `state` has values of the state's fields afterwards, or what must hold of them. `seconds`: the time for an answer.
    """

    play: Play
    items: int = 0
    error: str = ""
    checks: int = 1
    pause: float = HOUR
    state: dict[str, Any] = field(default_factory=dict)
    requests: int | None = None
    seconds: float = 10.0


def body(content: bytes, **headers: str) -> Play:
    return lambda request: request.answer(content, **headers)


def status(number: int, **headers: str) -> Play:
    return lambda request: request.answer(b"<html>no</html>", status=number, **headers)


def in_turn(*plays: Play) -> Play:
    """Answer the first request by the first of `plays`, and so on; the last goes on for ever."""
    return lambda request: plays[min(request.before, len(plays) - 1)](request)


def conditional(content: bytes, etag: str, *, answer_etag: str | None = None) -> Play:
    def play(request: Request) -> None:
        if request.headers.get("if-none-match") == etag:
            request.answer(status=304, **({"etag": answer_etag} if answer_etag else {}))
        else:
            request.answer(content, etag=etag, last_modified="Mon, 23 Nov 2026 10:00:00 GMT")

    return play


def dripped(content: bytes, seconds: float) -> Play:
    """Send the answer byte by byte, each just before a timeout."""

    def play(request: Request) -> None:
        request.raw(200, {"Content-Length": str(len(content))})
        for number in range(len(content)):
            time.sleep(seconds)
            request.handler.wfile.write(content[number : number + 1])

    return play


def silent(request: Request) -> None:
    time.sleep(1.2)
    request.answer(ONE)


def headers_dripped(request: Request) -> None:
    request.handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(12):
        request.handler.wfile.write(b"X-%d: b\r\n" % number)
        time.sleep(0.1)


def chunked(*pieces: bytes, end: bytes = b"0\r\n\r\n") -> Play:
    coded = [b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces]
    return lambda request: request.raw(200, {"Transfer-Encoding": "chunked"}, *coded, end)


def cut(request: Request) -> None:
    request.raw(200, {"Content-Length": str(len(ONE) + 500)}, ONE)


def packed(content: bytes, *, encoding: str = "gzip") -> Play:
    return lambda request: request.answer(content, content_encoding=encoding)


def guids_of_each_request(request: Request) -> None:
    request.answer(rss(item("harbour", guid=f"session-{request.before}", text=LONG)))


def links_of_each_request(request: Request) -> None:
    request.answer(rss(item("harbour", link=f"https://courier.example/a?sid={request.before}", text=LONG)))


def edited(request: Request) -> None:
    request.answer(rss(item("harbour", text=f"The vote was {['close', 'clear'][min(request.before, 1)]}, they said.")))


def dated_anew(request: Request) -> None:
    request.answer(rss(item("harbour", more=f"<pubDate>{formatdate(1e9 + 9e6 * request.before)}</pubDate>")))


def latin(declared: str, content_type: str) -> Play:
    text = f"<?xml version='1.0'{declared}?><rss version='2.0'><channel><title>C</title>{item('é' * 9)}</channel></rss>"
    return body(text.encode("iso-8859-1"), content_type=content_type)


def within(least: float, most: float) -> Callable[[float], bool]:
    """Return whether a time is so many hours after the first check."""
    return lambda at: least * HOUR <= at - NOW <= most * HOUR


def redirect(number: int, target: str) -> Play:
    return lambda request: request.answer(status=number, location=target)


JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Courier",
        "items": [{"id": "1", "url": "https://courier.example/1", "title": "Harbour", "content_text": LONG}],
    }
).encode()
ATOM = (
    b'<feed xmlns="http://www.w3.org/2005/Atom"><title>C</title><entry><id>tag:c.example,2026:1</id><title>Harbour</title>'
    b'<link href="https://c.example/1"/><content>The vote on the harbour was close, they said.</content></entry></feed>'
)
RDF = (
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    b'<channel rdf:about="https://c.example/"><title>C</title></channel><item rdf:about="https://c.example/1">'
    b"<title>Harbour</title><link>https://c.example/1</link>"
    b"<description>The vote was close.</description></item></rdf:RDF>"
)
SITEMAP = (
    b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/'
    b'sitemap-news/0.9"><url><loc>https://c.example/1</loc><news:news><news:publication><news:name>C</news:name>'
    b"<news:language>en</news:language></news:publication><news:publication_date>2026-11-28</news:publication_date>"
    b"<news:title>Harbour</news:title></news:news></url><url><loc>https://c.example/imprint</loc></url></urlset>"
)
PAGE = (
    b'<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/rss?a=1&amp;b=2">'
    b"</head></html>"
)
BOMB = gzip.compress(b"<rss version='2.0'>" + b" " * 50_000_000)
HARMLESS_ENTITIES = b'<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + ONE.partition(b"?>")[2]

HABITS = {
    # Forms.
    "RSS": Habit(body(TWO), 2),
    "Atom": Habit(body(ATOM), 1),
    "RSS 1.0": Habit(body(RDF), 1),
    "JSON Feed": Habit(body(JSON_FEED, content_type="application/feed+json"), 1),
    "a news sitemap": Habit(body(SITEMAP), 1),
    "a sitemap without news": Habit(
        body(b"<urlset><url><loc>https://c.example/</loc></url></urlset>"), error="says of none"
    ),
    "a sitemap of sitemaps": Habit(
        body(b"<sitemapindex><sitemap><loc>https://c.example/n.xml</loc></sitemap></sitemapindex>"),
        error="such as https://c.example/n.xml",
    ),
    "no items": Habit(body(rss()), state={"errors": 0, "error": ""}),
    "no items in JSON": Habit(
        body(b'{"version": "https://jsonfeed.org/version/1.1", "title": "C", "items": []}'), state={"errors": 0}
    ),
    "a page that names its feed": Habit(body(PAGE, content_type="text/html"), error="/rss?a=1&b=2 as its feed"),
    "nothing": Habit(body(b""), error="no feed"),
    "a text": Habit(body(b"Service is down for maintenance"), error="no feed"),
    "JSON that is no feed": Habit(body(b'{"error": "no such channel"}'), error="no text"),
    "a feed that calls itself a page": Habit(body(ONE, content_type="text/html; charset=utf-8"), 1),
    "a warning before the feed": Habit(body(b"<br />\nWarning: foo() in /srv/a.php\n" + ONE), 1),
    "white space before the feed": Habit(body(b"\n\n  " + ONE), 1),
    "entities that multiply": Habit(body(HARMLESS_ENTITIES), 1),
    "an item without a text": Habit(body(rss(item("harbour", text=""))), 1),
    "items without guid and link": Habit(body(rss(*(item(n, guid="", link="") for n in "ab"))), 2, checks=3),
    # Charsets.
    "Latin-1 that only the header names": Habit(latin("", "application/rss+xml; charset=ISO-8859-1"), 1),
    "Latin-1 that the XML names and the header denies": Habit(
        latin(" encoding='iso-8859-1'", "text/xml; charset=utf-8"), 1
    ),
    "UTF-8 that the XML calls Latin-1": Habit(
        body(f"<?xml version='1.0' encoding='iso-8859-1'?><rss><channel>{item('é' * 9)}</channel></rss>".encode()), 1
    ),
    "a charset that there is not": Habit(body(ONE, content_type="text/xml; charset=utf8mb4"), 1),
    # The same again.
    "the same again": Habit(body(TWO), 2, checks=3, requests=3),
    "not changed": Habit(conditional(ONE, '"a"'), 1, checks=3, state={"etag": '"a"', "errors": 0}),
    "a weak validator with spaces": Habit(conditional(ONE, 'W/"a b"'), 1, checks=2, state={"etag": 'W/"a b"'}),
    "a validator without quotes": Habit(conditional(ONE, "abc-gzip"), 1, checks=2, state={"etag": "abc-gzip"}),
    "not changed, with a new validator": Habit(
        conditional(ONE, '"a"', answer_etag='"b"'), 1, checks=2, state={"etag": '"b"', "modified": lambda m: m != ""}
    ),
    "a validator that goes": Habit(in_turn(body(ONE, etag='"a"'), body(ONE)), 1, checks=2, state={"etag": ""}),
    "other guids each time": Habit(guids_of_each_request, 1, checks=4),
    "other links each time": Habit(links_of_each_request, 1, checks=4),
    "an item that is edited": Habit(edited, 2, checks=3),
    "dates that are renewed": Habit(dated_anew, 1, checks=3),
    "an item that comes back after an absence": Habit(in_turn(body(TWO), body(ONE), body(TWO)), 2, checks=3),
    # Packings and sizes.
    "gzip": Habit(packed(gzip.compress(ONE)), 1),
    "deflate": Habit(packed(zlib.compress(ONE), encoding="deflate"), 1),
    "gzip twice": Habit(packed(gzip.compress(gzip.compress(ONE)), encoding="gzip, gzip"), 1),
    "a gzipped file": Habit(body(gzip.compress(ONE), content_type="application/gzip"), 1),
    "gzip that is none": Habit(packed(ONE), error="packed otherwise"),
    "gzip that is cut": Habit(packed(gzip.compress(ONE)[:-30]), error="cut short|packed otherwise|breaks off"),
    "a gzip bomb": Habit(packed(BOMB), error="more than 10 MB"),
    "a bomb in a gzipped file": Habit(body(BOMB), error="expands|more than"),
    "too much": Habit(body(b"<rss>" + b" " * 11_000_000), error="more than 10 MB"),
    # Transfers.
    "in chunks": Habit(chunked(ONE[:20], ONE[20:]), 1),
    "chunks that end too early": Habit(chunked(ONE, end=b""), error="cut short|breaks off"),
    "less than it said": Habit(cut, error="cut short|breaks off"),
    "a feed that is cut in an item": Habit(
        body(TWO[: TWO.rindex(b"vote was")]), 1, state={"error": "", "note": lambda note: note != ""}
    ),
    "cut once, whole later": Habit(
        in_turn(body(TWO[: TWO.rindex(b"vote was")]), body(TWO)), 2, checks=2, state={"note": ""}
    ),
    "no HTTP": Habit(lambda request: request.handler.wfile.write(b"220 ftp ready\r\n"), error="no HTTP"),
    "a byte at a time": Habit(dripped(ONE, 0.05), error="took too long", seconds=0.6),
    "headers without an end": Habit(headers_dripped, error="took too long", seconds=0.6),
    "silence": Habit(silent, error="took too long", seconds=0.6),
    # Answers.
    "gone": Habit(status(410), error="gone for good", state={"stopped": lambda why: "410" in why}),
    "missing": Habit(status(404), error="404", checks=6, pause=DAY, state={"stopped": "", "errors": 6}),
    "missing for a week": Habit(
        status(404), error="404", checks=8, pause=DAY, state={"stopped": lambda why: "week" in why}
    ),
    "missing, but back within the week": Habit(
        in_turn(*[status(404)] * 5, body(ONE), status(404)),
        error="404",
        items=1,
        checks=9,
        pause=DAY,
        state={"stopped": ""},
    ),
    "missing, with a day of silence within the week": Habit(
        in_turn(*[status(404)] * 4, lambda request: None, status(404)),
        error="404",
        checks=8,
        pause=DAY,
        state={"stopped": lambda why: "week" in why},
    ),
    "damaged, with a validator": Habit(
        conditional(TWO[: TWO.rindex(b"vote was")], '"a"'), 1, checks=2, state={"etag": "", "modified": ""}
    ),
    "forbidden": Habit(status(403), error="403", state={"errors": 1, "stopped": ""}),
    "a login is wanted": Habit(status(401), error="login"),
    "too often": Habit(status(429, retry_after="7200"), error="429", state={"next_at": within(2, 3)}),
    "not available until a time": Habit(
        lambda request: request.answer(status=503, retry_after=formatdate(NOW + 5 * HOUR, usegmt=True)),
        error="503",
        state={"next_at": within(5, 6)},
    ),
    "a pause of a year": Habit(status(503, retry_after="31536000"), error="503", state={"next_at": within(24, 24)}),
    "a pause that is no number": Habit(
        status(503, retry_after="-1 soon"), error="503", state={"next_at": within(2, 3)}
    ),
    "errors again and again": Habit(
        status(500), error="500", checks=9, pause=DAY, state={"errors": 9, "next_at": within(24 * 9, 24 * 9)}
    ),
    "no content": Habit(status(204), error="204"),
    "fresh for six hours": Habit(body(ONE, cache_control="public, max-age=21600"), 1, state={"next_at": within(6, 7)}),
    "fresh, but old already": Habit(
        body(ONE, cache_control="max-age=21600", age="21000"), 1, state={"next_at": within(1, 1.2)}
    ),
    "never to be kept": Habit(body(ONE, cache_control="no-store, max-age=99999"), 1, state={"next_at": within(1, 1.2)}),
    "fresh until a time": Habit(
        body(ONE, expires=formatdate(NOW + 4 * HOUR), date=formatdate(NOW)),
        1,
        state={"next_at": within(4, 5)},
    ),
    "a ttl of three hours": Habit(body(rss(item("a"), channel="<ttl>180</ttl>")), 1, state={"next_at": within(3, 4)}),
    "a ttl, and then not changed": Habit(
        conditional(rss(item("a"), channel="<ttl>180</ttl>"), '"a"'),
        1,
        checks=2,
        state={"next_at": within(1 + 3, 1 + 4)},
    ),
    "fresh for hours, and then not changed": Habit(
        in_turn(body(ONE, etag='"a"', cache_control="max-age=21600"), status(304)),
        1,
        checks=2,
        state={"next_at": within(1 + 6, 1 + 7)},
    ),
    "a ttl of a year": Habit(body(rss(item("a"), channel="<ttl>525600</ttl>")), 1, state={"next_at": within(24, 24)}),
    "twice a day": Habit(
        body(
            rss(item("a"), channel="<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>")
        ),
        1,
        state={"next_at": within(12, 14)},
    ),
    # Redirects.
    "moved for a while": Habit(redirect(302, "/target"), 1, checks=4, state={"moved_to": ""}),
    "moved for good, twice": Habit(redirect(301, "/target"), 1, checks=2, state={"moved_to": "", "moves": 2}),
    "moved for good": Habit(
        redirect(308, "/target"), 1, checks=4, state={"moved_to": lambda to: to.endswith("/target")}, requests=7
    ),
    "moved for good, then for a while": Habit(
        redirect(301, "/hop"), 1, checks=3, state={"moved_to": lambda to: to.endswith("/hop")}
    ),
    "moved for good to another place each time": Habit(
        lambda request: request.answer(status=301, location=f"/target?{request.before}"),
        error="404",
        checks=5,
        state={"moved_to": ""},
    ),
    "moved to a page": Habit(redirect(301, "/page"), error="page and no feed", checks=4, state={"moved_to": ""}),
    "moved to itself": Habit(redirect(301, "/habit"), error="more than 5 times", requests=6),
    "moved to nowhere": Habit(lambda request: request.answer(status=301), error="301"),
    "moved to a file": Habit(redirect(302, "file:///etc/passwd"), error="no address of the web"),
    "moved to a script": Habit(redirect(302, "javascript:alert(1)"), error="no address"),
    "moved inward": Habit(redirect(302, "http://127.0.0.2/"), error="private network"),
    "moved inward by a number": Habit(redirect(302, "http://2130706434/"), error="private network"),
    "moved to the machine's own data": Habit(redirect(301, "http://169.254.169.254/latest/"), error="private network"),
    "moved to another service": Habit(redirect(302, "http://127.0.0.1:6379/"), error="port 6379"),
    "a location in UTF-8": Habit(
        lambda request: request.raw(302, {"Location": "/café".encode().decode("latin-1"), "Content-Length": "0"}), 1
    ),
    "a location that is no address": Habit(redirect(302, "http://[::1"), error="no address"),
}


def polled(habit: Habit, url: str) -> tuple[list[Visit], State]:
    """Check the feed at `url` as often as `habit` wants, each time after its pause."""
    feed = Feed(name="Courier", url=url)
    state = State(url=url)
    visits = []

    def ask(address: str, headers: dict[str, str]) -> Answer:
        return get(address, headers, allowed=Allowed.of(["127.0.0.1"]), seconds=habit.seconds)

    for number in range(habit.checks):
        visits.append(visited(feed, state, ask))
        state = after(visits[-1], NOW + number * habit.pause, HOUR)
    return visits, state


@pytest.mark.parametrize("name", HABITS)
def test_a_habit_of_a_server_comes_to_what_it_should(name: str, web: FeedServer) -> None:
    habit = HABITS[name]
    web.serve("/target", ONE)
    web.serve("/caf%C3%A9", ONE)
    web.serve("/page", PAGE, content_type="text/html")
    web.play("/hop", redirect(302, "/target"))

    visits, state = polled(habit, web.play("/habit", habit.play))

    last = visits[-1].error
    assert any(part in last for part in habit.error.split("|")) if habit.error else last == ""
    assert sum(len(visit.raws) for visit in visits) == habit.items
    assert habit.requests in (None, len(web.requests))
    for field_name, expected in habit.state.items():
        value = getattr(state, field_name)
        assert expected(value) if isinstance(expected, Callable) else value == expected, (field_name, value)  # type: ignore[arg-type]


def test_text_that_is_not_in_utf_8_is_read_as_it_was_written(web: FeedServer) -> None:
    for name in [name for name in HABITS if "Latin-1" in name]:
        (visit,), _ = polled(HABITS[name], web.play("/habit", HABITS[name].play))
        assert visit.raws[0].title == f"Council decides on {'é' * 9}", name
