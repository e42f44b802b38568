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
        rf"\bdeath toll\b[^.\d]{{0,160}}?{_NUMBER}",
    )
)


#: Where a sentence ends.
_END: Final = re.compile(r"(?<=[.!?])[”\"’']?\s+(?=[“\"‘']?[A-Z0-9])")


def toll(text: str) -> int | None:
    """Return how many dead the English `text` counts: the most in its first sentence that counts any, since those that
    come later are often the dead of another event. None if it counts none.
    """
    for sentence in _END.split(text):
        counted = [match["number"].casefold() for pattern in _TOLLS for match in pattern.finditer(sentence)]
        if counted:
            return max(_NUMBERS.get(number) or int(number.replace(",", "")) for number in counted)
    return None
