"""Sketches: the same words give the same sketch, and containment is told from any two of them."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.quality.reprints import original, prose
from worker.dedup.sketch import LEAST_SHINGLES, PLACES, SIZE, Sketch, containment, length, sketch, tokens

BODY = original(1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The mayor’s “first” visit", ["the", "mayor", "s", "first", "visit"]),
        ("Ｆｕｌｌ ﬁgures", ["full", "figures"]),
        ("STRASSE straße", ["strasse", "strasse"]),
        ("cafe\u0301 caf\u00e9", ["café", "café"]),
        ("हिन्दी की बात", ["हिन्दी", "की", "बात"]),
        ("北京市长 said", ["北", "京", "市", "长", "said"]),
        ("ตลาด", ["ต", "ล", "า", "ด"]),
        ("서울 시장", ["서울", "시장"]),
        ("Київ і Львів", ["київ", "і", "львів"]),
        ("", []),
    ],
)
def test_tokens_are_words_and_characters_where_no_spaces_are_written(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_typography_case_and_white_space_change_nothing() -> None:
    changed = BODY.upper().replace(" ", "\n  ").replace("“", '"').replace("”", "''")
    assert sketch(changed) == sketch(BODY)


@pytest.mark.parametrize(("words", "comparable"), [(LEAST_SHINGLES + 2, False), (LEAST_SHINGLES + 3, True)])
def test_a_text_of_fewer_than_15_shingles_is_not_comparable(words: int, comparable: bool) -> None:
    assert sketch(" ".join(BODY.split()[:words])).comparable is comparable


def test_a_text_that_repeats_a_few_words_is_not_comparable() -> None:
    assert not sketch("sold out again today " * 50).comparable


def test_a_text_in_a_script_without_spaces_is_sketched_by_its_characters() -> None:
    whole = "星期二上午北方港口的理事会决定重建旧渡口码头，费用由城市和两家航运公司分担，工程将在春天开始。"
    assert sketch(whole).shingles > LEAST_SHINGLES
    assert containment(whole[:25], whole) == 1.0


def test_the_sketch_is_the_smallest_hashes_in_order() -> None:
    made = sketch(prose(random.Random(1), 30))
    assert len(made.hashes) == SIZE == len(made.places)
    assert list(made.hashes) == sorted(set(made.hashes))
    assert made.shingles > SIZE
    assert min(made.places) < 10 < 90 < max(made.places) < PLACES


def test_a_place_is_the_percent_of_the_text_before_the_shingle() -> None:
    words = prose(random.Random(2), 40).split()
    cut = len(words) * 4 // 10
    lead = set(sketch(" ".join(words[:cut])).hashes)
    made = sketch(" ".join(words))
    # Of what is marked as lead nothing stands behind the cut: it is among the lead's own hashes where those reach.
    reach = max(lead)
    marked = {h for h, place in zip(made.hashes, made.places, strict=True) if place < 40 and h <= reach}
    assert len(marked - lead) <= 1
    assert {h for h in made.hashes if h in lead} == marked & lead


def test_a_packed_sketch_has_seven_bytes_a_hash() -> None:
    assert Sketch((1, 0x1234567890AB), (1, 99), 2).packed() == bytes.fromhex("00000000000101" + "1234567890ab63")


def test_containment_is_the_share_of_the_part() -> None:
    half = " ".join(BODY.split()[: len(BODY.split()) // 2])
    assert containment(half, BODY) == 1.0
    assert 0.4 < containment(BODY, half) < 0.6
    assert containment(BODY, original(2)) < 0.05
    assert containment("", BODY) == 0.0


def test_length_counts_tokens() -> None:
    assert length("Three short words") == 3


@settings(deadline=None)
@given(st.text())
def test_every_text_has_a_sketch(text: str) -> None:
    made = sketch(text)
    assert len(made.hashes) == len(made.places) <= SIZE
    assert len(made.packed()) == 7 * len(made.hashes)
