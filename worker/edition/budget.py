"""How much of each topic an edition shows, so that it is read to its end."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

#: Topics that are told in full at the most. People finish a digest of five to ten minutes; the best of them tell five
#: to seven stories (notes/reading.md).
MOST_FULL: Final = 7
#: Topics that are told in one sentence at the most.
MOST_SENTENCES: Final = 20
#: Words of the longest sentence that may stand for a topic.
LONGEST_SENTENCE: Final = 30
#: The shares of the budget, in hundredths, after which no further topic is told in full, and in one sentence. What is
#: left shows headlines.
FULL_SHARE, SENTENCE_SHARE = 50, 85


class Place(StrEnum):
    """How much of a topic an edition shows."""

    #: Its headline and its whole summary.
    FULL = "full"
    #: Its headline and one sentence.
    SENTENCE = "sentence"
    #: Its headline.
    HEADLINE = "headline"
    #: Nothing: it is counted, and is in the JSON and the reading room.
    LEFT_OUT = "left_out"
    #: A sentence that says that it was withdrawn.
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Cost:
    """The words of a topic in each place; `sentence` is None if no sentence of it is short enough."""

    full: int
    sentence: int | None
    headline: int

    def of(self, place: Place) -> int:
        """Return the words of the topic in `place`, which must be open to it."""
        words = {Place.FULL: self.full, Place.SENTENCE: self.sentence, Place.HEADLINE: self.headline}.get(place, 0)
        if words is None:
            raise ValueError("a topic without a short sentence has no place for one")
        return words


def places(costs: Sequence[Cost], budget: int, kept: Collection[int] = ()) -> list[Place]:
    """Return the place of each topic, whose `costs` come in the order of their rank, within `budget` words (0: any).

    The first topics are told in full, the next in one sentence, the next by their headline, until the words are used
    up. If words are left after the last topic, the first that were cut short are told at more length. The topics
    `kept` (places in `costs`) were shown before: they get a headline at least, and its words are set aside for them.
    """
    if not budget:
        return _unbounded(costs)
    placed = [Place.HEADLINE if i in kept else Place.LEFT_OUT for i in range(len(costs))]
    used = sum(costs[i].headline for i in kept)
    for place, share, most in (
        (Place.FULL, FULL_SHARE, MOST_FULL),
        (Place.SENTENCE, SENTENCE_SHARE, MOST_SENTENCES),
        (Place.HEADLINE, 100, len(costs)),
    ):
        number = 0
        for i, cost in enumerate(costs):
            if number == most:
                break
            if placed[i] not in (Place.LEFT_OUT, Place.HEADLINE):
                continue
            if place is placed[i] or (place is Place.SENTENCE and cost.sentence is None):
                continue
            words = cost.of(place) - cost.of(placed[i])
            is_first = place is Place.FULL and not number
            if used + words > budget * share // 100 and not is_first:
                break
            placed[i], used, number = place, used + words, number + 1
    for longer in (Place.SENTENCE, Place.FULL):
        for i, cost in enumerate(costs):
            if Place.LEFT_OUT in placed:
                break
            if _is_longer(longer, placed[i]) and not (longer is Place.SENTENCE and cost.sentence is None):
                words = cost.of(longer) - cost.of(placed[i])
                if used + words <= budget:
                    placed[i], used = longer, used + words
    return placed


def _unbounded(costs: Sequence[Cost]) -> list[Place]:
    placed = []
    for i, cost in enumerate(costs):
        if i < MOST_FULL:
            placed.append(Place.FULL)
        elif i < MOST_FULL + MOST_SENTENCES and cost.sentence is not None:
            placed.append(Place.SENTENCE)
        else:
            placed.append(Place.HEADLINE)
    return placed


def _is_longer(place: Place, than: Place) -> bool:
    order = (Place.LEFT_OUT, Place.HEADLINE, Place.SENTENCE, Place.FULL)
    return order.index(place) > order.index(than)
