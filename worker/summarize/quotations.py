"""Quotations that run over several sentences: joined where they are short, kept out of an extract where they are not.

Half a quotation is worse than none: its words would stand as the report's own, or as somebody else's. Marks are read
by their direction (a mark after a space opens, one after a letter or full stop closes), not merely counted, so that one
stray mark does not turn the rest of a paragraph inside out.
"""

import re
from dataclasses import dataclass

#: Most sentences of one quotation that are joined to one.
MOST_JOINED = 3
#: Most sentences between a mark that opens and one that closes; farther apart they are no pair.
_FARTHEST = 12

#: What closes a quotation that opens with a mark.
_CLOSING = {'"': '"', "“": "”", "„": "“", "«": "»"}
# A straight mark amid letters is an apostrophe that some encoding changed.
_MARK = re.compile(r"(?<![^\W\d_])\"|\"(?!\"*[^\W\d_])|[“”„«»]")
#: A question mark behind a sentence's full stop, where nothing waits to be closed: a space or mark that was lost.
_STRAY_END = re.compile(r"(?<=[^.]\.)\?+$")
#: The same in an apostrophe's place: "the mayor?s".
_LOST_APOSTROPHE = re.compile(r"(?<=\w)\?(?=s\b)")
#: And in a space's place: "the TV?host".
_LOST_SPACE = re.compile(r"(?<!\S)([^\W_]+)\?(?=[^\W_]+(?:[\s.,;:]|$))")
#: A question mark amid a sentence, or after its full stop: a closing quotation mark that some encoding lost.
_LOST_MARK = re.compile(r"(?<=\w)\?(?=[,;.)]|\s+[a-z(])|(?<=[.,!])\?")


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence, or a few joined by a quotation; `whole` is false for a part of a quotation."""

    text: str
    whole: bool


def joined(sentences: list[str], *, goes_on: bool = False) -> list[Quoted]:
    """Return the `sentences` of one paragraph with those joined that only together hold a quotation.

    A quotation that `goes_on` in the next paragraph, which opens it again, is closed at this one's end. Any other mark
    in the midst of a sentence that nothing answers is left out of its text.
    """
    texts = [_repaired(text) for text in _reattached(sentences)]
    pairs, stray, halves = _matched(texts)
    if goes_on and stray:
        opening = max(stray)
        mark = texts[opening[0]][opening[1]]
        texts[-1] += _CLOSING.get(mark, mark)
        pairs, stray, halves = _matched(texts)
    for index, place in sorted(stray, reverse=True):
        if place == 0:
            halves.add(index)
        else:
            texts[index] = texts[index][:place] + texts[index][place + 1 :]
    result: list[Quoted] = []
    start = 0
    while start < len(texts):
        end = max((last for first, last in pairs if first == start), default=start)
        if end - start >= MOST_JOINED:
            halves.update(range(start, end + 1))
            end = start
        whole = halves.isdisjoint(range(start, end + 1))
        result.append(Quoted(" ".join(texts[start : end + 1]), whole))
        start = end + 1
    return result


def opens(paragraph: str) -> bool:
    """Return whether `paragraph` begins with a mark that opens a quotation."""
    return paragraph.startswith(tuple(_CLOSING))


def _reattached(sentences: list[str]) -> list[str]:
    """Return `sentences` with a mark that the division parted from the end of its sentence set there again."""
    texts: list[str] = []
    for sentence in sentences:
        if sentence.startswith('" ') and texts and texts[-1].count('"') % 2:
            texts[-1] += '"'
            sentence = sentence[2:]
        texts.append(sentence)
    return texts


def _repaired(text: str) -> str:
    """Return `text` with a question mark in place of an apostrophe, a space or a closing quotation mark mended."""
    text = _LOST_SPACE.sub(r"\1 ", _LOST_APOSTROPHE.sub("’", text))
    start = 0
    while (opening := text.find('"', start)) >= 0:
        closing = text.find('"', opening + 1)
        lost = _LOST_MARK.search(text, opening + 1, closing if closing > 0 else len(text))
        opens = opening == 0 or text[opening - 1] in " (["
        if lost and opens and (closing < 0 or text[closing - 1] in " ([") and text[opening + 1 : opening + 2].strip():
            text = f'{text[: lost.start()]}"{text[lost.end() :]}'
            start = lost.start() + 1
        elif closing < 0:
            break
        else:
            start = closing + 1
    return _STRAY_END.sub("", text)


def _matched(texts: list[str]) -> tuple[set[tuple[int, int]], set[tuple[int, int]], set[int]]:
    """Return the pairs of sentences that share a quotation, the marks (sentence, place) that open and never close, and
    the sentences that close what was never opened.
    """
    is_low = any("„" in text for text in texts)  # German: „…“
    pairs: set[tuple[int, int]] = set()
    halves: set[int] = set()
    waiting: list[tuple[int, int]] = []
    for index, text in enumerate(texts):
        for mark in _MARK.finditer(text):
            if _opens(text, mark, is_low=is_low, is_inside=bool(waiting)):
                waiting.append((index, mark.start()))
            elif waiting and index - waiting[-1][0] <= _FARTHEST:
                first = waiting.pop()[0]
                if first != index:
                    pairs.add((first, index))
            else:
                halves.add(index)
        for mark in _LOST_MARK.finditer(text):
            answered = [place for place in waiting if place[0] == index and place[1] < mark.start()]
            if answered:
                waiting.remove(answered[-1])
    return pairs, set(waiting), halves


def _opens(text: str, mark: re.Match[str], *, is_low: bool, is_inside: bool) -> bool:
    before, after = text[: mark.start()][-1:], text[mark.end() :][:1]
    match mark.group():
        case "„":
            return True
        case "“":
            return not is_low
        case "”":
            return False
        case "«" | "»":
            return not is_inside  # «…» and »…« are both in use
    starts_word = before in {"", " ", "(", "[", "—", "–", "-", "'", "‘"}
    ends_word = after in {"", " ", ")", "]", "—", "–", ",", ".", ";", ":", "!", "?"}
    return starts_word and not ends_word if starts_word != ends_word else not is_inside
