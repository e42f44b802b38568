from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from worker.edition.markdown import escape
from worker.edition.reading import MOST_NAMED
from worker.edition.render import render_markdown
from worker.edition.view import plain

from .examples import an_edition, carried, full, source

HOSTILE = [
    "# not a heading #",
    "## also none ##",
    "- no list",
    "+ no list",
    "1. no list",
    "12) no list",
    "--- no rule",
    "***",
    "===",
    "> no quote",
    "```no code",
    "~~~no code",
    "| no | table |",
    "[a link](https://evil.example)",
    "![an image](https://evil.example/x.png)",
    "[a link][1]",
    "[1]: https://evil.example",
    "[^1]: a note",
    "<script>alert(1)</script>",
    "<!-- hidden -->",
    "<https://evil.example>",
    "&lt;b&gt; &amp; &copy; &#60; AT&T",
    "*bold* _italic_ ~~gone~~ `code` **b**",
    "snake_case_name * 2 * 3",
    "back\\slash \\* \\",
    "trailing backslash\\",
    "https://evil.example and www.evil.example and mail@evil.example",
    "    four spaces",
    ":tada: $x$ ^1^ ==mark==",
]
texts = st.one_of(
    st.sampled_from(HOSTILE), st.text(alphabet=st.sampled_from("ab1 .)(*_[]<>#`~|&;:!-+=\\/@\n\t\"'")), st.text()
)
printable = texts.filter(lambda text: plain(text) != "")


def tokens(markdown: bytes) -> list[Token]:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(markdown.decode())


def inline(markdown: bytes) -> Iterator[list[Token]]:
    return (token.children or [] for token in tokens(markdown) if token.type == "inline")


def shown(children: list[Token]) -> str:
    return "".join(child.content for child in children if child.type in ("text", "text_special"))


@settings(deadline=None)
@given(text=printable)
@example(text="a")
def test_any_text_is_shown_as_it_is_in_a_heading_a_paragraph_a_link_and_emphasis(text: str) -> None:
    text = plain(text)
    written = escape(text)

    for markdown, opening in [
        (f"## {written}", ["heading_open"]),
        (written, ["paragraph_open"]),
        (f"[{written}](<https://a.example/>)", ["paragraph_open", "link_open"]),
        (f"*{written}*", ["paragraph_open", "em_open"]),
        (f"{written} · {written}", ["paragraph_open"]),
    ]:
        parsed = tokens(markdown.encode())
        children = next(inline(markdown.encode()))
        kinds = [token.type for token in [*parsed, *children] if token.type.endswith("_open")]
        if opening[-1] == "em_open" and not_a_word_edge(text):
            continue
        assert kinds == opening
        assert shown(children) in (text, f"{text} · {text}")
        assert {child.type for child in children} <= {
            "text",
            "text_special",
            "link_open",
            "link_close",
            "em_open",
            "em_close",
        }


def not_a_word_edge(text: str) -> bool:
    # Emphasis of our own stands only around sentences of our own, which begin and end in letters and full stops.
    return not (text[0].isalnum() and (text[-1].isalnum() or text[-1] == "."))


@settings(deadline=None)
@given(headline=printable, summary=printable, publisher=printable)
def test_no_text_can_break_the_structure_of_an_edition(headline: str, summary: str, publisher: str) -> None:
    story = carried(1, headline=headline, summary=summary, sources=(source(1, publisher),))

    markdown = render_markdown(an_edition(story, carried(2)))

    blocks = [token.type for token in tokens(markdown) if token.level == 0 and not token.type.endswith("_close")]
    heading, paragraph = "heading_open", "paragraph_open"
    assert blocks == [
        *(heading, paragraph, heading),
        *(heading, paragraph, paragraph),
        *(heading, paragraph, paragraph),
        *("hr", paragraph, paragraph, paragraph),
    ]
    _, _, _, title, text, origin, *_ = map(shown, inline(markdown))
    assert (title, text, origin) == (plain(headline), plain(summary), plain(publisher))


def test_the_only_links_are_those_to_the_sources() -> None:
    links = [
        str(c.attrs["href"]) for children in inline(render_markdown(full())) for c in children if c.type == "link_open"
    ]

    assert links == [
        "https://news.example/2",
        *(f"https://paper-{n}.example/law?a=1&b=2" for n in range(MOST_NAMED)),
        "https://news.example/1",
        "https://news.example/11",
        "https://news.example/81",
        "https://news.example/5",
        "https://www.haldheimer-bote.example/moor",
        "https://news.example/4",
    ]


@pytest.mark.parametrize(
    "uri",
    [
        "https://a.example/x?a=1&copy;=2",
        "https://a.example/(x)_[y]*z*",
        "https://a.example/a%20b",
        "https://a.example/&#60;",
    ],
)
def test_an_address_arrives_as_it_was(uri: str) -> None:
    markdown = render_markdown(an_edition(carried(1, sources=(source(1, "Post", uri=uri),))))

    links = [str(c.attrs["href"]) for children in inline(markdown) for c in children if c.type == "link_open"]

    assert [link.replace("%5B", "[").replace("%5D", "]") for link in links] == [uri]


def test_three_other_outlets_are_named_and_the_rest_counted() -> None:
    def line(names: int) -> str:
        sources = (source(1, "A"), *(source(10 + n, f"P{n}", uri=f"{n}.txt") for n in range(names)))
        return render_markdown(an_edition(carried(1, sources=sources))).decode()

    assert "Also" not in line(0)
    assert "Also: P0\n" in line(1)
    assert "Also: P0, P1\n" in line(2)
    assert "Also: P0, P1, P2 and 5 more\n" in line(8)


def test_an_edition_without_stories_says_so() -> None:
    assert "There are no new stories in this edition." in render_markdown(an_edition()).decode()


def test_a_second_revision_names_itself() -> None:
    assert "(revision 2)" in render_markdown(an_edition(revision=2)).decode()
    assert "revision" not in render_markdown(an_edition()).decode()
