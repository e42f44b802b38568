"""Commands that run: the whole desk, one process of it, and the deletion of old articles."""

import json
import os
from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from producers import cli as producers
from producers.cli import DataOption, JsonOption
from producers.errors import ConfigurationError
from producers.terminal import counted, echo
from worker.cli.common import existing_store, load_settings, require_store

#: One of each kind that is pruned.
_SINGULAR: Final = {
    "articles": "article",
    "failures": "failure",
    "stories": "story",
    "editions": "edition",
    "files": "file",
}


def up(
    inbox: Annotated[Path | None, typer.Option(help="The watched folder.", show_default=False)] = None,
    no_inbox: Annotated[bool, typer.Option("--no-inbox", help="Run without a watched folder.")] = False,
    data: DataOption = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="Summarize workers; default: one per core.", show_default=False)
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="Process the files that are there, close an edition and end.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="With --once: exit code 3 if anything failed.")] = False,
    serve: Annotated[bool, typer.Option("--serve", help="Serve the reading room and the desk page, too.")] = False,
) -> None:
    """Run the whole desk on this machine."""
    from worker.desk import up as desk

    if once and serve:
        raise ConfigurationError("--once ends before anyone can read the pages: give --serve or --once, not both.")
    if strict and not once:
        raise ConfigurationError("--strict changes the exit code of --once: add --once, or leave out --strict.")
    if inbox is not None and no_inbox:
        raise ConfigurationError("--inbox names a folder to watch and --no-inbox says that none is: give one of them.")
    settings = load_settings(data=data, inbox=inbox)
    folder = None if no_inbox else settings.inbox
    raise typer.Exit(desk.up(settings, inbox=folder, workers=workers, once=once, strict=strict, serve=serve))


def watch(
    folder: Annotated[Path | None, typer.Argument(help="The inbox; default: the setting.", show_default=False)] = None,
    once: Annotated[bool, typer.Option("--once", help="End when every file is processed.")] = False,
    data: DataOption = None,
) -> None:
    """Watch a folder and push every article that is dropped into it."""
    from worker.process.parent import die_with_desk

    producers.watch(folder, once, data, of_desk=die_with_desk())


def worker(
    role: Annotated[Literal["ingest", "summarize"], typer.Argument(help="Which queue it serves.")],
    processes: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=256,
            help="Processes that work; default: of summarize one, of ingest `WIREDESK_INGEST_PROCESSES`.",
            show_default=False,
        ),
    ] = None,
    data: DataOption = None,
) -> None:
    """Run one worker with the right pool and flags."""
    from worker.process.parent import die_with_desk

    die_with_desk()
    settings = load_settings(data=data, ingest_processes=processes if role == "ingest" else None)
    # With more model threads than cores every process is slower. Read when torch and numpy are imported.
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
    from worker.process.resources import Resources
    from worker.queue.app import run, run_forked

    if role == "summarize" and processes is not None and processes > 1:
        raise typer.Exit(run_forked(settings, role, processes))
    raise typer.Exit(run(Resources(settings, role)))


def schedule(data: DataOption = None) -> None:
    """Send lost messages again, close editions at their time and mail them, until it is stopped."""
    from worker.process.parent import die_with_desk

    die_with_desk()
    from producers import logs
    from worker.process.resources import Resources
    from worker.schedule.tick import run

    settings = load_settings(data=data)
    logs.configure()
    resources = Resources(settings, "schedule")
    with resources.heartbeat as heartbeat:
        run(settings, resources.wait_for_store(), resources.queue, producers.stop_on_signal(), heartbeat)


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; default: this machine only.", show_default=False)
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port; default: the setting.", show_default=False)
    ] = None,
    data: DataOption = None,
) -> None:
    """Serve the reading room and the desk page to browsers."""
    from worker.process.parent import die_with_desk

    die_with_desk()
    from worker.process.resources import Resources
    from worker.web.serve import serve as run

    settings = load_settings(data=data, web_host=host, web_port=port)
    require_store(settings)
    resources = Resources(settings, "serve")
    with resources.heartbeat as heartbeat:
        run(settings, resources.wait_for_store(), heartbeat)


def prune(
    days: Annotated[
        int | None, typer.Option(min=4, help="Days to keep; default: the setting.", show_default=False)
    ] = None,
    inbox: Annotated[Path | None, typer.Option(help="The watched folder.", show_default=False)] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete articles, digests, failures and files in .done that are older than the days to keep."""
    from worker.operations.prune import prune as run

    settings = load_settings(data=data, inbox=inbox, keep_days=days)
    if settings.keep_days is None:
        raise ConfigurationError("No number of days to keep is set: give --days or set WIREDESK_KEEP_DAYS.")
    gone = run(settings, existing_store(settings), settings.keep_days)
    words = [counted(number, _SINGULAR[what], what) for what, number in gone.items()]
    echo(json.dumps(gone) if as_json else f"{', '.join(words)} deleted.")
