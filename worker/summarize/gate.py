"""The gate: what a reader would stumble over in a summary and its headline, and the best extract that passes.

An extract is made of sentences written for another place. The gate names the faults of a set of them; `pass_through`
tries sets in the order of the engine's scores until one has none. All of it is rules over words: no model.
"""

import heapq
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from worker.scripts import EAST_ASIAN
from worker.summarize import manner
from worker.summarize.headline import STOP_WORDS
from worker.summarize.introductions import Names, bare_surnames, complete, full_name, names_of, unknown
from worker.summarize.measure import length
from worker.summarize.prose import Sentence
from worker.summarize.support import unsupported

#: Sets of sentences that are tried for one summary.
MOST_TRIES = 24
#: Share of the shorter sentence's content words from which two sentences tell the same.
SAME_FACT = 0.62
#: Fewest content words of a headline that can be looked for in a summary, and how many of them it must have.
FEWEST_TITLE_WORDS, LEAST_SHARED = 3, 2
#: A piece is its author's own, and the first person no fault, if it has the first person among its first OPENING
#: sentences and in more than this share of all.
OPENING, MOST_OWN = 3, 0.25
#: Fewest words of a sentence that goes on with a report, and how near (cosine) it is to one before it if it shares no
#: content word with these or with the title.
LEAST_SAID, LEAST_NEAR = 6, 0.3
#: Share of the title's content words that the first two sentences tell, below which a sentence among the first
#: LEADS that tells at least MORE_TOLD more of them opens in place of the first.
LEAST_TOLD, LEADS, MORE_TOLD = 0.4, 8, 2
#: Share of them that such a sentence must pass in a language other than English.
MOST_UNSURE = 0.5
#: Share of a standfirst's content words that its body has, from which it supports it.
LEAST_SUPPORTED = 0.5
#: Words below which a summary tells too little, of an article with more candidates than a brief has.
FEWEST_WORDS, MOST_OF_A_BRIEF = 15, 5
#: Letters of a word that are compared, so that "elections" is "elected".
_STEM = 4
_FEWEST_LETTERS = {"en": 3}

_WORD = re.compile(r"[^\W_]+")
_QUOTES = tuple('"“„«»「『‘')
_EAST_ASIAN = re.compile(f"[{EAST_ASIAN}]{{2}}")

