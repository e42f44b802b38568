"""The demo's copies of the samples: the same articles, dated by a day of ours."""

import gzip
from datetime import date
from pathlib import Path

from tests import fresh_samples


def test_every_sample_is_copied_and_dated_by_the_day(tmp_path: Path) -> None:
    fresh_samples.copy(tmp_path / "inbox", date(2027, 3, 5))

    names = {path.relative_to(tmp_path / "inbox") for path in (tmp_path / "inbox").rglob("*")}
    assert names == {path.relative_to(fresh_samples.SAMPLES) for path in fresh_samples.SAMPLES.rglob("*")}
    assert "2027-03-05T23:05:00+01:00" in (tmp_path / "inbox/agency-north/npa-ferry-grounding.md").read_text()
    page = gzip.decompress((tmp_path / "inbox/city-desk/ferry-sunniva-passengers.html.gz").read_bytes())
    assert b"2027-03-05T" in page
    assert b"Fri, 05 Mar 2027" in (tmp_path / "inbox/partners/harbour-wire-20261120.jsonl").read_bytes()


def test_a_file_that_is_cut_short_stays_so(tmp_path: Path) -> None:
    fresh_samples.copy(tmp_path / "inbox", date(2027, 3, 5))

    name = "nightly-wire.txt.gz"
    assert (tmp_path / "inbox" / name).read_bytes() == (fresh_samples.SAMPLES / name).read_bytes()
