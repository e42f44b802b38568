"""The exact duplicate: the same words, whatever the case, the punctuation and the white space."""

import hashlib
import re
import unicodedata

_WORD = re.compile(r"\w+")


def text_key(body: str) -> str:
    """Return the key of the normalised text, 32 hexadecimal digits (BLAKE2b of 128 bits).

    Normalised are the words alone: NFKC, case folded, joined by one space. A text without any word has a key too.
    """
    words = _WORD.findall(unicodedata.normalize("NFKC", body).casefold())
    return hashlib.blake2b(" ".join(words).encode(), digest_size=16).hexdigest()
