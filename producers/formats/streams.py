"""Streams that end badly on purpose: a cap on what is read, and gunzip with a cap on how far it expands."""

import io
import math
import zlib
from typing import BinaryIO

from producers.errors import PermanentError

#: Most bytes that one compressed byte may become. Real articles reach 5 to 15; a bomb reaches 1,000.
MAX_EXPANSION = 100
#: Expanded bytes below which the expansion is not judged: a small repetitive file is no bomb.
EXPANSION_FLOOR = 1_000_000
#: Members that any gzip file may have, and the bytes that each further one must give on average. Parallel packers write
#: one for each 64 KB, web archives one for each record, so 1 GB has 16,000 or 100,000; a file of empty members gives
#: nothing to judge its expansion by, and 50 million of them fit into 1 GB.
MAX_MEMBERS = 50_000
MEMBER_BYTES = 1_000
#: Bytes of the file's beginning that stand for a file that is refused as a whole, in its id.
HEAD_BYTES = 65_536
_BUFFER_BYTES = 262_144
_PACKED_BYTES = 65_536
_GZIP_MAGIC = b"\x1f\x8b"
#: zlib's window bits for a gzip member, whose checksum and length are then checked too.
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


class Source(io.RawIOBase):
    """The file as it was given: counts its bytes and keeps its first HEAD_BYTES in `head`."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.head = b""
        self.count = 0

    def readable(self) -> bool:  # noqa: D102 (as in its base)
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # noqa: D102 (as in its base)
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self.count += len(data)
        if len(self.head) < HEAD_BYTES:
            self.head += data[: HEAD_BYTES - len(self.head)]
        return len(data)


class _Gunzipped(io.RawIOBase):
    """The members of a gzip file, one after the other (RFC 1952); zero bytes behind the last are padding."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._packed = b""
        self._inflater = zlib.decompressobj(_GZIP_WINDOW)
        self._members = 0
        self._count = 0
        self._is_within = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        data = b""
        while not data and (self._packed or self._fill()):
            data = self._inflated(len(buffer))
        buffer[: len(data)] = data
        self._count += len(data)
        if self._count > EXPANSION_FLOOR and self._count > MAX_EXPANSION * self._source.count:
            raise PermanentError(
                f"the gzip file expands more than {MAX_EXPANSION} times, as no article does: unpack it and look at it"
            )
        return len(data)

    def _fill(self) -> bool:
        self._packed = self._source.read(_PACKED_BYTES) or b""
        if not self._packed and self._is_within:
            raise PermanentError("the gzip file is cut short: copy it again, whole")
        return bool(self._packed)

    def _inflated(self, most: int) -> bytes:
        if not self._is_within:
            self._begin_member()
        if not self._packed:
            return b""
        try:
            data = self._inflater.decompress(self._packed, most)
        except zlib.error as error:
            raise PermanentError("the gzip file is damaged: copy it again, or pack it again") from error
        self._packed = self._inflater.unconsumed_tail
        if self._inflater.eof:
            self._packed = self._inflater.unused_data
            self._is_within = False
        return data

    def _begin_member(self) -> None:
        if self._members:
            self._packed = self._packed.lstrip(b"\0")
            if not self._packed:
                return
        elif not self._packed.startswith(_GZIP_MAGIC):
            raise PermanentError("the file is not packed by gzip although its name says so: take .gz off its name")
        self._members += 1
        if self._members > MAX_MEMBERS + self._count // MEMBER_BYTES:
            raise PermanentError(f"the gzip file has more than {MAX_MEMBERS:,} small parts: pack it again as one")
        self._inflater = zlib.decompressobj(_GZIP_WINDOW)
        self._is_within = True


class Unpacked(io.RawIOBase):
    """A file's bytes, unpacked if it is gzipped. `head` looks at its beginning, then `limited` gives it to a reader."""

    def __init__(self, source: Source, *, gzipped: bool) -> None:
        self._stream: io.RawIOBase = _Gunzipped(source) if gzipped else source
        self._head = b""
        self._given = 0
        self._fault: PermanentError | None = None
        self._left = math.inf
        self._refusal = ""

    def readable(self) -> bool:  # noqa: D102 (as in its base)
        return True

    def head(self, size: int) -> bytes:
        """Return the first `size` bytes, or all there are; a fault of the gzip data waits until it is read."""
        try:
            while len(self._head) < size and (data := self._stream.read(size - len(self._head))):
                self._head += data
        except PermanentError as fault:
            self._fault = fault
        return self._head

    def limited(self, cap: int, advice: str) -> io.BufferedReader:
        """Return all of it as a buffered stream of at most `cap` bytes.

        Reading it raises PermanentError where the file is larger (the sentence ends with `advice`), where it expands
        beyond MAX_EXPANSION, or where the gzip data is cut short or damaged. Bytes before that point are delivered.
        """
        self._left = cap
        self._refusal = (
            f"the file is larger than {cap // 1_000_000:,} MB, the most that is read of this format: {advice}"
        )
        return io.BufferedReader(self, buffer_size=_BUFFER_BYTES)

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # noqa: D102 (as in its base)
        data = self._head[self._given : self._given + len(buffer)]
        if data:
            buffer[: len(data)] = data
            read = len(data)
            self._given += read
        elif self._fault:
            raise self._fault
        else:
            read = int(self._stream.readinto(buffer) or 0)
        self._left -= read
        if self._left < 0:
            raise PermanentError(self._refusal)
        return read
