"""Files that are written whole or not at all, and locks that end with their process.

A path may be relative to an open folder (`dir_fd`, as in the functions of `os`): then nobody who renames the folder or
puts a link in its place can lead the write elsewhere. `beneath` opens such a folder.
"""

import contextlib
import errno
import fcntl
import os
import secrets
import stat
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from producers.errors import ConfigurationError

#: Rights of a new file before the user's umask takes some away, as `open` has them.
_ANY_FILE: Final = 0o666
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
#: Seconds between two tries to take a lock that another process holds.
_LOCK_POLL_SECONDS: Final = 0.05
#: Digits of the largest process id, and some more.
_PID_BYTES: Final = 20
#: Rights of a lock: whoever could open it could hold it, and so keep its owner from starting.
_OWN_FILE: Final = 0o600
#: Linux' table of the locks that are held (proc(5)).
_LOCKS: Final = Path("/proc/locks")


class LockHeldError(ConfigurationError):
    """Another process holds the lock; `holder` is its process id, and whose it is if not ours, or "unknown"."""

    def __init__(self, path: Path, holder: str) -> None:
        super().__init__(f"{path} is locked by process {holder}: stop that process first.")
        self.holder = holder


class NoLocksError(ConfigurationError):
    """The file system has no locks."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} cannot be locked ({reason}): put its folder on a file system that has locks.")


class NotOursError(OSError):
    """Something lies where a folder or file of our own belongs; `strerror` says what, and what to do."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(errno.EPERM, f"{path} {what}")


@contextlib.contextmanager
def beneath(root: Path, *names: str, make: bool = False, own: bool = True) -> Iterator[int]:
    """Open the folder `names`, one within the other, in the folder `root`, and yield its descriptor.

    Links are followed on the way to `root`, which a person has named, and nowhere beneath it. With `make` what is
    missing is made. With `own` each of the folders must belong to the user of this process or to root.

    Raises NotOursError for a link, for what is no folder and for another user's folder; OSError if it cannot be opened.
    """
    handle = os.open(root, _FOLDER)
    try:
        for depth, name in enumerate(names, 1):
            if make:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(name, dir_fd=handle)
            child = step(handle, name, root.joinpath(*names[:depth]))
            try:
                if own:
                    _check_owner(os.fstat(child), handle, root.joinpath(*names[:depth]))
            except BaseException:
                os.close(child)
                raise
            os.close(handle)
            handle = child
        yield handle
    finally:
        os.close(handle)


def step(folder: int, name: str, shown: Path) -> int:
    """Open the folder `name` in the open `folder`, through no link, and return its descriptor.

    `shown` is its path for people. Raises NotOursError if it is no folder, OSError if it cannot be opened.
    """
    try:
        return os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
    except OSError as error:
        # Systems differ in the error that they give for a link.
        if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.EMLINK):
            raise NotOursError(shown, _what_to_do(os.lstat(name, dir_fd=folder).st_mode, "folder")) from None
        raise


def _what_to_do(mode: int, wanted: str) -> str:
    if stat.S_ISLNK(mode):
        return "is a symbolic link, which the desk does not follow: remove it"
    return f"is not a {wanted}: remove it"


def _check_owner(status: os.stat_result, folder: int, shown: Path) -> None:
    """Raise NotOursError if what lies in the open `folder` with `status` belongs to another user."""
    if status.st_uid in (os.geteuid(), 0):
        return
    # A share may show one owner for every file, and root as nobody: what is made here now tells who we are on it.
    probe = f".{secrets.token_hex(8)}.tmp"
    descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=folder)
    try:
        own = os.fstat(descriptor).st_uid
    finally:
        os.close(descriptor)
        os.unlink(probe, dir_fd=folder)
    if status.st_uid != own:
        raise NotOursError(shown, f"belongs to another user (uid {status.st_uid}): remove it")


def atomic_write(
    path: Path,
    data: bytes | Iterable[bytes],
    *,
    mode: int = _ANY_FILE,
    durable: bool = True,
    overwrite: bool = True,
    sole_writer: bool = False,
    dir_fd: int | None = None,
) -> None:
    """Write `data` to `path`; a crash at any time leaves the old file or the new one, whole.

    `mode` are the rights of the new file, less the umask. `durable`: the file and its name are on the disk when this
    returns. Without `overwrite` the first of several writers wins, and the others get FileExistsError. `sole_writer`:
    the caller holds a lock, so the temporary file has a fixed name, and what a crash left of it goes with the next
    write. Raises OSError, leaving nothing behind.
    """
    name = f".{path.name}.tmp" if sole_writer else None
    with temporary(path.parent, data, name=name, mode=mode, durable=durable, dir_fd=dir_fd) as written:
        publish(written, path, durable=durable, overwrite=overwrite, dir_fd=dir_fd)


