"""What holds for an item: what its source says, a person decides, and the desk concludes."""

from datetime import UTC, datetime, timedelta

import pytest

from producers.article import UNKNOWN, Embargo, Status
from worker.items.ruling import ENDLESS, Act, Decider, Ruling, Standing, act, revised, said

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
USABLE, WITHHELD, CANCELED = Status.USABLE, Status.WITHHELD, Status.CANCELED
SOURCE, PERSON, DESK = Decider.SOURCE, Decider.PERSON, Decider.DESK


def ruling(status: Status, embargo: datetime | None = None, by: Decider = SOURCE, cause: str | None = None) -> Ruling:
    return Ruling(status=status, embargo=embargo, decided_by=by, at=NOW, cause=cause)


@pytest.mark.parametrize(
    ("status", "embargo", "ends", "standing"),
    [
        (USABLE, None, None, Standing.USABLE),
        (USABLE, NOW, None, Standing.USABLE),
        (USABLE, NOW - timedelta(days=1), None, Standing.USABLE),
        (USABLE, LATER, LATER, Standing.HELD),
        (USABLE, UNKNOWN, ENDLESS, Standing.HELD),
        (USABLE, datetime.max.replace(tzinfo=UTC), ENDLESS, Standing.HELD),
        (WITHHELD, None, None, Standing.HELD),
        (WITHHELD, NOW - timedelta(days=1), None, Standing.HELD),
        (CANCELED, None, None, Standing.KILLED),
        (CANCELED, LATER, LATER, Standing.KILLED),
    ],
)
def test_a_source_says_whether_its_item_may_be_shown(
    status: Status, embargo: Embargo | None, ends: datetime | None, standing: Standing
) -> None:
    made = said(status, embargo, "why", NOW)
    assert (made.embargo, made.standing, made.note, made.decided_by) == (ends, standing, "why", SOURCE)


@pytest.mark.parametrize(
    ("before", "ruling_now", "kept"),
    [
        (None, ruling(USABLE), False),
        (ruling(USABLE), ruling(CANCELED), False),
        (ruling(CANCELED), ruling(USABLE), False),
        (ruling(WITHHELD), ruling(USABLE), False),
        (ruling(USABLE, LATER), ruling(USABLE), False),
        # A person's withdrawal holds until a person ends it; a person's release until the source sends a newer version.
        (ruling(CANCELED, by=PERSON), ruling(USABLE), True),
        (ruling(USABLE, by=PERSON), ruling(WITHHELD), False),
        # What the desk holds for a person to decide stays held; what it holds as a copy is looked at again.
        (ruling(WITHHELD, by=DESK), ruling(USABLE), True),
        (ruling(WITHHELD, by=DESK, cause="other"), ruling(USABLE), False),
    ],
)
def test_the_newest_version_decides_unless_a_person_has_to(
    before: Ruling | None, ruling_now: Ruling, kept: bool
) -> None:
    assert revised(before, ruling_now) is (before if kept else ruling_now)


@pytest.mark.parametrize(
    ("before", "after", "done"),
    [
        (None, ruling(USABLE), None),
        (None, ruling(CANCELED), Act.KILL),
        (None, ruling(USABLE, LATER), Act.HOLD),
        (ruling(USABLE), ruling(USABLE), None),
        (ruling(USABLE), ruling(WITHHELD), Act.HOLD),
        (ruling(USABLE), ruling(CANCELED, by=PERSON), Act.WITHDRAW),
        (ruling(USABLE, LATER), ruling(USABLE), Act.RELEASE),
        (ruling(USABLE, LATER), ruling(USABLE, ENDLESS), Act.HOLD),
        (ruling(CANCELED), ruling(CANCELED), None),
        (ruling(CANCELED), ruling(USABLE, LATER), Act.HOLD),
    ],
)
def test_a_decision_is_named_by_what_it_does(before: Ruling | None, after: Ruling, done: Act | None) -> None:
    assert act(before, after) is done
