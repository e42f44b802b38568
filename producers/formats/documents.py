"""Files that are one article: plain text, Markdown, HTML. Bytes are decoded; nothing is repaired or taken out."""

import re
from collections.abc import Iterator
from io import BufferedReader
from typing import Any

from producers.article import Record, is_absolute
from producers.errors import PermanentError
from producers.formats.encoding import decoded
from producers.formats.fields import details

#: Where a page's own address is looked for, in characters from its start.
_HEAD_CHARACTERS = 65_536
#: Lines of the longest front matter; a `---` further down is a rule in the text.
_FRONT_MATTER_LINES = 100

_FIELD = re.compile(r"([A-Za-z@][\w@ -]{0,60}?)\s*:(?:\s+(.*))?")
_BLOCK = re.compile(r"[>|][-+\d]{0,2}")
_ITEM = re.compile(r"\s*-\s+(.+)")
_LINK = re.compile(r"<(?:link|meta)\b[^>]{1,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""\b(rel|property|href|content)\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.IGNORECASE
)


def read_text(stream: BufferedReader) -> Iterator[Record]:
    """Yield the one article of a plain text file."""
    data = _whole(stream)
    found = decoded(data)
    yield Record(raw=data, text=_given(found.text), metadata=found.notes)


def read_html(stream: BufferedReader) -> Iterator[Record]:
    """Yield the one article of an HTML page: its markup, and its own address where it names one."""
    data = _whole(stream)
    found = decoded(data, markup=True)
    text = _given(found.text)
    yield Record(raw=data, text=text, media_type="text/html", uri=own_address(text), metadata=found.notes)


def read_markdown(stream: BufferedReader) -> Iterator[Record]:
    """Yield the one article of a Markdown file, with what its front matter says; the text keeps the front matter."""
    data = _whole(stream)
    found = decoded(data)
    said = details(front_matter(found.text))
    yield Record(
        raw=data,
        text=_given(found.text),
        media_type="text/markdown",
        uri=said.uri if said.uri and is_absolute(said.uri) else None,
        title=said.title,
        published_at=said.published_at,
        language=said.language,
        byline=said.byline,
        publisher=said.publisher,
        metadata={**said.metadata, **found.notes},
    )


def front_matter(text: str) -> dict[str, Any]:
    """Return the fields between `---` lines at the start of `text`: strings, or lists of strings; {} if there are none.

    This is the simple part of YAML that articles use (`key: value`, quotes, lists, text of several indented lines
    behind `>` or `|`); any other line is passed over.
    """
    lines = text[:_HEAD_CHARACTERS].lstrip("\ufeff").splitlines()
    if not lines or lines[0].rstrip() != "---":
        return {}
    end = next((n for n, line in enumerate(lines[1:_FRONT_MATTER_LINES], 1) if line.rstrip() in ("---", "...")), None)
    if end is None:
        return {}
    fields: dict[str, Any] = {}
    items: list[str] | None = None
    block: str | None = None
    for line in lines[1:end]:
        if block is not None and line[:1] in (" ", "\t", ""):
            fields[block] = f"{fields[block]} {line.strip()}".strip()
            continue
        block = None
        if items is not None and (item := _ITEM.fullmatch(line)):
            items.append(_unquoted(item[1]))
        elif found := _FIELD.fullmatch(line):
            value = (found[2] or "").strip()
            items = None
            if _BLOCK.fullmatch(value):
                block, fields[found[1]] = found[1], ""
            elif not value:
                items = []
                fields[found[1]] = items
            elif value.startswith("[") and value.endswith("]"):
                fields[found[1]] = [_unquoted(part) for part in value[1:-1].split(",")]
            else:
                fields[found[1]] = _unquoted(value)
    return fields


def own_address(page: str) -> str | None:
    """Return the absolute address that an HTML page gives as its own (`link rel=canonical`, else `og:url`), or None."""
    found: dict[str, str] = {}
    for element in _LINK.finditer(page, 0, _HEAD_CHARACTERS):
        attributes = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(element[0])}
        kind = attributes.get("rel", attributes.get("property", "")).lower()
        address = attributes.get("href", attributes.get("content", "")).strip().replace("&amp;", "&")
        if is_absolute(address):
            found.setdefault(kind, address)
    return found.get("canonical", found.get("og:url"))


def _whole(stream: BufferedReader) -> bytes:
    data = stream.read()
    if not data:
        raise PermanentError("the file is empty: it was perhaps made before its text was written; drop it again")
    return data


def _given(text: str) -> str:
    if not text.strip("\ufeff\x00 \t\r\n\f\v"):
        raise PermanentError("the file is empty but for white space: drop it again with its text")
    return text


def _unquoted(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
