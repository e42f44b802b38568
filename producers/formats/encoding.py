"""Bytes to text: which character set it is, and whether it is text at all."""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass

from charset_normalizer import from_bytes

from producers.errors import PermanentError

#: Where a document may declare its character set, in bytes from its start. HTML says 1,024; real pages exceed that.
_DECLARATION_BYTES = 8_192
#: Bytes from which the character set is guessed, and from which binary data is recognised.
_SAMPLE_BYTES = 65_536
#: Share of control characters above which bytes are no text, and a number that any text may have besides: a broken
#: export leaves a stray zero byte here and there.
_MOST_CONTROLS, _STRAY_CONTROLS = 0.02, 4
#: A text is UTF-8 with faults, rather than another charset, when it has this many good characters to one bad byte.
_GOOD_TO_BAD = 10
#: Longest run, in bytes, that an accent or a quotation mark of Windows-1252 leaves between ASCII: a text of another
#: charset has runs as long as its words. And the fewest characters of faultless UTF-8 to so many such runs.
_LONGEST_WESTERN_RUN, _WESTERN_RUNS_TO_GOOD = 3, 20
#: Share of unreadable characters above which bytes are no text in any known charset.
_MOST_ERRORS = 0.3
#: Share of zero bytes, all at odd (or all at even) places, from which UTF-16 without a mark is assumed.
_UTF16_ZEROS = 0.2

