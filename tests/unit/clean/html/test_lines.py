"""From a tree to lines: paragraphs, entries of lists, rows of tables."""

import pytest

from worker.clean.html.tree import lines_of_fragment


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("<p>One<br>two</p><h2>Three</h2>four", ["One", "two", "Three", "four"]),
        (
            "<ul><li>One</li><li><p>two</p></li><li></li><li><b>th</b>ree</li></ul>four",
            ["• One", "• two", "• three", "four"],
        ),
        (
            "<table><tr><th>Place</th><th>Boats</th></tr><tr><td>Oda</td><td>4</td></tr></table>",
            ["Place | Boats", "Oda | 4"],
        ),
        ("<table><tr><td>One</td><td></td></tr></table>", ["One"]),
        ("<table><tr><td>Menu</td><td><p>" + "word " * 60 + "</p></td></tr></table>", ["Menu", ("word " * 60).strip()]),
        ("<table><tr><td>a|b</td><td>c</td></tr></table>", ["a b | c"]),
        ("<p>One<script>two</script> three</p><figure>four</figure>", ["One three"]),
    ],
)
def test_a_line_is_a_paragraph_an_entry_or_a_row(source: str, lines: list[str]) -> None:
    assert lines_of_fragment(source) == lines
