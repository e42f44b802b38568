"""HTML: the article of a page and what the page says about it."""

import json
from datetime import UTC, datetime

import pytest

from worker.clean.html import looks_like_html, read_html
from worker.clean.html.tree import without_long_tags
from worker.clean.source import Facts, Reading

STORY = [
    "The harbour of Alder Vale closed on Monday after a storm tore away its northern pier, the port office said.",
    "Nobody was hurt, but forty boats cannot leave before the channel has been dredged, according to Maren Hale.",
    "Repairs will begin next week and are expected to cost 3.5 million crowns, most of it paid by the province.",
]
BODY = "".join(f"<p>{text}</p>" for text in STORY)
NAVIGATION = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/sport'>Sport</a></li></ul></nav>"


def page(head: str = "", body: str = BODY) -> str:
    return (
        f"<!doctype html><html lang='en'><head><title>Storm - Site</title>{head}</head>"
        f"<body>{NAVIGATION}<article><h1>Storm shuts harbour</h1>{body}</article><footer>Imprint</footer></body></html>"
    )


def best(source: str, uri: str = "") -> Reading:
    """Return the best reading of the page's body."""
    return next(iter(read_html(source, uri).readings))


def facts(source: str, uri: str = "") -> Facts:
    return read_html(source, uri).facts


def json_ld(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


ARTICLE = {
    "@type": "NewsArticle",
    "headline": "Storm shuts the harbour",
    "datePublished": "2026-03-05T10:00:00+01:00",
    "author": [{"@type": "Person", "name": "Maren Hale"}, {"name": "Ode Marr"}],
    "publisher": {"@type": "Organization", "name": "Vane News"},
    "inLanguage": "en-GB",
}


@pytest.mark.parametrize(
    "data",
    [
        ARTICLE,
        [{"@type": "WebSite"}, ARTICLE],
        {"@graph": [{"@type": "BreadcrumbList"}, ARTICLE]},
        {"@type": "WebPage", "mainEntity": ARTICLE},
        ARTICLE | {"@type": ["Article", "NewsArticle"]},
    ],
    ids=["alone", "array", "graph", "main entity", "two types"],
)
def test_json_ld_says_what_the_article_is(data: object) -> None:
    found = facts(page(json_ld(data)))

    assert best(page(json_ld(data))).paragraphs[-3:] == STORY
    assert found.title == "Storm shuts the harbour"
    assert found.byline == "Maren Hale, Ode Marr"
    assert found.publisher == "Vane News"
    assert found.language == "en-GB"
    assert found.published_at is not None
    assert found.published_at.astimezone(UTC) == datetime(2026, 3, 5, 9, tzinfo=UTC)


OLDER = [STORY[0], STORY[1], STORY[2].replace("3.5", "2.5")]


@pytest.mark.parametrize(
    "body",
    [STORY[0], "\n".join(STORY[:2]), " ".join(STORY[:2]), "\n".join(OLDER), "Another text. " * 30],
    ids=["teaser", "teaser in lines", "teaser on one line", "older version", "another text"],
)
def test_what_the_page_shows_wins_over_an_article_body_that_does_not_hold_all_of_it(body: str) -> None:
    found = best(page(json_ld(ARTICLE | {"articleBody": body})))

    assert (found.paragraphs[-3:], found.dropped, found.notes) == (STORY, (), ())


def test_a_paragraph_that_the_article_body_lacks_stays() -> None:
    head = json_ld(ARTICLE | {"articleBody": "\n".join(STORY)})
    correction = "Correction at 11:20: an earlier version of this report gave the number of boats as fourteen."

    assert best(page(head, f"{BODY}<p>{correction}</p>")).paragraphs[-4:] == [*STORY, correction]


@pytest.mark.parametrize("shown", ["<div id='app'></div>", f"<p>{STORY[0]}</p>", f"<p>{STORY[0]}</p><p>{STORY[1]}</p>"])
def test_the_article_body_serves_if_it_holds_all_that_the_page_shows_and_more(shown: str) -> None:
    source = read_html(page(json_ld(ARTICLE | {"articleBody": "\n".join(STORY)}), shown))
    found = next(reading for reading in source.readings if reading.notes)

    assert found.paragraphs == STORY
    assert any("articleBody" in note for note in found.notes)


def test_meta_elements_serve_where_there_is_no_json_ld() -> None:
    head = (
        '<meta property="og:title" content="Storm shuts the harbour"><meta property="og:site_name" content="Vane News">'
        '<meta property="article:published_time" content="2026-03-05T10:00:00Z">'
        '<meta name="author" content="Maren Hale">'
    )

    found = facts(page(head))

    assert (found.title, found.publisher, found.byline) == ("Storm shuts the harbour", "Vane News", "Maren Hale")
    assert found.published_at == datetime(2026, 3, 5, 10, tzinfo=UTC)


def test_the_heading_and_the_host_serve_where_there_is_nothing_else() -> None:
    found = facts(page(), "https://www.vane.example/storm")

    assert (found.title, found.publisher) == ("Storm shuts harbour", "vane.example")


def test_a_date_that_only_stands_in_the_text_is_not_guessed() -> None:
    source = page(body=BODY + "<p>The storm of March 5, 2026, was the worst in eleven years, the office said.</p>")

    assert facts(source).published_at is None


def test_a_time_element_confirms_a_date() -> None:
    found = facts(page(body='<time datetime="2026-03-05">5 March</time>' + BODY))

    assert found.published_at == datetime(2026, 3, 5, tzinfo=UTC)


def test_a_fragment_is_read_block_by_block() -> None:
    found = best(
        "<p>One &amp; two<br>three</p><figure><img alt='x'><figcaption>caption</figcaption></figure>"
        "<ul><li>four</li></ul>"
        "<script>var x='<p>no</p>'</script><p>fi<b>ve</b></p>"
    )

    assert found.paragraphs == ["One & two", "three", "• four", "five"]


def test_a_short_page_is_read_by_the_fallback_and_says_so() -> None:
    source = read_html("<html><body><div>The harbour of Alder Vale closed on Monday.</div></body></html>")

    *_, found = source.readings
    assert "The harbour of Alder Vale closed on Monday." in found.paragraphs
    assert any("resiliparse" in note for note in found.notes)


def test_a_page_nested_too_deep_is_stripped_and_says_so() -> None:
    found = best("<html><body>" + "<div>" * 100_000 + "The harbour closed on Monday.")

    assert "The harbour closed on Monday." in found.paragraphs
    assert any("deep" in note for note in found.notes)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "source",
    [
        "<html><body>" + BODY[:120] * 30_000,
        "<html><body>" + "<script>" * 200_000,
        "<html><body>" + "<" * 1_000_000,
        "<html><body>" + "<!--" * 200_000,
        "<html><body>" + "<br>" * 500_000,
        "<html><head><script type='application/ld+json'>" + "[" * 100_000 + "</script></head><body>" + BODY,
        "<html><body><p title='" + "x" * 2_000_000 + "'>" + BODY,
        '<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><html><body>&b;' + BODY,
        "\x01<html><body>\x02" + BODY,
        "",
    ],
    ids=[
        "one paragraph repeated",
        "unclosed scripts",
        "brackets",
        "comments",
        "breaks",
        "deep JSON",
        "long attribute",
        "entities",
        "controls",
        "empty",
    ],
)
def test_hostile_pages_end(source: str) -> None:
    for found in read_html(source).readings:
        assert isinstance(found.paragraphs, list)


