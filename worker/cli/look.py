"""Commands that look: at the desk and its parts, the settings, the store, and what one stage makes of a text."""

import json
from typing import Annotated, Literal

import typer

from producers.cli import DataOption, JsonOption
from producers.errors import ConfigurationError
from producers.terminal import echo
from worker.cli.common import existing_store, load_settings


def status(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Show how many articles, messages and editions there are, and in which state."""
    from worker.operations.status import status as look
    from worker.operations.status import text

    settings = load_settings(data=data)
    seen = look(settings, existing_store(settings))
    echo(json.dumps(seen, ensure_ascii=False) if as_json else text(seen))
    if "error" in seen["queue"]:
        raise typer.Exit(1)


def clean(
    file: Annotated[str, typer.Argument(help="A file of any known format; - reads standard input as text.")],
    as_json: JsonOption = False,
) -> None:
    """Show what cleaning makes of a file, and which rule removed which line."""
    from worker.operations.tryout import clean_file, cleaned_text

    failed = False
    for result in clean_file(file):
        failed = failed or "error" in result
        echo(json.dumps(result, ensure_ascii=False) if as_json else cleaned_text(result))
    if failed:
        raise typer.Exit(1)


def summarize(
    file: Annotated[
        str, typer.Argument(help="Plain text, or JSON Lines of {id, title, text}; - is standard input.")
    ] = "-",
    engine: Annotated[str | None, typer.Option(help="The engine; default: the setting.", show_default=False)] = None,
) -> None:
    """Summarise text without a queue; writes JSON Lines of {id, headline, summary, engine, model, ...}."""
    from worker.operations.tryout import summarize_file

    failed = False
    for result in summarize_file(file, load_settings(engine=engine)):
        failed = failed or "error" in result
        echo(json.dumps(result, ensure_ascii=False))
    if failed:
        raise typer.Exit(1)


def export(
    what: Annotated[Literal["articles", "stories"], typer.Argument(help="What to write.")],
    held: Annotated[bool, typer.Option("--held", help="Write what may not be shown, too.")] = False,
    data: DataOption = None,
) -> None:
    """Write the store as JSON Lines: what may be shown."""
    from worker.store import contents

    rows = {"articles": contents.export_articles, "stories": contents.export_stories}[what]
    for row in rows(existing_store(load_settings(data=data)), held=held):
        echo(json.dumps(row, ensure_ascii=False))


def config(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Show every setting with its value and where it comes from."""
    from worker.settings import WorkerSettings

    settings = load_settings(data=data)
    origins = WorkerSettings.origins({"data": data})
    for name, value in settings.model_dump(mode="json").items():
        shown = "********" if name.endswith("_url") and value else value
        if as_json:
            echo(json.dumps({"name": name, "value": shown, "origin": origins[name]}))
        else:
            echo(f"WIREDESK_{name.upper():<18} {'' if shown is None else shown!s:<32} {origins[name]}")


def health(
    role: Annotated[
        Literal["watch", "feeds", "ingest", "summarize", "schedule", "serve"],
        typer.Argument(help="The role that runs here."),
    ],
) -> None:
    """Say whether a role is alive, by the age of its heartbeat file; for supervisors such as Docker and systemd."""
    from producers.processes import check
    from producers.settings import ProducerSettings, load

    folder = load(ProducerSettings, {}).heartbeat
    if folder is None:
        raise ConfigurationError(
            "There is no heartbeat to look at: set WIREDESK_HEARTBEAT to one folder, for this command and for the role."
        )
    alive, sentence = check(folder, role)
    echo(sentence)
    if not alive:
        raise typer.Exit(1)


def doctor(
    repair: Annotated[
        bool,
        typer.Option(
            "--repair-time",
            help="Remove editions from the future that nobody received, and set other future times to now.",
        ),
    ] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check Redis, store, folder, disk, model, clock and mail server, and say what to do."""
    from worker.operations.doctor import examine, repair_time

    settings = load_settings(data=data)
    if repair:
        done = list(repair_time(settings)) or ["Nothing lies in the future; nothing was changed."]
        for sentence in done:
            echo(json.dumps({"part": "stamps", "ok": True, "finding": sentence}) if as_json else sentence)
        return
    healthy = True
    for finding in examine(settings):
        healthy = healthy and finding.ok
        if as_json:
            echo(json.dumps({"part": finding.part, "ok": finding.ok, "finding": finding.text}))
        else:
            echo(f"{'ok ' if finding.ok else 'BAD'}  {finding.part:<8} {finding.text}")
    if not healthy:
        raise typer.Exit(1)
