"""The extractive engine: the summary is made of the article's own sentences, so that it can invent nothing."""

import re
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import numpy as np
import structlog
from numpy.typing import NDArray

from worker.article import LEAD, Article, Digest, Failed
from worker.summarize import head as trained
from worker.summarize import multilingual, site_lines
from worker.summarize.encoder import Encoder
from worker.summarize.gate import Gate, pass_through, supported, tells
from worker.summarize.headline import headline
from worker.summarize.measure import cut, length
from worker.summarize.prose import Sentence, considered, paragraphs
from worker.summarize.selection import by_position, centrality, choose

#: Stands in Digest.model for the head, where an encoder is used that the head does not know.
CENTRE = "nearness to the centre"
#: `Digest.model` of first sentences without the lines of the site.
LEAD_WITHOUT_LINES = f"{LEAD} + {multilingual.NAME} + {site_lines.VERSION}"
#: Characters of a sentence that are encoded; 500 are about as much as the encoder's 128 tokens.
MOST_CHARACTERS_ENCODED = 500
#: What the checks of a digest say, before the code of its language, if its first sentences are all that is known.
UNKNOWN_LANGUAGE = "no encoder knows the language"
#: Sentences from the first on that a summary of first sentences is made of: it is no longer one if it jumps far.
REACH = 8
#: A sentence that must stand alone is kept whole up to this many times the word budget, else cut.
LONGEST_ALONE = 1.6
#: After these no space is set between two sentences.
_NO_SPACE_AFTER = "。！？」』】》"

logger = structlog.get_logger(__name__)

Vectors = NDArray[np.float32]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Prepared:
    """An article and its sentences, those of its standfirst first. `candidates` are those that may be chosen; `texts`
    what is encoded of them, and behind them the `title` if there is one; empty if the encoder does not know the
    language.
    """

    article: Article
    sentences: list[Sentence]
    candidates: list[Sentence]
    title: str
    texts: list[str]


@dataclass(frozen=True, slots=True)
class _Judged:
    """What may be chosen of an article: its `candidates` without boilerplate, their vectors (None: not encoded), their
    scores, and the places of those `unfit` to be printed; all its `sentences` without boilerplate, for the headline;
    and the vector of its title (None: none).
    """

    sentences: list[Sentence]
    candidates: list[Sentence]
    vectors: Vectors | None
    scores: list[float]
    title: Vectors | None
    unfit: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Written:
    """The digest of an `article`, still without its embedding, and what that is made of: the vectors of the sentences
    that the summary was chosen from (None: not encoded), and of the headline (None: not encoded yet).
    """

    article: Article
    digest: Digest
    summary: Vectors | None
    headline: Vectors | None

    @property
    def texts(self) -> list[str]:
        """What is left to encode."""
        is_open = self.summary is not None and self.headline is None
        return [self.digest.headline[:MOST_CHARACTERS_ENCODED]] * is_open


