"""Embargo lines: the time that each names, and the prose that only begins alike."""

from datetime import UTC, datetime

import pytest

from worker.clean.embargo import embargo_of

#: A Saturday.
RECEIVED = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)


def utc(day: int, hour: int = 0, minute: int = 0, *, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "until"),
    [
        ("EMBARGOED UNTIL 00:01 GMT ON MONDAY 30 NOVEMBER 2026", utc(30, 0, 1)),
        ("EMBARGOED: NOT FOR PUBLICATION BEFORE 0600 GMT WEDNESDAY, JANUARY 1, 2031", utc(1, 6, month=1, year=2031)),
        ("EMBARGOED TO 0001 MONDAY NOVEMBER 30", utc(30, 0, 1)),
        ("Embargo: Not for release until 12.01am, Monday 30 November 2026", utc(30, 0, 1)),
        ("*** STRICTLY EMBARGOED until 30/11/2026 06:00 CET ***", utc(30, 5)),
        ("EMBARGOED UNTIL 2026-11-30T06:00:00+01:00", utc(30, 5)),
        ("Embargoed until Mon, 30 Nov 2026 06:00:00 +0100", utc(30, 5)),
        ("Embargoed for release until 6 p.m. ET, Nov. 30, 2026", utc(30, 23)),
        ("EMBARGOED UNTIL 9 AM EST MONDAY, NOVEMBER 30TH", utc(30, 14)),
        ("(Under embargo until 30th of November 2026, 14:00 UTC+2)", utc(30, 12)),
        ("Not for publication or broadcast before 06.00 (Paris time) on 30 November 2026", utc(30, 5)),
        ("Not for release before 0600 GMT on 30 November", utc(30, 6)),
        ("NOT TO BE PUBLISHED BEFORE NOON GMT TOMORROW", utc(29, 12)),
        ("EMBARGOED FOR 0001 HRS GMT 30/11/26", utc(30, 0, 1)),
        ("FOR RELEASE: 0600 GMT 30 NOVEMBER 2026", utc(30, 6)),
        ("FOR RELEASE SUNDAY, NOV. 29", utc(29)),
        ("EMBARGOED UNTIL MIDNIGHT MONDAY", utc(1, month=12)),
        ("EMBARGOED UNTIL 0600 CET (0500 GMT) MONDAY 30 NOVEMBER", utc(30, 5)),
        ("EMBARGOED UNTIL 20 NOVEMBER 2026", utc(20)),
        ("EMBARGOED UNTIL 2 JANUARY", utc(2, month=1, year=2027)),
        ("This story is embargoed until 0600 GMT on 30 November 2026.", utc(30, 6)),
        ("NEWS EMBARGO: 0001 Monday 30 November 2026", utc(30, 0, 1)),
        ("Sperrfrist: 30. November 2026, 00.01 Uhr", utc(30, 0, 1)),
        ("SPERRFRIST 30.11., 6 Uhr", utc(30, 6)),
        ("Sous embargo jusqu'au 30 novembre 2026 à 6h00", utc(30, 6)),
        ("EMBARGADO HASTA LAS 06:00 GMT DEL 30 DE NOVIEMBRE DE 2026", utc(30, 6)),
        ("EMBARGO FINO ALLE ORE 6 DEL 30 NOVEMBRE", utc(30, 6)),
        ("解禁日時：2026年11月30日午後6時", utc(30, 18)),
    ],
)
def test_an_embargo_is_read_in_the_forms_of_the_wires(line: str, until: datetime) -> None:
    embargo = embargo_of(line, RECEIVED)

    assert embargo is not None
    assert embargo.until == until


@pytest.mark.parametrize(
    ("line", "until"),
    [
        ("EMBARGOED UNTIL 0001 MONDAY", utc(30, 0, 1)),
        ("EMBARGOED UNTIL FRIDAY", utc(4, month=12)),
        ("EMBARGOED UNTIL 1500 SATURDAY", utc(28, 15)),
        ("EMBARGOED UNTIL 1800 GMT", utc(28, 18)),
        ("EMBARGOED UNTIL 0600 GMT", "unknown"),
        ("EMBARGOED UNTIL 0800 SATURDAY", "unknown"),
        ("EMBARGOED UNTIL SATURDAY", "unknown"),
    ],
)
def test_a_time_without_its_date_is_the_next_one_only_if_that_is_beyond_doubt(line: str, until: datetime | str) -> None:
    embargo = embargo_of(line, RECEIVED)

    assert embargo is not None
    assert embargo.until == until


