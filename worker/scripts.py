"""Scripts that are written without spaces between words, as the insides of character classes of a regular expression.

The one table of them: cleaning, claims, search, summaries and editions all read it.
"""

import unicodedata
from typing import Final

#: Kana and Han, with the half-width Kana and the Han of the supplementary planes. A word of news text is about two
#: characters long.
EAST_ASIAN: Final = (
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
#: Thai, Lao, Burmese, Khmer, Tai Le, New Tai Lue and Tai Tham, with their marks and digits. A word of news text is
#: about four characters long.
SOUTH_EAST_ASIAN: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\ua9e0-\ua9ff\uaa60-\uaa7f"
#: Every script without spaces. The tokens of the claim index depend on it: with a change here, FORM of
#: worker.dedup.claim is raised, and the search is filled anew.
DENSE: Final = EAST_ASIAN + SOUTH_EAST_ASIAN
#: The commonest Han alone, and Katakana alone, in which Japanese writes foreign names.
HAN: Final = "\u4e00-\u9fff"
KATAKANA: Final = "\u30a1-\u30fa\u30fc"
#: Korean is written with spaces, so it is not in DENSE; but its words are short, and particles hang on them. A place
#: that counts characters or looks for parts of words adds it.
HANGUL: Final = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7ff"


def letters(text: str) -> int:
    """Return how many characters of `text` are letters or marks on letters: half of a Burmese word are marks."""
    return len(text) - len(text.translate(_WITHOUT_LETTERS))


class _WithoutLetters(dict[int, int | None]):
    """A table for str.translate, by which letters and marks go and all else stays; it fills as characters come."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.category(chr(code))[0] in "LM" else code
        return self[code]


_WITHOUT_LETTERS: Final = _WithoutLetters()
