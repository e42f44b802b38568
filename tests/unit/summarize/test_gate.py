from collections.abc import Collection

import numpy as np
import pytest

from worker.summarize.gate import MOST_TRIES, Gate, pass_through, supported, tells
from worker.summarize.prose import considered
from worker.summarize.selection import by_position, choose

LEAD = "A ferry with 129 people on board ran aground off Eastmere on Monday night."


def gate(body: str, title: str = "", language: str = "en") -> Gate:
    sentences = considered(body, language)
    return Gate(title, title, language, sentences, sentences)


def faults(body: str, *chosen: int, title: str = "", language: str = "en") -> list[str]:
    """Return the faults of the summary made of the sentences `chosen` of `body`, each in a paragraph of its own."""
    return [str(fault) for fault in gate(body, title, language).faults(chosen)]


def passed(body: str, title: str = "", most: int = 2) -> tuple[list[int], list[str]]:
    sentences = considered(body, "en")
    scores = by_position(len(sentences))

    def chooser(first: Collection[int], without: Collection[int]) -> list[int]:
        chosen = choose(sentences, None, scores, words=75, most_sentences=most, first=first, without=without)
        return [sentence.position for sentence in chosen]

    result = pass_through(gate(body, title), chooser, scores)
    return result.chosen, [str(fault) for fault in result.faults]


def test_a_plain_report_has_no_fault() -> None:
    assert faults(f"{LEAD}\n\nLifeboats brought all the passengers ashore before midnight.", 0, 1) == []


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("How does a ferry run aground off Eastmere?", "opens with: a question"),
        ("Imagine a ferry that nobody steers off Eastmere.", "opens with: a teaser"),
        ("The ferry off Eastmere may have lost your bags.", "opens with: a word to the reader"),
        ("The ferry is seen at the harbour of Eastmere.", "page furniture: is seen at"),
        ("The ferry is old #EastmereFerry and slow.", "page furniture: #EastmereFerry"),
        ("I saw the ferry run aground off Eastmere.", "first person: I"),
        ("Maren Hale said: We lost the radar at nine.", "a quotation without its marks"),
        ("The ferry lost its radar,' Maren Hale said.", "a quotation without its marks"),
        ("Said the mayor of Tarrow: The ferry lost its radar.", "a quotation without its marks"),
        ('"The ferry lost its radar at nine," Maren Hale said.', "opens with: a quotation"),
        ("The ferry is called ??? by the crew of Eastmere.", "page furniture: ???"),
        ("The ferry ran aground, wrote hale@ferries.example.", "page furniture: hale@ferries.example"),
        ("It remains to be seen whether the ferry sails, but time will tell.", "ends with: half a thought"),
    ],
)
def test_what_a_reader_stumbles_over_is_named(sentence: str, fault: str) -> None:
    report = "\n\n".join([sentence, LEAD, *(f"Lifeboat {number} came from Tarrow." for number in range(4))])
    assert fault in faults(report, 0)


def test_the_first_person_is_no_fault_in_a_piece_that_is_its_author_s_own() -> None:
    assert faults("I saw the ferry run aground off Eastmere.\n\nI swam ashore with the others.", 0, 1) == []


@pytest.mark.parametrize(
    ("sentence", "introduced"),
    [("Hale said the radar had failed.", "Hale"), ("The shooting began at noon in Eastmere.", "the shooting")],
)
def test_who_and_what_is_not_introduced_is_named(sentence: str, introduced: str) -> None:
    body = f"{LEAD}\n\nMaren Hale, 51, steered it. Anna Hale, 30, and two guards were wounded.\n\n{sentence}"
    last = len(considered(body, "en")) - 1
    assert faults(body, last) == [f"not introduced: {introduced}"]


