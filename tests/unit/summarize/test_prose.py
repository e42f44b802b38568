import pytest

from worker.summarize.prose import (
    MOST_CHARACTERS,
    MOST_SENTENCES,
    MOST_USABLE,
    considered,
    is_prose,
    paragraphs,
    tidied,
    without_capitals,
)


def test_paragraphs_are_parted_by_blank_lines_and_stand_on_one_line() -> None:
    assert paragraphs("One\ntwo  three.\n\n \nFour.\n\n") == ["One two three.", "Four."]


@pytest.mark.parametrize(
    "text",
    [
        "The harbour council voted to close the quay.",
        'Maren Hale said that the quay was "unsafe in any storm."',
        "Der Stadtrat von Eastmere hat die Brücke am Montag gesperrt.",
        "东港市议会星期二投票决定关闭旧码头。",
        "पूर्वी बंदरगाह परिषद ने मंगलवार को पुराना घाट बंद करने का निर्णय लिया।",
        "مجلس الميناء صوت يوم الثلاثاء على إغلاق الرصيف القديم.",
    ],
)
def test_a_whole_sentence_is_prose_in_any_script(text: str) -> None:
    assert is_prose(text)


@pytest.mark.parametrize(
    "text",
    [
        "Read more here.",  # too short
        "Harbour council votes to close the quay",  # a heading
        "The council voted to close the quay and then...",  # a teaser
        "Eastmere 3 2 1 0 44 Norland 2 1 1 0 39 17.",  # a table
        "Maren Hale, Oda Lind, Piet Voss, Anna Berg.",  # names
        "The council (which met on Monday voted to close the quay.",  # a bracket left open
        "",
    ],
)
def test_headings_teasers_tables_and_fragments_are_no_prose(text: str) -> None:
    assert not is_prose(text)


def test_sentences_are_numbered_across_paragraphs() -> None:
    # Given
    body = "The council met on Monday evening. It voted to close the quay.\n\nMeanwhile, ferries go from the bridge."
    # When
    found = considered(body, "en")
    # Then
    assert [sentence.position for sentence in found] == [0, 1, 2]
    assert [sentence.points_back for sentence in found] == [False, True, False]
    assert found[2].shortened == "Ferries go from the bridge."


def test_a_sentence_said_before_is_not_usable_again() -> None:
    found = considered("The council closed the old quay. Ships went on.\n\nThe council closed the old quay.", "en")
    assert [sentence.usable for sentence in found] == [True, False, False]


def test_a_connective_stays_and_the_sentence_points_back_where_no_sentence_would_be_left() -> None:
    [found] = considered("But the ferries were late.", "en")
    assert found.usable
    assert (found.shortened, found.points_back) == ("But the ferries were late.", True)


def test_english_openers_mean_nothing_in_another_language() -> None:
    [found] = considered("Still, und ohne ein Wort zu sagen, verließ der Rat den Saal.", "de")
    assert found.shortened == found.text
    assert not found.points_back


def test_only_so_many_sentences_and_characters_are_considered() -> None:
    distinct = " ".join(f"The old quay number {number} was closed again." for number in range(100))
    assert [sentence.usable for sentence in considered(distinct, "en")] == [True] * MOST_USABLE
    assert len(considered("Read more.\n\n" * 100, "en")) == MOST_SENTENCES
    assert sum(len(sentence.text) for sentence in considered("quay " * 10 * MOST_CHARACTERS, "en")) <= MOST_CHARACTERS


