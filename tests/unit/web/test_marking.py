"""Which sentences of an article speak for its summary."""

from worker.web.marking import MOST_SHOWN, marked

BODY = (
    "The ferry Sunniva ran aground off Osterby on Friday. Nobody was hurt.\n\n"
    "Tugs pulled her free at noon. The harbour master praised the crew of the ferry for its calm."
)


def sentences(summary: str, body: str = BODY) -> tuple[list[str], tuple[str, ...]]:
    """Return the marked sentences of `body`, and what of `summary` nothing speaks for."""
    found = marked(body, summary, "en")
    return [one.text for paragraph in found.paragraphs for one in paragraph if one.marked], found.unsupported


def test_a_sentence_of_the_article_marks_itself() -> None:
    assert sentences("Nobody was hurt. Tugs pulled her free at noon.") == (
        ["Nobody was hurt.", "Tugs pulled her free at noon."],
        (),
    )


def test_a_sentence_in_other_words_marks_the_one_that_has_most_of_its_word_pairs() -> None:
    assert sentences("The harbour master praised the crew for its calm.") == (
        ["The harbour master praised the crew of the ferry for its calm."],
        (),
    )


def test_a_sentence_that_nothing_speaks_for_is_named_and_marks_nothing() -> None:
    assert sentences("The captain has resigned.") == ([], ("The captain has resigned.",))


def test_of_a_very_long_text_the_beginning_is_shown_and_the_rest_counted() -> None:
    found = marked("word " * MOST_SHOWN, "word", "en")

    shown = sum(len(one.text) for paragraph in found.paragraphs for one in paragraph)
    assert shown <= MOST_SHOWN
    assert found.left_out >= 4 * MOST_SHOWN
