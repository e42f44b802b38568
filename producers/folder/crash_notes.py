"""Notes of the files that are being read: what tells, after a reader was killed, which file it was reading."""

import contextlib
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from producers.folder.scan import Signature


@dataclass(frozen=True, slots=True)
class Note:
    """One file's note. `starts` is which read of this content it stands for, from 1."""

    path: Path
    content: bytes
    starts: int

    def put(self) -> None:
        """Put the note down, before the file's reader goes on. Raises OSError."""
        self.path.write_bytes(self.content)

    def lift(self) -> None:
        """Take the note away: the reader has come back."""
        # A note that cannot be taken away counts one start too many, which its file survives twice.
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)


class Notes:
    """The notes in `folder`. One that is found at the next read tells that its reader's process was ended."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def note(self, path: str, signature: Signature) -> Note:
        """Return a note for the next read of the file `path`; it is not put down yet. Raises OSError."""
        self._folder.mkdir(exist_ok=True)
        place = self._folder / (hashlib.sha256(os.fsencode(path)).hexdigest()[:32] + ".json")
        known = _loaded(place)
        before = known.get("starts") if known.get("signature") == list(signature) else 0
        starts = 1 + (before if isinstance(before, int) else 0)
        told = {"file": os.fsencode(path).hex(), "signature": list(signature), "starts": starts}
        return Note(place, json.dumps(told).encode(), starts)

    def forget_absent(self, inbox: Path) -> None:
        """Remove the notes of files that are gone."""
        for note in self._folder.glob("*.json") if self._folder.is_dir() else ():
            name = _loaded(note).get("file")
            try:
                absent = not isinstance(name, str) or not os.path.lexists(inbox / os.fsdecode(bytes.fromhex(name)))
            except ValueError:
                absent = True
            if absent:
                Note(note, b"", 0).lift()


def _loaded(note: Path) -> dict[str, object]:
    try:
        told = json.loads(note.read_bytes())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
