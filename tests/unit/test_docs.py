"""README and docs say what is there: settings, commands and options, files, links; and they keep their lengths."""

import itertools
import re
import shlex
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from tests.reference import ROOT, TABLES, with_table
from worker.cli.main import app

DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PAGES = [*DOCS, *(ROOT / name for name in ("CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"))]
#: Page -> lines that it may have.
LONGEST = {"README.md": 150, "docs/architecture.md": 80}

FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
#: `code` on a line of prose.
QUOTED = re.compile(r"`([^`\n]+)`")
#: [text](target) and ![text](target); a target without a scheme is relative.
LINK = re.compile(r"\]\((?!\w+:)([^)\s]+)\)")
#: A file or a folder of this repository, in full.
OURS = re.compile(r"(?:producers|worker|tests|deploy|docs)/[\w./-]*")
#: What a shell may put before a command on one of its lines.
RUN_IN_CONTAINER = re.compile(r"(?:docker compose|podman-compose) exec \S+ ")

#: The characters of a shell's operators between commands and files.
OPERATORS = "|&;<>"

COMMANDS = typer.main.get_command(app)


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def inner(command: Any) -> dict[str, Any]:
    """Return the commands of a group by their names; none of a command."""
    return getattr(command, "commands", {})


def leaves(command: Any, path: str = "wiredesk") -> Iterator[str]:
    """Yield every command as it is typed, such as "wiredesk failed list"."""
    for name, below in inner(command).items():
        yield from leaves(below, f"{path} {name}")
    if not inner(command):
        yield path


def command_lines(text: str) -> Iterator[str]:
    """Yield each `wiredesk ...` that a shell would run in the code blocks of `text`, without path and comment."""
    for block in FENCED.findall(text):
        for line in block.splitlines()[1:-1]:
            bare = RUN_IN_CONTAINER.sub("", line.removeprefix("$ "))
            lexer = shlex.shlex(bare, posix=True, punctuation_chars=OPERATORS)
            try:
                words = list(lexer)
            except ValueError:
                # Not a shell's line: an edition with an apostrophe, say.
                continue
            for is_operator, part in itertools.groupby(words, lambda word: set(word) <= set(OPERATORS)):
                command = list(part)
                if not is_operator and Path(command[0]).name == "wiredesk":
                    yield shlex.join(["wiredesk", *command[1:]])


def quoted_commands(text: str) -> Iterator[str]:
    """Yield each `wiredesk ...` that the prose and the tables of `text` quote."""
    for code in QUOTED.findall(FENCED.sub("", text)):
        line = RUN_IN_CONTAINER.sub("", code)
        if line.startswith("wiredesk ") and "COMMAND" not in line:
            yield line


def resolved(line: str) -> tuple[Any, list[str]]:
    """Return the command that `line` runs and the arguments that it gives to it."""
    _, *words = shlex.split(line)
    command: Any = COMMANDS
    while inner(command) and words and not words[0].startswith("-"):
        assert words[0] in inner(command), f"there is no command {line!r}"
        command = inner(command)[words.pop(0)]
    return command, words


def anchors(page: Path) -> set[str]:
    """Return the anchors of the headings of `page`, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def lines_of(find: Callable[[str], Iterable[str]]) -> list[tuple[str, str]]:
    """Return the name of each page with each line that `find` finds in its text."""
    return [(name_of(page), line) for page in PAGES for line in find(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", TABLES)
def test_a_table_is_that_of_the_code(page: str) -> None:
    assert (ROOT / page).read_text(encoding="utf-8") == with_table(page), "run `make reference`"


@pytest.mark.parametrize("command", list(leaves(COMMANDS)))
def test_every_command_is_documented(command: str) -> None:
    assert f"| `{command}` |" in (ROOT / "docs/commands.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("page", "line"), lines_of(command_lines))
def test_a_command_line_in_a_code_block_is_one_that_the_program_takes(page: str, line: str) -> None:
    command, words = resolved(line)

    # Parses the words and runs nothing.
    command.make_context(line, words)


@pytest.mark.parametrize(("page", "line"), lines_of(quoted_commands))
def test_a_command_in_the_text_exists_with_its_options(page: str, line: str) -> None:
    command, words = resolved(line)

    options = {name for parameter in command.params for name in parameter.opts}
    assert [word for word in words if word.startswith("--") and word not in {*options, "--help"}] == []


def test_the_command_lines_are_found_wherever_a_shell_finds_them() -> None:
    block = (
        "```sh\n$ wiredesk status\nproducer | .venv/bin/wiredesk push -   # lines\ncd x && wiredesk watch ~/news &\n"
        "docker compose exec schedule wiredesk doctor\nuseradd wiredesk\n# wiredesk up\n```\n"
    )

    runs = ["wiredesk status", "wiredesk push -", "wiredesk watch '~/news'", "wiredesk doctor"]
    assert list(command_lines(block)) == runs


@pytest.mark.parametrize(("page", "target"), lines_of(LINK.findall))
def test_a_relative_link_leads_to_a_file_and_a_heading(page: str, target: str) -> None:
    file, _, anchor = target.partition("#")
    path = (ROOT / page).parent / file if file else ROOT / page

    assert path.is_file()
    assert not anchor or anchor in anchors(path)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_files_that_a_page_names_are_there(page: Path) -> None:
    quoted = QUOTED.findall(FENCED.sub("", page.read_text(encoding="utf-8")))
    named = {code for code in quoted if OURS.fullmatch(code)}

    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_every_promise_of_the_security_page_names_tests_that_exist() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    rows = [row for row in text.splitlines() if row.startswith("| ")][1:]
    limited = [row for row in rows if row.split("|")[4].strip()]
    promised = text.partition("## What is promised\n")[2].partition("\n## ")[0].strip().split("\n\n")

    assert len(limited) > 5
    assert len(promised) > 5
    for promise in limited + promised:
        named = re.findall(r"`(tests/[^`]+)`", promise)
        assert named, promise
        assert [path for path in named if not (ROOT / path).is_file()] == []


@pytest.mark.parametrize("page", [page for page in DOCS if page.name != "README.md"], ids=name_of)
def test_the_readme_names_every_page(page: Path) -> None:
    assert f"({name_of(page)})" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", LONGEST)
def test_a_page_is_no_longer_than_it_may_be(page: str) -> None:
    assert len((ROOT / page).read_text(encoding="utf-8").splitlines()) <= LONGEST[page]


def test_the_words_of_the_glossary_are_in_their_order() -> None:
    words = re.findall(r"^\| (\w+) \|", (ROOT / "docs/glossary.md").read_text(encoding="utf-8"), re.MULTILINE)[1:]

    assert words
    assert words == sorted(words, key=str.lower)
