"""A file on its way through the inbox: what the scan saw of it, its stage, its records, and their outcomes."""

import contextlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

from producers.article import RawArticle, Record, raw_article
from producers.files import NotOursError, beneath
from producers.folder.scan import Signature
from producers.formats import numbered
from producers.journal import Outcome, Standing
from producers.terminal import printable

#: Source of the files that lie in the inbox itself.
NO_SOURCE: Final = "inbox"
#: Readers that a file may end with their process; then it is refused unread.
MOST_STARTS: Final = 3


class ChangedError(Exception):
    """The file is not the one that the scan saw."""


class Stage(StrEnum):
    """How far a file has come; producers.folder.stages has the order."""

    #: Complete, and waits to be read; or to be read again, for the articles that Redis has forgotten.
    FOUND = "found"
    #: Its reader is at work.
    READING = "reading"
    #: Read to its end; not all of its articles are settled.
    PUSHED = "pushed"
    #: All its articles are settled; it waits to be moved.
    SETTLED = "settled"
    #: It cannot be read just now, and is tried again.
    UNREADABLE = "unreadable"
    #: It cannot be moved just now, and is tried again.
    IMMOVABLE = "immovable"
    #: Nothing more is done about it.
    GONE = "gone"


@dataclass(eq=False, slots=True)
class File:
    """A complete file, by its `path` relative to the inbox.

    `open` are the ids read and not settled, `again` those that Redis has forgotten; `stored` and `failed` count its
    articles that are settled. `is_refused`: it has ended its readers' processes and is not read any more. `tries` to
    read or to move it failed in a row, the last because of `trouble`; the next is at `retry_at` (monotonic seconds).
    """

    path: str
    signature: Signature
    stage: Stage = Stage.FOUND
    open: set[UUID] = field(default_factory=set)
    again: set[UUID] = field(default_factory=set)
    is_refused: bool = False
    stored: int = 0
    failed: int = 0
    first_failure: Outcome | None = None
    tries: int = 0
    retry_at: float = 0.0
    trouble: str = ""

    @property
    def source(self) -> str:
        """The source of its articles."""
        first, slash, _ = self.path.partition("/")
        return first if slash else NO_SOURCE

    @property
    def shown(self) -> str:
        """Its path for people."""
        return shown_path(self.path)

    def note(self, name: UUID, outcome: Outcome) -> None:
        """Note what became of its article `name`."""
        self.open.discard(name)
        if outcome.standing is Standing.UNKNOWN:
            self.again.add(name)
        elif outcome.standing is Standing.STORED:
            self.stored += 1
        else:
            self.failed += 1
            self.first_failure = self.first_failure or outcome


def records(inbox: Path, file: File) -> Iterator[tuple[int | None, Record, RawArticle]]:
    """Yield the records of a file in `inbox`, each with its number and its article.

    Raises OSError if it cannot be read, and ChangedError if it is not, or no longer, the file that the scan saw.
    """
    with home(inbox, file) as (folder, name), opened(folder, name, file.signature) as stream:
        for number, record in [(None, _refusal(file))] if file.is_refused else numbered(stream, file.path):
            yield number, record, raw_article(record, source=file.source, filename=file.path, number=number)
        if Signature.of(os.fstat(stream.fileno())) != file.signature:
            raise ChangedError


def shown_path(path: str) -> str:
    """Return `path` as a line for any terminal and log: a name may hold line ends, and bytes that are no text."""
    return printable(os.fsencode(path).decode("utf-8", "replace"))


def _refusal(file: File) -> Record:
    reason = f"reading the file ended its reader's process {MOST_STARTS} times: it is not read any more; report it"
    return Record(raw=repr(tuple(file.signature)).encode(), text="", refused=reason)


@contextlib.contextmanager
def home(inbox: Path, file: File) -> Iterator[tuple[int, str]]:
    """Open the folder of `file` in `inbox`; yield its descriptor and the file's name in it.

    Raises OSError if it cannot be opened, ChangedError if a link lies in the place of a folder on the way.
    """
    *folders, name = file.path.split("/")
    with contextlib.ExitStack() as stack:
        try:
            handle = stack.enter_context(beneath(inbox, *folders, own=False))
        except NotOursError:
            raise ChangedError from None
        yield handle, name


@contextlib.contextmanager
def opened(folder: int, name: str, signature: Signature) -> Iterator[BinaryIO]:
    """Open the regular file `name` in the open `folder`, which a scan saw as `signature`.

    Raises OSError if it cannot be opened, ChangedError if something else lies there now.
    """
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        if stat.S_ISLNK(os.lstat(name, dir_fd=folder).st_mode):
            raise ChangedError from None
        raise
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or Signature.of(status) != signature:
            raise ChangedError
        yield stream
