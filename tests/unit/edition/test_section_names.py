import pytest

from producers.article import Subject
from worker.edition.section_names import Section, by_code, by_name, by_url, said_section


@pytest.mark.parametrize(
    ("code", "section"),
    [
        ("medtop:15000000", Section.SPORT),
        ("medtop:20000003", Section.CULTURE),
        ("medtop:20000085", Section.CRIME),
        ("medtop:20000171", Section.BUSINESS),
        ("medtop:20000231", Section.TECHNOLOGY),
        ("medtop:20000446", Section.SCIENCE),
        ("medtop:20000575", Section.POLITICS),
        ("medtop:20000639", Section.WORLD),
        ("medtop:20000711", Section.SCIENCE),
        ("medtop:20001065", Section.SPORT),
        ("http://cv.iptc.org/newscodes/mediatopic/16000000", Section.WORLD),
        ("subj:15054000", Section.SPORT),
        ("04003000", Section.TECHNOLOGY),
        ("IPTC:12000000", Section.LIFE),
        ("medtop:20009999", None),
        ("medtop:99000000", None),
        ("N2:US", None),
        ("15", None),
    ],
)
def test_a_code_of_iptc_says_the_section(code: str, section: Section | None) -> None:
    assert by_code(code) is section


@pytest.mark.parametrize(
    ("name", "section"),
    [
        ("Sport", Section.SPORT),
        ("  DEPORTES ", Section.SPORT),
        ("Fußball", Section.SPORT),
        ("Fútbol", Section.SPORT),
        ("Wirtschaft", Section.BUSINESS),
        ("Économie", Section.BUSINESS),
        ("Økonomi", Section.BUSINESS),
        ("News > Sport > Football", Section.SPORT),
        ("Sports - Tennis", Section.SPORT),
        ("Arts & Entertainment", Section.CULTURE),
        ("Crime, Law and Justice", Section.CRIME),
        ("Politique", Section.POLITICS),
        ("Gesundheit", Section.SCIENCE),
        ("Tecnología", Section.TECHNOLOGY),
        ("国际", Section.WORLD),
        ("Спорт", Section.SPORT),
        ("Life & Style", Section.LIFE),
        ("News", None),
        ("Opinion", None),
        ("Transport", None),
        ("", None),
    ],
)
def test_a_name_in_any_of_many_languages_says_the_section(name: str, section: Section | None) -> None:
    assert by_name(name) is section


@pytest.mark.parametrize(
    ("url", "section"),
    [
        ("https://news.example/sport/2026/11/28/final", Section.SPORT),
        ("https://news.example/news/business-38123456", Section.BUSINESS),
        ("https://news.example/news/world-asia-38123456", Section.WORLD),
        ("https://sports.news.example/final", Section.SPORT),
        ("https://news.example/es/econom%C3%ADa/bancos", Section.BUSINESS),
        ("https://news.example/home/science/9", Section.SCIENCE),
        ("https://news.example/news/sport", None),
        ("https://news.example/world-cup-final", None),
        ("https://news.example/2026/11/28/a-sport-of-kings", None),
        ("urn:news:1", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_a_folder_of_an_address_says_the_section(url: str, section: Section | None) -> None:
    assert by_url(url) is section


def test_codes_go_before_the_section_s_name_and_this_before_subjects_names_and_the_address() -> None:
    code, named, unknown = Subject("medtop:15000000", None), Subject(None, "Culture"), Subject("x:1", "Harbour")
    url = "https://news.example/technology/1"

    assert said_section([unknown, named, code], "Business", url) is Section.SPORT
    assert said_section([unknown, named], "Business", url) is Section.BUSINESS
    assert said_section([unknown, named], "National", url) is Section.CULTURE
    assert said_section([unknown], None, url) is Section.TECHNOLOGY
    assert said_section([unknown], None, None) is None
