"""Which node, title, byline, date and address are those of a page's article."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from producers.article import Revision, Subject
from worker.clean.html import read_html
from worker.clean.source import Facts

TITLE = "Storm shuts the harbour of Alder Vale"
URL = "https://www.vane.example/news/storm-harbour"
OWN: dict[str, Any] = {
    "@type": "NewsArticle",
    "headline": TITLE,
    "datePublished": "2026-03-05T10:00:00+01:00",
    "author": "Maren Hale",
}
OTHER: dict[str, Any] = {
    "@type": "NewsArticle",
    "headline": "Council votes on a tram line to the airport",
    "datePublished": "2025-01-02T10:00:00Z",
    "author": {"name": "Tov Lind"},
    "isAccessibleForFree": False,
}
BODY = "".join(
    f"<p>The port office of Alder Vale said that boat {n} lies safe at its quay since Monday.</p>" for n in "123"
)


def facts(
    *nodes: object, head: str = "", title: str = f"{TITLE} | Vane News", h1: str = TITLE, body: str = BODY
) -> Facts:
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)
    return read_html(
        f"<!doctype html><html lang='en'><head><title>{title}</title>{head}{scripts}</head>"
        f"<body><article><h1>{h1}</h1>{body}</article></body></html>"
    ).facts


@pytest.mark.parametrize(
    "nodes",
    [
        [OTHER, OWN],
        [{"@type": "ItemList", "itemListElement": [OTHER]}, OWN],
        [{"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": OTHER}]}, OWN],
        [{"@graph": [OTHER, {"@type": "WebPage"}, OWN]}],
        [{"@type": "WebPage", "mainEntity": OWN}, [OTHER, OTHER]],
        [OTHER | {"url": "https://www.vane.example/news/tram"}, {key: OWN[key] for key in OWN if key != "headline"}],
    ],
    ids=["before", "list", "list of items", "graph", "main entity", "without a headline"],
)
def test_the_node_is_that_of_the_article_and_not_of_a_related_one(nodes: list[object]) -> None:
    found = facts(*nodes)

    assert (found.title, found.byline) == (TITLE, "Maren Hale")
    assert found.published_at == datetime(2026, 3, 5, 9, tzinfo=UTC)
    assert not found.teaser


@pytest.mark.parametrize("nodes", [[OTHER], [{"@type": "ItemList", "itemListElement": [OTHER]}], [[OTHER, OTHER]]])
def test_without_a_node_of_its_own_a_page_takes_nothing_from_related_ones(nodes: list[object]) -> None:
    found = facts(*nodes)

    assert (found.title, found.byline, found.published_at, found.teaser) == (TITLE, None, None, False)


@pytest.mark.parametrize("key", ["url", "@id", "mainEntityOfPage"])
def test_the_node_with_the_address_of_the_page_is_its_article_whatever_its_headline(key: str) -> None:
    own = OWN | {"headline": "Pier torn away in a gale", key: URL.replace("https://www.", "http://") + "/"}
    found = facts(OTHER | {key: "https://www.vane.example/x"}, own, head=f'<link rel="canonical" href="{URL}">')

    assert (found.title, found.byline, found.url) == (TITLE, "Maren Hale", URL)


@pytest.mark.parametrize(
    ("head", "title", "h1"),
    [
        (
            '<meta property="og:title" content="Vane News"><meta property="og:site_name" content="Vane News">',
            None,
            None,
        ),
        ('<meta property="og:title" content="All that the sea brings us">', None, None),
        ('<meta property="og:title" content="Our sea"><meta name="twitter:title" content="Our sea">', None, None),
        ("", None, "Vane News"),
        ("", "World", None),
        ('<meta property="og:title" content="Storm shuts the harbour of Alder Vale - Vane News">', "Home", "World"),
    ],
    ids=["site in og:title", "slogan in og:title", "slogan twice", "site in h1", "section in title", "only og:title"],
)
def test_a_title_is_confirmed_by_another_one_and_never_the_site_or_its_slogan(
    head: str, title: str | None, h1: str | None
) -> None:
    site = '<meta property="og:site_name" content="Vane News">'
    found = facts(head=head + site, title=title or f"{TITLE} | Vane News", h1=h1 or TITLE)

    assert (found.title or "").split(" | ")[0].split(" - ")[0] == TITLE


def test_the_name_of_a_site_that_is_only_in_its_title_is_no_title() -> None:
    assert facts(head='<meta property="og:title" content="Vane News">').title == TITLE


def test_a_headline_of_json_ld_that_nothing_confirms_is_not_the_title() -> None:
    node = OWN | {"headline": "Wikimedia list article", "url": URL}

    assert facts(node, head=f'<link rel="canonical" href="{URL}">').title == TITLE


@pytest.mark.parametrize(
    ("author", "byline"),
    [
        ("Maren Hale", "Maren Hale"),
        ({"@type": "Person", "name": "Maren Hale"}, "Maren Hale"),
        ({"@type": "Person", "name": ["Maren Hale"]}, "Maren Hale"),
        ({"givenName": "Maren", "familyName": "Hale"}, "Maren Hale"),
        (["Maren Hale", {"name": "Ode Marr"}], "Maren Hale, Ode Marr"),
        ({"@id": "#maren"}, "Maren Hale"),
        ("By MAREN HALE, NPA Political Writer", "MAREN HALE, NPA Political Writer"),
        ("https://www.vane.example/people/maren", None),
        ({"@type": "Organization", "name": "Vane News"}, None),
        ("Vane Media GmbH, Oda, Varland", None),
        ([[[]]], None),
        (7, None),
    ],
)
def test_a_byline_is_read_from_a_string_an_object_a_list_and_a_reference(author: object, byline: str | None) -> None:
    person = {"@type": "Person", "@id": "#maren", "name": "Maren Hale"}

    assert facts({"@graph": [OWN | {"author": author, "publisher": {"name": "Vane News"}}, person]}).byline == byline


@pytest.mark.parametrize(
    "markup",
    [
        '<meta property="article:published_time" content="2026-03-05T09:00:00Z">',
        '<meta property="article:published" content="2026-03-05T09:00:00Z">',
        '<meta name="pubdate" content="Thu, 05 Mar 2026 09:00:00 GMT">',
        '<meta itemprop="datePublished" content="2026-03-05T10:00:00+01:00">',
        '<meta name="date" content="Thu Mar 05 2026 10:00:00 GMT+0100 (CET)">',
        '<span itemprop="datePublished" content="2026-03-05T09:00:00Z">on Thursday</span>',
        '<time itemprop="datePublished">March 5, 2026, 4:00 AM EST</time>',
        '<div><time datetime="2026-03-05T09:00:00Z">Thursday</time></div>',
    ],
)
def test_a_date_is_read_wherever_a_page_states_it(markup: str) -> None:
    assert facts(body=markup + BODY).published_at == datetime(2026, 3, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize("stated", ["0001-01-01T00:00:00Z", "2062-05-01", "soon", "5/6/2026"])
def test_a_date_that_cannot_be_read_is_noted_and_not_guessed(stated: str) -> None:
    found = facts(OWN | {"datePublished": stated})

    assert found.published_at is None
    assert [stated in note for note in found.notes] == [True]


def test_the_time_of_another_story_is_not_that_of_the_article() -> None:
    page = (
        f"<html><body><header><time datetime='2024-01-05'>5 January</time></header><main><article><h1>{TITLE}</h1>"
        f"{BODY}<ul><li><time datetime='2023-01-01'>1 January</time> A storm</li></ul></article></main>"
        "<aside><time datetime='2022-01-01'>1 January</time></aside></body></html>"
    )

    assert read_html(page).facts.published_at is None


def test_what_else_a_page_states_is_kept() -> None:
    node = OWN | {
        "dateModified": "2026-03-05T12:00:00+01:00",
        "articleSection": "Sea",
        "keywords": ["storm", "Alder Vale"],
        "copyrightNotice": "Vane News 2026",
        "isAccessibleForFree": "False",
        "mainEntityOfPage": {"@id": URL},
    }
    found = facts(node)

    assert found.revision == Revision(created=datetime(2026, 3, 5, 11, tzinfo=UTC))
    assert found.section == "Sea"
    assert found.subjects == (Subject(name="storm"), Subject(name="Alder Vale"))
    assert (found.copyright, found.teaser, found.url) == ("Vane News 2026", True, URL)


def test_the_captions_of_the_article_are_kept_and_those_beside_it_are_not() -> None:
    figure = "<figure><img src='a.jpg'><figcaption>{}</figcaption></figure>"
    body = BODY + figure.format("The pier <b>on Monday</b>.") + f"<aside>{figure.format('A tram.')}</aside>"

    assert facts(body=body).captions == ("The pier on Monday.",)


@pytest.mark.parametrize(
    "head",
    [
        f'<link rel="canonical" href="{URL}">',
        f'<link rel="canonical" href="https://www.vane.example/"><meta property="og:url" content="{URL}">',
        f'<meta property="og:url" content="{URL}">',
    ],
)
def test_the_address_is_the_one_that_the_page_gives_and_never_the_home_page(head: str) -> None:
    assert facts(head=head).url == URL


def test_an_address_that_is_none_of_the_web_is_not_kept() -> None:
    assert facts(head='<link rel="canonical" href="javascript:alert(1)">').url is None
    assert facts(head='<link rel="canonical" href="http://[oda/x">').url is None
