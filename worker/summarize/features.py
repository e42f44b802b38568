"""What the head knows of a sentence besides its embedding: cheap figures of its text, of its place in the article and
of its manner of speaking.

The order of the figures is the order of the head's weights: a change here needs a head trained anew.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from worker.summarize.headline import STOP_WORDS
from worker.summarize.measure import length
from worker.summarize.prose import Sentence

Figures = NDArray[np.float32]
Vectors = NDArray[np.float32]

#: Figures of a sentence by itself (`of_text`), with those of its article (`in_article`), of its manner (`of_manner`).
TEXT_FIGURES = 9
ALL_FIGURES = TEXT_FIGURES + 13
MANNER_FIGURES = 33
#: Where `in_article` has the worth of the position and the nearness to the centre: the salience starts from their sum.
POSITION, NEARNESS = TEXT_FIGURES + 2, TEXT_FIGURES + 4
#: Sentences after which the worth of a position has fallen to 1/e.
POSITION_REACH = 3.0
#: Fewest letters of a word that says what a text is about.
_SHORTEST_WORD = 3

_WORD = re.compile(r"[^\W_]+")
_QUOTES = ('"', "“", "”", "«", "»", "„")
_OPENS_QUOTED = (*_QUOTES, "'", "‘")
_SPOKEN = r"\b(?:said|told|announced|reported|confirmed|claimed|added|warned)\b"
#: What shows how an English sentence speaks: how it begins, who speaks to whom, whether it reports an event, names who
#: did it, weighs, counts, or is no sentence of the text at all.
_MANNERS = tuple(
    re.compile(pattern)
    for pattern in (
        r"^(?:But|And|So|Or|Yet|Still|However|Instead|Meanwhile|Then|Now|Also|Indeed|Besides|Moreover|Of course)\b",
        r"^(?:He|She|They|It)\b",
        r"^(?:This|That|These|Those|His|Her|Their|Its|Such|Both|One|Another|Others|Some|There|Here)\b",
        r"^The [a-z]",
        r"^An? ",
        r"^(?:In|On|At|After|Before|When|While|As|If|Since|With|By|For|From|Under|Although|Despite)\b",
        r"^[A-Z][\w.'’-]+ [A-Z]",
        r"^[\"“][^\"”]*[\"”]$",
        r"\b(?:I|[Ww]e|[Uu]s|[Mm]y|[Oo]ur)\b",
        r"\b[Yy]ou(?:r|'re|’re)?\b",
        r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(?:yesterday|today)\b",
        r"\b(?:would|could|might|may|should|must)\b",
        r"\b(?:perhaps|really|actually|simply|clearly|truly|very|quite|just|even|ever|never)\b",
        r"\b(?:people|many|most|everyone|things?|way|kind|sort)\b",
        rf"{_SPOKEN}|\baccording\b",
        r"\b(?:says?|tells|adds|writes)\b",
        r"\b(?:police|court|government|minister|president|company|officials?)\b",
        r"\b(?:killed|died|dead|injured|arrested|charged|accused|won|beat|signed|approved|agreed|voted|ruled|rejected)\b"
        r"|\b(?:announced|launch|launched|unveiled|found)\b",
        r"\b(?:was|were|has|have|had|is|are|will)\b",
        r"(?:\b(?:million|billion|per cent|percent)\b|%)",
        r"\d",
        r"\b(?:not|no)\b|n['’]t\b",
        r"\b(?:pictured|photo|video|image|caption|above|below)\b",
        r"[(\[]",
        r":",
        r"(?:—|--|–| - )",
        r"!",
        r"\?",
        r"(?:#|@|http)",
    )
)
_NAME = re.compile(r"(?<!^)\b[A-Z][a-z]+")
#: Words of a sentence that is too short to tell much, of one that is short, and of one that is long.
_LENGTHS = (8, 12, 35)


def of_text(sentence: Sentence) -> list[float]:
    """Return the TEXT_FIGURES figures of `sentence` by itself, each about 0 to 1."""
    text = sentence.text
    solid = len(text) - text.count(" ") or 1
    digits = sum(character.isdigit() for character in text)
    return [
        math.log1p(length(text)) / 4,
        5 * digits / solid,
        float(digits > 0),
        5 * sum(character.isupper() for character in text) / solid,
        float(any(mark in text for mark in _QUOTES)),
        float(text.startswith(_OPENS_QUOTED)),
        float(sentence.points_back),
        float(text.rstrip("\"”»'").endswith("?")),
        float(sentence.shortened != text),
    ]


def of_manner(text: str) -> list[float]:
    """Return the MANNER_FIGURES figures of how the English sentence `text` speaks, each about 0 to 1."""
    words = len(text.split())
    return [
        *(float(pattern.search(text) is not None) for pattern in _MANNERS),
        *(float(words > length) for length in _LENGTHS),
        len(_NAME.findall(text)) / 5,
    ]


def in_article(
    texts: Figures, vectors: Vectors, sentences: Sequence[Sentence], title: str, title_vector: Vectors | None
) -> Figures:
    """Return the ALL_FIGURES figures of each of `sentences`, shape (sentences, ALL_FIGURES), in document order.

    `texts` are their figures by `of_text`, shape (sentences, TEXT_FIGURES); `vectors` their embeddings, shape
    (sentences, dimensions), each of length 1. `title_vector` is that of `title`, None where there is no title.
    """
    count = len(sentences)
    ranks = np.arange(count)
    alike = vectors @ vectors.T
    centre = vectors.mean(axis=0)
    words = [content(sentence.text) for sentence in sentences]
    spread = Counter(word for each in words for word in set(each))
    wanted = set(content(title)) if title_vector is not None else set()
    columns = [
        1 / (1 + ranks),
        ranks / max(1, count - 1),
        np.exp(-ranks / POSITION_REACH),
        ranks == 0,
        vectors @ (centre / (np.linalg.norm(centre) + 1e-9)),
        alike[:, 0],
        (alike.sum(axis=1) - 1) / max(1, count - 1),
        [alike[rank, :rank].max() if rank else 0.0 for rank in range(count)],
        [3 * sum(spread[word] for word in each) / (len(each) * count) if each else 0.0 for each in words],
        vectors @ title_vector if title_vector is not None else np.zeros(count),
        [len(wanted & set(each)) / len(wanted) if wanted else 0.0 for each in words],
        np.full(count, title_vector is not None),
        np.full(count, math.log(count) / 4),
    ]
    return np.concatenate([texts, np.stack([np.asarray(column, np.float32) for column in columns], axis=1)], axis=1)


def content(text: str) -> list[str]:
    """Return the words of `text` that say what it is about: in small letters, without short and stop words."""
    words = _WORD.findall(text.casefold())
    return [word for word in words if len(word) >= _SHORTEST_WORD and word not in STOP_WORDS["en"]]