@contextlib.contextmanager
def temporary(
    folder: Path,
    data: bytes | Iterable[bytes],
    *,
    name: str | None = None,
    mode: int = _ANY_FILE,
    durable: bool = True,
    dir_fd: int | None = None,
) -> Iterator[Path]:
    """Write `data` to a new file in `folder` and yield its path; the file is gone at the end unless it was published.

    It has the `name`, replacing an older file, or a random one that every scan of a folder ignores. Raises OSError.
    """
    path = folder / (name or f".{secrets.token_hex(8)}.tmp")
    if name is not None:
        _remove(path, dir_fd)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode, dir_fd=dir_fd)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            for part in (data,) if isinstance(data, bytes) else data:
                stream.write(part)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        yield path
    finally:
        _remove(path, dir_fd)


def publish(
    written: Path, path: Path, *, durable: bool = True, overwrite: bool = True, dir_fd: int | None = None
) -> None:
    """Give the `temporary` file `written` the name `path`, as `atomic_write` does. Raises OSError."""
    if overwrite:
        os.replace(written, path, src_dir_fd=dir_fd, dst_dir_fd=dir_fd)
    else:
        os.link(written, path, src_dir_fd=dir_fd, dst_dir_fd=dir_fd)
    if durable:
        # A name is on the disk only when its folder is.
        folder = os.open(path.parent, _FOLDER, dir_fd=dir_fd)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def locked(path: Path, *, wait: float = 0.0, dir_fd: int | None = None) -> BinaryIO:
    """Return the lock file `path`, made if missing and locked for this process until it is closed.

    `wait` is for how many seconds another process may go on to hold it, `math.inf` as long as it likes. The kernel
    releases the lock when the process ends, however it ends, so no lock is ever stale. The file names its holder, and
    other users cannot open it.

    Raises LockHeldError and NoLocksError; NotOursError if the file is a link, has a second name, is no regular file or
    belongs to another user; OSError if it cannot be opened for writing.
    """
    # O_NONBLOCK: somebody may have put a pipe there.
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        descriptor = os.open(path, flags, _OWN_FILE, dir_fd=dir_fd)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK, errno.EISDIR, errno.ENXIO):
            raise NotOursError(path, _what_to_do(os.lstat(path, dir_fd=dir_fd).st_mode, "file")) from None
        raise
    file = os.fdopen(descriptor, "r+b", buffering=0)
    try:
        _check_lock(file.fileno(), path, dir_fd)
        _take(file.fileno(), path, wait)
    except BaseException:
        file.close()
        raise
    # The lock holds without the name in it: a full disk takes nothing away but a better message to others.
    with contextlib.suppress(OSError):
        os.ftruncate(file.fileno(), 0)
        os.pwrite(file.fileno(), f"{os.getpid()}\n".encode(), 0)
    return file


def _check_lock(descriptor: int, path: Path, dir_fd: int | None) -> None:
    """Raise NotOursError unless the file is one that a lock of ours may write its process id into."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise NotOursError(path, _what_to_do(status.st_mode, "file"))
    if status.st_nlink > 1:
        raise NotOursError(path, "is a hard link to a file that lies elsewhere, too: remove it")
    folder = os.open(path.parent, _FOLDER, dir_fd=dir_fd)
    try:
        _check_owner(status, folder, path)
    finally:
        os.close(folder)
    if status.st_uid == os.geteuid() and stat.S_IMODE(status.st_mode) != _OWN_FILE:
        os.fchmod(descriptor, _OWN_FILE)


def _take(descriptor: int, path: Path, wait: float) -> None:
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise LockHeldError(path, _holder(descriptor)) from None
        except OSError as error:
            raise NoLocksError(path, error.strerror or str(error)) from error
        time.sleep(_LOCK_POLL_SECONDS)


def _holder(descriptor: int) -> str:
    """Return the process that holds the lock: by the kernel, or else by what the file says."""
    status = os.fstat(descriptor)
    place = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
    with contextlib.suppress(OSError):
        for line in _LOCKS.read_text(encoding="ascii").splitlines():
            # "1: FLOCK  ADVISORY  WRITE 4711 08:01:1234 0 EOF"; a process that waits has an arrow before its FLOCK.
            _, kind, _, _, pid, locked_place, *_ = line.split()
            if kind == "FLOCK" and locked_place == place:
                uid = Path("/proc", pid).stat().st_uid
                return pid if uid == os.geteuid() else f"{pid} of another user (uid {uid})"
    return os.pread(descriptor, _PID_BYTES, 0).decode("ascii", "replace").strip() or "unknown"


def _remove(path: Path, dir_fd: int | None) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path, dir_fd=dir_fd)
