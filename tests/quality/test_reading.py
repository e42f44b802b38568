"""What a reader stumbles over stays out of the summaries and headlines of articles of our own, with the real model."""

import pytest

from tests.articles import article
from tests.quality.reading import CASES, STORIES
from worker.article import Digest
from worker.summarize import load


@pytest.fixture(scope="module")
def digests() -> list[Digest]:
    articles = [
        article(str(number), case.body, title=case.title, language=case.language, standfirst=case.standfirst)
        for number, case in enumerate(CASES)
    ]
    results = load("extractive").summarize(articles)
    return [result for result in results if isinstance(result, Digest)]


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{case.kind}-{n}" for n, case in enumerate(CASES)])
def test_a_summary_says_what_it_must_and_nothing_that_a_reader_stumbles_over(
    digests: list[Digest], number: int
) -> None:
    case, digest = CASES[number], digests[number]
    told = digest.summary if case.title else f"{digest.headline}. {digest.summary}"
    assert [piece for piece in case.must if piece not in told] == [], told
    assert [piece for piece in case.never if piece.removesuffix(".") in told] == [], told


def test_a_completed_name_is_marked() -> None:
    title, *paragraphs = STORIES["ferry"]
    body = "\n\n".join([*paragraphs[:3], "Maren Hale, 51, is the captain.", "Hale said the radar had failed."])
    (digest,) = load("extractive", words=60).summarize([article("a", body, title=title)])
    assert isinstance(digest, Digest)
    assert not ("Hale said" in digest.summary and "Maren Hale" not in digest.summary)


def test_there_are_at_least_60_cases_of_at_least_20_kinds() -> None:
    assert len(CASES) >= 60
    assert len({case.kind for case in CASES}) >= 20
