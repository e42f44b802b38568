"""Which text of a page is its article's body."""

import json

import pytest

from tests.unit.clean.html_pages import STORY, article

PARAGRAPHS = "".join(f"<p>{text}</p>" for text in STORY)


def json_ld(node: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


@pytest.mark.parametrize("depth", [1, 3, 9])
def test_closing_tags_in_a_row_lose_no_text(depth: int) -> None:
    menu = "\n".join(["<div>"] * depth + ["</div>"] * depth)

    assert article(f"<div>\n{menu}\n</div>\n<div class='story'>{PARAGRAPHS}</div>\n</div>").body.split("\n\n") == STORY


def test_the_rows_of_a_table_are_in_the_body() -> None:
    table = "<table><tr><th>Place</th><th>Boats</th></tr><tr><td>Alder Vale</td><td>40</td></tr></table>"

    assert article(PARAGRAPHS + table).body.split("\n\n") == [*STORY, "Place | Boats", "Alder Vale | 40"]


def test_a_page_of_figures_with_a_sentence_is_an_article() -> None:
    rows = "".join(f"<tr><td>{n}</td><td>{n * n}</td><td>{n * 7.25}</td></tr>" for n in range(100, 180))
    body = article(f"<p>{STORY[0]}</p><p>{STORY[1]}</p><table>{rows}</table>").body

    assert body.startswith(STORY[0])
    assert "100 | 10000 | 725.0" in body


def test_the_marks_of_a_list_are_no_text() -> None:
    entries = [
        "The northern pier is lost, and with it the lamp at its head.",
        "The southern quay can be used by day only.",
    ]
    items = "".join(f"<li>{text}</li>" for text in entries)

    assert article(f"{PARAGRAPHS}<ul>{items}</ul>").body.split("\n\n") == [*STORY, *entries]


def test_the_way_to_read_a_page_is_chosen_by_what_cleaning_leaves() -> None:
    caption = (
        "Boats lie on the quay of Alder Vale on Monday, seen from the church tower. Photograph: Ode Marr/Vane Images"
    )
    head = json_ld({"@type": "Article", "articleBody": " ".join(STORY)})
    cleaned = article(f"<p>{caption}</p>", head)

    assert cleaned.body == " ".join(STORY)
    assert any("articleBody" in note for note in cleaned.notes)


def test_a_line_that_the_article_body_lacks_is_dropped_with_its_rule() -> None:
    head = json_ld({"@type": "Article", "articleBody": " ".join(STORY)})
    cleaned = article(f"<p>{STORY[0]}</p><p>Read it all.</p>", head)

    assert cleaned.body == " ".join(STORY)
    assert ("Read it all.", "not in articleBody") in [(line.line, line.rule) for line in cleaned.dropped]


def test_a_page_of_a_paywall_is_a_teaser_without_its_offer() -> None:
    node = {"@type": "NewsArticle", "headline": "Storm shuts the harbour of Alder Vale", "isAccessibleForFree": False}
    offer = (
        "<h2>This article is for subscribers</h2>"
        "<p>Subscribe from 1 crown a week to read the full story.</p>"
        "<p>You have reached your limit of free articles.</p>"
    )
    head = json_ld(node)
    cleaned = article(f"<p>{STORY[0]}</p><div class='paywall'>{offer}</div>", head)

    assert cleaned.body == STORY[0]
    assert cleaned.teaser
    assert any("only its beginning" in note for note in cleaned.notes)
    assert [line.rule for line in cleaned.dropped if "offer" in line.rule] == ["paywall offer"] * 3


def test_a_page_that_says_so_in_words_alone_is_a_teaser_too() -> None:
    cleaned = article(f"{PARAGRAPHS}<p>This article is for subscribers</p>")

    assert cleaned.body.split("\n\n") == STORY
    assert cleaned.teaser


def test_a_text_that_is_mostly_repeats_keeps_them_and_another_loses_them() -> None:
    line = "Two slices of rye bread with cheese, an apple and a cup of tea without sugar, taken before eight each day."
    plan = "".join(f"<h3>Day {day}</h3><p>{line}</p><p>{STORY[day % 3]}</p>" for day in range(7))

    assert article(plan).body.split("\n\n").count(line) == 7
    assert article(f"{PARAGRAPHS}<p>{line}</p><h3>Again</h3><p>{line}</p>").body.split("\n\n").count(line) == 1
