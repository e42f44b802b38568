"""What several commands share: their options, the settings, and the store of a desk that exists."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import typer

from producers.errors import ConfigurationError

if TYPE_CHECKING:
    from worker.settings import WorkerSettings
    from worker.store import Store

ProfileOption = Annotated[
    str | None, typer.Option(help="The edition's profile; default: `WIREDESK_PROFILE`.", show_default=False)
]

#: Characters of an article's id that are shown to people.
SHOWN: Final = 8


def load_settings(**flags: object) -> "WorkerSettings":
    """Return the worker's settings with the command's `flags` on top; only warnings are logged from here on."""
    from producers import logs
    from producers.settings import load
    from worker.settings import WorkerSettings

    # A command prints what it has to say itself; a service sets its own level later.
    logs.configure(logs.WARNING)
    return load(WorkerSettings, flags)


def require_store(settings: "WorkerSettings") -> None:
    """Raise ConfigurationError if the desk has no store yet: a mistyped folder must not become an empty desk."""
    if settings.store_url is None and not settings.sqlite_file.exists():
        raise ConfigurationError(
            f"There is no store in {settings.data}: give --data or WIREDESK_DATA of a desk that has run."
        )


def existing_store(settings: "WorkerSettings") -> "Store":
    """Return the store of a desk that has run. Raises as `require_store` and `open_store` do."""
    from worker.process.resources import open_store

    require_store(settings)
    return open_store(settings)


def known_profile(settings: "WorkerSettings", name: str | None) -> str:
    """Return `name`, or the profile that the settings name for commands; raises ConfigurationError if it is unknown."""
    if name is not None and name not in settings.all_profiles:
        raise ConfigurationError(
            f"There is no profile {name!r}: name one of {', '.join(settings.all_profiles)}, or add the table "
            f"[profiles.{name}] to wiredesk.toml."
        )
    return name or settings.profile


def day_of(text: str | None) -> date | None:
    """Return the local day that `text` (YYYY-MM-DD) names; raises ConfigurationError for anything else."""
    from worker.edition.calendar import parse_day

    if text is None:
        return None
    try:
        return parse_day(text)
    except ValueError:
        raise ConfigurationError(f"{text!r} is no day: write it as YYYY-MM-DD, such as 2026-11-22.") from None
