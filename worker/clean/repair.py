"""Characters: what an export, a wrong decoding or a typesetting system did to them, undone."""

import re

import ftfy

from worker.clean.abbreviations import BEFORE_NAME
from worker.clean.words import words

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

#: Fewest escapes of characters (backslash, u, four digits) that an export left and no author wrote.
_FEWEST_ESCAPES = 2
_ESCAPED = re.compile(r"(?<!\\)\\u([0-9a-fA-F]{4})")
_ESCAPED_BREAK = re.compile(r"(?<!\\)(?:\\r)?\\n(?:(?:\\r)?\\n|[ \t])*")
#: An escaped line break that can be nothing else: behind the end of a sentence, twice, or before a capital.
_SURE_BREAK = re.compile(r"(?:[.!?:”\"’'»)\]]|\\n)\s?(?:\\r)?\\n|(?<!\\)\\n\s?[A-Z“\"«]")
_DRIVE = re.compile(r"\b[A-Za-z]:\\")
#: Markup that was escaped: a block at the start of a line that is closed, or breaks between lines.
_OPENED = re.compile(
    r"(?:^|>)\s{0,20}<(p|div|h[1-6]|ul|ol|blockquote|section|article"
    r"|table)\b[^<>]{0,500}>",
    re.I | re.M,
)
_BREAKS_AS_TAGS = re.compile(r"<br\s?/?>", re.IGNORECASE)
_FEWEST_BREAKS_AS_TAGS = 2
_INLINE_TAG = re.compile(r"</?(?:em|i|b|strong|span|sup|sub|small|u|a|font|mark|p|br)\b[^<>]{0,300}>", re.IGNORECASE)
#: A full stop without a space between a word of two small letters and the capital of the next sentence.
_GLUE = re.compile(r"[.!?][”’»)]?(?=[“‘«]?[A-ZÀ-ÖØ-Þ][^\W\d_]*[ ,’'])")
#: Codes of WordPress themes, which an export leaves in the text; they come with a closing one.
_SHORTCODE = re.compile(
    r"\[/?(?:dropcap|caption|embed|pullquote|highlight|button|quote|column|row|su_\w+|vc_\w+|et_pb_\w+|fusion_\w+|video"
    r"|audio)\b[^\[\]]{0,300}\]",
    re.IGNORECASE,
)
_FIRST_WORD = re.compile(r"[“‘«]?([^\W\d_]+)")
#: Longest word, in characters, that is looked up before such a full stop.
_LONGEST_WORD = 30
#: Ends of names that are written with a full stop and a capital ("Booking.Com").
_DOMAINS = words("com org net io tv co ai info news")
_NEVER_ENDS = frozenset().union(*BEFORE_NAME.values())

#: Question marks that some encoding made of a quotation mark or a space: behind a full stop or within a sentence.
_LOST_MARK = re.compile(r"\w\.\?(?=\s|$)|\w\?[,;]|[a-z]\?\s[a-z]", re.MULTILINE)
#: One that stands for an apostrophe: "Eastmere?s quay", "don?t".
_LOST_APOSTROPHE = re.compile(r"(?<=\w)\?(?=(?:s|t|re|ve|ll|d|m)(?:[\s,.;:!]|$))")
#: One behind a word that ends no sentence, in a sentence that asks nothing.
_LOST_SPACE = re.compile(
    r"(?:(?<=[.!?]\s)|^)((?!(?:Who|What|Which|Whose|Whom|Where|When|Why|How|Is|Are|Was|Were|Do|Does|Did|Has|Have|Had|Can|Could"
    r"|Will|Would|Should|May|Might)\b)[A-Z][^.!?\n]{0,200}\b(?:an?|the|and|or|of|on|in|at|by|for|from|to|with|its|his|her|their"
    r"|that|who|which|is|was|were|has|had|will|said|told))\?(?= \w)",
    re.MULTILINE,
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
    return without_lost_marks(without_escapes(text.translate(_TABLE)))


def without_lost_marks(text: str) -> str:
    """Return `text` with an apostrophe for the question marks that stand for one, and without those that stand for a
    space ("The council on? Friday closed the quay") if it has some in places where nobody asks.
    """
    text = _LOST_APOSTROPHE.sub("’", text)
    return _LOST_SPACE.sub(r"\1", text) if "?" in text and _LOST_MARK.search(text) else text


def holds_markup(text: str) -> bool:
    """Whether `text`, whose entities are decoded, is HTML all the same: it was escaped once more than it was read.

    A block must open at the start of a line and be closed, so that an article on HTML stays as it is.
    """
    if "<" not in text:
        return False
    opened = _OPENED.search(text)
    closed = bool(opened) and f"</{opened[1].lower()}>" in text.lower() if opened else False
    return closed or len(_BREAKS_AS_TAGS.findall(text)) >= _FEWEST_BREAKS_AS_TAGS


def without_inline_tags(line: str) -> str:
    """Return `line`, a headline, without the tags of its typography."""
    return _INLINE_TAG.sub("", line) if "<" in line else line


def unglued(text: str) -> str:
    """Return `text` with a paragraph's end where a page or export lost one: "the crack.Engineers will pump".

    Hosts, file names, versions, initials and titles before a name are left alone.
    """

    def parted(glue: re.Match[str]) -> str:
        ending = text[max(0, glue.start() - 2) : glue.start()]
        if len(ending) < 2 or not ending.isalpha() or ending != ending.lower():
            return glue.group()
        before = text[max(0, glue.start() - _LONGEST_WORD) : glue.end()].rsplit(maxsplit=1)[-1]
        word = before.strip("“”‘’\"'«»()[].!?").lower()
        is_word = word.replace("-", "").replace("’", "").replace("'", "").isalpha()
        following = _FIRST_WORD.match(text, glue.end())
        is_name = following is not None and following[1].lower() in _DOMAINS
        return glue.group() if not is_word or word in _NEVER_ENDS or is_name else glue.group() + "\n\n"

    return _GLUE.sub(parted, text)


def without_escapes(text: str) -> str:
    r"""Return `text` with the escapes that an export left undone: `\'` and `\"`, and line breaks and characters if they
    can be nothing else. Other backslashes are the author's.
    """
    if "\\" not in text:
        return text
    text = text.replace("\\'", "'").replace('\\"', '"')
    if len(_ESCAPED.findall(text)) >= _FEWEST_ESCAPES:
        text = _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), text)
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\\/", "/")
    breaks = text.count("\\n")
    is_one_line = "\n" not in text and breaks > 1
    if breaks and not _DRIVE.search(text) and (is_one_line or 2 * len(_SURE_BREAK.findall(text)) >= breaks):
        text = _ESCAPED_BREAK.sub(lambda found: "\n\n" if found.group().count("\\n") > 1 else "\n", text)
        text = text.replace("\\t", " ")
    return text


def typeset(text: str) -> str:
    """Return `text` without the marks of typesetting: ANPA's `^` and `<` at lines, ``quotes'', `_` as a dash, and the
    codes of WordPress themes ("[dropcap]T[/dropcap]he").
    """
    if "[/" in text:
        text = _SHORTCODE.sub("", text)
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