def test_a_headline_or_an_earlier_sentence_introduces() -> None:
    body = f"{LEAD}\n\nMaren Hale, 51, steered it. Anna Hale, 30, slept.\n\nMaren Hale said the radar had failed."
    assert faults(f"{body}\n\nHale had steered it for ten years.", 3, 4) == []
    assert faults("Hale said the radar had failed.", 0, title="Hale on trial") == []


def test_an_acronym_that_the_article_spells_out_is_introduced_with_it() -> None:
    body = "The Norland Union of Surgeons (NUS) warned the hospitals.\n\nThe NUS said the records are not safe."
    assert faults(body, 1) == ["not introduced: NUS"]
    assert faults(body, 0, 1) == []
    assert faults("NATO said the border of Norland is safe.", 0) == []


def test_a_surname_is_completed_as_its_first_mention_has_it_and_never_within_a_quotation() -> None:
    body = "Rolf Kessler, 44, kept the books.\n\nKessler said they were lost.\n\n“Kessler lied,” the judge said."
    its = gate(body)
    assert its.completed(["Kessler said they were lost."], 5) == (
        ["Rolf Kessler said they were lost."],
        ["name completed: Kessler to Rolf Kessler"],
    )
    assert its.completed(["“Kessler lied,” the judge said."], 5)[1] == []
    assert its.completed(["Kessler said they were lost."], 0)[1] == []


def test_a_surname_of_two_people_is_not_completed() -> None:
    body = "Rolf Kessler, 44, and Anna Kessler, 40, kept the books.\n\nKessler said they were lost."
    assert gate(body).completed(["Kessler said they were lost."], 5) == (["Kessler said they were lost."], [])


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("There are few ferries off Eastmere in winter.", "goes on with: a phrase that fills"),
        ("Whether the ferry off Eastmere sails on Friday is not yet known.", "goes on with: a phrase that fills"),
        ("Well, the ferry off Eastmere was old and slow.", "goes on with: a phrase that fills"),
        ("Here's a number for the ferry off Eastmere.", "goes on with: a phrase that fills"),
        ("A lifeboat of Tarrow also came to the ferry.", "goes on with: a word that adds to what is left out"),
        (
            "Another ferry left Eastmere with a broken radar in 2019.",
            "goes on with: a word that adds to what is left out",
        ),
        ("The ferry off Eastmere may have lost your bags.", "goes on with: a word to the reader"),
        ("Passengers of the ferry are in our thoughts.", "goes on with: a first person"),
        ("The ferry is closed.", "says little"),
        ("The petition about the ferry was signed by many.", "not introduced: the petition"),
    ],
)
def test_a_later_sentence_goes_on_with_what_the_summary_has_told(sentence: str, fault: str) -> None:
    assert faults(f"{LEAD}\n\n{sentence}", 0, 1) == [fault]


def test_a_later_sentence_that_shares_neither_words_nor_meaning_says_little() -> None:
    sentences = considered(f"{LEAD}\n\nThe museum of Calder opens a hall of old clocks.", "en")
    near, far = np.eye(2, dtype=np.float32)[[0, 0]], np.eye(2, dtype=np.float32)
    assert Gate("", "", "en", sentences, sentences, near).faults([0, 1]) == ()
    assert [str(fault) for fault in Gate("", "", "en", sentences, sentences, far).faults([0, 1])] == ["says little"]


def test_a_title_asks_for_the_sentence_that_tells_its_event_as_the_opening() -> None:
    body = f"The coast of Norland has many sandbanks and much fog in November.\n\n{LEAD}\n\nLifeboats came from Tarrow."
    title = "Ferry with 129 people aground off Eastmere"
    assert passed(body, title)[0][0] == 1
    assert "opens beside the headline" in faults(body, 0, 2, title=title)


def test_a_surname_that_only_the_headline_has_is_completed_in_the_summary() -> None:
    body = "Rolf Kessler, 44, kept the books.\n\nKessler denies the theft."
    sentences = considered(body, "en")
    bare, full = (
        Gate(title, title, "en", sentences, sentences) for title in ("Kessler on trial", "Rolf Kessler on trial")
    )
    assert bare.completed(["Kessler denies the theft."], 5)[0] == ["Rolf Kessler denies the theft."]
    assert full.completed(["Kessler denies the theft."], 5)[0] == ["Kessler denies the theft."]


