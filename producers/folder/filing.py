"""Moving a file when its articles are settled: to .done, or with the reason to .failed; over no other file."""

import itertools
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from producers.article import RawArticle, Record
from producers.files import atomic_write
from producers.folder.file import ChangedError, File
from producers.folder.moving import remove, reserve, write_apart
from producers.folder.scan import Signature
from producers.formats.json_files import wrapped
from producers.journal import Outcome, Standing

DONE: Final = ".done"
FAILED: Final = ".failed"
#: Articles that a file's reason.json lists; their number is given in full.
MOST_LISTED: Final = 1_000

#: A record that failed: its number in the file, what was read, its article, and why.
Failed = tuple[int | None, Record, RawArticle, Outcome]


def to_done(inbox: Path, file: File, failures: Iterator[Failed]) -> None:
    """Move a file of which an article was stored to .done; the records of `failures` are written to .failed before.

    Raises ChangedError if it is not the file that was read, OSError if it cannot be moved; it then lies where it was.
    """
    _check(inbox, file)
    folder, _, name = file.path.rpartition("/")
    if file.failed:
        write_apart(inbox / FAILED / folder, name, ".records.jsonl", map(_line, failures))
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    _rename(inbox, file, reserve(inbox / DONE / day / folder, name))


def to_failed(inbox: Path, file: File, failures: Iterator[Failed]) -> str:
    """Move a file of which no article was stored to .failed, with its reason.json; return the reason for people.

    Raises as `to_done` does.
    """
    _check(inbox, file)
    folder, _, name = file.path.rpartition("/")
    reason, listed = _reason(file, failures)
    moved, explained = places = reserve(inbox / FAILED / folder, name, ("", ".reason.json"))
    try:
        atomic_write(explained, json.dumps(listed, ensure_ascii=True, indent=2).encode() + b"\n")
    except OSError:
        remove(places)
        raise
    _rename(inbox, file, [moved, explained])
    return reason


def _check(inbox: Path, file: File) -> None:
    if Signature.of((inbox / file.path).lstat()) != file.signature:
        raise ChangedError


def _rename(inbox: Path, file: File, places: list[Path]) -> None:
    """Rename `file` onto the first of `places`, which are reserved; a changed file is put back."""
    source, destination = inbox / file.path, places[0]
    try:
        source.rename(destination)
    except OSError:
        remove(places)
        raise
    if Signature.of(destination.lstat()) != file.signature:
        # Somebody replaced it or wrote to it after the check: what was moved has not been read.
        folder, _, name = file.path.rpartition("/")
        (back,) = reserve(inbox / folder, name)
        destination.rename(back)
        remove(places[1:])
        raise ChangedError


def _line(failed: Failed) -> bytes:
    number, record, raw, outcome = failed
    return wrapped(
        record.raw, file=raw.filename, number=number, uri=raw.uri, stage=outcome.stage, reason=outcome.reason
    )


def _reason(file: File, failures: Iterator[Failed]) -> tuple[str, dict[str, object]]:
    """Return why nothing of `file` was stored, as a sentence and as the content of its reason.json."""
    first = file.first_failure or Outcome(Standing.FAILED)
    reason = first.reason or "no reason was given"
    if file.failed > 1:
        reason = f"none of its {file.failed:,} articles could be used; the first: {reason}"
    listed = [
        {"id": str(raw.id), "uri": raw.uri, "number": number, "stage": outcome.stage, "reason": outcome.reason}
        for number, _, raw, outcome in itertools.islice(failures, MOST_LISTED)
    ]
    return reason, {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "file": os.fsencode(file.path).decode("utf-8", "replace"),
        "source": os.fsencode(file.source).decode("utf-8", "replace"),
        "stage": first.stage,
        "reason": reason,
        "failed": file.failed,
        "articles": listed,
    }
