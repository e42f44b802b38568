"""The pages, asked for over HTTP: what they show, what they refuse, and that no article speaks for itself."""

import html
import json
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from producers.push import Queue
from tests.articles import incoming, raw
from tests.pages import TOKEN, Pages, serving
from tests.quality.reprints import prose
from worker.article import Digest
from worker.edition import closing
from worker.edition.profile import Profile, Selection
from worker.edition.render import FEEDS
from worker.settings import WorkerSettings
from worker.store import Store, editions, failures, leases, outbox, stories
from worker.store.articles import Incoming, IncomingFailure, take_in
from worker.store.tables import editions as table
from worker.store.tables import failures as failure_rows
from worker.web.app import POLICY
from worker.web.excerpt import LENGTH
from worker.web.site import Site

FERRY = (
    "The ferry Sunniva ran aground off Osterby on Friday with 212 people on board. Nobody was hurt.\n\n"
    "The company apologised. Waves of six metres were measured outside the breakwater."
)
#: Where the pages of the other profile are.
PROFILE = "/profiles/morning-briefing"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def pages(store: Store, redis_url: str, tmp_path: Path) -> Iterator[Pages]:
    settings = WorkerSettings(
        data=tmp_path,
        redis_url=redis_url,  # type: ignore[arg-type]
        timezone="Europe/Berlin",
        profiles={"morning-briefing": Profile()},
    )
    with serving(Site(settings, store, TOKEN)) as pages:
        yield pages


def told(store: Store, summary: str = "Nobody was hurt.", **fields: object) -> None:
    """Give every waiting article a digest."""
    while (lease := leases.lease(store)).articles:
        made = [
            Digest(**{
                "article_id": one.id, "headline": f"Headline of {one.id}", "summary": summary,
                "engine": "extractive", "model": "test", **fields,
            })  # type: ignore[arg-type]
            for one in lease.articles
        ]  # fmt: skip
        leases.finish(store, lease.token, made)


def closed(store: Store, day: datetime = NOON) -> None:
    closing.close(store, profile="daily", timezone="Europe/Berlin", date=day.date(), at=None)


def rewritten(store: Store, document: dict[str, Any]) -> None:
    """Put `document` in the place of its edition."""
    head = document["edition"]
    with store.writing() as connection:
        row = (table.c.profile == head["profile"]) & (table.c.date == head["date"])
        connection.execute(sa.update(table).where(row).values(document=json.dumps(document)))


def failed(store: Store, queue: Queue, text: str = "A text.") -> str:
    """Make an article fail before it is stored and return its id."""
    article = raw(text, uri="https://courier.example/broken", title="Broken")
    failure = IncomingFailure(
        id=str(article.id), source=article.source, uri=article.uri, media_type=article.media_type,
        filename=article.filename, title=article.title, publisher=None, published_at=None, received_at=None,
        stage="clean", reason="the page holds no article", attempts=3, raw=article.packed(),
    )  # fmt: skip
    take_in(store, [], [failure])
    return str(article.id)


