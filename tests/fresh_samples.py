"""Copies the sample articles with the dates of today: `python -m tests.fresh_samples FOLDER`.

Their dates are of November 2026, and an edition marks what was published days ago as late. The copies are dated by
yesterday, so that the demo shows the edition of an ordinary day.
"""

import gzip
import re
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

SAMPLES = Path(__file__).parent / "samples" / "inbox"
#: The dates by which programs read the samples: ISO 8601, and that of RFC 2822 with its weekday.
_ISO = re.compile(rb"2026-11-\d\d")
_MAIL = re.compile(rb"\w{3}, \d{1,2} Nov 2026")


def copy(target: Path, day: date) -> None:
    """Copy the samples into the new folder `target`, every date of theirs set to `day`."""
    for path in sorted(SAMPLES.rglob("*")):
        copied = target / path.relative_to(SAMPLES)
        if path.is_dir():
            copied.mkdir(parents=True)
            continue
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.write_bytes(_dated(path.read_bytes(), day))


def _dated(data: bytes, day: date) -> bytes:
    if data.startswith(b"\x1f\x8b"):
        try:
            return gzip.compress(_dated(gzip.decompress(data), day), mtime=0)
        except EOFError:
            # One of the samples is cut short, for the demo to refuse it.
            return data
    return _MAIL.sub(day.strftime("%a, %d %b %Y").encode(), _ISO.sub(day.isoformat().encode(), data))


if __name__ == "__main__":
    copy(Path(sys.argv[1]), datetime.now(UTC).date() - timedelta(days=1))
