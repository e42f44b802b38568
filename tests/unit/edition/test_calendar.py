from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.edition.calendar import Closing, Reading, closing, closing_time, due, following, leap, local_day, time_zone

BERLIN = ZoneInfo("Europe/Berlin")
SEVEN = time(7)
MINUTE = timedelta(minutes=1)

zones = st.sampled_from(sorted(available_timezones() - {"Factory", "localtime"})).map(ZoneInfo)
times = st.times(timezones=st.none()).map(lambda t: t.replace(second=0, microsecond=0))
moments = st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(second=0, microsecond=0)
)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_a_closing_is_due_from_its_minute_on_and_is_dated_by_its_local_day() -> None:
    before = due(utc(2026, 11, 21, 6), None, utc(2026, 11, 22, 5, 59), zone=BERLIN, at=SEVEN)
    then = due(utc(2026, 11, 21, 6), None, utc(2026, 11, 22, 6), zone=BERLIN, at=SEVEN)

    assert before == []
    assert then == [Closing(date(2026, 11, 22), utc(2026, 11, 22, 6))]


@settings(max_examples=100)
@given(moments, zones, times)
def test_the_following_closing_is_the_first_that_will_be_due(now: datetime, zone: ZoneInfo, at: time) -> None:
    coming = following(now, zone=zone, at=at)

    assert due(now, None, coming.at - timedelta(seconds=1), zone=zone, at=at) == []
    assert due(now, None, coming.at, zone=zone, at=at) == [coming]


def test_the_local_day_counts_where_it_is_another_than_the_day_in_utc() -> None:
    found = due(utc(2026, 11, 20), None, utc(2026, 11, 21, 23), zone=ZoneInfo("Pacific/Auckland"), at=SEVEN)

    assert found[-1] == Closing(date(2026, 11, 22), utc(2026, 11, 21, 18))


def test_missed_days_are_all_due_oldest_first() -> None:
    found = due(utc(2026, 11, 18, 6), None, utc(2026, 11, 22, 8), zone=BERLIN, at=SEVEN)

    assert [one.date.day for one in found] == [19, 20, 21, 22]


def test_after_a_long_absence_only_the_newest_days_are_due() -> None:
    found = due(utc(2026, 1, 1), None, utc(2026, 11, 22, 8), zone=BERLIN, at=SEVEN, most=3)

    assert [one.date.day for one in found] == [20, 21, 22]


def test_nothing_is_due_before_the_first_article_and_from_its_arrival_on_the_next_closing_is() -> None:
    now = utc(2026, 11, 22, 8)

    assert due(None, None, now, zone=BERLIN, at=SEVEN) == []
    assert due(None, utc(2026, 11, 22, 7), now, zone=BERLIN, at=SEVEN) == []
    assert [one.date.day for one in due(None, utc(2026, 11, 22, 5), now, zone=BERLIN, at=SEVEN)] == [22]


def test_the_last_edition_counts_and_not_the_first_article_where_there_are_both() -> None:
    assert due(utc(2026, 11, 22, 6), utc(2026, 1, 1), utc(2026, 11, 22, 8), zone=BERLIN, at=SEVEN) == []


def test_a_day_closed_by_hand_before_its_time_is_due_once_more() -> None:
    forced = utc(2026, 11, 22, 4)

    assert [one.date.day for one in due(forced, None, utc(2026, 11, 22, 8), zone=BERLIN, at=SEVEN)] == [22]


def test_a_day_closed_by_hand_after_its_time_is_not_due_again() -> None:
    assert due(utc(2026, 11, 22, 7), None, utc(2026, 11, 23, 5), zone=BERLIN, at=SEVEN) == []


def test_nothing_is_due_while_the_clock_stands_before_the_last_edition() -> None:
    assert due(utc(2026, 11, 25), None, utc(2026, 11, 22, 8), zone=BERLIN, at=SEVEN) == []


