"""What an edition shows of the digests that it meets: the profile's filters, its limits, its budget of words; and why
it leaves out the others.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import overload

from worker.edition.budget import LONGEST_SENTENCE, Cost, Place, places
from worker.edition.document import Carried, Fate, StorySource, Text, Texts, Topic, publisher_key
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
    refused = refusals(met, texts, selection)
    wanted = [digest for digest in met if digest.article_id in kept or digest.article_id not in refused]
    ranked = topics(wanted, texts, closed_at, across_languages=selection.across_languages)
    stay = {i for i, topic in enumerate(ranked) if any(digest.article_id in kept for digest in topic)}
    over_limit = _over_limits(ranked, selection, stay)
    told = [_Told.of(topic) for topic in ranked]
    open_to = [i for i in range(len(ranked)) if i not in over_limit]
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
            left_out_by=over_limit.get(i, "words") if placed[i] is Place.LEFT_OUT else None,
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


def refusals(met: Sequence[Carried], texts: Texts, selection: Selection) -> dict[str, str]:
    """Return the name of the first filter of `selection` that it does not pass, of each digest of `met` that is
    refused, by its article's id.
    """
    by_id = {digest.article_id: digest for digest in met}
    needs_text = selection.keywords or selection.not_keywords
    read = texts(by_id) if needs_text else (Text(article_id=name) for name in by_id)
    names = ((text.article_id, refused_by(selection, by_id[text.article_id], text.body)) for text in read)
    return {article: name for article, name in names if name is not None}


def refused_by(selection: Selection, digest: Carried, body: str) -> str | None:
    """Return the name of the first filter of `selection` that `digest`, of an article with this `body`, does not pass;
    None if it passes all.
    """
    shown = [source for source in digest.sources if source.article_id == digest.article_id]
    language = {publisher_key(digest.language)}
    about = {publisher_key(text) for subject in digest.said.subjects for text in (subject.code, subject.name)}
    # A list of what is wanted looks at all articles of the story, one of what is not at the article that is shown.
    filters = {
        "sources": (selection.sources, _sources(digest.sources)),
        "not_sources": (selection.not_sources, _sources(shown)),
        "publishers": (selection.publishers, publishers(digest.sources)),
        "not_publishers": (selection.not_publishers, publishers(shown)),
        "languages": (selection.languages, language),
        "not_languages": (selection.not_languages, language),
        "subjects": (selection.subjects, about),
        "not_subjects": (selection.not_subjects, about),
    }
    for name, (asked, own) in filters.items():
        meets = bool(_keys(asked) & own)
        if asked and meets is name.startswith("not_"):
            return name
    if selection.urgency is not None and (digest.said.urgency is None or digest.said.urgency > selection.urgency):
        return "urgency"
    if not selection.keywords and not selection.not_keywords:
        return None
    text = " ".join("\n".join([digest.headline, *(source.title or "" for source in shown), body]).split()).casefold()
    if selection.keywords and not any(_says(text, word) for word in selection.keywords):
        return "keywords"
    return "not_keywords" if any(_says(text, word) for word in selection.not_keywords) else None


def fates(met: Sequence[Carried], topics: Sequence[Topic], texts: Texts, selection: Selection) -> dict[str, Fate]:
    """Return what an edition of `topics` did with each of the digests `met`, by their articles' ids."""
    by_article = {}
    for topic in topics:
        teller, *others = (digest.article_id for digest in topic.digests)
        by_article[teller] = Fate(left_out_by=topic.left_out_by)
        for article in others:
            by_article[article] = Fate(left_out_by=topic.left_out_by or "beneath", teller_id=teller)
    rest = [digest for digest in met if digest.article_id not in by_article]
    refused = refusals(rest, texts, selection)
    return by_article | {digest.article_id: Fate(left_out_by=refused.get(digest.article_id)) for digest in rest}


def _over_limits(ranked: Sequence[Sequence[Carried]], selection: Selection, stay: Collection[int]) -> Mapping[int, str]:
    """Return which of the `ranked` topics may not be shown, each with the limit of `selection` that it is over: its
    length, or the share of one publisher. Those that `stay` are over none.
    """
    over: dict[int, str] = {}
    shown = len(stay)
    of_publisher = Counter(_publisher(ranked[i][0]) for i in stay)
    for i, topic in enumerate(ranked):
        publisher = _publisher(topic[0])
        if i in stay:
            continue
        if selection.length is not None and shown >= selection.length:
            over[i] = "length"
        elif publisher and selection.per_publisher is not None and of_publisher[publisher] >= selection.per_publisher:
            over[i] = "per_publisher"
        else:
            shown += 1
            of_publisher[publisher] += 1
    return over


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
