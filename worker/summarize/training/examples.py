"""Articles with a reference summary, made ready for training: everything about them that does not change."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from worker.clean.layout import paragraphs
from worker.clean.sentences import sentences as split
from worker.summarize.encoder import Encoder
from worker.summarize.extractive import MOST_CHARACTERS_ENCODED
from worker.summarize.features import Figures, Vectors, in_article, of_text
from worker.summarize.measure import length
from worker.summarize.prose import Sentence, considered
from worker.summarize.selection import repeats

#: The budget that training has in mind: the defaults of WIREDESK_SUMMARY_WORDS and WIREDESK_SUMMARY_SENTENCES.
WORDS, MOST_SENTENCES = 75, 3
#: Articles with fewer usable sentences leave nothing to choose.
FEWEST_SENTENCES = 4

_WORD = re.compile(r"[a-z0-9]+")

Counts = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of boilerplate: the sentences that it is split into, their vectors and their figures by themselves."""

    sentences: list[Sentence]
    vectors: Vectors
    texts: Figures


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """An article of `count` usable sentences and the counts from which the ROUGE of an extract follows.

    `texts` (count, TEXT_FIGURES) and `vectors` (count, dimensions) are of the sentences; `figures` (count, ALL_FIGURES)
    those in the article, `untitled` the same without its title. `unigrams` (count, kinds) says how often each kind of
    word of the reference stands in each sentence, `wanted` (kinds) how often in the reference; `bigrams` and
    `wanted_pairs` likewise. `sizes` (count, 2) are the words and pairs of each sentence, `lengths` (count) its words as
    the budget counts them. `excludes` (count, count): the row's sentence repeats the column's. `needs_one`: it may
    follow only one of the sentences that `follows` (count, count) marks in its row. `lead` is the ROUGE-1 and ROUGE-2
    (F1, percent) of the article's first sentences within the budget.
    """

    lead: tuple[float, float]
    texts: Figures
    vectors: Vectors
    figures: Figures
    untitled: Figures
    unigrams: Counts
    wanted: Counts
    bigrams: Counts
    wanted_pairs: Counts
    sizes: Counts
    lengths: Counts
    excludes: NDArray[np.bool_]
    needs_one: NDArray[np.bool_]
    follows: NDArray[np.bool_]


def read(path: Path, encoder: Encoder) -> list[Example]:
    """Return the examples of a gzipped JSON Lines file of {title, text, summary}, in its order."""
    rows = list(_rows(path))
    texts = [text for _, found, title in rows for text in (*(each.text for each in found), *([title] * bool(title)))]
    vectors = encoder.encode([text[:MOST_CHARACTERS_ENCODED] for text in texts])
    examples, start = list[Example](), 0
    for row, sentences, title in rows:
        end = start + len(sentences)
        examples.append(_example(row, sentences, vectors[start:end], title, vectors[end] if title else None))
        start = end + bool(title)
    return examples


def line(text: str, encoder: Encoder) -> Line | None:
    """Return a line of boilerplate as the engine would see it, None where none of it could stand in an extract."""
    sentences = [sentence for sentence in considered(text, "en") if sentence.usable]
    if not sentences:
        return None
    vectors = encoder.encode([sentence.text[:MOST_CHARACTERS_ENCODED] for sentence in sentences])
    return Line(sentences, vectors, np.array([of_text(sentence) for sentence in sentences], np.float32))


def _rows(path: Path) -> Iterator[tuple[dict[str, str], list[Sentence], str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for text in lines:
            row = json.loads(text)
            body = "\n\n".join(paragraphs(row["text"]))
            sentences = [sentence for sentence in considered(body, "en") if sentence.usable]
            if row["summary"] and len(sentences) >= FEWEST_SENTENCES:
                yield row, sentences, " ".join((row.get("title") or "").split())


def _example(
    row: dict[str, str],
    sentences: Sequence[Sentence],
    vectors: Vectors,
    title: str,
    title_vector: Vectors | None,
) -> Example:
    texts = np.array([of_text(sentence) for sentence in sentences], np.float32)
    words = [_WORD.findall(sentence.text.lower()) for sentence in sentences]
    reference = _WORD.findall(row["summary"].lower())
    unigrams, wanted = _counted([list(each) for each in words], list(reference))
    bigrams, wanted_pairs = _counted([_pairs(each) for each in words], _pairs(reference))
    count = len(sentences)
    places = [sentence.position for sentence in sentences]
    return Example(
        lead=_rouge(_lead(row["text"]), reference),
        texts=texts,
        vectors=vectors,
        figures=in_article(texts, vectors, sentences, title, title_vector),
        untitled=in_article(texts, vectors, sentences, "", None),
        unigrams=unigrams,
        wanted=wanted,
        bigrams=bigrams,
        wanted_pairs=wanted_pairs,
        sizes=np.array([(len(each), max(0, len(each) - 1)) for each in words], np.float32),
        lengths=np.array([length(sentence.text) for sentence in sentences], np.float32),
        excludes=np.array(
            [
                [one != other and repeats(one, other, sentences, vectors) for other in range(count)]
                for one in range(count)
            ]
        ),
        needs_one=np.array([sentence.points_back for sentence in sentences]),
        follows=np.array([[place == other + 1 for other in places] for place in places]),
    )


def _lead(text: str) -> list[str]:
    taken: list[str] = []
    for sentence in split(text, "en"):
        if taken and (len(taken) == MOST_SENTENCES or sum(map(length, taken)) + length(sentence) > WORDS):
            break
        taken.append(sentence)
    return _WORD.findall(" ".join(taken).lower())


def _rouge(found: Sequence[str], wanted: Sequence[str]) -> tuple[float, float]:
    one, two = (
        200 * (Counter(mine) & Counter(theirs)).total() / max(1, len(mine) + len(theirs))
        for mine, theirs in ((found, wanted), (_pairs(found), _pairs(wanted)))
    )
    return one, two


def _pairs(words: Sequence[str]) -> list[str]:
    return [f"{one} {other}" for one, other in pairwise(words)]


def _counted(sentences: Sequence[Sequence[str]], reference: Sequence[str]) -> tuple[Counts, Counts]:
    wanted = Counter(reference)
    column = {kind: index for index, kind in enumerate(wanted)}
    counts = np.zeros((len(sentences), max(1, len(column))), np.float32)
    for row, items in enumerate(sentences):
        for item in items:
            if item in column:
                counts[row, column[item]] += 1
    return counts, np.array(list(wanted.values()) or [0], np.float32)
