"""Markdown: front matter read, markup taken away, line by line.

Our own, because a general parser is quadratic on hostile input and gives a tree where lines are enough.
"""

import html
import re
from dataclasses import dataclass, field

#: Most lines that front matter may have; a text that opens with a rule and never closes it has none.
_LONGEST_FRONT_MATTER = 100

_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.*)")
_UNDERLINE = re.compile(r"\s{0,3}(=+|-+)\s*")
_RULE = re.compile(r"\s{0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})")
_TABLE_RULE = re.compile(r"[\s|:-]*+")
_DEFINITION = re.compile(r"\s{0,3}\[[^\[\]]{1,100}\]:\s.*")
_QUOTE = re.compile(r"\s{0,3}(?:>\s?){1,8}")
_BLOCK_START = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s|\s*\|")
_MARKUP = (
    (re.compile(r"<!--[^<>]*-->|<br\s*/?>", re.IGNORECASE), " "),
    (re.compile(r"!\[[^\[\]]*\]\([^()\s]*(?:\s[^()]*)?\)|!\[[^\[\]]*\]\[[^\[\]]*\]"), ""),
    (re.compile(r"\[\^[^\[\]\s]{1,40}\]"), ""),
    (re.compile(r"\[([^\[\]]*)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?(?:\s[^()]*)?\)"), r"\1"),
    (re.compile(r"\[([^\[\]]+)\]\[[^\[\]]*\]"), r"\1"),
    (re.compile(r"<((?:https?|mailto):[^<>\s]+|[\w.+-]+@[\w.-]+)>"), r"\1"),
    (re.compile(r"</?[A-Za-z][^<>]*>"), ""),
    (re.compile(r"`([^`]*)`"), r"\1"),
    (re.compile(r"(\*{1,3})(?=\S)([^*]+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)(_{1,3})(?=\S)([^_]+?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"~~([^~]*)~~"), r"\1"),
    (re.compile(r"\\([!#$%&()*+,./:;<=>?@\[\]^_`{|}~-])"), r"\1"),
)
_HAS_MARKUP = re.compile(r"[<\[`*_~\\]")
_FIELD = re.compile(r"([A-Za-z_][\w-]*)\s*[:=]\s*(.*)")


@dataclass(frozen=True, slots=True)
class Markdown:
    """A Markdown text without its markup: its paragraphs, the first heading, the front matter's fields."""

    text: str
    heading: str | None = None
    fields: dict[str, str] = field(default_factory=dict)


def read_markdown(source: str) -> Markdown:
    """Return `source` without markup.

    A first-level heading above all text is the title and not part of it; `fields` holds the scalar fields of YAML or
    TOML front matter, names in lower case. Images, code blocks, rules, footnote marks and link targets are left out.
    """
    fields, lines = _front_matter(source.split("\n"))
    heading: str | None = None
    found: list[str] = []
    fenced = False
    for line in lines:
        if not line.strip():
            if found and found[-1]:
                found.append("")
            continue
        if _FENCE.match(line):
            fenced = not fenced
            continue
        if fenced or _DEFINITION.fullmatch(line) or ("|-" in line.replace(" ", "") and _TABLE_RULE.fullmatch(line)):
            continue
        underline = _UNDERLINE.fullmatch(line)
        if underline and found and found[-1].strip():
            if underline[1][0] == "=" and heading is None and not any(text.strip() for text in found[:-1]):
                heading = found.pop()
            found.append("")
            continue
        if _RULE.fullmatch(line):
            found.append("")
            continue
        title = _HEADING.match(line)
        if title:
            text = _plain(title[2].rstrip("# "))
            if heading is None and len(title[1]) == 1 and not any(text.strip() for text in found):
                heading = text
            else:
                found += ["", text, ""]
            continue
        quote = _QUOTE.match(line)
        found.append(_plain(line[quote.end() :] if quote else line))
    return Markdown("\n".join(_soft_wrapped(found)), heading, fields)


def _plain(line: str) -> str:
    if _HAS_MARKUP.search(line):
        for pattern, replacement in _MARKUP:
            line = pattern.sub(replacement, line)
    return html.unescape(line).rstrip()


def _soft_wrapped(lines: list[str]) -> list[str]:
    """The paragraphs of `lines`, parted by empty strings: in Markdown a single line break is a space."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if not line.strip() or _BLOCK_START.match(line):
            blocks.append([])
        blocks[-1].append(line.strip())
    return [text for block in blocks for text in (" ".join(block).strip(), "")]


def _front_matter(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    mark = lines[0].strip("\ufeff \t") if lines else ""
    if mark not in ("---", "+++"):
        return {}, lines
    for end, line in enumerate(lines[1 : _LONGEST_FRONT_MATTER + 1], start=1):
        if line.rstrip() in (mark, "...") and (mark == "---" or line.rstrip() == mark):
            found = (_FIELD.fullmatch(text.rstrip()) for text in lines[1:end])
            fields = {match[1].lower(): _unquoted(match[2]) for match in found if match}
            if not fields and any(text.strip() for text in lines[1:end]):
                return {}, lines
            return {name: value for name, value in fields.items() if value}, lines[end + 1 :]
    return {}, lines


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1].replace('\\"', '"').replace("''", "'")
    return value
