"""Deleting what is older than the days to keep."""

import time
from pathlib import Path
from typing import Final

from worker.settings import WorkerSettings
from worker.store import Store, contents

_DAY: Final = 24 * 3600


def prune(settings: WorkerSettings, store: Store, days: int) -> dict[str, int]:
    """Delete what is older than `days` from the store and the inbox's `.done`; return how much of each kind.

    The written editions stay: they are small, and people read them.
    """
    gone = contents.prune(store, days)
    return {**gone, "files": _prune_done(settings.inbox / ".done", time.time() - days * _DAY)}


def _prune_done(done: Path, before: float) -> int:
    gone = 0
    for file in sorted(done.rglob("*"), reverse=True) if done.is_dir() else ():
        if file.is_dir() and not file.is_symlink():
            # Children come before their folder in this order, so what was emptied goes too.
            if not any(file.iterdir()):
                file.rmdir()
        elif file.lstat().st_ctime < before:
            # The time of the last change of the entry, which is when the file was moved here.
            file.unlink()
            gone += 1
    return gone
