import pytest

from tests.quality.summaries import DATA, compare, rouge
from worker.summarize import Engine, load

#: ROUGE-1 points that the engine may lie below Lead. It lies at about +0.4 and -0.1, with standard errors near 0.7; a
#: change that loses more than this has broken something.
MOST_BELOW_LEAD = 1.0


@pytest.fixture(scope="module")
def engine() -> Engine:
    return load("extractive")


@pytest.mark.skipif(not DATA.is_dir(), reason="the data sets are not beside this checkout")
@pytest.mark.parametrize("split", ["cnndm.dev", "inshorts.dev"])
def test_extracts_are_about_as_good_as_the_lead_on_clean_text(engine: Engine, split: str) -> None:
    # When
    found = compare(engine, split)
    # Then
    assert found.gain >= -MOST_BELOW_LEAD, found
    assert found.words <= 75


def test_rouge_of_a_text_against_itself_is_full_and_against_a_stranger_nothing() -> None:
    text = "The ferry sank at noon. Nobody was hurt."
    assert rouge(text, text) == (100.0, 100.0, 100.0)
    assert rouge(text, "Prices rose again") == (0.0, 0.0, 0.0)


def test_rouge_counts_shared_words_pairs_and_subsequences() -> None:
    # Given six words against four, of which "the ... ferry sank" are shared in order, and one pair
    one, two, longest = rouge("the old ferry sank near Eastmere", "the ferry sank today")
    # Then F1 = 2 * common / (6 + 4), and of pairs 2 * 1 / (5 + 3)
    assert (one, two, longest) == (pytest.approx(60.0), pytest.approx(25.0), pytest.approx(60.0))
