"""Moving a file when its articles are settled: to .done, or with the reason to .failed; over no other file."""

import errno
import itertools
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from producers.article import RawArticle, Record
from producers.files import atomic_write, beneath, temporary
from producers.folder.file import ChangedError, File, home, opened
from producers.folder.inbox import DONE, FAILED
from producers.folder.moving import PART_BYTES, remove, reserve, write_apart
from producers.folder.scan import Signature
from producers.formats.json_files import wrapped
from producers.journal import Outcome, Standing

#: Name of a copy that is being made, in the folder of its file.
_COPY: Final = ".copy.tmp"
#: Articles that a file's reason.json lists; their number is given in full.
MOST_LISTED: Final = 1_000

#: A record that failed: its number in the file, what was read, its article, and why.
Failed = tuple[int | None, Record, RawArticle, Outcome]


def to_done(inbox: Path, file: File, failures: Iterator[Failed], beat: Callable[[], None] = lambda: None) -> None:
    """Move a file of which an article was stored to .done; the records of `failures` are written to .failed before.

    `beat` is called while a file is copied, which takes long if .done lies on another disk. Raises ChangedError if it
    is not the file that was read, OSError if it cannot be moved; it then lies where it was.
    """
    with home(inbox, file) as (folder, name):
        _check(folder, name, file)
        folders = file.path.split("/")[:-1]
        if file.failed:
            with beneath(inbox, FAILED, *folders, make=True) as failed:
                write_apart(Path(), name, ".records.jsonl", map(_line, failures), failed)
        day = datetime.now(UTC).strftime("%Y-%m-%d")
        with beneath(inbox, DONE, day, *folders, make=True) as done:
            _move(_Move(folder, name, done, file.signature, b"", beat))


def to_failed(inbox: Path, file: File, failures: Iterator[Failed], beat: Callable[[], None] = lambda: None) -> str:
    """Move a file of which no article was stored to .failed, with its reason.json; return the reason for people.

    Takes and raises what `to_done` does.
    """
    with home(inbox, file) as (folder, name):
        _check(folder, name, file)
        reason, listed = _reason(file, failures)
        explanation = json.dumps(listed, ensure_ascii=True, indent=2).encode() + b"\n"
        with beneath(inbox, FAILED, *file.path.split("/")[:-1], make=True) as failed:
            _move(_Move(folder, name, failed, file.signature, explanation, beat))
    return reason


@dataclass(frozen=True, slots=True)
class _Move:
    """A file, called `name` in the open folder `source`, on its way to the open folder `destination`.

    `signature` is that of the file that was read, `explanation` the content of its reason.json, if it gets one.
    """

    source: int
    name: str
    destination: int
    signature: Signature
    explanation: bytes
    beat: Callable[[], None]


def _check(folder: int, name: str, file: File) -> None:
    if Signature.of(os.lstat(name, dir_fd=folder)) != file.signature:
        raise ChangedError


def _move(move: _Move) -> None:
    """Move a file; one that changed after it was read is put back."""
    try:
        _rename(move, move.source, move.name)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy(move)


def _rename(move: _Move, folder: int, name: str) -> list[Path]:
    """Rename what lies in the open `folder` as `name`, and return its new path and that of its reason."""
    tails = ("", ".reason.json") if move.explanation else ("",)
    places = reserve(Path(), move.name, tails, move.destination)
    try:
        if move.explanation:
            atomic_write(places[1], move.explanation, dir_fd=move.destination)
        os.rename(name, places[0], src_dir_fd=folder, dst_dir_fd=move.destination)
    except OSError:
        remove(places, move.destination)
        raise
    if folder == move.source and Signature.of(os.lstat(places[0], dir_fd=move.destination)) != move.signature:
        # Somebody replaced it or wrote to it after the check: what was moved has not been read.
        _put_back(move, move.destination, places[0])
        remove(places[1:], move.destination)
        raise ChangedError
    return places


def _copy(move: _Move) -> None:
    """Move a file to another file system: it leaves its folder when its copy is on the disk, under its name."""
    with opened(move.source, move.name, move.signature) as stream:
        mode = os.fstat(stream.fileno()).st_mode & 0o777
        parts = _parts(stream, move.beat)
        # One watcher moves one file at a time, so what a crash left of a copy goes with the next one.
        with temporary(Path(), parts, name=_COPY, mode=mode, dir_fd=move.destination) as copy:
            if Signature.of(os.fstat(stream.fileno())) != move.signature:
                raise ChangedError
            os.utime(copy, ns=(time.time_ns(), move.signature.mtime_ns), dir_fd=move.destination)
            places = _rename(move, move.destination, str(copy))
    os.fsync(move.destination)
    try:
        _take_away(move)
    except (OSError, ChangedError):
        remove(places, move.destination)
        raise


def _parts(stream: BinaryIO, beat: Callable[[], None]) -> Iterator[bytes]:
    while part := stream.read(PART_BYTES):
        yield part
        beat()


def _take_away(move: _Move) -> None:
    """Remove the file that was copied, unless another lies in its place by now."""
    # Renamed first: between a look at a name and its removal somebody may put another file there.
    taken = f".{secrets.token_hex(8)}.tmp"
    os.rename(move.name, taken, src_dir_fd=move.source, dst_dir_fd=move.source)
    if Signature.of(os.lstat(taken, dir_fd=move.source)) != move.signature:
        _put_back(move, move.source, Path(taken))
        raise ChangedError
    try:
        os.unlink(taken, dir_fd=move.source)
    except OSError:
        _put_back(move, move.source, Path(taken))
        raise


def _put_back(move: _Move, folder: int, path: Path) -> None:
    (back,) = reserve(Path(), move.name, ("",), move.source)
    os.rename(path, back, src_dir_fd=folder, dst_dir_fd=move.source)


def _line(failed: Failed) -> bytes:
    number, record, raw, outcome = failed
    return wrapped(
        record, raw, file=raw.filename, number=number, uri=raw.uri, stage=outcome.stage, reason=outcome.reason
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