@pytest.mark.parametrize(
    ("before", "is_named"),
    [
        ("A girl of four fell into the harbour of Eastmere.", True),
        ("Twelve schoolgirls fell into the harbour of Eastmere.", True),
        ("Maren Hale, of the Norland Zoo, asked for a new fence at the harbour of Eastmere.", False),
    ],
)
def test_a_family_is_introduced_by_one_of_it(before: str, is_named: bool) -> None:
    found = faults(f"{before}\n\nThe family no longer goes to the harbour of Eastmere.", 0, 1)
    assert found == ([] if is_named else ["not introduced: the family"])


def test_the_lead_of_a_report_introduces_its_nouns_but_not_its_subject() -> None:
    lead = "Calderwood of Norland may sell its share in the harbour after parliament looked into the project."
    assert faults(lead, 0) == []
    assert faults(f"{LEAD}\n\n{lead}", 1) == ["not introduced: the project"]
    assert faults("The project may be sold by its owners after three years of losses.", 0) == [
        "not introduced: the project"
    ]


def test_a_sentence_that_answers_another_opens_no_report_in_place_of_its_lead() -> None:
    lead = "Norland has done little for the safety of its ports in ten years, a report says."
    answer = "But Norland's harbours are too slow with the safety of ferries, the report says."
    title = "Norland harbours too slow with safety of ferries"
    assert faults(f"{lead}\n\n{answer}", 0, title=title) == []
    assert faults(f"{lead}\n\n{answer[4:]}", 0, title=title) == ["opens beside the headline"]


def test_a_headline_made_of_a_sentence_that_introduces_nobody_introduces_nobody_to_the_summary() -> None:
    sentences = considered("The actor sang on Monday in Eastmere.\n\nRolf Kessler, 44, was in the hall.", "en")

    def its_faults(title: str, *, is_made: bool) -> list[str]:
        return [str(fault) for fault in Gate(title, title, "en", sentences, sentences, is_made=is_made).faults([0])]

    assert its_faults("The actor sang on Monday in Eastmere", is_made=True) == ["not introduced: the actor"]
    assert its_faults("Rolf Kessler sings in Eastmere", is_made=True) == []


def test_a_set_that_fails_gives_its_place_to_the_next_best() -> None:
    body = f"How does a ferry run aground?\n\n{LEAD}\n\nLifeboats brought all the passengers ashore."
    assert passed(body) == ([1, 2], [])


def test_a_sentence_that_introduces_is_taken_with_the_one_that_needs_it() -> None:
    body = (
        f"{LEAD}\n\nThe NUS said the radar was old.\n\nThe water was cold on Monday night in Eastmere.\n\n"
        "The Norland Union of Sailors (NUS) asks for new ones."
    )
    chosen, found = passed(body, most=3)
    assert found == []
    assert 3 in chosen or 1 not in chosen


def test_if_nothing_passes_the_set_with_the_fewest_faults_is_taken_and_they_are_named() -> None:
    body = "\n\n".join(f"How does ferry number {number} run aground off Eastmere?" for number in range(MOST_TRIES * 2))
    chosen, found = passed(body)
    assert chosen
    assert "opens with: a question" in found


