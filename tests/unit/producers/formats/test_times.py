"""The one reader of dates: what is understood, what is not, and that nothing is guessed."""

from datetime import UTC, datetime

import pytest
import time_machine

from producers.formats.times import read_time


@pytest.fixture(autouse=True)
def _a_day_of_2026() -> object:
    with time_machine.travel(datetime(2026, 11, 27, tzinfo=UTC), tick=False):
        yield


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-24T10:00:00+01:00", "2026-11-24T10:00:00+01:00"),
        ("2026-11-24T10:00+0100", "2026-11-24T10:00:00+01:00"),
        ("2026-11-24 10:00:00 EST", "2026-11-24T10:00:00-05:00"),
        ("20261124T100000Z", "2026-11-24T10:00:00+00:00"),
        ("Tue, 24 Nov 2026 10:00:00 +0100", "2026-11-24T10:00:00+01:00"),
        ("24 Nov 26 10:00:00 EST", "2026-11-24T10:00:00-05:00"),
        ("Tue, 24 Nov 2026 10:00:00 +0000 (UTC)", "2026-11-24T10:00:00+00:00"),
        ("November 24, 2026, 10:00 AM EST", "2026-11-24T10:00:00-05:00"),
        ("November 24, 2026 at 12:05 a.m. PST", "2026-11-24T00:05:00-08:00"),
        ("Nov. 24, 2026 at 10 a.m. ET", "2026-11-24T10:00:00-05:00"),
        ("July 4, 2026 at 5 p.m. PT", "2026-07-04T17:00:00-07:00"),
        ("10:00 AM EST, November 24, 2026", "2026-11-24T10:00:00-05:00"),
        ("19 Nov 2019 07:09 GMT", "2019-11-19T07:09:00+00:00"),
        ("Nov 24, 2026 3:00pm IST", "2026-11-24T15:00:00+05:30"),
        ("Tue Nov 24 2026 10:00:00 GMT-0500 (Eastern Standard Time)", "2026-11-24T10:00:00-05:00"),
        ("Tue Nov 24 10:00:00 EST 2026", "2026-11-24T10:00:00-05:00"),
    ],
)
def test_a_time_with_a_zone_by_offset_or_name_is_read(text: str, at: str) -> None:
    time = read_time(text)

    assert time is not None
    assert (time.at.isoformat(), time.assumed_utc) == (at, False)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-24", "2026-11-24T00:00:00"),
        ("2026/11/24 10:30", "2026-11-24T10:30:00"),
        ("24/11/2026", "2026-11-24T00:00:00"),
        ("11/24/2026 1:45 PM", "2026-11-24T13:45:00"),
        ("05.06.2026", "2026-06-05T00:00:00"),
        ("6/6/2026", "2026-06-06T00:00:00"),
        ("Tuesday, November 24, 2026", "2026-11-24T00:00:00"),
        ("24th November 2026", "2026-11-24T00:00:00"),
        ("24. November 2026, 10.30 Uhr", "2026-11-24T10:30:00"),
        ("le 24 novembre 2026 à 10h30", "2026-11-24T10:30:00"),
        ("24 de noviembre de 2026", "2026-11-24T00:00:00"),
        ("24 ноября 2026, 10:30", "2026-11-24T10:30:00"),
        ("2026年11月24日 10:30", "2026-11-24T10:30:00"),
    ],
)
def test_a_date_without_a_zone_is_read_as_utc_and_says_so(text: str, at: str) -> None:
    time = read_time(text)

    assert time is not None
    assert (time.at.isoformat(), time.assumed_utc) == (f"{at}+00:00", True)


@pytest.mark.parametrize(
    "value",
    [
        "05/06/2026",
        "0001-01-01T00:00:00Z",
        "1899-12-31T23:59:59Z",
        "2028-01-01",
        "9999-12-31T23:59:59-08:00",
        "0001-01-01T00:00:00+05:00",
        "November 31, 2026",
        "24 Nov 2026 10:00 XYZ",
        "24 Nov 2026 25:00",
        "24 Nov 2026 13:00 PM",
        "Updated November 24, 2026",
        "The storm of March 5, 2026, was the worst",
        "yesterday",
        "",
        "9" * 300,
        1e300,
        True,
        None,
        ["2026-11-24"],
    ],
)
def test_what_is_not_understood_to_its_end_or_lies_far_away_is_no_time(value: object) -> None:
    assert read_time(value) is None


@pytest.mark.parametrize("text", ["January 1, 1900", "31 December 2027"])
def test_the_years_from_1900_to_the_next_are_read(text: str) -> None:
    assert read_time(text) is not None


def test_an_embargo_may_end_many_years_ahead() -> None:
    assert read_time("2031-01-01T06:00:00Z") is None
    assert read_time("2031-01-01T06:00:00Z", years_ahead=100) is not None
    assert read_time("9999-12-31", years_ahead=100) is None


@pytest.mark.timeout(10)
@pytest.mark.parametrize("piece", ["1 ", "Nov ", "10:", "(", "a", "24 Nov ", " ,|", "24 Nov 2026 ("])
def test_a_long_text_costs_nothing(piece: str) -> None:
    assert read_time(piece * 200_000) is None
    assert read_time((piece * 80)[:80]) is None
