"""How much of an edition is read, and how long that takes."""

import re
from collections.abc import Iterable

from worker.scripts import DENSE, EAST_ASIAN, SOUTH_EAST_ASIAN

#: Silent reading, in words a minute: the mean for English non-fiction over 190 studies (Brysbaert, "How many words do
#: we read per minute?", Journal of Memory and Language 109, 2019). Chinese is read at about as many characters.
WORDS_A_MINUTE = 238

#: Other publishers that a topic names; the rest are counted ("and 3 more").
MOST_NAMED = 3

# What is read in the time of one English word: a character of Chinese, since WORDS_A_MINUTE holds for it too, and a
# word of the other scripts without spaces, which is about four characters long (worker.scripts).
_WORD = re.compile(f"[{EAST_ASIAN}]|[{SOUTH_EAST_ASIAN}]{{1,4}}|[^\\W{DENSE}]+(?:[’'.,-][^\\W{DENSE}]+)*")


def words(text: str) -> int:
    """Return how many words a reader of `text` reads."""
    return len(_WORD.findall(text))


def minutes(texts: Iterable[str]) -> int:
    """Return the minutes it takes to read `texts`, rounded up; 0 for nothing."""
    return -(-sum(map(words, texts)) // WORDS_A_MINUTE)
