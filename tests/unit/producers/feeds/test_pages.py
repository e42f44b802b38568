"""Full text: which pages are read, which are taken, and what becomes of an item whose page is of no use."""

import pytest

from producers.article import Record
from producers.feeds import pages, visit
from producers.feeds.answer import Answer
from producers.feeds.guard import Allowed, FetchError
from producers.feeds.listing import Feed
from producers.feeds.pages import Pages
from producers.feeds.state import State
from producers.feeds.visit import MOST_PAGES, after, visited, visitor
from tests.feed_server import FeedServer, item, rss

URL = "https://courier.example/news/harbour"
SENTENCE = "The council of Heron Quay voted on Tuesday to build a new harbour at a cost of 4.2 million crowns. "
STORY = f"<p>{SENTENCE * 6}</p><p>{SENTENCE * 6}</p><p>{SENTENCE * 6}</p>"
MENU = "<nav>" + "".join(f"<a href='/{n}'>{SENTENCE}</a>" for n in range(40)) + "</nav>"


def page(body: str, head: str = "<title>Harbour</title>") -> bytes:
    inner = f"{MENU}{body}<footer>{SENTENCE * 30}</footer>"
    return f"<!doctype html><html><head>{head}</head><body>{inner}</body></html>".encode()


def html(body: bytes, status: int = 200, url: str = URL, **headers: str) -> Answer:
    return Answer(status=status, url=url, body=body, headers={"content-type": "text/html; charset=utf-8", **headers})


def record(text: str = "", url: str | None = URL) -> Record:
    refused = None if text else "the item has no text"
    return Record(
        raw=b"1", text=text, title="Harbour", url=url, uri=url, refused=refused, metadata={"teaser": "description"}
    )


class Site:
    """What the addresses of a site answer, and which were asked."""

    def __init__(self, **answers: Answer | Exception) -> None:
        self.answers: dict[str, Answer | Exception] = {URL: html(page(STORY)), **answers}
        self.asked: list[str] = []
        self.gaps: list[float] = []

    def __call__(self, url: str, _headers: dict[str, str], *, gap: float, most_bytes: int) -> Answer:
        self.asked.append(url)
        self.gaps.append(gap)
        answer = self.answers.get(url, Answer(status=404, url=url))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def with_robots(self, text: str | Answer) -> "Site":
        address = "https://courier.example/robots.txt"
        self.answers[address] = Answer(status=200, url=address, body=text.encode()) if isinstance(text, str) else text
        return self


def site(answer: Answer | Exception) -> Site:
    return Site(**{URL: answer})


def test_an_item_gets_the_text_of_its_page_and_keeps_what_its_feed_says() -> None:
    whole = Pages(Site()).complete(record("A new harbour."))

    assert whole is not None
    assert (whole.title, whole.raw, whole.media_type, whole.refused) == ("Harbour", b"1", "text/html", None)
    assert SENTENCE in whole.text
    assert "teaser" not in whole.metadata


@pytest.mark.parametrize(
    "body", [STORY, STORY.replace("<p>", "<br>").replace("</p>", "<br>"), f"<form><div>{STORY}</div></form>"]
)
def test_prose_counts_however_it_is_marked_up(body: str) -> None:
    whole = Pages(site(html(page(body)))).complete(record())

    assert whole is not None
    assert whole.refused is None


DATA = '<script type="application/ld+json">{"isAccessibleForFree": "False"}</script>'
TIER = '<meta property="article:content_tier" content="locked">'
OFFER, GERMAN_OFFER = (
    f"<p>{SENTENCE * 4}</p><div>{offer}</div>"
    for offer in ("Subscribe now to continue reading", "Jetzt weiterlesen mit einem Abo")
)
CHALLENGE = {"cf-mitigated": "challenge"}
GUARD = "<script src='https://geo.captcha-delivery.com/c.js'></script>"
SCRIPT = f"<div id=app></div><script>var a = '{SENTENCE * 40}';</script>"

#: Why -> a page that is of no use for it.
UNUSABLE: dict[str, list[Answer]] = {
    "cannot be read (404)": [html(b"", 404)],
    "cannot be read (403)": [html(page(STORY), 403)],
    "is no page but application/pdf": [html(b"%PDF", **{"content-type": "application/pdf"})],
    "is no page but of no type": [Answer(status=200, url=URL, body=page(STORY))],
    "only asks whether a person reads it": [
        html(page(STORY), **CHALLENGE),
        html(page("Just a moment..."), 403, **CHALLENGE),
        html(page("<p>Wait.</p>", "<title>Just a moment...</title>")),
        html(page(GUARD)),
    ],
    "is for subscribers": [
        html(page(STORY, DATA)),
        html(page(STORY, TIER)),
        html(page(OFFER)),
        html(page(GERMAN_OFFER)),
    ],
    "shows no text": [html(page("")), html(page(SCRIPT))],
    "leads to the front page": [html(page(STORY), url="https://courier.example/")],
}


@pytest.mark.parametrize(("why", "answer"), [(why, answer) for why, answers in UNUSABLE.items() for answer in answers])
def test_a_page_that_is_no_article_for_everybody_is_not_taken(why: str, answer: Answer) -> None:
    own, none = (Pages(site(answer)).complete(record(text)) for text in ("A new harbour.", ""))

    assert own is not None
    assert none is not None
    assert (own.text, own.media_type, own.refused) == ("A new harbour.", "text/plain", None)
    assert own.metadata["full_text_missing"] == f"its page {why}"
    assert (none.text, none.refused) == ("", f"the feed gives no text for the item, and its page {why}")


