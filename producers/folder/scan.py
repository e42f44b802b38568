"""Which files lie in the watched folder, and which of them are complete.

A scan is the truth: it works on network shares, after a restart and for folders that are moved in whole, of which there
are no file events. Completeness is judged by a pure tracker; times are the scanner's own monotonic seconds, never a
file's: clocks differ, and copies keep old times.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

#: Names that systems and synchronisers leave behind (as paperless-ngx ignores them); compared without case.
_LITTER = frozenset(
    {".ds_store", "desktop.ini", "thumbs.db", ".stfolder", ".stversions", "@eadir", ".trashes", "__macosx"}
)
#: Endings of files that are still being written, copied or edited.
_TEMPORARY = (".tmp", ".part", ".partial", ".crdownload", ".swp", "~")


class Signature(NamedTuple):
    """The mark of one content of a file, without reading it: inode, size in bytes, mtime in nanoseconds."""

    inode: int
    size: int
    mtime_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> "Signature":
        """Return the signature in a stat result."""
        return cls(status.st_ino, status.st_size, status.st_mtime_ns)


def ignored(name: str) -> bool:
    """Return whether a file or folder of this name is passed over, silently."""
    lower = name.lower()
    return lower.startswith((".", "~")) or lower.endswith(_TEMPORARY) or lower in _LITTER


def scan(inbox: Path, left: Callable[[str, str], None]) -> Iterator[tuple[str, Signature]]:
    """Yield every regular file below `inbox` by its path relative to it, with its signature, in no order.

    Folders are walked, links are not followed. `left(path, reason)` is called for what is no regular file and for
    folders that cannot be listed. What vanishes meanwhile is passed over. Raises OSError for `inbox` itself.
    """
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            entries = os.scandir(inbox / folder)
        except OSError as error:
            if not folder:
                raise
            if not isinstance(error, FileNotFoundError):
                left(folder, f"the folder cannot be listed ({error.strerror}): correct its rights")
            continue
        with entries:
            for entry in entries:
                if ignored(entry.name):
                    continue
                path = f"{folder}/{entry.name}" if folder else entry.name
                try:
                    status = entry.stat(follow_symlinks=False)
                except OSError as error:
                    if not isinstance(error, FileNotFoundError):
                        left(path, f"it cannot be looked at ({error.strerror}): correct its rights")
                    continue
                if stat.S_ISREG(status.st_mode):
                    yield path, Signature.of(status)
                elif stat.S_ISDIR(status.st_mode):
                    folders.append(path)
                elif stat.S_ISLNK(status.st_mode):
                    left(path, "it is a symbolic link, which is not followed: copy the file itself into the folder")
                else:
                    left(path, "it is no regular file: take it away")


class Tracker:
    """Tells which files are complete: equal in signature over two scans and `settle_seconds`.

    A path is given out once, until it is released.
    """

    def __init__(self, settle_seconds: float) -> None:
        self._settle_seconds = settle_seconds
        self._waiting: dict[str, tuple[Signature, float]] = {}
        self._taken: set[str] = set()

    @property
    def waiting(self) -> int:
        """The number of files that were seen and are not complete yet."""
        return len(self._waiting)

    def observe(self, now: float, seen: Iterable[tuple[str, Signature]]) -> list[tuple[str, Signature]]:
        """Take the result of a scan that started at `now` (monotonic seconds); return the files that it shows complete.

        They come oldest first, by mtime and then by path. Files that a scan does not show are forgotten.
        """
        before, self._waiting = self._waiting, {}
        complete = []
        for path, signature in seen:
            if path in self._taken:
                continue
            known, since = before.get(path, (None, now))
            if known == signature and now - since >= self._settle_seconds:
                complete.append((path, signature))
            else:
                self._waiting[path] = (signature, since if known == signature else now)
        complete.sort(key=lambda file: (file[1].mtime_ns, file[0]))
        self._taken.update(path for path, _ in complete)
        return complete

    def due(self) -> float | None:
        """Return the first time at which another scan may show a file complete; None if no file waits."""
        if not self._waiting:
            return None
        return min(since for _, since in self._waiting.values()) + self._settle_seconds

    def release(self, path: str) -> None:
        """Forget that `path` was given out: what lies there at the next scan is a new file."""
        self._taken.discard(path)
