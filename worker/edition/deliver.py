"""An edition's files: written whole or not at all, never replaced by an older edition."""

import json
import math
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from pathlib import Path

from producers.files import NoLocksError, atomic_write, locked
from worker.edition.document import Document, DocumentHead
from worker.edition.profile import DEFAULT_OUTPUTS, DEFAULT_PROFILE, profile_name
from worker.edition.render import FEEDS, RENDERERS
from worker.errors import ConfigurationError, RetryableError

_LOCK = ".lock"


def write(
    document: Document,
    folder: Path,
    outputs: Collection[str] = DEFAULT_OUTPUTS,
    recent: Callable[[], Sequence[Document]] | None = None,
) -> list[Path]:
    """Write the files of `document` beneath `folder` and return those that now hold it.

    They are YYYY/YYYY-MM-DD.SUFFIX and latest.SUFFIX, for the JSON and each row of RENDERERS among the `outputs`. The
    day's files keep a newer revision, latest.* a newer edition, so the list is shorter, or empty, for a document that
    was overtaken. "feeds" among the `outputs` are the rows of FEEDS, of the editions that `recent` returns, the newest
    first, `document` among them (None: of it alone). Writing again changes nothing, and any number of processes may
    write at the same time. A crash leaves each file whole, old or new.

    Raises RetryableError if the disk is full or the folder cannot be locked or written, ConfigurationError for a
    profile that cannot name a folder.
    """
    head = document["edition"]
    try:
        profile, day = profile_name(head["profile"]), date.fromisoformat(head["date"])
    except ValueError as error:
        raise ConfigurationError(f"The {error}.") from None
    home = folder if profile == DEFAULT_PROFILE else folder / profile
    places = [home / f"{day.year:04}" / day.isoformat(), home / "latest"]
    files = {suffix: render(document) for suffix, render in RENDERERS.items() if suffix in (*outputs, "json")}
    written: list[Path] = []
    try:
        for place in places:
            place.parent.mkdir(parents=True, exist_ok=True)
        with locked(home / _LOCK, wait=math.inf):
            for place in places:
                if not _overtaken(head, place.with_suffix(".json")):
                    paths = [place.with_suffix(f".{suffix}") for suffix in files]
                    for path, content in zip(paths, files.values(), strict=True):
                        _replace(path, content)
                    written += paths
            if "feeds" in outputs:
                # Asked for while nobody else writes: a feed never loses an edition that it had.
                documents = recent() if recent is not None else [document]
                for name, make in FEEDS.items():
                    _replace(home / name, make(documents))
    except NoLocksError as error:
        raise RetryableError(str(error)) from error
    except OSError as error:
        raise RetryableError(
            f"The edition of {day} cannot be written to {folder} ({error.strerror or error}): free space there or make"
            " it writable, and it will be written at the next try."
        ) from error
    return written


def _overtaken(head: DocumentHead, path: Path) -> bool:
    """Return whether the edition at `path` is newer than the one with `head`.

    Of one day, the newer edition has both the higher revision and the later close. If the two disagree, the clock was
    set back or the store is a new one, and the edition with `head` is written.
    """
    try:
        there = json.loads(path.read_bytes())["edition"]
        day = date.fromisoformat(there["date"])
        closed_at, revision = datetime.fromisoformat(there["closed_at"]), int(there["revision"])
        newer = closed_at > datetime.fromisoformat(head["closed_at"]) and revision > head["revision"]
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        # No edition, or none of ours: it makes way.
        return False
    own = date.fromisoformat(head["date"])
    return day > own or (day == own and newer)


def _replace(path: Path, content: bytes) -> None:
    if not path.is_file() or path.read_bytes() != content:
        atomic_write(path, content, sole_writer=True)
