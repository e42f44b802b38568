"""What holds for an item: whether it may be shown, who decided that, and what a new version or a person changes."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from producers.article import UNKNOWN, Embargo, Status

#: The embargo of an item whose source set one without a time that can be read: it ends by a decision alone.
ENDLESS: Final = datetime(9999, 1, 1, tzinfo=UTC)


class Decider(StrEnum):
    """Who decided what holds for an item."""

    SOURCE = "source"
    PERSON = "person"
    #: The desk, for what a source said of another item.
    DESK = "desk"


class Standing(StrEnum):
    """Whether the articles of an item may be shown."""

    USABLE = "usable"
    #: Not yet, or not until somebody says so.
    HELD = "held"
    #: Taken back: not to be shown, and to leave what showed it.
    KILLED = "killed"


class Act(StrEnum):
    """What a decision did to an item."""

    #: Its source took it back.
    KILL = "kill"
    #: A person took it out.
    WITHDRAW = "withdraw"
    #: It must wait: it is withheld or has an embargo.
    HOLD = "hold"
    #: It may be shown again, or for the first time.
    RELEASE = "release"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What holds for all versions of an item, since `at`.

    `embargo` is None or the time until which the item is held, ENDLESS if nobody knows it. `cause` is the item because
    of which the desk decided, None if there is none.
    """

    status: Status
    embargo: datetime | None
    decided_by: Decider
    at: datetime
    note: str | None = None
    cause: str | None = None

    @property
    def standing(self) -> Standing:
        """Whether the item may be shown."""
        if self.status is Status.CANCELED:
            return Standing.KILLED
        held = self.status is Status.WITHHELD or self.embargo is not None
        return Standing.HELD if held else Standing.USABLE


def said(status: Status, embargo: Embargo | None, note: str | None, now: datetime) -> Ruling:
    """Return what a source says of an item by its newest version; an embargo that is over at `now` is none."""
    return Ruling(status=status, embargo=_end(embargo, now), decided_by=Decider.SOURCE, at=now, note=note)


def _end(embargo: Embargo | None, now: datetime) -> datetime | None:
    if embargo == UNKNOWN:
        return ENDLESS
    return None if embargo is None or embargo <= now else min(embargo, ENDLESS)


def revised(before: Ruling | None, ruling: Ruling) -> Ruling:
    """Return what holds for an item after its source gave its newest version, of which it says `ruling`.

    What a person has withdrawn, and what the desk holds until a person decides, stays as it is. A person's release
    ends with the newer version, and so does a hold of the desk because of another item.
    """
    if before is None or before.standing is Standing.USABLE:
        return ruling
    is_kept = before.decided_by is Decider.PERSON or (before.decided_by is Decider.DESK and before.cause is None)
    return before if is_kept else ruling


def released(before: Ruling, decided_by: Decider, now: datetime) -> Ruling:
    """Return what holds for an item that is released at `now`: since its embargo is over, or by a person."""
    return replace(before, status=Status.USABLE, embargo=None, decided_by=decided_by, at=now, note=None, cause=None)


def act(before: Ruling | None, after: Ruling) -> Act | None:
    """Return what the step from `before` to `after` did to the item; None if it changed nothing that shows."""
    standing = before.standing if before else Standing.USABLE
    if after.standing is standing and (
        before is None or (before.status, before.embargo) == (after.status, after.embargo)
    ):
        return None
    if after.standing is Standing.KILLED:
        return Act.WITHDRAW if after.decided_by is Decider.PERSON else Act.KILL
    return Act.HOLD if after.standing is Standing.HELD else Act.RELEASE