#: What a file that is no text begins with, and what to call it.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"RIFF", "a sound, picture or video file"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound file"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"{\\rtf", "a Rich Text document"),
    (b"\x1f\x8b", "a gzip file without .gz at the end of its name"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a rar archive"),
    (b"filedesc://", "an ARC archive, the form before WARC"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database"),
)

#: Byte order marks, the longer first: that of UTF-32 begins with that of UTF-16.
_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

#: The character sets that a document may declare, by Python's names; True where one byte is one character. A list, as
#: Python knows more codecs than charsets: punycode takes quadratic time, unicode_escape makes surrogates.
_DECLARABLE: Mapping[str, bool] = {
    **dict.fromkeys((*(f"cp125{n}" for n in range(9)), "cp866", "cp874", "koi8-r", "koi8-u", "tis-620"), True),
    **dict.fromkeys((f"iso8859-{n}" for n in (*range(1, 12), 13, 14, 15, 16)), True),
    **dict.fromkeys(("ascii", "mac-roman", "mac-cyrillic"), True),
    **dict.fromkeys(("utf-8", "gb2312", "gbk", "gb18030", "big5", "big5hkscs"), False),
    **dict.fromkeys(("euc_jp", "shift_jis", "cp932", "iso2022_jp", "euc_kr", "cp949"), False),
}

#: The charsets among which a guess is made, in Python's names. Without this list Russian in cp1251 is taken for
#: mac-cyrillic, which agrees with it on most letters.
_GUESSABLE = [
    *("cp1252", "cp1250", "cp1251", "koi8_r", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "cp1256", "cp1253"),
    *("cp1255", "cp1254", "cp1257", "iso8859_2", "iso8859_5", "iso8859_7", "cp874", "cp866", "mac_roman"),
]
_WESTERN = "cp1252"
#: The last letter of the Latin blocks that European languages use (Latin Extended-B).
_LAST_LATIN = "\u024f"
#: Difference in charset-normalizer's measures (chaos, coherence; 0 to 1) below which two charsets are as good: one
#: "\u00e8" among many "\u00e9" leaves cp1250 and cp1252 equal.
_ALIKE = 0.002

#: Charsets whose label means a larger one on the web (WHATWG Encoding Standard, "names and labels").
_WIDER = {"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030"}

_DECLARATION = re.compile(
    rb"""<meta\b[^>]{0,300}?\bcharset\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{1,40})"""
    rb"""|\A\s{0,99}<\?xml\b[^>]{0,200}?\bencoding\s{0,9}=\s{0,9}["']([\w.:-]{1,40})""",
    re.IGNORECASE,
)
#: In Windows-1252, the marks that follow a letter: an ellipsis, closing quotation marks, dashes.
_CLOSING_MARKS = (b"\x85", b"\x92", b"\x94", b"\x96", b"\x97", b"\xbb")
_RUN = re.compile(rb"[\x80-\xff]+")
#: A letter of another script beside a Latin one, and two in a row: if the first are more, the script is a wrong guess.
_FOREIGN = r"\u0370-\u03ff\u0400-\u04ff\u0590-\u06ff\u0e00-\u0e7f"
_STRAY_LETTER = re.compile(rf"[A-Za-z][{_FOREIGN}]|[{_FOREIGN}][A-Za-z]")
_FOREIGN_WORD = re.compile(rf"[{_FOREIGN}]{{2}}")
#: Control characters that occur in no text; tab, line ends, escape and the frame of wire protocols (SOH to EOT) do.
_CONTROLS = bytes(b for b in range(32) if b not in b"\x01\x02\x03\x04\x09\x0a\x0b\x0c\x0d\x1a\x1b") + b"\x7f"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and how it was read: `notes` are for the record's metadata.

    Their keys are `charset` (Python's name), `charset_guessed` ("yes" where nothing in the file said so),
    `charset_declared` (where the declaration was not believed), `charset_errors` (the number of U+FFFD put in) and
    `charset_mixed` (the number of places in UTF-8 that were read as Windows-1252).
    """

    text: str
    notes: Mapping[str, str]


def decoded(data: bytes, *, markup: bool = False, charset: str | None = None) -> Decoded:
    """Return `data` as text: by its byte order mark, the charset that is declared, UTF-8, or a guess.

    `charset` is what the frame around `data` declares (the header of a mail); a name that is not known counts as none.
    `markup` says that an HTML `meta` element or an XML declaration counts. A declared one-byte charset gives way to
    UTF-8 where the bytes are faultless UTF-8 beyond ASCII, which no such text is by chance. Raises PermanentError
    where the bytes are no text; never UnicodeError.
    """
    for mark, marked in _MARKS:
        if data.startswith(mark):
            return _replaced(data, marked)
    _refuse_binary(data)
    declared = (_known(charset) if charset else None) or (_declared(data) if markup else None)
    utf8 = None if _looks_utf16(data) else _strict(data, "utf-8")
    surely_utf8 = utf8 is not None and not data.isascii()
    if declared is not None and not (surely_utf8 and _DECLARABLE[declared]):
        for name in (_WIDER.get(declared, declared), declared):
            if (text := _strict(data, name)) is not None:
                return Decoded(text, {"charset": name})
    notes = {} if declared is None else {"charset_declared": declared}
    if utf8 is not None:
        return Decoded(utf8, {"charset": "utf-8", **notes})
    guess = _guessed(data)
    return Decoded(guess.text, {**guess.notes, "charset_guessed": "yes", **notes})


def wide_charset(head: bytes) -> str | None:
    """Return the charset of a file that begins with `head` where its mark says UTF-16 or UTF-32, else None."""
    marked = next((charset for mark, charset in _MARKS if head.startswith(mark)), None)
    return marked if marked in ("utf-16", "utf-32") else None


def refuse_binary(head: bytes) -> None:
    """Raise PermanentError where a file that begins with `head` (at least some KB of it) is no text."""
    if not any(head.startswith(mark) for mark, _ in _MARKS):
        _refuse_binary(head)


def kind_of(data: bytes) -> str | None:
    """Return what a file that begins with `data` is, if it is no text ("a PDF"), or None if no mark says so."""
    start = data[:64].lstrip()
    return next((name for magic, name in _MAGIC if start.startswith(magic) or data.startswith(magic)), None)


def _refuse_binary(data: bytes) -> None:
    if name := kind_of(data):
        raise PermanentError(f"the file holds no text but {name}: save its text under this name")
    sample = data[:_SAMPLE_BYTES]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > _MOST_CONTROLS * len(sample) + _STRAY_CONTROLS and not _looks_utf16(data):
        raise PermanentError("the file holds binary data, not text: save its text under this name")


def _declared(data: bytes) -> str | None:
    found = _DECLARATION.search(data[:_DECLARATION_BYTES])
    return _known((found[1] or found[2]).decode("ascii", "replace")) if found else None


def _known(charset: str) -> str | None:
    """Return Python's name of a charset that a document may declare, or None."""
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        return None
    return name if name in _DECLARABLE else None


def _strict(data: bytes, charset: str) -> str | None:
    try:
        return data.decode(charset)
    except UnicodeError:
        return None


def _replaced(data: bytes, charset: str) -> Decoded:
    text = data.decode(charset, "replace")
    errors = text.count("\ufffd") if _strict(data, charset) is None else 0
    notes = {"charset": charset.removesuffix("-sig")}
    return Decoded(text, notes | ({"charset_errors": str(errors)} if errors else {}))


def _looks_utf16(data: bytes) -> str | None:
    sample = data[:_SAMPLE_BYTES]
    zeros = sample.count(0)
    if zeros <= _UTF16_ZEROS * len(sample):
        return None
    odd = sample[1::2].count(0)
    if odd > 0.95 * zeros:
        return "utf-16-le"
    return "utf-16-be" if odd < 0.05 * zeros else None


def _guessed(data: bytes) -> Decoded:
    if charset := _looks_utf16(data):
        return _replaced(data, charset)
    as_utf8 = _replaced(data, "utf-8")
    errors = int(as_utf8.notes.get("charset_errors", "0"))
    good = sum(1 for letter in as_utf8.text if letter > "\x7f") - errors
    if good and _WESTERN_RUNS_TO_GOOD * good >= errors and (mixed := _mixed(data, as_utf8.text)):
        return mixed
    if good >= _GOOD_TO_BAD * errors:
        return as_utf8
    if charset := _guess(data[:_SAMPLE_BYTES]):
        return _replaced(data, charset)
    if errors > _MOST_ERRORS * len(as_utf8.text):
        raise PermanentError("the file's characters are in no known character set: save it as UTF-8")
    return as_utf8


def _mixed(data: bytes, as_utf8: str) -> Decoded | None:
    """Return UTF-8 with single marks of Windows-1252 in it, each byte by its own charset; None if it is no such text.

    `as_utf8` is `data` as UTF-8 with its faults replaced: in a text of another script a stray byte is no accent.
    """
    beyond = [letter for letter in as_utf8 if letter > "\x7f" and letter != "\ufffd"]
    if sum(letter > _LAST_LATIN and letter.isalpha() for letter in beyond) * 2 > len(beyond):
        return None
    if any(_is_of_another_charset(run) for run in _RUN.findall(data)):
        return None
    text = _RUN.sub(lambda run: _by_character(run[0]).encode(), data).decode()
    errors = text.count("\ufffd")
    western = (
        as_utf8.count("\ufffd") - errors
    )  # counted as UTF-8 counts faults: two bytes of one broken character are one
    notes = {"charset": "utf-8", "charset_mixed": str(western)} | ({"charset_errors": str(errors)} if errors else {})
    return Decoded(text, notes) if western > 0 else None


def _is_of_another_charset(run: bytes) -> bool:
    """Whether a run of bytes beyond ASCII is longer than marks of Windows-1252 are, and no UTF-8 with one beside it."""
    return len(run) > _LONGEST_WESTERN_RUN and all(_strict(part, "utf-8") is None for part in (run, run[1:], run[:-1]))


def _by_character(run: bytes) -> str:
    """A run of bytes beyond ASCII: what is UTF-8 as it is, a byte alone as Windows-1252, half a character as U+FFFD."""
    text = ""
    while run:
        try:
            return text + run.decode()
        except UnicodeDecodeError as error:
            wrong = run[error.start : error.end]
            text += run[: error.start].decode()
            text += wrong.decode(_WESTERN, "replace") if _is_western(wrong) else "\ufffd"
            run = run[error.end :]
    return text


def _is_western(wrong: bytes) -> bool:
    """Whether bytes that are no UTF-8 are Windows-1252: one alone, or a letter and a mark that closes ("é”")."""
    return len(wrong) == 1 or (len(wrong) == 2 and wrong[:1] >= b"\xc0" and wrong[1:] in _CLOSING_MARKS)


def _guess(sample: bytes) -> str | None:
    """Return the charset that charset-normalizer finds in `sample`; cp1252, by far the commonest, if it is as good, or
    if the other would set single foreign letters into Latin words.
    """
    matches = from_bytes(sample, cp_isolation=_GUESSABLE)
    best = matches.best()
    if best is None:
        return None
    western = next((match for match in matches if _WESTERN in (match.encoding, *match.could_be_from_charset)), None)
    if western and western.chaos <= best.chaos + _ALIKE and western.coherence >= best.coherence - _ALIKE:
        return _WESTERN
    text = str(best)
    if len(_STRAY_LETTER.findall(text)) > len(_FOREIGN_WORD.findall(text)):
        return _WESTERN
    return codecs.lookup(best.encoding).name