Chooser = Callable[[frozenset[int], frozenset[int]], list[int]]


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a set of sentences. `kind` and `what` name it for a person; without the candidate `at` it is gone;
    with the candidate `mended_by` in the set, it may be.
    """

    kind: str
    what: str
    at: int
    mended_by: int | None = None

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}" if self.what else self.kind


@dataclass(frozen=True, slots=True)
class Passed:
    """The extract: the places of its sentences among the candidates, in document order, and its faults."""

    chosen: list[int]
    faults: tuple[Fault, ...]


class Gate:
    """The faults of extracts from one article with its `headline`, the `title` whose event it tells, its `language`,
    and all its `sentences`.

    `candidates` are the sentences that may be chosen, `vectors` their embeddings of length 1 if there are any; sets are
    named by their places in it, in document order. Those at the places `unfit` are nothing that an editor would print;
    a standfirst is never among them. A title that `is_made` of a sentence says nothing of the others.
    """

    def __init__(
        self,
        headline: str,
        title: str,
        language: str,
        sentences: Sequence[Sentence],
        candidates: Sequence[Sentence],
        vectors: NDArray[np.float32] | None = None,
        *,
        unfit: frozenset[int] = frozenset(),
        is_made: bool = False,
    ) -> None:
        self._vectors = vectors
        self._is_made = is_made
        self._headline = headline
        self._language = language
        self._candidates = candidates
        self._unfit = frozenset(index for index in unfit if candidates[index].position >= 0)
        self._names = names_of([sentence.text for sentence in sentences], headline) if language == "en" else Names()
        # A headline made of a sentence that speaks of somebody unnamed introduces nobody.
        self._introduces = "" if is_made and unknown(headline, "", self._names) else headline
        self._place = {
            sentence.position: index for index, sentence in enumerate(candidates)
        }  # of a candidate, by its position
        self._order = [sentence.position for sentence in sentences]
        self._wanted = stems(title, language)
        inside = manner.inside_single_quotes([sentence.text for sentence in sentences])
        self._inside = {sentence.position for sentence, is_inside in zip(sentences, inside, strict=True) if is_inside}
        mine = [bool(manner.first_person(sentence.text, language)) for sentence in candidates]
        is_own = any(mine[:OPENING]) and sum(mine) > MOST_OWN * len(mine)
        self._by_name = not is_own
        self._alone = [self._of_one(index) for index in range(len(candidates))]
        self._barred = frozenset(index for index, faults in enumerate(self._alone) if faults)
        self._stems = [stems(sentence.text, language) for sentence in candidates]

    def barred(self) -> frozenset[int]:
        """Return the candidates that have a fault in any set."""
        return self._barred

    def faults(self, chosen: Sequence[int]) -> tuple[Fault, ...]:
        """Return the faults of the summary made of the candidates `chosen`, empty if it may be shown."""
        if not chosen:
            return ()
        found = [fault for index in chosen for fault in self._alone[index]]
        if (
            len(self._candidates) > MOST_OF_A_BRIEF
            and sum(length(self._candidates[at].text) for at in chosen) < FEWEST_WORDS
        ):
            found.append(Fault("tells too little", "", chosen[0]))
        first, last = chosen[0], chosen[-1]
        if reason := self._opens_badly(self._candidates[first]):
            found.append(Fault("opens with", reason, first))
        if reason := manner.ends_badly(self._candidates[last].text, self._language):
            found.append(Fault("ends with", reason, last))
        found += self._apart_from_the_headline(chosen)
        found += self._beside_the_title(chosen)
        found += self._told_twice(chosen)
        if self._language == "en":
            found += self._not_introduced(chosen)
            found += self._says_little(chosen)
        return tuple(found)

    def completed(self, texts: Sequence[str], room: int) -> tuple[list[str], list[str]]:
        """Return the sentences `texts` with each surname that they never introduce written in full as the article
        first does, and a phrase for each name that was completed; they become longer by at most `room` words.
        """
        result: list[str] = []
        notes: list[str] = []
        before = ""
        for text in texts:
            if self._language == "en":
                for surname in bare_surnames(text, before, self._names):
                    full = full_name(surname, self._names)
                    is_told = full is None or full in self._headline
                    whole = text if full is None or is_told else complete(text, surname, full)
                    if whole != text and length(whole) - length(text) <= room:
                        room -= length(whole) - length(text)
                        notes.append(f"name completed: {surname} to {full}")
                        text = whole
            result.append(text)
            before = f"{before} {text}"
        return result, notes

    def _of_one(self, index: int) -> tuple[Fault, ...]:
        text = self._candidates[index].text
        found = []
        if piece := manner.furniture(text, is_first=self._candidates[index].position == 0):
            found.append(Fault("page furniture", piece, index))
        if self._candidates[index].position > 0 and manner.is_fragment(text, self._language):
            found.append(Fault("a fragment", "", index))
        if manner.half_quoted(text) or self._candidates[index].position in self._inside:
            found.append(Fault("a quotation without its marks", "", index))
        if self._by_name and (word := manner.first_person(text, self._language)):
            found.append(Fault("first person", word, index))
        if index in self._unfit:
            found.append(Fault("beside the news", "", index))
        return tuple(found)

    def _opens_badly(self, sentence: Sentence) -> str | None:
        is_first = sentence.position == self._candidates[0].position
        return manner.opens_badly(sentence.shortened, self._language, is_first=is_first)

    def _apart_from_the_headline(self, chosen: Sequence[int]) -> list[Fault]:
        if len(self._wanted) < FEWEST_TITLE_WORDS or 0 in chosen:
            return []  # a report opens with its news, in whatever words
        shared = [len(own & self._wanted) for own in self._stems]
        if (
            shared[chosen[0]]
            and len(frozenset[str]().union(*(self._stems[at] for at in chosen)) & self._wanted) >= LEAST_SHARED
        ):
            return []
        most = max(range(len(shared)), key=lambda index: (index not in self._barred, shared[index], -index))
        return [Fault("not the headline's event", "", chosen[0], most if shared[most] >= LEAST_SHARED else None)]

    def _beside_the_title(self, chosen: Sequence[int]) -> list[Fault]:
        """A report that opens with something else, although a sentence near the top tells the title's event."""
        is_asked = not self._is_made and self._candidates[chosen[0]].position >= 0
        if not is_asked or len(self._wanted) < FEWEST_TITLE_WORDS:
            return []
        opening = self._stems[chosen[0]] & self._wanted
        if len(opening) >= LEAST_TOLD * len(self._wanted):
            return []
        leads = [index for index in range(min(LEADS, len(self._stems))) if self._may_open(index)]
        told = {index: len(self._stems[index] & self._wanted) for index in leads if index != chosen[0]}
        best = max(told, key=lambda index: (told[index], -index), default=None)
        if best is None or told[best] < len(opening) + MORE_TOLD:
            return []
        if self._language != "en" and told[best] <= MOST_UNSURE * len(self._wanted):
            return []  # the stems of other languages are less sure
        return [Fault("opens beside the headline", "", chosen[0], best)]

    def _says_little(self, chosen: Sequence[int]) -> list[Fault]:
        """A sentence that goes on with something else, or with nothing."""
        found = []
        before = self._wanted | self._stems[chosen[0]]
        for index in chosen[1:]:
            text, own = self._candidates[index].text, self._stems[index]
            if length(text) < LEAST_SAID or not (own & before or self._is_near(index, chosen)):
                found.append(Fault("says little", "", index))
            elif reason := manner.goes_on_badly(text):
                found.append(Fault("goes on with", reason, index))
            before = before | own
        return found

    def _may_open(self, index: int) -> bool:
        sentence = self._candidates[index]
        if self._language != "en" and sentence.text.startswith(_QUOTES):
            return False
        # A connective answers what the report told before: it goes on, and does not open.
        is_whole = index not in self._barred and not sentence.points_back and sentence.text == sentence.shortened
        return is_whole and not manner.opens_badly(sentence.shortened, self._language)

    def _is_near(self, index: int, chosen: Sequence[int]) -> bool:
        if self._vectors is None:
            return True
        before = [other for other in chosen if other < index]
        return float((self._vectors[before] @ self._vectors[index]).max()) >= LEAST_NEAR

    def _told_twice(self, chosen: Sequence[int]) -> list[Fault]:
        found = []
        for place, index in enumerate(chosen):
            for other in chosen[:place]:
                fewer = min(len(self._stems[index]), len(self._stems[other]))
                if fewer and len(self._stems[index] & self._stems[other]) >= SAME_FACT * fewer:
                    found.append(Fault("told twice", "", index))
        return found

    def _not_introduced(self, chosen: Sequence[int]) -> list[Fault]:
        found = []
        before = self._introduces
        for index in chosen:
            text = self._candidates[index].text
            is_lead = self._candidates[index].position == 0
            for thing in unknown(text, before, self._names, is_lead=is_lead):
                full = full_name(thing.word, self._names)
                if full and complete(text, thing.word, full) != text:
                    continue
                introducer = None
                if thing.introduced_by is not None and thing.introduced_by >= 0:
                    introducer = self._place.get(self._order[thing.introduced_by])
                found.append(Fault("not introduced", thing.word, index, introducer))
            before = f"{before} {text}"
        return found


