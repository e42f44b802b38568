"""Markdown without its markup."""

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from worker.clean.markdown import DEEPEST, LONGEST, read_markdown

SOURCE = """# Storm *shuts* harbour

ALDER VALE (Vane) - The **harbour** closed on [Monday](http://vane.example/y_(z)) near
the _old_ pier of snake_case_name, `code` and 5 * 3 * 2.

![picture](pier.png "the pier")

> "We heard it," she said.
> It was loud.

- one
- two
  wrapped

Second heading
--------------
```
code
```
<div>Nobody</div> was hurt.[^1] ~~Gone~~ &amp; more.

[^1]: a note
[ref]: http://vane.example
"""


def paragraphs(source: str) -> list[str]:
    text = read_markdown(source).text
    return text.split("\n\n") if text else []


def dropped(source: str) -> list[tuple[str, str]]:
    return [(line.rule, line.line) for line in read_markdown(source).dropped]


def test_markup_goes_and_text_stays() -> None:
    found = read_markdown(SOURCE)

    assert found.heading == "Storm shuts harbour"
    assert [line for line in found.text.split("\n") if line] == [
        "ALDER VALE (Vane) - The harbour closed on Monday near the old pier of snake_case_name, code and 5 * 3 * 2.",
        '"We heard it," she said. It was loud.',
        "- one",
        "- two wrapped",
        "Second heading",
        "Nobody was hurt. Gone & more.",
    ]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("**The *old* pier** fell", "The old pier fell"),
        ("*The **old** pier* fell", "The old pier fell"),
        ("***The old* pier** fell", "The old pier fell"),
        ("**The old\npier** fell", "The old pier fell"),
        ("_The\nold_ pier", "The old pier"),
        ("The pi*er*s", "The piers"),
        ("snake_case_name and 5 * 3 * 2", "snake_case_name and 5 * 3 * 2"),
        ("~~The **old**~~ pier", "The old pier"),
        (r"\*literal\* \# \[x\] \\ \a", r"*literal* # [x] \ \a"),
        ("`a*b*c` and `x_y_z`", "a*b*c and x_y_z"),
        ("`` a`b `` and ```c```", "a`b and c"),
        (r"`\*` and `&amp;`", r"\* and &amp;"),
        ("The [pier](http://vane.example/a 'b') fell", "The pier fell"),
        ("The [old [north] pier](/a) fell", "The old [north] pier fell"),
        ("The [*old* `pier`][ref] fell\n\n[ref]: http://vane.example 'Vane'", "The old pier fell"),
        ("The [pier] and the [Mole][] fell\n\n[pier]: /a\n[mole]: /b", "The pier and the Mole fell"),
        ("The [mayor] said", "The [mayor] said"),
        (
            "The <http://vane.example/a_b_c> and <desk@vane.example>",
            "The http://vane.example/a_b_c and desk@vane.example",
        ),
        ("See http://vane.example/a_b_c now", "See http://vane.example/a_b_c now"),
        ("A pier ![it *fell*](a.png 'fell') here", "A pier here"),
        ("A pier ![it fell][a] here\n\n[a]: /a.png", "A pier here"),
        ("[![a pier](a.png)](http://vane.example) It fell", "It fell"),
        ("Fish &amp; chips, caf&#233;, &lt;b&gt; &nosuch;", "Fish & chips, café, <b> &nosuch;"),
        ("The <b>old</b> <a href='x'>pier</a>", "The old pier"),
        ("The <!-- not\nthis --> pier", "The pier"),
        ("The <script>alert(1)</script>pier", "The pier"),
        ("Five < six > four", "Five < six > four"),
        ("It fell.[^1] It[^note] was old.", "It fell. It was old."),
        ("A [^1](http://vane.example) mark", "A ^1 mark"),
    ],
)
def test_markup_within_a_paragraph_goes(source: str, text: str) -> None:
    assert read_markdown(source).text == text


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("One\ntwo\n\nThree", ["One two", "Three"]),
        ("One\r\ntwo\r\n\r\nThree", ["One two", "Three"]),
        ("One\n## Two\nThree", ["One", "Two", "Three"]),
        ("One\n\nTwo *words*\n---\nThree", ["One", "Two words", "Three"]),
        ("One\n\n## Two ##\n\n#Three", ["One", "Two", "#Three"]),
        ("One\n\n***\n\nTwo\n\n---\n\nThree", ["One", "Two", "Three"]),
        ("    One\n    two\n\n\tThree", ["One two", "Three"]),
        ("> One\n> two\n>\n> Three\nlazy\n\nFour", ["One two", "Three lazy", "Four"]),
        ("> > One\n\n>Two", ["One", "Two"]),
        ("- One\n\n  more\n- Two\n  * Three\n\n+ Four", ["- One", "more", "- Two", "* Three", "+ Four"]),
        ("3. One\n4. Two\n\n1) Three", ["3. One", "4. Two", "1) Three"]),
        ("- [ ] One\n- [x] Two\n- [3] Three", ["- One", "- Two", "- [3] Three"]),
        ("-\n\nOne", ["One"]),
        ("<!-- not\n\nthis -->\n\nOne", ["One"]),
        ("<script>\nlet a = 1\n\nlet b\n</script>\n\nOne", ["One"]),
        ("<style>p {}</style>\nOne", ["One"]),
        ("<div>\n\nOne *two*\n\n</div>", ["One two"]),
        ("<p>One <b>two</b> &amp; **three**</p><p>Four</p>", ["One two & three", "Four"]),
        ("<h2>One</h2>\nTwo<br>three\n<ul><li>Four</ul>", ["One", "Two", "three", "Four"]),
        ("<figure>\n<img src='a.png'>\n<figcaption>A pier</figcaption>\n</figure>\n\nOne", ["One"]),
        ("One\n\n[^1]: A note\nthat goes on\n\n    and on.\n\nTwo", ["One", "Two"]),
        ("One\n[^1]: A note\n[^2]: Another\n\nTwo", ["One", "Two"]),
        ("[^1]: A note\n## Two", ["Two"]),
        ("One\n\n[ref]: http://vane.example\n'A title'", ["One"]),
        ("[Reporter]: I saw it fall.", ["[Reporter]: I saw it fall."]),
        ("", []),
    ],
)
def test_blocks_become_paragraphs(source: str, found: list[str]) -> None:
    assert paragraphs(source) == found


