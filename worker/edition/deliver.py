"""An edition's files: written whole or not at all, never replaced by an older edition."""

import json
import math
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from producers.files import NoLocksError, atomic_write, locked
from worker.edition.calendar import MOST_APART
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
    was overtaken. An edition that lies in the future, since a clock was ahead, overtakes none that does not. "feeds"
    among the `outputs` are the rows of FEEDS, of the editions that `recent` returns, the newest first (None, or nothing
    returned: of `document` alone). Of formats that are not among the `outputs` the day's files are written again if
    there are any, and latest.* and the feeds go: no file shows what an edition does not show any more. Writing again
    changes nothing, and any number of processes may write at the same time. A crash leaves each file whole, old or new.

    Raises RetryableError if the disk is full or the folder cannot be locked or written, ConfigurationError for a
    profile that cannot name a folder.
    """
    head = document["edition"]
    home, places = _places(head, folder)
    of_day, latest = places
    suffixes = [suffix for suffix in RENDERERS if suffix in (*outputs, "json") or _path(of_day, suffix).exists()]
    files = {suffix: RENDERERS[suffix](document) for suffix in suffixes}
    written: list[Path] = []
    try:
        for place in places:
            place.parent.mkdir(parents=True, exist_ok=True)
        with locked(home / _LOCK, wait=math.inf):
            for place in places:
                if not _overtaken(head, place.with_suffix(".json")):
                    wanted = suffixes if place == of_day else [s for s in suffixes if s in (*outputs, "json")]
                    for suffix in wanted:
                        _replace(_path(place, suffix), files[suffix])
                    written += [_path(place, suffix) for suffix in wanted]
            for path in (
                *(_path(latest, suffix) for suffix in RENDERERS if suffix not in (*outputs, "json")),
                *(home / name for name in FEEDS if "feeds" not in outputs),
            ):
                path.unlink(missing_ok=True)
            if "feeds" in outputs:
                # Asked for while nobody else writes: a feed never loses an edition that it had.
                documents = (recent() if recent is not None else ()) or [document]
                for name, make in FEEDS.items():
                    _replace(home / name, make(documents))
    except NoLocksError as error:
        raise RetryableError(str(error)) from error
    except OSError as error:
        raise RetryableError(
            f"The edition of {head['date']} cannot be written to {folder} ({error.strerror or error}): free space there"
            " or make it writable, and it will be written at the next try."
        ) from error
    return written


def written(folder: Path) -> list[Document]:
    """Return the editions whose JSON files are in `folder`, of every day and profile; files of others are passed over.

    Raises RetryableError if the folder cannot be read.
    """
    try:
        paths = sorted({*folder.glob("**/????-??-??.json"), *folder.glob("**/latest.json")})
        return [document for path in paths if (document := _edition(path)) is not None]
    except OSError as error:
        raise RetryableError(
            f"The editions in {folder} cannot be read ({error.strerror or error}): make them readable."
        ) from error


def remove(document: Document, folder: Path) -> None:
    """Remove the files that hold `document` beneath `folder`, its feeds among them: write its successor afterwards.

    Raises RetryableError if a file cannot be removed or the folder cannot be locked.
    """
    head = document["edition"]
    home, places = _places(head, folder)
    if not home.is_dir():
        return
    try:
        with locked(home / _LOCK, wait=math.inf):
            for place in places:
                if _head(place.with_suffix(".json")) == head:
                    # The JSON goes last, as it came: if this is cut short, it says whose the others are.
                    for suffix in RENDERERS:
                        place.with_suffix(f".{suffix}").unlink(missing_ok=True)
            for name in FEEDS:
                (home / name).unlink(missing_ok=True)
    except NoLocksError as error:
        raise RetryableError(str(error)) from error
    except OSError as error:
        raise RetryableError(
            f"The files of the edition of {head['date']} cannot be removed from {folder} ({error.strerror or error}):"
            " make it writable, and try again."
        ) from error


def _places(head: DocumentHead, folder: Path) -> tuple[Path, list[Path]]:
    """Return the folder of the profile of `head`, and the paths of its files without their suffixes."""
    try:
        profile, day = profile_name(head["profile"]), date.fromisoformat(head["date"])
    except ValueError as error:
        raise ConfigurationError(f"The {error}.") from None
    home = folder if profile == DEFAULT_PROFILE else folder / profile
    return home, [home / f"{day.year:04}" / day.isoformat(), home / "latest"]


def _path(place: Path, suffix: str) -> Path:
    return place.with_suffix(f".{suffix}")


def _edition(path: Path) -> Document | None:
    """Return the edition at `path`; None if there is none, or none of ours."""
    try:
        document: Document = json.loads(path.read_bytes())
        _places(document["edition"], path)
        _ = document["topics"]
    except (FileNotFoundError, ValueError, TypeError, KeyError, ConfigurationError):
        return None
    return document


def _head(path: Path) -> object:
    """Return the head of the edition at `path`; None if there is no edition, or none of ours."""
    try:
        return json.loads(path.read_bytes())["edition"]
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


def _overtaken(head: DocumentHead, path: Path) -> bool:
    """Return whether the edition at `path` is newer than the one with `head`.

    Of one day, the newer edition has the higher revision and no earlier close: after a withdrawal the close is the
    same. If the two disagree, the clock was
    set back or the store is a new one, and the edition with `head` is written. Of two editions of which one lies in the
    future, the other is the newer.
    """
    limit = datetime.now(UTC) + MOST_APART
    try:
        there = json.loads(path.read_bytes())["edition"]
        day = date.fromisoformat(there["date"])
        closed_at, revision = datetime.fromisoformat(there["closed_at"]), int(there["revision"])
        own_closed_at = datetime.fromisoformat(head["closed_at"])
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        # No edition, or none of ours: it makes way.
        return False
    if (own_closed_at > limit) != (closed_at > limit):
        return own_closed_at > limit
    own = date.fromisoformat(head["date"])
    newer = closed_at >= own_closed_at and revision > head["revision"]
    return day > own or (day == own and newer)


def _replace(path: Path, content: bytes) -> None:
    if not path.is_file() or path.read_bytes() != content:
        atomic_write(path, content, sole_writer=True)
