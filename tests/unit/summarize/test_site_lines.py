import numpy as np
import pytest

from worker.errors import ConfigurationError
from worker.summarize import multilingual, site_lines
from worker.summarize.prose import considered
from worker.summarize.training import boilerplate

#: A report, and lines of a site that are in no training, by language.
REPORTS = {
    "de": (
        "Der Stadtrat von Norbrück hat am Dienstag den Bau einer neuen Fähre beschlossen.",
        "Das Schiff soll 200 Fahrgäste tragen und in drei Jahren den Betrieb aufnehmen.",
        "Die Händler am Kai hatten seit dem Winter gegen die Schließung des Anlegers protestiert.",
    ),
    "fr": (
        "Le conseil municipal de Norbruck a voté mardi la construction d'un nouveau ferry.",
        "Le navire pourra transporter 200 passagers et entrera en service dans trois ans.",
        "Les commerçants du quai protestaient depuis l'hiver contre la fermeture de l'embarcadère.",
    ),
    "es": (
        "El concejo de Norbruck aprobó el martes la construcción de un nuevo transbordador.",
        "El barco llevará a 200 pasajeros y empezará a operar dentro de tres años.",
        "Los comerciantes del muelle protestaban desde el invierno contra el cierre del embarcadero.",
    ),
    "ru": (
        "Городской совет Норбрука во вторник утвердил строительство нового парома.",
        "Судно сможет перевозить 200 пассажиров и начнёт работать через три года.",
        "Торговцы на набережной с зимы протестовали против закрытия причала.",
    ),
    "ja": (
        "ノルブルク市議会は火曜日、新しいフェリーの建造を決めた。",
        "船は乗客２００人を乗せることができ、３年後に運航を始める。",
        "岸壁の商店主らは冬から桟橋の閉鎖に抗議していた。",
    ),
}
LINES = {
    "de": (
        "Holen Sie sich die wichtigsten Schlagzeilen jeden Abend in Ihr Postfach.",
        "Auf unserer Seite setzen wir Cookies ein, um die Nutzung auszuwerten.",
    ),
    "fr": (
        "Chaque soir, les grands titres de la journée dans votre messagerie.",
        "Notre site dépose des cookies afin de mesurer son audience.",
    ),
    "es": (
        "Cada noche, los titulares del día en tu bandeja de entrada.",
        "Nuestra web usa cookies para medir las visitas.",
    ),
    "ru": (
        "Каждый вечер главные заголовки дня в вашей почте: подпишитесь бесплатно.",
        "Наш сайт использует cookie для подсчёта посещений.",
    ),
    "ja": ("毎晩、その日の見出しをメールでお送りします。", "当サイトは閲覧数を測るためにクッキーを利用します。"),
}


@pytest.mark.parametrize("language", REPORTS)
def test_lines_of_the_site_are_found_amid_a_report_and_none_of_its_sentences_is_taken_for_one(language: str) -> None:
    lines, report = LINES[language], REPORTS[language]
    assert _lines_in([lines[0], *report[:2], lines[1], report[2]], language) == [True, False, False, True, False]
    assert _lines_in(report, language) == [False, False, False]


def test_the_opening_of_a_report_is_kept_even_if_it_is_as_likely_a_line_as_what_is_left_out_later() -> None:
    # Given two sentences of the same chance, between the two bounds
    sentences = considered("\n\n".join(REPORTS["de"]), "de")
    weights = {
        "in": np.zeros((site_lines.INPUTS, 1), np.float32),
        "in_bias": np.zeros(1, np.float32),
        "out": np.zeros(1, np.float32),
        "out_bias": np.array([np.log(0.6 / 0.4)], np.float32),
    }
    # Then
    vectors = np.zeros((3, multilingual.DIMENSIONS), np.float32)
    assert site_lines.judged(sentences, vectors, weights) == [False, True, True]


def test_an_article_of_nothing_but_such_lines_keeps_them_all() -> None:
    assert not any(_lines_in(LINES["de"], "de"))


@pytest.mark.parametrize("language", boilerplate.FILES)
def test_every_template_of_a_language_becomes_a_line_without_an_open_slot(language: str) -> None:
    templates = boilerplate.templates(language)
    lines = boilerplate.lines(len(templates), 0, language)
    assert not [line for line in lines if "{" in line or "}" in line]
    assert len(templates) == len(set(templates)) >= 80


def test_files_that_are_not_the_published_ones_are_refused_with_the_way_to_repair_them(tmp_path) -> None:  # type: ignore[no-untyped-def]
    for name in multilingual.FILES:
        (tmp_path / name).write_bytes(b"other")
    with pytest.raises(ConfigurationError, match=r"sp\.model is not the published one.*pip install") as raised:
        multilingual.check(tmp_path)
    assert multilingual.DISTRIBUTION in str(raised.value)
    (tmp_path / "sp.model").unlink()
    with pytest.raises(ConfigurationError, match=r"sp\.model cannot be read.*pip install"):
        multilingual.check(tmp_path)


def _lines_in(paragraphs: list[str] | tuple[str, ...], language: str) -> list[bool]:
    sentences = considered("\n\n".join(paragraphs), language)
    return site_lines.boilerplate(sentences, multilingual.encode([sentence.text for sentence in sentences]))
