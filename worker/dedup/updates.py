"""Marks by which agencies tell that a text replaces an earlier one of theirs."""

import re
from collections.abc import Iterable
from typing import Final

#: Lines from the top of a text that may carry a slug line.
_LINES: Final = 8
#: Characters beyond which a line is prose.
_LONGEST: Final = 200

#: Seen in the wire copy of notes/cleaning.md. "RPT" repeats and updates nothing.
_MARK: Final = re.compile(
    r"^\W*(?:UPDATE \d+|UPDATE|WRAPUP \d+|REFILE|CORRECTED|CORRECTION|LEAD ALL)(?: ?[-:–—(]|\)|\])"
    r"|\b(?i:\d{1,2}(?:st|nd|rd|th)[ -](?:ld|lead)(?:[ -]writethru)?)\b"
    r"|\b(?i:writethru|ld-writethru)\b"
)


def marked_as_update(title: str | None, text: str) -> bool:
    """Return whether the raw `title` or one of the first lines of the raw `text` says "2nd Ld", "UPDATE 2-" or so."""
    lines = (line.strip() for line in text[: _LINES * _LONGEST * 4].splitlines())
    top = [line for line in lines if line][:_LINES]
    return any(map(_MARK.search, _short([title or "", *top])))


def _short(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if len(line) <= _LONGEST]
