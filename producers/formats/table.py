"""A row of the table of formats."""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BufferedReader
from typing import Final

from producers.article import Record
from producers.errors import PermanentError
from producers.formats.probes import Head

#: Largest file, unpacked, that is one document, in bytes: real pages end at 1.5 MB, and HTML takes 0.5 s a MB to clean.
DOCUMENT_BYTES: Final = 5_000_000
#: Largest feed or export of a site, unpacked, in bytes: real feeds have 3 MB, and WordPress divides exports at 15 MB.
FEED_BYTES: Final = 16_000_000
#: Largest file, unpacked, that is read record by record, in bytes.
STREAM_BYTES: Final = 1_000_000_000

Reader = Callable[[BufferedReader], Iterator[Record]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How files of one format are recognised and read.

    `probe` says whether a file with such a beginning is of this format. `suffixes` are the endings of names that make
    it one if no probe recognises its content. `read` gives the records of the file, of at most `cap` bytes, unpacked:
    a function, or "module:function" of one that is imported when a file of this format comes. `many` says that the
    file is a list, whose records are numbered even if there is only one. `advice` says what to do about a file above
    the cap.
    """

    name: str
    read: Reader | str
    probe: Callable[[Head], object] | None = None
    suffixes: tuple[str, ...] = ()
    cap: int = DOCUMENT_BYTES
    many: bool = False
    advice: str = "divide it, or give a collection of articles as JSON Lines"

    def records(self, stream: BufferedReader) -> Iterator[Record]:
        """Yield the records of a file; PermanentError if it cannot be read, or a library for it is not installed."""
        try:
            yield from self._reader()(stream)
        except ModuleNotFoundError as error:
            if not error.name or error.name.split(".")[0] in ("producers", "worker"):
                raise
            raise PermanentError(
                f"reading {self.name} needs the package {error.name.split('.')[0]}, which is not installed: run "
                "pip install 'wiredesk[formats]' and drop the file again"
            ) from error

    def _reader(self) -> Reader:
        if not isinstance(self.read, str):
            return self.read
        module, _, function = self.read.partition(":")
        reader: Reader = getattr(importlib.import_module(module), function)
        return reader
