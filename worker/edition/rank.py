"""Which topic comes first, and who counts as an independent witness."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from worker.edition.document import Carried, StorySource, Texts, publisher_key
from worker.edition.section_names import Section
from worker.edition.teller import is_plain, teller_first

#: A report loses all its freshness in this time.
STALE_AFTER = timedelta(hours=24)
#: Characters of a topic's reports, reprints not counted, from which on its coverage is no longer any longer: about
#: 2,000 words.
LONG_COVERAGE = 12_000
#: The urgency from which on news may lead with one witness: 1 is a flash, 2 a bulletin, the rest the run of the day.
URGENT = 2
#: More publishers than report any event.
MANY = 1_000_000
#: Sections whose topics many outlets report without being the news of the day: who parts from whom, what to wear.
SOFT = (Section.CULTURE, Section.LIFE)
#: The steps in which freshness and length are counted. Whole numbers, so that every machine ranks alike.
STEPS = 1_000


def topics(
    carried: Sequence[Carried], texts: Texts, closed_at: datetime, *, across_languages: bool = True
) -> list[list[Carried]]:
    """Return `carried` in topics, the first in rank first, each with its teller first (`worker.edition.teller`).

    Reports of one event in several languages are one topic if `across_languages` is true.

    The digests beneath it come by `rank`, as if each were a topic.
    """
    # Grouping needs numpy, and this module is imported by processes that never close an edition.
    from worker.edition.across import Spoken, joined
    from worker.edition.group import Groupable, groups

    by_id = {digest.article_id: digest for digest in carried}
    spoken: dict[str, Spoken] = {}

    def groupables() -> Iterator[Groupable]:
        for text in texts(by_id):
            digest = by_id[text.article_id]
            spoken[digest.article_id] = Spoken(digest.language, text.across, text.across_by)
            yield Groupable(
                id=digest.article_id,
                text=text.body or digest.summary,
                headline=digest.headline,
                language=digest.language,
                published_at=digest.published_at,
                embedding=text.embedding,
            )

    grouped = groups(groupables())
    if across_languages:
        grouped = joined(grouped, spoken)
    ranked = [
        teller_first(sorted((by_id[name] for name in group), key=lambda digest: rank([digest], closed_at)), closed_at)
        for group in grouped
    ]
    soft = _soft(ranked, texts)
    return sorted(ranked, key=lambda topic: rank(topic, closed_at, is_soft=topic[0].article_id in soft))


def _soft(ranked: Sequence[Sequence[Carried]], texts: Texts) -> set[str]:
    """Return the tellers of the topics that come after the news of the day which as many publishers report: those of
    SOFT sections, and those of which no title says what happened.
    """
    # It needs numpy, as grouping does.
    from worker.edition.sections import sections_of

    several = [topic for topic in ranked if witnesses(topic) > 1]
    sections = zip(several, sections_of(several, texts), strict=True)
    return {
        topic[0].article_id
        for topic, section in sections
        if section in SOFT or not any(is_plain(digest.headline) for digest in topic)
    }


def rank(topic: Sequence[Carried], closed_at: datetime, *, is_soft: bool = False) -> tuple[int, int, float, str]:
    """Return what topics are sorted by, the lowest first.

    First the number of independent publishers (`witnesses`), of a soft topic half of them: another one outweighs
    everything else, but for fresh news that its source calls urgent (`URGENT`), which leads whoever else reports it.
    Then the sum of
    freshness (STEPS for a report of the very time of the close, none after STALE_AFTER) and of the length of coverage
    (STEPS from LONG_COVERAGE on), then the newest report, then the id of the teller's story.
    """
    newest = max(_reported_at(digest, closed_at) for digest in topic)
    left = STALE_AFTER - min(max(closed_at - newest, timedelta()), STALE_AFTER)
    coverage = min(sum(digest.length for digest in topic), LONG_COVERAGE)
    weight = left * STEPS // STALE_AFTER + coverage * STEPS // LONG_COVERAGE
    is_urgent = left > timedelta() and any((digest.said.urgency or 9) <= URGENT for digest in topic)
    counted = witnesses(topic) * (1 if is_soft else 2)
    return -counted - MANY * is_urgent, -weight, -newest.timestamp(), topic[0].story_id


def witnesses(topic: Sequence[Carried]) -> int:
    """Return the number of independent publishers that report `topic`, at least 1.

    The articles of a story are copies of one text: if one of them credits an agency, they are that agency's, on
    however many sites.
    """
    names: set[str] = set()
    for digest in topic:
        agencies = {publisher_key(source.agency) for source in digest.sources if source.agency}
        names |= agencies or publishers(digest.sources)
    return max(1, len(names))


def publishers(sources: Sequence[StorySource]) -> set[str]:
    """Return the publishers of `sources`, each as its `publisher_key`.

    Sources that name none cannot be distinguished, and add nothing: five copies in a folder are not five witnesses.
    """
    return {publisher_key(source.publisher) for source in sources} - {""}


def _reported_at(digest: Carried, closed_at: datetime) -> datetime:
    # A time after the close is a wrong clock or an embargo, and must not lead the edition.
    return digest.received_at if digest.published_at is None or digest.published_at > closed_at else digest.published_at