def pass_through(
    gate: Gate, choose: Chooser, scores: Sequence[float], preferred: frozenset[int] = frozenset()
) -> Passed:
    """Return the best set of candidates without a fault; if none of MOST_TRIES passes, the one with the fewest.

    `choose(first, without)` returns the best set that takes the candidates `first` before others and none of `without`.
    The candidates `preferred` are in the first set. A set that fails is tried without the candidate that is at fault,
    and with the one that mends it.
    """
    barred = gate.barred()
    start = barred if choose(frozenset(), barred) else frozenset[int]()
    waiting: list[tuple[float, int, list[int], tuple[frozenset[int], frozenset[int]]]] = []
    seen: set[tuple[frozenset[int], frozenset[int]]] = set()
    best: Passed | None = None

    def offer(wish: tuple[frozenset[int], frozenset[int]]) -> None:
        if wish in seen or len(seen) >= MOST_TRIES or wish[0] & wish[1]:
            return
        seen.add(wish)
        chosen = choose(*wish)
        if chosen:
            heapq.heappush(waiting, (-sum(scores[index] for index in chosen), len(seen), chosen, wish))

    offer((preferred - start, start))
    while waiting:
        _, _, chosen, (first, without) = heapq.heappop(waiting)
        faults = gate.faults(chosen)
        if best is None or len(faults) < len(best.faults):
            best = Passed(chosen, faults)
        if not faults:
            break
        for fault in faults:
            if fault.mended_by is not None and fault.mended_by not in chosen:
                offer((first | {fault.mended_by}, without))
            offer((first - {fault.at}, without | {fault.at}))
    return best or Passed([], ())


def tells(standfirst: str, title: str, language: str) -> bool:
    """Return whether `standfirst` tells the event of `title`; any event, if there is no title."""
    wanted = stems(title, language)
    return not wanted or len(stems(standfirst, language) & wanted) >= min(LEAST_SHARED, len(wanted))


def supported(standfirst: str, title: str, body: str, language: str) -> bool:
    """Return whether `body` supports `standfirst`: its numbers and names are there, or in `title`, and so are
    LEAST_SUPPORTED of its content words.
    """
    own = stems(standfirst, language)
    if not own or len(own & stems(body, language)) < LEAST_SUPPORTED * len(own):
        return False
    lacking = unsupported(standfirst, f"{title} {body}", language)
    return not any(phrase.startswith(("numbers", "names")) for phrase in lacking)


def stems(text: str, language: str) -> frozenset[str]:
    """Return the beginnings of the words of `text` that say what it is about; of East Asian text, pairs of signs."""
    stop_words = STOP_WORDS.get(language, frozenset())
    least = _FEWEST_LETTERS.get(language, 4)
    folded = text.casefold()
    found = {
        word[:_STEM].removesuffix("s") if len(word) <= _STEM else word[:_STEM]
        for word in _WORD.findall(folded)
        if (len(word) >= least or word.isdigit()) and word not in stop_words
    }
    pairs = {folded[place : place + 2] for place in range(len(folded) - 1) if _EAST_ASIAN.match(folded, place)}
    return frozenset(found | pairs)
