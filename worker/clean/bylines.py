"""Who signed an article, as a byline is shown: persons and agencies, neither companies nor addresses."""

import re

from worker.clean.houses import house_named
from worker.clean.names import NAME_PARTICLES
from worker.clean.publishers import company

_BY = re.compile(r"^(?:written\s+)?by\b[\s:]+(?=\S)", re.IGNORECASE)
#: Openings that are names as well ("Von Miller"): with them, two words must follow.
_FROM = re.compile(r"^(?:von|par|por|door|av|af|автор|autor|auteur)\b[\s:]+(?=(\S+)\s+\S)", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+", re.IGNORECASE)


def signed(byline: str | None) -> str | None:
    """Return `byline` without "By", "Von" or "Par" and without addresses, None if it is a company or nothing else.

    A company that is an agency ("dpa-infocom GmbH") gives the agency's name.
    """
    text = " ".join(_ADDRESS.sub(" ", byline or "").split()).strip(" ,;|·-–—")
    text = _BY.sub("", text)
    opening = _FROM.match(text)
    if opening and opening[1].lower() not in NAME_PARTICLES:
        text = text[opening.end() :]
    bare = company(text)
    if bare is None:
        return text or None
    house = house_named(bare)
    return house.name if house and house.is_agency else None
