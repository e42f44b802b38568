"""The README says what is there: every setting, every command."""

import typer

from tests.reference import README, with_reference
from worker.cli.main import app
from worker.edition.profile import Profile


def commands() -> list[str]:
    """Return every command as it is typed, such as "wiredesk failed list"."""
    root = typer.main.get_command(app)
    found = []
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", {})
        found += [f"wiredesk {name} {sub}" for sub in inner] or [f"wiredesk {name}"]
    return found


def test_the_settings_reference_is_that_of_the_code() -> None:
    text = README.read_text(encoding="utf-8")
    assert text == with_reference(text), "run `make reference`"


def test_every_command_is_documented() -> None:
    text = README.read_text(encoding="utf-8")
    assert [command for command in commands() if f"`{command}" not in text] == []


def test_the_fields_of_a_profile_are_those_of_the_code() -> None:
    rows = [f"| `{name}` | {field.description} |" for name, field in Profile.model_fields.items()]

    assert "\n".join(rows) in README.read_text(encoding="utf-8")
