"""Markdown without its markup."""

import pytest

from worker.clean.markdown import read_markdown

SOURCE = """---
title: "Storm shuts harbour"
date: 2026-03-05T10:00:00Z
author: Maren Hale
tags: [a, b]
---

# Storm *shuts* harbour

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


def test_markup_goes_and_text_stays() -> None:
    found = read_markdown(SOURCE)

    assert found.heading == "Storm shuts harbour"
    assert found.fields["title"] == "Storm shuts harbour"
    assert found.fields["author"] == "Maren Hale"
    assert [line for line in found.text.split("\n") if line] == [
        "ALDER VALE (Vane) - The harbour closed on Monday near the old pier of snake_case_name, code and 5 * 3 * 2.",
        '"We heard it," she said. It was loud.',
        "- one",
        "- two wrapped",
        "Second heading",
        "Nobody was hurt. Gone & more.",
    ]


def test_an_underlined_first_line_is_the_heading() -> None:
    assert read_markdown("Storm shuts harbour\n===\n\nIt was loud.").heading == "Storm shuts harbour"


def test_a_rule_that_opens_a_text_is_no_front_matter() -> None:
    assert read_markdown("---\nIt was loud.\n\nNobody was hurt.\n").fields == {}


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "mark",
    ["[", "![", "**", "*a", "_a", "`", "<", "<!--", "[a](", "> ", "# ", "|-", "***a", "~~", "-", "a\n", "--\n", "\n"],
)
def test_hostile_repetition_is_read_in_linear_time(mark: str) -> None:
    assert len(read_markdown("x" + mark * (500_000 // len(mark)) + "x").text) <= 2_000_000
