"""Which topic comes first, and who counts as an independent witness."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from worker.edition.document import Carried, Source, publisher_key

#: A report loses all its freshness in this time.
STALE_AFTER = timedelta(hours=24)
#: Characters of a topic's reports, reprints not counted, from which on its coverage is no longer any longer: about
#: 2,000 words.
LONG_COVERAGE = 12_000
#: The steps in which freshness and length are counted. Whole numbers, so that every machine ranks alike.
STEPS = 1_000


def topics(carried: Sequence[Carried], closed_at: datetime) -> list[list[Carried]]:
    """Return `carried` in topics, the first in rank first, each with its lead first.

    A topic's lead is the digest with the longest body, then the earliest, then the one with the lowest id. The digests
    beneath it come by `rank`, as if each were a topic.
    """
    # Grouping needs numpy, and this module is imported by processes that never close an edition.
    from worker.edition.group import Telling, groups

    def leading(one: Carried) -> tuple[int, datetime, str]:
        return -len(one.body), _told_at(one, closed_at), one.story_id

    by_id = {one.article_id: one for one in carried}
    tellings = [
        Telling(
            id=one.article_id,
            text=f"{one.headline}\n{one.body or one.summary}",
            language=one.language,
            published_at=one.published_at,
            embedding=one.embedding,
        )
        for one in carried
    ]
    found = []
    for group in groups(tellings):
        lead, *others = sorted((by_id[one] for one in group), key=leading)
        found.append([lead, *sorted(others, key=lambda one: rank([one], closed_at))])
    return sorted(found, key=lambda topic: rank(topic, closed_at))


def rank(topic: Sequence[Carried], closed_at: datetime) -> tuple[int, int, float, str]:
    """Return what topics are sorted by, the lowest first.

    First the number of independent publishers (`witnesses`): one more outweighs everything else. Then the sum of
    freshness (STEPS for a report of the moment of the close, none after STALE_AFTER) and of the length of coverage
    (STEPS from LONG_COVERAGE on), then the newest report, then the id of the lead's story.
    """
    newest = max(_told_at(one, closed_at) for one in topic)
    left = STALE_AFTER - min(max(closed_at - newest, timedelta()), STALE_AFTER)
    coverage = min(sum(len(one.body) for one in topic), LONG_COVERAGE)
    weight = left * STEPS // STALE_AFTER + coverage * STEPS // LONG_COVERAGE
    return -witnesses(topic), -weight, -newest.timestamp(), topic[0].story_id


def witnesses(topic: Sequence[Carried]) -> int:
    """Return the number of independent publishers that tell of `topic`, at least 1.

    The articles of a story are copies of one text: where one of them credits an agency, they are that agency's, on
    however many sites.
    """
    found: set[str] = set()
    for one in topic:
        agencies = {publisher_key(source.agency) for source in one.sources if source.agency}
        found |= agencies or publishers(one.sources)
    return max(1, len(found))


def publishers(sources: Sequence[Source]) -> set[str]:
    """Return the publishers of `sources`, each as its `publisher_key`.

    Those that name none cannot be told apart, and add nothing: five copies in a folder are not five witnesses.
    """
    return {publisher_key(source.publisher) for source in sources} - {""}


def _told_at(one: Carried, closed_at: datetime) -> datetime:
    # A time after the close is a wrong clock or an embargo, and must not lead the edition.
    return one.received_at if one.published_at is None or one.published_at > closed_at else one.published_at