@pytest.mark.parametrize(
    ("zone", "day", "at", "moment"),
    [
        pytest.param("Europe/Berlin", (2026, 3, 29), "07:00", (2026, 3, 29, 5), id="after the jump of a 23 h day"),
        pytest.param("Europe/Berlin", (2026, 10, 25), "07:00", (2026, 10, 25, 6), id="after the return of a 25 h day"),
        pytest.param("Europe/Berlin", (2026, 3, 29), "02:30", (2026, 3, 29, 1, 30), id="a time that is jumped over"),
        pytest.param("Europe/Berlin", (2026, 10, 25), "02:30", (2026, 10, 25, 0, 30), id="the first of two"),
        pytest.param("America/Santiago", (2026, 9, 6), "00:00", (2026, 9, 6, 4), id="a day that begins at 01:00"),
        pytest.param("America/St_Johns", (2006, 10, 29), "00:00", (2006, 10, 29, 2, 30), id="midnight comes twice"),
        pytest.param("Australia/Lord_Howe", (2026, 10, 4), "02:15", (2026, 10, 3, 15, 45), id="a jump of 30 minutes"),
        pytest.param("Pacific/Apia", (2011, 12, 31), "07:00", (2011, 12, 30, 17), id="after a day left out"),
        pytest.param("UTC", (2028, 2, 29), "23:59", (2028, 2, 29, 23, 59), id="a leap day"),
    ],
)
def test_a_day_closes_when_its_clocks_first_show_the_time(
    zone: str, day: tuple[int, int, int], at: str, moment: tuple[int, ...]
) -> None:
    assert closing(date(*day), zone=ZoneInfo(zone), at=closing_time(at)) == Closing(date(*day), utc(*moment))


def test_a_day_that_a_zone_left_out_has_no_edition() -> None:
    apia = ZoneInfo("Pacific/Apia")

    found = due(utc(2011, 12, 29, 18), None, utc(2012, 1, 1), zone=apia, at=SEVEN)

    assert [one.date for one in found] == [date(2011, 12, 31), date(2012, 1, 1)]
    assert closing(date(2011, 12, 30), zone=apia, at=SEVEN) is None


def test_a_closing_at_midnight_is_due_although_the_clocks_went_back_to_the_day_before() -> None:
    st_johns, now = ZoneInfo("America/St_Johns"), utc(2006, 10, 29, 2, 45)

    found = due(utc(2006, 10, 28, 12), None, now, zone=st_johns, at=time(0))

    assert local_day(now, st_johns) == date(2006, 10, 28)
    assert found == [Closing(date(2006, 10, 29), utc(2006, 10, 29, 2, 30))]


@settings(deadline=None)
@given(zone=zones, at=times, start=moments, minutes=st.integers(1, 4 * 24 * 60))
def test_what_is_due_is_what_a_person_watching_the_clock_would_close(
    zone: ZoneInfo, at: time, start: datetime, minutes: int
) -> None:
    now = start + minutes * MINUTE
    # The watcher begins two days early, so that a time shown twice is known to be the second showing.
    shown: dict[date, datetime] = {}
    for n in range(-2 * 24 * 60, minutes + 1):
        clock = (start + n * MINUTE).astimezone(zone)
        if clock.time() == at:
            shown.setdefault(clock.date(), start + n * MINUTE)

    found = {one.date: one.at for one in due(start, None, now, zone=zone, at=at)}

    watched = {day: moment for day, moment in shown.items() if moment > start}
    assert {day: moment for day, moment in found.items() if day in shown} == watched
    # Days on which the clocks never showed the time are those of a jump over it, and close by the rule for them.
    for day in found.keys() - shown.keys():
        assert (found[day] - MINUTE * 24 * 60).astimezone(zone).time() == at


@settings(deadline=None)
@given(zone=zones, at=times, start=moments, days=st.floats(0, 40), most=st.integers(0, 9))
def test_closings_come_in_order_once_a_day_each_on_its_own_day_and_after_the_last(
    zone: ZoneInfo, at: time, start: datetime, days: float, most: int
) -> None:
    now = start + timedelta(days=days)

    every = due(start, None, now, zone=zone, at=at, most=100)

    assert all(before.at < after.at and before.date < after.date for before, after in pairwise(every))
    assert all(start < one.at <= now and local_day(one.at, zone) == one.date for one in every)
    assert due(start, None, now, zone=zone, at=at, most=most) == every[len(every) - min(most, len(every)) :]
    if every:
        assert due(every[-1].at, None, now, zone=zone, at=at) == []


