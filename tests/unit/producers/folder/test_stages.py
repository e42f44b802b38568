"""The stages of a file and their order."""

import itertools

import pytest

from producers.folder.file import File, Stage
from producers.folder.scan import Signature
from producers.folder.stages import NEXT, RESTING, Files

#: A way through the stages, from the first to the last, for each end that a file may have.
WAYS = [
    [Stage.FOUND, Stage.READING, Stage.PUSHED, Stage.SETTLED, Stage.GONE],
    [Stage.FOUND, Stage.READING, Stage.GONE],
    [Stage.FOUND, Stage.READING, Stage.UNREADABLE, Stage.FOUND, Stage.READING, Stage.GONE],
    [Stage.FOUND, Stage.READING, Stage.PUSHED, Stage.FOUND, Stage.READING, Stage.PUSHED, Stage.SETTLED, Stage.GONE],
    [Stage.FOUND, Stage.READING, Stage.PUSHED, Stage.SETTLED, Stage.IMMOVABLE, Stage.SETTLED, Stage.GONE],
]


def file(path: str) -> File:
    return File(path, Signature(1, 2, 3))


@pytest.mark.parametrize("way", WAYS)
def test_a_file_is_in_one_stage_at_a_time_until_it_is_gone(way: list[Stage]) -> None:
    files, entry = Files(), file("a.txt")
    files.add(entry)
    for stage in way[1:]:
        assert files
        files.enter(entry, stage)
        assert entry.stage is stage
        assert [s for s in Stage if entry in files.at(s)] == ([] if stage is Stage.GONE else [stage])
    assert not files


def test_only_the_stages_of_the_table_may_follow() -> None:
    for before, after in itertools.product(Stage, Stage):
        files, entry = Files(), file("a.txt")
        entry.stage = before
        files.add(entry)
        if after in NEXT[before]:
            files.enter(entry, after)
        else:
            with pytest.raises(AssertionError, match=rf"a\.txt: {after} does not follow {before}"):
                files.enter(entry, after)
            assert entry.stage is before


def test_every_stage_is_reached_and_only_a_gone_file_stays_where_it_is() -> None:
    reached, following = {Stage.FOUND}, [Stage.FOUND]
    while following:
        following = [stage for before in following for stage in NEXT[before] if stage not in reached]
        reached.update(following)
    assert reached == set(Stage)
    assert [stage for stage in Stage if not NEXT[stage]] == [Stage.GONE]
    assert all(len(NEXT[stage]) == 1 for stage in RESTING)


def test_the_file_that_entered_a_stage_first_comes_first() -> None:
    files = Files()
    a, b, c = (file(name) for name in "abc")
    for entry in (a, b, c):
        files.add(entry)
    assert files.first(Stage.FOUND) is a
    for entry in (b, a):
        files.enter(entry, Stage.READING)
    assert list(files.at(Stage.READING)) == [b, a]
    assert files.first(Stage.FOUND) is c
    assert files.first(Stage.GONE) is None
