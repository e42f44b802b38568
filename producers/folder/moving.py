"""Files that are moved and written without overwriting any other, ever, in a folder that is open.

Looking whether a name is free and then renaming leaves a moment in which another file can take the name and be lost.
Here the name is taken first, by creating an empty file exclusively (O_EXCL); the rename then replaces our own empty
file and nothing else. link() followed by unlink() would not do: what the writer puts under the old name between the
two would be removed unread; and not every file system has links.
"""

import contextlib
import itertools
import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath
from typing import BinaryIO, Final

from producers.files import publish, temporary

#: Bytes of a file that are held at a time while it is compared or copied.
PART_BYTES: Final = 1 << 20
#: Bytes of the longest file name on the file systems of Linux and macOS.
_NAME_BYTES = 255
#: Characters of the longest ending that is kept at the end of a numbered name.
_ENDING = 20


def numbered(name: str, number: int, tail: str = "") -> str:
    """Return `name` with `-number` before its ending (0: without) and `tail` behind it, cut to the longest name."""
    kept = PurePath(name).suffixes[-2:] if name.lower().endswith(".gz") else PurePath(name).suffixes[-1:]
    ending = "".join(kept)
    if len(ending) > _ENDING:
        ending = ""
    stem = name[: len(name) - len(ending)]
    rest = (f"-{number}" if number else "") + ending + tail
    data = os.fsencode(stem)
    room = _NAME_BYTES - len(os.fsencode(rest))
    if len(data) > room:
        # Not within a character: a byte of the form 10xxxxxx continues one.
        while room > 0 and data[room] & 0xC0 == 0x80:
            room -= 1
        data = data[:room]
    return os.fsdecode(data) + rest


def reserve(folder: Path, name: str, tails: Sequence[str] = ("",), dir_fd: int | None = None) -> list[Path]:
    """Create an empty file in `folder` for `name` with each of `tails`, under the first number for which all are free.

    Raises OSError, leaving nothing behind.
    """
    for number in itertools.count():
        made: list[Path] = []
        try:
            for tail in tails:
                path = folder / numbered(name, number, tail)
                flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC
                os.close(os.open(path, flags, 0o666, dir_fd=dir_fd))
                made.append(path)
        except FileExistsError:
            remove(made, dir_fd)
        except OSError:
            remove(made, dir_fd)
            raise
        else:
            return made
    raise AssertionError("itertools.count ends")


def remove(paths: Iterable[Path], dir_fd: int | None = None) -> None:
    """Remove `paths`, files of our own; one that is gone already is no fault."""
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path, dir_fd=dir_fd)


def write_apart(folder: Path, name: str, tail: str, lines: Iterable[bytes], dir_fd: int | None = None) -> Path:
    """Write `lines` to `folder`/`name``tail`, or to the first numbered name that is free or holds the same already.

    A crash after the write leaves a file that the second try recognises, so there is no second copy. Returns the path.
    Raises OSError.
    """
    with temporary(folder, lines, dir_fd=dir_fd) as written:
        for number in itertools.count():
            path = folder / numbered(name, number, tail)
            try:
                if _are_equal(path, written, dir_fd):
                    return path
            except FileNotFoundError:
                break
        (path,) = reserve(folder, name, (tail,), dir_fd)
        publish(written, path, dir_fd=dir_fd)
        return path


def _are_equal(path: Path, written: Path, dir_fd: int | None) -> bool:
    """Return whether `path` is a regular file that holds what `written` holds. Raises FileNotFoundError."""
    status = os.lstat(path, dir_fd=dir_fd)
    if not stat.S_ISREG(status.st_mode) or status.st_size != os.lstat(written, dir_fd=dir_fd).st_size:
        return False
    with _reading(path, dir_fd) as one, _reading(written, dir_fd) as other:
        while part := one.read(PART_BYTES):
            if part != other.read(PART_BYTES):
                return False
    return True


def _reading(path: Path, dir_fd: int | None) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=dir_fd), "rb")
