"""Well-known publishers: which one a name or a host is. The table is `houses.txt`, beside this file."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from worker.clean.names import AGENCIES

#: Latin and Greek letters lose their marks; those of other scripts are parts of their letters.
_MARKS = re.compile("[\u0300-\u036f]")
_LIGATURES = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_AND = re.compile(r"\s*(?:&|\band\b)\s*")
_ENDING = re.compile(r"\.(?:com|net|org|info|news|co|tv|de|at|ch|fr|es|it|nl|be|pl|cz|ru|ua|in|ie|jp|uk|us|eu)$")


@dataclass(frozen=True, slots=True)
class House:
    """A well-known publisher: the `name` by which it is shown, and whether its site `carries` the texts of others."""

    name: str
    carries: bool = False

    @property
    def is_agency(self) -> bool:
        """Whether papers print its texts under their own name."""
        return self.name in _agency_names()


def key(name: str) -> str:
    """Return what two spellings of one publisher's name have in common.

    Case, accents, spaces, signs, a leading "The" and a domain's ending say nothing: "The Oda Post", "ODAPOST" and
    "OdaPost.com" are "odapost".
    """
    text = unicodedata.normalize("NFKC", name).casefold().translate(_LIGATURES).strip(" .")
    text = _AND.sub(" and ", _ENDING.sub("", text))
    text = _MARKS.sub("", unicodedata.normalize("NFD", text))
    text = "".join(c for c in unicodedata.normalize("NFC", text.removeprefix("the ")) if c.isalnum())
    return text or "".join(name.split()).casefold()


def house_named(name: str) -> House | None:
    """Return the house that is called `name`, None if it is not well known."""
    return _table()[0].get(key(name))


def house_at(host: str) -> tuple[str, House] | None:
    """Return the house to which `host` belongs and the domain that says so; None if it is not well known."""
    labels = host.split(".")
    domains = (".".join(labels[start:]) for start in range(len(labels) - 1))
    return next(((domain, _table()[1][domain]) for domain in domains if domain in _table()[1]), None)


@cache
def _table() -> tuple[dict[str, House], dict[str, House]]:
    """Return the houses by the keys of their names, and by their domains. The first line with a name has it."""
    by_key: dict[str, House] = {}
    by_domain: dict[str, House] = {}
    for house, domains, names in rows():
        for name in (house.name, *names):
            by_key.setdefault(key(name), house)
        by_domain.update((domain.encode("idna").decode(), house) for domain in domains)
    for name, agency in AGENCIES.items():
        by_key.setdefault(key(name), House(agency))
    return by_key, by_domain


def rows() -> Iterator[tuple[House, list[str], list[str]]]:
    """Yield the houses of the table, each with its domains and its other names."""
    for line in files("worker.clean").joinpath("houses.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, domains, names = (part.strip() for part in line.removeprefix("*").split("|"))
            house = House(name, carries=line.startswith("*"))
            yield house, domains.split(), [other for other in map(str.strip, names.split(";")) if other]


@cache
def _agency_names() -> frozenset[str]:
    return frozenset(AGENCIES.values())