@pytest.mark.parametrize(
    ("language", "sentence", "fault"),
    [
        ("de", "Er hat den Rat um Hilfe gebeten.", "opens with: a word that points back"),
        ("fr", "Elle affiche trente romans à son actif.", "opens with: a word that points back"),
        ("ru", "Он подписал указ о закрытии причала.", "opens with: a word that points back"),
        ("es", "Suscríbete para leer más noticias del puerto.", "page furniture: Suscríbete"),
        ("ja", "この記事の続きを読むには会員登録が必要です。", "page furniture: 続きを読む"),
        ("es", "Detrás de ese objetivo hay una intención de compra.", "opens with: a word that points back"),
        ("fr", "La prime sera toutefois un peu réduite cet automne.", "opens with: a word that points back"),
        ("de", "Die Händler am Kai hoffen jedoch auf Hilfe.", "opens with: a word that points back"),
        ("ru", "Ремонт продлится два года, сказал он.", "opens with: a word that points back"),
        ("es", "La ciudad ha crecido mucho en veinte años, sostuvo.", "opens with: a word that points back"),
        ("fr", "Pour y associer les pêcheurs, le port change ses règles.", "opens with: a word that points back"),
        ("ja", "船上で開かれたその会合に市長も出席した。", "opens with: a word that points back"),
        ("fr", "Pour les chefs d’entreprise interrogés, cela tient au port.", "opens with: a word that points back"),
        ("fr", "Certes, ce ne sont que des frémissements.", "opens with: a word that points back"),
        ("ru", "По его данным, оба парома сгорели.", "opens with: a word that points back"),
        ("es", "Consulta el precio de los billetes del puerto.", "page furniture: Consulta el"),
        ("ja", "例えば、新しい埠頭には屋根がない。", "opens with: a word that points back"),
        ("ru", "По данным канала, оба парома сгорели.", "opens with: a word that points back"),
        ("de", "Zuerst hatte der „Hafenbote“ darüber berichtet.", "page furniture: Zuerst hatte"),
        ("fr", "L’information a été révélée par la Gazette du port.", "page furniture: L’information a été"),
        ("ru", "Об этом сообщает газета «Вестник порта» в воскресенье.", "page furniture: Об этом сообщ"),
        ("es", "Lo informó el diario Gaceta del Puerto el lunes.", "page furniture: Lo informó el diario"),
        ("es", "LEA TAMBIÉN: El puerto de Eastmere cierra un muelle.", "page furniture: LEA TAMBIÉN"),
        ("ru", "Знаете ли вы, сколько паромов ходит в порту.", "opens with: a teaser"),
        ("de", "Stellen Sie sich eine Fähre ohne Steuermann vor.", "opens with: a teaser"),
        ("ja", "新しい運賃は次の通りだ。", "ends with: half a thought"),
        ("fr", "Les nouveaux tarifs du port sont comme suit.", "ends with: half a thought"),
    ],
)
def test_the_gate_knows_other_languages(language: str, sentence: str, fault: str) -> None:
    assert any(said.startswith(fault) for said in faults(sentence, 0, language=language))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fr", "Elle affiche trente romans à son actif, mais Maryse Hale en publie un dont elle ne rit pas."),
        ("es", "Luego de dos décadas en pausa, el puerto de Eastmere será ampliado este año."),
        ("es", "En este mes de julio el puerto de Eastmere abrió dos muelles nuevos."),
        ("de", "In diesem Jahr hat der Hafen von Eastmere zwei neue Kais eröffnet."),
        ("ru", "На этой неделе порт Истмера открыл два новых причала."),
        ("ru", "По данным агентства «Норд», оба парома сгорели."),
        ("fr", "Alors que la tempête fait rage, le port de Eastmere reste ouvert."),
        ("ja", "東港市ではこの夏、新しい埠頭が二つ開業した。"),
    ],
)
def test_an_opening_that_names_its_subject_or_a_time_points_nowhere(language: str, sentence: str) -> None:
    assert faults(sentence, 0, language=language) == []


