"""What an edition shows of the digests that it meets: the profile's filters, its limits, its budget of words."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import overload

from worker.edition.budget import LONGEST_SENTENCE, Cost, Place, places
from worker.edition.document import Carried, StorySource, Texts, Topic, publisher_key
from worker.edition.profile import Selection
from worker.edition.rank import publishers, topics
from worker.edition.reading import MOST_NAMED, words
from worker.edition.teller import headline, says_again
from worker.scripts import DENSE

# A keyword in a script without spaces is found anywhere.
_DENSE = re.compile(f"[{DENSE}]")


def select(
    met: Sequence[Carried], texts: Texts, selection: Selection, *, kept: Collection[str], closed_at: datetime
) -> list[Topic]:
    """Return the topics of an edition that met the digests `met`, ranked, each in its place and section.

    `kept` are the articles that told the topics which an earlier revision of the day showed: these topics stay,
    whatever the selection.
    """
    ranked = topics(_wanted(met, texts, selection, kept), texts, closed_at, across_languages=selection.across_languages)
    stay = {i for i, topic in enumerate(ranked) if any(digest.article_id in kept for digest in topic)}
    allowed = _allowed(ranked, selection, stay)
    told = [_Told.of(topic) for topic in ranked]
    open_to = [i for i in range(len(ranked)) if i in allowed]
    placed = dict.fromkeys(range(len(ranked)), Place.LEFT_OUT)
    costs = _Costs([told[i] for i in open_to])
    chosen = places(costs, selection.budget, {n for n, i in enumerate(open_to) if i in stay})
    placed.update(zip(open_to, chosen, strict=True))
    # Sections need numpy, and this module is imported by processes that never close an edition.
    from worker.edition.sections import sectioned

    shown = [
        Topic(
            place=placed[i],
            headline=told[i].headline,
            headline_from=told[i].headline_from,
            summary=told[i].shown(placed[i]),
            digests=tuple(topic),
        )
        for i, topic in enumerate(ranked)
    ]
    return sectioned(shown, texts, selection)


@dataclass(frozen=True, kw_only=True)
class _Told:
    """What can be shown of a topic."""

    headline: str
    headline_from: str | None
    teller: Carried
    credit: int

    @classmethod
    def of(cls, topic: Sequence[Carried]) -> "_Told":
        title, title_from = headline(topic)
        names = {publisher_key(source.publisher): source.publisher or "" for d in topic for source in d.sources}
        return cls(
            headline=title,
            headline_from=title_from,
            teller=topic[0],
            credit=sum(map(words, list(names.values())[: 1 + MOST_NAMED])),
        )

    @cached_property
    def sentence(self) -> str:
        """The sentence that can stand alone; "" if none is short enough."""
        return _sentence(self.headline, self.teller)

    @cached_property
    def cost(self) -> Cost:
        """The words that each place takes."""
        line = words(self.headline) + self.credit
        return Cost(line + words(self.teller.summary), line + words(self.sentence) if self.sentence else None, line)

    def shown(self, place: Place) -> str:
        """Return what stands beneath the headline in `place`."""
        return self.teller.summary if place is Place.FULL else self.sentence if place is Place.SENTENCE else ""


class _Costs(Sequence[Cost]):
    """The costs of topics, found as they are looked at: few of a day's topics have a place."""

    def __init__(self, told: Sequence[_Told]) -> None:
        self._told = told

    def __len__(self) -> int:
        return len(self._told)

    @overload
    def __getitem__(self, place: int) -> Cost: ...

    @overload
    def __getitem__(self, place: slice) -> list[Cost]: ...

    def __getitem__(self, place: int | slice) -> Cost | list[Cost]:
        return self._told[place].cost if isinstance(place, int) else [told.cost for told in self._told[place]]


