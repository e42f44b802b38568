"""Marks before a headline."""

import pytest

from producers.article import Signal, Status
from worker.clean.marks import mark_alone, marks_of

HEADLINE = "Storm closes harbour of Alder Vale"


@pytest.mark.parametrize(
    ("mark", "signal", "status"),
    [
        ("CORRECTED: ", Signal.CORRECTION, Status.USABLE),
        ("Corrected: ", Signal.CORRECTION, Status.USABLE),
        ("Correction: ", Signal.CORRECTION, Status.USABLE),
        ("CORRECTED-", Signal.CORRECTION, Status.USABLE),
        ("CORRECTED-UPDATE 2-", Signal.CORRECTION, Status.USABLE),
        ("UPDATE 2-CORRECTED-", Signal.CORRECTION, Status.USABLE),
        ("REFILE-", Signal.CORRECTION, Status.USABLE),
        ("REFILE-UPDATE 1-", Signal.CORRECTION, Status.USABLE),
        ("(Korrektur) ", Signal.CORRECTION, Status.USABLE),
        ("BERICHTIGUNG: ", Signal.CORRECTION, Status.USABLE),
        ("RECTIFICATIF: ", Signal.CORRECTION, Status.USABLE),
        ("CORRECCIÓN: ", Signal.CORRECTION, Status.USABLE),
        ("【訂正】", Signal.CORRECTION, Status.USABLE),
        ("更正：", Signal.CORRECTION, Status.USABLE),
        ("UPDATE 2-", Signal.UPDATE, Status.USABLE),
        ("UPDATE 1 - ", Signal.UPDATE, Status.USABLE),
        ("WRAPUP 3-", Signal.UPDATE, Status.USABLE),
        ("1ST LEAD ", Signal.UPDATE, Status.USABLE),
        ("LEAD: ", Signal.UPDATE, Status.USABLE),
        ("(2nd LD) ", Signal.UPDATE, Status.USABLE),
        ("2nd Ld: ", Signal.UPDATE, Status.USABLE),
        ("AMP.- ", Signal.UPDATE, Status.USABLE),
        ("KILL: ", None, Status.CANCELED),
        ("KILL - ", None, Status.CANCELED),
        ("ELIMINATION: ", None, Status.CANCELED),
        ("ANNULATION: ", None, Status.CANCELED),
        ("BREAKING NEWS: ", None, Status.USABLE),
        ("Breaking news: ", None, Status.USABLE),
        ("URGENT: ", None, Status.USABLE),
        ("RPT-", None, Status.USABLE),
        ("BRIEF-", None, Status.USABLE),
    ],
)
def test_a_mark_leaves_the_headline_and_says_what_it_means(mark: str, signal: Signal | None, status: Status) -> None:
    marks = marks_of(mark + HEADLINE)

    assert (marks.headline, marks.signal, marks.status) == (HEADLINE, signal, status)


@pytest.mark.parametrize(
    ("behind", "signal", "status"),
    [
        (", KILL", None, Status.CANCELED),
        (" (KILL)", None, Status.CANCELED),
        (", 2nd Ld", Signal.UPDATE, Status.USABLE),
        (" (3rd Lead)", Signal.UPDATE, Status.USABLE),
    ],
)
def test_a_mark_may_stand_behind_the_headline(behind: str, signal: Signal | None, status: Status) -> None:
    marks = marks_of(HEADLINE + behind)

    assert (marks.headline, marks.signal, marks.status) == (HEADLINE, signal, status)


@pytest.mark.parametrize(
    "headline",
    [
        "Oda takes LEAD Over Hollin",
        "Team takes 2nd lead in Oda",
        "Kill the bill, say protesters",
        "KILL THE BILL, SAY PROTESTERS",
        "SHOOT TO KILL",
        "Kill Bill: the making of a film",
        "Licence to kill: Oda hunts its wolves",
        "Lead: the poison in the pipes of Oda",
        "LEAD POISONS PIPES OF ODA",
        "Update on the storm expected on Monday",
        "Updated rules: what you must know",
        "Correction in house prices: who loses",
        "Corrections officers strike in Oda",
        "Elimination of Hollin stuns the cup",
        "Extra time decides the cup",
        "Amp: a life in music",
        "Alert level raised in Alder Vale",
        "The Latest: Man hurt in Alder Vale",
        "Withhold your taxes, says mayor",
    ],
)
def test_words_of_the_headline_itself_are_no_marks(headline: str) -> None:
    marks = marks_of(headline)

    assert (marks.headline, marks.signal, marks.status) == (headline, None, Status.USABLE)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("CORRECTED", (True, Signal.CORRECTION)),
        ("UPDATE 2", (True, Signal.UPDATE)),
        ("1st Ld", (True, Signal.UPDATE)),
        ("URGENT", (True, None)),
        ("Update", (False, None)),
        ("Extra", (False, None)),
        ("Corrected figures show a loss", (False, None)),
    ],
)
def test_a_mark_alone_on_its_line(line: str, expected: tuple[bool, Signal | None]) -> None:
    assert mark_alone(line) == expected
