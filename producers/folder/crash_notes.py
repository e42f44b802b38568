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
from typing import Final

from producers.files import beneath
from producers.folder.scan import Signature, is_there

#: Bytes of the longest note, which holds a path in hexadecimal digits, and some more.
_MOST_BYTES: Final = 16_384


@dataclass(frozen=True, slots=True)
class CrashNote:
    """The note of one file, called `name` in `folder`. `starts` counts the reads of this content, this one included."""

    folder: Path
    name: str
    content: bytes
    starts: int

    def put(self) -> None:
        """Write the note, before the file's reader goes on. Raises OSError."""
        with beneath(self.folder.parent, self.folder.name, make=True) as handle:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.name, dir_fd=handle)
            # Exclusively: anybody can work out the name, and put a link there.
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            with os.fdopen(os.open(self.name, flags, 0o666, dir_fd=handle), "wb") as note:
                note.write(self.content)

    def lift(self) -> None:
        """Remove the note: the reader has come back."""
        # A note that cannot be removed counts one start too many, which its file survives twice.
        with contextlib.suppress(OSError), beneath(self.folder.parent, self.folder.name) as handle:
            os.unlink(self.name, dir_fd=handle)


class CrashNotes:
    """The notes in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def note(self, path: str, signature: Signature) -> CrashNote:
        """Return a note for the next read of the file `path`; it is not written yet. Raises OSError."""
        name = hashlib.sha256(os.fsencode(path)).hexdigest()[:32] + ".json"
        with beneath(self._folder.parent, self._folder.name, make=True) as handle:
            last = _loaded(name, handle)
        before = last.get("starts") if last.get("signature") == list(signature) else 0
        starts = 1 + (before if isinstance(before, int) else 0)
        content = {"file": os.fsencode(path).hex(), "signature": list(signature), "starts": starts}
        return CrashNote(self._folder, name, json.dumps(content).encode(), starts)

    def forget_absent(self, inbox: Path) -> None:
        """Remove the notes of files that are gone."""
        # A folder that cannot be listed just now keeps notes that count for no file.
        with contextlib.suppress(OSError), beneath(self._folder.parent, self._folder.name) as handle:
            with os.scandir(handle) as entries:
                names = [entry.name for entry in entries]
            for name in names:
                if name.endswith(".json") and _is_absent(_loaded(name, handle).get("file"), inbox):
                    with contextlib.suppress(OSError):
                        os.unlink(name, dir_fd=handle)


def _is_absent(name: object, inbox: Path) -> bool:
    """Return whether no file lies in `inbox` under the hexadecimal `name` of a note."""
    try:
        return not isinstance(name, str) or not is_there(inbox, os.fsdecode(bytes.fromhex(name)))
    except ValueError:
        return True


def _loaded(name: str, folder: int) -> dict[str, object]:
    """Return the content of the note `name` in the open `folder`; nothing if it is none of ours."""
    try:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with os.fdopen(os.open(name, flags, dir_fd=folder), "rb") as note:
            content = json.loads(note.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
