"""The settings reference of the README, made from the settings themselves.

`python -m tests.reference` (or `make reference`) writes it into the README, and the edition's JSON Schema into docs/;
tests compare them with the code.
"""

from pathlib import Path

from producers.settings import ProducerSettings
from tests import edition_schema
from worker.settings import WorkerSettings

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- settings: made by `make reference` -->\n", "<!-- end of settings -->\n"


def reference() -> str:
    """Return the table of all settings in Markdown."""
    lines = ["| setting | default | is |", "|---|---|---|"]
    for name, field in WorkerSettings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        whose = "" if name in ProducerSettings.model_fields else " (worker)"
        lines.append(f"| `WIREDESK_{name.upper()}` | {default} | {field.description}{whose} |")
    return "\n".join(lines) + "\n"


def with_reference(text: str) -> str:
    """Return the README `text` with the reference between its two marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + reference() + END + after


if __name__ == "__main__":
    README.write_text(with_reference(README.read_text(encoding="utf-8")), encoding="utf-8")
    edition_schema.write()
