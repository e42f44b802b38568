"""The sentences of an article, and which of them may stand in an extract."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from worker.clean.sentences import sentences
from worker.clean.tables import is_row
from worker.scripts import EAST_ASIAN
from worker.summarize import dialogue, manner, openers, quotations
from worker.summarize.measure import brackets_balanced, length

#: Usable sentences of an article that are considered: the encoder's time is nearly all the time there is. On 811
#: training articles 24 gave the same ROUGE-1 as 40 (within 0.02) for 24 % less time; at 16 it begins to fall.
MOST_USABLE = 24
#: Sentences that are looked through for them, where many are no prose.
MOST_SENTENCES = 60
#: Paragraphs from the first on that may begin with a lead-in in capitals: a standfirst and a caption come before it.
MOST_LEAD_INS = 3
#: Characters of a body that are read. A longer text costs no more time.
MOST_CHARACTERS = 30_000
#: Fewest words of a sentence that says something; below are headings, by-lines, interjections.
FEWEST_WORDS = 5
#: Share of letters among the characters that are not spaces, below which a line is a table or a list of scores.
_LEAST_LETTERS = 0.6
#: Share of words that begin with a capital, above which a line is a heading or a list of names; German writes its nouns
#: so.
_MOST_CAPITALS, _MOST_CAPITALS_GERMAN = 0.75, 0.9

_PARAGRAPH = re.compile(r"\n[ \t\r\f\v]*\n\s*")
#: A full stop, question or exclamation mark of any script, and what may close after it. An ellipsis marks a teaser.
_ENDS = re.compile(r"(?:(?<!\.)\.\??|[!?。！？।۔؟։።။៖។])[\"'”’“»«)\]」』》]*$")
#: A link to another story, in the midst of this one.
_TEASER = re.compile(
    r"(?:also |must )?(?:read|watch|see|listen|more|video|photos?|pics|gallery)(?: also| more)?\s?[:|]", re.I
)
#: A question; a mark behind a full stop or a space is what a lost sign became. What a report asks behind its first
#: sentences is the title of another story.
_ASKS = re.compile(r"(?<![.!?\s])\?[”\"’»)]*$")
#: Sentences from the first on that may ask.
_MAY_ASK = 2
#: Nothing but a quotation: who speaks is said before it.
_ONLY_QUOTED = re.compile(r"[\"“„«»][^\"“”„«»]*[\"“”«»]$")
_QUOTE_MARKS = ('"', "“", "”", "«", "»", "„", "「")
_WORD = re.compile(r"\w+")
#: An apostrophe that some encoding made a quotation mark: l"économie, qu"il.
_ELISION = re.compile(r"(?:(?<=\b[cdjlmnst])|(?<=\bqu))\"(?=\"?[^\W\d_])", re.IGNORECASE)
#: Spaces that a page's links and an export left within brackets and before marks, and in a script without spaces.
_LOOSE = re.compile(
    r"(?<=[\w)”»\"]) +(?=[.,](?:\s|$))|(?<=[(（「『【]) +| +(?=[)）」』】、。，])"
    rf"|(?<=[、。，）」』】]) +(?=[{EAST_ASIAN}「『（【])"
)
#: The words in capitals that an article opens with, before one that is not.
_LEAD_IN = re.compile(r"(?:[A-Z][A-Z’']*[A-Z]|A)(?: [A-Z][A-Z’']*[A-Z]| A){0,4}(?= [\w“\"]*[a-z\d])")
#: Among them words that are no names.
_SMALL = re.compile(
    r"a|after|all|an|and|are|at|before|but|by|during|for|from|has|have|he|her|his|how|if|in|is|its|more|most|new|no|of|on"
    r"|one|or|over|police|she|some|that|the|their|there|these|they|this|to|two|three|under|up|was|we|were|what|when|where"
    r"|while|will|with",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article.

    `position` counts the article's sentences from 0; `usable` says whether it may stand in an extract. `shortened` is
    the text without an opening connective, which is how it reads where the sentence before it is left out. Where
    `points_back` is true even that reads wrong without the sentence before: it speaks of "them", or quotes nobody knows
    whom.
    """

    text: str
    position: int
    usable: bool
    shortened: str
    points_back: bool


def paragraphs(body: str) -> list[str]:
    """Return the paragraphs of `body`, each on one line; the rows of tables only if there is nothing else."""
    found = [line for paragraph in _PARAGRAPH.split(body) if (line := " ".join(paragraph.split()))]
    return [line for line in found if not is_row(line)] or found