def test_plain_text_that_is_full_of_tags_looks_like_html() -> None:
    assert looks_like_html(BODY)
    assert not looks_like_html("The harbour <closed> on Monday, a < b, and <p> is a tag.")


def test_a_page_of_too_many_elements_is_read_without_an_extractor_and_says_so() -> None:
    source = page(json_ld(ARTICLE), BODY + "<span>sea</span> " * 25_000)

    assert facts(source).title == "Storm shuts the harbour"
    assert all(text in best(source).paragraphs for text in STORY)
    assert any("elements" in note for note in best(source).notes)


@pytest.mark.parametrize(
    "opening",
    [
        "<p {}>",
        "<p title='a > b' {}>",
        "<!-- <i x=' --><p a=\"' >\" {}>",
        "<p title='<script>'><p {}></script>",
        "<script {}></script><p>",
        "<p {}",
    ],
)
def test_the_attributes_of_a_giant_tag_are_never_parsed(opening: str) -> None:
    attributes = " ".join(f"a{n}" for n in range(100_000))
    source = page(body=BODY + opening.format(attributes))

    assert len(without_long_tags(source)) < 2_000
    assert all(text in best(source).paragraphs for text in STORY)


@pytest.mark.parametrize("within", ["<!-- <p {} -->", "<script>if (a<b) {{ '{}' }}</script>", "<p>2 < 3 {}</p>"])
def test_what_only_looks_like_a_giant_tag_stays(within: str) -> None:
    source = page(body=BODY + within.format("x " * 9_000))

    assert without_long_tags(source) == source


def test_a_seeming_end_of_json_ld_and_endless_spaces_are_passed_over() -> None:
    found = best(page(f'<script type="application/ld+json">{{}} -->{" " * 500_000}x</script>'))

    assert found.paragraphs[-3:] == STORY
