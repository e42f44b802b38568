"""Notes of the files that are being read: what tells, after a reader was killed, which file it was reading."""

import contextlib
import hashlib
import json
import os
from pathlib import Path

from producers.scan import Signature


class Notes:
    """A note in `folder` while a file is read; one that is found at the next read tells that its reader was ended.

    It counts reads begun on the same content. A reader that ends in any orderly way takes its note away.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._note: tuple[Path, bytes] | None = None

    def begin(self, path: str, signature: Signature) -> int:
        """Note that `path` is about to be read and return which read of this content it is, from 1. Raises OSError."""
        note = self._folder / (hashlib.sha256(os.fsencode(path)).hexdigest()[:32] + ".json")
        known = _loaded(note)
        starts = known.get("starts", 0) if known.get("signature") == list(signature) else 0
        starts = 1 + (starts if isinstance(starts, int) else 0)
        told = {"file": os.fsencode(path).hex(), "signature": list(signature), "starts": starts}
        self._folder.mkdir(exist_ok=True)
        self._note = (note, json.dumps(told).encode())
        note.write_bytes(self._note[1])
        return starts

    def close(self) -> None:
        """Take the note away: the file is read, or its reading is given up in order."""
        self.lift()
        self._note = None

    def keep(self) -> None:
        """Leave the note where it is, until `forget_absent` finds its file gone."""
        self._note = None

    def lift(self) -> None:
        """Take the note away while the reader only waits."""
        if self._note is not None:
            # A note that cannot be taken away counts one start too many, which its file survives twice.
            with contextlib.suppress(OSError):
                self._note[0].unlink(missing_ok=True)

    def put_back(self) -> None:
        """Put the note back that `lift` took away."""
        if self._note is not None:
            # Without it a reader's end is not counted; the next file's note tells of the disk.
            with contextlib.suppress(OSError):
                self._note[0].write_bytes(self._note[1])

    def forget_absent(self, inbox: Path) -> None:
        """Remove the notes of files that are gone."""
        for note in self._folder.glob("*.json") if self._folder.is_dir() else ():
            name = _loaded(note).get("file")
            try:
                absent = not isinstance(name, str) or not os.path.lexists(inbox / os.fsdecode(bytes.fromhex(name)))
            except ValueError:
                absent = True
            if absent:
                with contextlib.suppress(OSError):
                    note.unlink(missing_ok=True)


def _loaded(note: Path) -> dict[str, object]:
    try:
        told = json.loads(note.read_bytes())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
