"""The order of an item's versions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from worker.article import Article

#: The highest number of a version that counts: the largest that the store keeps.
MOST_NUMBER: Final = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What orders a version among those of its item: the source's time and number for it, when it was published (only
    of a source that gives neither), and when it was received.
    """

    created: datetime | None
    number: int | None
    published_at: datetime | None
    received_at: datetime


def version_of(article: Article) -> Version:
    """Return what orders `article`. A time of creation that lies in the future counts as that of receipt."""
    revision = article.revision
    created = revision.created if revision else None
    number = min(revision.number, MOST_NUMBER) if revision and revision.number is not None else None
    return Version(
        created=min(created, article.received_at) if created else None,
        number=number,
        published_at=article.published_at if created is None and number is None else None,
        received_at=article.received_at,
    )


def newer(version: Version, other: Version) -> bool:
    """Return whether `version` is newer than `other`: by the first part that both have and in which they differ."""
    both = [
        (mine, theirs)
        for mine, theirs in zip(_parts(version), _parts(other), strict=True)
        if mine is not None and theirs is not None and mine != theirs
    ]
    return bool(both) and both[0][0] > both[0][1]


def _parts(version: Version) -> tuple[Any, ...]:
    return version.created, version.number, version.published_at, version.received_at
