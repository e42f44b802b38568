"""Language of a text."""

import pytest

from worker.clean.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The harbour of Alder Vale closed on Monday after a storm tore away its northern pier.", "en"),
        ("Der Hafen wurde am Montag geschlossen, nachdem ein Sturm die nördliche Mole weggerissen hatte.", "de"),
        ("Le port a été fermé lundi après qu'une tempête eut emporté la jetée située au nord de la ville.", "fr"),
        ("Порт был закрыт в понедельник после того, как шторм разрушил северный пирс города.", "ru"),
        ("أغلق الميناء يوم الاثنين بعد أن دمرت العاصفة الرصيف الشمالي للمدينة، بحسب ما قال المكتب", "ar"),
        ("港口周一关闭，此前一场风暴摧毁了该市的北码头，没有人受伤。", "zh"),
    ],
)
def test_the_language_is_told_from_the_text(text: str, language: str) -> None:
    assert language_of(text, declared="xx") == language


def test_a_short_text_has_the_declared_language_or_none() -> None:
    assert language_of("Storm shuts port.", declared="nl-BE") == "nl"
    assert language_of("Storm shuts port.", declared="not a language") == "und"
    assert language_of("Storm shuts port.") == "und"
