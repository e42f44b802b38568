"""When a process that ended too early is started again."""

from worker.process.endings import Crashes


def test_the_pause_before_a_crashed_process_starts_again_doubles_with_every_crash() -> None:
    crashes = Crashes()
    assert [crashes.pause(now) for now in (0.0, 1.0, 2.0, 3.0)] == [0.5, 1.0, 2.0, 4.0]


def test_a_process_that_crashes_five_times_within_a_minute_is_given_up() -> None:
    crashes = Crashes()
    assert [crashes.pause(now) is None for now in (0.0, 15.0, 30.0, 45.0, 60.0)] == [False, False, False, False, True]


def test_a_process_that_ends_at_its_work_is_not_given_up_and_waits_a_few_seconds_at_most() -> None:
    crashes = Crashes()
    pauses = [crashes.pause(now, lived=6.0) for now in (0.0, 10.0, 20.0, 30.0, 40.0, 50.0)]
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]


def test_a_process_that_crashes_now_and_then_is_started_again_for_ever() -> None:
    crashes = Crashes()
    assert {crashes.pause(now) for now in range(0, 6100, 61)} == {0.5}