class Elements(HTMLParser):
    """Notes every element and attribute of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


class TestReading:
    """Editions and stories."""

    def test_before_the_first_edition_the_page_says_when_it_closes(self, pages: Pages) -> None:
        answer = pages.get("/")
        assert answer.status == 200
        assert "closes at 07:00 Europe/Berlin" in answer.text

    def test_the_newest_edition_leads_to_its_stories(self, pages: Pages, store: Store) -> None:
        take_in(store, [incoming("ferry", FERRY, publisher="NPA")])
        told(store)
        closed(store)
        answer = pages.get("/")
        assert "Headline of ferry" in answer.text
        assert {"href": "/stories/ferry?edition=daily/2026-11-22"} in Elements(answer.text).all("a")

    def test_a_story_leads_back_to_its_topic_in_the_edition_that_the_reader_came_from(
        self, pages: Pages, store: Store
    ) -> None:
        editions.begin(store, "morning-briefing")
        take_in(store, [incoming("ferry", FERRY, publisher="NPA")])
        told(store)
        for profile in ("daily", "morning-briefing"):
            closing.close(store, profile=profile, timezone="Europe/Berlin", date=NOON.date(), at=None)
        homes = {"": "", "?edition=nothing/2026-11-22": "", "?edition=morning-briefing/2026-11-22": PROFILE}
        for query, home in homes.items():
            page = Elements(pages.get(f"/stories/ferry{query}").text)
            links = [str(a["href"]) for a in page.all("a") if "editions/2026" in str(a["href"])]
            assert links[0] == f"{home}/editions/2026-11-22#topic-ferry"
            assert len(set(links)) == 2, "the other edition is named, too"
            assert 'id="topic-ferry"' in pages.get(links[0].partition("#")[0]).text

    def test_a_story_names_the_other_reports_of_its_topic_and_the_days_before(
        self, pages: Pages, store: Store, tmp_path: Path
    ) -> None:
        take_in(store, [incoming(f"n{n}", f"{FERRY} {n}") for n in range(1)])
        told(store)
        closed(store, NOON - timedelta(days=1))
        take_in(store, [incoming("b", "Cranes stood idle.", publisher="NPA"), incoming("c", "Rates rose.")])
        told(store)
        closed(store)
        documents = {row.date: row for row in editions.listed(store, "daily")}
        document = json.loads(json.dumps(documents[NOON.date()].document))
        first, second = document["topics"]
        past = {"date": "2026-11-21", "story_id": "n0", "article_id": "n0", "headline": "<Aground>", "url": None}
        document["topics"] = [{**first, "continues": past, "digests": first["digests"] + second["digests"]}]
        rewritten(store, document)
        here, other = first["story_id"], second["story_id"]
        text = pages.get(f"/stories/{here}").text
        assert f'<a href="/stories/{other}?edition=daily/2026-11-22" lang="en">Headline of {other}</a>' in text
        assert 'Saturday, 21 November 2026: <a href="/stories/n0?edition=daily/2026-11-21"' in text
        assert "&lt;Aground&gt;" in text
        page = Elements(pages.get(f"/stories/{other}").text)
        assert f"/editions/2026-11-22#topic-{here}" in [a["href"] for a in page.all("a")]

    def test_a_story_of_an_edition_leads_to_the_other_outlets(self, pages: Pages, store: Store) -> None:
        for name in ("npa", "courier", "gazette"):
            take_in(store, [incoming(name, FERRY, publisher=name.upper(), uri=f"https://{name}.example/ferry")])
        told(store)
        closed(store)
        links = [a["href"] for a in Elements(pages.get("/").text).all("a")]
        assert links[-4] == "/stories/npa?edition=daily/2026-11-22"
        assert links[-3:] == [f"https://{name}.example/ferry" for name in ("npa", "courier", "gazette")]

    def test_an_edition_leads_to_the_topics_that_it_does_not_show(self, pages: Pages, store: Store) -> None:
        take_in(
            store, [incoming(name, f"What happened in the harbour of {name} on Monday.") for name in ("oda", "brae")]
        )
        told(store)
        closing.close(
            store, profile="daily", timezone="Europe/Berlin", date=NOON.date(), at=None, selection=Selection(length=1)
        )
        (more,) = [a["href"] for a in Elements(pages.get("/").text).all("a") if a["href"].endswith("/more")]

        links = [a["href"] for a in Elements(pages.get(more).text).all("a")]

        shown = [a["href"] for a in Elements(pages.get("/").text).all("a") if a["href"].startswith("/stories/")]
        assert {*shown, *(link for link in links if link.startswith("/stories/"))} == {
            f"/stories/{name}?edition=daily/2026-11-22" for name in ("oda", "brae")
        }
        assert '<a href="/editions/2026-11-22/more">' in pages.get(links[-1]).text, "it leads back to the list"
        assert 'lang="en"' in pages.get(more).text.partition("<main")[2]
        assert pages.get("/editions/2020-01-01/more").status == 404

    def test_the_archive_leads_to_each_day(self, pages: Pages, store: Store) -> None:
        for day in (20, 21):
            take_in(store, [incoming(f"of-{day}", f"What happened on the {day}th.")])
            told(store)
            closed(store, NOON.replace(day=day))
        links = [a["href"] for a in Elements(pages.get("/editions").text).all("a")]
        assert [href for href in links if "2026" in str(href)] == ["/editions/2026-11-21", "/editions/2026-11-20"]
        assert "Headline of of-20" in pages.get("/editions/2026-11-20").text
        pair = [f"/editions/2026-11-{day}" for day in (20, 21)]
        for path, other in zip(pair, reversed(pair), strict=True):
            turns = [a for a in Elements(pages.get(path).text).all("a") if a.get("rel") in ("prev", "next")]
            assert turns == [{"href": other, "rel": "next" if other > path else "prev"}]
        for path in ("/editions/2026-11-19", "/editions/never", "/editions/2026-11-20%00"):
            assert pages.get(path).status == 404

    def test_the_archive_shows_the_first_headlines_in_their_languages_and_how_many_topics(
        self, pages: Pages, store: Store
    ) -> None:
        take_in(store, [incoming(f"n{n}", f"Report {n} on {n * 7919}.", language="ar") for n in range(4)])
        told(store)
        closed(store)
        document = json.loads(json.dumps(editions.find(store, "daily").document))  # type: ignore[union-attr]
        gone, second, third, fourth = document["topics"]
        document["topics"] = [{**gone, "place": "withdrawn", "headline": None, "digests": []}, second, third, fourth]
        rewritten(store, document)
        text = pages.get("/editions").text
        assert "4 topics" in text
        assert [f'<li lang="ar" dir="rtl">{topic["headline"]}</li>' in text for topic in document["topics"]] == [
            False,
            True,
            True,
            True,
        ]
        assert "Sunday, 22 November 2026" in text

    def test_an_archive_of_more_than_a_month_is_turned(self, pages: Pages, store: Store) -> None:
        take_in(store, [incoming("n", "Report.")])
        told(store)
        closed(store)
        with store.writing() as connection:
            row = connection.execute(sa.select(table)).one()
            document = json.loads(row.document)
            for day in (NOON.date() - timedelta(days=n) for n in range(1, 40)):
                document["edition"]["date"] = f"{day}"
                earlier = {**row._mapping, "date": f"{day}", "document": json.dumps(document)}
                del earlier["id"]
                connection.execute(sa.insert(table).values(earlier))
        shown: list[str] = []
        path = "/editions"
        while path:
            page = Elements(pages.get(path).text)
            shown += [str(time["datetime"]) for time in page.all("time")]
            path = next((str(a["href"]) for a in page.all("a") if a.get("rel") == "next"), "")
        assert shown == sorted(set(shown), reverse=True)
        assert len(shown) == 40
        assert pages.get("/editions?before=never").status == 404

    def test_each_profile_has_its_edition_its_archive_and_its_feeds(self, pages: Pages, store: Store) -> None:
        take_in(store, [incoming("ferry", FERRY)])
        told(store)
        closing.close(store, profile="morning-briefing", timezone="Europe/Berlin", date=NOON.date(), at=None)

        assert "No edition yet" in pages.get("/").text
        start = pages.get("/profiles/morning-briefing")
        assert (start.status, start.headers["location"]) == (307, f"{pages.url}/profiles/morning-briefing/")
        newest = pages.get("/profiles/morning-briefing/").text
        assert "Morning briefing edition" in newest
        assert "Headline of ferry" in newest
        links = [a["href"] for a in Elements(pages.get("/profiles/morning-briefing/editions").text).all("a")]
        for path in ("/editions/2026-11-22", "/editions.atom"):
            assert f"/profiles/morning-briefing{path}" in links
            assert "Headline of ferry" in pages.get(f"/profiles/morning-briefing{path}").text
            assert pages.get(path).status == 404

    def test_every_page_of_a_profile_leads_to_the_others_and_an_unknown_one_is_not_found(self, pages: Pages) -> None:
        other = "/profiles/morning-briefing/"
        for path, shown in (("/", "/"), ("/editions", "/"), (other, other), (f"{other}editions", other)):
            links = Elements(pages.get(path).text).all("a")
            assert {"/", other} <= {a["href"] for a in links}, path
            assert [a["href"] for a in links if a.get("aria-current") == "true"] == [shown]
        assert pages.get("/profiles/evening/").status == 404

    def test_the_archive_leads_to_feeds_of_the_last_editions(self, pages: Pages, store: Store) -> None:
        assert pages.get("/editions.atom").status == 404
        take_in(store, [incoming("a")])
        told(store)
        closed(store)
        links = [str(a["href"]) for a in Elements(pages.get("/editions").text).all("a")]
        documents = editions.recent(store, "daily", 14)
        for name, make in FEEDS.items():
            assert f"/{name}" in links
            answer = pages.get(f"/{name}")
            assert answer.body == make(documents)
            assert answer.headers["content-type"].startswith(
                "application/atom+xml" if name.endswith("atom") else "application/feed+json"
            )

    def test_a_story_shows_the_sentence_that_supports_its_summary(self, pages: Pages, store: Store) -> None:
        take_in(store, [incoming("ferry", FERRY, uri="https://npa.example/ferry")])
        told(store)
        text = pages.get("/stories/ferry").text
        assert "<mark>Nobody was hurt.</mark>" in text
        assert text.count("<mark>") == 1
        assert "Waves of six metres" in text
        assert any(a["href"] == "https://npa.example/ferry" for a in Elements(text).all("a"))

    def test_a_generated_sentence_that_nothing_supports_is_named(self, pages: Pages, store: Store) -> None:
        take_in(store, [incoming("ferry", FERRY)])
        told(store, "Waves of six metres were measured on Friday. The king resigned.", engine="causal", model="m")
        text = html.unescape(pages.get("/stories/ferry").text)
        assert "<mark>Waves of six metres were measured outside the breakwater.</mark>" in text
        assert "No sentence shown here speaks for: “The king resigned.”" in text
        assert "Written by a generative model (m)" in text

    def test_a_story_says_why_each_article_is_in_it(self, pages: Pages, store: Store) -> None:
        body = prose(random.Random("one"), 12)
        take_in(store, [incoming("first", body)])
        take_in(store, [Incoming(incoming("copy", body + " More.").article, "another key", "first", 0.9)])
        text = html.unescape(pages.get("/stories/first").text)
        assert "reported it first" in text
        assert "shares 90% of the shorter text with first" in text

    def test_an_article_leads_to_its_story_and_what_is_not_there_is_not_found(self, pages: Pages, store: Store) -> None:
        take_in(store, [incoming("a", FERRY), incoming("b", FERRY)])
        answer = pages.get("/stories/b")
        assert (answer.status, answer.headers["location"]) == (302, "/stories/a")
        for path in ("/stories/zzz", "/stories/%2e%2e", "/stories/" + "x" * 400, "/texts/zzz", "/nothing"):
            assert pages.get(path).status == 404

    def test_a_long_text_is_cut_and_its_whole_is_a_link_away(self, pages: Pages, store: Store) -> None:
        body = "\n\n".join(f"Paragraph {n} of a very long report says little." for n in range(4000))
        take_in(store, [incoming("long", body)])
        text = pages.get("/stories/long").text
        assert "more characters" in text
        whole = pages.get("/texts/long")
        assert whole.headers["content-type"] == "text/plain; charset=utf-8"
        assert whole.text == body + "\n"


class TestSearching:
    """The search page."""

    def test_an_article_is_found_and_leads_to_its_story(self, pages: Pages, store: Store) -> None:
        take_in(
            store,
            [
                incoming("ferry", FERRY, published_at=NOON),
                incoming("bank", "Rates.", publisher="NPA", published_at=NOON.replace(day=20)),
            ],
        )
        page = Elements(pages.get("/search?q=osterby").text)
        assert {"href": "/stories/ferry"} in page.all("a")
        assert {"value": "NPA"} in page.all("option")
        for narrowed, hit in (("since=2026-11-22", "ferry"), ("publisher=npa", "bank"), ("q=nothing", None)):
            links = [str(a["href"]) for a in Elements(pages.get(f"/search?{narrowed}").text).all("a")]
            assert [href for href in links if "stories" in href] == ([f"/stories/{hit}"] if hit else [])

    def test_a_publisher_is_found_and_shown_by_its_one_name_however_its_articles_write_it(
        self, pages: Pages, store: Store
    ) -> None:
        written = {"host": "odapost.example", "name": "The Oda Post", "other": "Brae Gazette"}
        for name, publisher in written.items():
            site = "odapost.example" if publisher != "Brae Gazette" else None
            uri = f"https://www.odapost.example/{name}" if site else f"{name}.txt"
            take_in(store, [incoming(name, publisher=publisher, site=site, uri=uri)])
        page = Elements(pages.get("/search?publisher=The+Oda+Post").text)
        assert {href for a in page.all("a") if "stories" in (href := str(a["href"]))} == {
            "/stories/host",
            "/stories/name",
        }
        assert sorted(str(option["value"]) for option in page.all("option")) == ["Brae Gazette", "The Oda Post"]
        assert "<bdi>The Oda Post</bdi>" in pages.get("/stories/host").text
        assert "odapost.example<" not in pages.get("/search?publisher=The+Oda+Post").text

    def test_an_article_that_nobody_signed_is_not_named_after_the_inbox(self, pages: Pages, store: Store) -> None:
        take_in(store, [incoming("ferry", FERRY)])
        assert "inbox<" not in pages.get("/stories/ferry").text
        assert "inbox<" not in pages.get("/search?q=osterby").text

    def test_a_hit_shows_the_beginning_of_the_article_in_whole_words(self, pages: Pages, store: Store) -> None:
        take_in(
            store, [incoming("ferry", "Harbour " * 100), incoming("short", "Harbour news."), incoming("x", "x" * 900)]
        )
        text = pages.get("/search?publisher=inbox").text
        assert "Harbour Harbour…" in text
        assert "Harbour news.<" in text
        assert f">{'x' * LENGTH}…<" in text

    def test_a_hit_shows_the_part_with_the_words_and_marks_them(self, pages: Pages, store: Store) -> None:
        body = f"{'Nothing happened here. ' * 60}The <b>ferry</b> Sunniva ran aground."
        take_in(store, [incoming("ferry", body, title="A ferry & a rock"), incoming("two", "The ferry sank.")])
        text = pages.get("/search?q=ferry").text
        assert "The &lt;b&gt;<mark>ferry</mark>&lt;/b&gt; Sunniva ran aground." in text
        assert "A <mark>ferry</mark> &amp; a rock" in text
        assert ">2 stories<" in text
        assert ">1 story<" in pages.get("/search?q=sunniva").text
        assert ">No story<" in pages.get("/search?q=train").text

    def test_of_a_search_whose_last_page_is_not_so_far_that_page_is_shown(self, pages: Pages, store: Store) -> None:
        take_in(store, [incoming("ferry", FERRY)])
        answer = pages.get("/search?q=ferry&page=9")
        assert (answer.status, answer.headers["location"]) == (302, "/search?q=ferry&page=1")

    def test_a_day_is_a_local_day(self, pages: Pages, store: Store) -> None:
        take_in(store, [incoming("late", FERRY, published_at=datetime(2026, 11, 21, 23, 30, tzinfo=UTC))])
        assert "/stories/late" in pages.get("/search?since=2026-11-22&until=2026-11-22").text
        assert "/stories/late" not in pages.get("/search?until=2026-11-21").text

    @pytest.mark.parametrize("asked", ["since=yesterday", "until=2026-13-01"])
    def test_a_day_that_is_none_is_told(self, pages: Pages, asked: str) -> None:
        answer = pages.get(f"/search?{asked}")
        assert (answer.status, "Write days as YYYY-MM-DD" in answer.text) == (400, True)

    @pytest.mark.parametrize(
        "asked", ["q=%22", "q=%00", "q=NEAR(", "q=*", "page=99999", "q=a&page=-1", "until=9999-12-31"]
    )
    def test_any_question_is_answered(self, pages: Pages, store: Store, asked: str) -> None:
        take_in(store, [incoming("ferry", FERRY)])
        assert pages.get(f"/search?{asked}").status == 200

    def test_a_question_of_unwanted_words_finds_the_others(self, pages: Pages, store: Store) -> None:
        take_in(store, [incoming("ferry", FERRY), incoming("bank", "Rates.")])
        text = pages.get("/search?q=-osterby").text
        assert ("/stories/bank" in text, "/stories/ferry" in text) == (True, False)

    @pytest.mark.parametrize(("asked", "named"), [("q=!!!", "!!!"), ("q=-%22", '-"'), ("q=a&publisher=%25", "%")])
    def test_a_question_without_a_letter_is_told_so(self, pages: Pages, store: Store, asked: str, named: str) -> None:
        take_in(store, [incoming("ferry", FERRY)])
        text = html.unescape(pages.get(f"/search?{asked}").text)
        assert f"There is no letter or digit in “{named}”, so there is nothing to search for." in text
        assert "/stories/" not in text

    def test_more_than_a_page_of_hits_is_turned(self, pages: Pages, store: Store) -> None:
        take_in(store, [incoming(f"n{n}", f"Report {n} on ferries.") for n in range(30)])
        first = Elements(pages.get("/search?q=ferries").text)
        (older,) = [str(a["href"]) for a in first.all("a") if a.get("rel") == "next"]
        second = Elements(pages.get(older).text)
        shown = [a["href"] for page in (first, second) for a in page.all("a") if "stories" in str(a["href"])]
        assert len(set(shown)) == len(shown) == 30


class TestTheDesk:
    """The desk page."""

    def test_it_shows_what_waits_what_failed_and_the_last_day(self, pages: Pages, store: Store, queue: Queue) -> None:
        take_in(store, [incoming("ferry", FERRY)])
        failed(store, queue)
        queue.push([raw("Another text.")])
        answer = pages.get("/desk")
        text = html.unescape(answer.text)
        figures = {}
        for row in text.split("<dt>")[1:]:
            name, _, rest = row.partition("</dt><dd>")
            figures[name] = rest.partition("</dd>")[0]
        assert figures["raw articles in the journal"] == "1"
        assert (figures["ready"], figures["failed"], figures["open stories"]) == ("1", "1", "1")
        assert "0.4 articles and 0.0 digests a minute over the last 5 minutes." in text
        assert "2 articles wait; how long that takes is not known yet." in text
        assert "the page holds no article" in text
        assert "2 articles stored in 24 hours" in text
        assert Elements(text).all("rect")
        assert "There is no ingest process: start one." in text
        assert answer.headers["refresh"] == "15"
        assert "refresh" not in pages.get("/desk?still=1").headers

    def test_it_shows_each_profile_its_last_edition_and_whether_that_is_written(
        self, pages: Pages, store: Store
    ) -> None:
        take_in(store, [incoming("ferry", FERRY)])
        told(store)
        closed(store)
        text = pages.get("/desk").text
        assert '<a href="/">Daily edition</a></td><td>07:00 Europe/Berlin</td><td>2026-11-22, revision 1' in text
        assert '<a href="/profiles/morning-briefing/">Morning briefing edition</a></td>' in text
        assert ("none yet" in text, "its files are not written yet" in text) == (True, True)

    def test_it_says_how_many_times_lie_in_the_future_and_the_archive_leaves_them_out(
        self, pages: Pages, store: Store
    ) -> None:
        assert "in the future" not in pages.get("/desk").text
        closed(store)
        with store.writing() as connection:
            connection.execute(
                sa.update(table).values(date="2036-11-22", closed_at=datetime(2036, 11, 22, 12, tzinfo=UTC))
            )
        text = pages.get("/desk").text
        assert "Times lie in the future (1 of editions): a clock was ahead, or this one is behind." in text
        assert "2036" not in pages.get("/editions").text

    def test_it_counts_the_messages_of_the_mail(self, pages: Pages, store: Store) -> None:
        assert "Messages by mail" not in pages.get("/desk").text
        closed(store)
        (edition,) = editions.listed(store)
        outbox.queue(store, edition.id, ["anna@example.org"])
        assert "Messages by mail: 1 waiting." in pages.get("/desk").text

    def test_it_shows_the_processes_and_which_has_fallen_silent(self, pages: Pages, queue: Queue) -> None:
        redis = queue.journal.redis
        seconds = redis.time()[0]
        redis.zadd(
            "wiredesk:seen",
            {"ingest one 7": seconds - 3, "watch one 9": seconds - 400, "nonsense": seconds, "ingest old 1": 5},
        )
        text = pages.get("/desk").text
        assert re.search(r"<td>ingest</td><td>one</td><td>7</td><td>\d+ seconds ago</td>", text)
        assert "<td>7 minutes ago, longer than it should take</td>" in text
        assert ("nonsense" in text, "old" in text.split("processes")[-1].split("<tbody>")[-1]) == (False, False)

    def test_a_redis_that_is_away_is_told_and_the_store_is_shown_all_the_same(
        self, store: Store, tmp_path: Path
    ) -> None:
        take_in(store, [incoming("ferry", FERRY)])
        with serving(Site(WorkerSettings(data=tmp_path), store, TOKEN)) as pages:
            answer = pages.get("/desk")
        assert answer.status == 200
        assert "There is no Redis" in answer.text
        assert "<dt>ready</dt><dd>1</dd>" in answer.text


class TestChanging:
    """Splitting, retrying, dropping: only with the token."""

    @pytest.mark.parametrize("change", ["split", "retry", "drop"])
    def test_without_the_token_nothing_happens_but_the_question_for_it(
        self, pages: Pages, store: Store, queue: Queue, change: str
    ) -> None:
        take_in(store, [incoming("a", FERRY), incoming("b", FERRY)])
        name = failed(store, queue) if change != "split" else "b"
        for given in ({}, {"token": "wrong"}, {"token": "w\u00e4hrung"}):
            answer = pages.form(f"/changes/{change}", article=name, **given)
            assert answer.status == 403
            assert ("This is not the desk" in answer.text) == bool(given)
            fields = Elements(answer.text).all("input")
            assert {"type": "hidden", "name": "article", "value": name} in fields
            assert [field["type"] for field in fields if field.get("name") == "token"] == ["password"]
        assert TOKEN not in answer.text
        assert len(stories.show(store, "a")["articles"]) == 2
        assert len(failures.listed(store)) == (change != "split")
        assert queue.journal.pending() == 0

    def test_an_article_is_split_from_its_story(self, pages: Pages, store: Store) -> None:
        take_in(store, [incoming("a", FERRY), incoming("b", FERRY)])
        answer = pages.form("/changes/split", article="b", token=TOKEN)
        assert (answer.status, answer.headers["location"]) == (303, "/stories/b")
        assert [one["id"] for one in stories.show(store, "a")["articles"]] == ["a"]
        again = pages.form("/changes/split", article="b", token=TOKEN)
        assert (again.status, "nothing can be split" in again.text) == (409, True)

    def test_a_failure_is_tried_again(self, pages: Pages, store: Store, queue: Queue) -> None:
        name = failed(store, queue)
        assert pages.form("/changes/retry", article=name, token=TOKEN).status == 303
        assert queue.journal.entries([name]) != [None]

    def test_a_retry_does_not_wait_for_room_in_the_queue(
        self, store: Store, queue: Queue, redis_url: str, tmp_path: Path
    ) -> None:
        name = failed(store, queue)
        queue.push([raw("Another text.")])
        settings = WorkerSettings(data=tmp_path, redis_url=redis_url, max_pending=1)  # type: ignore[arg-type]
        with serving(Site(settings, store, TOKEN)) as pages:
            answer = pages.form("/changes/retry", article=name, token=TOKEN)
        assert (answer.status, "1 article in the journal, which takes 1 at most" in answer.text) == (503, True)
        assert queue.journal.entries([name]) == [None]

    def test_a_retry_of_what_cannot_be_read_or_has_not_failed_is_refused(
        self, pages: Pages, store: Store, queue: Queue
    ) -> None:
        name = failed(store, queue)
        with store.writing() as connection:
            connection.execute(sa.update(failure_rows).values(raw=b"no article"))
        answer = pages.form("/changes/retry", article=name, token=TOKEN)
        assert (answer.status, "drop its file again" in answer.text) == (409, True)
        failures.drop(store, [name])
        answer = pages.form("/changes/retry", article=name, token=TOKEN)
        assert (answer.status, "has not failed, or not any more" in answer.text) == (409, True)
        assert queue.journal.pending() == 0

    def test_a_failure_is_dropped_and_dropping_it_again_is_refused(
        self, pages: Pages, store: Store, queue: Queue
    ) -> None:
        name = failed(store, queue)
        assert pages.form("/changes/drop", article=name[:12], token=TOKEN).status == 409, "a part of an id is none"
        assert pages.form("/changes/drop", article=name, token=TOKEN).status == 303
        assert failures.listed(store) == []
        assert pages.form("/changes/drop", article=name, token=TOKEN).status == 409

    def test_a_program_gives_the_token_in_a_header(self, pages: Pages, store: Store, queue: Queue) -> None:
        name = failed(store, queue)
        kind = "application/x-www-form-urlencoded"
        for token, status in (("wrong", 403), (TOKEN, 303)):
            answer = pages.ask(
                "POST", "/changes/drop", f"article={name}".encode(), content_type=kind, authorization=f"Bearer {token}"
            )
            assert answer.status == status

    def test_a_retry_while_redis_is_away_changes_nothing(self, store: Store, queue: Queue, tmp_path: Path) -> None:
        name = failed(store, queue)
        settings = WorkerSettings(data=tmp_path, redis_url="redis://127.0.0.1:1/0")  # type: ignore[arg-type]
        with serving(Site(settings, store, TOKEN)) as pages:
            answer = pages.form("/changes/retry", article=name, token=TOKEN)
        assert (answer.status, "Redis is not available" in answer.text) == (503, True)
        assert len(failures.listed(store)) == 1

    @pytest.mark.parametrize(
        ("body", "kind", "status"),
        [
            (b"article=a", "text/plain", 415),
            (b"a" * 5000, "application/x-www-form-urlencoded", 413),
            (b"token=x", "application/x-www-form-urlencoded", 422),
            (b"article=%ff", "application/x-www-form-urlencoded", 422),
            ("article=ä".encode(), "application/x-www-form-urlencoded", 422),
            (b"&".join(b"a=%d" % n for n in range(50)), "application/x-www-form-urlencoded", 422),
        ],
    )
    def test_what_is_no_form_of_ours_is_refused(self, pages: Pages, body: bytes, kind: str, status: int) -> None:
        assert pages.ask("POST", "/changes/drop", body, content_type=kind).status == status

    def test_a_change_is_never_made_by_opening_a_link(self, pages: Pages, store: Store, queue: Queue) -> None:
        name = failed(store, queue)
        assert pages.get(f"/changes/drop?article={name}&token={TOKEN}").status == 405
        assert len(failures.listed(store)) == 1


class TestSafety:
    """What strangers write, and who may ask."""

    def test_a_hostile_article_is_shown_harmlessly(self, pages: Pages, store: Store, queue: Queue) -> None:
        bad = '</p><script>alert(1)</script><img src=x onerror=alert(2)>\u202e\u2066\x07 {{ 7777*7777 }} "\' onload="x'
        take_in(
            store,
            [
                incoming(
                    "bad", f"{bad} said somebody.\n\n{bad}", title=bad, publisher=bad, byline=bad, source=bad,
                    uri="javascript:alert(3)", language='en" onclick="x',
                )
            ],
        )  # fmt: skip
        told(store, f"{bad} said somebody.", engine=bad, model=bad)
        closed(store)
        failed(store, queue, bad)
        asked = ("/search?q=%3Cscript%3E%22onload", "/why?article=%3Cscript%3E%22onload")
        for path in ("/", "/stories/bad", "/search?q=somebody", "/desk", "/why/bad", *asked):
            answer = pages.get(path)
            page = Elements(answer.text)
            assert answer.status == 200
            assert not {tag for tag, _ in page.tags} & {"script", "img", "iframe", "object", "style", "base"}
            for tag, attributes in page.tags:
                assert not [name for name in attributes if name.startswith("on")], (path, tag)
                assert not str(attributes.get("href") or "").lower().startswith(("javascript", "data")), path
            assert not [sign for sign in "\u202e\u2066\x07" if sign in answer.text]
            assert "60481729" not in answer.text

    def test_five_megabytes_and_ten_thousand_paragraphs_are_shown(self, pages: Pages, store: Store) -> None:
        take_in(
            store,
            [
                incoming("huge", "word " * 1_000_000),
                incoming("many", "\n\n".join(f"Paragraph {n}." for n in range(10_000))),
                incoming("solid", "x" * 5_000_000),
            ],
        )
        told(store, "word word word. Paragraph 7.")
        for name in ("huge", "many", "solid"):
            answer = pages.get(f"/stories/{name}")
            assert answer.status == 200
            assert len(answer.body) < 1_000_000

    @pytest.mark.parametrize("path", ["/", "/editions", "/search", "/desk", "/style.css", "/nothing"])
    def test_every_answer_forbids_scripts_frames_and_strangers_resources(self, pages: Pages, path: str) -> None:
        headers = pages.get(path).headers
        assert headers["content-security-policy"] == POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in headers

    def test_no_page_loads_anything_but_our_style_sheet(self, pages: Pages, store: Store) -> None:
        take_in(store, [incoming("a", FERRY)])
        for path in ("/", "/editions", "/search?q=ferry", "/desk", "/stories/a"):
            page = Elements(pages.get(path).text)
            loaded = [one for one in page.all("link") if one["rel"] != "alternate"]
            assert loaded == [{"rel": "stylesheet", "href": "/style.css"}]
            assert not [attributes for _, attributes in page.tags if "src" in attributes or "style" in attributes]

    @pytest.mark.parametrize(("host", "status"), [("localhost:8000", 200), ("[::1]:1", 200), ("evil.example", 400)])
    def test_on_loopback_only_its_own_names_are_answered(self, pages: Pages, host: str, status: int) -> None:
        assert pages.get("/search", host=host).status == status

    def test_an_error_of_our_own_is_told_without_its_inside(self, pages: Pages, store: Store) -> None:
        take_in(store, [incoming("a", FERRY)])
        with store.writing() as connection:
            connection.exec_driver_sql("UPDATE articles SET dropped = 'broken'")
        answer = pages.get("/stories/a")
        assert answer.status == 500
        assert "Traceback" not in answer.text
        assert answer.headers["content-security-policy"] == POLICY
