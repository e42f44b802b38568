"""`wiredesk`: every command, each a thin layer over the rooms that do the work.

Heavy imports stand inside the commands that need them, so that `wiredesk --help` answers at once.
"""

import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from producers import cli as producers
from producers.errors import WiredeskError, installing
from producers.terminal import echo
from worker.cli import editions, failures, feeds, items, ledger, look, run, stories


class _Commands(TyperGroup):
    """The commands; a wrong option is refused in the words in which a wrong setting is."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            # typer has loaded it by now.
            from pydantic import ValidationError

            from producers.settings import in_words

            if isinstance(error.__cause__, ValidationError):
                error.message = in_words(error.__cause__.errors()[0])
            raise


app = typer.Typer(
    name="wiredesk",
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
#: In the order in which `wiredesk --help` lists them.
COMMANDS = (
    producers.push,
    run.up,
    run.watch,
    run.worker,
    run.schedule,
    run.serve,
    look.status,
    look.clean,
    look.summarize,
    look.export,
    run.prune,
    look.config,
    look.health,
    look.doctor,
)
for command in COMMANDS:
    app.command()(command)
for group in (feeds.app, editions.app, ledger.app, stories.app, items.app, failures.app):
    app.add_typer(group)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        echo(f"wiredesk {version('wiredesk')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Turns a stream of news articles into a daily digest, on your own machines."""


def main() -> None:
    """Run the command line; every expected error ends as one sentence and exit code 1."""
    try:
        app()
    except WiredeskError as error:
        _fail(str(error))
    except ModuleNotFoundError as error:
        if error.name and error.name.split(".")[0] in ("producers", "worker"):
            raise
        extra = "web" if error.name in ("prometheus_client", "starlette", "uvicorn") else "worker"
        _fail(f"This command needs the package {error.name}: run `{installing(extra)}`.")
    except BrokenPipeError:
        # The reader of our output has gone (`| head`); nothing is left to say, and nowhere to say it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _fail(sentence: str) -> None:
    echo(f"wiredesk: {sentence}", err=True)
    sys.exit(1)