class Extractive:
    """Chooses the sentences that the trained head scores best, without boilerplate and repetition, under a word budget.

    A summary has at most `words` words and `most_sentences` sentences, but always one sentence. With an encoder on
    which the head was not trained, nearness to the article's centre and position decide, and `model` says so.
    """

    name = "extractive"

    def __init__(self, encoder: Encoder, *, words: int, most_sentences: int) -> None:
        self._head = trained.load_head() if encoder.name == trained.ENCODER else None
        precision = "" if encoder.precision == "float32" else f" ({encoder.precision})"
        self.model = f"{encoder.name}{precision} + {trained.VERSION if self._head else CENTRE}"
        self._encoder = encoder
        self._words = words
        self._most_sentences = most_sentences

    def summarize(self, articles: Sequence[Article]) -> list[Digest | Failed]:
        """Return a result for each of `articles`, in their order; what goes wrong with one is that one's result.

        The sentences of all articles go through the encoder in one call, and then the headlines of our making; still a
        digest does not depend on which articles are beside it, except in its `seconds`.
        """
        started = time.perf_counter()
        prepared = [_guarded(article, partial(self._prepare, article)) for article in articles]
        sound = [item for item in prepared if isinstance(item, _Prepared)]
        vectors = iter(self._encode(sound))
        written: list[_Written | Failed] = []
        for item in prepared:
            found = item if isinstance(item, Failed) else next(vectors)
            if isinstance(item, _Prepared) and not isinstance(found, Failed):
                written.append(_guarded(item.article, partial(self._written, item, found)))
            elif isinstance(found, Failed):
                written.append(found)
        headlines = iter(self._encode([made for made in written if isinstance(made, _Written)]))
        results = [made if isinstance(made, Failed) else _embedded(made, next(headlines)) for made in written]
        return _timed(results, prepared, time.perf_counter() - started)

    def _prepare(self, article: Article) -> _Prepared | Failed:
        sentences = [*_standfirst(article), *considered(_without_title(article), article.language)]
        if not sentences:
            return Failed(article_id=article.id, reason="The article has no text to summarise.")
        candidates = [sentence for sentence in sentences if sentence.usable] or sentences
        title = " ".join((article.title or "").split())
        texts: list[str] = []
        if self._encoder.knows(article.language):
            texts = [sentence.text[:MOST_CHARACTERS_ENCODED] for sentence in candidates]
            texts += [title[:MOST_CHARACTERS_ENCODED]] * bool(title)
        return _Prepared(article, sentences, candidates, title, texts)

    def _encode(self, items: Sequence[_Prepared | _Written]) -> list[Vectors | Failed]:
        """Return the vectors of each article's texts. If they cannot be encoded together, each is tried by itself."""
        texts = [text for item in items for text in item.texts]
        try:
            pooled = self._encoder.encode(texts)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - whichever article it is, its neighbours must not pay
            logger.warning("batch_divided", articles=len(items), error=repr(error))
            return [_guarded(item.article, partial(self._encoder.encode, item.texts)) for item in items]
        ends = np.cumsum([len(item.texts) for item in items])
        return list(np.split(pooled, ends[:-1])) if items else []

    def _written(self, item: _Prepared, vectors: Vectors) -> _Written:
        article, is_encoded = item.article, bool(item.texts)
        judged = self._judged(item, vectors)
        title = headline(article, [sentence for sentence in judged.sentences if sentence.position >= 0])
        summary, chosen, checks = self._summary(item, judged, title)
        if not is_encoded and not multilingual.knows(article.language):
            checks = (*checks, f"{UNKNOWN_LANGUAGE}: {article.language}")
        digest = Digest(
            article_id=article.id,
            headline=title,
            summary=summary,
            checks=checks,
            engine=self.name,
            model=self.model if is_encoded else _lead(article.language),
        )
        of_summary = judged.vectors[chosen] if judged.vectors is not None else None
        return _Written(article, digest, of_summary, judged.title if title == item.title else None)

    def _judged(self, item: _Prepared, encoded: Vectors) -> _Judged:
        count = len(item.candidates)
        if not item.texts:
            return _first_sentences(item)
        vectors, title = encoded[:count], encoded[count] if item.title else None
        if self._head is None:
            return _Judged(item.sentences, item.candidates, vectors, centrality(vectors), title)
        found = self._head.judge(item.candidates, vectors, item.title, title)
        kept = [index for index in range(count) if not found.boilerplate[index]]
        scores = [found.scores[index] for index in kept]
        unfit = frozenset(place for place, index in enumerate(kept) if found.unfit[index])
        return _Judged(*_without(item, found.boilerplate), vectors[kept], scores, title, unfit)

    def _summary(self, item: _Prepared, judged: _Judged, title: str) -> tuple[str, list[int], tuple[str, ...]]:
        """Return the summary, which of the candidates it is made of, and what a reader should know of it: names that
        were completed, faults that remain.
        """
        found = paragraphs(item.article.body)
        candidates = judged.candidates
        if len(found) == 1 and length(found[0]) <= self._words:
            return found[0], list(range(len(candidates))), ()
        gate = Gate(
            title,
            item.title or title,
            item.article.language,
            item.sentences,
            candidates,
            judged.vectors,
            unfit=judged.unfit,
            is_made=not item.title,
        )
        places = {sentence.position: index for index, sentence in enumerate(candidates)}

        def chosen(first: Collection[int], without: Collection[int]) -> list[int]:
            sentences = choose(
                candidates,
                judged.vectors,
                judged.scores,
                words=self._words,
                most_sentences=self._most_sentences,
                first=first,
                without=without,
            )
            return [places[sentence.position] for sentence in sentences]

        preferred = self._preferred(item, judged)
        passed = pass_through(gate, chosen, judged.scores, preferred)
        if not passed.chosen:
            text, best = self._alone(judged)
            return text, [best], ()
        texts = _texts([candidates[index] for index in passed.chosen])
        texts, completed = gate.completed(texts, self._words - sum(map(length, texts)))
        return _joined(texts), list(passed.chosen), (*completed, *dict.fromkeys(map(str, passed.faults)))

    def _preferred(self, item: _Prepared, judged: _Judged) -> frozenset[int]:
        """Return the places of the standfirst's sentences among the candidates, if it can be the summary's beginning:
        it is whole, fits, and tells the title's event.
        """
        every = [sentence for sentence in item.sentences if sentence.position < 0]
        places = [index for index, sentence in enumerate(judged.candidates) if sentence.position < 0]
        if not every or len(places) != len(every) or len(every) > self._most_sentences:
            return frozenset()
        text = " ".join(sentence.text for sentence in every)
        fits = length(text) <= self._words and not any(sentence.points_back for sentence in every)
        return frozenset(places if fits and tells(text, item.title, item.article.language) else ())

    def _alone(self, judged: _Judged) -> tuple[str, int]:
        """Return the best of the candidates, none of which fits or stands by itself, and its place; an over-long one
        is cut.
        """
        best = max(
            range(len(judged.candidates)),
            key=lambda index: (not judged.candidates[index].points_back, judged.scores[index], -index),
        )
        text = judged.candidates[best].shortened
        return (text if length(text) <= LONGEST_ALONE * self._words else cut(text, self._words) + " …"), best


