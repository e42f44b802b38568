"""Characters: what an export, a wrong decoding or a typesetting system did to them, undone."""

import re

import ftfy

#: Removed wherever they stand: soft hyphen, zero-width space, word joiner, byte order mark, and the direction marks
#: that pages paste around names. The zero-width joiners stay: Persian and the Indic scripts spell with them.
_INVISIBLE = dict.fromkeys(
    map(ord, "\u00ad\u200b\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)
#: Control characters, but for tab and line break, mean nothing in text and are refused by XML libraries.
_CONTROLS = dict.fromkeys([*range(9), 0x0B, *range(0x0E, 0x20), 0x7F])
#: Every space that is not the plain one, and every line break that is not the plain one.
_SPACES = dict.fromkeys(
    map(ord, "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"), " "
)
_BREAKS = {0x0C: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n\n"}
#: Full-width letters and figures become plain ones. Full-width punctuation stays: it is how Chinese and Japanese write.
_FULL_WIDTH = {
    wide: wide - 0xFEE0
    for first, last in (("０", "９"), ("Ａ", "Ｚ"), ("ａ", "ｚ"))
    for wide in range(ord(first), ord(last) + 1)
}
_TABLE = _INVISIBLE | _CONTROLS | _SPACES | _BREAKS | _FULL_WIDTH

#: ftfy repairs mojibake and entities; curly quotes, full-width punctuation and line breaks are left to us.
_FTFY = ftfy.TextFixerConfig(
    uncurl_quotes=False, fix_character_width=False, fix_latin_ligatures=True, explain=False, unescape_html="auto"
)

_HYPHEN_BREAK = re.compile(r"\u00ad\n[ \t]*+")


def repaired(text: str) -> str:
    """Return `text` with mojibake and HTML entities decoded, export escapes of quotes undone, invisible characters
    removed and every space and line break the plain one.

    Not for HTML source: entities are decoded here.
    """
    text = _HYPHEN_BREAK.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not text.isascii() or "&" in text:
        text = ftfy.fix_text(text, _FTFY)
    return without_escapes(text.translate(_TABLE))


def without_escapes(text: str) -> str:
    r"""Return `text` with `\'` and `\"`, left by an export, as plain quotes. Other backslashes are the author's."""
    return text.replace("\\'", "'").replace('\\"', '"')


def typeset(text: str) -> str:
    """Return `text` without the marks of wire typesetting: ANPA's `^` and `<` at lines, ``quotes'', `_` as a dash."""
    lines = text.split("\n")
    if any(line.lstrip().startswith("^") for line in lines):
        text = "\n".join(map(_without_anpa_marks, lines))
    if "``" in text:
        text = text.replace("``", '"').replace("''", '"')
    return text.replace(" _ ", " — ")


def _without_anpa_marks(line: str) -> str:
    marked = line.strip()
    if not marked.startswith("^"):
        return line.rstrip().removesuffix("<")
    return marked.removeprefix("^").removesuffix("<").removesuffix("=").strip()
