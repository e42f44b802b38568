"""The real files of each format, read as a person reads them (tests/quality/formats.py); skipped without the files."""

import json

import pytest

from tests.quality.formats import DATA, TABLE, files, read

EXPECTED = json.loads(TABLE.read_text(encoding="utf-8"))


@pytest.mark.skipif(not any(files()), reason="the real files are no part of the project")
def test_every_real_file_is_read_as_a_person_reads_it() -> None:
    given = {str(path.relative_to(DATA)): read(path) for path in files()}
    assert given == EXPECTED


def test_the_table_copies_no_text() -> None:
    for rows in EXPECTED.values():
        for row in rows:
            assert len(row.get("body", "")) <= 40
            assert len(row.get("headline", "")) <= 40
