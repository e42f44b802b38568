"""Zip archives, read in memory: few members, each with a cap, and nothing is unpacked to a path."""

import io
import re
import zipfile
import zlib
from typing import Final

from producers.errors import PermanentError

#: Members of one archive, and bytes that each may unpack to: a document of 200 pages has 30, the largest 5 MB.
MOST_MEMBERS: Final = 2_000
MEMBER_BYTES: Final = 10_000_000
_DAMAGED: Final = (
    "the file is a zip archive or an office document that is cut short or damaged, and no text can be read from it: "
    "copy it again, whole"
)
_ENTRY: Final = b"PK\x01\x02"
_ENCRYPTED: Final = 1
#: The methods of packing that cannot ask for memory of their own.
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

#: What a zip archive is by the members that it has, the surer first, and what to do with it.
_SAVE: Final = "save its text as .docx, .html or .txt and drop that"
_KINDS: Final = (
    (r"xl/.*", f"a spreadsheet (Excel): {_SAVE}"),
    (r"ppt/.*", f"a presentation (PowerPoint): {_SAVE}"),
    (r"META-INF/container\.xml", "a book (EPUB): drop its pages as HTML"),
    (r"datapackage\.json", "a web archive of pages (WACZ): drop the WARC files in its folder archive"),
    (r"Index/.*\.iwa|index\.apxl|Index\.zip", f"a document of iWork: {_SAVE}"),
    (r"META-INF/MANIFEST\.MF|AndroidManifest\.xml", "a program: drop articles"),
)
_OPEN_DOCUMENT: Final = {
    "text": "a text of OpenDocument (.odt)",
    "spreadsheet": "a spreadsheet of OpenDocument (.ods)",
    "presentation": "a presentation of OpenDocument (.odp)",
}


class Archive:
    """A zip archive whose bytes are `data`.

    Raises PermanentError if it is damaged or has more than MOST_MEMBERS; so does `read` for a member that is too large,
    protected or damaged.
    """

    def __init__(self, data: bytes) -> None:
        if data.count(_ENTRY) > MOST_MEMBERS:
            raise PermanentError(
                f"the zip archive has more than {MOST_MEMBERS:,} members: unpack it and drop its texts"
            )
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, OverflowError) as error:
            raise PermanentError(_DAMAGED) from error

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a member, or None if there is none of this name."""
        try:
            member = self._zip.getinfo(name)
        except KeyError:
            return None
        if member.flag_bits & _ENCRYPTED:
            raise PermanentError("the document is protected by a password: save it without one")
        if member.compress_type not in _METHODS:
            raise PermanentError("the document is packed in a way that is not read: save it again")
        try:
            with self._zip.open(member) as stream:
                data = stream.read(MEMBER_BYTES + 1)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, zlib.error) as error:
            raise PermanentError(_DAMAGED) from error
        if len(data) > MEMBER_BYTES:
            raise PermanentError(
                f"a part of the document unpacks to more than {MEMBER_BYTES // 1_000_000} MB, as no article does: "
                "look at where it comes from"
            )
        return data

    def kind(self) -> str:
        """Return what the archive is if it is no text document, in words, with what to do."""
        if kind := self.read("mimetype"):
            text = kind[:200].decode("ascii", "replace")
            for name, what in _OPEN_DOCUMENT.items():
                if text.startswith(f"application/vnd.oasis.opendocument.{name}"):
                    return f"{what}: {_SAVE}"
        names = self._zip.namelist()
        for pattern, what in _KINDS:
            if any(re.fullmatch(pattern, name) for name in names):
                return what
        return "a zip archive: unpack it and drop the files in it"
