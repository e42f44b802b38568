import pytest

from worker.summarize.quotations import MOST_JOINED, Quoted, joined


def test_sentences_without_quotations_stay_as_they_are() -> None:
    texts = ["The ferry sank.", "Nobody was hurt."]
    assert joined(texts) == [Quoted(texts[0], whole=True), Quoted(texts[1], whole=True)]


@pytest.mark.parametrize("marks", ['""', "“”", "„“", "«»", "»«"])
def test_sentences_that_share_a_short_quotation_become_one(marks: str) -> None:
    # Given
    left, right = marks
    texts = ["Hale came.", f"She said: {left}We are safe.", f"We thank the crew.{right}", "Then she left."]
    # When
    found = joined(texts)
    # Then
    assert [each.text for each in found] == [texts[0], f"{texts[1]} {texts[2]}", texts[3]]
    assert all(each.whole for each in found)


def test_no_part_of_a_long_quotation_is_whole() -> None:
    # Given a quotation of one sentence more than are joined
    inside = [f"Sentence number {number} of it." for number in range(MOST_JOINED - 1)]
    texts = ["The ferry sank.", 'Hale said: "We are safe.', *inside, 'We thank the crew."', "The quay is closed."]
    # When
    found = joined(texts)
    # Then
    assert [each.text for each in found] == texts
    assert [each.whole for each in found] == [True, *[False] * (MOST_JOINED + 1), True]


def test_a_closing_mark_without_an_opening_one_is_half_a_quotation() -> None:
    assert joined(['We are safe," Hale said.']) == [Quoted('We are safe," Hale said.', whole=False)]


def test_a_quotation_that_opens_a_paragraph_and_never_closes_is_half_a_quotation() -> None:
    assert joined(['"We are safe.', "The quay is closed."]) == [
        Quoted('"We are safe.', whole=False),
        Quoted("The quay is closed.", whole=True),
    ]


def test_a_stray_mark_amid_a_sentence_is_left_out_and_disturbs_no_later_quotation() -> None:
    assert joined(['Repairs cost "38 million crowns.', '"We are safe," Hale said.']) == [
        Quoted("Repairs cost 38 million crowns.", whole=True),
        Quoted('"We are safe," Hale said.', whole=True),
    ]


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ('The council called the road "unsafe? and closed it.', 'The council called the road "unsafe" and closed it.'),
        ('The "Safe Road? march and "Stop Now?, a petition.', 'The "Safe Road" march and "Stop Now", a petition.'),
        ("The TV?host of Calder closed the road.", "The TV host of Calder closed the road."),
        ("Calder?s mayor closed the road.", "Calder’s mayor closed the road."),
        ("Is the road safe?", "Is the road safe?"),
        ('Hale asked: "Is the road safe?" and left.', 'Hale asked: "Is the road safe?" and left.'),
        ('"Why? Who says so?" Hale asked.', '"Why? Who says so?" Hale asked.'),
        ("The council closed the road.?", "The council closed the road."),
        ("Was it the council...?", "Was it the council...?"),
    ],
)
def test_a_question_mark_that_stands_for_a_lost_closing_mark_becomes_one(text: str, mended: str) -> None:
    assert joined([text]) == [Quoted(mended, whole=True)]


def test_marks_far_apart_are_no_pair() -> None:
    texts = ['Repairs cost "38 million crowns.', *["The quay is closed."] * 20, 'We are safe," Hale said.']
    found = joined(texts)
    assert [each.whole for each in found] == [True] * 21 + [False]


def test_nothing_gives_nothing() -> None:
    assert joined([]) == []


@pytest.mark.parametrize("marks", ['""', "“”", "„“", "«»"])
def test_a_quotation_that_the_next_paragraph_goes_on_with_is_closed_at_the_end_of_this_one(marks: str) -> None:
    left, right = marks
    assert joined([f"Hale said: {left}We are safe."], goes_on=True) == [
        Quoted(f"Hale said: {left}We are safe.{right}", whole=True)
    ]
    assert joined([f"{left}We are safe.", "We thank the crew."], goes_on=True) == [
        Quoted(f"{left}We are safe. We thank the crew.{right}", whole=True)
    ]


def test_an_opening_mark_with_a_space_behind_it_stays() -> None:
    text = '" Nous partons demain ", a déclaré le maire.'
    assert joined([text]) == [Quoted(text, whole=True)]


def test_a_closing_mark_that_the_division_put_before_the_next_sentence_goes_back() -> None:
    assert [each.text for each in joined(['Hale said: "We are safe.', '" Then she left.'])] == [
        'Hale said: "We are safe."',
        "Then she left.",
    ]
