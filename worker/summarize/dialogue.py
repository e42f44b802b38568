"""Interviews and transcripts: which paragraphs are somebody's words, without quotation marks and without "she said".

An answer that stands alone in a summary reads as the desk's own statement. So the turns of a dialogue are recognised:
by the names before them ("HALE: ...", "Q. ..."), or as the answers to questions in paragraphs of their own that are
put to a person ("Are you worried?") or answered by one ("I worry about the people"). An explainer asks and answers
itself, and is no dialogue.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

#: Fewest paragraphs with a name before them, and fewest questions, that make a dialogue.
_FEWEST_NAMED, _FEWEST_QUESTIONS = 3, 2
#: Share of the paragraphs from the first name to the last that have one; share of these that are sentences, and not
#: rows such as "Replacements: Hale for Marr"; share of questions among the paragraphs from the first to the last.
_NAMED_SHARE, _SENTENCES_SHARE, _QUESTIONS_SHARE = 0.4, 0.6, 0.3
#: Share of the answers in the first person that shows an interview even if no question says "you".
_ANSWERED_SHARE = 0.5
#: Longest question, in characters.
_LONGEST_QUESTION = 250

_NAMED = re.compile(
    r"(?:[-–—]\s)?(?P<name>[^\W\d_][\w.'’-]*(?: [\w.'’()-]+){0,3}(?:, [^:?!.]{2,40})?)\s?[:：]\s?(?P<said>\S.*)"
    r"|(?P<letter>[QAF])[.:]\s(?P<answer>\S.*)",
    re.DOTALL,
)
_QUESTION_FIRST = re.compile(r"(?P<question>[^.!?？]{8,200}[?？])[”\"]?\s+(?P<answer>\S.*)", re.DOTALL)
_ENDS = (".", "?", "!", "…", "”", '"', "。", "？", "！")
_QUOTED = re.compile(r"[“„«\"][^”“»\"]*[”“»\"]")
_FIRST_PERSON = re.compile(
    r"\b(?:I|I['’]\w+|my|myself|mine|ich|mein\w*|je|j['’]\w+|mon|yo|creo|io|penso|eu|acho|ik|jag|jeg)\b|\b[Яя]\b|我|私は"
)
_SECOND_PERSON = re.compile(
    r"\b(?:you|your|yours|you['’]\w+|Sie|Ihnen|Ihre?\w?|vous|votre|vos|usted|ustedes|lei|você|вы|вас|вам"
    r"|ваш\w*)\b|您|你|あなた",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A paragraph that is somebody's words: the `speaker` as the text names them (None: it does not) and what "
    "is `said`.
    """

    speaker: str | None
    said: str


def turns(paragraphs: Sequence[str]) -> list[Turn | None]:
    """Return for each of `paragraphs` the turn of a dialogue that it is, or None if it is the desk's own text."""
    return _named_turns(paragraphs) or _answers(paragraphs) or [None] * len(paragraphs)


def _named_turns(paragraphs: Sequence[str]) -> list[Turn | None] | None:
    """The turns of a transcript: a paragraph without a name goes on with the last one's."""
    found = [_NAMED.match(text) for text in paragraphs]
    names = [_name(match) if match else None for match in found]
    counts = Counter(name for name in names if name)
    known = {name for name, count in counts.items() if count > 1 or name.isupper()}
    places = [index for index, name in enumerate(names) if name in known]
    if len(places) < _FEWEST_NAMED or max(counts[name] for name in known) < 2 or len(known) < 2:
        return None
    if len(places) < _NAMED_SHARE * (places[-1] + 1 - places[0]):
        return None
    said = [
        match["said"] or match["answer"] for match, name in zip(found, names, strict=True) if match and name in known
    ]
    if sum(text.endswith(_ENDS) for text in said) < _SENTENCES_SHARE * len(said):
        return None
    spoken: list[Turn | None] = [None] * places[0]
    speaker: str | None = None
    for index in range(places[0], len(paragraphs)):
        match = found[index]
        is_new = names[index] in known and match is not None
        speaker = names[index] if is_new else speaker
        words = (match["said"] or match["answer"]) if is_new and match else paragraphs[index]
        spoken.append(Turn(None if speaker in ("Q", "A", "F") else speaker, words))
    return spoken


def _name(match: re.Match[str]) -> str | None:
    """The name before a paragraph: in capitals, or with a capital for each of its words."""
    name: str = match["letter"] or match["name"].split(",")[0].strip()
    return name if all(not word[0].islower() for word in name.split()) else None


def _answers(paragraphs: Sequence[str]) -> list[Turn | None] | None:
    """The questions and answers of an interview, from the first question to the end."""
    asked = [_question(text) for text in paragraphs]
    places = [index for index, question in enumerate(asked) if question]
    if len(places) < max(_FEWEST_QUESTIONS, _QUESTIONS_SHARE * (places[-1] + 1 - places[0] if places else 0)):
        return None
    answers = [text for text, question in zip(paragraphs, asked, strict=True) if question is None][places[0] :]
    answers += [match["answer"] for text in paragraphs if (match := _QUESTION_FIRST.fullmatch(text))]
    answered = sum(bool(_FIRST_PERSON.search(_QUOTED.sub("", answer))) for answer in answers)
    is_put = any(_SECOND_PERSON.search(question or "") for question in asked)
    if not answered or not (is_put or answered >= _ANSWERED_SHARE * len(answers)):
        return None
    return [None if index < places[0] else Turn(None, text) for index, text in enumerate(paragraphs)]


def _question(text: str) -> str | None:
    """The question that a paragraph is, or opens with."""
    asks = text.rstrip('"”* ').endswith(("?", "？", "؟"))
    if asks and len(text) <= _LONGEST_QUESTION and not text.startswith(("“", '"')):
        return text
    first = _QUESTION_FIRST.fullmatch(text)
    return first["question"] if first else None
