"""The sections of an edition, and the names and codes by which sources mean them."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final
from urllib.parse import unquote, urlsplit

from producers.article import Subject


class Section(StrEnum):
    """A section of an edition, in the order in which editions have them."""

    WORLD = "World"
    POLITICS = "Politics"
    CRIME = "Crime and Justice"
    BUSINESS = "Business"
    SCIENCE = "Science and Health"
    TECHNOLOGY = "Technology"
    SPORT = "Sport"
    CULTURE = "Culture"
    LIFE = "Life"
    OTHER = "Other"


#: The first two digits of an IPTC code are its top level, in the media topics as in the older subject codes
#: (iptc.org/standards/newscodes).
_TOP: Final = {
    1: Section.CULTURE,  # arts, culture, entertainment and media
    2: Section.CRIME,  # crime, law and justice
    3: Section.WORLD,  # disaster, accident and emergency incident
    4: Section.BUSINESS,  # economy, business and finance
    5: Section.LIFE,  # education
    6: Section.SCIENCE,  # environment
    7: Section.SCIENCE,  # health
    8: Section.LIFE,  # human interest
    9: Section.BUSINESS,  # labour
    10: Section.LIFE,  # lifestyle and leisure
    11: Section.POLITICS,  # politics
    12: Section.LIFE,  # religion
    13: Section.SCIENCE,  # science and technology
    14: Section.LIFE,  # society
    15: Section.SPORT,  # sport
    16: Section.WORLD,  # conflict, war and peace
    17: Section.WORLD,  # weather
}

#: Media topics beneath the top level are numbered from 20000002 on, in the order of the tree of 2010: the first number
#: of each part of it, and its section. Later numbers are in no order; from 1,132 on none is read.
_PARTS: Final = (
    (2, Section.CULTURE),
    (53, Section.WORLD),
    (82, Section.CRIME),
    (139, Section.WORLD),
    (170, Section.BUSINESS),
    (231, Section.TECHNOLOGY),  # software, telecommunication
    (234, Section.BUSINESS),
    (398, Section.LIFE),
    (424, Section.SCIENCE),
    (509, Section.BUSINESS),
    (538, Section.LIFE),
    (574, Section.POLITICS),
    (638, Section.WORLD),  # international relations
    (646, Section.POLITICS),
    (657, Section.LIFE),
    (710, Section.SCIENCE),
    (768, Section.LIFE),
    (822, Section.SPORT),
    (1128, Section.WORLD),
)
_FIRST_TOPIC, _TOPICS_END = 20_000_002, 20_001_132
_CODE: Final = re.compile(r"(?:^|[:/])(\d{8})$", re.ASCII)
#: An older subject code in business that means computing.
_COMPUTING: Final = "04003"

#: What sources call the sections, as `_key` writes it. A name that means two sections, such as "news", "national" or
#: "opinion", is not here.
_NAMES: Final = {
    Section.WORLD: """
        world; world news; international; international news; foreign; abroad; europe; asia; africa; middle east;
        americas; latin america; war; conflict; conflicts; disaster; disasters; accident; accidents; weather; welt;
        ausland; wetter; krieg; monde; etranger; meteo; mundo; internacional; internacionales; clima; mondo; esteri;
        wereld; buitenland; udland; utrikes; varlden; utenriks; verden; swiat; zagranica; dunya; ulkomaat; svet;
        zahranici; мир; в мире; 国际; 國際; 国際; 국제
    """,
    Section.POLITICS: """
        politics; political; government; election; elections; parliament; congress; white house; politik;
        innenpolitik; bundestag; wahl; wahlen; politique; politica; elecciones; politiek; politikk; polityka;
        siyaset; politiikka; politika; policy; политика; 政治; 정치
    """,
    Section.CRIME: """
        crime; crime and justice; crime law and justice; courts; court; law; justice; police; legal; law and order;
        kriminalitat; justiz; polizei; blaulicht; gericht; faits divers; police justice; sucesos; policiales;
        judicial; judiciales; justicia; tribunales; seguridad; cronaca nera; giustizia; misdaad; justitie; krimi;
        krim; policia; justica; происшествия; 法治; 社会事件
    """,
    Section.BUSINESS: """
        business; economy; economics; finance; money; markets; market; stocks; companies; company; industry; labour;
        labor; jobs; employment; personal finance; banking; real estate; property; energy; economy business and
        finance; wirtschaft; finanzen; geld; borse; unternehmen; markte; economie; bourse; entreprises; finances;
        argent; economia; negocios; empresas; finanzas; mercados; empleo; finanza; lavoro; mercati; financien;
        okonomi; erhverv; naringsliv; ekonomi; biznes; gospodarka; ekonomia; talous; ekonomika; dinheiro; экономика;
        бизнес; финансы; 经济; 財經; 财经; 経済; 경제
    """,
    Section.SCIENCE: """
        science; sciences; health; medicine; environment; climate; climate change; space; nature; science and
        health; science and environment; science and technology; health and science; wellness; wissenschaft; wissen;
        gesundheit; umwelt; klima; medizin; natur; sante; environnement; planete; climat; ciencia; salud; medio
        ambiente; medioambiente; saude; meio ambiente; scienza; scienze; salute; ambiente; wetenschap; gezondheid;
        milieu; klimaat; videnskab; sundhed; vetenskap; halsa; helse; forskning; nauka; zdrowie; srodowisko; tiede;
        terveys; bilim; saglik; veda; zdravi; наука; здоровье; 科学; 健康; 科學; 과학; 건강
    """,
    Section.TECHNOLOGY: """
        technology; tech; technologies; gadgets; internet; computing; computers; software; digital; cybersecurity;
        cyber security; gaming; video games; science and tech; technik; netzwelt; computer; digitales; netz;
        technologie; numerique; high tech; tecnologia; informatica; technologia; teknologi; teknik; tekniikka;
        teknoloji; technika; технологии; 科技; テクノロジー; 기술
    """,
    Section.SPORT: """
        sport; sports; football; soccer; cricket; rugby; rugby union; rugby league; tennis; golf; formula 1; formula
        one; f1; motorsport; athletics; cycling; boxing; basketball; baseball; hockey; ice hockey; olympics; nfl;
        nba; mlb; nhl; premier league; champions league; fussball; bundesliga; leichtathletik; handball; sportarten;
        foot; cyclisme; athletisme; deporte; deportes; futbol; baloncesto; tenis; ciclismo; esporte; esportes;
        desporto; futebol; calcio; voetbal; wielrennen; fodbold; fotboll; fotball; idrett; pilka nozna; jalkapallo;
        urheilu; spor; спорт; футбол; 体育; 體育; スポーツ; 스포츠
    """,
    Section.CULTURE: """
        culture; arts; art; arts and culture; arts and entertainment; entertainment; books; film; films; movies;
        movie; music; tv; television; tv and radio; theatre; theater; stage; celebrity; celebrities; media; showbiz;
        bollywood; hollywood; television and radio; entertainment and arts; arts culture and entertainment; arts
        culture entertainment and media; kultur; feuilleton; kino; musik; medien; fernsehen; unterhaltung;
        literatur; promis; leute; cinema; musique; livres; medias; people; spectacles; cultura; cine; musica;
        libros; entretenimiento; espectaculos; famosos; farandula; cultura e spettacoli; spettacoli; libri; muziek;
        boeken; cultuur; kultura; kulttuuri; viihde; underholdning; noje; kultur og underholdning; entretenimento;
        muzyka; filmy; sanat; культура; кино; 文化; 娱乐; 娛樂; 文化芸能; エンタメ; 문화; 연예
    """,
    Section.LIFE: """
        life; lifestyle; life and style; lifeandstyle; living; style; fashion; food; food and drink; travel;
        education; schools; religion; faith; family; society; human interest; health and fitness; homes;
        gardening; recipes; relationships; animals; pets; weird; odd; oddly enough; offbeat; lifestyle and leisure;
        leben; gesellschaft; reise; reisen; bildung; schule; mode; essen; familie; stil; vermischtes; societe;
        voyage; voyages; cuisine; gastronomie; famille; vie; style de vie; estilo; vida; viajes; educacion;
        sociedad; gastronomia; moda; estilo de vida; gente; vita; viaggi; scuola; stile; societa; cucina; reizen;
        onderwijs; eten; leven; rejser; livsstil; mad; resor; mat; utbildning; styl zycia; podroze; edukacja; matka;
        elamantyyli; educacao; viagem; sociedade; yasam; egitim; общество; образование; 教育; 生活; くらし; 생활
    """,
}

_MARKS: Final = re.compile(r"[\W_]+")
#: Between the names of a section and of what lies in it.
_BETWEEN: Final = re.compile(r"\s*[>/|;:»›]\s*|\s+[-–—]\s+")
#: The last part of an address that begins with its section: business-38123456.
_NUMBERED: Final = re.compile(r"([a-z]+)(?:-[a-z]+){0,2}-\d{6,}", re.ASCII)


def said_section(subjects: Sequence[Subject], section: str | None, url: str | None) -> Section | None:
    """Return the section that a source means by the codes of its `subjects`, else by its name of the `section`, else by
    the names of the subjects, else by the `url` of the article; None if nothing that is known here says it.
    """
    codes = (by_code(subject.code) for subject in subjects if subject.code)
    names = (by_name(subject.name) for subject in subjects if subject.name)
    return (
        next((known for known in codes if known), None)
        or by_name(section or "")
        or next((known for known in names if known), None)
        or by_url(url or "")
    )


def by_code(code: str) -> Section | None:
    """Return the section of an IPTC `code`, a media topic or an older subject code; None for any other code."""
    match = _CODE.search(code.strip())
    if match is None:
        return None
    number = int(match[1])
    if match[1].startswith(_COMPUTING):
        return Section.TECHNOLOGY
    if _FIRST_TOPIC <= number < _TOPICS_END:
        return _PARTS[bisect_right(_PARTS, number - 20_000_000, key=lambda part: part[0]) - 1][1]
    return _TOP.get(number // 1_000_000)


def by_name(name: str) -> Section | None:
    """Return the section that a source calls `name`, alone or with what it lies in ("News > Sport"); None if that is
    not known here.
    """
    for part in (name, *_BETWEEN.split(name)):
        if known := _BY_NAME.get(_key(part)):
            return known
    return None


def by_url(url: str) -> Section | None:
    """Return the section that a part of the path of `url`, or the first part of its host, names; None if none does."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    *folders, last = [unquote(part) for part in parts.path.split("/") if part] or [""]
    numbered = _NUMBERED.fullmatch(last)
    for part in (*folders, numbered[1] if numbered else "", host.split(".")[0]):
        if known := _BY_NAME.get(_key(part)):
            return known
    return None


def _key(name: str) -> str:
    """Return `name` as names are compared: without case, accents and punctuation, with "and" for "&"."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("&", " and ").replace("ø", "o").replace("ł", "l"))
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    return _MARKS.sub(" ", letters).strip()


def _names() -> Iterator[tuple[str, Section]]:
    for section, names in _NAMES.items():
        for name in names.split(";"):
            yield _key(name), section


_BY_NAME: Final = dict(_names())
