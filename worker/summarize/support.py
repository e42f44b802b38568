"""The support check: what a generated summary says must stand in its article, or the extract is shown instead.

Numbers, names and quotations must be there, and of each sentence most word pairs: small models write fluent falsehoods
whose every name and number is right (notes/summaries.md 6: of 15 clearly wrong outputs names and numbers caught one).
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from worker.clean.sentences import sentences
from worker.dedup.sketch import tokens

#: Least share of a sentence's word pairs that stand in the article. At 0.5 a fused story still passed, at 0.7 hardly
#: anything but copies.
LEAST_SUPPORT = 0.6

#: Number words that a summary may write for a figure, or the other way round. "One" is too often a pronoun.
_NUMBER_WORDS = {
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
    "thirteen": "13",
    "fourteen": "14",
    "fifteen": "15",
    "sixteen": "16",
    "seventeen": "17",
    "eighteen": "18",
    "nineteen": "19",
    "twenty": "20",
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "sixty": "60",
    "seventy": "70",
    "eighty": "80",
    "ninety": "90",
}
#: Words that have a capital but name nobody. Days and months stay: one that the article does not name is invented.
_NO_NAMES = frozenset({"i", "mr", "mrs", "ms", "dr"})

_NUMBER = re.compile(r"\d(?:[\d.,:]*\d)?")
_THOUSANDS = re.compile(r"(?<=\d)[,.\u00a0\u202f](?=\d{3}(?!\d))")
_WORD = re.compile(r"[^\W_]+(?:[-.&][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s?\b")
_QUOTED = re.compile(r"[“\"«„]([^“”\"«»„]+)[”\"»“]")


def unsupported(summary: str, article: str, language: str = "en") -> tuple[str, ...]:
    """Return what of `summary` the text `article` does not support, one short phrase for each check that fails.

    "numbers: 45, 1987", "names: Arduriz", "quotations: 1", "sentences: 1 of 2"; empty where all is supported.
    """
    found = (
        _listed("numbers", _lacking(numbers(summary), numbers(article))),
        _listed("names", _lacking(names(summary, language), {word.casefold() for word in _words(article)})),
        _counted("quotations", [quote for quote in quotations(summary) if not _within(quote, tokens(article))]),
        _sentences(summary, article, language),
    )
    return tuple(phrase for phrase in found if phrase)


def numbers(text: str) -> list[str]:
    """Return the numbers of `text` as digits, without thousands separators; number words count, too."""
    figures = [_THOUSANDS.sub("", match).rstrip(".,:") for match in _NUMBER.findall(text)]
    return figures + [_NUMBER_WORDS[word.lower()] for word in _words(text) if word.lower() in _NUMBER_WORDS]


def names(text: str, language: str = "en") -> list[str]:
    """Return the words of `text` that begin with a capital and not for standing first, in small letters.

    The first word of a sentence counts where a word with a capital follows it: it is a name's beginning then.
    """
    found: list[str] = []
    for sentence in sentences(text, language):
        words = _words(sentence)
        for place, word in enumerate(words):
            is_capital = word[0].isupper() and word.lower() not in _NO_NAMES
            begins_name = place + 1 < len(words) and words[place + 1][0].isupper() and len(word) > 1
            if is_capital and (place > 0 or begins_name):
                found.append(word.casefold())
    return found


def quotations(text: str) -> list[list[str]]:
    """Return the tokens of each quotation in `text`."""
    return [tokens(quoted) for quoted in _QUOTED.findall(text)]


def support(sentence: str, article: str) -> float:
    """Return which share of the word pairs of `sentence` stands in `article`, 0.0 to 1.0; 1.0 where it has none."""
    wanted = list(pairwise(_figured(sentence)))
    there = set(pairwise(_figured(article)))
    return sum(pair in there for pair in wanted) / len(wanted) if wanted else 1.0


def _figured(text: str) -> list[str]:
    """Return the tokens of `text`, number words as digits."""
    return [_NUMBER_WORDS.get(token, token) for token in tokens(text)]


def _words(text: str) -> list[str]:
    return _WORD.findall(_POSSESSIVE.sub(" ", text))


def _lacking(wanted: Iterable[str], there: Iterable[str]) -> list[str]:
    known = set(there)
    return sorted({one for one in wanted if one not in known})


def _within(part: Sequence[str], whole: Sequence[str]) -> bool:
    return f" {' '.join(part)} " in f" {' '.join(whole)} "


def _listed(check: str, lacking: Sequence[str]) -> str:
    return f"{check}: {', '.join(lacking)}" if lacking else ""


def _counted(check: str, failing: Sequence[object]) -> str:
    return f"{check}: {len(failing)}" if failing else ""


def _sentences(summary: str, article: str, language: str) -> str:
    parts = sentences(summary, language)
    failing = [part for part in parts if support(part, article) < LEAST_SUPPORT]
    return f"sentences: {len(failing)} of {len(parts)}" if failing else ""
