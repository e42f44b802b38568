"""IPTC 7901, the agencies' text format."""

import io
from datetime import UTC, datetime

import pytest

from producers.article import Record, Signal
from producers.errors import PermanentError
from producers.formats.iptc7901 import is_iptc7901, read_iptc7901

HEAD = b"\x01vnp017 3 p 140 vnp 018\r\n\r\nOda-lock/\r\n\x02"
BODY = b"Oda (vnp) - The lock stays shut for two weeks, the port said.\r\n\r\nBarges wait upstream.\r\n"
END = b"\r\n\x03271337 GMT Nov 26\r\n\x7f\r\n\x04"
STORY = HEAD + b"Lock shut =\r\n\r\n" + BODY + END


def stories(data: bytes) -> list[Record]:
    return list(read_iptc7901(io.BufferedReader(io.BytesIO(data))))  # type: ignore[arg-type]


def story(data: bytes) -> Record:
    (record,) = stories(data)
    return record


def test_a_story_gives_what_its_frame_says() -> None:
    record = story(STORY)
    assert (record.title, record.slug, record.urgency, record.publisher) == ("Lock shut", "Oda-lock", 3, "vnp")
    assert record.published_at == datetime(2026, 11, 27, 13, 37, tzinfo=UTC)
    assert record.metadata == {"number": "vnp017", "category": "p", "charset": "cp1252"}
    assert record.text.splitlines()[0].startswith("Oda (vnp) - The lock")
    assert record.text.endswith("Barges wait upstream.")
    assert record.refused is None


@pytest.mark.parametrize(
    ("head", "title", "byline", "signal"),
    [
        (b"Lock shut =", "Lock shut", None, None),
        (b"EXTRA\r\nLock shut =", "Lock shut", None, None),
        (b"REFILE\r\n1ST LEAD\r\nLock shut\r\nBy Ode Marr, vnp =", "Lock shut", "Ode Marr", Signal.UPDATE),
        (b"2ND LEAD \r\nLock shut for\r\ntwo weeks =", "Lock shut for two weeks", None, Signal.UPDATE),
        (b"CORRECTED\r\nLock shut\r\nVon Ode Marr =", "Lock shut", "Ode Marr", Signal.CORRECTION),
        (b"By a hair: lock shut =", "By a hair: lock shut", None, None),
        (b"Lock shut", "Lock shut", None, None),
    ],
)
def test_a_head_of_one_to_four_lines_gives_headline_byline_and_signal(
    head: bytes, title: str, byline: str | None, signal: Signal | None
) -> None:
    record = story(HEAD + head + b"\r\n\r\n" + BODY + END)
    assert (record.title, record.byline, record.signal) == (title, byline, signal)
    assert record.text.startswith("Oda (vnp)")


@pytest.mark.parametrize(
    "notebook",
    [
        b"# vnp NOTEBOOK\r\n\r\n",
        b"# Notebook\r\n\r\n## Note to editors\r\n- adds quote\r\n\r\n",
        b"* * * *\r\n",
        b"The following information is not intended for publication\r\n",
    ],
)
def test_what_is_not_for_publication_is_no_text(notebook: bytes) -> None:
    record = story(
        HEAD + b"Lock shut =\r\n\r\n" + BODY + notebook + b"## Contacts\r\nTel: +00 1234\r\n\r\nvnp ab cd\r\n" + END
    )
    assert record.text.endswith("Barges wait upstream.")
    assert record.note == ("- adds quote" if b"Note to editors" in notebook else None)


def test_the_signature_of_a_story_without_notebook_is_no_text() -> None:
    assert story(HEAD + b"Lock shut =\r\n\r\n" + BODY + b"\r\nvnp ab cd\r\n" + END).text.endswith("upstream.")


def test_a_time_above_the_end_of_the_text_is_the_time_too() -> None:
    record = story(HEAD + b"Lock shut =\r\n\r\n" + BODY + b"\r\n271337 GMT Nov 26\r\n\x03")
    assert record.published_at == datetime(2026, 11, 27, 13, 37, tzinfo=UTC)
    assert record.text.endswith("Barges wait upstream.")


def test_an_embargo_in_the_head_stays_in_the_text_for_cleaning() -> None:
    record = story(HEAD + b"EMBARGOED UNTIL 1800 GMT 28 November\r\nLock shut =\r\n\r\n" + BODY + END)
    assert record.title == "Lock shut"
    assert record.text.startswith("EMBARGOED UNTIL 1800 GMT 28 November\n\nOda (vnp)")


def test_stories_of_one_file_are_records_each_and_one_without_text_is_refused() -> None:
    records = stories(STORY + HEAD + b"Nothing =\r\n" + END + b"\r\n\x16\x16" + STORY)
    assert [record.refused is None for record in records] == [True, False, True]
    assert "no text" in (records[1].refused or "")


def test_letters_of_latin_1_are_read() -> None:
    assert "Dornau-Süd" in story(HEAD + b"Lock shut =\r\n\r\n" + "Dornau-Süd (vnp) - Zu.".encode("latin-1") + END).text


@pytest.mark.parametrize(
    "head",
    [
        b"vnp017 3 p 140 vnp 018\n\nA lock is shut.",
        b"\x01 a stray character of control above prose\n",
        b"\x16\x16\x01A0101\x1f-----\r\nr i\x13\x11 BC-EU--Oda 11-27 0120\r\n",
        b"---\ntitle: Lock\n---\n",
        b'{"title": "Lock"}',
        b"",
    ],
)
def test_nothing_else_is_taken_for_it(head: bytes) -> None:
    assert is_iptc7901(STORY[:4096])
    assert not is_iptc7901(head)


def test_a_file_without_a_header_line_is_refused() -> None:
    with pytest.raises(PermanentError, match="no header line of IPTC 7901"):
        stories(b"\x01\x02text\x03")


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "data",
    [
        STORY * 5_000,
        HEAD + b"=" * 1_000_000 + END,
        HEAD + b" \n" * 500_000 + END,
        HEAD + b"Lock =\n" + b"# " * 500_000 + END,
        HEAD + b"Lock =\n" + b"## Note to editors\n" * 50_000 + END,
        HEAD + b"Lock =\n" + b"\x03" * 500_000,
        HEAD + bytes(range(256)) * 4_000,
    ],
)
def test_a_hostile_file_ends_soon_in_records(data: bytes) -> None:
    records = stories(data)
    assert records
    assert all(record.text or record.refused for record in records)