def _sentence(title: str, teller: Carried) -> str:
    """Return the sentence of the summary that can stand alone under `title`: the first, or if that says the title again
    and the next one needs none before it, the next; "" if it is longer than LONGEST_SENTENCE.
    """
    # With it come the parsers of cleaning, which processes that close no edition need not load.
    from worker.summarize.prose import considered

    found = considered(teller.summary, teller.language)
    if not found:
        return ""
    first = found[0]
    if says_again(first.text, title):
        others = [each for each in found[1:] if not each.points_back and words(each.text) <= LONGEST_SENTENCE]
        first = next((each for each in others if not says_again(each.text, title)), first)
    return first.text if words(first.text) <= LONGEST_SENTENCE else ""


def _wanted(met: Sequence[Carried], texts: Texts, selection: Selection, kept: Collection[str]) -> list[Carried]:
    """Return the digests of `met` that pass the filters of `selection`, and those that are `kept`."""
    if not selection.keywords and not selection.not_keywords:
        return [digest for digest in met if digest.article_id in kept or wants(selection, digest, "")]
    by_id = {digest.article_id: digest for digest in met}
    wanted = {text.article_id for text in texts(by_id) if wants(selection, by_id[text.article_id], text.body)}
    return [digest for digest in met if digest.article_id in kept or digest.article_id in wanted]


def wants(selection: Selection, digest: Carried, body: str) -> bool:
    """Return whether `digest`, of an article with this `body`, passes the filters of `selection`."""
    shown = [source for source in digest.sources if source.article_id == digest.article_id]
    filters = (
        (selection.sources, selection.not_sources, _sources),
        (selection.publishers, selection.not_publishers, publishers),
    )
    for wanted, unwanted, names in filters:
        if wanted and not _keys(wanted) & names(digest.sources):
            return False
        if _keys(unwanted) & names(shown):
            return False
    language = {publisher_key(digest.language)}
    if (selection.languages and not _keys(selection.languages) & language) or _keys(selection.not_languages) & language:
        return False
    about = {publisher_key(text) for subject in digest.said.subjects for text in (subject.code, subject.name)}
    if (selection.subjects and not _keys(selection.subjects) & about) or _keys(selection.not_subjects) & about:
        return False
    if selection.urgency is not None and (digest.said.urgency is None or digest.said.urgency > selection.urgency):
        return False
    if not selection.keywords and not selection.not_keywords:
        return True
    text = " ".join("\n".join([digest.headline, *(source.title or "" for source in shown), body]).split()).casefold()
    if selection.keywords and not any(_says(text, word) for word in selection.keywords):
        return False
    return not any(_says(text, word) for word in selection.not_keywords)


def _allowed(ranked: Sequence[Sequence[Carried]], selection: Selection, stay: Collection[int]) -> set[int]:
    """Return which of the `ranked` topics may be shown: up to the length, of no publisher more than its share; and all
    that `stay`.
    """
    allowed = set(stay)
    of_publisher = Counter(_publisher(ranked[i][0]) for i in stay)
    for i, topic in enumerate(ranked):
        publisher = _publisher(topic[0])
        is_full = selection.length is not None and len(allowed) >= selection.length
        had_enough = selection.per_publisher is not None and of_publisher[publisher] >= selection.per_publisher
        if i not in allowed and not is_full and not (publisher and had_enough):
            allowed.add(i)
            of_publisher[publisher] += 1
    return allowed


def _publisher(digest: Carried) -> str:
    return next(
        (publisher_key(source.publisher) for source in digest.sources if source.article_id == digest.article_id), ""
    )


def _sources(sources: Sequence[StorySource]) -> set[str]:
    return {publisher_key(source.source) for source in sources}


def _keys(names: Sequence[str]) -> set[str]:
    return set(map(publisher_key, names))


def _says(text: str, word: str) -> bool:
    """Return whether `text`, case folded and its spaces collapsed, has `word` as a word or phrase of its own."""
    key = publisher_key(word)
    if _DENSE.search(key):
        return key in text
    return re.search(rf"(?<!\w){re.escape(key)}(?!\w)", text) is not None