@pytest.mark.parametrize(
    ("language", "report", "spoken"),
    [
        ("de", "Die Fähre ist gesunken.", "Ich habe lange an die Fähre geglaubt."),
        ("fr", "Le ferry a coulé.", "On est là pour garder le ferry à flot."),
        ("es", "El ferry se hundió.", "Queremos que el ferry vuelva a navegar pronto."),
        ("ru", "Паром затонул.", "Мы хотим, чтобы паром снова ходил."),
    ],
)
def test_a_speaker_s_words_without_their_marks_are_a_fault_in_other_languages(
    language: str, report: str, spoken: str
) -> None:
    body = f"{report}\n\n{report[:-1]}!\n\n{report[:-1]}!!\n\n{spoken}\n\n{report}"
    assert any(fault.startswith("first person") for fault in faults(body, 3, language=language))


def test_a_sentence_that_begins_in_small_letters_is_a_fragment_in_other_languages() -> None:
    body = "Паром затонул в порту во вторник.\n\nони требуют огромного количества энергии."
    assert "a fragment" in faults(body, 1, language="ru")


def test_a_standfirst_tells_the_event_of_its_title_and_its_body_supports_it() -> None:
    title = "Ferry aground off Eastmere"
    assert tells("A ferry with 129 people has run aground off Eastmere.", title, "en")
    assert not tells("Our reporter looks back on a night at sea.", title, "en")
    assert supported("A ferry with 129 people has run aground off Eastmere.", title, LEAD, "en")
    assert not supported("Nine people died when a ferry ran aground off Eastmere.", title, LEAD, "en")


def test_a_few_words_of_a_long_report_tell_too_little() -> None:
    report = "\n\n".join([LEAD, *(f"Lifeboat {number} came from Tarrow at noon." for number in range(5))])
    assert faults(report, 1)[0] == "tells too little"
    assert faults(report, 0, 1) == []


@pytest.mark.parametrize(
    ("opening", "is_beside"),
    [
        ("The ferry Sunniva ran aground in fog on Monday night.", False),
        ("Nobody in the harbour slept much on Monday night.", True),
    ],
)
def test_a_report_may_open_with_another_sentence_only_if_that_tells_enough_of_the_title(
    opening: str, is_beside: bool
) -> None:
    title = "Ferry Sunniva aground off Eastmere, passengers saved"
    telling = "The ferry Sunniva ran aground off Eastmere, and lifeboats saved its passengers."
    assert ("opens beside the headline" in faults(f"{opening}\n\n{telling}", 0, title=title)) is is_beside


@pytest.mark.parametrize(
    ("language", "title", "background", "news"),
    [
        (
            "de",
            "Erster Hafen ohne Diesel in Norland eröffnet",
            "Das Wort Landstrom hat es schon in jedes Lexikon geschafft.",
            "In Eastmere wurde der erste Hafen in Norland eröffnet, der keinen Diesel braucht.",
        ),
        (
            "fr",
            "Le restaurant du phare à Eastmere ferme ses portes",
            "Les victimes de la tempête se multiplient sur toute la côte.",
            "Le restaurant du phare, sur le vieux quai de Eastmere, ferme ses portes et a été mis en vente.",
        ),
        (
            "ja",
            "東港市の古い埠頭が閉鎖へ 修理費が高く",
            "浜の元気な声を世界中に届けたい。",
            "東港市は火曜日、修理費が高いため古い埠頭を閉鎖することを決めた。",
        ),
    ],
)
def test_in_other_languages_too_the_sentence_that_tells_the_title_s_event_opens(
    language: str, title: str, background: str, news: str
) -> None:
    body = f"{background}\n\n{news}"
    assert "opens beside the headline" in faults(body, 0, 1, title=title, language=language)
    assert faults(body, 1, title=title, language=language) == []


def test_a_quotation_that_has_the_words_of_the_title_does_not_open_in_place_of_the_report() -> None:
    body = "Der Rat von Tarrow tagte am Montag.\n\n„Der alte Kai in Eastmere wird geschlossen“, sagte Maren Hale."
    assert "opens beside the headline" not in faults(
        body, 0, 1, title="Alter Kai in Eastmere wird geschlossen", language="de"
    )
