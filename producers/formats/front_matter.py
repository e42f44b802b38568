"""Front matter: the fields above a Markdown text, as YAML between `---` lines or as TOML between `+++` lines.

Every value reaches the article as its author wrote it: `title: 2026` and `language: no` are texts.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Final

from producers.formats.fields import TELLING
from producers.formats.values import plain

#: Lines and characters of the longest front matter; a mark further down is a rule in the text.
MOST_LINES: Final = 100
MOST_CHARACTERS: Final = 65_536
#: How deep lists and tables may lie in each other; an author with a name and addresses is 3.
DEEPEST: Final = 10
#: The key of a record's metadata that says why its front matter is not valid.
UNREADABLE: Final = "front_matter_unreadable"

# tomllib is quadratic in the parts of a dotted name: 64 KB of them take 15 s.
_LONG_KEY = re.compile(rf"""(?<![\w"'-])(?:[\w"'-]+[ \t]*\.[ \t]*){{{DEEPEST}}}""")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What stands above a text, and the text.

    The values of `fields` are texts on one line, None, or lists and mappings of them. `unreadable` is None, or why the
    front matter is not valid: `fields` then has what could be read field by field.
    """

    text: str
    fields: dict[str, Any] = field(default_factory=dict)
    unreadable: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Syntax:
    """A language of front matter.

    `ends` are the lines that close it; `opening` matches its first line. `parts` finds where in a broken one a part
    begins that may be read alone: with its `name` if it is a field. `load` returns the fields or raises ValueError.
    """

    name: str
    ends: tuple[str, ...]
    opening: re.Pattern[str]
    parts: re.Pattern[str]
    load: Callable[[str], dict[str, Any]]


def read(text: str) -> FrontMatter:
    """Return the front matter of `text` and the text below it; all of `text` if it has none.

    It has none unless the first line is a mark, a mark closes it within MOST_LINES and MOST_CHARACTERS, and its first
    line names a field. If it is not valid, has lines that are no fields and names no field that articles have, the
    marks are rules and what lies between them is text.
    """
    text = text.lstrip("\ufeff")
    lines = text[:MOST_CHARACTERS].splitlines(keepends=True)[:MOST_LINES]
    syntax = _SYNTAXES.get(lines[0].rstrip()) if lines else None
    if syntax is None:
        return FrontMatter(text)
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() in syntax.ends), None)
    if end is None:
        return FrontMatter(text)
    header, below = "".join(lines[1:end]), text[sum(map(len, lines[: end + 1])) :]
    first = next((line for line in lines[1:end] if line.strip() and not line.lstrip().startswith("#")), None)
    if first is None:
        return FrontMatter(below)
    if not syntax.opening.match(first):
        return FrontMatter(text)
    try:
        # With a line for the mark above it, a parser names the line of the file.
        return FrontMatter(below, syntax.load(f"\n{header}"))
    except ValueError as error:
        names = [part["name"] for part in syntax.parts.finditer(header)]
        if None in names and not any(name and plain(name) in TELLING for name in names):
            return FrontMatter(text)
        reason = f"not readable as {syntax.name} ({_line(str(error))})"
        return FrontMatter(below, _field_by_field(header, syntax), reason)


def _field_by_field(header: str, syntax: _Syntax) -> dict[str, Any]:
    """Return the fields of a header that is not valid: each read alone; if that fails too, the rest of its line."""
    fields: dict[str, Any] = {}
    parts = list(syntax.parts.finditer(header))
    for part, following in zip(parts, [*parts[1:], None], strict=True):
        if not part["name"]:
            continue
        try:
            fields |= syntax.load(header[part.start() : following.start() if following else None])
        except ValueError:
            value = header[part.end() :].split("\n", 1)[0].strip()
            if value:
                fields[part["name"]] = _unquoted(value)
    return fields


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _yaml(header: str) -> dict[str, Any]:
    import yaml  # late: only a file with front matter needs it

    try:
        # The tree of nodes, for it has no types: dates, numbers and `no` stay texts.
        node = yaml.compose(header, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise ValueError(f"{line}{error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise ValueError(getattr(error, "reason", str(error))) from None
    except RecursionError:
        raise ValueError("its values lie too deep in each other") from None
    value = _of_node(node, set())
    if not isinstance(value, dict):
        raise ValueError("it holds no fields")
    return value


def _of_node(node: Any, seen: set[int], depth: int = 0) -> Any:
    """Return the value of a YAML node.

    A node that an alias names again is refused: ten lines of aliases can stand for a billion values.
    """
    if id(node) in seen:
        raise ValueError("aliases (*name) are not read")
    if depth > DEEPEST:
        raise ValueError("its values lie too deep in each other")
    seen.add(id(node))
    if node.id == "mapping":
        return {_name(key): _of_node(value, seen, depth + 1) for key, value in node.value}
    if node.id == "sequence":
        return [_of_node(value, seen, depth + 1) for value in node.value]
    return None if node.style is None and node.value in ("", "~", "null") else _line(node.value)


def _name(node: Any) -> str:
    if node.id != "scalar":
        raise ValueError("a field's name is not a text")
    return str(node.value)


def _toml(header: str) -> dict[str, Any]:
    if _LONG_KEY.search(header):
        raise ValueError(f"a name of more than {DEEPEST} parts")
    try:
        return {name: _of_toml(value) for name, value in tomllib.loads(header, parse_float=str).items()}
    except RecursionError:
        raise ValueError("its values lie too deep in each other") from None


def _of_toml(value: Any, depth: int = 0) -> Any:
    if depth > DEEPEST:
        raise ValueError("its values lie too deep in each other")
    if isinstance(value, Mapping):
        return {name: _of_toml(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, list):
        return [_of_toml(inner, depth + 1) for inner in value]
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date | time) else _line(str(value))


def _line(text: str) -> str:
    return " ".join(text.split())


# A stray line ends the field above it; a table of TOML takes all that is below it.
_YAML_FIELD = r"""["']?(?P<name>[\w@][\w@.-]*)["']?[ \t]*:(?=\s|\Z)"""
_TOML_FIELD = r"""["']?(?P<name>[\w@][\w@.-]*)["']?[ \t]*="""
_SYNTAXES: Final[Mapping[str, _Syntax]] = {
    "---": _Syntax(
        name="YAML",
        ends=("---", "..."),
        opening=re.compile(_YAML_FIELD),
        parts=re.compile(rf"^(?:{_YAML_FIELD}|[^\s#-])", re.MULTILINE),
        load=_yaml,
    ),
    "+++": _Syntax(
        name="TOML",
        ends=("+++",),
        opening=re.compile(rf"{_TOML_FIELD}|\["),
        parts=re.compile(rf"^(?:{_TOML_FIELD}|\[[\s\S]*)", re.MULTILINE),
        load=_toml,
    ),
}
