"""The teller of a topic: the report that the others support, and the headline of its block."""

from datetime import timedelta
from typing import Any

import pytest

from worker.edition.document import Carried
from worker.edition.teller import headline, is_plain, says_again, teller_first, tells

from .examples import CLOSED, RECEIVED, carried, source

CRASH = (
    ("Ferry sinks off Port Orrin, 12 dead", "A ferry sank off Port Orrin on Saturday and 12 people died, police said."),
    ("Twelve die as ferry sinks near Orrin", "Twelve people died when a ferry sank near Port Orrin, police said."),
    ("He loved the sea", "Anders Holm had worked as a cook for thirty years and loved the evenings on deck."),
)


def report(number: int, title: str | None, summary: str, **fields: Any) -> Carried:
    made = title if title is not None else "The first words of it"
    values = {"headline": made, "summary": summary, "sources": (source(number, "A", title=title),)}
    return carried(number, **{**values, **fields})


def told(*reports: Carried) -> list[str]:
    return [one.article_id for one in teller_first(reports, CLOSED)]


def test_the_report_that_the_others_support_tells_however_long_the_feature_is() -> None:
    feature = report(3, *CRASH[2], body="A long portrait. " * 500)

    assert told(feature, report(1, *CRASH[0]), report(2, *CRASH[1]))[0] in ("article-1", "article-2")


def test_of_two_alike_the_later_tells() -> None:
    title, summary = CRASH[0]
    early = report(1, title, summary, published_at=RECEIVED - timedelta(hours=3))
    late = report(2, title, summary.replace("12", "14"), published_at=RECEIVED)

    assert told(early, late) == [told(late, early)[0], "article-1"] == ["article-2", "article-1"]


@pytest.mark.parametrize(
    "title", ["Opinion: The ferry sank", "Why did the ferry sink?", "Watch: Ferry sinks", "LIVE: Ferry sinks | Review"]
)
def test_a_question_or_a_labelled_piece_gives_its_place(title: str) -> None:
    piece = report(1, title, CRASH[0][1], published_at=RECEIVED)

    assert told(piece, report(2, *CRASH[0]), report(3, *CRASH[1]))[0] != "article-1"


def test_a_labelled_piece_tells_if_there_is_nothing_else() -> None:
    assert told(report(1, "Opinion: On ferries", CRASH[0][1])) == ["article-1"]


def test_a_report_without_a_summary_does_not_tell() -> None:
    assert not tells(report(1, "Ferry sinks", ""))


def test_a_teller_without_a_title_takes_that_of_another_report() -> None:
    untitled = report(1, None, CRASH[0][1])

    assert headline([untitled, report(2, *CRASH[2]), report(3, *CRASH[1])]) == (CRASH[1][0], "article-3")
    assert headline([untitled]) == (untitled.headline, None)


def test_a_plain_title_goes_before_one_that_asks_or_teases() -> None:
    teaser = report(1, "What we know about the ferry", CRASH[0][1])

    assert headline([teaser, report(2, *CRASH[0])]) == (CRASH[0][0], "article-2")


SYSTEM = (
    ("PS4 Update 5.50: what the new system brings", "Sony released a trial of PS4 update 5.50 on Tuesday."),
    ("PS4 System Update 5.50 detailed", "The update 5.50 of the PS4 can be tried since Tuesday, Sony said."),
    ("Sony tries out PS4 update", "A trial of update 5.50 began on Tuesday, Sony said."),
)


def test_a_title_that_does_not_name_what_the_others_are_about_gives_place_to_one_that_does() -> None:
    others = [report(number, *told) for number, told in enumerate(SYSTEM, 2)]
    teller = report(1, "Every New Feature Explained", SYSTEM[0][1])

    assert headline([teller, *others]) == (SYSTEM[2][0], "article-4")
    # One other title does not show what a topic is about.
    assert headline([teller, others[0]]) == (teller.headline, None)


def test_a_title_that_names_a_person_of_its_summary_stays() -> None:
    others = [report(number, *told) for number, told in enumerate(SYSTEM, 2)]
    teller = report(1, "Tarn shows her best face", f"{SYSTEM[0][1]} The engineer Ilse Tarn showed it.")

    assert headline([teller, *others]) == (teller.headline, None)


def test_a_title_in_another_language_is_not_taken() -> None:
    untitled = report(1, None, CRASH[0][1])

    assert headline([untitled, report(2, "Fähre vor Orrin gesunken", "Zwölf Tote.", language="de")])[1] is None


@pytest.mark.parametrize(
    "title",
    [
        "Ferry sinks off Port Orrin",
        "Whitmore wins the vote",
        "Howard resigns as minister",
        "Live music returns to Alder Vale",
        "Whales that live off Orrin counted",
        "Review of the water law ordered",
        "Oda – Hollin rail line reopens",
    ],
)
def test_plain_headlines_are_plain(title: str) -> None:
    assert is_plain(title)


@pytest.mark.parametrize(
    "title",
    [
        "How a ferry sinks",
        "7 things to know about the ferry",
        "Is the ferry safe?",
        "Kommentar: Die Fähre",
        "Video – Ferry sinks",
        "Port Orrin live: Ferry sinks",
        "The ferry that sank | Opinion",
        "渡轮为何沉没？",
        "Port Orrin ferry - how to claim your fare and get home",
        "New ferry timetable published - here's what it says",
    ],
)
def test_questions_labels_and_teasers_are_not(title: str) -> None:
    assert not is_plain(title)


def test_a_report_with_fewer_dead_is_overtaken_unless_it_is_clearly_later() -> None:
    title, summary = CRASH[0]
    few = report(1, title, summary, published_at=RECEIVED)
    many = report(2, title.replace("12", "19"), summary.replace("12", "19"), published_at=RECEIVED - timedelta(hours=2))
    wrong = report(
        3, title.replace("12", "30"), summary.replace("12", "30"), published_at=RECEIVED - timedelta(hours=9)
    )

    assert told(few, many)[0] == "article-2"
    assert told(few, wrong)[0] == "article-1"


def test_a_page_written_while_it_went_on_does_not_tell() -> None:
    running = report(1, "Ferry LIVE: As rescuers search, 12 dead", CRASH[0][1], published_at=RECEIVED)

    assert told(running, report(2, *CRASH[0]))[0] == "article-2"


def test_a_sentence_that_says_its_headline_again_is_known() -> None:
    assert says_again(
        "Twelve people died as the ferry sank near Orrin.", "Twelve die as ferry sank near Orrin, people say"
    )
    assert not says_again(CRASH[0][1], "Ferry sinks")
