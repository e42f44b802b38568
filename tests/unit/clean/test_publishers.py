"""Who published a text: one name for host, site name and agency."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.clean.publishers import agency_credited, company, identity, resembles, site_of


@pytest.mark.parametrize(
    ("name", "url"),
    [
        (None, "https://www.bbc.com/news/1"),
        (None, "http://news.bbc.co.uk/2/hi/1.stm"),
        ("BBC News", None),
        ("bbc", None),
        ("BBC Sport", "https://www.bbc.co.uk/sport/1"),
        ("www.bbc.co.uk", None),
        ("https://www.bbc.com/", None),
        ("BBC News - Home", None),
        (None, "https://www-bbc-co-uk.cdn.ampproject.org/c/s/www.bbc.co.uk/news/1.amp"),
    ],
)
def test_a_house_has_one_name_however_it_is_written(name: str | None, url: str | None) -> None:
    assert identity(name, url) == "BBC News"


@pytest.mark.parametrize(
    ("name", "url", "expected"),
    [
        ("New York Times", None, "The New York Times"),
        ("NYTimes.com", None, "The New York Times"),
        ("THE GUARDIAN", None, "The Guardian"),
        ("Le Monde.fr", None, "Le Monde"),
        ("Süddeutsche.de GmbH, Munich, Germany", None, "Süddeutsche Zeitung"),
        ("El Pais", None, "El País"),
        ("usatoday", "https://eu.usatoday.com/story/1", "USA Today"),
        ("Коммерсантъ", None, "Kommersant"),
        ("朝日新聞デジタル", None, "Asahi Shimbun"),
        (None, "https://abcnews.go.com/a", "ABC News"),
        (None, "https://www.abc.net.au/news/a", "ABC (Australia)"),
        (None, "https://economictimes.indiatimes.com/a", "The Economic Times"),
        (None, "https://timesofindia.indiatimes.com/a", "The Times of India"),
        (None, "https://europe.chinadaily.com.cn/a", "China Daily"),
    ],
)
def test_the_table_knows_houses_of_many_countries(name: str | None, url: str | None, expected: str) -> None:
    assert identity(name, url) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Thomson Reuters", "Reuters"),
        ("reuters.com", "Reuters"),
        ("AP", "Associated Press"),
        ("The Associated Press", "Associated Press"),
        ("Agence France-Presse", "AFP"),
        ("Deutsche Presse-Agentur", "dpa"),
        ("dpa-infocom GmbH", "dpa"),
        ("Xinhua News Agency", "Xinhua"),
        ("Agencia EFE, S.A.U.", "EFE"),
        ("共同通信社", "Kyodo"),
    ],
)
def test_an_agency_has_one_name_however_it_is_written(name: str, expected: str) -> None:
    assert identity(name) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.odapost.example/a", "odapost.example"),
        ("https://m.news.odapost.co.uk/a", "odapost.co.uk"),
        ("https://oda.blogspot.com/a", "oda.blogspot.com"),
        ("https://oda.substack.com/p/a", "oda.substack.com"),
        ("https://www.substack.com/p/a", "Substack"),
        ("https://ODAPOST.example:8080/a", "odapost.example"),
        ("https://www.xn--b1amnebsh.xn--p1ai/a", "новости.рф"),
        ("https://www.новости.рф/a", "новости.рф"),
        ("http://192.0.2.7/a", None),
        ("http://localhost/a", None),
        ("http://[::1/a", None),
        ("urn:post:7", None),
        ("oda/report.txt", None),
        (None, None),
    ],
)
def test_a_publisher_that_gives_no_name_has_its_registered_domain(url: str | None, expected: str | None) -> None:
    assert identity(None, url) == expected


@pytest.mark.parametrize(
    ("name", "url", "expected"),
    [
        ("Oda Racing | F1 | Rally | Karts", "https://www.odaracing.example/a", "Oda Racing"),
        ("Fast cars and more | Oda Racing", "https://www.odaracing.example/a", "Oda Racing"),
        ("Oda Heute – Nachrichten aus der Region", None, "Oda Heute"),
        ("Expert how-to for English Riders", "https://practicalrider.example/a", "practicalrider.example"),
        ("Your news, first.", "https://odapost.example/a", "odapost.example"),
        ("Tout ce qui bouge dans votre ville et ailleurs", "https://odapost.example/a", "odapost.example"),
        ("Voice of Oda", "https://vofo.example/a", "Voice of Oda"),
        ("Oda Post for Hollin", "https://odapost.example/a", "Oda Post for Hollin"),
        ("odapost", "https://www.odapost.example/a", "odapost.example"),
        ("@odapost", "https://www.odapost.example/a", "odapost.example"),
        ("Spicedworks Inc.", None, "Spicedworks"),
        ("株式会社小田新報", None, "小田新報"),
        ("新報ODA.com", "https://www.odashimpo.example/a", "新報ODA.com"),
        ("Oda &amp; Hollin Post", None, "Oda & Hollin Post"),
    ],
)
def test_a_slogan_a_legal_form_and_signs_are_no_part_of_a_name(name: str, url: str | None, expected: str) -> None:
    assert identity(name, url) == expected


@pytest.mark.parametrize("name", ["report.txt", "Oda flood 2.html", "articles.jsonl", " ", "", '""'])
def test_the_name_of_a_file_is_no_publisher(name: str) -> None:
    assert identity(name) is None


def test_a_paper_that_prints_an_agency_s_text_is_its_publisher_and_the_agency_is_kept() -> None:
    url = "https://www.odapost.example/a"

    assert (identity("Reuters", url), agency_credited("Reuters", url)) == ("odapost.example", "Reuters")
    assert (identity("AP", "https://www.nytimes.com/a"), agency_credited("AP", "https://www.nytimes.com/a")) == (
        "The New York Times",
        "Associated Press",
    )


def test_an_agency_on_its_own_site_or_on_one_that_carries_the_texts_of_others_is_the_publisher() -> None:
    for url in ("https://uk.reuters.com/a", "https://news.yahoo.com/a", None):
        assert (identity("Reuters", url), agency_credited("Reuters", url)) == ("Reuters", None)


def test_a_site_that_carries_the_texts_of_others_is_the_publisher_of_what_names_nobody() -> None:
    assert identity("The Oda Post", "https://www.msn.com/a") == "The Oda Post"
    assert identity(None, "https://www.msn.com/a") == "MSN"


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://edition.cnn.com/a", "cnn.com"),
        ("https://abcnews.go.com/a", "abcnews.go.com"),
        ("https://www.odapost.co.uk/a", "odapost.co.uk"),
        ("https://oda.substack.com/a", "oda.substack.com"),
        ("urn:a", None),
    ],
)
def test_the_site_of_an_address_is_the_domain_of_its_publisher(url: str, site: str | None) -> None:
    assert site_of(url) == site


@pytest.mark.parametrize(
    ("name", "site", "expected"),
    [
        ("The Oda Post", "odapost.example", True),
        ("Oda Post Online", "oda-post.example", True),
        ("Hollin Allgemeine Zeitung", "haz.example", True),
        ("Morning Herald", "odapost.example", False),
        ("AT", "at.example", True),
        ("At Home", "at.example", False),
    ],
)
def test_a_name_resembles_the_domain_that_is_made_of_it(name: str, site: str, expected: bool) -> None:
    assert resembles(name, site) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Oda Media GmbH & Co. KG", "Oda Media"),
        ("Oda Media, LLC", "Oda Media"),
        ("Oda Editori S.p.A.", "Oda Editori"),
        ("ООО «Ода Медиа»", "Ода Медиа"),
        ("Maren Hale", None),
        ("Las Vegas Agenda", None),
        ("GmbH", None),
        (None, None),
    ],
)
def test_a_company_is_known_by_its_legal_form(name: str | None, expected: str | None) -> None:
    assert company(name) == expected


_PARTS = st.sampled_from(
    ["The Oda Post", "Oda", "GmbH", "Inc.", "|", "-", "Reuters", "AP", "oda.example", "https://x.example/", "&amp;"]
)
_NAMES = st.none() | st.text(max_size=30) | st.lists(_PARTS, max_size=6).map(" ".join)
_URLS = st.sampled_from(
    [None, "https://www.oda.example/x", "http://bbc.com", "https://msn.com/1", "https://oda.substack.com/p", "file"]
)


@given(_NAMES, _URLS)
@settings(max_examples=300, deadline=None)
def test_the_identity_of_an_identity_is_itself(name: str | None, url: str | None) -> None:
    once = identity(name, url)

    assert identity(once, url) == once
