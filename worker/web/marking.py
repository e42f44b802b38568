"""Which sentences of an article support its summary, so that a reader can check the one against the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from worker.clean.sentences import sentences
from worker.dedup.sketch import tokens
from worker.summarize.support import LEAST_SUPPORT, support

#: Characters of a text that are shown on a page; the rest is a link away. Real articles: 99 in 100 are shorter.
MOST_SHOWN: Final = 60_000


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article's text, and whether the summary says it."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Marked:
    """An article's text in paragraphs of sentences, as far as it is shown; `left_out` are the characters that are not.

    `unsupported` are the sentences of the summary for which no sentence of the shown text speaks.
    """

    paragraphs: tuple[tuple[Sentence, ...], ...]
    unsupported: tuple[str, ...]
    left_out: int


def marked(body: str, summary: str, language: str) -> Marked:
    """Return `body` with the sentences marked that support `summary`.

    A sentence of the summary that stands in the text marks itself; else the sentence that holds the largest share of
    its word pairs is marked, where that is at least LEAST_SUPPORT, the share that the support check asks for.
    """
    shown = body if len(body) <= MOST_SHOWN else body[:MOST_SHOWN].rsplit(" ", 1)[0]
    paragraphs = [sentences(paragraph, language) for paragraph in shown.split("\n\n")]
    every = [sentence for paragraph in paragraphs for sentence in paragraph]
    found, unsupported = _supporting(sentences(summary, language), every)
    return Marked(
        tuple(
            tuple(Sentence(sentence, sentence in found) for sentence in paragraph)
            for paragraph in paragraphs
            if paragraph
        ),
        tuple(unsupported),
        len(body) - len(shown),
    )


def _supporting(summary: Iterable[str], text: Sequence[str]) -> tuple[set[str], list[str]]:
    by_tokens = {" ".join(tokens(sentence)): sentence for sentence in reversed(text)}
    found: set[str] = set()
    lacking: list[str] = []
    for claim in summary:
        own = by_tokens.get(" ".join(tokens(claim)))
        best = own or max(text, key=lambda sentence: support(claim, sentence), default="")
        if own is None and (not best or support(claim, best) < LEAST_SUPPORT):
            lacking.append(claim)
        else:
            found.add(best)
    return found, lacking
