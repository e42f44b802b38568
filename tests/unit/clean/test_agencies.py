"""Which agency an article credits."""

import pytest

from worker.clean.agencies import credited


@pytest.mark.parametrize(
    ("dateline", "byline", "agency"),
    [
        ("LONDON, June 14 (Reuters)", None, "Reuters"),
        ("PETRA, Jordan (AP)", None, "Associated Press"),
        ("MOSCOW, March 5. /TASS/.", None, "TASS"),
        ("ODA", "By Maren Hale, Associated Press", "Associated Press"),
        (None, "Reuters Staff", "Reuters"),
        (None, "von Maren Hale und dpa", "dpa"),
        (None, "dpa/Maren Hale", "dpa"),
        ("ODA", "Petra Klein", None),
        (None, None, None),
    ],
)
def test_the_dateline_or_a_part_of_the_byline_names_the_agency(
    dateline: str | None, byline: str | None, agency: str | None
) -> None:
    assert credited(dateline, byline) == agency
