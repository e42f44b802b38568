"""Word documents (.docx, Office Open XML): the paragraphs of the text, and the properties of the document.

What is deleted, hidden, drawn or in a table is no part of the text; a document that has only tables is read from them.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from typing import Any, Final

from producers.article import Record
from producers.errors import PermanentError
from producers.formats.fields import details
from producers.formats.times import read_time
from producers.formats.xml_tree import Element, children, every, first, local, tree, words
from producers.formats.zipped import Archive

#: Bytes of the largest document: its pictures are in it.
DOCX_BYTES: Final = 30_000_000
_MAGIC: Final = b"PK\x03\x04"

_SKIPPED_NAMES = """
    del moveFrom instrText delText drawing pict object Fallback txbxContent footnoteReference endnoteReference pPr rPr
"""
_SKIPPED: Final = frozenset(_SKIPPED_NAMES.split())
_MARKS: Final = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
#: Paragraphs that are looked at for a line of the author's own.
_HEAD: Final = 5
_BYLINE = re.compile(r"(?:by|von|par|por|di)\s+\w", re.IGNORECASE)
#: Authors that are no people: what programs write if nobody is named.
_NOBODY: Final = frozenset(
    ("python-docx", "microsoft office user", "windows user", "user", "admin", "administrator", "author", "unknown")
)
#: Days between the making of a document and its last change above which it was made from an old one.
_LONGEST_WRITING: Final = 365


@dataclass(frozen=True, slots=True)
class _Paragraph:
    style: str
    text: str
    is_in_table: bool


def is_zip(head: bytes) -> bool:
    """Return whether a file that begins with `head` is a zip archive, as documents of office programs are."""
    return head.startswith(_MAGIC)


def read(stream: BufferedReader) -> Iterator[Record]:
    """Yield the one article of a Word document.

    Its title is the paragraph in the style Title, else the heading above all text, else the title of its properties.
    Raises PermanentError for any other zip archive, by what it is.
    """
    data = stream.read()
    archive = Archive(data)
    parts = _relations(archive, "")
    main = parts.get("officeDocument", "")
    if not main.startswith("word/"):
        raise PermanentError(f"the file is {archive.kind()}")
    document = archive.read(main)
    if document is None:
        raise PermanentError("the document has no text in it: save it again, and drop it again")
    root, _ = tree(document)
    paragraphs = _paragraphs(root, _styles(archive, main))
    text = [paragraph for paragraph in paragraphs if not paragraph.is_in_table] or paragraphs
    title, text = _titled(text)
    if not text:
        raise PermanentError("the document has no text: it is expected in its paragraphs, not in pictures or boxes")
    fields = _properties(archive.read(parts["core-properties"]) if "core-properties" in parts else None)
    if title:
        fields["title"] = title
    if any(_BYLINE.match(paragraph.text) for paragraph in text[:_HEAD]):
        fields.pop("author", None)
    yield Record.of(details(fields), raw=data, text="\n\n".join(paragraph.text for paragraph in text))


def _relations(archive: Archive, part: str) -> dict[str, str]:
    """Return the parts that a `part` of the archive ("": the archive) names, by what they are to it."""
    folder, name = posixpath.split(part)
    data = archive.read(posixpath.join(folder, "_rels", f"{name}.rels"))
    if data is None:
        return {}
    relations: dict[str, str] = {}
    for relation in children(tree(data)[0], "Relationship"):
        if relation.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
            relations.setdefault(relation.get("Type", "").rpartition("/")[2], target)
    return relations


def _styles(archive: Archive, main: str) -> dict[str, str]:
    """Return the names of the paragraph styles by their ids: names are English, ids are in the writer's language."""
    part = _relations(archive, main).get("styles")
    data = archive.read(part) if part else None
    if data is None:
        return {}
    return {
        identity: name
        for style in children(tree(data)[0], "style")
        if (identity := _value(style, "styleId")) and (name := _value(first(style, "name"), "val"))
    }


def _value(element: Element | None, name: str) -> str:
    """Return an attribute of an element, in any namespace; "" if there is none."""
    if element is None:
        return ""
    return next((str(value) for key, value in element.items() if key.rpartition("}")[2] == name), "")


def _paragraphs(root: Element, styles: dict[str, str]) -> list[_Paragraph]:
    from lxml import etree  # type: ignore[import-untyped]

    paragraphs: list[_Paragraph] = []
    parts: list[str] = []
    style, depth = "", 0
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        name = local(element)
        if event == "end":
            if name == "tbl":
                depth -= 1
            elif name == "p" and (text := _lines("".join(parts))) and not style.startswith("toc "):
                paragraphs.append(_Paragraph(style, text, depth > 0))
        elif name in _SKIPPED or (name == "r" and first(element, "rPr", "vanish") is not None):
            walk.skip_subtree()
        elif name == "tbl":
            depth += 1
        elif name == "p":
            parts.clear()
            own = _value(first(element, "pPr", "pStyle"), "val")
            style = styles.get(own, own).lower()
        elif name == "t":
            parts.append(element.text or "")
        elif name in _MARKS:
            parts.append(_MARKS[name])
    return paragraphs


def _lines(text: str) -> str:
    return "\n".join(line for piece in text.split("\n") if (line := " ".join(piece.split())))


def _titled(paragraphs: list[_Paragraph]) -> tuple[str | None, list[_Paragraph]]:
    """Return the title that a document gives itself, and its other paragraphs."""
    styled = [number for number, paragraph in enumerate(paragraphs) if paragraph.style == "title"]
    if not styled and paragraphs and re.fullmatch(r"heading ?1", paragraphs[0].style):
        styled = [0]
    if not styled:
        return None, paragraphs
    at = styled[0]
    return " ".join(paragraphs[at].text.split()), paragraphs[:at] + paragraphs[at + 1 :]


def _properties(data: bytes | None) -> dict[str, Any]:
    """Return what the properties of a document say, by the names of producers.formats.fields."""
    if data is None:
        return {}
    root, _ = tree(data)
    said = {name: words(next(every(root, name), None)) for name in ("title", "creator", "language", "keywords")}
    created, modified, section = (words(next(every(root, name), None)) for name in ("created", "modified", "category"))
    by_program = (said["creator"] or "").lower() == "python-docx"
    if (said["creator"] or "").lower() in _NOBODY:
        said["creator"] = None
    # What a program writes without being asked says nothing: its template was made years ago.
    first_made, changed = read_time(created), read_time(modified)
    if by_program or (first_made and changed and (changed.at - first_made.at).days > _LONGEST_WRITING):
        created = None if by_program else modified
        modified = None if by_program else modified
    fields = {
        "title": said["title"],
        "author": said["creator"],
        "language": said["language"],
        "keywords": said["keywords"],
        "section": section,
        "published": created,
        "modified": modified or created,
    }
    return {name: value for name, value in fields.items() if value}
