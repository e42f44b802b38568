"""Deleting what is older than the days to keep."""

import contextlib
import errno
import os
import stat
import time
from pathlib import Path
from typing import Final

from producers.files import NotOursError, beneath
from producers.folder.inbox import DONE
from worker.errors import ConfigurationError
from worker.settings import WorkerSettings
from worker.store import Store, contents

_DAY: Final = 24 * 3600


def prune(settings: WorkerSettings, store: Store, days: int) -> dict[str, int]:
    """Delete what is older than `days` from the store and the inbox's `.done`; return how much of each kind.

    The written editions stay: they are small, and people read them. Raises ConfigurationError, with the store pruned,
    if `.done` is a link or another user's folder.
    """
    gone = contents.prune(store, days)
    return {**gone, "files": _prune_done(settings.inbox, time.time() - days * _DAY)}


def _prune_done(inbox: Path, before: float) -> int:
    """Delete the files in `.done` that were moved there before the Unix time `before`, and folders that are empty."""
    gone = 0
    try:
        with beneath(inbox, DONE) as done:
            # Children come before their folder in this order, so what was emptied goes too. No link is followed.
            for _, folders, files, folder in os.fwalk(".", topdown=False, dir_fd=done):
                for name in (*files, *folders):
                    with contextlib.suppress(FileNotFoundError):
                        gone += _prune_one(folder, name, before)
    except FileNotFoundError:
        return gone
    except NotOursError as error:
        raise ConfigurationError(f"No files are pruned, since {error.strerror}.") from None
    return gone


def _prune_one(folder: int, name: str, before: float) -> bool:
    """Delete `name` in the open `folder` if it is an empty folder or an old file; return whether a file went."""
    status = os.lstat(name, dir_fd=folder)
    if stat.S_ISDIR(status.st_mode):
        try:
            os.rmdir(name, dir_fd=folder)
        except OSError as error:
            # EEXIST: what some systems say of a folder that is not empty.
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
        return False
    # The time of the last change of the entry, which is when the file was moved here.
    if status.st_ctime >= before:
        return False
    os.unlink(name, dir_fd=folder)
    return True