def test_an_article_that_mentions_subscribers_and_robots_is_taken() -> None:
    body = f"<p>{SENTENCE} Access denied, the sign said. For our subscribers. Captcha.</p>{STORY}"
    whole = Pages(site(html(page(body, "<title>A captcha for cars</title>")))).complete(record())

    assert whole is not None
    assert whole.refused is None


def test_the_item_s_own_text_stays_if_its_page_gives_less() -> None:
    own = record(SENTENCE * 100)

    whole = Pages(Site()).complete(own)

    assert whole is not None
    assert (whole.text, whole.media_type) == (own.text, "text/plain")


@pytest.mark.parametrize("trouble", [FetchError("it took too long"), html(b"", 503), html(b"", 429)])
def test_an_item_without_a_text_is_taken_later_if_its_page_is_not_available(trouble: Answer | Exception) -> None:
    web = site(trouble)
    reader = Pages(web)

    assert reader.complete(record()) is None
    kept = reader.complete(record("A new harbour."))
    assert kept is not None
    assert kept.text == "A new harbour."
    # The host is left alone for a while.
    assert web.asked.count(URL) == 1


@pytest.mark.parametrize(
    ("robots", "is_read"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /news/", False),
        ("User-agent: *\nDisallow: /private/", True),
        ("User-agent: wiredesk\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: wiredesk\nAllow: /\n\nUser-agent: *\nDisallow: /", True),
        ("<html>not found</html>", True),
        (Answer(status=404, url="x"), True),
        (Answer(status=403, url="x"), False),
    ],
)
def test_robots_txt_is_honoured(robots: str | Answer, is_read: bool) -> None:
    web = Site().with_robots(robots)

    Pages(web).complete(record())

    assert (URL in web.asked) is is_read


def test_no_page_is_read_while_robots_txt_is_not_available() -> None:
    web = Site().with_robots(Answer(status=500, url="x"))

    assert Pages(web).complete(record()) is None
    assert URL not in web.asked


def test_robots_txt_is_asked_for_once_and_its_delay_is_kept_within_bounds() -> None:
    for delay, gap in (("3", 3.0), ("900", pages.MOST_GAP_SECONDS), ("0", pages.GAP_SECONDS)):
        web = Site().with_robots(f"User-agent: *\nCrawl-delay: {delay}\nAllow: /")
        reader = Pages(web)
        for _ in range(3):
            reader.complete(record())

        assert web.asked.count("https://courier.example/robots.txt") == 1
        assert web.gaps[1:] == [gap] * 3


def test_a_page_that_leads_where_robots_may_not_go_is_not_taken() -> None:
    web = site(html(page(STORY), url="https://other.example/a"))
    other = "https://other.example/robots.txt"
    web.answers[other] = Answer(status=200, url=other, body=b"User-agent: *\nDisallow: /")

    whole = Pages(web).complete(record())

    assert whole is not None
    assert "robots.txt" in (whole.refused or "")


def test_a_feed_with_full_text_is_read_a_page_at_a_time(web: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "GAP_SECONDS", 0.05)
    links = [
        web.serve(f"/{n}", page(STORY.replace("harbour", f"harbour {n}")), content_type="text/html") for n in range(3)
    ]
    feed = Feed(
        name="Courier",
        url=web.serve("/feed", rss(*(item(f"n{n}", link=link) for n, link in enumerate(links)))),
        fulltext=True,
    )

    result = visitor(Allowed.of(["127.0.0.1"]))(feed, State(url=feed.url))

    assert [raw.media_type for raw in result.raws] == ["text/html"] * 3
    assert [path for path, _ in web.requests] == ["/feed", "/robots.txt", "/0", "/1", "/2"]
    plain = visitor(Allowed.of(["127.0.0.1"]))(feed.model_copy(update={"fulltext": False}), State(url=feed.url))
    # A crash between two checks, or a page that changes, makes no second article.
    assert [raw.id for raw in result.raws] == [raw.id for raw in plain.raws]


def test_more_new_pages_than_a_check_takes_are_left_to_the_next() -> None:
    document = rss(*(item(f"n{n}") for n in range(MOST_PAGES + 5)))
    feed = Feed(name="Courier", url="https://courier.example/feed", fulltext=True)
    state, counts = State(url=feed.url), []

    for turn in range(3):
        result = visited(
            feed,
            state,
            lambda url, _: Answer(status=200, url=url, body=document, headers={"etag": "a"}),
            lambda whole: whole,
        )
        counts.append(len(result.raws))
        state = after(result, 1e9 + turn, 3600.0)

    assert counts == [MOST_PAGES, 5, 0]
    assert state.etag == "a"


def test_an_item_that_is_left_for_later_is_taken_when_its_page_is_there() -> None:
    feed = Feed(name="Courier", url="https://courier.example/feed", fulltext=True)
    state, answers = State(url=feed.url), iter([None, record(STORY)])

    for turn in range(2):
        result = visited(
            feed,
            state,
            lambda url, _: Answer(status=200, url=url, body=rss(item("a", text="")), headers={"etag": "a"}),
            lambda _: next(answers),
        )
        state = after(result, 1e9 + turn, 3600.0)
        assert (len(result.raws), state.etag) == ((0, ""), (1, "a"))[turn]
        assert state.next_at - 1e9 > visit.schedule.REST_SECONDS * 2
