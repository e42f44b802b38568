"""How many dead an English report counts."""

import re
from typing import Final

_NUMBERS: Final = {
    word: number
    for number, word in enumerate(
        re.findall(
            r"\w+",
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen twenty",
        ),
        start=1,
    )
}
#: A number that is no sum, share, part of a date or age.
_NUMBER: Final = (
    rf"(?<![\d,.$£€])(?<!\bof )(?<!\baged )(?P<number>\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}}|{'|'.join(_NUMBERS)})"
    r"(?![\d,.]*(?:\d|%))\b"
)
_ABOUT: Final = r"(?:(?:at least|more than|as many as|about|some|nearly|over) )?"
_TOLLS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_NUMBER} (?:[\w-]+ ){{0,2}}?(?:(?:were|was|are|have been|been) )?(?:killed|dead|died?|dies)\b",
        rf"\bkill(?:s|ed|ing)? {_ABOUT}{_NUMBER}",
        rf"\bclaim(?:s|ed)? {_ABOUT}{_NUMBER} lives\b",
        rf"\bdeath toll\b[^.\d]{{0,40}}?{_NUMBER}",
    )
)


def toll(text: str) -> int | None:
    """Return how many dead the English `text` counts at most, None if it counts none."""
    found = [match["number"].casefold() for pattern in _TOLLS for match in pattern.finditer(text)]
    return max((_NUMBERS.get(number) or int(number.replace(",", "")) for number in found), default=None)
