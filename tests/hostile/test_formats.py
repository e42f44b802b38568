"""Bad files of every format through the door of the formats; `python -m tests.hostile.formats` reads any number."""

import itertools

import pytest

from tests.hostile.formats import End, generate, judge

SEED = 1
COUNT = 1_000


@pytest.mark.timeout(600)
def test_every_bad_file_is_read_or_refused_as_declared_soon_and_in_little_memory() -> None:
    judged = [judge(bad) for bad in generate(SEED, COUNT)]
    assert [f"{one.bad.kind} ({one.bad.name}): {one.wrong} [{one.reason}]" for one in judged if one.wrong] == []
    assert {one.ended for one in judged} == {End.READ, End.REFUSED}


def test_the_same_seed_gives_the_same_files() -> None:
    first, second = (list(itertools.islice(generate(7, 60), 60)) for _ in range(2))
    assert [bad.data for bad in first] == [bad.data for bad in second]
    assert len({bad.kind for bad in first}) > 15
