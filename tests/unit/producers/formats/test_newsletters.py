"""Newsletters: a list becomes its items, an essay stays one article."""

import io
import sys
import time
from collections.abc import Callable

import pytest

from producers.article import RawArticle
from producers.formats import articles

HEADLINES = (
    "Dornau council approves tram line to university",
    "Minister to resign over Varland harbour dredging",
    "Police arrest head of Selmere savings bank",
)
TEXTS = (
    "Dornau's city council approved a tram line to the university on Friday, after three years of argument.",
    "Transport minister Odile Marchand is to resign next week over the dredging of Varland harbour, letters show.",
    "Police arrested the head of the Selmere savings bank at dawn on suspicion of having emptied a fund.",
)
LINKS = tuple(f"https://reed.example/{number}" for number in range(3))
FOOT = "<p>You receive this because you signed up. <a href='https://reed.example/u/1'>Unsubscribe</a></p>"
MASTHEAD = (
    "<h1><a href='https://reed.example/'>The Daily Reed is here</a></h1><p>Good morning to all of you out there.</p>"
)


def raws(page: str, kind: str = "text/html") -> list[RawArticle]:
    mail = (
        "From: The Daily Reed <desk@reed.example>\nTo: you@reed.example\nSubject: Your Friday\n"
        "Date: Fri, 27 Nov 2026 07:05:00 +0100\nMessage-ID: <1@reed.example>\nMIME-Version: 1.0\n"
        f"Content-Type: {kind}; charset=utf-8\n\n{page}"
    )
    return list(articles(io.BytesIO(mail.encode()), "a.eml", "inbox"))


def page(item: Callable[[int, str, str, str], str], items: int = 3) -> str:
    rows = zip(range(items), HEADLINES, LINKS, TEXTS, strict=False)
    return f"<html><body>{MASTHEAD}{''.join(item(*row) for row in rows)}{FOOT}</body></html>"


SHAPES: dict[str, Callable[[int, str, str, str], str]] = {
    "linked heading": lambda _, title, url, text: f"<h2><a href='{url}?utm_source=nl'>{title}</a></h2><p>{text}</p>",
    "rows of a table": lambda _, title, url, text: (
        f"<table><tr><td style='font-size:22px'>{title}</td></tr><tr><td>{text}</td></tr>"
        f"<tr><td><a href='{url}'>Weiterlesen</a></td></tr></table>"
    ),
    "bold link in a paragraph, under a section": lambda _, title, url, text: (
        f"<h2>World</h2><p><a href='{url}'><b>{title}</b></a><br>{text}</p>"
    ),
    "card": lambda _, title, url, text: f"<a href='{url}'><h3>{title}</h3><p>{text}</p></a>",
    "heading and read more": lambda number, title, url, text: (
        f"<div><h3>{title}</h3><div>{text}</div><a href='{url}'>Read more</a></div>"
        f"<div>Sponsored by shop number {number}</div>"
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_list_becomes_its_items_with_headline_link_and_text(shape: str) -> None:
    items = raws(page(SHAPES[shape]))
    assert [item.title for item in items] == list(HEADLINES)
    assert [item.url for item in items] == list(LINKS)
    assert [item.text.split("\n\n")[0] for item in items] == list(TEXTS)
    assert {(item.publisher, item.metadata["newsletter"]) for item in items} == {("The Daily Reed", "Your Friday")}
    assert [item.uri for item in items] == [f"1@reed.example#{number}" for number in (1, 2, 3)]


PLAIN = {
    "address below the text": "{title}\n{text}\n{url}?utm_source=nl",
    "address below the headline": "* {title}\n  {url}\n\n{text}",
    "paragraphs": "{title}\n\n{text}\n\nRead more: {url}",
    "numbers and wrapped lines": "1. {title}\n{text} The council\nmeets again in May.\n<{url}>",
}


@pytest.mark.parametrize("shape", PLAIN)
def test_a_list_in_plain_text_becomes_its_items(shape: str) -> None:
    rows = (PLAIN[shape].format(title=t, url=u, text=x) for t, u, x in zip(HEADLINES, LINKS, TEXTS, strict=True))
    text = "Good morning, this is your Friday.\n\n----\n\n" + "\n\n----\n\n".join(rows) + "\n\n--\nThe Daily Reed"
    items = raws(text, "text/plain")
    assert [(item.title, item.url) for item in items] == list(zip(HEADLINES, LINKS, strict=True))
    assert all(item.text.startswith(text) for item, text in zip(items, TEXTS, strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join(
            f"{title}\n\n{text}\n\n{text} It said so.\n\n{text}" for title, text in zip(HEADLINES, TEXTS, strict=True)
        ),
        f"{TEXTS[0]}\n{LINKS[0]}\n\n{TEXTS[1]}\n{LINKS[1]}\n\n{TEXTS[2]}\n{LINKS[2]}",
        " ".join(TEXTS) + "\n\nLinks\n" + "\n".join(LINKS),
    ],
    ids=["headings without addresses", "sentences with addresses", "addresses below"],
)
def test_an_essay_in_plain_text_stays_one_article(text: str) -> None:
    assert [raw.title for raw in raws(text, "text/plain")] == ["Your Friday"]


def essay(number: int, title: str, url: str, text: str) -> str:
    told = "".join(f"<p>{text} See <a href='{url}/{part}'>this</a>.</p>" for part in range(6))
    return f"<h2>{title}</h2>{told}<p><a href='{url}'>More on this: {title}</a></p>"


ESSAYS: dict[str, str] = {
    "essay whose headings are links": page(
        lambda _, title, url, text: f"<h2><a href='{url}'>{title}</a></h2>" + f"<p>{text}</p>" * 6
    ),
    "essay with headings and links": page(essay),
    "two items": page(SHAPES["linked heading"], items=2),
    "links alone": page(lambda _, title, url, __: f"<p><a href='{url}'>{title}</a></p>") + f"<p>{' '.join(TEXTS)}</p>",
    "headings alone": page(lambda _, title, __, text: f"<h2>{title}</h2><p>{text}</p>"),
    "links of an address": page(lambda _, title, __, text: f"<h2><a href='#a'>{title}</a></h2><p>{text}</p>"),
}


@pytest.mark.parametrize("name", ESSAYS)
def test_what_is_no_list_stays_one_article(name: str) -> None:
    (whole,) = raws(ESSAYS[name])
    assert (whole.title, whole.media_type) == ("Your Friday", "text/html")


def test_a_base_install_reads_a_newsletter_whole_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lxml", None)
    (whole,) = raws(page(SHAPES["card"]))
    assert whole.refused is None
    assert "wiredesk[formats]" in whole.metadata["newsletter_items"]


@pytest.mark.parametrize(
    "part", ["<a ", "<a href='https://a.example/'>", "<p><b>", "<div style='font-size:1'>", "<table>"]
)
def test_a_hostile_page_is_no_list_and_takes_no_time(part: str) -> None:
    start = time.process_time()
    assert len(raws(part * (240_000 // len(part)) + "<a <a <a")) == 1
    assert time.process_time() - start < 3
