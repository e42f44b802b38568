"""The watched folder as a place: made, locked, listened to."""

import contextlib
import difflib
import logging
import os
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path, PurePath
from typing import BinaryIO, Final

from producers import files
from producers.errors import ConfigurationError
from producers.files import LockHeldError, NotOursError, beneath
from producers.folder.scan import ignored

#: The file in the inbox that the process which watches it holds locked.
LOCK: Final = ".lock"
#: The watcher's own folders in the inbox; producers.folder.watch says what lies in them.
READING: Final = ".reading"
DONE: Final = ".done"
FAILED: Final = ".failed"
#: The desk's own folders in its data folder.
_OF_THE_DESK: Final = ("editions", "feeds", "logs", "redis", "waits")
#: Milliseconds over which file events are gathered, and between two looks whether to go on listening.
_GATHER_MS, _STEP_MS = 400, 100


class PlantedError(ConfigurationError):
    """A link, or another user's file or folder, lies in the inbox where the watcher keeps its own."""


def require(inbox: Path) -> None:
    """Raise ConfigurationError, with the nearest name beside it, if the folder `inbox` does not exist."""
    if inbox.is_dir():
        return
    beside = [path.name for path in inbox.parent.iterdir() if path.is_dir()] if inbox.parent.is_dir() else []
    near = difflib.get_close_matches(inbox.name, beside, n=1)
    hint = f" (there is {inbox.parent / near[0]})" if near else ""
    raise ConfigurationError(f"There is no folder {inbox}{hint}: name the folder that holds your articles.")


def make(inbox: Path) -> None:
    """Make the folder `inbox` if it is missing. Raises ConfigurationError if that is not possible."""
    try:
        inbox.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"The folder {inbox} cannot be made ({error.strerror}): choose another inbox, or remove what is in its way."
        ) from error


def apart(inbox: Path, data: Path) -> None:
    """Raise ConfigurationError if the watcher of `inbox` would take away files that the desk keeps in `data`.

    That is so if `data` lies in the inbox, or the inbox in a folder of the desk's own in `data`.
    """
    home, folder = inbox.resolve(), data.resolve()
    if home != folder and home.is_relative_to(folder) and home.relative_to(folder).parts[0] in _OF_THE_DESK:
        raise ConfigurationError(
            f"The inbox {home} lies in a folder of the desk's own files, which would be read as articles and moved "
            "away: choose another by --inbox or WIREDESK_INBOX."
        )
    if folder.is_relative_to(home) and not any(ignored(name) for name in folder.relative_to(home).parts):
        raise ConfigurationError(
            f"The data folder {folder} lies in the inbox {home}, where every file is read as an article and moved "
            "away: choose another by --data or WIREDESK_DATA."
        )


def locked(inbox: Path, wait: float = 0.0) -> BinaryIO:
    """Return the lock file of `inbox`, locked until it is closed; wait for it `wait` seconds at most.

    Raises ConfigurationError if another process still holds it, and if the folder cannot be locked or written to;
    PlantedError, a kind of it, if a link or another user's file or folder lies where the watcher keeps its own.
    """
    try:
        _check_own(inbox)
        return files.locked(inbox / LOCK, wait=wait)
    except LockHeldError as error:
        raise ConfigurationError(
            f"The folder {inbox} is already watched, by process {error.holder}: stop that one, or choose another inbox."
        ) from None
    except NotOursError as error:
        raise PlantedError(f"The inbox is not watched, since {error.strerror}.") from None
    except OSError as error:
        raise ConfigurationError(
            f"The folder {inbox} cannot be written to ({error.strerror}), but read files are moved within it: "
            "correct its rights, or choose another inbox."
        ) from error


def _check_own(inbox: Path) -> None:
    """Raise NotOursError if a link or another user's folder lies where the watcher keeps files of its own."""
    for name in (READING, DONE, FAILED):
        # A file in its place is no attack: it is reported with each file that it holds up.
        with contextlib.suppress(FileNotFoundError):
            if not stat.S_ISREG((inbox / name).lstat().st_mode):
                with beneath(inbox, name):
                    pass


@contextlib.contextmanager
def events(inbox: Path, complain: Callable[[str], None]) -> Iterator[threading.Event]:
    """Yield an event that is set whenever something was dropped into `inbox`.

    If the system has no file events it is never set, and `complain` is called with a sentence, in another thread.
    """
    woken, ended = threading.Event(), threading.Event()
    thread = threading.Thread(target=_listen, args=(inbox, woken, ended, complain), name="inbox events", daemon=True)
    thread.start()
    try:
        yield woken
    finally:
        ended.set()
        thread.join()


def _listen(inbox: Path, woken: threading.Event, ended: threading.Event, complain: Callable[[str], None]) -> None:
    import watchfiles

    logging.getLogger("watchfiles").setLevel(logging.WARNING)
    root = os.path.realpath(inbox)

    def is_dropped(change: watchfiles.Change, path: str) -> bool:
        names = PurePath(os.path.relpath(path, root)).parts
        return change is not watchfiles.Change.deleted and not any(ignored(name) for name in names)

    try:
        for _ in watchfiles.watch(
            root,
            watch_filter=is_dropped,
            debounce=_GATHER_MS,
            step=_STEP_MS,
            stop_event=ended,
            rust_timeout=1_000,
            raise_interrupt=False,
            force_polling=False,
            ignore_permission_denied=True,
        ):
            woken.set()
    except (OSError, RuntimeError) as error:
        complain(f"There are no file events here ({error}): new files are found by the scans alone.")