@pytest.mark.parametrize("mark", ["  \n", "\\\n", "<br>", "<br/>\n"])
def test_a_line_break_that_the_author_made_stays(mark: str) -> None:
    assert [line.strip() for line in read_markdown(f"One{mark}two").text.split("\n")] == ["One", "two"]


@pytest.mark.parametrize(
    ("source", "found", "lines"),
    [
        ("One\n```\na\n~~~\nb\n```\nTwo", ["One", "Two"], ["```", "a", "~~~", "b", "```"]),
        ("One\n~~~~\na\n~~~\n```\n~~~~\nTwo", ["One", "Two"], ["~~~~", "a", "~~~", "```", "~~~~"]),
        ("> One\n> ```\n> a\n> ```\n> Two", ["One", "Two"], ["> ```", "> a", "> ```"]),
        ("- One\n  ```\n  a\n  ```\n  Two", ["- One", "Two"], ["```", "a", "```"]),
        ("One\n```\na", ["One"], ["```", "a"]),
    ],
)
def test_a_code_block_is_dropped_with_its_rule(source: str, found: list[str], lines: list[str]) -> None:
    assert paragraphs(source) == found
    assert dropped(source) == [("code block", line) for line in lines]


def test_a_table_is_dropped_with_its_rule() -> None:
    source = "One\n\n| a | *b* |\n|---|:-:|\n| 1 | 2 |\n\nTwo | three"

    assert paragraphs(source) == ["One", "Two | three"]
    assert dropped(source) == [("table", line) for line in ("| a | *b* |", "|---|:-:|", "| 1 | 2 |")]


