import re
import warnings
from itertools import product
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.edition import render
from worker.edition.document import Document, EditionCounts
from worker.edition.profile import Selection
from worker.edition.render import RENDERERS, render_html
from worker.edition.view import GENERATED, UNSUPPORTED, plain

from .examples import GOLDEN, GOLDEN_EDITIONS, an_edition, carried, full, source
from .test_markdown import HOSTILE

CSS = (Path(render.__file__).parent / "templates" / "edition.css").read_text()
HEX = r"#[0-9a-f]{3,6}"
#: WCAG 2.2, success criterion 1.4.3 (AA): the least contrast of text with what is behind it.
CONTRAST = 4.5

printable = st.one_of(st.sampled_from(HOSTILE), st.text()).filter(lambda text: plain(text) != "")


def parsed(html: bytes) -> Element:
    """Parse as a strict HTML5 parser does: it raises at the first error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        return parser.parse(html, transport_encoding="utf-8")


def text(element: Element) -> str:
    return "".join(element.itertext())


@pytest.mark.parametrize("name", GOLDEN_EDITIONS)
@pytest.mark.parametrize("suffix", RENDERERS)
def test_an_edition_gives_the_same_bytes_as_ever(name: str, suffix: str) -> None:
    """To accept a change: `python -m tests.unit.edition.examples`, then look at the difference in golden/."""
    assert RENDERERS[suffix](GOLDEN_EDITIONS[name]()) == (GOLDEN / f"{name}.{suffix}").read_bytes()


@pytest.mark.parametrize("name", GOLDEN_EDITIONS)
def test_the_page_is_valid_html(name: str) -> None:
    root = parsed(RENDERERS["html"](GOLDEN_EDITIONS[name]()))

    assert root.tag == "html"


@settings(deadline=None)
@given(headline=printable, summary=printable, publisher=printable, uri=printable)
def test_no_text_can_break_the_page(headline: str, summary: str, publisher: str, uri: str) -> None:
    for address in (uri, f"https://a.example/{uri}"):
        story = carried(1, headline=headline, summary=summary, sources=(source(1, publisher, uri=address),))

        root = parsed(render_html(an_edition(story)))

        assert text(root.findall(".//h3")[0]) == plain(headline)
        assert text(root.findall(".//p[@class='summary']")[0]) == plain(summary)
        assert text(root.findall(".//p[@class='source']/bdi")[0]) == plain(publisher)
        assert [e.tag for e in root.findall(".//article//*")] in (["h3", "p", "p", "bdi"], ["h3", "a", "p", "p", "bdi"])
        assert all(a.attrib["href"].startswith("https://a.example/") for a in root.iter("a"))


def test_the_page_has_one_title_landmarks_and_a_heading_for_each_story_in_order() -> None:
    root = parsed(render_html(full()))
    document = full()

    assert root.attrib["lang"] == "en"
    assert text(root.findall(".//title")[0]) == "Daily edition: Sunday, 22 November 2026"
    assert [len(root.findall(f"body/{tag}")) for tag in ("header", "main", "footer")] == [1, 1, 1]
    headings = [e.tag for e in root.iter() if re.fullmatch("h[1-6]", str(e.tag))]
    assert headings == ["h1", "h2", *["h3"] * 7]
    assert [text(h3) for h3 in root.iter("h3")] == [topic["headline"] for topic in document["topics"]]


def test_a_topic_is_one_block_that_names_the_other_outlets() -> None:
    page = parsed(render_html(full()))
    blocks = [block for block in page.iter("article") if "Ferries" in text(block)]

    assert len(blocks) == 1
    assert text(blocks[0].findall("p[@class='others']")[0]).startswith("Also: ")


def test_every_topic_and_section_has_an_anchor_and_the_contents_lead_to_the_sections() -> None:
    page = parsed(render_html(several(40, 7)))
    names = [element.attrib["id"] for element in page.iter() if "id" in element.attrib]

    assert (
        len(set(names))
        == len(names)
        == 3 + len(page.findall(".//article")) + len(page.findall(".//ul[@class='lines']/li"))
    )
    assert [a.attrib["href"] for a in page.findall(".//nav//a")] == [f"#{h2.attrib['id']}" for h2 in page.iter("h2")]


def test_each_story_is_tagged_with_its_language_and_direction() -> None:
    tagged = {text(h3)[:5]: (h3.get("lang"), h3.get("dir")) for h3 in parsed(render_html(full())).iter("h3")}

    assert tagged["Forsc"] == ("de", None)
    assert tagged["افتتا"] == ("ar", "rtl")
    assert tagged['"Fish'] == (None, "auto")


def test_the_page_needs_nothing_from_outside_and_runs_nothing() -> None:
    root = parsed(render_html(full()))
    policy = root.findall(".//meta[@http-equiv='Content-Security-Policy']")[0].attrib["content"]

    assert "default-src 'none'" in policy
    assert not {"script", "link", "img", "iframe", "object", "embed", "form"} & {str(e.tag) for e in root.iter()}
    assert not [name for e in root.iter() for name in e.attrib if name == "src" or name.startswith("on")]
    assert "url(" not in CSS
    assert "@import" not in CSS


def test_links_lead_to_web_pages_only_and_do_not_hand_over_the_window() -> None:
    links = list(parsed(render_html(full())).iter("a"))

    assert links
    outward = [a for a in links if not a.attrib["href"].startswith("#")]
    assert all(a.attrib["href"].startswith(("https://", "http://")) and a.attrib["rel"] == "noopener" for a in outward)


def test_marks_and_notes_are_on_the_page() -> None:
    page = text(parsed(render_html(full())))

    for expected in ("Update", "Late report", GENERATED.format(model="press-summaries"), UNSUPPORTED, "and 6 more"):
        assert expected in page


def sections(root: Element) -> dict[str, list[str]]:
    return {
        text(section.findall("h2")[0]): [text(h3) for h3 in section.iter("h3")]
        + [text(line.findall("span")[0]) for line in section.findall("ul[@class='lines']/li")]
        for section in root.iter("section")
    }


def several(count: int, witnessed: int = 0) -> Document:
    """An edition of `count` stories, of which two publishers tell the first `witnessed`."""
    return an_edition(
        *(
            carried(n, headline=f"{n}", sources=(source(n, "A"), *([source(n + 500, "B")] if n <= witnessed else [])))
            for n in range(1, count + 1)
        ),
        selection=Selection(words=0),
    )


def test_seven_stories_are_all_top_stories() -> None:
    assert {name: len(found) for name, found in sections(parsed(render_html(several(7)))).items()} == {"Top stories": 7}


@pytest.mark.parametrize(("witnessed", "top"), [(0, 5), (5, 5), (6, 6), (7, 7), (20, 7)])
def test_five_stories_lead_and_up_to_seven_that_more_than_one_publisher_tells(witnessed: int, top: int) -> None:
    found = sections(parsed(render_html(several(20, witnessed))))

    assert {name: len(told) for name, told in found.items()} == {"Top stories": top, "More stories": 20 - top}


def test_a_long_edition_ends_with_its_headlines_and_each_story_is_told_once() -> None:
    found = sections(parsed(render_html(several(40, 7))))

    assert {name: len(told) for name, told in found.items()} == {"Top stories": 7, "More stories": 20, "In brief": 13}
    assert sorted(int(name) for told in found.values() for name in told) == list(range(1, 41))


def test_an_edition_says_what_it_holds_what_it_left_out_and_what_made_its_summaries() -> None:
    page = text(parsed(render_html(full())))

    assert "22 articles, 7 topics, 2 reported by several outlets, 1 updated, 2 late." in page
    assert "Summarised by extractive (all-MiniLM-L6-v2); seq2seq (press-summaries)." in page
    counts = EditionCounts(received=9, reprints=0, failed=0, filtered=8)
    assert "8 passed over by the profile's filters" in text(parsed(render_html(an_edition(carried(), counts=counts))))


def test_an_edition_without_stories_says_so() -> None:
    assert "There are no new stories in this edition." in text(parsed(render_html(an_edition())))


def test_the_page_follows_the_reader_s_choice_of_light_or_dark_and_prints() -> None:
    scheme = parsed(render_html(full())).findall(".//meta[@name='color-scheme']")[0]

    assert scheme.attrib["content"] == "light dark"
    assert "@media (prefers-color-scheme: dark)" in CSS
    assert "@media print" in CSS


def schemes() -> dict[str, dict[str, str]]:
    light, dark, printed = (
        dict(re.findall(rf"--(\w+): ({HEX});", block)) for block in re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    )
    return {"light": light, "dark": {**light, **dark}, "print": {**light, **printed}}


@pytest.mark.parametrize(("scheme", "colour"), [*product(["light", "dark", "print"], ["ink", "soft", "accent"])])
def test_every_text_can_be_told_from_its_background(scheme: str, colour: str) -> None:
    colours = schemes()[scheme]

    high, low = sorted((luminance(colours[colour]), luminance(colours["paper"])), reverse=True)

    assert (high + 0.05) / (low + 0.05) >= CONTRAST


def test_text_has_no_colours_but_those_that_are_checked() -> None:
    used = re.findall(r"(?<![\w-])color: ([^;]+);", CSS)

    assert set(used) <= {"var(--ink)", "var(--soft)", "var(--accent)", "inherit"}
    assert set(re.findall(r"background[\w-]*: ([^;]+);", CSS)) == {"var(--paper)"}


def luminance(colour: str) -> float:
    """Return the relative luminance of a hexadecimal sRGB colour, as WCAG 2.2 defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    channels = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
