"""The logs of a desk's processes, bounded while those processes live: a long outage must not fill the disk."""

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

#: Bytes from which a log is cut.
LARGE_LOG_BYTES: Final = 10_000_000
#: Old logs that are kept beside it: NAME.1 is the newest.
OLD_LOGS: Final = 2


def cut(log: Path) -> None:
    """Empty `log` if it has more than LARGE_LOG_BYTES, and keep its text as NAME.1, the one before as NAME.2.

    The processes that write the log have it open, so it is copied, not renamed; they must have opened it to append.
    Only a line that is written in the microseconds between the last look and the cut is lost. If the disk has no room
    for a copy, the log stays as it is. Raises OSError.
    """
    try:
        if log.stat().st_size <= LARGE_LOG_BYTES:
            return
    except FileNotFoundError:
        return
    copy = log.with_name(f"{log.name}.new")
    copy.unlink(missing_ok=True)
    try:
        with log.open("r+b", buffering=0) as source, copy.open("xb", buffering=0) as target:
            os.fchmod(target.fileno(), 0o600)
            shutil.copyfileobj(source, target)
            old = [log.with_name(f"{log.name}.{number}") for number in range(1, OLD_LOGS + 1)]
            for newer, older in reversed(list(zip([copy, *old], old, strict=False))):
                with suppress(FileNotFoundError):
                    newer.replace(older)
            while os.fstat(source.fileno()).st_size > source.tell():
                shutil.copyfileobj(source, target)
            source.truncate(0)
    finally:
        copy.unlink(missing_ok=True)
