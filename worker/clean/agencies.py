"""Whose text an article is by its credits: the news agency that its dateline or byline names."""

import re

from worker.clean.names import AGENCIES

_IN_DATELINE = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, AGENCIES), key=len, reverse=True))})(?!\w)")
_BETWEEN_NAMES = re.compile(r"\s*(?:[,;/|]|\b(?:and|with|und|et|y|e)\b|\s[-–—]\s)\s*")
_AROUND_NAME = re.compile(r"^(?:by|von|par|por|di|from)\s+|\s+staff$")


def credited(dateline: str | None, byline: str | None) -> str | None:
    """Return the name of the agency that `dateline` ("ODA (Reuters)") or `byline` credits, None where none is.

    The last name of a dateline counts, since places come first. A byline credits an agency where one of its parts is
    the agency's name; "Petra Klein" is a person.
    """
    if found := _IN_DATELINE.findall((dateline or "").lower()):
        return AGENCIES[found[-1]]
    parts = _BETWEEN_NAMES.split((byline or "").strip().lower())
    names = (_AROUND_NAME.sub("", part) for part in parts)
    return next((AGENCIES[name] for name in names if name in AGENCIES), None)
