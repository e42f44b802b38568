"""`wiredesk story`: show why articles are one story, and correct it."""

import json
from typing import Annotated

import typer

from producers.cli import DataOption, JsonOption
from producers.errors import ConfigurationError
from producers.terminal import counted, echo
from worker.cli.common import SHOWN, existing_store, load_settings

app = typer.Typer(name="story", help="Show why articles are one story; correct it.", no_args_is_help=True)


@app.command("show")
def story_show(
    name: Annotated[str, typer.Argument(help="The id of a story or of an article in it, or its first characters.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a story: its canonical, its reprints, and which rule, article and score put each of them there."""
    from worker.operations.explain import story_text
    from worker.store import stories

    found = stories.show(existing_store(load_settings(data=data)), name, held=True)
    echo(json.dumps(found, ensure_ascii=False) if as_json else story_text(found, SHOWN))


@app.command("withdraw")
def story_withdraw(
    name: Annotated[str, typer.Argument(help="The id of a story or of an article in it, or its first characters.")],
    reason: Annotated[str, typer.Option(help="Why; it stays with the desk.")],
    data: DataOption = None,
) -> None:
    """Take a story out of all that is shown, with every version of its articles, until it is released."""
    from worker.edition.revising import revise
    from worker.store import by_hand

    withdrawn = by_hand.withdraw(existing_store(load_settings(data=data)), name, reason, revise)
    number = f"{counted(len(withdrawn), 'item was', 'items were')}"
    echo(f"{number} withdrawn; `wiredesk story release {name}` undoes that.")


@app.command("release")
def story_release(
    name: Annotated[str, typer.Argument(help="The id of a story or of an article in it, or its first characters.")],
    data: DataOption = None,
) -> None:
    """Let a story be shown that is held, killed or withdrawn; the next edition carries it."""
    from worker.pipeline import release_by_hand
    from worker.schedule.closings import claims_at

    settings = load_settings(data=data)
    store = existing_store(settings)
    released = release_by_hand(store, claims_at(settings, store), name)
    if not released:
        raise ConfigurationError(f"Nothing of {name} is held: `wiredesk items list` shows what is.")
    echo(f"{counted(released, 'item was', 'items were')} released; the next edition may carry them.")


@app.command("split")
def story_split(
    article: Annotated[str, typer.Argument(help="The article's id or its first characters.")],
    data: DataOption = None,
) -> None:
    """Take an article out of its story for good; it becomes a story of its own."""
    from worker.store import stories

    fresh = stories.split(existing_store(load_settings(data=data)), article)
    echo(f"The article is now a story of its own, {fresh}; it will not join its former story again by itself.")


@app.command("join")
def story_join(
    article: Annotated[str, typer.Argument(help="The article's id or its first characters.")],
    story: Annotated[str, typer.Argument(help="The id of the story or of an article in it, or its first characters.")],
    data: DataOption = None,
) -> None:
    """Put an article into another story for good; a canonical brings its reprints with it."""
    from worker.store import stories

    joined = stories.join(existing_store(load_settings(data=data)), article, story)
    echo(f"The article is now in the story {joined}.")
