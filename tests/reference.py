"""The tables of the docs that are made from the code: the settings, and the fields of a profile.

`python -m tests.reference` (or `make reference`) writes them into their pages, and the edition's JSON Schema beside
them; tests compare them with the code.
"""

from collections.abc import Callable
from pathlib import Path

from producers.settings import ProducerSettings
from tests import edition_schema
from worker.edition.profile import Profile
from worker.settings import WorkerSettings

ROOT = Path(__file__).parent.parent


def settings() -> str:
    """Return the table of all settings in Markdown."""
    lines = ["| setting | default | is |", "|---|---|---|"]
    for name, field in WorkerSettings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        whose = "" if name in ProducerSettings.model_fields else " (worker)"
        lines.append(f"| `WIREDESK_{name.upper()}` | {default} | {field.description}{whose} |")
    return "\n".join(lines) + "\n"


def profile() -> str:
    """Return the table of the fields of a profile in Markdown."""
    lines = ["| field | |", "|---|---|"]
    lines += [f"| `{name}` | {field.description} |" for name, field in Profile.model_fields.items()]
    return "\n".join(lines) + "\n"


#: Page -> the name in its two marks, and what makes the table between them.
TABLES: dict[str, tuple[str, Callable[[], str]]] = {
    "docs/settings.md": ("settings", settings),
    "docs/editions.md": ("profile", profile),
}


def with_table(page: str) -> str:
    """Return the text of `page`, a key of TABLES, with its table made anew between the two marks."""
    name, table = TABLES[page]
    begin, end = f"<!-- {name}: made by `make reference` -->\n", f"<!-- end of {name} -->\n"
    before, rest = (ROOT / page).read_text(encoding="utf-8").split(begin)
    _, after = rest.split(end)
    return before + begin + table() + end + after


if __name__ == "__main__":
    for page in TABLES:
        (ROOT / page).write_text(with_table(page), encoding="utf-8")
    edition_schema.write()
