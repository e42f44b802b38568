# ruff: noqa: SIM905 - words are read as words, not as a list of strings
"""A stream of invented articles and their reprints, the same for the same seed.

Originals are alike where real ones are: they share agency footers, publishers' headers and, in families such as
market reports, whole sentences of a template. Reprints are edited in the ten ways in which real ones were
(notes/duplicates.md 2.2); a reprint comes after its original.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_PLACES = (
    "Aldmoor Brackwater Culverstone Dunnick Eastmere Farrowby Glenhollow Harrowgate Issel Junipers Kelvary Lindhaven "
    "Marrowick Norrbridge Osterby Quillan Rushford Stenbridge Tirvale Ulverry Varnmouth Westerby Yarrow Zelhem"
).split()
_FIRST = "Ilse Maren Oda Piet Tomas Ines Ruth Joren Vera Emil Hanna Silas Noor Aldo Greta Marcus Lotte Yusuf".split()
_LAST = "Varnholt Hale Lindqvist Voss Arrieta Calloway Okafor Baek Nystrom Castor Brandt Petrova Ferrant Ibarra".split()
_ADJECTIVES = (
    "old narrow public wooden northern costly silent regional broken early modest private steep empty famous heavy "
    "local rusty certain patient distant coastal annual central crowded fragile hidden idle joint lively muddy noisy "
    "open painted quiet rapid salted tall uneven vacant warm yearly bitter clever dusty eager faded gentle hollow"
).split()
_NOUNS = (
    "ferry library reservoir tramway hospital lighthouse market observatory quarry bridge orchard harbour council "
    "bakery school museum tunnel canal theatre station warehouse garden committee festival brewery archive forest "
    "pier workshop chapel windmill depot clinic stadium orchestra cannery embankment vineyard shipyard meadow college "
    "sluice aqueduct boathouse granary belfry mayor engineer teacher farmer driver nurse captain judge union court "
    "budget survey contract inquiry licence petition loan crane boiler roof engine cable pump fence furnace"
).split()
_VERBS = (
    "repaired closed measured praised visited financed delayed inspected painted moved opened restored sold rented "
    "drained guarded copied counted blocked cleared drew extended fenced heated insured joined kept lifted mapped "
    "noted ordered paid questioned rebuilt signed tested urged valued warned"
).split()
_TIMES = (
    "on Monday|before noon|after the flood|in early spring|for two winters|without notice|during the strike|since May|"
    "at great cost|by a narrow vote|under a new contract|within a week|against all advice|as planned|once more|"
    "in the end|for the first time|until further notice|near the border|with little hope"
).split("|")
_FRAMES = (
    "The {a1} {n1} of {p1} {v1} the {a2} {n2} {t1}, said {f1} {l1}",
    "{f1} {l1}, who runs the {a1} {n1} in {p1}, {v1} {num} {n2}s {t1}",
    "In {p1} the {n1} {v1} a {a1} {n2} {t1}, while the {n3} {v2} its {a2} {n4}",
    "“We {v1} the {n1} and {v2} every {a1} {n2},” said {l1} of the {p1} {n3}",
    "About {num} {a1} {n1}s were {v1} {t1} near the {n2} of {p1}, a {n3} from {p2} {v2} {t2}",
    "Neither the {n1} nor {f1} {l1} {v1} the {a1} {n2} that {p1} {v2} {t1}",
    "{p1} {v1} its {n1} {t1}; the {a1} {n2} in {p2} {v2} only {num} of them",
    "A {a1} {n1} {v1} by the {n2} costs {num} crowns, which {f1} {l1} {v2} {t1}",
)
_FOOTERS = (
    "The Norvik Press Agency supplies reports to newspapers in the whole of Varland and may be quoted with its name; "
    "corrections are sent to the night editor in Stenbridge, who answers every letter within two working days.",
    "Readers of the Courier can follow this story in the evening edition; write to the desk with photographs and "
    "memories, and tell us whether your street should be named when we report about it again.",
    "Figures in this report were collected by the Varland Statistical Office at the end of the last quarter and may "
    "be revised without notice; past results say nothing about those to come, and no advice is given here.",
)
_HEADERS = (
    "Welcome to the Courier online, the paper of the northern towns since 1881. Sign in to read on.",
    "Advertisement. The article continues below. Choose your town for local weather and traffic reports.",
)
#: Families of reports that are written by filling in a form: hard negatives, since half of their words are the same.
_TEMPLATES = (
    "Shares on the {p1} exchange ended the day {adj} on {day}, as traders weighed the latest figures on {n1} orders. "
    "The index of leading companies stood at {num1} points at the close, after {num2} points the day before. "
    "Volume was {adj} with {num3} million shares changing hands.",
    "The weather service expects {adj} winds over {p1} on {day} with gusts of up to {num1} kilometres an hour. "
    "Temperatures will reach {num2} degrees inland and {num3} degrees along the coast near {p2}. "
    "Sailors are asked to listen to the warnings before they leave the harbour.",
    "Police in {p1} were called to {num1} incidents between Friday evening and {day} morning, a spokesman said. "
    "Of these {num2} concerned noise and {num3} traffic, among them a collision with a {adj} {n1}. "
    "Witnesses are asked to report to the station in {p2}.",
)
_DAYS = "Monday Tuesday Wednesday Thursday Friday".split()
#: Share of the originals that carry a footer, and that are written from a template.
FOOTED: Final = 0.3
TEMPLATED: Final = 0.1


@dataclass(frozen=True)
class Item:
    """An article of the stream. `original` is the number of the story it tells; `kind` is "original" or the edit."""

    id: str
    original: int
    kind: str
    body: str


def sentence(chance: random.Random) -> str:
    """Return a sentence that no other call is likely to give."""

    def some(words: list[str]) -> str:
        return chance.choice(words)

    frame = chance.choice(_FRAMES).format(
        a1=some(_ADJECTIVES), a2=some(_ADJECTIVES), n1=some(_NOUNS), n2=some(_NOUNS), n3=some(_NOUNS), n4=some(_NOUNS),
        p1=some(_PLACES), p2=some(_PLACES), v1=some(_VERBS), v2=some(_VERBS), t1=some(_TIMES), t2=some(_TIMES),
        f1=some(_FIRST), l1=some(_LAST), num=chance.randrange(3, 900),
    )  # fmt: skip
    return frame[:1].upper() + frame[1:] + "."


def prose(chance: random.Random, sentences: int) -> str:
    """Return paragraphs of three sentences."""
    told = [sentence(chance) for _ in range(sentences)]
    return "\n\n".join(" ".join(told[at : at + 3]) for at in range(0, sentences, 3))


def original(number: int, seed: int = 4) -> str:
    """Return the body of original `number`: 7 to 24 sentences, some behind a template, some with a footer."""
    chance = random.Random(f"{seed} original {number}")
    parts = []
    if chance.random() < TEMPLATED:
        parts.append(
            chance.choice(_TEMPLATES).format(
                p1=chance.choice(_PLACES),
                p2=chance.choice(_PLACES),
                adj=chance.choice(_ADJECTIVES),
                day=chance.choice(_DAYS),
                n1=chance.choice(_NOUNS),
                num1=chance.randrange(10, 999),
                num2=chance.randrange(10, 999),
                num3=chance.randrange(10, 999),
            )
        )
    parts.append(prose(chance, chance.randint(7, 24)))
    if chance.random() < FOOTED:
        parts.append(chance.choice(_FOOTERS))
    return "\n\n".join(parts)


def stub(number: int, footer: str = _FOOTERS[0], words: int = 30) -> str:
    """Return a text of `words` words of its own under a shared `footer`."""
    chance = random.Random(f"stub {number}")
    return " ".join(prose(chance, 6).split()[:words]) + ".\n\n" + footer


def footers() -> tuple[str, ...]:
    """Return the shared footers."""
    return _FOOTERS


def _typography(body: str, chance: random.Random) -> str:
    for old, new in (("“", '"'), ("”", '"'), (" - ", " – "), ("'", "’"), (". ", ".  ")):
        body = body.replace(old, new)
    words = body.split(" ")
    for at in chance.sample(range(len(words)), len(words) // 20):
        words[at] = words[at].upper()
    return " ".join(words)


def _boilerplate(body: str, chance: random.Random) -> str:
    return f"{chance.choice(_HEADERS)}\n\n{body}\n\n{chance.choice(_FOOTERS)}"


def _edited(share: float) -> Callable[[str, random.Random], str]:
    def edit(body: str, chance: random.Random) -> str:
        words = body.split(" ")
        for at in chance.sample(range(len(words)), round(share * len(words))):
            words[at] = chance.choice(_NOUNS)
        return " ".join(words)

    return edit


def _cut(share: float) -> Callable[[str, random.Random], str]:
    def cut(body: str, _chance: random.Random) -> str:
        words = body.split(" ")
        return " ".join(words[: max(1, round(share * len(words)))])

    return cut


def _cut_and_boilerplate(body: str, chance: random.Random) -> str:
    return _boilerplate(_cut(0.4)(body, chance), chance)


def _appended(body: str, chance: random.Random) -> str:
    wanted = len(body.split()) // 2
    return body + "\n\n" + " ".join(prose(chance, 30).split()[:wanted])


def _reordered(body: str, chance: random.Random) -> str:
    paragraphs = body.split("\n\n")
    chance.shuffle(paragraphs)
    return "\n\n".join(paragraphs)


def _scanned(body: str, chance: random.Random) -> str:
    letters = list(body)
    for at in chance.sample(range(len(letters)), len(letters) // 50):
        if letters[at].isalpha():
            letters[at] = chance.choice("abcdefghijklmnopqrstuvwxyz")
    return "".join(letters)


#: The ten kinds of edit, by the names under which they are reported.
EDITS: Final[dict[str, Callable[[str, random.Random], str]]] = {
    "typography": _typography,
    "boilerplate": _boilerplate,
    "edit 5 %": _edited(0.05),
    "edit 15 %": _edited(0.15),
    "cut to 50 %": _cut(0.5),
    "cut to 25 %": _cut(0.25),
    "cut to 40 % + boilerplate": _cut_and_boilerplate,
    "+ 50 % foreign text": _appended,
    "reordered": _reordered,
    "scanned, 2 % wrong": _scanned,
}
#: Those that only take away; what a desk must not miss.
CUTS: Final = ("cut to 50 %", "cut to 25 %", "cut to 40 % + boilerplate")
#: Those that begin as the original does.
KEEP_LEAD: Final = ("typography", "edit 5 %", "cut to 50 %", "+ 50 % foreign text")


def reprint(number: int, kind: str, seed: int = 4) -> str:
    """Return original `number` edited in the way `kind`."""
    return EDITS[kind](original(number, seed), random.Random(f"{seed} {kind} {number}"))


def stream(originals: int, reprints: int, seed: int = 4) -> list[Item]:
    """Return `originals` originals in random order, and `reprints` reprints of each kind, each after its original."""
    chance = random.Random(seed)
    placed = [(chance.random(), Item(f"o{n}", n, "original", original(n, seed))) for n in range(originals)]
    when = {item.original: at for at, item in placed}
    for kind in EDITS:
        for number in chance.sample(range(originals), reprints):
            at = when[number] + chance.random() * (1 - when[number])
            placed.append((at, Item(f"r{number}-{kind}", number, kind, reprint(number, kind, seed))))
    return [item for _, item in sorted(placed, key=lambda pair: pair[0])]