@pytest.mark.parametrize(
    "line",
    [
        "EMBARGOED",
        "*** EMBARGO ***",
        "EMBARGOED UNTIL FURTHER NOTICE",
        "EMBARGOED UNTIL 03/04/2027",
        "EMBARGOED UNTIL TUESDAY 30 NOVEMBER 2026",
        "EMBARGOED UNTIL 31 NOVEMBER 2026",
        "EMBARGOED UNTIL 0900 LOCAL TIME 30 NOVEMBER 2026",
        "EMBARGOED UNTIL 30 NOVEMBER OR 1 DECEMBER",
        "EMBARGOED UNTIL 99:99 GMT 30 NOVEMBER 2026",
        "EMBARGOED UNTIL 7 BELLS",
        "EMBARGO UNTIL THE PRESS CONFERENCE ENDS",
        "Embargoed until the minister has spoken",
        "Embargoed until the end of the minister's speech.",
        "Embargoed: check against delivery",
        "HOLD FOR RELEASE",
    ],
)
def test_an_embargo_that_names_no_time_or_a_doubtful_one_holds_as_unknown(line: str) -> None:
    embargo = embargo_of(line, RECEIVED)

    assert embargo is not None
    assert embargo.until == "unknown"


@pytest.mark.parametrize(
    ("line", "headline"),
    [
        ("EMBARGOED UNTIL 0001 MONDAY 30 NOVEMBER - Storm shuts harbour of Oda", "Storm shuts harbour of Oda"),
        ("EMBARGOED: Storm shuts harbour of Oda", "Storm shuts harbour of Oda"),
    ],
)
def test_a_headline_behind_an_embargo_is_given_back(line: str, headline: str) -> None:
    embargo = embargo_of(line, RECEIVED)

    assert embargo is not None
    assert embargo.headline == headline


@pytest.mark.parametrize("line", ["EMBARGO LIFTED", "Embargo: none", "EMBARGO HAS BEEN LIFTED"])
def test_a_lifted_embargo_holds_nothing(line: str) -> None:
    embargo = embargo_of(line, RECEIVED)

    assert embargo is not None
    assert embargo.until is None


@pytest.mark.parametrize(
    ("line", "assumed"),
    [("EMBARGOED UNTIL 0001 MONDAY 30 NOVEMBER 2026", True), ("EMBARGOED UNTIL 0001 GMT 30 NOVEMBER 2026", False)],
)
def test_a_time_without_a_zone_says_that_it_was_read_as_utc(line: str, *, assumed: bool) -> None:
    embargo = embargo_of(line, RECEIVED)

    assert embargo is not None
    assert embargo.assumed_utc is assumed


@pytest.mark.parametrize("at_head", [True, False])
@pytest.mark.parametrize(
    "line",
    [
        "Embargoed goods were found in a warehouse on Monday, police said.",
        "EMBARGOED GOODS FOUND IN HOLD OF SHIP",
        "Embargo on Varland oil begins Monday",
        "Embargo ends Monday",
        "Embargo: Oda and Hollin agree on oil ban",
        "EMBARGO: ODA AGREES OIL BAN",
        "EMBARGO TO BE LIFTED BY ODA",
        "Embargoed until 2030 under the treaty, the papers name forty informers.",
        "Embargoed until 2030: the papers of the secret police",
        "Embargoed until 1989, the diary appeared in print.",
        "Embargoes rarely work, the study found.",
        "Embargoed oil sold until Monday",
        "Not for publication before the trial ends, the judge said.",
        "Not for release before the spring, the film cost two million.",
        "Under embargo since 1990, Oda has built its own engines.",
        "For release on bail she paid 30 crowns.",
        "For use before Monday, the harbour needs a new gate.",
        "Advance for Oda troops as Hollin falls",
        "Hold until dawn, the captain said.",
        "The embargo holds until 0600 GMT on Monday, the agency said.",
        "",
    ],
)
def test_prose_about_embargoes_is_none(line: str, *, at_head: bool) -> None:
    assert embargo_of(line, RECEIVED, at_head=at_head) is None


def test_the_bare_word_among_the_paragraphs_of_a_story_is_a_heading() -> None:
    assert embargo_of("Embargo", RECEIVED, at_head=False) is None


@pytest.mark.timeout(20)
@pytest.mark.parametrize("part", ["EMBARGO ", "EMBARGOED UNTIL ", "1 ", "not for release or ", "30 NOVEMBER ", "("])
def test_hostile_repetition_is_read_in_linear_time(part: str) -> None:
    for _ in range(2_000):
        embargo_of("EMBARGOED " + part * (280 // len(part)), RECEIVED)