def considered(body: str, language: str) -> list[Sentence]:
    """Return the first sentences of `body` in order, up to MOST_USABLE usable ones; none crosses a paragraph.

    What somebody says in an interview or transcript is not usable: the introduction is. If there is none, what is said
    is put into quotation marks, behind the speaker's name if the text has it.
    """
    texts = paragraphs(body[:MOST_CHARACTERS])
    if language == "en":
        texts[:MOST_LEAD_INS] = [without_capitals(manner.unbuttoned(text), body) for text in texts[:MOST_LEAD_INS]]
    turns = dialogue.turns(texts)
    found = _sentences(texts, turns, body, language)
    if any(turns) and not any(sentence.usable for sentence in found):
        texts = [_attributed(text, turn) for text, turn in zip(texts, turns, strict=True)]
        found = _sentences(texts, [None] * len(texts), body, language)
    return found


def _attributed(text: str, turn: dialogue.Turn | None) -> str:
    if turn is None or text.endswith("?"):
        return text
    said = f"“{turn.said}”"
    return f"{turn.speaker}: {said}" if turn.speaker else said


def _sentences(texts: list[str], turns: Sequence[dialogue.Turn | None], body: str, language: str) -> list[Sentence]:
    found: list[Sentence] = []
    seen: set[str] = set()
    usable = 0
    for paragraph, after, turn in zip(texts, [*texts[1:], ""], turns, strict=False):
        paragraph = tidied(paragraph, language)
        parts = [manner.unbuttoned(part) for part in sentences(manner.unstamped(paragraph), language)]
        for quoted in quotations.joined(parts, goes_on=quotations.opens(after)):
            key = " ".join(_WORD.findall(quoted.text.casefold()))
            may_stand = quoted.whole and key not in seen and turn is None
            found.append(_sentence(quoted.text, len(found), language, may_stand=may_stand))
            seen.add(key)
            usable += found[-1].usable
            if usable == MOST_USABLE or len(found) == MOST_SENTENCES:
                return found
    if len(body) > MOST_CHARACTERS and len(found) > 1:
        found.pop()  # it may be cut short
    return found


def tidied(text: str, language: str) -> str:
    """Return `text` with the apostrophes that became quotation marks, and, if it is not English, without the spaces
    that an export left at its marks.
    """
    text = _ELISION.sub("’", text)
    return text if language == "en" else _LOOSE.sub("", text)


def without_capitals(paragraph: str, body: str) -> str:
    """Return the English `paragraph` of `body` with the capitals of its lead-in set in normal case: "AT least 84
    people", "FELIPE MASSA crashed". A word is set as `body` has it elsewhere; acronyms stay.
    """
    lead_in = _LEAD_IN.match(paragraph)
    if lead_in is None:
        return paragraph
    words, rest = lead_in[0].split(), paragraph[lead_in.end() :]
    small = [bool(_SMALL.fullmatch(word)) for word in words]
    forms = [None if is_small else _cased(word, body) for word, is_small in zip(words, small, strict=True)]
    if not any(small) and not all(forms):
        return paragraph  # "BBC News", "US EPA chief"
    cased = [
        form or (word.lower() if is_small else word) for word, form, is_small in zip(words, forms, small, strict=True)
    ]
    text = " ".join(cased)
    return text[:1].upper() + text[1:] + rest


def _cased(word: str, rest: str) -> str | None:
    """Return the name `word`, which is in capitals, as `rest` has it with one; None if it has not."""
    found = re.search(rf"\b(?-i:(?!{re.escape(word)}\b)){re.escape(word)}\b", rest, re.IGNORECASE)
    return found[0] if found and found[0][0].isupper() else None


def is_prose(text: str, language: str = "en") -> bool:
    """Return whether `text` is a whole sentence of prose in `language`: no heading, list, table or teaser."""
    if length(text) < FEWEST_WORDS or not _ENDS.search(text) or not brackets_balanced(text):
        return False
    solid = len(text) - text.count(" ")
    if sum(unicodedata.category(character)[0] in "LM" for character in text) < _LEAST_LETTERS * solid:
        return False  # M: the vowel signs of Indic scripts
    words = [word for word in _WORD.findall(text) if word[0].isalpha()]
    capitals: int = sum(word[0].isupper() for word in words)
    return capitals <= (_MOST_CAPITALS_GERMAN if language == "de" else _MOST_CAPITALS) * len(words)


def _sentence(text: str, position: int, language: str, *, may_stand: bool) -> Sentence:
    asks = position >= _MAY_ASK and bool(_ASKS.search(text)) and not any(mark in text for mark in _QUOTE_MARKS)
    usable = may_stand and not asks and not _TEASER.match(text) and is_prose(text, language)
    shortened = openers.without_connective(text) if language == "en" else text
    if shortened != text and not is_prose(shortened):
        shortened, points_back = text, True
    else:
        points = openers.points_back(shortened) if language == "en" else manner.points_back(text, language)
        points_back = bool(_ONLY_QUOTED.match(text)) or (points and (language == "en" or position > 0))
    return Sentence(text, position, usable, shortened, points_back)
