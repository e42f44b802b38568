"""The words of a source about its item, and the values that they mean."""

from datetime import UTC, datetime

import pytest

from producers.article import UNKNOWN, Signal, Status
from producers.formats.items import (
    EmbargoRead,
    gravest,
    latest,
    read_embargo,
    read_number,
    read_signal,
    read_status,
    read_urgency,
    subject_code,
    without_version,
)

SIX = datetime(2026, 12, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("usable", Status.USABLE),
        ("stat:usable", Status.USABLE),
        ("publish", Status.USABLE),
        ("Withheld", Status.WITHHELD),
        ("stat:withheld", Status.WITHHELD),
        ("auto-draft", Status.WITHHELD),
        ("canceled", Status.CANCELED),
        (" Cancelled ", Status.CANCELED),
        ("killed", Status.CANCELED),
        ("KILL", Status.CANCELED),
        ("http://cv.iptc.org/newscodes/pubstatusg2/canceled", Status.CANCELED),
        ("trash", Status.CANCELED),
        ("ok", None),
        ("", None),
        (200, None),
        (None, None),
        ({"a": 1}, None),
    ],
)
def test_a_status_is_read_in_every_spelling_and_with_its_scheme(word: object, status: Status | None) -> None:
    assert read_status(word) == status


def test_of_several_statuses_the_one_that_forbids_most_counts() -> None:
    assert gravest([Status.WITHHELD, Status.CANCELED, Status.USABLE]) is Status.CANCELED
    assert gravest([Status.USABLE, Status.WITHHELD]) is Status.WITHHELD
    assert gravest([]) is Status.USABLE


@pytest.mark.parametrize("value", [None, False, 0, "no", "None", " false ", "0", "lifted"])
def test_a_field_may_say_that_there_is_no_embargo(value: object) -> None:
    assert read_embargo(value) is None


@pytest.mark.parametrize(
    "value", ["", "  ", "Next Monday", True, 1, 1.5, "yes", [], {}, {"note": "x"}, ["2026-12-05", "soon"], "9999-12-31"]
)
def test_an_embargo_without_a_time_that_can_be_read_has_an_unknown_end(value: object) -> None:
    assert read_embargo(value) == EmbargoRead(UNKNOWN)


@pytest.mark.parametrize(
    ("value", "embargo"),
    [
        ("2026-12-05T06:00:00Z", EmbargoRead(SIX)),
        ("2026-12-05T07:00:00+01:00", EmbargoRead(SIX)),
        ("2026-12-05T06:00:00", EmbargoRead(SIX, assumed_utc=True)),
        (1_796_450_400, EmbargoRead(SIX)),
        ({"until": "2026-12-05T06:00:00Z"}, EmbargoRead(SIX)),
        (["2026-12-04T06:00:00Z", "2026-12-05T06:00:00Z"], EmbargoRead(SIX)),
    ],
)
def test_the_end_of_an_embargo_is_read_and_the_last_of_several_counts(value: object, embargo: EmbargoRead) -> None:
    assert read_embargo(value) == embargo


def test_an_embargo_without_a_known_end_outlasts_all_others() -> None:
    assert latest([EmbargoRead(SIX), EmbargoRead(UNKNOWN)]) == EmbargoRead(UNKNOWN)
    assert latest([]) is None


@pytest.mark.parametrize(
    ("word", "signal"),
    [
        ("sig:correction", Signal.CORRECTION),
        ("Corrected", Signal.CORRECTION),
        ("sig:update", Signal.UPDATE),
        ("edStat:U", Signal.UPDATE),
        ("writethru", Signal.UPDATE),
        ("newscontent", None),
        (7, None),
    ],
)
def test_a_signal_says_what_a_revision_is(word: object, signal: Signal | None) -> None:
    assert read_signal(word) == signal


def test_a_version_is_a_number_if_it_is_a_whole_one() -> None:
    assert [read_number(value) for value in (3, "11", " 7 ", 2.0, 0)] == [3, 11, 7, 2, 0]
    assert [read_number(value) for value in (True, "1.2", "v3", -1, "-1", 2.5, "9" * 30, "²", None, [1])] == [None] * 10


def test_an_urgency_lies_between_1_and_9() -> None:
    assert [read_urgency(value) for value in (1, "9", 0, 10, "flash", True)] == [1, 9, None, None, None, None]


@pytest.mark.parametrize(
    ("uri", "number", "item"),
    [
        ("urn:newsml:vnp.example:20261127:j6", 2, "urn:newsml:vnp.example:20261127:j6"),
        ("urn:newsml:vnp.example:20261127:j6:2", None, "urn:newsml:vnp.example:20261127:j6"),
        ("urn:newsml:vnp.example:20261127T0800Z:j6:2U", 1, "urn:newsml:vnp.example:20261127T0800Z:j6"),
        ("tag:vnp.example,2026:j6:v3", 3, "tag:vnp.example,2026:j6"),
        ("https://vnp.example/j6?version=3", 3, "https://vnp.example/j6"),
        ("https://vnp.example/j6/v3", 2, "https://vnp.example/j6/v3"),
        ("https://vnp.example/2026/3", 3, "https://vnp.example/2026/3"),
        ("v3", 3, "v3"),
    ],
)
def test_the_name_of_an_item_has_no_version(uri: str, number: int | None, item: str) -> None:
    assert without_version(uri, number) == item


def test_a_long_uri_is_looked_at_in_linear_time() -> None:
    for uri in ("/v" * 500_000, "urn:newsml:a:20261127:" + "j" * 1_000_000, "/v3" * 1000):
        assert without_version(uri, 4) == uri


def test_codes_of_iptc_have_one_spelling() -> None:
    assert subject_code("http://cv.iptc.org/newscodes/mediatopic/11000000") == "medtop:11000000"
    assert subject_code("11000000", "http://cv.iptc.org/newscodes/mediatopic/") == "medtop:11000000"
    assert subject_code("15000000", "http://cv.iptc.org/newscodes/subjectcode/") == "subj:15000000"
    assert subject_code("s", "http://cv.vnp.example/id/") == "s"
