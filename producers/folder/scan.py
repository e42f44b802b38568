"""Which files lie in the watched folder, and which of them are complete.

A scan is the truth: it works on network shares, after a restart and for folders that are moved in whole, of which there
are no file events. Completeness is judged by a pure tracker; times are the scanner's own monotonic seconds, never a
file's: clocks differ, and copies keep old times.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from producers.files import NotOursError, beneath, step

#: Why a folder is left whose files the watcher cannot see; the system's reason follows.
UNLISTED: Final = "the folder cannot be listed"
#: Why a file or folder is left whose path, in the inbox or moved, would be longer than the system's longest.
TOO_DEEP: Final = "its path is longer than the system's programs can open: shorten the names, or move it up"
#: Bytes that a path may gain by the move: .done and its day, a number, and the ending of a reason.
_ROOM_BYTES: Final = 48
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

    Folders are walked, links are not followed, not even one that takes a folder's place meanwhile. `left(path, reason)`
    is called for what is no regular file, for folders that cannot be listed, and, with TOO_DEEP, for what no program
    could open by its path. What vanishes meanwhile is passed over. Raises OSError for `inbox` itself.
    """
    return _Walk(inbox, left).files()


def is_there(inbox: Path, path: str) -> bool:
    """Return whether anything lies at `path` in `inbox`, without a link on the way."""
    *folders, name = path.split("/")
    try:
        with beneath(inbox, *folders, own=False) as folder:
            os.lstat(name, dir_fd=folder)
    except OSError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Level:
    """A folder on the way to the open one: its path, its device and inode, and the folders in it still to be walked."""

    path: str
    mark: tuple[int, int]
    folders: list[str]


class _Walk:
    """A walk through the folders below an inbox. One of them is open at a time, so depth takes no descriptors."""

    def __init__(self, inbox: Path, left: Callable[[str, str], None]) -> None:
        self._inbox = inbox
        self._left = left
        self._longest = os.pathconf(inbox, "PC_PATH_MAX") - len(os.fsencode(inbox.absolute())) - _ROOM_BYTES
        self._way: list[_Level] = []

    def files(self) -> Iterator[tuple[str, Signature]]:
        with beneath(self._inbox) as inbox:
            self._open = os.dup(inbox)
        try:
            yield from self._list("")
            while self._way:
                if self._way[-1].folders:
                    path = self._way[-1].folders.pop()
                    if self._enter(path):
                        yield from self._list(path)
                else:
                    self._way.pop()
                    self._return()
        finally:
            os.close(self._open)

    def _list(self, folder: str) -> Iterator[tuple[str, Signature]]:
        """Yield the files in the open `folder`, and add it to the way."""
        folders: list[str] = []
        try:
            with os.scandir(self._open) as entries:
                for entry in entries:
                    if ignored(entry.name):
                        continue
                    path = f"{folder}/{entry.name}" if folder else entry.name
                    mode, signature = self._look(path, entry)
                    if stat.S_ISREG(mode):
                        yield path, signature
                    elif stat.S_ISDIR(mode):
                        folders.append(path)
        except OSError as error:
            if not folder:
                raise
            self._unlisted(folder, error)
        self._way.append(_Level(folder, _mark(self._open), folders))

    def _look(self, path: str, entry: os.DirEntry[str]) -> tuple[int, Signature]:
        """Return the mode and the signature of what lies at `path`; the mode is 0 if that is left or has vanished."""
        nothing = 0, Signature(0, 0, 0)
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError as error:
            if not isinstance(error, FileNotFoundError):
                self._left(path, f"it cannot be looked at ({error.strerror}): correct its rights")
            return nothing
        if stat.S_ISLNK(status.st_mode):
            self._left(path, "it is a symbolic link, which is not followed: copy the file itself into the folder")
        elif not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
            self._left(path, "it is no regular file: take it away")
        elif len(os.fsencode(path)) > self._longest:
            self._left(path, TOO_DEEP)
        else:
            return status.st_mode, Signature.of(status)
        return nothing

    def _enter(self, path: str) -> bool:
        """Open the folder `path`, which lies in the open one, and return whether that was possible."""
        try:
            folder = step(self._open, path.rpartition("/")[2], self._inbox / path)
        except NotOursError:
            # Somebody has put something else in its place meanwhile: the next scan sees what.
            return False
        except OSError as error:
            self._unlisted(path, error)
            return False
        self._switch(folder)
        return True

    def _return(self) -> None:
        """Open the last folder of the way again, if there is one."""
        if not self._way:
            return
        level = self._way[-1]
        try:
            above = os.open("..", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=self._open)
            if _mark(above) != level.mark:
                # Somebody has moved the folder meanwhile, perhaps out of the inbox.
                os.close(above)
                with beneath(self._inbox, *filter(None, level.path.split("/")), own=False) as folder:
                    above = os.dup(folder)
        except OSError:
            level.folders.clear()
            return
        self._switch(above)

    def _switch(self, folder: int) -> None:
        os.close(self._open)
        self._open = folder

    def _unlisted(self, folder: str, error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            self._left(folder, f"{UNLISTED} ({error.strerror}): correct its rights")


def _mark(folder: int) -> tuple[int, int]:
    status = os.fstat(folder)
    return status.st_dev, status.st_ino


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