def _guarded(article: Article, step: Callable[[], Result]) -> Result | Failed:
    """Return `step()`, or the Failed that says why it could not be done: a bug met by one article stays there.

    Lack of memory is the machine's state, not the article's, and is passed on.
    """
    try:
        return step()
    except MemoryError:
        raise
    except Exception as error:
        logger.exception("article_not_summarized", article=article.id)
        return Failed(
            article_id=article.id,
            reason=f"The extractive engine could not work on this text ({type(error).__name__}: {error}).",
        )


def _first_sentences(item: _Prepared) -> _Judged:
    """Return the sentences of an article in a language that the engine's encoder does not know, the first ones first,
    without the lines of its site as far as the multilingual encoder knows the language.
    """
    if not multilingual.knows(item.article.language):
        return _Judged(item.sentences, item.candidates, None, by_position(len(item.candidates)), None)
    vectors = multilingual.encode([sentence.text for sentence in item.candidates])
    sentences, candidates = _without(item, site_lines.boilerplate(item.candidates, vectors))
    return _Judged(sentences, candidates[:REACH], None, by_position(len(candidates[:REACH])), None)


def _without(item: _Prepared, boilerplate: Sequence[bool]) -> tuple[list[Sentence], list[Sentence]]:
    """Return the sentences and the candidates of `item` without the candidates that are `boilerplate`."""
    marked = list(zip(item.candidates, boilerplate, strict=True))
    left_out = {sentence.position for sentence, is_line in marked if is_line}
    return (
        [sentence for sentence in item.sentences if sentence.position not in left_out],
        [sentence for sentence, is_line in marked if not is_line],
    )


def _lead(language: str) -> str:
    """Return `Digest.model` of the first sentences of an article in `language`."""
    return LEAD_WITHOUT_LINES if multilingual.knows(language) else LEAD


def _without_title(article: Article) -> str:
    """Return the body of `article`; a title that runs into a sentence is no part of it."""
    title = (article.title or "").strip()
    return re.sub(rf"(?m)(^|[.!?]\s){re.escape(title)}\s+(?=[A-Z“\"])", r"\1", article.body) if title else article.body


def _standfirst(article: Article) -> list[Sentence]:
    """Return the sentences of the standfirst of `article`, at the positions before -1, so that the body's first
    sentence at 0 follows none of them; none if the body does not support it.
    """
    text = article.standfirst or ""
    if not text or not supported(text, article.title or "", article.body, article.language):
        return []
    found = considered(text, article.language)
    return [replace(sentence, position=sentence.position - len(found) - 1) for sentence in found]


def _texts(sentences: Sequence[Sentence]) -> list[str]:
    """Return the texts of `sentences`; one whose predecessor is left out loses the connective that answered it."""
    before = [None, *(sentence.position for sentence in sentences)]
    return [
        sentence.text if last is not None and sentence.position == last + 1 else sentence.shortened
        for last, sentence in zip(before, sentences, strict=False)
    ]


def _joined(texts: Sequence[str]) -> str:
    """Return the sentences `texts` as one text."""
    result = ""
    for text in texts:
        result += ("" if not result or result.endswith(tuple(_NO_SPACE_AFTER)) else " ") + text
    return result


def _embedded(made: _Written, encoded: Vectors | Failed) -> Digest | Failed:
    """Return the digest with its embedding (`worker.article.Digest`); `encoded` is what was left to encode of it."""
    if isinstance(encoded, Failed) or made.summary is None:
        return encoded if isinstance(encoded, Failed) else made.digest
    headline_vector = made.headline if made.headline is not None else encoded[0]
    both = _unit(made.summary.astype(np.float64).mean(axis=0)) + _unit(headline_vector.astype(np.float64))
    return replace(made.digest, embedding=_unit(both).astype("<f4").tobytes())


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    return vector / (np.linalg.norm(vector) or 1.0)


def _timed(
    results: list[Digest | Failed], prepared: Sequence[_Prepared | Failed], seconds: float
) -> list[Digest | Failed]:
    """Return `results` with each digest's share of `seconds`, by the number of sentences it had encoded."""
    shares = [1 + (len(item.texts) if isinstance(item, _Prepared) else 0) for item in prepared]
    a_share = seconds / max(1, sum(shares))
    return [
        replace(result, seconds=share * a_share) if isinstance(result, Digest) else result
        for result, share in zip(results, shares, strict=True)
    ]
