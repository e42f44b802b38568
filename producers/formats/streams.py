"""Streams that end badly on purpose: a cap on what is read, and gunzip with a cap on how far it expands."""

import gzip
import io
import zlib
from typing import BinaryIO

from producers.errors import PermanentError

#: Most bytes that one compressed byte may become. Real articles reach 5 to 15; a bomb reaches 1,000.
MAX_EXPANSION = 100
#: Expanded bytes below which the expansion is not judged: a small repetitive file is no bomb.
EXPANSION_FLOOR = 1_000_000
#: Bytes of the file's beginning that stand for a file that is refused as a whole, in its id.
HEAD_BYTES = 65_536
_BUFFER_BYTES = 262_144


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
    def __init__(self, source: Source) -> None:
        self._source = source
        self._file = gzip.GzipFile(fileobj=source, mode="rb")
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        try:
            data = self._file.read(len(buffer))
        except EOFError as error:
            raise PermanentError("the gzip file is cut short: copy it again, whole") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise PermanentError(f"the gzip file is damaged ({error}): copy it again, or pack it again") from error
        buffer[: len(data)] = data
        self._count += len(data)
        if self._count > EXPANSION_FLOOR and self._count > MAX_EXPANSION * self._source.count:
            raise PermanentError(
                f"the gzip file expands more than {MAX_EXPANSION} times, as no article does: unpack it and look at it"
            )
        return len(data)


class _Capped(io.RawIOBase):
    def __init__(self, stream: io.RawIOBase, cap: int, advice: str) -> None:
        self._stream = stream
        self._left = cap
        self._refusal = (
            f"the file is larger than {cap // 1_000_000:,} MB, the most that is read of this format: {advice}"
        )

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        read = self._stream.readinto(buffer) or 0
        self._left -= read
        if self._left < 0:
            raise PermanentError(self._refusal)
        return int(read)


def opened(source: Source, *, gzipped: bool, cap: int, advice: str) -> io.BufferedReader:
    """Return `source` as a buffered stream of at most `cap` bytes, unpacked if `gzipped`.

    Reading it raises PermanentError where the file is larger (the sentence ends with `advice`), where it expands
    beyond MAX_EXPANSION, or where the gzip data is cut short or damaged. Bytes before that point are delivered.
    """
    expanded: io.RawIOBase = _Gunzipped(source) if gzipped else source
    return io.BufferedReader(_Capped(expanded, cap, advice), buffer_size=_BUFFER_BYTES)
