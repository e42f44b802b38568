"""Bad gzip files."""

import gzip
import json
import struct
import zlib
from collections.abc import Iterator

from tests.hostile.inputs import End, Input, Prose, file


def gzipped(prose: Prose) -> Iterator[Input]:
    """Yield gzip files that are cut, damaged, bombs, or no gzip files."""
    good = gzip.compress(prose.story(9).encode(), mtime=0)
    for n in range(8):
        text = gzip.compress(prose.story(9).encode(), mtime=0)
        yield Input("gzip cut off", End.REFUSED, file(f"cut{n}.txt.gz", text[: 3 + (len(text) - 4) * n // 7]), "gzip")
    for n in range(8):
        data = bytearray(gzip.compress(prose.story(9).encode(), mtime=0))
        data[-1 - n] ^= 0xFF
        yield Input("gzip with a wrong checksum or length", End.REFUSED, file(f"sum{n}.txt.gz", bytes(data)), "damaged")
    for n in range(4):
        data = bytearray(gzip.compress(prose.story(9).encode(), mtime=0))
        for at in range(40 + 50 * n, 60 + 50 * n):
            data[at] = prose.random.randrange(256)
        yield Input("gzip with damaged bytes", End.REFUSED, file(f"damaged{n}.txt.gz", bytes(data)), "gzip file")
    for suffix in ("txt", "html", "json", "jsonl", "md"):
        yield Input("gzip bomb", End.REFUSED, file(f"bomb.{suffix}.gz", lambda: _bomb(200_000_000)))
    yield Input("gzip bomb of spaces", End.REFUSED, file("spaces.txt.gz", lambda: _bomb(50_000_000, b" ")))
    line = json.dumps({"text": prose.story(60)}).encode() + b"\n"
    yield Input("gzip bomb of lines", End.STORED, file("lines.jsonl.gz", lambda: gzip.compress(line * 3_000, 9)))
    yield Input("gzip in gzip", End.REFUSED, file("twice.txt.gz", gzip.compress(good)), "holds no text")
    yield Input("gzip in gzip, said twice", End.REFUSED, file("twice.txt.gz.gz", gzip.compress(good)), "not known")
    yield Input("plain text in a gzip name", End.REFUSED, file("plain.txt.gz", prose.story()), "not packed by gzip")
    yield Input("gzip in a plain name", End.REFUSED, file("packed.txt", good), "gzip")
    yield Input("gzip without a format", End.REFUSED, file("what.gz", good), "not known")
    yield Input("zlib in a gzip name", End.REFUSED, file("zlib.txt.gz", zlib.compress(prose.story().encode())), "gzip")
    yield Input("gzip in two members", End.STORED, file("two.txt.gz", good + gzip.compress(prose.story().encode())))
    yield Input("gzip in 5,000 members", End.STORED, file("many.txt.gz", gzip.compress(b"") * 5_000 + good))
    yield Input(
        "gzip in 100,000 empty members", End.REFUSED, file("parts.txt.gz", gzip.compress(b"") * 100_000), "parts"
    )
    yield Input("gzip with padding", End.STORED, file("padded.txt.gz", good + bytes(5_000)))
    yield Input("gzip with rubbish behind", End.REFUSED, file("behind.txt.gz", good + b"rubbish"), "damaged")
    yield Input("gzip of nothing", End.REFUSED, file("nothing.txt.gz", gzip.compress(b"")), "empty")
    yield Input("empty gzip name", End.REFUSED, file("empty.txt.gz", b""), "empty")
    yield Input("gzip of random bytes", End.REFUSED, file("noise.txt.gz", gzip.compress(prose.random.randbytes(5_000))))
    named = _with_header(good, flags=0x08, extra=b"../../etc/" + b"a" * 60_000 + b"\0")
    yield Input("gzip with a hostile name within", End.STORED, file("named.txt.gz", named))
    fields = _with_header(good, flags=0x04, extra=struct.pack("<H", 65_535) + bytes(65_535))
    yield Input("gzip with an extra field of 64 KB", End.STORED, file("extra.txt.gz", fields))
    yield Input(
        "gzip with reserved flags",
        End.REFUSED,
        file("flags.txt.gz", _with_header(good, flags=0xE0, extra=b"")),
        "damaged",
    )
    yield Input("gzip of another method", End.REFUSED, file("method.txt.gz", good[:2] + b"\x07" + good[3:]), "damaged")


def _bomb(size: int, what: bytes = b"\0") -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = what * 1_000_000
    return b"".join([*(packer.compress(piece) for _ in range(size // len(piece))), packer.flush()])


def _with_header(packed: bytes, *, flags: int, extra: bytes) -> bytes:
    return packed[:3] + bytes([flags]) + packed[4:10] + extra + packed[10:]
