"""Events of a watched folder: which of them say that the watch waits, and which that it goes on."""

import pytest

from producers.folder.events import FolderEvent, Kind


@pytest.mark.parametrize("kind", [Kind.PUSHED, Kind.DONE, Kind.FAILED, Kind.CHANGED, Kind.VANISHED])
def test_a_file_that_could_not_be_moved_or_read_waits_until_something_else_happens_to_it(kind: Kind) -> None:
    waits = FolderEvent(Kind.RETRYING, "a.txt", "it cannot be moved: correct the folder's rights").waits
    assert waits == {"a.txt": "a.txt: it cannot be moved: correct the folder's rights"}

    assert (waits | FolderEvent(kind, "a.txt").waits)["a.txt"] == ""


def test_a_queue_that_takes_nothing_is_waited_for_until_it_takes_articles_again() -> None:
    waits = FolderEvent(Kind.WAITING, message="Redis is full; waiting.").waits
    assert waits == {"queue": "Redis is full; waiting."}

    assert waits | FolderEvent(Kind.RESUMED).waits == {"queue": ""}


@pytest.mark.parametrize("kind", [Kind.LEFT, Kind.NO_EVENTS])
def test_what_keeps_nothing_from_its_way_is_no_wait(kind: Kind) -> None:
    assert FolderEvent(kind, "link", "it is a symbolic link").waits == {}