@settings(deadline=None)
@given(zone=zones, at=times, start=moments, cuts=st.lists(st.integers(0, 5 * 24 * 60), max_size=6))
def test_ticking_often_closes_the_same_editions_as_ticking_once(
    zone: ZoneInfo, at: time, start: datetime, cuts: list[int]
) -> None:
    end = start + timedelta(days=5)
    once = due(start, None, end, zone=zone, at=at)

    last, often = start, []
    for now in [*(start + cut * MINUTE for cut in sorted(cuts)), end]:
        often += due(last, None, now, zone=zone, at=at)
        last = often[-1].at if often else start

    assert often == once


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        due(None, utc(2026, 1, 1), datetime(2026, 11, 22), zone=BERLIN, at=SEVEN)  # noqa: DTZ001


@pytest.mark.parametrize(("text", "expected"), [("07:00", time(7)), ("7:05", time(7, 5)), (" 23:59 ", time(23, 59))])
def test_an_edition_time_is_read_from_hours_and_minutes(text: str, expected: time) -> None:
    assert closing_time(text) == expected


@pytest.mark.parametrize("text", ["", "7", "24:00", "07:60", "07:00:00", "7 am", "07:00+01:00", "٠٧:٠٠"])
def test_an_edition_time_that_is_none_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"^.* is not a time of day: write it as HH:MM, such as 07:00$"):
        closing_time(text)


def test_a_time_zone_is_found_by_its_iana_name() -> None:
    assert time_zone("Asia/Kathmandu").key == "Asia/Kathmandu"


@pytest.mark.parametrize("name", ["", "Europe", "CEST+1", "../etc/passwd", "/etc/passwd", "Europe/Berlin\x00", "köln"])
def test_an_unknown_time_zone_is_refused_in_one_sentence(name: str) -> None:
    with pytest.raises(ValueError, match=r"^time zone .* is not known: use an IANA name such as \S+$"):
        time_zone(name)


def test_the_refusal_names_the_time_zone_that_was_probably_meant() -> None:
    with pytest.raises(ValueError, match=r"such as Europe/Berlin$"):
        time_zone("Europe/Berln")


@pytest.mark.parametrize(
    ("passed", "shown", "moved"),
    [
        pytest.param(10, timedelta(seconds=10), None, id="a clock that goes"),
        pytest.param(8 * 3600, timedelta(hours=8), None, id="a machine that was suspended for 8 hours"),
        pytest.param(7 * 86400, timedelta(days=7), None, id="a laptop that slept for a week"),
        pytest.param(10, timedelta(minutes=59), None, id="a clock set by less than an hour"),
        pytest.param(10, timedelta(minutes=-59), None, id="a clock set back by less than an hour"),
        pytest.param(10, timedelta(hours=-1, seconds=10), None, id="a clock set back by an hour"),
        pytest.param(0, timedelta(hours=2), timedelta(hours=2), id="a clock set forward"),
        pytest.param(0, timedelta(hours=-2), timedelta(hours=-2), id="a clock set back"),
        pytest.param(10, timedelta(days=400, seconds=10), timedelta(days=400), id="a clock that is 400 days ahead"),
    ],
)
def test_a_clock_leaps_if_it_leaves_the_steady_one_by_more_than_an_hour(
    passed: float, shown: timedelta, moved: timedelta | None
) -> None:
    start = utc(2026, 11, 22, 7)

    assert leap(Reading(start, 100.0), Reading(start + shown, 100.0 + passed)) == moved


def test_the_two_hours_by_which_local_clocks_are_set_in_spring_are_no_leap() -> None:
    troll = ZoneInfo("Antarctica/Troll")
    before, after = datetime(2026, 3, 29, 0, 59, 55, tzinfo=troll), datetime(2026, 3, 29, 3, 0, 5, tzinfo=troll)

    assert leap(Reading(before, 0.0), Reading(after, 10.0)) is None


def test_after_a_restart_there_is_no_leap() -> None:
    assert leap(None, Reading(utc(2027, 12, 31), 0.0)) is None
