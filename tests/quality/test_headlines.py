"""Floors of the headlines that are made where an article has no title."""

import pytest

from tests.quality.headlines import DATA, gain, scores, usable

#: ROUGE-1 over the first twelve words against real headlines, beneath what `python -m tests.quality.headlines` prints
#: (-1.5, 3.7, 8.4). The BBC writes its first sentence nearly as a headline, and twelve words of it cost nothing in
#: ROUGE where they lose a "not" or an "if"; ours may not.
LEAST_GAIN = {"bbc.train": -2.2, "inshorts.train": 2.5, "headlines.train": 6.5}


@pytest.mark.skipif(not DATA.is_dir(), reason="the data sets are not beside this checkout")
@pytest.mark.parametrize("name", LEAST_GAIN)
def test_made_headlines_hold_their_floors_against_the_first_words(name: str) -> None:
    assert gain(scores(usable(DATA / f"{name}.jsonl.gz")))[0] >= LEAST_GAIN[name]
