"""Files that are moved and written without overwriting any other, ever.

Looking whether a name is free and then renaming leaves a moment in which another file can take the name and be lost.
Here the name is taken first, by creating an empty file exclusively (O_EXCL); the rename then replaces our own empty
file and nothing else. link() followed by unlink() would not do: what the writer puts under the old name between the
two would be removed unread; and not every file system has links.
"""

import filecmp
import itertools
import os
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath

from producers.files import publish, temporary

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


def reserve(folder: Path, name: str, tails: Sequence[str] = ("",)) -> list[Path]:
    """Create an empty file in `folder` for `name` with each of `tails`, under the first number for which all are free.

    Makes the folder if it is missing. Raises OSError, leaving nothing behind.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number in itertools.count():
        made: list[Path] = []
        try:
            for tail in tails:
                path = folder / numbered(name, number, tail)
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o666))
                made.append(path)
        except FileExistsError:
            remove(made)
        except OSError:
            remove(made)
            raise
        else:
            return made
    raise AssertionError("itertools.count ends")


def remove(paths: Iterable[Path]) -> None:
    """Remove `paths`, files of our own; one that is gone already is no fault."""
    for path in paths:
        path.unlink(missing_ok=True)


def write_apart(folder: Path, name: str, tail: str, lines: Iterable[bytes]) -> Path:
    """Write `lines` to `folder`/`name``tail`, or to the first numbered name that is free or holds the same already.

    A crash after the write leaves a file that the second try recognises, so there is no second copy. Returns the path.
    Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with temporary(folder, lines) as written:
        for number in itertools.count():
            path = folder / numbered(name, number, tail)
            if not os.path.lexists(path):
                break
            if path.is_file() and filecmp.cmp(path, written, shallow=False):
                return path
        (path,) = reserve(folder, name, (tail,))
        publish(written, path)
        return path
