"""The dead that a report counts."""

import pytest

from worker.edition.tolls import toll


@pytest.mark.parametrize(
    ("text", "dead"),
    [
        ("Ferry sinks off Port Orrin, 12 dead", 12),
        ("Landslide kills at least 84 in Hollin", 84),
        ("More than 1,200 people were killed in the quake", 1200),
        ("Twelve sailors died, and the death toll may rise to 20.", 20),
        ("The flood has claimed nine lives", 9),
        ("Six die in Hollin raid. It answers a strike that left up to 32 civilians dead.", 6),
        (
            "A raid. The death toll from the bombing of the Varland consulate in the old city of Hollin rose to at"
            " least six on Friday.",
            6,
        ),
        ("Bank pays $12 million; 14 injured", None),
        ("A man of 40 was killed by a tram in 2026", None),
        ("Shares fell 12.5% as a deal is dead", None),
    ],
)
def test_a_toll_is_read_in_words_and_figures(text: str, dead: int | None) -> None:
    assert toll(text) == dead
