"""ANPA 1312, the text format of North American wires."""

import io
from datetime import UTC, datetime

import pytest

from producers.article import Record, Signal
from producers.errors import PermanentError
from producers.formats.anpa import is_anpa, read_anpa

HEADER = b"\x16\x16\x01A0101\x1f-----\r\nu i\x13\x11 BC-EU--Oda-Lock     11-27 0120\r\n\x02"
TABLE = HEADER.replace(b"\x13\x11", b"\x14\x12")
SLUG = b"^BC-EU--Oda-Lock,120<\r\n"
BODY = (
    b"\t   ODA (VNP) _ The lock stays shut. ``Two weeks,'' the\r\nport said.\r\n \r\n"
    b"\t   ___\r\n \r\n\t   Barges wait upstream.\r\n^END<\r\n\r\n"
)
END = b"\t   \x03VNP-WF-11-27-26 1037GMT<\r\n\r\n\x0c\r\n\x04"
STORY = HEADER + SLUG + b"^Lock shut for two weeks<\r\n^Eds: With photos.<\r\n^By ODE MARR=\r\n^Press=\r\n" + BODY + END


def stories(data: bytes) -> list[Record]:
    return list(read_anpa(io.BufferedReader(io.BytesIO(data))))  # type: ignore[arg-type]


def story(data: bytes) -> Record:
    (record,) = stories(data)
    return record


def test_a_story_gives_what_its_frame_and_its_head_say() -> None:
    record = story(STORY)
    assert (record.title, record.byline, record.note) == ("Lock shut for two weeks", "Ode Marr", "Eds: With photos.")
    assert (record.slug, record.urgency, record.publisher, record.signal) == ("BC-EU--Oda-Lock", 3, "VNP", None)
    assert record.published_at == datetime(2026, 11, 27, 10, 37, tzinfo=UTC)
    assert record.metadata == {"number": "A0101", "category": "i", "charset": "cp1252"}


def test_paragraphs_have_the_quotation_marks_and_dashes_of_print() -> None:
    assert story(STORY).text == (
        "ODA (VNP) — The lock stays shut. “Two weeks,” the port said.\n\nBarges wait upstream."
    )


@pytest.mark.parametrize(
    ("version", "signal"),
    [
        (b", 1st Ld-Writethru", Signal.UPDATE),
        (b", 2nd Ld", Signal.UPDATE),
        (b", CORRECTION", Signal.CORRECTION),
        (b"", None),
    ],
)
def test_the_version_in_the_slug_is_its_signal(version: bytes, signal: Signal | None) -> None:
    record = story(HEADER + b"^BC-EU--Oda Lock" + version + b",120<\r\n^Lock shut<\r\n" + BODY + END)
    assert (record.slug, record.signal) == ("BC-EU--Oda Lock", signal)


def test_a_note_over_two_lines_and_a_headline_without_byline_are_read() -> None:
    record = story(HEADER + SLUG + b"^$210 lock is shut<\r\n^Eds: New approach.\r\nNo photos.<\r\n" + BODY + END)
    assert (record.title, record.byline, record.note) == ("$210 lock is shut", None, "Eds: New approach. No photos.")


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        (b"By ODE MARR and J.P. O'DELL", "Ode Marr and J.P. O'Dell"),
        (b"By ANNA-LISA SAND", "Anna-Lisa Sand"),
        (b"By Ivo McSand", "Ivo McSand"),
    ],
)
def test_a_byline_in_capitals_gets_the_letters_of_print(byline: bytes, names: str) -> None:
    assert story(HEADER + SLUG + b"^Lock shut<\r\n^" + byline + b"=\r\n" + BODY + END).byline == names


@pytest.mark.parametrize("line", [b"Eds: Embargoed until 1800 GMT.", b"For release 6 p.m. EST Sunday"])
def test_an_embargo_in_the_head_stays_in_the_text_for_cleaning(line: bytes) -> None:
    record = story(HEADER + SLUG + b"^Lock shut<\r\n^" + line + b"<\r\n" + BODY + END)
    assert record.text.startswith(line.decode() + "\n\nODA (VNP)")


def test_a_table_is_refused_in_its_place() -> None:
    records = stories(STORY + TABLE + SLUG + b"\tOda;1;2<\r\n" + END + STORY)
    assert [record.refused is None for record in records] == [True, False, True]
    assert "is a table" in (records[1].refused or "")


def test_a_story_without_text_is_refused() -> None:
    assert "no text" in (story(HEADER + SLUG + b"^Lock shut<\r\n" + END).refused or "")


@pytest.mark.parametrize(
    "head",
    [
        b"^BC-EU--Oda-Lock,120<\r\n^Lock shut<\r\n",
        b"\x01vnp017 3 p 140 vnp 018\r\n",
        b"\x16A lock is shut.",
        b"---\ntitle: Lock\n---\n",
        b'{"title": "Lock"}',
        b"",
    ],
)
def test_nothing_else_is_taken_for_it(head: bytes) -> None:
    assert is_anpa(STORY[:4096])
    assert not is_anpa(head)


def test_a_file_without_a_story_is_refused() -> None:
    with pytest.raises(PermanentError, match="no story of ANPA 1312"):
        stories(b"\x16\x16\x02")


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "data",
    [
        STORY * 5_000,
        HEADER + b"^<" * 500_000 + END,
        HEADER + SLUG + b"^\n" * 500_000 + BODY + END,
        HEADER + SLUG + b"\t" * 1_000_000 + END,
        HEADER + SLUG + b"\t" + b"\n " * 500_000 + END,
        HEADER + SLUG + b"\t" + b"_`" * 500_000 + END,
        b"\x16" * 1_000_000 + STORY,
        b"\x16\x16\x01A0101" + b"\n \t" * 300_000,
        HEADER + bytes(range(256)) * 4_000,
    ],
)
def test_a_hostile_file_ends_soon_in_records(data: bytes) -> None:
    records = stories(data)
    assert records
    assert all(record.text or record.refused for record in records)
