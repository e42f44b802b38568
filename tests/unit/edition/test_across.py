import numpy as np
import pytest

from worker.edition.across import LEAST, Spoken, joined
from worker.summarize import multilingual


def digest(name: str, language: str, angle: float | None, by: str = "one encoder") -> tuple[str, Spoken]:
    """A digest whose vector lies `angle` degrees from the first axis (None: it has none)."""
    if angle is None:
        return name, Spoken(language)
    vector = np.zeros(8, dtype="<f4")
    vector[:2] = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return name, Spoken(language, vector.tobytes(), by)


def grouped(*groups: list[tuple[str, Spoken]]) -> list[list[str]]:
    return joined(
        [[name for name, _ in group] for group in groups], dict(digest for group in groups for digest in group)
    )


EN, DE, FR = digest("en", "en", 0), digest("de", "de", 20), digest("fr", "fr", 35)


def test_reports_of_one_event_in_several_languages_become_one_topic() -> None:
    assert grouped([EN], [DE], [FR]) == [["de", "en", "fr"]]


def test_topics_of_one_language_are_never_joined_not_even_by_a_report_in_another() -> None:
    other = digest("en2", "en", 30)
    assert grouped([EN], [other]) == [["en"], ["en2"]]
    # The nearer of the two takes the German report.
    assert grouped([EN], [other], [digest("de", "de", 28)]) == [["de", "en2"], ["en"]]


def test_the_mean_of_all_reports_decides() -> None:
    least = float(np.degrees(np.arccos(LEAST)))
    assert grouped([EN], [digest("de", "de", least - 1)]) == [["de", "en"]]
    assert grouped([EN], [digest("de", "de", least + 1)]) == [["de"], ["en"]]
    far = digest("de2", "de", 170)
    assert grouped([EN], [digest("de", "de", least - 1), far]) == [["de", "de2"], ["en"]]


def test_digests_without_a_vector_or_with_another_encoder_s_join_none() -> None:
    assert grouped([EN], [digest("de", "de", None)]) == [["de"], ["en"]]
    assert grouped([EN], [FR], [digest("de", "de", 0, by="another")]) == [["de"], ["en", "fr"]]
    assert grouped() == []


def test_the_order_of_the_topics_changes_nothing() -> None:
    topics = [[EN], [digest("de", "de", 28)], [digest("en2", "en", 30)], [FR], [digest("es", "es", 31)]]
    assert grouped(*topics) == grouped(*reversed(topics))


#: Headline and first sentence of four events, in several languages, written for this test.
EVENTS = (
    {
        "en": (
            "Ferry with 129 people runs aground off Oslo",
            "A ferry ran aground off Oslo on Monday night; nobody died.",
        ),
        "de": (
            "Fähre mit 129 Menschen vor Oslo auf Grund gelaufen",
            "Vor Oslo ist am Montagabend eine Fähre gestrandet.",
        ),
        "fr": ("Un ferry de 129 passagers s'échoue près d'Oslo", "Un ferry s'est échoué lundi soir au large d'Oslo."),
    },
    {
        "en": ("Central bank raises rates to 4 per cent", "The central bank raised its key rate on Tuesday."),
        "es": (
            "El banco central sube los tipos al 4 por ciento",
            "El banco central elevó el martes su tipo de interés.",
        ),
        "ru": ("Центробанк повысил ставку до 4 процентов", "Центральный банк во вторник повысил ключевую ставку."),
    },
    {
        "en": ("Museum opens its new wing", "The city museum opened a new wing with 300 paintings."),
        "ja": ("美術館が新館を公開", "市立美術館は絵画３００点を展示する新館を公開した。"),
    },
    {"de": ("Streik legt den Nahverkehr lahm", "Busse und Bahnen fahren am Freitag in vielen Städten nicht.")},
)


def test_the_encoder_s_vectors_bring_the_languages_of_an_event_together_and_no_others() -> None:
    topics = []
    for number, event in enumerate(EVENTS):
        for language, (headline, summary) in event.items():
            vector = multilingual.of_digest(headline, summary)
            topics.append([(f"{number}{language}", Spoken(language, vector, "one encoder"))])
    assert grouped(*topics) == [["0de", "0en", "0fr"], ["1en", "1es", "1ru"], ["2en", "2ja"], ["3de"]]


@pytest.mark.parametrize("most", [1, 2])
def test_topics_are_compared_in_blocks_without_losing_a_pair(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr("worker.edition.across.BLOCK", most)
    assert grouped([EN], [DE], [FR]) == [["de", "en", "fr"]]
