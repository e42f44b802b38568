"""How long a text is, in words, and where it may be cut, for any script."""

import math
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence

from worker.scripts import EAST_ASIAN, SOUTH_EAST_ASIAN

#: Characters of a script without spaces to one word (worker.scripts); the word budget holds for them by these figures.
_DENSE_SCRIPTS = ((2, re.compile(f"[{EAST_ASIAN}]")), (4, re.compile(f"[{SOUTH_EAST_ASIAN}]")))
#: Longest word, in characters; a longer one counts as several, so that a budget of words bounds the characters too.
_LONGEST_WORD = 40
#: A clause boundary before this share of the words allowed would leave too little of the sentence.
_LEAST_SHARE = 0.5
#: A clause ends before a comma, semicolon, colon or dash that is followed by a space, or before the CJK ones.
CLAUSE_END = re.compile(r"[,;:،؛](?=\s)|\s[–—-]+(?=\s)|—|[、，；：]")

#: What may not end a text that was cut.
_LOOSE = " ,;:،؛、，；：–—-"
_SPACE = re.compile(r"\s")
#: Marks that open, and those that close them. Counting is enough here.
_PAIRS = (("(", ")"), ("[", "]"), ("「", "」"), ("『", "』"), ("《", "》"))


def length(text: str) -> int:
    """Return the length of `text` in words; scripts without spaces, and endless words, count by their characters."""
    words = 0
    for per_word, script in _DENSE_SCRIPTS:
        text, found = script.subn(" ", text)
        words += math.ceil(found / per_word)
    return words + sum(math.ceil(len(word) / _LONGEST_WORD) for word in text.split())


def cut(text: str, most: int, clause_ends: Sequence[re.Pattern[str]] = (CLAUSE_END,)) -> str:
    """Return `text` cut to at most `most` words: after the last clause that fits, else between words, else
    between characters. `clause_ends` match where clauses end, the preferred kind first.

    Where it can be had, no quotation is cut in half; no comma is left at the end, no character is parted from its
    accents, and the result is never empty where `text` is not.
    """
    text = text.strip()
    head = text[: most * _LONGEST_WORD]
    if len(head) == len(text) and length(text) <= most:
        return text
    least = math.ceil(most * _LEAST_SHARE)
    end = _last_fitting(head, most)
    places = [[mark.start() for mark in ends.finditer(head) if mark.start() <= end] for ends in (*clause_ends, _SPACE)]
    places[-1].append(end)
    for boundary in (place for kind in places for place in reversed(kind)):
        prefix = head[:boundary].rstrip(_LOOSE)
        if balanced(prefix) and least <= length(prefix):
            return prefix
    return text[:end].rstrip(_LOOSE) or text[:end]


def balanced(text: str) -> bool:
    """Return whether every quotation mark and bracket of `text` that opens also closes."""
    if text.count('"') % 2 or not brackets_balanced(text):
        return False
    if text.count("«") != text.count("»"):
        return False
    low, left, right = (text.count(mark) for mark in "„“”")
    return low == left + right if low else left == right if left else right % 2 == 0  # ”…” is Swedish and Finnish


def brackets_balanced(text: str) -> bool:
    """Return whether every bracket of `text`, and every CJK quotation mark, that opens also closes."""
    return all(text.count(opening) == text.count(closing) for opening, closing in _PAIRS)


def _last_fitting(text: str, most: int) -> int:
    """Return the largest end such that text[:end] has at most `most` words and ends between words or characters."""
    by_word = [*(space.start() for space in _SPACE.finditer(text)), len(text)]
    by_character = [end for end in range(1, len(text) + 1) if end == len(text) or _may_part(text[end])]
    has_spaces = not any(script.search(text) for _, script in _DENSE_SCRIPTS)
    for ends in (by_word, by_character) if has_spaces else (by_character,):
        fitting = bisect_right(ends, most, key=lambda end: length(text[:end]))  # the length grows with the end
        if fitting:
            return ends[fitting - 1]
    return by_character[0]


def _may_part(character: str) -> bool:
    """Whether a text may be cut before `character`: not before an accent, a joiner or a variation selector."""
    return unicodedata.category(character) not in {"Mn", "Mc", "Me", "Cf"}
