"""What the store tells a person of a story: the shapes that `worker.store.stories.show` returns, ready for JSON."""

from typing import Literal, TypedDict


class MemberRecord(TypedDict):
    """An article of a story.

    `rule` is a value of `worker.store.placement.Rule`, None for articles stored before rules were kept; `containment`
    is the share, 0 to 1, that it has in common with the article `matched_id`. `joined_at` is ISO 8601, in UTC.
    """

    id: str
    canonical: bool
    state: str
    publisher: str | None
    source: str
    uri: str
    title: str | None
    rule: str | None
    containment: float | None
    matched_id: str | None
    joined_at: str | None


class DecisionRecord(TypedDict):
    """What a person decided about an article and a story; `decided_at` is ISO 8601, in UTC."""

    article_id: str
    story_id: str
    decision: Literal["joined", "split"]
    decided_at: str


class StoryRecord(TypedDict):
    """A story with its articles, the canonical one first; `headline` is None as long as it has no digest.

    `opened_at` is ISO 8601, in UTC.
    """

    id: str
    opened_at: str
    canonical_id: str | None
    headline: str | None
    articles: list[MemberRecord]
    decisions: list[DecisionRecord]
