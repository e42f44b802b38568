"""Reports of one template stay apart, and reprints that restate their lead stay together, in either order."""

import pytest

from producers.redis_client import connect
from tests.quality.templates import APART, TOGETHER, Pair
from worker.dedup.claim import Claimant, Claims
from worker.dedup.sketch import sketch
from worker.pipeline import lead_facts


def joined(pair: Pair, redis_url: str, *, swapped: bool, with_facts: bool = True) -> bool:
    """Return whether the second text of `pair` joins the first, or the first the second if `swapped`."""
    client = connect(redis_url)
    client.flushall()
    texts = [("first", pair.one, pair.datelines[0]), ("second", pair.other, pair.datelines[1])]
    claimants = [
        Claimant(name, pair.language, sketch(body), lead_facts(body, dateline, pair.language) if with_facts else "")
        for name, body, dateline in (texts[::-1] if swapped else texts)
    ]
    answers = Claims(client, lambda _language, _after: ()).claim(claimants)
    client.close()
    return answers[1].joins is not None


@pytest.mark.parametrize("swapped", [False, True], ids=["in order", "swapped"])
@pytest.mark.parametrize("pair", APART, ids=lambda pair: pair.kind)
def test_two_reports_of_one_template_are_two_stories(pair: Pair, swapped: bool, redis_url: str) -> None:
    assert joined(pair, redis_url, swapped=swapped, with_facts=False), "the words alone would make them one"
    assert not joined(pair, redis_url, swapped=swapped)


@pytest.mark.parametrize("swapped", [False, True], ids=["in order", "swapped"])
@pytest.mark.parametrize("pair", TOGETHER, ids=lambda pair: pair.kind)
def test_a_reprint_that_restates_its_lead_is_one_story(pair: Pair, swapped: bool, redis_url: str) -> None:
    assert joined(pair, redis_url, swapped=swapped)
