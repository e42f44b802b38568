"""Layout: which line breaks of a text end a paragraph and which only ended a line of a terminal."""

import re
from itertools import pairwise

#: A line broken by a terminal or a mail program is this long, in characters; wires set 60 to 75 columns.
_SHORTEST_WRAP, _LONGEST_WRAP = 45, 85
#: How many columns short of the widest line a wrapped line may end although the next word would have fitted.
_SLACK = 4
#: Share of the line breaks that must look like wraps before a text counts as wrapped.
_WRAPPED_SHARE = 0.7
#: Share of them after which the sentence must run on in a small letter; else the lines are headlines of a list.
_RUNNING_SHARE = 0.25

_BLOCK_END = re.compile(r"\n[ \t]*+(?:\n[ \t]*+)+")
_LIST_ITEM = re.compile(r"[ \t]*+(?:[-*•·–—►▪#|>]|\d{1,2}[.)])[ \t]")
_SPACES = re.compile(r"[ \t]++")
_SENTENCE_END = tuple(".!?:;。！？…\"'”’»)]")


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of plain `text`, each on one line with single spaces, none empty.

    A blank line ends a paragraph. A single line break does too, except in a text wrapped at a terminal's width, and
    where a sentence visibly runs on (no full stop before, a small letter after).
    """
    blocks = [[line.rstrip() for line in block.split("\n")] for block in _BLOCK_END.split(text.strip("\n"))]
    width = _wrap_width(blocks)
    joined = (paragraph for block in blocks for paragraph in _joined(block, width))
    return [paragraph for paragraph in joined if paragraph]


def _wrap_width(blocks: list[list[str]]) -> int | None:
    """The column at which the text is wrapped, or None where it is not.

    A break is a wrap when its line is of a terminal's length and either the next word would not have fitted or the
    sentence runs on in a small letter.
    """
    lengths = [len(line) for block in blocks for line in block]
    breaks = [(a, b) for block in blocks for a, b in pairwise(block) if _may_wrap(a, b)]
    if not breaks or max(lengths) > 2 * _LONGEST_WRAP:
        return None
    width = sorted(len(line) for line, _ in breaks)[len(breaks) * 9 // 10]
    wraps = sum(_is_wrap(line, following, width) for line, following in breaks)
    runs_on = sum(following.lstrip()[:1].islower() for _, following in breaks)
    return width if wraps >= _WRAPPED_SHARE * len(breaks) and runs_on >= _RUNNING_SHARE * len(breaks) else None


def _may_wrap(line: str, following: str) -> bool:
    return _SHORTEST_WRAP <= len(line) <= _LONGEST_WRAP and not _starts_paragraph(line, following)


def _starts_paragraph(line: str, following: str) -> bool:
    """Whether `following` opens a paragraph by its own layout: a list item, or an indent that `line` does not have."""
    indent, previous = (len(text) - len(text.lstrip(" \t")) for text in (following, line))
    return bool(_LIST_ITEM.match(following)) or indent > previous


def _is_wrap(line: str, following: str, width: int) -> bool:
    first = following.split(maxsplit=1)[0] if following.strip() else ""
    return first[:1].islower() or len(line) + 1 + len(first) > width - _SLACK


def _joined(block: list[str], width: int | None) -> list[str]:
    found: list[list[str]] = []
    previous = ""
    for line in block:
        if found and _continues(previous, line, width):
            found[-1].append(line.strip())
        else:
            found.append([line.strip()])
        previous = line
    return [_one_line(lines) for lines in found]


def _continues(line: str, following: str, width: int | None) -> bool:
    if _starts_paragraph(line, following):
        return False
    if width is not None and _may_wrap(line, following) and _is_wrap(line, following, width):
        return True
    runs_on = not line.rstrip().endswith(_SENTENCE_END) and following.lstrip()[:1].islower()
    return runs_on and len(line) >= _SHORTEST_WRAP


def _one_line(lines: list[str]) -> str:
    """The lines as one: a word divided by a hyphen at the line's end keeps its hyphen, for it may be a compound."""
    text = lines[0]
    parts = [text]
    for line in lines[1:]:
        glued = parts[-1].endswith("-") and parts[-1][-2:-1].isalpha() and line[:1].islower()
        parts.append(line if glued else " " + line)
    return _SPACES.sub(" ", "".join(parts)).strip()
