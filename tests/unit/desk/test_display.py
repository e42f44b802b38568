"""What a running desk shows of its work."""

import io

from rich.console import Console

from worker.desk import display as progress
from worker.desk.display import Counts, Display, Rate, line


def console(*, terminal: bool) -> Console:
    return Console(file=io.StringIO(), force_terminal=terminal, width=120, highlight=False, soft_wrap=True)


def shown(screen: Console) -> str:
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


def test_a_line_tells_what_waits_what_is_done_and_how_fast() -> None:
    counts = Counts(files=12, journal=340, ready=128, digested=1204, reprints=63, failed=2, open=130)
    assert line(counts, 14.25) == (
        "12 files waiting · 340 in the journal · 128 ready · 1,204 digested · 63 reprints · 2 failed · 14.2 articles/s"
    )


def test_a_line_leaves_out_what_nothing_waits_in() -> None:
    assert line(Counts(files=0, digested=3), 0.0) == "3 digested · 0 reprints · 0 failed"


def test_the_desk_is_idle_when_neither_the_journal_nor_a_story_waits() -> None:
    assert Counts(files=3, digested=2).idle
    assert not Counts(journal=1).idle
    assert not Counts(open=1).idle


def test_the_rate_is_taken_over_the_last_half_minute() -> None:
    rate = Rate()
    assert rate.at(0.0, 100) == 0.0
    assert rate.at(10.0, 150) == 5.0
    assert rate.at(30.0, 150) == 50 / 30
    assert rate.at(60.0, 180) == 1.0


def test_a_retry_that_takes_failures_back_makes_no_negative_rate() -> None:
    rate = Rate()
    rate.at(0.0, 100)
    assert rate.at(1.0, 90) == 0.0


def test_without_a_terminal_a_line_is_written_when_something_changed() -> None:
    screen = console(terminal=False)
    with Display(screen) as display:
        display.show(Counts(digested=1))
        display._shown_at -= progress.LINE_SECONDS
        display.show(Counts(digested=1))
        display.show(Counts(digested=2))
        display.say("a child ended")
    assert [told.split(" · ")[0] for told in shown(screen).splitlines()] == [
        "1 digested",
        "2 digested",
        "a child ended",
    ]


def test_without_a_terminal_lines_do_not_follow_each_other_too_fast() -> None:
    screen = console(terminal=False)
    with Display(screen) as display:
        for n in range(100):
            display.show(Counts(digested=n))
    assert shown(screen).count("\n") == 1


def test_on_a_terminal_one_line_is_written_over_again_and_lines_that_stay_come_above_it() -> None:
    screen = console(terminal=True)
    with Display(screen) as display:
        for n in range(3):
            display.show(Counts(digested=n))
        display.say("a child ended")
    assert "2 digested" in shown(screen)
    assert "a child ended\n" in shown(screen)


def test_square_brackets_in_a_message_are_shown_as_they_are() -> None:
    screen = console(terminal=False)
    with Display(screen) as display:
        display.say("[bold]no markup[/bold]")
    assert shown(screen) == "[bold]no markup[/bold]\n"
