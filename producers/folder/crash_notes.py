"""Crash notes: which file was being read when its reader's process ended.

A note lies in the folder while a file is read. A note that is still there before the next read of the same content
means that the last read ended the process.
"""

import contextlib
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from producers.folder.scan import Signature


@dataclass(frozen=True, slots=True)
class CrashNote:
    """The note of one file, at `path`. `starts` counts the reads of this content, this one included."""

    path: Path
    content: bytes
    starts: int

    def put(self) -> None:
        """Write the note, before the file's reader goes on. Raises OSError."""
        self.path.write_bytes(self.content)

    def lift(self) -> None:
        """Remove the note: the reader has come back."""
        _remove(self.path)


class CrashNotes:
    """The notes in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def note(self, path: str, signature: Signature) -> CrashNote:
        """Return a note for the next read of the file `path`; it is not written yet. Raises OSError."""
        self._folder.mkdir(exist_ok=True)
        place = self._folder / (hashlib.sha256(os.fsencode(path)).hexdigest()[:32] + ".json")
        last = _loaded(place)
        before = last.get("starts") if last.get("signature") == list(signature) else 0
        starts = 1 + (before if isinstance(before, int) else 0)
        content = {"file": os.fsencode(path).hex(), "signature": list(signature), "starts": starts}
        return CrashNote(place, json.dumps(content).encode(), starts)

    def forget_absent(self, inbox: Path) -> None:
        """Remove the notes of files that are gone."""
        # A folder that cannot be listed just now keeps notes that count for no file.
        with contextlib.suppress(OSError):
            for note in self._folder.glob("*.json") if self._folder.is_dir() else ():
                if _is_absent(_loaded(note).get("file"), inbox):
                    _remove(note)


def _is_absent(name: object, inbox: Path) -> bool:
    """Return whether no file lies in `inbox` under the hexadecimal `name` of a note."""
    try:
        return not isinstance(name, str) or not os.path.lexists(inbox / os.fsdecode(bytes.fromhex(name)))
    except ValueError:
        return True


def _loaded(note: Path) -> dict[str, object]:
    try:
        content = json.loads(note.read_bytes())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _remove(note: Path) -> None:
    # A note that cannot be removed counts one start too many, which its file survives twice.
    with contextlib.suppress(OSError):
        note.unlink(missing_ok=True)