def test_a_footnote_is_dropped_with_its_rule() -> None:
    assert dropped("One\n\n[^1]: A note\n\n    that goes on") == [
        ("footnote", "[^1]: A note"),
        ("footnote", "that goes on"),
    ]


@pytest.mark.parametrize(
    ("source", "heading", "text"),
    [
        ("Storm *shuts*\nharbour\n===\n\nIt was loud.", "Storm shuts harbour", "It was loud."),
        ("![pier](a.png)\n\n# Storm\n\n# Loud", "Storm", "Loud"),
        ("It was loud.\n\n# Storm", None, "It was loud.\n\nStorm"),
        ("> # Storm\n\nIt was loud.", None, "Storm\n\nIt was loud."),
        ("## Storm\n\nIt was loud.", None, "Storm\n\nIt was loud."),
        ("#\n\nIt was loud.", None, "It was loud."),
    ],
)
def test_a_first_level_heading_above_all_text_is_the_title(source: str, heading: str | None, text: str) -> None:
    found = read_markdown(source)
    assert (found.heading, found.text) == (heading, text)


def test_a_text_beyond_the_cap_is_read_as_plain_text_with_a_note() -> None:
    within = "**a** " * (LONGEST // 6)
    assert read_markdown(within[:60]).notes == ()

    beyond = within + "**a** "
    assert read_markdown(beyond).text == beyond
    assert read_markdown(beyond).notes == (
        "The text has more than 1,000,000 characters, so its Markdown was read as plain text.",
    )


@pytest.mark.parametrize("nest", ["> " * 200_000 + "One", "- " * 200_000 + "One", "1. " * 130_000 + "One"])
def test_a_nest_beyond_the_cap_is_read_as_plain_text_with_a_note(nest: str) -> None:
    found = read_markdown(nest)

    assert found.text == nest
    assert found.notes == (f"The Markdown nests its blocks more than {DEEPEST} deep, so it was read as plain text.",)


def work(action: Callable[[], object]) -> int:
    """Return how many functions `action` calls: a measure of work that no busy machine changes."""
    calls = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(None)
    return calls


# fmt: off
HOSTILE = [
        "[", "![", "**", "*a", "_a", "`", "<", "<!--", "[a](", "> ", "# ", "|-", "***a", "~~", "-", "a\n", "--\n", "\n",
        "<a", "<a b='", "<?", "<![CDATA[", "[a][", "[^1]", "[^1]: a\n", "- a\n", "> - a\n", "<div>\n", "<script>", "&",
        "a|b\n-|-\n", "[a]: b\n", "```\n", "\\", "a*b_", "<p>a\n\n", "<figure>\n\n",
]
# fmt: on


@pytest.mark.parametrize("mark", HOSTILE)
@pytest.mark.parametrize("before", ["x", "<div>"])
def test_hostile_repetition_takes_work_in_proportion_to_its_length(before: str, mark: str) -> None:
    short, long = (before + mark * (length // len(mark)) + "x" for length in (1_000, 4_000))
    read_markdown(short)

    # Four times the length; quadratic work is sixteen times as much.
    assert work(lambda: read_markdown(long)) < 8 * work(lambda: read_markdown(short)) + 1_000
    assert len(read_markdown(long).text) <= 2 * len(long)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("mark", ["[", "<!--", "<a b='", "`a``", "<figure>", "</script "])
def test_hostile_repetition_of_a_long_text_is_read(mark: str) -> None:
    """Searches within strings are no calls: what is quadratic in them would take minutes here."""
    assert len(read_markdown("<div>x" + mark * (LONGEST // 5 // len(mark)) + "x").text) <= LONGEST
