"""Boilerplate as sites and agencies put it around a report: lines for training, made from templates with a seed."""

import random
from collections.abc import Mapping
from importlib import resources

_SLOTS = {
    "person": (
        "Maren Hale|Oda Lindqvist|Piet Voss|Tomas Arrieta|Ines Calloway|Yusuf Demirel|Ruth Okafor|James Carver"
        "|Priya Raman|Sarah Whitlock|Anil Deshpande|Laura Bennet|Kofi Mensah|Daniel Reyes|Emily Stroud|Hugh Farrell"
        "|Neha Kapoor|Michael Brandt|Chloe Marchetti|Robert Kline"
    ),
    "role": (
        "Political Correspondent|chief reporter|Sports Editor|education editor|Business Correspondent|staff writer"
        "|freelance journalist|Health Reporter|environment correspondent|senior editor|Crime Reporter|Europe Editor"
    ),
    "outlet": (
        "the Courier|The Evening Ledger|Northern Star|the Daily Record|Channel Nine|World Tonight|the Harbour Times"
        "|Metro Online|the Tribune|Radio Four Cities|the Sunday Mirror Post|Capital News"
    ),
    "agency": "NPA|Associated Wire|AFN|Reutel|Press Union|PTX|Northern Press Agency|Xenia News|EPX|ANI News Service",
    "network": "Facebook|Twitter|Instagram|WhatsApp|LinkedIn|Telegram|YouTube|Reddit|Pinterest|TikTok",
    "city": (
        "London|New Delhi|Washington|Eastmere|Manchester|Mumbai|Paris|Glasgow|Bengaluru|Atlanta|Nairobi|Hong Kong"
        "|Veldhaven|Dublin|Sydney|Chicago"
    ),
    "topic": (
        "politics|football|business|technology|health|the election|cricket|climate change|education|entertainment"
        "|the economy|science|travel|Brexit|crime|the royal family|transport|films"
    ),
    "headline": (
        "How the budget affects you|Ferry talks break down again|What we know about the outbreak"
        "|Minister quits over leaked letter|Ten charts that explain the crisis|Why house prices keep rising"
        "|Police name man found in river|Champions held by ten-man visitors|Storm leaves thousands without power"
        "|Court rejects appeal in murder case|Who is who in the new cabinet|Star to return for second series"
        "|Scientists find water on distant planet|Five things to know this morning|Rupee falls to a new low"
        "|Actor apologises for remarks|Schools to close on Friday over heat|Airline cancels hundreds of flights"
    ),
    "day": "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday",
    "site": "our website|thecourier.example|www.harbour-times.example/news|the BBW website|our sports pages",
    "mail": "news@courier.example|tips@ledger.example|the newsdesk|letters@tribune.example|haveyoursay@star.example",
    "currency": "euros|US dollars|rupees|pounds|yen",
}
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Aug|Sept"


#: The languages that have lines of their own, with the file of each in this package.
FILES = {
    "en": "boilerplate.txt",
    **{language: f"boilerplate.{language}.txt" for language in ("de", "es", "fr", "ja", "ru")},
}


def lines(count: int, seed: int, language: str = "en") -> list[str]:
    """Return `count` lines in `language`, one of FILES: each template in turn, its slots filled at random; the same for
    the same `seed`.

    A row "= slot: a|b" of a file names the values of a slot in its language.
    """
    chance = random.Random(seed)
    own = templates(language)
    slots = {**_SLOTS, **dict(row[1:].strip().split(": ", 1) for row in _rows(language) if row.startswith("= "))}
    return [filled(own[number % len(own)], chance, slots) for number in range(count)]


def templates(language: str) -> list[str]:
    """Return the templates of the lines in `language`, one of FILES."""
    return [row for row in _rows(language) if row and not row.startswith(("#", "= "))]


def _rows(language: str) -> list[str]:
    return resources.files(__package__).joinpath(FILES[language]).read_text(encoding="utf-8").splitlines()


def filled(template: str, chance: random.Random, slots: Mapping[str, str] = _SLOTS) -> str:
    """Return `template` with a random value in each slot, its first letter as the template has it or a capital."""
    parts = []
    for piece in template.split("{"):
        name, closed, rest = piece.partition("}")
        parts.append(_value(name, chance, slots) + rest if closed else piece)
    text = "".join(parts)
    return text[:1].upper() + text[1:]


def _value(slot: str, chance: random.Random, slots: Mapping[str, str]) -> str:
    match slot:
        case "number":
            return str(chance.choice((2, 3, 4, 5, 7, 10, 12, 15, 20, 28, 34, 60, 145, 250, 1200)))
        case "year":
            return str(chance.randrange(1998, 2026))
        case "time":
            clock = f"{chance.randrange(1, 13)}:{chance.randrange(0, 60):02}"
            return clock + chance.choice((" am", " pm", " GMT", "", " IST", " EST"))
        case "date":
            day, month, year = chance.randrange(1, 29), chance.choice(_MONTHS.split("|")), chance.randrange(2005, 2026)
            return chance.choice((f"{day} {month} {year}", f"{month} {day}, {year}", f"{day}/{day % 12 + 1}/{year}"))
        case _:
            return chance.choice(slots[slot].split("|"))