def test_lines_that_are_no_prose_do_not_crowd_out_the_news() -> None:
    body = "Read more here\n\n" * (MOST_SENTENCES // 2) + "The old quay was closed again on Monday."
    assert considered(body, "en")[-1].usable


def test_a_sentence_that_the_limit_of_characters_cuts_is_left_out() -> None:
    # Given an article whose second sentence runs over the limit, with a full stop inside it just before the limit
    first = "The council closed the old quay on Monday."
    body = f"{first}\n\n{'quay ' * MOST_CHARACTERS}"
    # Then
    assert [sentence.text for sentence in considered(body, "en")] == [first]


def test_text_without_a_letter_or_digit_has_no_sentences() -> None:
    assert considered(" \n\n *** \n\n --- ", "en") == []


@pytest.mark.parametrize("text", ["“Most people had a bag packed.”", "„Die meisten hatten schon gepackt.“"])
def test_a_quotation_alone_points_back_to_who_speaks(text: str) -> None:
    [found] = considered(text, "de")
    assert found.points_back


def test_a_quotation_with_its_speaker_does_not() -> None:
    [found] = considered("“Most people,” said Maren Hale, “had a bag packed.”", "en")
    assert not found.points_back


@pytest.mark.parametrize(
    "teaser",
    [
        "READ | Was the old ferry terminal really closed for good on Monday?",
        "Read: Watch: the council's helicopter lands on the roof of the terminal.",
        "Could the strike be the undoing of the council of Eastmere?",
    ],
)
def test_the_title_of_another_story_may_not_stand_in_an_extract(teaser: str) -> None:
    body = f"The council closed the old quay on Monday.\n\nShips go on to Veldhaven from now on.\n\n{teaser}"
    assert [sentence.text for sentence in considered(body, "en") if sentence.usable] == body.split("\n\n")[:2]


@pytest.mark.parametrize(
    ("question", "place"),
    [("Who will pay for the new ferry terminal?", 0), ("“Who will pay for it?” asked Maren Hale of the council.", 3)],
)
def test_a_question_may_open_a_report_or_be_quoted(question: str, place: int) -> None:
    body = ["The council closed the old quay.", "Ships go on to Veldhaven.", "A new bridge opens next year."]
    body.insert(place, question)
    assert considered("\n\n".join(body), "en")[place].usable


def test_the_rows_of_a_table_have_no_sentences_unless_there_is_nothing_else() -> None:
    row = "100 free | Ode Marr swam the race of her life. | She won by a second. | 49.12"
    body = f"The meet was held at Hollin on Saturday.\n\n{row}\n\nThe next one is at Oda in December."

    assert [sentence.text for sentence in considered(body, "en")] == [
        "The meet was held at Hollin on Saturday.",
        "The next one is at Oda in December.",
    ]
    assert considered(row, "en")


def test_a_sentence_that_needs_the_one_before_says_so_in_other_languages_but_not_the_first() -> None:
    body = "Este puerto abrió el lunes dos muelles.\n\nEsta obra costó nueve millones de coronas."
    assert [sentence.points_back for sentence in considered(body, "es")] == [False, True]


@pytest.mark.parametrize(
    ("language", "body", "first"),
    [
        ("es", "Registrarme Entendido La feria abre el lunes en Eastmere.", "La feria abre el lunes en Eastmere."),
        ("fr", 'La hausse de l"économie surprend, dit qu"il faut attendre.', None),
    ],
)
def test_buttons_that_ran_into_a_sentence_go_and_lost_apostrophes_come_back(
    language: str, body: str, first: str | None
) -> None:
    assert considered(body, language)[0].text == (first or body.replace('"', "’"))


@pytest.mark.parametrize(
    ("language", "loose", "tidy"),
    [
        (
            "es",
            "El puerto ( Eastmere ) , según el alcalde , abrió dos muelles .",
            "El puerto (Eastmere), según el alcalde, abrió dos muelles.",
        ),
        (
            "ja",
            "音楽家（４６ ） 、 東港市の歌手 （ ナポ）が歌った 。",
            "音楽家（４６）、東港市の歌手 （ナポ）が歌った。",
        ),
        ("fr", 'Le maire a dit qu""il ferme le port".', 'Le maire a dit qu’"il ferme le port".'),
        ("fr", "Le port coûte .5 million : « trop cher ! »", "Le port coûte .5 million : « trop cher ! »"),
        (
            "en",
            "The port of Eastmere , it is said , has two piers .",
            "The port of Eastmere , it is said , has two piers .",
        ),
    ],
)
def test_spaces_that_an_export_left_at_marks_go(language: str, loose: str, tidy: str) -> None:
    assert tidied(loose, language) == tidy


def test_german_nouns_make_no_heading() -> None:
    assert is_prose("Die Reparatur kostet 38 Millionen Kronen.", "de")
    assert not is_prose("Neue Fähre Für Norbrück Und Eastmere.", "de")


@pytest.mark.parametrize(
    ("body", "cased"),
    [
        ("AT least 84 people were killed.", "At least 84 people were killed."),
        ("THE second largest bank has failed.", "The second largest bank has failed."),
        (
            "MAREN HALE has resigned. Maren, or Ms Hale, is 51.",
            "Maren Hale has resigned. Maren, or Ms Hale, is 51.",
        ),
        ("NATO has met in Calder.", "NATO has met in Calder."),
        ("US troops left us. They went home.", "US troops left us. They went home."),
        ("A ferry sank.", "A ferry sank."),
    ],
)
def test_the_capitals_of_a_lead_in_are_set_in_normal_case(body: str, cased: str) -> None:
    assert without_capitals(body, body) == cased


def test_a_lead_in_may_stand_below_a_standfirst_and_a_button_before_it() -> None:
    body = "Dozens of others are in hospital.\n\nAT least 84 people were killed.\n\nCLOSE A ferry sank off Eastmere."
    texts = [sentence.text for sentence in considered(body, "en")]
    assert texts == [
        "Dozens of others are in hospital.",
        "At least 84 people were killed.",
        "A ferry sank off Eastmere.",
    ]
