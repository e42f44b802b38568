"""Paragraphs of plain text."""

from worker.clean.layout import paragraphs

WRAPPED = """Harbour of Alder Vale closes after storm

   Alder Vale - Negotiations between fishermen of the town headed by
Maren Hale and the left-leaning council of the province over the dred-
ging of the channel could fail, a senior member of the council warned
on Wednesday.
   A second paragraph is marked by its indent alone and goes on for a
while, until it ends.

- Reporting by: Maren Hale
- Editing by: Ode Marr
"""


def test_a_text_wrapped_at_a_terminals_width_is_unwrapped() -> None:
    assert paragraphs(WRAPPED) == [
        "Harbour of Alder Vale closes after storm",
        "Alder Vale - Negotiations between fishermen of the town headed by Maren Hale and the left-leaning council of "
        "the "
        "province over the dred-ging of the channel could fail, a senior member of the council warned on Wednesday.",
        "A second paragraph is marked by its indent alone and goes on for a while, until it ends.",
        "- Reporting by: Maren Hale",
        "- Editing by: Ode Marr",
    ]


def test_a_single_line_break_parts_paragraphs_where_lines_are_not_wrapped() -> None:
    lines = [
        f"Paragraph {number} of the story goes on for much longer than any terminal is wide, and so is no wrap."
        for number in range(4)
    ]

    assert paragraphs("\n".join(lines)) == lines


def test_short_lines_and_lists_of_headlines_are_not_joined() -> None:
    lines = [
        "Storm tears away the pier of Alder Vale town",
        "Council of Oda refuses to pay for dredging it",
        "Keeper: I could see the light",
    ]

    assert paragraphs("\n".join(lines)) == lines


def test_a_headline_right_above_a_wrapped_text_stays_apart() -> None:
    body = [
        "The harbour of the town was closed on Monday, after the storm of that",
        "night had torn away its northern pier, the port office of the town has",
        "said. Nobody was hurt, it added, and the ferries will sail from a beach",
        "until the channel is dredged.",
    ]

    assert paragraphs("\n".join(["Harbour of Alder Vale closes after a storm", *body])) == [
        "Harbour of Alder Vale closes after a storm",
        " ".join(body),
    ]


def test_a_sentence_that_visibly_runs_on_is_joined() -> None:
    text = "The harbour of Alder Vale closed on Monday after a storm tore away its pier and sank\nforty boats in it."

    assert paragraphs(text) == [text.replace("\n", " ")]


def test_blank_lines_of_spaces_part_paragraphs_and_none_is_empty() -> None:
    assert paragraphs("\n \nOne.\n \t \n\n   Two.\n\n") == ["One.", "Two."]
    assert paragraphs("  \n\n") == []
