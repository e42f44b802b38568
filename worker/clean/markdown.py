"""Markdown: its markup taken away, by markdown-it-py.

CommonMark, with GitHub's tables, strikethroughs, task lists and footnotes. A line that is indented by four spaces is
prose here, not code: wire copy has such lines, and programs are no news.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from worker.article import Dropped
from worker.clean.html.lines import BLOCKS, HIDDEN

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

#: Longest text, in characters, that is read as Markdown: on hostile input the parser takes up to 16 microseconds a
#: character, and a message has 30 s.
LONGEST = 1_000_000
#: Deepest nesting of quotes, lists and their items. The parser leaves out what lies deeper; articles stay below 10.
DEEPEST = 18

#: The tokens that open what is no prose, and the rule that drops it.
_DROPPED = {"fence": "code block", "footnote": "footnote", "table_open": "table"}

_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,100}\]:")
_FOOTNOTE_MARK = re.compile(r"\[\^[^\]\s]{1,100}\](?!\()")
_TASK = re.compile(r"\[[ xX]\]\s+")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)[^<>]*+>(?=([ \t]*+(?:\n|\Z))?)")
_SPACES = re.compile(r"[ \t]+")
_NO_TEXT = re.compile(
    rf"<!--.*?(?:-->|\Z)|<({'|'.join(sorted(HIDDEN))})\b.*?(?:</\1\s*>|\Z)|<[?!].*?(?:>|\Z)", re.DOTALL | re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Markdown:
    """A Markdown text without its markup.

    `text` has its paragraphs separated by a blank line. `heading` is its title, if a first-level heading stands above
    all text. `dropped` are the lines that are no prose; `notes` are as in Article.
    """

    text: str
    heading: str | None = None
    dropped: tuple[Dropped, ...] = ()
    notes: tuple[str, ...] = ()


def read_markdown(source: str) -> Markdown:
    """Return `source`, a text below its front matter, without markup.

    Images go with their descriptions, links leave their texts. A text that is longer than LONGEST or nests deeper than
    DEEPEST is returned as it is, with a note.
    """
    if len(source) > LONGEST:
        note = f"The text has more than {LONGEST:,} characters, so its Markdown was read as plain text."
        return Markdown(source, notes=(note,))
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    tokens = _parser().parse(source)
    if any(token.level > DEEPEST for token in tokens):
        note = f"The Markdown nests its blocks more than {DEEPEST} deep, so it was read as plain text."
        return Markdown(source, notes=(note,))
    return _read(tokens, source.split("\n"))


def _read(tokens: Sequence["Token"], lines: Sequence[str]) -> Markdown:
    heading: str | None = None
    found: list[str] = []
    dropped: list[Dropped] = []
    is_title = in_table = False
    mark = ""
    for token in tokens:
        if token.type in _DROPPED and token.map:
            removed = filter(None, map(str.strip, lines[slice(*token.map)]))
            dropped += [Dropped(line, _DROPPED[token.type]) for line in removed]
        if token.type in ("table_open", "table_close"):
            in_table = token.type == "table_open"
        elif token.type == "list_item_open":
            mark = f"{token.info}{token.markup} "
        elif token.type == "list_item_close":
            mark = ""
        elif token.type == "heading_open":
            is_title = token.tag == "h1" and token.level == 0 and heading is None and not found
        elif token.type == "html_block":
            found += _of_html(token.content)
        elif token.type == "inline" and not in_table:
            text = _of_inline(token.children or ())
            if is_title:
                heading, is_title = text or None, False
            elif text:
                found.append(mark + _TASK.sub("", text, count=1) if mark else text)
                mark = ""
    return Markdown("\n\n".join(found), heading, tuple(dropped))


def _of_inline(tokens: Sequence["Token"]) -> str:
    """Return the text of a paragraph; a line break that the author made stays one."""
    parts: list[str] = []
    hidden = ""
    for token in tokens:
        tag = _TAG.fullmatch(token.content) if token.type == "html_inline" else None
        if tag:
            name = tag[2].lower()
            if name in HIDDEN:
                hidden = "" if tag[1] else name
            if name in BLOCKS:
                parts.append(" " if tag[1] else "\n")
        elif hidden or token.type in ("image", "html_inline"):
            continue
        elif token.type == "softbreak":
            parts.append(" ")
        elif token.type == "hardbreak":
            parts.append("\n")
        else:
            parts.append(token.content)
    return _SPACES.sub(" ", "".join(parts)).strip()


def _of_html(block: str) -> Iterator[str]:
    """Yield the paragraphs of a block of HTML; their inline markup may be HTML or Markdown."""
    # What follows a closing tag on its line goes on.
    parted = _TAG.sub(
        lambda tag: "\n\n" if tag[2].lower() in BLOCKS and (not tag[1] or tag[3] is not None) else tag[0],
        _NO_TEXT.sub("", block),
    )
    for paragraph in filter(None, map(str.strip, parted.split("\n\n"))):
        (inline,) = _parser().parseInline(paragraph)
        if found := _of_inline(inline.children or ()):
            yield found


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # late: only Markdown needs it

    parser = MarkdownIt("commonmark", {"maxNesting": DEEPEST + 2})
    parser.enable(["table", "strikethrough"]).disable("code")
    parser.block.ruler.before("reference", "footnote", _footnote, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.before("link", "footnote_mark", _footnote_mark)
    return parser


def _footnote(state: "StateBlock", start: int, end: int, silent: bool) -> bool:
    """Read a footnote: its line, those that continue it, and indented ones behind blank lines; a rule of the parser."""
    if not _FOOTNOTE.match(state.src, state.bMarks[start] + state.tShift[start]):
        return False
    if silent:
        return True
    ends = state.md.block.ruler.getRules("paragraph")
    line = start + 1
    while line < end and state.sCount[line] >= state.blkIndent:
        following = state.skipEmptyLines(line)
        indent = state.sCount[following] - state.blkIndent if following < end else 0
        if indent < 4 and (following > line or any(rule(state, line, end, True) for rule in ends)):
            break
        line = following + 1
    state.line = line
    token = state.push("footnote", "", 0)
    token.map = [start, line]
    return True


def _footnote_mark(state: "StateInline", silent: bool) -> bool:
    """Pass over the mark of a footnote; a rule of the parser."""
    mark = _FOOTNOTE_MARK.match(state.src, state.pos)
    if mark is None:
        return False
    state.pos = mark.end()
    return True
