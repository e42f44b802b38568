"""What is in the midst of an article and none of it."""

import pytest

from tests.unit.clean.html_pages import STORY, article


@pytest.mark.parametrize(
    ("markup", "dropped"),
    [
        ("<p>CLOSE</p><p>The mayor speaks about the storm and the pier. VANE NEWS</p>", ["overlay", "picture caption"]),
        ("<p>Image 1 of / 13</p><p>Close</p>", ["player", "overlay"]),
        ("<p>1 / 5</p><p>Show thumbnails</p><p>Next slide</p>", ["player", "player", "player"]),
        ("<div role='dialog'><p>Where do you live? We show you the weather of your town.</p></div>", ["overlay"]),
        (
            "<div class='photo-gallery'><p>1 of 2</p><p>The pier, seen from the tower.</p></div>",
            ["gallery", "gallery"],
        ),
        ("<p class='visually-hidden'>Skip to the end of the gallery.</p>", ["overlay"]),
    ],
)
def test_furniture_is_dropped_with_its_rule(markup: str, dropped: list[str]) -> None:
    cleaned = article(f"<p>{STORY[0]}</p><p>{STORY[1]}</p>{markup}<p>{STORY[2]}</p>")

    assert cleaned.body.split("\n\n") == STORY
    assert [line.rule for line in cleaned.dropped if line.rule != "repeated title"] == dropped


@pytest.mark.parametrize(
    "line",
    [
        "Next to the pier lies the wreck of the Sunniva, which ran aground in the same storm of that night.",
        "Close to 40 boats cannot leave.",
        "1 of 13 boats was lost.",
    ],
)
def test_prose_that_begins_like_a_button_stays(line: str) -> None:
    assert line in article(f"<p>{STORY[0]}</p><p>{line}</p><p>{STORY[1]}</p>").body.split("\n\n")


def test_a_dialog_that_holds_the_page_is_the_page() -> None:
    page = "".join(f"<p>{text}</p>" for text in STORY)

    assert article(f"<div role='dialog'>{page}</div>").body.split("\n\n") == STORY


@pytest.mark.parametrize("style", [' style="display: block"', ""])
def test_spans_that_are_shown_as_paragraphs_are_paragraphs(style: str) -> None:
    spans = "".join(f"<span{style}>{text}</span>" for text in STORY)

    assert article(f"<div>{spans}</div>").body.split("\n\n") == STORY


def test_a_span_within_a_sentence_stays_there() -> None:
    text = "<p>The <span>U.S.</span><span>Navy</span> sent a tug to the harbour of Alder Vale on Tuesday morning.</p>"

    assert "The U.S.Navy sent a tug" in article(text + "".join(f"<p>{line}</p>" for line in STORY)).body
