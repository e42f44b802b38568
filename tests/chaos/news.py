# ruff: noqa: SIM905 - words are read as words, not as a list of strings
"""Invented articles without end: alike in form, and no two with more words in a row in common than chance gives."""

import json
import random

_PLACES = (
    "Aldmoor Brackwater Culverstone Dunnick Eastmere Farrowby Glenhollow Harrowgate Issel Junipers Kelvary Lindhaven "
    "Marrowick Norrbridge Osterby Port-Salin Quillan Rushford Stenbridge Tirvale Ulverry Varnmouth Westerby Yarrow"
).split()
_NAMES = (
    "Ilse Varnholt|Maren Hale|Oda Lindqvist|Piet Voss|Tomas Arrieta|Ines Calloway|Ruth Okafor|Joren Baek|Vera Nystrom|"
    "Emil Castor|Hanna Oyelaran|Silas Brandt|Noor Petrova|Aldo Ferrant|Greta Solheim|Marcus Ibarra"
).split("|")
_ADJECTIVES = (
    "old narrow public wooden northern costly silent regional broken early modest private steep empty famous heavy "
    "local rusty certain patient distant coastal annual central crowded fragile hidden idle joint lively muddy noisy "
    "open painted quiet rapid salted tall uneven vacant warm yearly"
).split()
_NOUNS = (
    "ferry library reservoir tramway hospital lighthouse market observatory quarry bridge orchard harbour council "
    "bakery school museum tunnel canal theatre station warehouse garden committee festival brewery archive forest "
    "pier workshop chapel windmill depot clinic stadium orchestra cannery embankment vineyard shipyard meadow college "
    "print-shop sluice aqueduct boathouse granary belfry"
).split()
_VERBS = (
    "repaired closed measured praised visited financed delayed inspected painted moved opened restored sold rented "
    "drained guarded copied counted blocked cleared drew extended fenced heated insured joined kept lifted mapped"
).split()
_TIMES = (
    "on Monday|before noon|after the flood|in early spring|for two winters|without notice|during the strike|since May|"
    "at great cost|by a narrow vote|under a new contract|within a week|against all advice|as planned|once more"
).split("|")
#: Sentences of an article: enough that chance gives two articles no story in common.
SENTENCES = 9


def title(number: int) -> str:
    """Return the title of article `number`."""
    words = _words(number, "title")
    return f"{words.choice(_PLACES)} {words.choice(_NOUNS)} {words.choice(_VERBS)}, report {number}"


def body(number: int, mark: str = "") -> str:
    """Return the paragraphs of article `number`, with the sentence `mark` among them."""
    words = _words(number, "body")
    sentences = [_sentence(words) for _ in range(SENTENCES)]
    if mark:
        sentences.insert(words.randrange(2, SENTENCES - 2), mark)
    return "\n\n".join(" ".join(sentences[start : start + 3]) for start in range(0, len(sentences), 3))


def text(number: int, mark: str = "") -> str:
    """Return article `number` as a text file holds it."""
    return f"{title(number)}\n\n{body(number, mark)}\n"


def _words(number: int, what: str) -> random.Random:
    return random.Random(f"{what} {number}")


def _sentence(words: random.Random) -> str:
    a, b, c = words.sample(_NOUNS, 3)
    return (
        f"The {words.choice(_ADJECTIVES)} {a} of {words.choice(_PLACES)} {words.choice(_VERBS)} the "
        f"{words.choice(_ADJECTIVES)} {b} and {words.choice(_VERBS)} {words.randrange(3, 900)} {c}s "
        f"{words.choice(_TIMES)}, said {words.choice(_NAMES)}."
    )


def row(name: str, number: int) -> str:
    """Return article `number` as a line of JSON with the id `name`."""
    return json.dumps({"id": name, "title": title(number), "text": body(number)})
