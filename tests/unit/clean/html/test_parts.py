"""Articles in parts."""

from tests.unit.clean.html_pages import STORY, article

MORE = [
    f"The office counted the boats of quay {quay} on Tuesday, and found all of them but the smallest in good order."
    for quay in ("one", "two", "three", "four", "five", "six")
]


def part(name: str, texts: list[str]) -> str:
    return f"<div class='row'><div class='{name}'>{''.join(f'<p>{text}</p>' for text in texts)}</div></div>"


def test_an_article_in_parts_is_read_whole_and_in_order() -> None:
    parts = (
        part("chunk", STORY) + "<div class='ad'>Advertisement</div>" + part("chunk", MORE[:3]) + part("chunk", MORE[3:])
    )

    assert article(parts).body.split("\n\n") == [*STORY, *MORE]


def test_comments_are_no_part_of_it() -> None:
    page = part("chunk", STORY) + f"<section class='comments'>{part('chunk', MORE)}</section>"

    assert article(page).body.split("\n\n") == STORY


def test_the_article_below_it_is_no_part_of_it() -> None:
    below = f"</article><article><h2>Council votes on a tram line</h2>{part('chunk', MORE)}"

    assert not set(MORE) & set(article(part("chunk", STORY) + below).body.split("\n\n"))
